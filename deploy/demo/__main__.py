"""Create the demo community, run its story, and check the invariants."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from contracts import calendar
from deploy import invariants
from deploy.demo import loading, story
from deploy.demo.api_client import Api, ApiError
from deploy.demo.console_report import ConsoleReport, StoryFailed

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(help=__doc__)
def main(
    gateway: Annotated[str, typer.Option(help="URL of the gateway.")],
    logins: Annotated[Path | None, typer.Option(help="File for the logins, as JSON.")] = None,
) -> None:
    report = ConsoleReport()
    api = Api(gateway)
    try:
        demo = loading.load(api, calendar.day_of(datetime.now(UTC)), report)
        if logins:
            with open(os.open(logins, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump(demo.logins, file, ensure_ascii=False)
        story.play(demo, report)
    except (ApiError, StoryFailed, TimeoutError) as error:
        report.console.print(f"\n[red]故事中断 a step failed:[/] {error}")
        raise typer.Exit(1) from error
    finally:
        api.close()
    report.heading("不变量 · Invariants")
    platform = invariants.Platform.from_env()
    platform.wait_until_quiet()
    if not invariants.report(invariants.check(platform), report.console):
        raise typer.Exit(1)


if __name__ == "__main__":
    app()
