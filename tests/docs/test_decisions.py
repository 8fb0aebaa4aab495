"""Check the pages in docs/decisions: their parts, their index, and every reference to them in the repository."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "decisions"
PAGES = sorted(FOLDER.glob("[0-9]*.md"))
NUMBERS = {page.name[:4] for page in PAGES}
STATUS = re.compile(r"accepted|superseded by \[(?P<by>\d{4})\]\([^)]+\)")
SOURCES = [
    *(path for pattern in ("*.md", "*.toml", "*.yml", "Makefile", "Procfile") for path in ROOT.glob(pattern)),
    *(
        path
        for top in (
            "benchmarks",
            "clients",
            "contracts",
            "deploy",
            "directory",
            "encryption",
            "docs",
            "gateway",
            "messaging",
            "services",
            "tests",
        )
        for path in (ROOT / top).rglob("*")
        if path.suffix in {".md", ".py", ".toml", ".yaml", ".yml", ".sql", ".sh"} and path != Path(__file__)
    ),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name[:4])
def test_a_page_has_title_status_date_and_sections(page: Path) -> None:
    lines = page.read_text("utf-8").splitlines()

    number, _, title = lines[0].removeprefix("# ").partition(": ")
    assert page.name == f"{number}-{_slug(title)}.md"
    status = STATUS.fullmatch(lines[2].removeprefix("- Status: "))
    assert status is not None
    assert status["by"] in {None, *NUMBERS}
    assert date.fromisoformat(lines[3].removeprefix("- Date: "))
    assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"]


def test_no_number_is_used_twice() -> None:
    assert len(NUMBERS) == len(PAGES)


def test_the_index_lists_each_page_once_with_title_and_status() -> None:
    rows = re.findall(
        r"^\| \[(\d{4})\]\(([^)]+)\) \| (.+) \| (.+) \|$", (FOLDER / "README.md").read_text("utf-8"), re.M
    )

    assert sorted(rows) == [(page.name[:4], page.name, *_title_and_status(page)) for page in PAGES]


def test_every_reference_to_a_decision_resolves() -> None:
    assert [(str(path.relative_to(ROOT)), name) for path in SOURCES for name in _unresolved(path)] == []


def _title_and_status(page: Path) -> tuple[str, str]:
    lines = page.read_text("utf-8").splitlines()
    return lines[0].partition(": ")[2], lines[2].removeprefix("- Status: ")


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower().replace("'", "")).strip("-")


def _unresolved(path: Path) -> Iterator[str]:
    """Yield references to pages that do not exist: `decisions/0042…`, `decision 42`, and links between pages."""
    text = path.read_text("utf-8")
    for number, rest in re.findall(r"decisions/(\d{4})((?:-[a-z0-9-]+)?(?:\.md)?)", text):
        if number not in NUMBERS or (rest and not (FOLDER / f"{number}{rest}").is_file()):
            yield f"decisions/{number}{rest}"
    for number in re.findall(r"\b[Dd]ecision (\d{1,4})\b", text):
        if number.zfill(4) not in NUMBERS:
            yield f"decision {number}"
    if path.parent == FOLDER:
        yield from (name for name in re.findall(r"\]\((\d{4}-[^)#]+)\)", text) if not (FOLDER / name).is_file())
