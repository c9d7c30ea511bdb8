"""城市病: candidates, the form that confirms, refusals that keep what was typed, the register and its verbs."""

import csv
import io
from datetime import date

import pytest
from ill_setting import (
    AUDITOR,
    CANDIDATE,
    CASE,
    EXPERT,
    FINANCE,
    HERE,
    LIST,
    OFFICE,
    OPINION,
    WATER,
    _with_slice,
    boxed,
    confirming,
    ill,
    ill_template,
    make,
    on,
    server,
    template,
    text,
    treated,
    values,
)

__all__ = ["_with_slice", "ill", "ill_template", "server", "template"]


def test_candidates_with_what_matches_is_missing_and_speaks_against(ill):
    page = text(ill.get(LIST, AUDITOR))
    assert "待确认的候选" in page
    assert "还没有确认的城市病" in page
    for area in ("A1区", "A2区", "B2区"):
        assert area in page
    raw = ill.get(f"{LIST}candidates.csv", AUDITOR).content.decode("utf-8-sig")
    rows = {r["区代码"]: r for r in csv.DictReader(io.StringIO(raw))}
    assert (rows["A1"]["程度"], rows["A1"]["符合"], rows["A1"]["缺"], rows["A1"]["反对"]) == (
        "中",
        "2",
        "1",
        "0",
    )
    assert "水压" in rows["A1"]["缺的证据"]
    assert rows["A2"]["反对"] == "1"  # its density is 优


def test_lists_are_narrowed_and_say_when_nothing_is_left(ill):
    page = ill.get(f"{LIST}?area=B1")
    assert "没有符合条件的候选" in text(page)
    page = text(ill.get(f"{LIST}?area=A1&severity=中"))
    assert "2023-01" in page
    assert "2023-02" not in page
    assert "没有符合条件的候选" in text(ill.get(f"{LIST}?severity=重"))


def test_long_lists_are_paged_each_on_its_own(ill, monkeypatch):
    from tijian.shells.web.pages import diseases

    monkeypatch.setattr(diseases, "SIZE", 1)
    treated.confirm("A1")
    treated.confirm("A2")
    page = ill.get(LIST).content.decode()
    assert "cpage=2" in page
    assert "B-2023-01" in text(ill.get(f"{LIST}?cpage=1"))
    second = text(ill.get(f"{LIST}?cpage=2"))
    assert "B-2023-02" in second
    assert "B-2023-01" not in second


def test_a_candidate_shows_evidence_with_the_way_to_each_value(ill):
    page = ill.get(CANDIDATE, AUDITOR)
    body, words = page.content.decode(), text(page)
    assert "/r/1/indicators/WS1/A1/" in body
    assert "/r/1/indicators/PK1/A1/" in body
    assert "水压" in words
    assert "没有看到相反的证据" in words
    assert "支持 2 条" in words
    assert "支持它的 超龄管长" in words
    assert "“确认城市病”由专家、办公室办理" in words
    assert "确认并登记" not in words


def test_what_speaks_against_is_shown_and_cannot_be_left_out(ill):
    page = ill.get("/r/1/diseases/candidates/leaking_pipes/A2/", EXPERT)
    assert "反对（必附）" in text(page)
    assert "/r/1/indicators/DN1/A2/" in page.content.decode()
    typed = confirming(areas=["A2"], **{"for": [boxed("WS1", "A2")]})
    assert ill.post("/r/1/diseases/candidates/leaking_pipes/A2/", typed, EXPERT).status_code == 302
    from tijian.office.diagnose.models import Evidence

    assert {e.side for e in Evidence.objects.all()} == {"支持", "反对", "缺"}


def test_an_expert_confirms_with_a_cause(ill):
    done = ill.post(CANDIDATE, confirming(), EXPERT)
    assert (done.status_code, done.headers["Location"]) == (302, CASE)
    page = text(ill.get(CASE, EXPERT))
    assert "已登记为 B-2023-01。现在等办公室制定对策。" in page
    for words in ("管网超龄", "专家确认", OPINION, "水压", "计量失准", "等级为差", "还没有对策", "支持 2 条"):
        assert words in page
    assert "2023-01" not in text(ill.get(f"{LIST}?area=A2"))
    assert HERE in text(ill.get(LIST))
    assert f"已登记为 {HERE}" in text(ill.get(CANDIDATE))
    raw = ill.get(f"{LIST}diseases.csv").content.decode("utf-8-sig")
    assert [r["编号"] for r in csv.DictReader(io.StringIO(raw))] == [HERE]


