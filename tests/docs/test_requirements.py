"""docs/requirements.md: each rule has a flow named after it, and every test, file and symbol it names exists."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.split(" | ")]
    for line in (ROOT / "docs" / "requirements.md").read_text("utf-8").splitlines()
    if line.startswith(("| R", "| – "))
]
NAMED = [name for row in ROWS for name in re.findall(r"`(tests/[^`]+)`", row[-1])]


@pytest.mark.parametrize("rule", range(1, 33))
def test_each_rule_is_tested_over_http_by_a_flow_named_after_it(rule: int) -> None:
    flows = (ROOT / "tests" / "flows").glob("test_*.py")

    assert any(rule in rules for flow in flows for rules in _rules(flow.read_text("utf-8")))


def test_every_test_of_the_table_exists() -> None:
    assert NAMED
    assert [name for name in NAMED if not _test_exists(*name.split("::"))] == []


def test_every_row_names_code_and_tests() -> None:
    assert [row for row in ROWS if len(row) != 5 or "`" not in row[2] or "`" not in row[4]] == []


def test_the_code_of_every_row_exists() -> None:
    named = [reference for row in ROWS for reference in re.findall(r"`([^`]+)`", row[2])]

    assert named
    assert [reference for reference in named if not _code_exists(*reference.split(":"))] == []


def _code_exists(path: str, symbol: str = "") -> bool:
    """Return whether the file exists and defines `symbol`: `gateway/app.py:create_app`."""
    return (ROOT / path).exists() and (not symbol or _defines(ast.parse((ROOT / path).read_text("utf-8")), symbol))


def _defines(scope: ast.AST, symbol: str) -> bool:
    name, _, member = symbol.partition(".")
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name:
            return not member or _defines(node, member)
        if isinstance(node, ast.ClassDef) and not member and _defines(node, name):
            return True
    return False


def _rules(source: str) -> Iterator[set[int]]:
    """Yield the rules in the name of each test: 16 and 17 for `test_r16_r17_an_objection…`."""
    for name in re.findall(r"^def test((?:_r\d+)+)_", source, re.MULTILINE):
        yield set(map(int, re.findall(r"\d+", name)))


def _test_exists(path: str, test: str = "") -> bool:
    file = ROOT / path
    return file.is_file() and (not test or f"def {test}(" in file.read_text("utf-8"))
