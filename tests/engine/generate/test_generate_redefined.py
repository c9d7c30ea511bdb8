"""A definition that changes under its criterion: not judged, not ill, said everywhere; judged again by a new one."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from tijian.engine.catalogue.document import parse
from tijian.engine.catalogue.story import Plant, read_story
from tijian.engine.exam.explain import explain
from tijian.engine.exam.folder import open_folder
from tijian.engine.exam.generate import generate
from tijian.engine.exam.run import run
from tijian.engine.report.edition import books
from tijian.engine.report.references import lint
from tijian.engine.report.runs import plain

STORY = Path(__file__).resolve().parents[3] / "benchmarks" / "stories" / "09-another-definition.yaml"
SEED, YEAR, DISTRICT, WHOLE = 2009, 2021, "210104", "210100"
OTHER = "判定标准按修订 1 的口径定，这一年是修订 2"
POINTS = "district: {judge: cut, cuts: {老区: [75, 70, 60], 新区: [78, 73, 66], 城乡结合部: [70, 60, 50]}}"
AGAIN = f"""\
      to: 2020
      levels:
        district: {{judge: cut, cuts: {{老区: [85, 80, 70], 新区: [90, 85, 78], 城乡结合部: [80, 70, 60]}}}}
        city: {{judge: cut, cuts: [90, 80, 70]}}
    - version: 2
      from: 2021
      to: null
      revision: 2
      levels:
        {POINTS}
        city: {{judge: cut, cuts: [80, 70, 60]}}
