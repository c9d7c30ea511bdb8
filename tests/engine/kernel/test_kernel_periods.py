"""Periods: a table of dates and names, seasons over two years, quarters."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tijian.engine.kernel.periods import (
    PERIOD_ZH,
    PeriodType,
    Season,
    bounds,
    label,
    last_day,
    parse_sub,
    parse_year,
    sub_periods,
)

YEAR, SEASON = PeriodType.CALENDAR_YEAR, PeriodType.HEATING_SEASON
QUARTER, MONTH, DAY = PeriodType.QUARTER, PeriodType.MONTH, PeriodType.DAY
WINTER = Season()

# Forty names: kind, text, first day (None = refused).
NAMES = [
    (DAY, "2019-01-01", (2019, 1, 1)), (DAY, "2019-12-31", (2019, 12, 31)), (DAY, "2020-02-29", (2020, 2, 29)),
    (DAY, "2019-02-29", None), (DAY, "2000-02-29", (2000, 2, 29)), (DAY, "1900-02-29", None),
    (DAY, "2100-02-29", None), (DAY, "2021-04-31", None), (DAY, "2021-04-30", (2021, 4, 30)),
    (DAY, "2021-00-10", None), (DAY, "2021-13-01", None), (DAY, "2021-01-00", None), (DAY, "2021-1-1", None),
    (DAY, "2021/01/01", None), (DAY, "20210101", None), (DAY, "2021-01", None), (DAY, " 2021-01-01", None),
    (DAY, "2021-01-01 ", None), (DAY, "2021-01-01T00", None), (DAY, "", None),
    (MONTH, "2019-01", (2019, 1, 1)), (MONTH, "2019-12", (2019, 12, 1)), (MONTH, "2020-02", (2020, 2, 1)),
    (MONTH, "2019-00", None), (MONTH, "2019-13", None), (MONTH, "2019-1", None), (MONTH, "2019", None),
    (MONTH, "2019-01-01", None), (MONTH, "2019年1月", None), (MONTH, "2019-001", None),
    (QUARTER, "2019Q1", (2019, 1, 1)), (QUARTER, "2019Q2", (2019, 4, 1)), (QUARTER, "2019Q3", (2019, 7, 1)),
    (QUARTER, "2019Q4", (2019, 10, 1)), (QUARTER, "2019Q0", None), (QUARTER, "2019Q5", None),
    (QUARTER, "2019q1", None), (QUARTER, "2019-Q1", None), (QUARTER, "Q1", None), (QUARTER, "2019Q11", None),
]  # fmt: skip


def test_the_table_has_forty_names():
    assert len(NAMES) == 40
    assert len({(kind, text) for kind, text, _ in NAMES}) == 40


@pytest.mark.parametrize(("kind", "text", "first"), NAMES)
def test_names_of_sub_periods(kind, text, first):
    if first is None:
        with pytest.raises(ValueError):  # noqa: PT011 — the caller only needs to know that it is no period
            parse_sub(text, kind)
    else:
        assert parse_sub(text, kind) == date(*first)


@pytest.mark.parametrize(("text", "year"), [("2019", 2019), ("1949", 1949), ("2100", 2100)])
def test_names_of_years(text, year):
    assert parse_year(text) == year


@pytest.mark.parametrize(
    "text",
    ["1948", "2101", "0000", "19", "20190", "2019年", "2019.0", "-2019", " 2019", "2019 ", "", "2019-01"],
)
def test_no_names_of_years(text):
    with pytest.raises(ValueError, match=text.strip() or "^$"):
        parse_year(text)


@pytest.mark.parametrize(
    ("year", "kind", "first", "last"),
    [
        (2019, YEAR, date(2019, 1, 1), date(2019, 12, 31)),
        (2020, YEAR, date(2020, 1, 1), date(2020, 12, 31)),
        (2019, SEASON, date(2019, 11, 1), date(2020, 3, 31)),
        (2020, SEASON, date(2020, 11, 1), date(2021, 3, 31)),
    ],
)
def test_first_and_last_day(year, kind, first, last):
    assert bounds(year, kind, WINTER) == (first, last)


def test_a_city_may_heat_at_other_times():
    assert bounds(2021, SEASON, Season((10, 15), (4, 20))) == (date(2021, 10, 15), date(2022, 4, 20))


@pytest.mark.parametrize(("year", "days"), [(2018, 365), (2019, 365), (2020, 366), (2000, 366), (2100, 365)])
def test_days_of_a_calendar_year(year, days):
    names = sub_periods(year, YEAR, DAY, WINTER)
    assert len(names) == days
    assert (names[0], names[58], names[-1]) == (f"{year}-01-01", f"{year}-02-28", f"{year}-12-31")
    assert (f"{year}-02-29" in names) == (days == 366)


@pytest.mark.parametrize(("year", "days"), [(2018, 151), (2019, 152), (2020, 151), (2022, 151), (2023, 152)])
def test_days_of_a_season_reach_into_the_next_year(year, days):
    names = sub_periods(year, SEASON, DAY, WINTER)
    assert len(names) == days
    assert (names[0], names[-1]) == (f"{year}-11-01", f"{year + 1}-03-31")
    assert (f"{year + 1}-02-29" in names) == (days == 152)


def test_months_and_quarters():
    assert sub_periods(2019, YEAR, MONTH, WINTER) == [f"2019-{m:02d}" for m in range(1, 13)]
    assert sub_periods(2019, SEASON, MONTH, WINTER) == ["2019-11", "2019-12", "2020-01", "2020-02", "2020-03"]
    assert sub_periods(2019, YEAR, QUARTER, WINTER) == ["2019Q1", "2019Q2", "2019Q3", "2019Q4"]
    assert sub_periods(2019, SEASON, QUARTER, WINTER) == ["2020Q1"]
    assert sub_periods(2019, SEASON, MONTH, Season((10, 15), (4, 20))) == [
        "2019-11", "2019-12", "2020-01", "2020-02", "2020-03", "2020-04",
    ]  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.integers(1950, 2099), st.sampled_from([YEAR, SEASON]), st.sampled_from([DAY, MONTH, QUARTER]))
def test_names_written_are_names_read_in_order_and_inside(year, kind, sub):
    names = sub_periods(year, kind, sub, WINTER)
    firsts = [parse_sub(name, sub) for name in names]
    assert firsts == sorted(set(firsts))
    first, last = bounds(year, kind, WINTER)
    assert all(first <= day <= last for day in firsts)
    if sub is DAY:
        assert all(b - a == timedelta(days=1) for a, b in pairwise(firsts))


@pytest.mark.parametrize(
    ("year", "month", "day"), [(2019, 2, 28), (2020, 2, 29), (1900, 2, 28), (2021, 4, 30), (2021, 12, 31)]
)
def test_the_last_day_of_a_month(year, month, day):
    assert last_day(year, month) == day


@pytest.mark.parametrize(
    ("year", "kind", "text"),
    [(2019, YEAR, "2019 年"), (2019, SEASON, "2019/20 供暖季"), (2099, SEASON, "2099/00 供暖季"),
     (2008, SEASON, "2008/09 供暖季")],
)  # fmt: skip
def test_periods_are_named_as_reports_do(year, kind, text):
    assert label(year, kind) == text


def test_every_kind_of_period_has_a_chinese_name():
    assert set(PERIOD_ZH) == set(PeriodType)
