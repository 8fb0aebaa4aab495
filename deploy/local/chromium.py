"""Chromium without a window, for tests and screenshots of pages: an installed one, or Debian's package unpacked."""

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import manimgx_fonts_cjk

from deploy.local import data_folder, debian
from deploy.local.account import Account
from deploy.local.process import StackError

_COMMANDS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_PACKAGES = debian.Software(
    "chromium-headless-shell",
    re.compile(r"chromium-(headless-shell|common)|fontconfig-config"),
    "Chromium is not installed: downloading Debian's packages (about 100 MB, the first time only)",
)
_FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <alias><family>sans-serif</family><prefer><family>Noto Sans CJK SC</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Noto Sans CJK SC</family></prefer></alias>
</fontconfig>
"""


@dataclass(frozen=True)
class Chromium:
    """A browser that can be started, and the variables of its environment."""

    executable: Path
    environment: dict[str, str | float | bool] = field(default_factory=dict)


def find(cache: Path, report: Callable[[str], None]) -> Chromium:
    """Return the browser that CHROMIUM names, an installed one, or Debian's, unpacked into the cache the first time.

    All show Chinese in the font of the printed lists, so that pages look the same on every machine. Raise StackError
    if there is none, with what to do.
    """
    fonts = _font_settings(cache)
    installed = [os.environ.get("CHROMIUM"), *map(shutil.which, _COMMANDS), *filter(os.path.exists, _APPLICATIONS)]
    if path := next(filter(None, installed), None):
        return Chromium(Path(path), fonts)
    if not debian.available():
        raise StackError("Chromium is missing: install it, or set CHROMIUM to its path")
    tree = debian.unpack(_PACKAGES, data_folder.create(cache, "chromium-packages", Account.current()), report)
    executable = tree / "usr/lib/chromium/chromium-headless-shell"
    return Chromium(executable, {**fonts, "LD_LIBRARY_PATH": debian.shared_libraries(tree)})


def _font_settings(cache: Path) -> dict[str, str | float | bool]:
    file = cache / "fonts.conf"
    if not file.exists():
        cache.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(f".{os.getpid()}")
        draft.write_text(_FONTS.format(fonts=Path(manimgx_fonts_cjk.__file__).parent, cache=cache / "fontconfig"))
        draft.rename(file)
    return {"FONTCONFIG_FILE": str(file)}
