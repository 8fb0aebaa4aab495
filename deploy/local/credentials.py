"""Generated passwords, stored beside the data they protect."""

import json
import os
import secrets
from pathlib import Path


class Credentials:
    """A file of passwords that only its owner can read; reading a new name generates a password."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._passwords: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}

    def __getitem__(self, name: str) -> str:
        if name not in self._passwords:
            self._passwords[name] = secrets.token_urlsafe(24)
            self._save()
        return self._passwords[name]

    def _save(self) -> None:
        draft = self._path.with_suffix(".new")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(self._passwords, file, indent=2)
        draft.replace(self._path)