"""


@pytest.fixture(scope="module")
def folder(template, tmp_path_factory):
    """The city whose 公园覆盖率 is measured another way from 2021 on."""
    out = tmp_path_factory.mktemp("redefined") / "city"
    generate(template, SEED, out, read_story(STORY, template))
    return out


@pytest.fixture(scope="module")
def examined(folder):
    inputs = open_folder(folder)
    return {year: run(inputs, year) for year in (2020, YEAR, 2022)}


@pytest.fixture(scope="module")
def mended(folder, tmp_path_factory):
    """The same city with a version of the criterion, and a bottom line, for the new revision."""
    copy = tmp_path_factory.mktemp("mended") / "city"
    shutil.copytree(folder, copy)
    path = copy / "criteria" / "EL.yaml"
    before, rest = path.read_text(encoding="utf-8").split("EL06:", 1)
    own, after = rest.split("EL07:", 1)
    head, tail = own.split("      to: null\n", 1)
    _, bottom = tail.split("  bottom:\n", 1)
    own = f"{head}{AGAIN}  bottom:\n{bottom.replace('value: 80,', 'value: 70, revision: 2,')}"
    path.write_text(f"{before}EL06:{own}EL07:{after}", encoding="utf-8")
    return run(open_folder(copy), 2022)


def ill(results):
    return {c.area for c in results.candidates if c.disease.name == "绿地不足或不均"}


def test_the_new_revision_is_not_judged_by_the_old_criterion(examined):
    for year in (YEAR, 2022):
        for area in examined[year].areas:
            row = examined[year].row("EL06", area)
            assert (row.revision, row.verdict.grade, row.verdict.meant) == (2, "不评级", True)
            assert OTHER in row.note
    before = examined[2020].row("EL06", DISTRICT)
    assert (before.revision, before.verdict.grade) == (1, "中")
    assert examined[YEAR].row("EL06", DISTRICT, 2020).verdict == before.verdict


def test_nothing_is_ill_because_it_is_measured_another_way(examined):
    for year in (YEAR, 2022):
        assert ill(examined[year]) == set()
        assert not [f for f in examined[year].findings if f.indicator == "EL06"]


def test_a_bottom_line_on_the_indicator_itself_is_not_judged_either(examined):
    (line,) = examined[2022].row("EL06", WHOLE).verdict.lines
    assert (line.broken, line.value) == (None, examined[2022].row("EL06", WHOLE).value)
    assert line.why == "按修订 1 的口径定，这一年是修订 2"


def test_the_dimension_still_means_to_judge_it(examined):
    was = examined[2020].dimensions[("生态宜居", DISTRICT, 2020)]
    now = examined[YEAR].dimensions[("生态宜居", DISTRICT, YEAR)]
    assert (now.meant, now.graded, now.coverage) == (was.meant, was.graded - 1, was.coverage)
    assert now.grade != "不评级"


def test_the_explanation_says_why(examined):
    told = explain(examined[2022], "EL06", WHOLE)
    assert told.judgement == (f"不评级：{OTHER}；底线>80：按修订 1 的口径定，这一年是修订 2，不能判断")
    assert told.basis[0].startswith("标准 EL06@1（")


def test_reports_are_written_and_draw_no_old_lines(examined):
    documents = dict(books(examined[YEAR]))
    assert [fault for document in documents.values() for fault in lint(document)] == []
    (special,) = [d for stem, d in documents.items() if stem.startswith("01-")]
    notes = [plain(b.runs) for b in special.blocks if type(b).__name__ == "Note"]
    (note,) = [n for n in notes if "EL06@1" in n]
    assert note.endswith(f"{OTHER}，不评级。")
    figures = [b for b in special.blocks if type(b).__name__ == "Figure" and b.caption is not None]
    captions = [plain(f.caption.runs) for f in figures]
    assert any("公园绿地服务半径覆盖率（%）" in c and "标准线" not in c for c in captions)
    assert any("标准线" in c for c in captions)


def test_a_criterion_that_names_the_new_revision_judges_it_again(examined, mended):
    assert mended.row("EL06", DISTRICT, 2020).verdict.criterion == "EL06@1"
    for area in mended.areas:
        verdict = mended.row("EL06", area).verdict
        assert (verdict.criterion, verdict.meant) == ("EL06@2", True)
        assert verdict.grade in {"优", "良", "中"}
    (line,) = mended.row("EL06", WHOLE).verdict.lines
    assert (line.broken, line.text) == (False, ">70")
    assert ill(mended) == set()
    assert mended.dimensions[("生态宜居", DISTRICT, 2022)].graded == (
        examined[2022].dimensions[("生态宜居", DISTRICT, 2022)].graded + 1
    )


@pytest.fixture
def revised(template, tmp_path):
    """Make a city with changes of definitions only: indicator, first year, revision, link."""

    def make(*changes):
        plants = [
            parse(
                Plant,
                {"id": f"p{i}", "indicators": [key], "areas": ["210102"], "from": start,
                 "definition_change": {"indicator": key, "revision": revision, "link": link}},
                "story",
            )
            for i, (key, start, revision, link) in enumerate(changes)
        ]  # fmt: skip
        generate(template, SEED, tmp_path / "out", plants)
        return open_folder(tmp_path / "out")

    return make


def test_revisions_joined_by_same_or_renamed_are_one(revised):
    inputs = revised(
        ("TC02", 2020, 2, "renamed"), ("TC02", 2022, 3, "口径变化"), ("TC02", 2023, 4, "same"),
        ("EL05", 2020, 2, "split"),
    )  # fmt: skip
    assert [inputs.alike("TC02", y) for y in range(2019, 2024)] == [(1, 2), (2, 1), (2, 1), (3, 4), (4, 3)]
    assert [inputs.alike("EL05", y) for y in (2019, 2020)] == [(1,), (2,)]
    assert inputs.alike("EL06", 2023) == (1,)
    results = run(inputs, 2023)
    grades = {y: results.row("TC02", "210102", y).verdict for y in range(2019, 2024)}
    assert [grades[y].grade != "不评级" for y in range(2019, 2024)] == [True, True, True, False, False]
    assert grades[2023].reason == "判定标准按修订 1 的口径定，这一年是修订 4"


def test_an_own_trend_is_not_judged_and_a_line_on_a_variable_still_is(revised):
    results = run(revised(("EL05", 2020, 2, "口径变化")), 2023)
    row = results.row("EL05", DISTRICT)
    assert (row.verdict.grade, row.verdict.judge, row.verdict.reason) == ("不评级", "own_trend", OTHER)
    (line,) = row.verdict.lines
    assert (line.broken, line.value, line.why) == (False, Decimal(0), "")
