"""标准: the list, other cut points tried, adopted and undone; what a trial shows is what an adoption moves."""

import csv
import io

import pytest
from pages_setting import (
    LEADERS,
    _with_slice,
    filled_template,
    pages,
    server,
    template,
    text,
    values,
)

__all__ = ["_with_slice", "filled_template", "pages", "server", "template"]

LIST = "/r/1/criteria/"
ONE = "/r/1/criteria/?indicator=MO01"
CUT = "cut:district::中"
TYPED = {"indicator": "MO01", CUT: "1.45", "cut:district::良": "1.6", "cut:district::优": "1.8"}
REASON = "专家组会议纪要第 3 条"


def stored(indicator="MO01"):
    from tijian.office.register.models import Round
    from tijian.office.values.results import current

    found = current(Round.objects.get(), scope=[indicator])
    return {area: r.grade for (_, area), r in found.items()}


def dimensions():
    from tijian.office.register.models import Round
    from tijian.office.values.results import current_dimensions

    return {cell: (g.grade, g.fields) for cell, g in current_dimensions(Round.objects.get()).items()}


def test_all_criteria_with_their_cut_points(pages):
    page = text(pages.get(LIST, LEADERS))
    assert "优≥1.5 良≥1.4 中≥1.3" in page
    assert "9 项，共 9 项" in page
    assert "开启以后没有改过标准" in page


def test_the_list_is_narrowed_and_says_when_nothing_is_left(pages):
    assert "2 项，共 9 项" in text(pages.get(f"{LIST}?dimension=出行"))
    assert "没有符合条件的指标" in text(pages.get(f"{LIST}?q=没有"))


def test_the_file_has_a_row_for_each_level(pages):
    raw = pages.get("/r/1/criteria.csv", LEADERS).content.decode("utf-8-sig")
    rows = [r for r in csv.DictReader(io.StringIO(raw)) if r["indicator"] == "MO01"]
    assert [(r["level"], r["excellent"], r["fair"], r["version"]) for r in rows] == [
        ("street", "1.5", "1.3", "2"), ("district", "1.5", "1.3", "2"), ("city", "1.5", "1.3", "2"),
    ]  # fmt: skip


def test_one_criterion_with_its_versions_and_values(pages):
    page = text(pages.get(ONE, LEADERS))
    assert "第 2 版，2024 年起 2024 年用" in page
    assert "第 1 版，2022—2023 年" in page
    assert "编造的标准要求 1.5 km/km2" in page
    assert "采用草案" not in page


def test_an_indicator_that_is_not_there(pages):
    pages.get(f"{LIST}?indicator=XX99", status=404)


def test_a_trial_writes_nothing_and_an_adoption_moves_exactly_what_it_showed(pages):
    from tijian.office.ledger.queries import position
    from tijian.office.register.models import Round
    from tijian.office.values.whatif import files_with, trial
    from tijian.shells.web.pages.criteria_form import form_of
    from tijian.shells.web.pages.seen import seen_of

    before, at, wide = stored(), position(), dimensions()
    query = "&".join(f"{k}={v}" for k, v in TYPED.items())
    page = text(pages.get(f"{LIST}?{query}", LEADERS))
    assert "标准试算" in page
    assert position() == at
    assert "“采用标准”由办公室办理" in page  # leaders try, the office adopts

    seen = seen_of(1)
    form = form_of(seen, seen.city.catalogue.indicators["MO01"], TYPED)
    shown = trial(Round.objects.get(), "MO01", files_with(Round.objects.get(), "MO01", form.cuts))
    assert shown.moved
    answer = pages.post("/r/1/criteria/adopt", TYPED | {"note": REASON}, form=f"{LIST}?{query}")
    assert answer.status_code == 302
    after = stored()
    assert after == before | {new.area: new.grade for _, new in shown.moved}
    assert {a: g for a, g in after.items() if a in shown.grades} == shown.grades
    moved = {cell: v for cell, v in dimensions().items() if wide[cell] != v}
    assert moved == {g.cell: (g.grade, g.fields) for _, g in shown.dimensions}
    page = text(pages.get(answer.headers["Location"]))
    assert f"已采用，判定标准为修订 2；{len(shown.moved)} 个等级变动" in page
    assert "第 3 版，2024 年起 2024 年用" in page
    assert "修订 1 → 2" in page
    assert REASON in page


