"""Runs benchmarks on a stack of their own: `python -m benchmarks [NAME…]`."""

import importlib
import pkgutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

import benchmarks
from deploy.local.stack import Stack


def main(
    names: Annotated[list[str] | None, typer.Argument(help="Benchmark modules; by default all.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Run at full size, which takes long.")] = False,
) -> None:
    """Run benchmarks and print one JSON line for each figure."""
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
