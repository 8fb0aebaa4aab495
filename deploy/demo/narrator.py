"""Tells the story on the terminal: what is done, what it proves, and how far a long step is."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

T = TypeVar("T")


class StoryBroken(Exception):
    """The platform did something else than the story says."""


class Narrator:
    """One line for each thing that happens."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(soft_wrap=True, highlight=False)

    def chapter(self, title: str) -> None:
        self.console.print(f"\n[bold]{title}[/]")

    def tell(self, what: str) -> None:
        self.console.print(f"   {what}")

    def prove(self, claim: str, holds: bool, seen: Any = None) -> None:
        """Print `claim` with a tick; `StoryBroken` with what was `seen` when it does not hold."""
        if not holds:
            raise StoryBroken(f"{claim}: {seen!r}")
        self.console.print(f"   [green]✓[/] {claim}")

    def along(self, title: str, things: Iterable[T], total: int) -> Iterator[T]:
        """The same things, with a bar that moves as they are taken."""
        columns = (TextColumn("   {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console) as progress:
            yield from progress.track(things, total=total, description=title)
