"""The pages of the staff desk, one module for each subject, found by themselves.

A module offers `pages`, its blueprint, and `MENU`, its entries of the side menu. Another subject is another module;
nothing here changes. docs/desk.md shows how a page is written.
"""

import importlib
import pkgutil
from typing import Any

from flask import Blueprint

from web.desk.menu import Menu, MenuEntry


def blueprints() -> list[Blueprint]:
    """Return the blueprint of every subject."""
    return [module.pages for module in _subjects()]


def menu() -> Menu:
    """Return the menu of all subjects."""
    entries: list[MenuEntry] = []
    for module in _subjects():
        entries += getattr(module, "MENU", ())
    return Menu(entries)


def _subjects() -> list[Any]:
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    return [importlib.import_module(f"{__name__}.{name}") for name in names]
