"""Load the demo community, play its story, and check what must always hold."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from contracts import calendar
from deploy import invariants
from deploy.demo import loading, story
from deploy.demo.narrator import Narrator, StoryBroken
from deploy.demo.visitors import Door, Refused

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(help=__doc__)
def main(
    gateway: Annotated[str, typer.Option(help="URL of the gateway.")],
    logins: Annotated[Path | None, typer.Option(help="Where to write who can sign in.")] = None,
) -> None:
    narrator = Narrator()
    door = Door(gateway)
    try:
        cast = loading.load(door, calendar.day_of(datetime.now(UTC)), narrator)
        if logins:
            logins.write_text(json.dumps(cast.logins, ensure_ascii=False))
        story.play(cast, narrator)
    except (Refused, StoryBroken, TimeoutError) as broken:
        narrator.console.print(f"\n[red]故事中断 the story broke:[/] {broken}")
        raise typer.Exit(1) from broken
    finally:
        door.close()
    narrator.chapter("不变量 · What must always hold")
    platform = invariants.Platform.from_env()
    platform.wait_until_quiet()
    if not invariants.report(invariants.check(platform), narrator.console):
        raise typer.Exit(1)


if __name__ == "__main__":
    app()
