"""Check the invariants of the running platform; see the package."""

import typer
from rich.console import Console

from deploy.invariants import Platform, check, report


def main(timeout: float = 60.0) -> None:
    """Check the running platform; exit with 1 if an invariant is violated."""
    platform = Platform.from_env()
    platform.wait_until_quiet(timeout)
    if not report(check(platform), Console(soft_wrap=True)):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
