"""Makes `.venv` and installs the project into it, the first time and whenever pyproject.toml has changed.

`python3 deploy/venv.py stack` — runs on a bare Python, so it uses nothing but the standard library.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
SUPPORTED = ((3, 11), (3, 13))
INDEX = "https://pypi.org/pypi/pip/json"


class Missing(Exception):
    """This machine lacks something that we cannot get by ourselves; says what to do."""


def main() -> None:
    """Make the virtual environment hold what the extra named on the command line asks for."""
    extra = sys.argv[1] if len(sys.argv) > 1 else "dev"
    try:
        if not SUPPORTED[0] <= sys.version_info[:2] < SUPPORTED[1]:
            os.execv(_supported_python(), [PYTHON.name, *sys.argv])
        if not _is_installed(extra):
            _make_environment()
            _install(extra)
    except Missing as missing:
        sys.exit(str(missing))


def _supported_python() -> str:
    """Another Python of this machine, of a version the project supports."""
    for name in ("python3.12", "python3.11"):
        if (found := shutil.which(name)) and _works([found, "-c", ""]):
            return found
    raise Missing(f"Python 3.11 or 3.12 is needed, and only {sys.version.split()[0]} is here")


def _wanted() -> str:
    return hashlib.sha256((PROJECT / "pyproject.toml").read_bytes()).hexdigest()


def _is_installed(extra: str) -> bool:
    if not STAMP.exists() or not PYTHON.exists():
        return False
    stamp = json.loads(STAMP.read_text())
    return stamp["project"] == _wanted() and extra in stamp["extras"]


def _make_environment() -> None:
    """Make `.venv` with pip in it; Debian's Python comes without the part that puts pip there."""
    if PYTHON.exists() and _works([PYTHON, "-m", "pip", "--version"]):
        return
    print(f"Making .venv with Python {sys.version.split()[0]}", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    if _works([sys.executable, "-c", "import ensurepip"]):
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    elif _works([sys.executable, "-m", "venv", "--without-pip", VENV]):
        _run(_some_pip(), "--python", PYTHON, "install", "pip")
    else:
        raise Missing("this Python cannot make virtual environments: on Debian or Ubuntu, apt install python3-venv")


def _some_pip() -> list[str | Path]:
    """A pip that is at hand, or the newest one's wheel, checked against the index: a wheel can be run as it is."""
    if _works([sys.executable, "-m", "pip", "--python", PYTHON, "--version"]):
        return [sys.executable, "-m", "pip"]
    wheel = VENV / "pip.whl"
    try:
        with urllib.request.urlopen(INDEX, timeout=60) as answer:
            [file] = (each for each in json.load(answer)["urls"] if each["packagetype"] == "bdist_wheel")
        with urllib.request.urlopen(file["url"], timeout=60) as answer:
            wheel.write_bytes(answer.read())
    except (OSError, ValueError) as error:
        raise Missing(
            f"no pip here and none to be had ({error}): on Debian or Ubuntu, apt install python3-venv"
        ) from error
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != file["digests"]["sha256"]:
        raise Missing("the pip that was fetched is not the one the index names")
    return [sys.executable, wheel / "pip"]


def _install(extra: str) -> None:
    """Install the project with its extra, saying how it goes on; the whole of pip's words are in `.venv/pip.log`."""
    print(f"Installing what shanzhi[{extra}] needs into .venv (the first time takes a minute or two)", flush=True)
    command = [str(PYTHON), "-m", "pip", "install", "--editable", f"{PROJECT}[{extra}]"]
    began, said, fetched = time.monotonic(), time.monotonic(), 0
    with (VENV / "pip.log").open("w") as log:
        pip = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert pip.stdout is not None
        for line in pip.stdout:
            log.write(line)
            fetched += line.startswith("Collecting")
            if time.monotonic() - said > 5:
                said = time.monotonic()
                print(f"  {fetched} packages, {said - began:.0f} s", flush=True)
    if pip.wait():
        raise Missing(f"pip failed; the end of .venv/pip.log:\n{(VENV / 'pip.log').read_text()[-2000:]}")
    extras = {"stack", "dev"} if extra == "dev" else {extra}
    STAMP.write_text(json.dumps({"project": _wanted(), "extras": sorted(extras)}))
    print(f"Installed {fetched} packages in {time.monotonic() - began:.0f} s", flush=True)


def _works(command: list[str | Path]) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0


def _run(pip: list[str | Path], *arguments: str | Path) -> None:
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run([*pip, *arguments], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise Missing(f"pip could not be put into .venv:\n{done.stderr}")


if __name__ == "__main__":
    main()
