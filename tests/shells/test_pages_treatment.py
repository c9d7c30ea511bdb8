"""治理: a measure typed and looked at before it is made, milestones with files, refusals in words, 回评."""

import csv
import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from ill_setting import (
    AUDITOR,
    CASE,
    DISTRICT,
    EXPERT,
    FINANCE,
    HERE,
    MEASURES,
    MILESTONES,
    NEW,
    OFFICE,
    REVIEWER,
    WATER,
    _with_slice,
    ill,
    ill_template,
    make,
    on,
    planning,
    server,
    step,
    template,
    text,
    treated,
    values,
)

__all__ = ["_with_slice", "ill", "ill_template", "server", "template"]

ONE = f"{MEASURES}M-01/"


@pytest.fixture
def sick(ill):
    """A confirmed disease in A1."""
    treated.confirm("A1")
    return ill


@pytest.fixture
def treatment(sick):
    """A measure with three milestones on it."""
    made = make(sick)
    assert (made.status_code, made.headers["Location"]) == (302, ONE), text(made)
    return sick


def submit(pages, rank=1, account=WATER, name="验收单.pdf", content=b"done"):
    files = [SimpleUploadedFile(name, content)] if name else []
    return pages.post(step("M-01", rank), {"do": "submit", "text": "已完成", "files": files}, account)


def settled(pages, rank):
    assert submit(pages, rank, content=f"第 {rank} 份".encode()).status_code == 302
    answer = pages.post(step("M-01", rank), {"do": "accept", "accept_text": "符合"}, REVIEWER)
    assert answer.status_code == 302, text(answer)


# ── a new measure ──


def test_before_the_first_measure(ill):
    page = text(ill.get(MEASURES))
    assert "还没有对策" in page
    assert "先由专家或办公室确认" in page
    assert "还没有治理计划" in text(ill.get("/r/1/"))


def test_the_grade_that_a_target_would_reach_is_shown_before_it_is_made(sick):
    from tijian.office.treat.models import Measure

    page = sick.post(NEW, planning())
    assert page.status_code == 200
    assert "请先看目标能到的等级" in text(page)
    assert "目标 15.0%，可达中" in text(page)
    assert Measure.objects.count() == 0
    typed = planning() | {"looked": values(page, "looked")[0]}
    poor = sick.post(NEW, planning(("WS1", "老城区", "20", "2024")) | {"do": "look"})
    assert "目标 20.0%，仍为差" in text(poor)
    # another target than the one looked at is looked at again
    assert "请先看目标能到的等级" in text(sick.post(NEW, typed | {"t0-value": "14"}))
    assert sick.post(NEW, typed).status_code == 302
    assert Measure.objects.get().number == "M-01"


def test_a_measure_starts_with_no_progress_typed(treatment):
    page = treatment.get(ONE, AUDITOR)
    words = text(page)
    for said in (
        "更换超龄主管",
        "水务局牵头",
        "配合 财政局",
        "0/3",
        "完成标准：批复",
        "换管 12 km。",
        "目标 15.0%，可达中",
    ):
        assert said in words, said
    assert 'aria-label="完成 0 个，共 3 个"' in page.content.decode()
    assert "现在等谁 水务局" in words
    assert "M-01" in text(treatment.get(MEASURES))
    assert "M-01" in text(treatment.get(CASE))
    (row,) = csv.DictReader(io.StringIO(treatment.get(f"{MEASURES}measures.csv").content.decode("utf-8-sig")))
    assert (row["基线"], row["目标"], row["目标等级"], row["已验收"], row["里程碑"]) == (
        "24.0",
        "15.0",
        "中",
        "0",
        "3",
    )


def test_every_fault_is_told_beside_its_field_and_nothing_typed_is_lost(sick):
    rows = (("立项", "明年", "批复"), ("更换", "2024-09-01", ""), ("复测", "2024-08-01", "报告"))
    typed = planning(("WS1", "老城区", "30", "2020"), ("PK1", "", "x", ""), milestones=rows, name="", lead="")
    page = sick.post(NEW, typed)
    words, body = text(page), page.content.decode()
    assert page.status_code == 422
    for said in (
        "请写做什么", "请检查单位代码", "目标不能比基线更差", "目标年要晚于基线年", "请改正目标值", "请按年-月-日写",
        "没有完成标准就无从验收", "日期要由早到晚",
    ):  # fmt: skip
        assert said in words, said
    assert [values(page, f"t{n}-value") for n in (0, 1)] == [["30"], ["x"]]
    assert values(page, "m0-due") == ["明年"]
    assert "换管 12 km。" in body
    assert 'name="supporting" value="finance" checked' in body
    for field in ("name", "lead", "t0-value", "t0-year", "t1-value", "m0-due", "m1-done", "m2-due"):
        assert f'href="#f-{field}"' in body, field


