"""Bar charts as SVG, laid out here: they need no script and print as they are shown.

A page shows the same figures in a table beside every chart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 280
"""The viewBox of a chart; pages scale it to their width."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 8, 12, 40
_TICKS = 4
_MOST_LABELS = 12


@dataclass(frozen=True)
class Bar:
    """One bar; `series` is the number of its series, from 0."""

    x: float
    y: float
    width: float
    height: float
    series: int
    text: str


@dataclass(frozen=True)
class Label:
    """A text at a place of an axis."""

    at: float
    text: str


@dataclass(frozen=True)
class BarChart:
    """A laid out chart: bars in groups, labels below, ticks at the left, the line of zero."""

    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    ticks: tuple[Label, ...]
    zero: float
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    below: int = HEIGHT - _BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


def bar_chart(series: Sequence[str], groups: Sequence[tuple[str, Sequence[float]]]) -> BarChart:
    """Return a chart of groups of bars: each group has a label and a value for each of the `series`.

    Raise ValueError for a group without a value for every series.
    """
    if any(len(values) != len(series) for _label, values in groups):
        raise ValueError("every group needs a value for each series")
    values = [value for _label, group in groups for value in group]
    step = _step(max([*values, 0]) - min([*values, 0]))
    least, most = _floor(min([*values, 0]), step), _ceiling(max([*values, 1]), step)
    scale = (HEIGHT - _TOP - _BOTTOM) / (most - least)

    def height_of(value: float) -> float:
        return round(HEIGHT - _BOTTOM - (value - least) * scale, 1)

    room = (WIDTH - _LEFT - _RIGHT) / max(len(groups), 1)
    bar_width = min(room * 0.8 / max(len(series), 1), 48)
    bars, labels = [], []
    shown_labels = max(1, -(-len(groups) // _MOST_LABELS))
    for at, (label, group) in enumerate(groups):
        middle = _LEFT + room * (at + 0.5)
        if at % shown_labels == 0:
            labels.append(Label(round(middle, 1), label))
        start = middle - bar_width * len(series) / 2
        for number, value in enumerate(group):
            top, bottom = sorted((height_of(value), height_of(0)))
            text = f"{label} {series[number]} {value:,g}"
            bars.append(
                Bar(round(start + number * bar_width, 1), top, round(bar_width * 0.9, 1), bottom - top, number, text)
            )
    count = round((most - least) / step)
    ticks = tuple(Label(height_of(least + each * step), f"{least + each * step:,g}") for each in range(count + 1))
    return BarChart(tuple(series), tuple(bars), tuple(labels), ticks, height_of(0))


def _step(span: float) -> float:
    """Return a round distance between ticks: 1, 2 or 5 times a power of ten."""
    wanted = max(span, _TICKS) / _TICKS
    power = 1.0
    while power * 10 <= wanted:
        power *= 10
    return next(power * times for times in (1, 2, 5, 10) if power * times >= wanted)


def _floor(value: float, step: float) -> float:
    return (value // step) * step


def _ceiling(value: float, step: float) -> float:
    return -((-value // step) * step)
