"""Generates clients from docs/openapi.json as developers would, without options, and checks them strictly.

`make clients` needs npm, Java and the registries of Python and npm; it takes about two minutes. The generators are
installed in a folder of their own.
"""

import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path

PROJECT = Path(__file__).parents[1]
DOCUMENT = PROJECT / "docs" / "openapi.json"
_FOLDER = PROJECT / ".local" / "clients"
_TYPESCRIPT = PROJECT / "tests" / "clients" / "typescript"
_GENERATORS = ("openapi-generator-cli==7.26.0", "openapi-python-client==0.29.1")
_CHECKERS = ("mypy", "ruff", "httpx", "attrs", "python-dateutil", "types-python-dateutil", "pydantic", "urllib3")
_STRICT = {
    "compilerOptions": {
        "strict": True,
        "target": "ES2022",
        "lib": ["ES2022", "DOM"],
        "module": "ESNext",
        "moduleResolution": "Bundler",
        "noEmit": True,
        "types": [],
    },
    "include": ["."],
}


class CheckError(Exception):
    """A generator or a compiler ended with an error; its output is the message."""


def check_clients(folder: Path) -> None:
    """Generate and check the clients in `folder`; print a line each.

    Raise CheckError for the first that is wrong.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tools = _install(folder / "tools")
    for check in (_check_typescript_fetch, _check_openapi_generator_python, _check_openapi_python_client):
        check(folder, tools)


def _install(folder: Path) -> Path:
    """Return the folder of the generators' commands."""
    if not (folder / "bin" / "openapi-generator-cli").exists():
        venv.create(folder, with_pip=True, clear=True)
        _run(folder / "bin" / "pip", "install", "--quiet", *_GENERATORS, *_CHECKERS)
    return folder / "bin"


def _check_typescript_fetch(folder: Path, tools: Path) -> None:
    made = _generate("typescript-fetch", folder, tools)
    shutil.copytree(_TYPESCRIPT, folder / "typescript", dirs_exist_ok=True)
    _run("npm", "ci", "--no-audit", "--no-fund", "--prefer-offline", at=folder / "typescript")
    (made / "tsconfig.json").write_text(json.dumps(_STRICT))
    _run("node_modules/.bin/tsc", "--project", made, at=folder / "typescript")
    print("openapi-generator, typescript-fetch: compiles strictly")


def _check_openapi_generator_python(folder: Path, tools: Path) -> None:
    made = _generate("python", folder, tools)
    _run(tools / "mypy", made / "openapi_client", at=made)
    print("openapi-generator, python: mypy finds nothing")


def _check_openapi_python_client(folder: Path, tools: Path) -> None:
    made = folder / "openapi-python-client"
    _run(tools / "openapi-python-client", "generate", "--overwrite", "--path", DOCUMENT, "--output-path", made)
    _run(tools / "mypy", "--strict", made / "shanzhi_client", at=made)
    print("openapi-python-client: mypy --strict finds nothing")


def _generate(language: str, folder: Path, tools: Path) -> Path:
    """Return the folder of openapi-generator's client. Raise CheckError where two files would have one name."""
    made = folder / language
    shutil.rmtree(made, ignore_errors=True)
    output = _run(tools / "openapi-generator-cli", "generate", "-g", language, "-i", DOCUMENT, "-o", made)
    if "FILEPATH_COLLISION" in output:
        raise CheckError(output)
    return made


def _run(*command: str | Path, at: Path = PROJECT) -> str:
    done = subprocess.run([str(part) for part in command], cwd=at, capture_output=True, text=True)
    if done.returncode:
        raise CheckError(f"{command[0]}:\n{(done.stdout + done.stderr)[-5000:]}")
    return done.stdout + done.stderr


if __name__ == "__main__":
    try:
        check_clients(_FOLDER)
    except CheckError as failure:
        sys.exit(str(failure))
