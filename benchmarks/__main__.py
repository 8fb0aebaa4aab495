"""`python -m benchmarks [NAME…]`: measure on a stack of its own; one JSON line a figure."""

import importlib
import pkgutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

import benchmarks
from deploy.local.stack import Stack


def main(
    names: Annotated[list[str] | None, typer.Argument(help="Modules here; by default all.")] = None,
    full: Annotated[bool, typer.Option("--full", help="The sizes that are promised, which take long.")] = False,
) -> None:
    """Measure, and print one JSON line a figure."""
    modules = [
        importlib.import_module(f"benchmarks.{found.name}")
        for found in pkgutil.iter_modules(benchmarks.__path__)
        if found.name != "__main__" and (not names or found.name in names)
    ]
    with TemporaryDirectory() as root, Stack(Path(root)) as stack:
        for module in modules:
            measure = getattr(module, "measure", lambda stack: ())
            for figure in getattr(module, "measure_fully", measure)(stack) if full else measure(stack):
                typer.echo(figure.line())


if __name__ == "__main__":
    typer.run(main)
