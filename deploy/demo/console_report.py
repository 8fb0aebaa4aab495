"""Prints the progress of the demo on the terminal."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

T = TypeVar("T")


class StoryFailed(Exception):
    """A check of the story failed."""


class ConsoleReport:
    """Prints headings, lines, checks and progress bars."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(soft_wrap=True, highlight=False)

    def heading(self, title: str) -> None:
        self.console.print(f"\n[bold]{title}[/]")

    def line(self, what: str) -> None:
        self.console.print(f"   {what}")

    def check(self, statement: str, holds: bool, seen: Any = None) -> None:
        """Print `statement` with a tick; raise StoryFailed with what was `seen` if it does not hold."""
        if not holds:
            raise StoryFailed(f"{statement}: {seen!r}")
        self.console.print(f"   [green]✓[/] {statement}")

    def progress(self, title: str, things: Iterable[T], total: int) -> Iterator[T]:
        """Yield `things` and show a progress bar."""
        columns = (TextColumn("   {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console) as progress:
            yield from progress.track(things, total=total, description=title)
