"""Checks of the platform's invariants from outside: SQL in every store, the broker's queues, the ledger's own audit.

`python -m deploy.invariants` waits until the platform is quiet, prints one line for each invariant and fails if one is
violated. It only reads, so it can run on a live deployment.
"""

from rich.console import Console

from deploy.invariants.checks import INVARIANTS, Invariant
from deploy.invariants.platform import Platform

__all__ = ["INVARIANTS", "Invariant", "Platform", "check", "report"]

_SHOWN = 5


def check(platform: Platform) -> list[tuple[Invariant, list[str]]]:
    """Return every invariant with its violations; call `wait_until_quiet` first."""
    return [(each, list(each.violations(platform))) for each in sorted(INVARIANTS, key=lambda each: each.number)]


def report(results: list[tuple[Invariant, list[str]]], console: Console) -> bool:
    """Print one line for each invariant and return whether all hold."""
    for each, violations in results:
        verdict = "[green]✓[/]" if not violations else "[red]✗[/]"
        console.print(f"{each.number:>4} {verdict} {each.sentence}", highlight=False)
        for violation in violations[:_SHOWN]:
            console.print(f"       {violation}", highlight=False, markup=False)
        if len(violations) > _SHOWN:
            console.print(f"       and {len(violations) - _SHOWN} more")
    return not any(violations for _, violations in results)