def test_an_adoption_without_a_reason_keeps_the_numbers(pages):
    query = "&".join(f"{k}={v}" for k, v in TYPED.items())
    answer = pages.post("/r/1/criteria/adopt", TYPED | {"note": " "}, form=f"{LIST}?{query}")
    assert answer.status_code == 422
    assert "采用新的标准要写明理由" in text(answer)
    assert values(answer, CUT)[0] == "1.45"


def test_the_reason_is_kept_when_the_numbers_are_refused(pages):
    query = "&".join(f"{k}={v}" for k, v in TYPED.items())
    typed = TYPED | {CUT: "9", "note": REASON}
    answer = pages.post("/r/1/criteria/adopt", typed, form=f"{LIST}?{query}")
    assert answer.status_code == 422
    assert "由高到低的优、良、中" in text(answer)
    assert values(answer, CUT)[0] == "9"


@pytest.mark.parametrize("wrong", ["一点五", "1.5.2", "", "1e999", "NaN"])
def test_what_is_no_number_is_said_in_place(pages, wrong):
    answer = pages.get(f"{ONE}&{CUT}={wrong}")
    assert "应为一个数" in text(answer)
    assert values(answer, CUT) == [wrong]
    assert "标准试算" not in text(answer)


def test_figures_in_full_width_and_intervals_are_read(pages):
    assert "标准试算" in text(pages.get(f"{ONE}&{CUT}=１．２５"))
    page = pages.get(f"{LIST}?indicator=LV01&cut:district::优=0.9-1.2")
    assert "标准试算" in text(page)
    assert "“优” 现行 0.8～1.2，改为 0.9-1.2" in text(page)
    assert "应为一个区间" in text(pages.get(f"{LIST}?indicator=LV01&cut:district::优=0.9"))


def test_more_decimals_than_the_indicator_has_are_refused_in_words(pages):
    assert "位小数" in text(pages.get(f"{ONE}&{CUT}=1.23456"))


def test_an_adoption_is_undone_with_a_reason(pages):
    before = stored()
    query = "&".join(f"{k}={v}" for k, v in TYPED.items())
    pages.post("/r/1/criteria/adopt", TYPED | {"note": REASON}, form=f"{LIST}?{query}")
    assert stored() != before
    from tijian.office.register.models import Basis

    address = f"/r/1/criteria/undo/{Basis.objects.order_by('-id')[0].pk}/"
    assert "改回之后会变的等级" in text(pages.get(address, LEADERS))
    refused = pages.post(address, {"note": ""})
    assert refused.status_code == 422
    assert "采用新的标准要写明理由" in text(refused)
    assert pages.post(address, {"note": "纪要有误"}).status_code == 302
    assert stored() == before
    page = text(pages.get(LIST))
    assert "修订 2 → 3" in page
    assert "后来又改过" in page  # the first one can no longer be undone by itself
    assert "不能撤销" in text(pages.get(address))
    assert pages.get(ONE).status_code == 200


def test_nobody_else_adopts(pages):
    for account in (LEADERS, "zhuanjia", "tixi"):
        assert pages.client(account).post("/r/1/criteria/adopt", TYPED).status_code == 403


def test_an_ended_round_is_not_tried(pages):
    from filling import do

    from tijian.office.values.rounds import CloseRound

    do(CloseRound("2024", "小结"))
    page = text(pages.get(f"{ONE}&{CUT}=1.45"))
    assert "本轮已经结束" in page
    assert "标准试算" not in page
