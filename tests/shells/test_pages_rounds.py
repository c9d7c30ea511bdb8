"""轮次: listed, opened with its duties, judged by what is newer, ended."""

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

LIST = "/rounds/"
PILOT = {"name": "2024 先行", "year": "2024", "areas": ["990101", "990104"], "note": "试点"}


def test_the_rounds_with_state_basis_and_coverage(pages):
    page = text(pages.get(LIST, LEADERS))
    assert "进行中" in page
    assert "全部 4 个区" in page
    assert "缘由：开启" in page
    assert "“开启轮次”由办公室办理" in page


def test_a_pilot_round_is_opened_and_its_duties_are_derived(pages):
    answer = pages.post(LIST, PILOT)
    assert answer.status_code == 302
    page = text(pages.get(answer.headers["Location"]))
    assert "轮次“2024 先行”已开启" in page
    assert "用于 2 项" in page
    from tijian.office.register.models import Round

    which = Round.objects.get(name="2024 先行")
    assert set(which.codes()) == {"990101", "990101001", "990101002", "990101003", "990104"}
    raw = pages.get(f"/r/{which.pk}/duties.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(raw)))
    asked = [(r["variable"], r["area"]) for r in rows]
    assert len(set(asked)) == len(asked)  # whatever uses it, it is asked once
    residents = [r for r in rows if r["variable"] == "residents"]
    assert {r["body"] for r in residents} == {"统计局"}
    assert int(residents[0]["used_by"]) > 1
    assert {r["area"] for r in rows} <= {*which.codes(), "990100"}


@pytest.mark.usefixtures("pages")
def test_duties_by_hand():
    """The roads of the toy city: asked of the streets and of the one district without streets, by 城建局."""
    from tijian.office.register.models import Round
    from tijian.office.values.duties import duties

    found = {d.variable: d for d in duties(Round.objects.get())}
    assert found["road_length"].body == "城建局"
    assert len(found["road_length"].areas) == 8
    assert set(found["residents"].indicators) >= {"MO02"}


def test_what_was_typed_is_kept_and_every_fault_shown(pages):
    answer = pages.post(LIST, PILOT | {"name": "2024", "year": "1999"})
    assert answer.status_code == 422
    page = text(answer)
    assert "还没有用过的名称" in page
    assert "写的是“1999”" in page
    assert values(answer, "name") == ["2024"]
    assert answer.content.decode().count(" checked") == 2
    assert "试点" in page


def test_a_name_that_is_missing(pages):
    answer = pages.post(LIST, PILOT | {"name": " "})
    assert answer.status_code == 422
    assert "没有提交：1 处要改" in text(answer)


def test_judged_by_what_is_published_now(pages):
    from filling import do

    from tijian.office.register.actions import PublishDocuments
    from tijian.office.register.models import Round
    from tijian.office.values.results import current

    assert "本轮已按现行公布判定" in text(pages.get("/r/1/rebase/"))
    path = pages.folder / "city" / "criteria" / "all.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("[1.5, 1.4, 1.3]", "[1.8, 1.6, 1.45]"), encoding="utf-8"
    )
    do(PublishDocuments(pages.folder / "city", ("criteria",)))
    assert "有 1 项公布比本轮的依据新" in text(pages.get("/r/1/duties/"))
    page = text(pages.get("/r/1/rebase/?try=1"))
    assert "个等级会变" in page
    before = {c: r.grade for c, r in current(Round.objects.get()).items()}
    refused = pages.post("/r/1/rebase/", {"note": " "})
    assert refused.status_code == 422
    assert "请写明理由" in text(refused)
    done = pages.post("/r/1/rebase/", {"note": "用新标准"})
    assert done.status_code == 302
    after = {c: r.grade for c, r in current(Round.objects.get()).items()}
    count = sum(after[c] != g for c, g in before.items())
    assert f"{count} 个等级会变" in page
    assert f"因标准；{count} 个等级变动" in text(pages.get("/r/1/duties/"))


def test_a_round_is_ended_by_its_sentence(pages):
    from tijian.office.register.models import Round
    from tijian.office.register.queries import is_closed

    wrong = pages.post("/r/1/close/", {"sentence": "结束", "lesson": "路网图层要早要"})
    assert wrong.status_code == 422
    assert "没有结束" in text(wrong)
    assert "路网图层要早要" in text(wrong)
    assert not is_closed(Round.objects.get())
    done = pages.post("/r/1/close/", {"sentence": "结束 2024", "lesson": "路网图层要早要"})
    assert done.status_code == 302
    page = text(pages.get("/r/1/duties/", LEADERS))
    assert "本轮已结束" in page
    assert "小结：路网图层要早要" in page
    assert "已结束" in text(pages.get(LIST))
    assert "本轮已经结束" in text(pages.get("/r/1/close/"))


def test_leaders_read_and_change_nothing(pages):
    for address in (LIST, "/r/1/rebase/", "/r/1/close/"):
        assert pages.client(LEADERS).post(address, {}).status_code == 403
        pages.get(address, LEADERS)
