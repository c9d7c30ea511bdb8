"""Real tables, read where they lie; nothing of them is copied here."""

from pathlib import Path

import pytest

from tijian.engine.catalogue.loading import load_city
from tijian.engine.exam.intake.examine import examine
from tijian.engine.exam.intake.verdicts import Use, Verdict

ROOT = Path(__file__).parents[2]
SHARED = ROOT / ".." / "shared" / "data"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not here")


@pytest.fixture(scope="module")
def city():
    return load_city(ROOT / "cities" / "shenyang")


@pytest.fixture(scope="module")
def days_of_2015():
    lines = (SHARED / "shenyang/shenyang_aqi_daily_2013_2017.csv").read_text("utf-8").splitlines()
    return "\n".join([lines[0], *(line for line in lines if ",2015-" in line)]).encode("gb18030")


@pytest.fixture(scope="module")
def aqi(city, days_of_2015):
    return examine([("空气质量2015.csv", days_of_2015)], city, year=2015)


def test_the_daily_aqi_of_2015(aqi, city):
    (series,) = aqi.series
    assert (series.counted, series.covered, series.days) == (219, 359, 365)
    assert (series.contradictions, series.would_change) == (6, 2)
    assert series.area == city.doc.city.code
    assert aqi.files[0].encoding == "GB18030"
    assert aqi.files[0].rows == 359


def test_six_labels_are_asked_about_and_two_would_change_the_count(aqi):
    asked = [c for c in aqi.cells if c.verdict is Verdict.ASKED]
    assert [c.period for c in asked] == [
        "2015-03-08",
        "2015-03-15",
        "2015-08-12",
        "2015-09-03",
        "2015-10-14",
        "2015-10-18",
    ]
    assert ["会改变" in c.note and "不改变" not in c.note for c in asked] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    assert aqi.totals["refused"] == 0


def test_only_the_counts_would_be_written(aqi):
    assert {(g.item, g.value, g.period) for g in aqi.given} == {
        ("good_days", 219.0, "2015"),
        ("valid_days", 359.0, "2015"),
    }


def test_all_five_years_are_counted_apart_and_broken_ones_not_written(city):
    path = SHARED / "shenyang/shenyang_aqi_daily_2013_2017.csv"
    intake = examine([path], city, year=2015)
    assert [(s.year, s.covered) for s in intake.series] == [
        (2013, 30),
        (2014, 365),
        (2015, 359),
        (2016, 366),
        (2017, 31),
    ]
    assert {g.period for g in intake.given} == {"2014", "2015", "2016"}


def test_the_yearbook_of_thirty_cities_is_rehearsed_cell_by_cell(city):
    path = SHARED / "city_stats/china_30_cities_2008_2017.csv"
    intake = examine([path], city, year=2015, accept_unknown=True)
    assert intake.totals["cells"] == 300 * 9
    assert intake.given == ()
    assert all(c.use is Use.ASIDE for c in intake.cells)
    asked = [c for c in intake.cells if c.verdict is Verdict.ASKED]
    assert asked
    assert all(c.text.startswith("0") and c.value == float(c.text) for c in asked)
    strict = examine([path], city, year=2015)
    assert strict.totals["refused"] == 300 * 9