def test_without_target_or_milestone(sick):
    typed = planning(("WS1", "老城区", "", "2024"), milestones=()) | {"t0-indicator": ""}
    page = sick.post(NEW, typed)
    assert page.status_code == 422
    assert "对策要绑定一个指标的目标" in text(page)
    assert "没有里程碑就看不出进度" in text(page)


def test_with_no_area_left_nothing_is_made(sick):
    from tijian.office.treat.models import Measure

    page = sick.post(NEW, planning(areas=[]))
    assert page.status_code == 422
    assert "请勾选治理的区" in text(page)
    assert Measure.objects.count() == 0


def test_on_a_disease_that_was_taken_back_no_measure_is_made(sick):
    sick.post(f"{CASE}revoke/", {"reason": "看错了区"}, EXPERT)
    page = sick.get(NEW)
    assert "这一病已撤销，不再制定对策" in text(page)
    assert 'name="t0-value"' not in page.content.decode()
    seen = sick.post(NEW, planning() | {"do": "look"}, form="/password")
    assert "可达中" in text(seen)
    page = sick.post(NEW, planning() | {"looked": "A1|WS1,老城区,15,2024"}, form="/password")
    assert page.status_code == 422
    assert "只对确认或复发的城市病制定对策" in text(page)
    assert values(page, "t0-value") == ["15"]


def test_more_rows_keep_what_was_typed(sick):
    page = sick.post(NEW, planning() | {"do": "more_milestones"})
    assert page.status_code == 200
    assert values(page, "m2-name") == ["复测"]
    assert values(page, "m4-name") == [""]
    page = sick.post(NEW, planning() | {"do": "more_targets"})
    assert values(page, "t0-value") == ["15"]
    assert values(page, "t3-value") == [""]


def test_targets_for_old_and_new_districts(ill):
    treated.confirm("A1", areas=("A1", "B2"))
    page = ill.get(NEW)
    assert values(page, "targets") == ["2"]
    targets = (("WS1", "老城区", "15", "2024"), ("WS1", "新城区", "10", "2024"))
    page = ill.post(NEW, planning(*targets, areas=["A1", "B2"]) | {"do": "look"})
    assert "A1区 供水漏损率" in text(page)
    assert "目标 10.0%，可达良" in text(page)
    one = ill.post(NEW, planning(targets[0], areas=["A1", "B2"]) | {"do": "look"})
    assert one.status_code == 422
    assert "没有目标的区无从回评" in text(one)


@pytest.mark.parametrize("account", [EXPERT, WATER, AUDITOR])
def test_others_may_look_and_not_make(sick, account):
    page = text(sick.get(NEW, account))
    assert "“制定治理”由办公室办理" in page
    assert sick.post(NEW, planning(), account, form="/password").status_code == 403


# ── milestones ──


def test_without_evidence_nothing_is_submitted(treatment):
    page = submit(treatment, name="")
    assert page.status_code == 422
    assert "里程碑要有佐证文件才能报送" in text(page)
    assert "已完成" in page.content.decode()
    page = submit(treatment, content=b"")
    assert page.status_code == 422
    assert "文件是空的" in text(page)


def test_submitted_accepted_by_another_and_progress_follows(treatment):
    assert submit(treatment).status_code == 302
    page = text(treatment.get(step("M-01", 1), REVIEWER))
    for said in ("待验收", "验收单.pdf", "现在等谁 验收人"):
        assert said in page
    assert "0/3" in text(treatment.get(ONE))
    done = treatment.post(step("M-01", 1), {"do": "accept", "accept_text": "符合完成标准"}, REVIEWER)
    assert done.status_code == 302
    page = text(treatment.get(step("M-01", 1)))
    assert "已验收" in page
    assert "符合完成标准" in page
    assert "没有要办的" in page
    assert "1/3" in text(treatment.get(ONE))


