"""What must hold of every page: the rules of WCAG 2.2 AA that a program can check, and that nothing is cut off."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_axe = Axe()


def assert_usable(page: Page, *, least_target: int = 24) -> None:
    """Assert that the page breaks no rule of accessibility, fits the window's width, and has targets large enough.

    `least_target` is in CSS pixels: 24 is what WCAG 2.2 asks (2.5.8), and a link within a sentence is exempt.
    """
    violations = _violations(page)
    assert not violations, "\n".join(violations)
    assert_fits(page, least_target=least_target)


def assert_fits(page: Page, *, least_target: int = 24) -> None:
    """Assert that the page fits the window's width, and that its targets are large enough."""
    assert _width_beyond_window(page) <= 0, f"{page.url} is wider than the window"
    assert not (small := _small_targets(page, least_target)), "\n".join(small)


def _violations(page: Page) -> list[str]:
    found: list[dict[str, Any]] = _axe.run(page, options=_RULES).response["violations"]
    return [
        f"{page.url}: {violation['id']}: {violation['help']}: {node['html'][:200]}"
        for violation in found
        for node in violation["nodes"]
    ]


def _width_beyond_window(page: Page) -> int:
    beyond: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return beyond


def _small_targets(page: Page, least: int) -> list[str]:
    small: list[str] = page.evaluate(
        """least => [...document.querySelectorAll("button, input:not([type=hidden]), select, summary, [role=button]")]
          .filter(target => target.checkVisibility())
          .map(target => [(target.closest("label") ?? target).getBoundingClientRect(), target.outerHTML.slice(0, 120)])
          .filter(([box]) => box.width > 1 && (box.width < least || box.height < least))
          .map(([box, html]) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${html}`)""",
        least,
    )
    return small
