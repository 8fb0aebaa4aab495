"""Creates `.venv` and installs a lock file and the project into it: `python3 deploy/venv.py stack`.

Does nothing when that is done already and neither pyproject.toml nor `requirements/` has changed since. Runs on a bare
Python before anything is installed, so it uses the standard library only.
"""

import ast
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
LOCKS = PROJECT / "requirements"
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
LOG = VENV / "install.log"
SUPPORTED = ((3, 11), (3, 13))
PIP_FILES = urllib.request.Request(
    "https://pypi.org/simple/pip/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}
)
_PROGRESS_SECONDS = 5


class SetupError(Exception):
    """The environment cannot be created here; the message says what to do."""


def main() -> None:
    """Install the lock file of the extra named on the command line, by default `dev`."""
    extra = sys.argv[1] if len(sys.argv) > 1 else "dev"
    try:
        if not SUPPORTED[0] <= sys.version_info[:2] < SUPPORTED[1]:
            os.execv(_supported_python(), [PYTHON.name, *sys.argv])
        if not _is_installed(extra):
            _create_environment()
            _install(extra)
    except SetupError as error:
        sys.exit(str(error))


def _supported_python() -> str:
    """Return the path of another Python on this machine that the project supports."""
    for name in ("python3.12", "python3.11"):
        if (found := shutil.which(name)) and _succeeds([found, "-c", ""]):
            return found
    raise SetupError(f"Python 3.11 or 3.12 is needed, and only {sys.version.split()[0]} is here")


def _inputs_digest() -> str:
    inputs = [PROJECT / "pyproject.toml", *sorted(LOCKS.glob("*.txt"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in inputs)).hexdigest()


def _installed() -> dict[str, str]:
    """Return the extra and the digest of the last complete installation, or nothing."""
    return dict(json.loads(STAMP.read_text())) if STAMP.exists() and PYTHON.exists() else {}


def _is_installed(extra: str) -> bool:
    installed = _installed()
    return installed.get("digest") == _inputs_digest() and installed.get("extra") in (extra, "dev")


def _create_environment() -> None:
    """Create `.venv` with pip in it; Debian's Python lacks ensurepip, the usual source of pip."""
    if PYTHON.exists() and _succeeds([PYTHON, "-m", "pip", "--version"]):
        return
    print(f"Creating .venv with Python {sys.version.split()[0]}", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    if _succeeds([sys.executable, "-c", "import ensurepip"]):
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    elif not _succeeds([sys.executable, "-m", "venv", "--without-pip", VENV]):
        raise SetupError(
            "this Python cannot create virtual environments: on Debian or Ubuntu, apt install python3-venv"
        )


def _pip() -> list[str | Path]:
    """Return the command of a pip that installs into `.venv`: its own, this Python's or a downloaded wheel's."""
    if _succeeds([PYTHON, "-m", "pip", "--version"]):
        return [PYTHON, "-m", "pip"]
    if _succeeds([sys.executable, "-m", "pip", "--python", PYTHON, "--version"]):
        return [sys.executable, "-m", "pip", "--python", PYTHON]
    return [sys.executable, _downloaded_pip() / "pip", "--python", PYTHON]


def _downloaded_pip() -> Path:
    """Download the wheel of the locked pip, which runs without being installed; SetupError if its hash is wrong."""
    pinned = re.search(r"^pip==\S+((?:\s+\\\s+--hash=sha256:\w+)+)", (LOCKS / "build.txt").read_text(), re.MULTILINE)
    assert pinned, "requirements/build.txt does not pin pip"
    hashes = set(re.findall(r"sha256:(\w+)", pinned[1]))
    try:
        with urllib.request.urlopen(PIP_FILES, timeout=60) as response:
            files = json.load(response)["files"]
        [url] = (f["url"] for f in files if f["hashes"]["sha256"] in hashes and f["filename"].endswith(".whl"))
        with urllib.request.urlopen(url, timeout=60) as response:
            content = response.read()
    except (OSError, ValueError) as error:
        raise SetupError(
            f"there is no pip here and its download failed ({error}): on Debian or Ubuntu, apt install python3-venv"
        ) from error
    if hashlib.sha256(content).hexdigest() not in hashes:
        raise SetupError(f"the hash of {url} is not one of those in requirements/build.txt")
    wheel = VENV / "pip.whl"
    wheel.write_bytes(content)
    return wheel


def _install(extra: str) -> None:
    """Make `.venv` hold exactly what the lock file of `extra` says, and the project itself as editable."""
    if _installed().get("extra") == "dev":
        extra = "dev"  # never take from a developer's environment
    lock, tools, began = LOCKS / f"{extra}.txt", LOCKS / "build.txt", time.monotonic()
    print(f"Installing requirements/{lock.name} into .venv", flush=True)
    STAMP.unlink(missing_ok=True)
    LOG.unlink(missing_ok=True)
    quick = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if not _run([*_pip(), "install", "--require-hashes", "--only-binary=:all:", "--requirement", tools], quick):
        raise SetupError(f"pip failed; the end of {LOG}:\n{LOG.read_text()[-2000:]}")
    uv: list[str | Path] = [VENV / "bin" / "uv", "pip"]
    # Compiled now: a test run turns the warnings that compiling some packages gives into errors.
    sync: list[str | Path] = [*uv, "sync", "--require-hashes", "--compile-bytecode", lock, tools]
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--require-hashes", "--requirement", lock]
    if not _run(sync, _uv_environment()) and not _run(pip, quick):
        raise SetupError(f"the installation failed; the end of {LOG}:\n{LOG.read_text()[-2000:]}")
    project: list[str | Path] = [*uv, "install", "--no-deps", "--no-build-isolation", "--editable", PROJECT]
    if not _run(project, _uv_environment()):
        raise SetupError(f"the project cannot be installed; the end of {LOG}:\n{LOG.read_text()[-2000:]}")
    STAMP.write_text(json.dumps({"digest": _inputs_digest(), "extra": extra}))
    print(f"Installed in {time.monotonic() - began:.0f} s", flush=True)


def _uv_environment() -> dict[str, str]:
    """Return an environment in which uv uses `.venv`, and the index and certificates that pip is configured with."""
    listed = subprocess.run([PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True)
    configured = {}
    for line in listed.stdout.splitlines():
        name, _, value = line.partition("=")
        configured[name.rpartition(".")[2]] = str(ast.literal_eval(value))
    environment = {**os.environ, "VIRTUAL_ENV": str(VENV)}
    for variable, setting in (("UV_DEFAULT_INDEX", "index-url"), ("SSL_CERT_FILE", "cert")):
        if setting in configured:
            environment.setdefault(variable, configured[setting])
    return environment


def _succeeds(command: list[str | Path]) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0


def _run(command: list[str | Path], environment: dict[str, str]) -> bool:
    """Run an installer and return whether it succeeded; write its output to the log and progress to the terminal."""
    began = time.monotonic()
    with LOG.open("a") as log:
        installer = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
        while True:
            try:
                return installer.wait(_PROGRESS_SECONDS) == 0
            except subprocess.TimeoutExpired:
                print(f"  {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