def test_whoever_did_it_does_not_accept_it(treatment):
    assert submit(treatment).status_code == 302
    page = treatment.post(step("M-01", 1), {"do": "accept", "accept_text": "很好"}, "shuiwu-shenhe")
    assert page.status_code == 403
    assert "牵头单位（水务局）的账号不能验收自己的里程碑" in text(page)
    assert "很好" in page.content.decode()
    page = treatment.post(step("M-01", 1), {"do": "accept"}, WATER, form="/password")
    assert page.status_code == 403
    assert "“验收里程碑”由" in text(page)


def test_only_the_body_that_leads_submits(treatment):
    page = submit(treatment, account=FINANCE)
    assert page.status_code == 403
    assert "“报送里程碑”由" in text(page)
    page = submit(treatment, account=OFFICE)
    assert page.status_code == 403
    assert "里程碑由牵头单位（水务局）的账号报送" in text(page)
    page = treatment.get(step("M-01", 1), AUDITOR)
    assert "您可以看，不能办" in text(page)


def test_returned_with_a_reason_and_submitted_again(treatment):
    submit(treatment)
    page = treatment.post(step("M-01", 1), {"do": "return", "return_reason": ""}, REVIEWER)
    assert page.status_code == 422
    assert "请写明为什么" in text(page)
    done = treatment.post(step("M-01", 1), {"do": "return", "return_reason": "缺第 3 页的公章"}, REVIEWER)
    assert done.status_code == 302
    page = text(treatment.get(step("M-01", 1), WATER))
    assert "已退回" in page
    assert "缺第 3 页的公章" in page
    assert submit(treatment, name="补章.pdf", content=b"again").status_code == 302
    page = text(treatment.get(step("M-01", 1)))
    assert "已替换，留存" in page
    assert "补章.pdf" in page


def test_postponed_keeps_the_planned_date(treatment):
    address = step("M-01", 1)
    page = treatment.post(address, {"do": "postpone", "due": "下月", "postpone_reason": ""})
    assert page.status_code == 422
    assert "请按年-月-日写" in text(page)
    assert "请写明为什么" in text(page)
    page = treatment.post(address, {"do": "postpone", "due": "2024-06-30", "postpone_reason": "天冷"})
    assert "延期只能往后" in text(page)
    assert "天冷" in page.content.decode()
    page = treatment.post(address, {"do": "postpone", "due": "2024-10-30", "postpone_reason": "天冷"})
    assert "请先推迟后面的里程碑" in text(page)
    done = treatment.post(address, {"do": "postpone", "due": "2024-08-30", "postpone_reason": "天冷"})
    assert done.status_code == 302
    page = text(treatment.get(address))
    assert "应在 2024-07-01 ，延期到 2024-08-30" in page
    assert "2024-07-01 → 2024-08-30" in text(treatment.get(ONE))


def test_a_milestone_and_a_measure_are_cancelled_with_a_reason(treatment):
    address = step("M-01", 2)
    assert treatment.post(address, {"do": "cancel", "cancel_reason": ""}).status_code == 422
    assert treatment.post(address, {"do": "cancel", "cancel_reason": "并入第三步"}).status_code == 302
    assert "0/2" in text(treatment.get(ONE))
    cancel = f"{ONE}cancel/"
    assert "3 个里程碑" not in text(treatment.get(cancel))
    assert treatment.post(cancel, {"reason": ""}).status_code == 422
    assert treatment.post(cancel, {"reason": "改用别的办法"}).status_code == 302
    page = text(treatment.get(ONE))
    assert "已取消" in page
    assert "改用别的办法" in page
    assert "没有要办的" in text(treatment.get(step("M-01", 1)))
    files = [SimpleUploadedFile("晚到.pdf", b"late")]
    page = treatment.post(step("M-01", 1), {"do": "submit", "files": files}, WATER, form="/password")
    assert page.status_code == 422


def test_files_are_for_those_who_lead_and_those_who_judge(treatment):
    submit(treatment, content=b"signed and sealed")
    from tijian.office.treat.models import Proof

    address = f"{ONE}proofs/{Proof.objects.get().pk}/"
    for account in (WATER, REVIEWER, OFFICE, DISTRICT, AUDITOR):
        answer = treatment.get(address, account)
        assert b"".join(answer.streaming_content) == b"signed and sealed"
        assert "attachment" in answer.headers["Content-Disposition"]
    for account in (FINANCE, EXPERT):
        treatment.get(address, account, status=404)
        page = treatment.get(step("M-01", 1), account)
        assert address not in page.content.decode()
        assert "文件归牵头单位" in text(page)
    treatment.get(f"{ONE}proofs/999/", status=404)
    treatment.get(step("M-01", 9), status=404)
    treatment.get(f"{MEASURES}M-99/", status=404)
    assert treatment.post(step("M-01", 1), {"do": "nonsense"}).status_code == 404


