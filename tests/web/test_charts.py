"""Layout of bar charts."""

import pytest

from web.desk.charts import HEIGHT, WIDTH, bar_chart


def test_bars_are_as_high_as_their_values() -> None:
    chart = bar_chart(("发放", "使用"), [("2026-10", (400, 100)), ("2026-11", (200, 0))])

    heights = [bar.height for bar in chart.bars]
    assert heights[0] == pytest.approx(4 * heights[1], abs=0.2)
    assert heights[0] == pytest.approx(2 * heights[2], abs=0.2)
    assert heights[3] == 0
    assert [bar.series for bar in chart.bars] == [0, 1, 0, 1]
    assert chart.bars[0].text == "2026-10 发放 400"


def test_every_bar_and_label_is_inside_of_the_picture() -> None:
    chart = bar_chart(("净增",), [(str(month), (value,)) for month, value in enumerate((5, -3, 12_345, 0, -900))])

    for bar in chart.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
        assert 0 <= bar.y <= bar.y + bar.height <= HEIGHT
    assert all(0 < label.at < WIDTH for label in chart.labels)
    assert all(0 < tick.at < HEIGHT for tick in chart.ticks)


def test_values_below_zero_hang_from_the_line_of_zero() -> None:
    chart = bar_chart(("净增",), [("a", (5,)), ("b", (-5,))])

    assert chart.bars[0].y + chart.bars[0].height == pytest.approx(chart.zero)
    assert chart.bars[1].y == pytest.approx(chart.zero)


@pytest.mark.parametrize(
    ("most", "last"), [(1, "1"), (7, "8"), (100, "100"), (101, "150"), (99_999, "100,000"), (0, "1")]
)
def test_ticks_are_round_and_reach_the_highest_value(most: int, last: str) -> None:
    chart = bar_chart(("发放",), [("a", (most,))])

    assert (chart.ticks[0].text, chart.ticks[-1].text) == ("0", last)


def test_many_groups_show_some_of_their_labels() -> None:
    chart = bar_chart(("户均分",), [(str(number), (number,)) for number in range(60)])

    assert len(chart.bars) == 60
    assert len(chart.labels) == 12


def test_a_group_without_a_value_for_every_series_is_refused() -> None:
    with pytest.raises(ValueError, match="each series"):
        bar_chart(("发放", "使用"), [("a", (1,))])


def test_no_groups_are_an_empty_chart() -> None:
    assert bar_chart(("发放",), []).bars == ()
