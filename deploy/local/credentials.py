"""Passwords are generated once, on this machine, and kept beside the data they open."""

import json
import os
import secrets
from pathlib import Path


class Credentials:
    """A file of passwords only its owner can read; asking for a new name generates one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}

    def __getitem__(self, name: str) -> str:
        if name not in self._kept:
            self._kept[name] = secrets.token_urlsafe(24)
            self._save()
        return self._kept[name]

    def _save(self) -> None:
        draft = self._path.with_suffix(".new")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(self._kept, file, indent=2)
        draft.replace(self._path)
