"""docs/duties.md names every setting and how a change of it loosens a guard."""

from pathlib import Path

from contracts.guards import SETTINGS, Guard

PAGE = Path("docs/duties.md").read_text()


def test_the_page_has_the_table_of_the_code() -> None:
    rows = [
        f"| `{name}` | {each.loosened if isinstance(each, Guard) else 'no guard'} | {each.reason} |"
        for name, each in SETTINGS.items()
    ]

    assert "\n".join(rows) in PAGE
