"""谁没有被服务: the page lists what the computation gives, most people first, narrowed to an area, and as a table."""

import csv
import io
import re
from dataclasses import replace

import pytest
import shapely
from filling import ROUND

from tijian.engine.compute.registry import Gap


@pytest.fixture
def seen(place):
    from tijian.office.register.models import Round
    from tijian.shells.web.pages.seen import Seen

    return Seen(Round.objects.get(name=ROUND))


@pytest.fixture
def covered(seen, monkeypatch):
    """The small city's one computed indicator as if it were a coverage that leaves two places in one area, one in another."""
    outlines = seen.opened.layers.outlines()
    first, second = [a for a in seen.districts if a in outlines][:2]

    def piece(area):
        return shapely.buffer(shapely.point_on_surface(outlines[area]), 60.0)

    places = [
        Gap(first, piece(first), 120.0, "东公园", 800.0),
        Gap(first, piece(first), 3400.0, "=公园", 1250.4, "药店"),
        Gap(second, piece(second), None, "", None),
    ]
    programs = seen.opened.programs
    program = programs["MO01"]
    computation = replace(program.computation, gaps=lambda material: places if material.year == 2024 else [])
    monkeypatch.setitem(programs, "MO01", replace(program, computation=computation))
    return first, second


def page(visitors, path, status=200):
    answer = visitors.client("lingdao").get(path)
    assert answer.status_code == status, answer.content.decode()[-500:]
    return answer.content.decode("utf-8-sig")


def test_the_places_are_listed_with_people_first(seen, covered, visitors):
    text = page(visitors, seen.url("gaps", indicator="MO01"))
    assert "3 处，3,520 人" in text
    assert text.index("3,400") < text.index("东公园")
    assert "药店" in text
    assert "1,250" in text
    assert "没有人口图层" in text  # missing is not zero
    assert "没有设施" in text
    assert "<svg" in text


def test_narrowed_to_an_area_and_given_as_a_table(seen, covered, visitors):
    first, second = covered
    text = page(visitors, f"{seen.url('gaps', indicator='MO01')}?area={second}")
    assert "1 处，0 人" in text
    assert "东公园" not in text
    rows = list(
        csv.DictReader(
            io.StringIO(page(visitors, f"{seen.url('gaps', indicator='MO01')}?format=csv&area={first}"))
        )
    )
    assert [(r["people"], r["distance_m"]) for r in rows] == [("3400", "1250"), ("120", "800")]
    assert rows[0]["nearest"] == "'=公园"  # a spreadsheet would run it


def test_the_indicator_and_the_explanation_lead_there(seen, covered, visitors):
    address = seen.url("gaps", indicator="MO01")
    assert address in page(visitors, seen.url("indicator", indicator="MO01"))
    first, _ = covered
    assert re.search(
        rf'href="{address}\?area={first}"', page(visitors, seen.url("explain", indicator="MO01", area=first))
    )
    assert "谁没有被服务" not in page(visitors, seen.url("indicator", indicator="LV01"))


def test_what_is_no_coverage_says_so_and_what_is_no_indicator_is_not_found(seen, visitors):
    assert "只有由图层算出的覆盖率" in page(visitors, seen.url("gaps", indicator="LV01"))
    page(visitors, seen.url("gaps", indicator="NOTHING"), 404)


def test_where_all_is_served_the_page_says_so(seen, covered, visitors):
    text = page(visitors, f"{seen.url('gaps', indicator='MO01')}?area=000000")
    assert "没有没被服务的地方" in text
