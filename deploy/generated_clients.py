"""Generates clients from docs/openapi.json as developers would, without options, and checks them strictly.

`make clients` takes about three minutes and needs the registries of Python and npm. What needs Java, npm or Go is left
out where they are not installed, and is named. The generators are installed in a folder of their own.
"""

import json
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1]
DOCUMENT = PROJECT / "docs" / "openapi.json"
FILES_AS_BYTES = PROJECT / "clients" / "openapi-python-client.yaml"
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


@dataclass(frozen=True)
class Check:
    """A client that is generated and checked, and the commands that this needs."""

    title: str
    needs: tuple[str, ...]
    run: Callable[[Path, Path], str]
    """Generates the client in a folder with tools. Returns the result in words; raises CheckError."""


def missing(check: Check, which: Callable[[str], str | None] = shutil.which) -> list[str]:
    """Return the commands that a check needs and that are not installed."""
    return [command for command in check.needs if which(command) is None]


def check_clients(folder: Path, which: Callable[[str], str | None] = shutil.which) -> list[str]:
    """Generate and check the clients in `folder`; print a line each, also for those that are left out.

    Return the titles of what was left out. Raise CheckError for the first that is wrong.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tools = _install(folder / "tools")
    left_out = []
    for check in CHECKS:
        if absent := missing(check, which):
            left_out.append(check.title)
            print(f"{check.title}: left out, {' and '.join(absent)} not found", flush=True)
        else:
            print(f"{check.title}: {check.run(folder, tools)}", flush=True)
    return left_out


def _install(folder: Path) -> Path:
    """Return the folder of the generators' commands."""
    if not (folder / "bin" / "openapi-generator-cli").exists():
        venv.create(folder, with_pip=True, clear=True)
        _run(folder / "bin" / "pip", "install", "--quiet", *_GENERATORS, *_CHECKERS)
    return folder / "bin"


def _check_typescript_fetch(folder: Path, tools: Path) -> str:
    made = _generate("typescript-fetch", folder, tools)
    shutil.copytree(_TYPESCRIPT, folder / "typescript", dirs_exist_ok=True)
    _run("npm", "ci", "--no-audit", "--no-fund", "--prefer-offline", at=folder / "typescript")
    (made / "tsconfig.json").write_text(json.dumps(_STRICT))
    _run("node_modules/.bin/tsc", "--project", made, at=folder / "typescript")
    return "compiles strictly"


def _check_openapi_generator_python(folder: Path, tools: Path) -> str:
    made = _generate("python", folder, tools)
    _run(tools / "mypy", made / "openapi_client", at=made)
    return "mypy finds nothing"


def _check_openapi_generator_go(folder: Path, tools: Path) -> str:
    made = _generate("go", folder, tools)
    shutil.rmtree(made / "test", ignore_errors=True)  # it imports the client from a repository that is none
    _run("go", "mod", "tidy", at=made)
    _run("go", "vet", "./...", at=made)
    return "go vet finds nothing"


def _check_openapi_python_client(folder: Path, tools: Path) -> str:
    unread = _generate_with_openapi_python_client(folder / "openapi-python-client", tools)
    return f"mypy --strict finds nothing; {unread} answers that are files are not read without its --config"


def _check_openapi_python_client_with_files(folder: Path, tools: Path) -> str:
    made = folder / "openapi-python-client-with-files"
    if unread := _generate_with_openapi_python_client(made, tools, "--config", FILES_AS_BYTES):
        raise CheckError(f"openapi-python-client does not read {unread} answers: complete {FILES_AS_BYTES.name}")
    return "mypy --strict finds nothing, and every answer is read"


def _generate_with_openapi_python_client(made: Path, tools: Path, *options: str | Path) -> int:
    """Generate and check a client in the folder `made`. Return how many answers the generator left out."""
    shutil.rmtree(made, ignore_errors=True)
    output = _run(tools / "openapi-python-client", "generate", "--path", DOCUMENT, "--output-path", made, *options)
    _run(tools / "mypy", "--strict", made / "shanzhi_client", at=made)
    return output.count("Cannot parse response")


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


CHECKS = (
    Check("openapi-generator, typescript-fetch", ("java", "npm"), _check_typescript_fetch),
    Check("openapi-generator, python", ("java",), _check_openapi_generator_python),
    Check("openapi-generator, go", ("java", "go"), _check_openapi_generator_go),
    Check("openapi-python-client", (), _check_openapi_python_client),
    Check("openapi-python-client, with files", (), _check_openapi_python_client_with_files),
)


if __name__ == "__main__":
    try:
        left_out = check_clients(_FOLDER)
    except CheckError as failure:
        sys.exit(str(failure))
    if left_out:
        print(f"Checked {len(CHECKS) - len(left_out)} of {len(CHECKS)}. Install what is named above for the others.")