def test_overdue_on_every_page_that_counts_it(treatment):
    on(date(2024, 7, 31))
    assert "逾期 30 天" in text(treatment.get(ONE))
    page = text(treatment.get(MEASURES))
    assert "逾期的 1 个" in page
    assert "M-01 立项 30 天 没有说明。" in page
    assert "没有符合条件的对策" in text(treatment.get(f"{MEASURES}?state=已取消"))
    assert "M-01" in text(treatment.get(f"{MEASURES}?state=逾期&lead=water&area=A1"))
    home = text(treatment.get("/r/1/"))
    assert "最长 30 天" in home
    assert "M-01 更换超龄主管" in home
    assert "M-01 逾期" in home  # beside the poor figure that it treats
    assert "M-01" in text(treatment.get("/r/1/shortfalls/?area=A1"))


def test_lists_are_paged(treatment, monkeypatch):
    from tijian.shells.web.pages import treatment as pages

    monkeypatch.setattr(pages, "SIZE", 1)
    make(treatment, name="加密检漏")
    assert "page=2" in treatment.get(MEASURES).content.decode()
    assert "加密检漏" in text(treatment.get(f"{MEASURES}?page=2"))


# ── 回评 and 销号 ──


def test_the_effect_before_and_after_beside_untreated_areas(treatment):
    assert "还没有治理以后的轮次" in text(treatment.get(ONE))
    treated.examine(2024)
    on(date(2025, 6, 1))
    page = treatment.post(f"{ONE}assess/", {"round": "2023"}, form=ONE)
    assert page.status_code == 422
    assert "回评要用治理以后的轮次" in text(page)
    done = treatment.post(f"{ONE}assess/", {"round": "2024"}, form=ONE)
    assert done.status_code == 302
    page = treatment.get(ONE, AUDITOR)
    words = text(page)
    for said in ("24.0", "14.0", "−10.0 变好", "达标", "缘由：数据", "同类未治理的 ", "A2区", "回评 1"):
        assert said in words, said
    page = treatment.post(f"{ONE}assess/", {"round": "2024"}, form=ONE)
    assert page.status_code == 422
    assert "上一次回评仍然成立" in text(page)
    assert treatment.post(f"{ONE}assess/", {"round": "2024"}, AUDITOR, form="/password").status_code == 403


def test_the_story_from_the_candidate_to_the_end(treatment):
    """Steps 15 and 19: three milestones, the third refused without evidence, 回评, 销号."""
    for rank in (1, 2):
        settled(treatment, rank)
    refused = submit(treatment, 3, name="")
    assert refused.status_code == 422
    assert "没有佐证" in text(refused) or "要有佐证文件" in text(refused)
    settled(treatment, 3)
    assert "3/3" in text(treatment.get(ONE))
    treated.examine(2024)
    on(date(2025, 6, 1))
    assert treatment.post(f"{CASE}close/", {"reason": "治好了"}).status_code == 422
    assert treatment.post(f"{ONE}assess/", {"round": "2024"}, form=ONE).status_code == 302
    done = treatment.post(f"{CASE}close/", {"reason": "治好了", "exception": ""})
    assert done.status_code == 302, text(done)
    page = text(treatment.get(CASE))
    assert "已销号" in page
    assert "依据：2024 回评 M-01" in page
    assert "里程碑全部验收，城市病已销号" in text(treatment.get(ONE))
    assert "没有销号的城市病" in text(treatment.get(f"{ONE}cancel/"))


def test_the_pages_hold_three_steps_without_a_script(sick):
    page = sick.get(NEW).content.decode()
    assert [f'name="m{n}-name"' in page for n in range(4)] == [True, True, True, False]
    assert page.count('name="once"') == 1
    assert "csrfmiddlewaretoken" in page
    assert " style=" not in page
    assert len(MILESTONES) == 3
    assert HERE in page
