"""The side menu. Each module of `web.pages.desk` declares its entries as `MENU`, beside its views."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from web.languages import later as _

SECTIONS = {
    "today": _("今日"),
    "people": _("居民"),
    "points": _("积分"),
    "together": _("参与"),
    "places": _("院落"),
    "rewards": _("兑换"),
    "office": _("社区"),
    "platform": _("平台"),
}
"""Every section of the menu with its title, in order."""


@dataclass(frozen=True, kw_only=True)
class MenuEntry:
    """One line of the menu: a page and the roles that see it."""

    title: str
    """Chinese, marked by `web.languages.later`."""
    endpoint: str
    section: str
    roles: tuple[str, ...]
    order: int = 50
    """Place in its section; equal ones in order of their titles."""

    def __post_init__(self) -> None:
        if self.section not in SECTIONS:
            raise ValueError(f"{self.endpoint}: no section {self.section}")


class Menu:
    """All entries of the desk."""

    def __init__(self, entries: Iterable[MenuEntry]) -> None:
        order = list(SECTIONS)
        self._entries = sorted(entries, key=lambda entry: (order.index(entry.section), entry.order, entry.title))

    def of_roles(self, roles: Iterable[str]) -> dict[str, list[MenuEntry]]:
        """Return the entries of any of the roles by section, in order."""
        held = set(roles)
        shown: dict[str, list[MenuEntry]] = {}
        for entry in self._entries:
            if held.intersection(entry.roles):
                shown.setdefault(entry.section, []).append(entry)
        return shown

    def present(self, roles: Iterable[str], path: str) -> str | None:
        """Return the endpoint of the entry that a path belongs to: the one with the longest address before it."""
        held = set(roles)
        addresses = {url_for(each.endpoint): each.endpoint for each in self._entries if held.intersection(each.roles)}
        first = url_for("desk_home.home")  # stands before every address, and is the page of none but its own
        before = [
            address
            for address in addresses
            if path == address or (address != first and path.startswith(address.rstrip("/") + "/"))
        ]
        return addresses[max(before, key=len)] if before else None