def test_a_refusal_shows_every_fault_and_keeps_what_was_typed(ill):
    typed = confirming(cause="own", own_cause=" ", opinion="", **{"for": []}) | {
        "x0-side": "反对", "x0-result": "", "x0-text": "巡线没有看到渗漏", "areas": ["A1", "B1"],
    }  # fmt: skip
    page = ill.post(CANDIDATE, typed, EXPERT)
    words, body = text(page), page.content.decode()
    assert page.status_code == 422
    assert "没有提交：3 处要改" in words
    for said in ("请选一个成因，或写明自拟的成因", "请写明看到了什么", "请链接至少一条支持的证据"):
        assert said in words
    assert values(page, "x0-text") == ["巡线没有看到渗漏"]
    assert '<option value="反对" selected>' in body
    assert 'name="cause" value="own" checked' in body
    assert 'name="areas" value="B1" checked' in body
    assert 'name="for" value="c0" checked' not in body
    assert 'href="#f-opinion"' in body


def test_more_rows_for_evidence_without_losing_any(ill):
    page = ill.post(CANDIDATE, confirming(opinion="写了一半", do="more") | {"x1-text": "第二行"}, EXPERT)
    assert page.status_code == 200
    assert "写了一半" in page.content.decode()
    assert values(page, "x1-text") == ["第二行"]
    assert values(page, "x3-text") == [""]
    assert values(page, "rows") == ["4"]
    more = treated.result("DN1", "A1", 2023).pk
    typed = confirming(rows="4") | {"x3-side": "反对", "x3-result": str(more), "x3-text": "人口密度不高"}
    assert ill.post(CANDIDATE, typed, EXPERT).status_code == 302
    page = text(ill.get(CASE))
    assert "反对，" not in page
    assert "人口密度不高（人口密度 2.00" in page


def test_a_cause_of_ones_own(ill):
    assert ill.post(CANDIDATE, confirming(cause="own", own_cause="施工碾压"), EXPERT).status_code == 302
    page = text(ill.get(CASE))
    assert "施工碾压（自拟，知识里没有）" in page
    assert "专家自拟并确认" in page


def test_while_it_is_computed_again_confirming_waits(ill):
    treated.correct(2023, A1=23)
    assert "正在重算" in text(ill.get(LIST))
    page = ill.get(CANDIDATE, EXPERT)
    assert "等重算完再确认" in text(page)
    assert 'value="confirm" disabled' in page.content.decode()
    page = ill.post(CANDIDATE, confirming(opinion="还是要确认"), EXPERT)
    assert page.status_code == 422
    assert "扫描以后结果又有变动" in text(page)
    assert "还是要确认" in page.content.decode()
    treated.examine(2023)
    assert "正在重算" not in text(ill.get(LIST))


def test_a_form_written_before_a_new_search_is_told_so(ill):
    old = str(treated.candidate("A1").pk)
    treated.correct(2023, A1=23)
    treated.examine(2023)
    page = ill.post(CANDIDATE, confirming(candidate=old, opinion="旧的"), EXPERT)
    assert page.status_code == 422
    assert "不在最近一次扫描中" in text(page)
    assert "旧的" in page.content.decode()


def test_a_form_sent_twice_is_done_once(ill):
    from pages_setting import once

    from tijian.office.diagnose.models import Diagnosis

    token = once(ill.get(CANDIDATE, EXPERT))
    for _ in range(2):
        answer = ill.client(EXPERT).post(CANDIDATE, confirming(once=token))
        assert answer.status_code == 302
    assert Diagnosis.objects.count() == 1


@pytest.mark.parametrize("account", [WATER, FINANCE, AUDITOR])
def test_others_may_look_and_not_confirm(ill, account):
    answer = ill.post(CANDIDATE, confirming(), account, form="/password")
    assert answer.status_code == 403
    assert "“确认城市病”由专家、办公室办理" in text(answer)


def test_a_candidate_that_is_gone_says_so(ill):
    assert "没有这一候选" in text(ill.get("/r/1/diseases/candidates/leaking_pipes/B1/"))
    ill.get("/r/1/diseases/candidates/leaking_pipes/ZZ/", status=404)
    ill.get("/r/1/diseases/candidates/no_such/A1/", status=404)
    ill.get(f"{LIST}B-2023-99/", status=404)
    ill.get("/r/9/diseases/", status=404)


def test_without_a_candidate_by_name_and_reason(ill):
    address = f"{LIST}new/"
    assert "先选在哪个区" in text(ill.get(address, EXPERT))
    where = f"{address}?area=A3"
    page = ill.post(address, {"area": "A3", "rows": "2", "do": "confirm"}, EXPERT, form=where)
    assert page.status_code == 422
    for words in ("请写城市病的名称", "请写明为什么", "请写程度", "请写在哪里", "诊断意见"):
        assert words in text(page)
    result = str(treated.result("DN1", "A3", 2023).pk)
    typed = {
        "area": "A3", "name": "窨井多", "own_cause": "施工粗糙", "opinion": "踏勘看到", "severity": "轻",
        "areas": ["A3"], "reason": "规则没有这种病", "x0-side": "支持", "x0-result": result, "rows": "2", "do": "confirm",
    }  # fmt: skip
    assert ill.post(address, typed, EXPERT, form=where).status_code == 302
    page = text(ill.get(CASE))
    assert "没有候选，直接登记：规则没有这种病" in page
    assert "施工粗糙（自拟，知识里没有）" in page


