"""The fonts with rare characters of names for printed documents: installed ones, or Debian's package unpacked."""

import re
from collections.abc import Callable
from pathlib import Path

from deploy.local import data_folder, debian
from deploy.local.account import Account
from deploy.local.process import StackError

_FOLDER = Path("usr/share/fonts/truetype/hanazono")
_INSTALLED = "/" / _FOLDER
_PACKAGE = debian.Software(
    "fonts-hanazono",
    re.compile(r"fonts-hanazono"),
    "Fonts for rare characters are not installed: downloading Debian's package (22 MB, the first time only)",
)


def find(cache: Path, report: Callable[[str], None], installed: Path = _INSTALLED) -> Path:
    """Return the folder of HanaMinA and HanaMinB: the installed one, or Debian's, unpacked into the cache.

    Where neither is to be had, report that rare characters are printed as boxes and return the folder all the same.
    """
    if installed.is_dir():
        return installed
    if debian.available():
        try:
            folder = data_folder.create(cache, "font-packages", Account.current())
            return debian.unpack(_PACKAGE, folder, report) / _FOLDER
        except StackError as failure:
            report(f"The fonts cannot be downloaded: {failure}")
    report("Rare characters of names are printed as boxes: install HanaMin and set FONT_FOLDER")
    return installed
