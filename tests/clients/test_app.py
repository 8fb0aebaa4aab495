"""The residents' app: its logic, its types against the contract, and the mini-program that is built of it."""

import json
import re
import shutil
from pathlib import Path

import pytest

from deploy import app, node

APP = app.APP
MAIN_PACKAGE_BYTES = 1024 * 1024
"""WeChat allows twice as much."""
EVALUATION = re.compile(r"\beval\(|new Function\(")
"""What a mini-program refuses to run. `Function("return this")()` asks for the global object, where it is refused."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not shutil.which("npm"), reason="npm is not installed: the residents' app is not built"),
]


@pytest.fixture(scope="module")
def packages() -> None:
    """The packages of the app, and the generated types of its client."""
    client = APP.parent / "typescript"
    node.install(client)
    node.run(client, "run", "--silent", "generate")
    node.install(APP)


@pytest.fixture(scope="module")
def mini_program(packages: None) -> Path:
    """The folder of the built mini-program."""
    return app.build("mp-weixin")


def _pages(folder: Path) -> list[str]:
    listed = json.loads((folder / "app.json").read_text())
    packed = [f"{package['root']}/{page}" for package in listed["subPackages"] for page in package["pages"]]
    return [*listed["pages"], *packed]


def test_the_tests_of_its_logic_pass(packages):
    node.run(APP, "run", "--silent", "test")


def test_its_calls_fit_the_contract(packages):
    node.run(APP, "run", "--silent", "check")


def test_every_page_of_the_mini_program_exists(mini_program):
    pages = _pages(mini_program)
    assert len(pages) >= 20
    missing = [
        page for page in pages for kind in ("js", "json", "wxml") if not (mini_program / f"{page}.{kind}").exists()
    ]
    assert missing == []


def test_the_main_package_is_at_most_a_megabyte(mini_program):
    files = [file for file in mini_program.rglob("*") if file.is_file()]
    main = [file for file in files if "staff" not in file.relative_to(mini_program).parts]
    assert sum(file.stat().st_size for file in main) <= MAIN_PACKAGE_BYTES


def test_the_mini_program_evaluates_no_text(mini_program):
    found = [str(file) for file in mini_program.rglob("*.js") if EVALUATION.search(file.read_text())]
    assert found == []


def test_a_build_of_the_same_sources_is_not_repeated(mini_program):
    before = (mini_program / "app.json").stat().st_mtime_ns
    assert app.build("mp-weixin") == mini_program
    assert (mini_program / "app.json").stat().st_mtime_ns == before