def test_a_confirmation_is_taken_back_with_a_reason(ill):
    treated.confirm("A1")
    address = f"{CASE}revoke/"
    assert f"撤销对 {HERE} 管网老化漏损 的确认" in text(ill.get(address, EXPERT))
    page = ill.post(address, {"reason": " "}, EXPERT)
    assert page.status_code == 422
    assert "请写明为什么" in text(page)
    answer = ill.post(address, {"reason": "看错了区"}, EXPERT)
    assert (answer.status_code, answer.headers["Location"]) == (302, CASE)
    page = text(ill.get(CASE))
    assert "看错了区" in page
    assert "已撤销确认" in page
    assert "2023-01" in text(ill.get(LIST))  # the candidate waits again


def test_a_confirmation_on_which_a_measure_stands_is_kept(ill):
    treated.confirm("A1")
    make(ill)
    page = ill.get(f"{CASE}revoke/", EXPERT)
    assert "M-01 更换超龄主管 立在它上面，要先取消" in text(page)
    page = ill.post(f"{CASE}revoke/", {"reason": "看错了"}, EXPERT)
    assert page.status_code == 422
    assert "请先取消对策" in text(page)
    assert "看错了" in page.content.decode()


def test_closing_says_what_is_lacking(ill):
    treated.confirm("A1")
    page = text(ill.get(f"{CASE}close/", OFFICE))
    assert "没有对策而消失的，请写明例外的理由" in page
    page = ill.post(f"{CASE}close/", {"reason": "好了", "exception": ""}, OFFICE)
    assert page.status_code == 422
    assert "好了" in page.content.decode()
    assert ill.post(f"{CASE}close/", {"reason": "好了", "exception": "管网已废弃"}, OFFICE).status_code == 302
    page = text(ill.get(CASE))
    assert "例外：管网已废弃" in page
    assert "已销号" in page
    answer = ill.post(f"{CASE}close/", {"reason": "再来"}, EXPERT, form="/password")
    assert answer.status_code == 403


def test_a_relapse_is_seen_and_registered(ill, tmp_path):
    treated.confirm("A1")
    measure = treated.treat(HERE)
    treated.settle(measure, tmp_path)
    treated.examine(2024)
    treated.assess(measure, 2024)
    from tijian.office.treat.closing import CloseDisease

    treated.act(CloseDisease(HERE, "达标"), today=date(2025, 6, 1))
    assert "复发的迹象" not in text(ill.get("/r/2/diseases/"))
    treated.examine(2025)
    on(date(2026, 6, 1))
    assert "复发的迹象" in text(ill.get("/r/3/diseases/"))
    assert "复发的迹象" in text(ill.get(CASE))
    address = f"{CASE}relapse/"
    page = ill.post(address, {"sign": "", "reason": ""}, EXPERT)
    assert page.status_code == 422
    assert "请链接销号以后的轮次中的新候选" in text(page)
    sign = values(page, "sign")[0]
    assert sign.startswith("candidate:")
    answer = ill.post(address, {"sign": sign, "reason": "漏损回升"}, EXPERT)
    assert (answer.status_code, answer.headers["Location"]) == (302, CASE)
    page = text(ill.get(CASE))
    assert "漏损回升" in page
    assert "2025 又成为候选" in page
    assert "基线用 2025 轮次的值" in text(ill.get(f"{CASE}measure/"))


def test_a_sign_that_is_no_sign_is_refused(ill):
    treated.confirm("A1")
    page = ill.post(f"{CASE}relapse/", {"sign": "result:1", "reason": "看到了"}, EXPERT)
    assert page.status_code == 422
    assert "只有已销号的城市病才会复发" in text(page)


def test_a_cell_of_a_table_is_never_a_formula():
    from tijian.shells.web.pages.files import spreadsheet

    rows = [["=1+1"], ["-0.5"], ["-1+cmd"], ["-cmd|x"], ["@x"], ["一"]]
    lines = spreadsheet(("a",), rows).decode("utf-8-sig").split("\n")[1:-1]
    assert lines == ["'=1+1", "-0.5", "-1+cmd", "'-cmd|x", "'@x", "一"]


def test_the_page_of_an_area_says_which_disease_a_problem_speaks_for_and_why(ill):
    page = text(ill.get("/r/1/areas/A1/", AUDITOR))
    assert "候选：" in page
    assert "依据：" in page
    assert ill.post(CANDIDATE, confirming()).status_code == 302
    page = text(ill.get("/r/1/areas/A1/", AUDITOR))
    assert "成因：管网超龄" in page
    assert "（确认）" in page
    listed = text(ill.get("/r/1/areas/", AUDITOR))
    assert "（确认）" in listed
