"""数据: strands side by side, one adopted with a reason, revisions, corrections, and two people at one figure."""

import csv
import io
import re
import threading

import pytest
from pages_setting import (
    OFFICE,
    _with_slice,
    filled_template,
    once,
    pages,
    server,
    template,
    text,
    values,
)

__all__ = ["_with_slice", "filled_template", "pages", "server", "template"]

LIST = "/r/1/values/"
ADOPT = "/r/1/values/adopt"
CORRECT = "/r/1/values/correct"
WORKS, WATER, THIRD, LEADERS = "chengjian", "huanbao", "disanfang", "lingdao"
HYDRANTS = f"{LIST}?variable=hydrants_ok&area=990102001"
ROADS = f"{LIST}?indicator=MO01&area=990104"
CELL = {"variable": "residents", "area": "990103001", "period": "2024", "strand": "自体检"}
ONE = f"{LIST}?variable=residents&area=990103001"
FORM = f"{CORRECT}?variable=residents&area=990103001&period=2024&strand=自体检"
TYPED = CELL | {
    "text": "1.29",
    "unit": "万人",
    "mark": "",
    "reason": "年报更正",
    "expected": "1",
    "step": "write",
}


def accept(variable, area, text, unit, **more):
    """Take a figure in as somebody else would."""
    from filling import accept as taken
    from filling import figure

    return taken(figure(variable, area, text, unit), **more)


def position():
    from tijian.office.ledger.queries import position as now

    return now()


def standing(variable="residents", area="990103001", strand="自体检"):
    from tijian.office.values.models import Value

    rows = Value.objects.filter(variable=variable, area=area, period="2024", strand=strand)
    return rows.order_by("-revision").first()


def choice(item, area):
    from tijian.office.values.given import choice_of

    return choice_of(item, area, 2024)


def test_the_list_holds_every_variable_and_narrows_down(pages):
    page = text(pages.get(LIST, LEADERS))
    assert "14 项，共 14 项" in page
    assert "由下级求和" in page
    assert "导入数据" not in page
    assert "导入数据" in text(pages.get(LIST))
    assert "2 项，共 14 项" in text(pages.get(f"{LIST}?body=environment"))
    assert "1 项，共 14 项" in text(pages.get(f"{LIST}?q=常住"))
    missing = text(pages.get(f"{LIST}?missing=on"))
    assert "消火栓数" in missing
    assert "辖区面积" not in missing
    assert "没有符合条件的变量" in text(pages.get(f"{LIST}?q=没有这个"))
    assert "常住人口" in text(pages.get(f"{LIST}?dimension=活力"))


def test_the_file_has_a_row_for_every_figure_that_stands(pages):
    answer = pages.get(f"{LIST}?q=消火栓数&format=csv", LEADERS)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {r["variable"] for r in rows} == {"hydrants_ok"} | {
        r["variable"] for r in rows if "消火栓" in r["name"]
    }
    both = [r for r in rows if (r["variable"], r["area"]) == ("hydrants_ok", "990102001")]
    assert [(r["strand"], r["value"], r["mark"], r["adopted"]) for r in both] == [
        ("第三方", "62", "估算", "是"), ("自体检", "70", "", "否"),
    ]  # fmt: skip
    assert all(len(r["sha256"]) == 64 for r in rows)


def test_what_is_not_there_is_404(pages):
    for query in ("indicator=XX99&area=990104", "indicator=MO01&area=1", "variable=nothing&area=990104"):
        pages.get(f"{LIST}?{query}", status=404)
    pages.get("/r/99/values/", status=404)


def test_strands_stand_side_by_side_with_the_reason_of_the_choice(pages):
    page = text(pages.get(ROADS, LEADERS))
    assert "自体检 采用值" not in page
    assert "第三方" in page
    assert "选定采用自体检，理由：港区内部道路图层未更新" in page
    assert "“选定采用值”由办公室办理" in page
    variable = text(pages.get(HYDRANTS))
    assert "理由：逐个现场数过" in variable
    assert "+8（12.9%）" in variable
    assert "若采用自体检" in variable


def test_an_indicator_shows_every_revision_of_what_it_reads(pages):
    accept("road_length", "990104", "5.6", "km")
    page = text(pages.get(ROADS))
    assert page.index("2（现在）") < page.index("恢复到这一修订")
    assert "5.6 km" in page
    assert "5.0 km" in page
    assert "variables.csv" in page
    assert "sha256" in page
    assert "图层 roads、built_area" in page


def test_a_sum_leads_to_its_parts(pages):
    page = text(pages.get(f"{LIST}?variable=residents&area=990101"))
    assert "这一级不单独报，由下级求和" in page
    assert "灯塔街道" in page


def adopting(pages, account=OFFICE, address=HYDRANTS, **typed):
    form = pages.get(address, account)
    given = {"item": "hydrants_ok", "area": "990102001", "expected": values(form, "expected")[0]}
    return pages.client(account).post(ADOPT, given | typed | {"once": once(form)})


def test_a_strand_is_adopted_only_with_a_reason_and_what_was_typed_stays(pages):
    before = position()
    answer = adopting(pages, strand="自体检", reason=" ")
    assert (answer.status_code, position()) == (422, before)
    assert "采用值要写明理由" in text(answer)
    assert 'value="自体检" checked' in answer.content.decode()
    answer = adopting(pages, reason="因为")
    assert (answer.status_code, position()) == (422, before)
    assert "请先选定采用哪个来源" in text(answer)
    assert "因为</textarea>" in answer.content.decode()


def test_what_was_foretold_of_a_choice_is_what_moves(pages):
    from tijian.office.ledger.models import Entry
    from tijian.office.values.preview import moved_by

    page = text(pages.get(ROADS))
    foretold = re.search(r"若采用第三方 2024 (等级都不变|(\d+) 个指标等级变动)", page)
    assert adopting(
        pages, address=ROADS, item="MO01", area="990104", strand="第三方", reason="图层已更新"
    ).status_code == 302  # fmt: skip
    last = Entry.objects.order_by("-position").first()
    assert sum(len(m.grades) for m in moved_by(last.action)) == int(foretold[2] or 0)
    assert choice("MO01", "990104").strand == "第三方"
    assert "已选定采用第三方" in text(pages.get(ROADS))


def test_a_choice_is_taken_back_with_a_reason_and_stays_on_record(pages):
    assert adopting(pages, step="back", reason="").status_code == 422
    assert adopting(pages, step="back", reason="重新核").status_code == 302
    assert (choice("hydrants_ok", "990102001").strand, choice("hydrants_ok", "990102001").revision) == ("", 2)
    assert "撤销过选定，理由：重新核" in text(pages.get(HYDRANTS))


def test_a_choice_changed_meanwhile_is_told(pages):
    from filling import do

    from tijian.office.values.actions import AdoptStrand

    form = pages.get(HYDRANTS)
    do(AdoptStrand("hydrants_ok", "990102001", 2024, "自体检", "台账更全"))
    typed = {"item": "hydrants_ok", "area": "990102001", "expected": values(form, "expected")[0]}
    typed |= {"strand": "第三方", "reason": "我的理由", "once": once(form)}
    answer = pages.client(OFFICE).post(ADOPT, typed)
    assert answer.status_code == 409
    assert "台账更全" in text(answer)
    assert "我的理由</textarea>" in answer.content.decode()


def test_only_the_office_chooses(pages):
    for account in (WORKS, THIRD, LEADERS):
        page = pages.get(LIST, account)
        answer = pages.client(account).post(ADOPT, {"item": "hydrants_ok", "area": "990102001"})
        assert (answer.status_code, "“选定采用值”由办公室办理" in text(answer)) == (403, True)
        assert "选定采用值</button>" not in page.content.decode()


def test_a_correction_is_foretold_and_then_written(pages):
    before = position()
    looked = pages.post(CORRECT, TYPED | {"step": "look"}, form=FORM)
    assert (looked.status_code, position()) == (200, before)
    assert "2 个指标等级变动" in text(looked)
    assert values(looked, "text") == ["1.29"]
    assert "年报更正" in looked.content.decode()
    assert pages.post(CORRECT, TYPED, form=FORM).status_code == 302
    value = standing()
    assert (value.value, value.revision, value.source.name, value.source.note) == (
        1.29,
        2,
        "更正单",
        "年报更正",
    )
    page = text(pages.get(ONE))
    assert "2 个等级变动" in page
    assert "年报更正" in page


def test_a_correction_without_reason_or_number_tells_every_fault(pages):
    before = position()
    wrong = pages.post(CORRECT, TYPED | {"text": "很多", "reason": ""}, form=FORM)
    assert (wrong.status_code, position()) == (422, before)
    assert "请写明为什么改" in text(wrong)
    assert "单位能换算成 万人" in text(wrong)
    assert values(wrong, "text") == ["很多"]
    assert wrong.content.decode().count('aria-invalid="true"') == 2
    looked = pages.post(CORRECT, TYPED | {"unit": "km", "step": "look"}, form=FORM)
    assert looked.status_code == 422
    assert values(looked, "unit") == ["km"]
    same = pages.post(CORRECT, TYPED | {"text": "10000", "unit": "人"}, form=FORM)
    assert same.status_code == 422
    assert "不必再交" in text(same)


def test_sent_twice_it_is_one_revision(pages):
    typed = TYPED | {"once": once(pages.get(FORM))}
    answers = [pages.client(OFFICE).post(CORRECT, typed) for _ in range(2)]
    assert [a.status_code for a in answers] == [302, 302]
    assert standing().revision == 2


def test_sent_many_times_at_once_it_is_one_revision(pages):
    from django.db import connection
    from visitors import Visitors

    typed, found = TYPED | {"once": once(pages.get(FORM))}, []
    clients = [Visitors().client(OFFICE) for _ in range(6)]

    def send(client):
        found.append(client.post(CORRECT, typed).status_code)
        connection.close()

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert standing().revision == 2
    assert set(found) <= {302, 409}
    assert 302 in found


@pytest.mark.parametrize("keep", ["mine", "theirs"])
def test_two_people_at_one_figure_choose_and_lose_nothing(pages, keep):
    form = pages.get(FORM)
    accept("residents", "990103001", "1.1", "万人", note="派出所口径", account=OFFICE)
    conflict = pages.client(OFFICE).post(CORRECT, TYPED | {"once": once(form)})
    assert conflict.status_code == 409
    page = text(conflict)
    for words in ("10000 人", "1.1 万人", "1.29 万人", "城建局办公室", "派出所口径", "年报更正"):
        assert words in page, words
    hidden = {n: values(conflict, n)[0] for n in (*CELL, "text", "unit", "reason", "expected")}
    assert hidden["reason"] == "年报更正"
    before = position()
    answer = pages.client(OFFICE).post(CORRECT, hidden | {"keep": keep, "once": once(conflict)})
    assert answer.status_code == 302
    assert (standing().value, standing().revision) == ((1.29, 3) if keep == "mine" else (1.1, 2))
    assert position() == before + (keep == "mine")


def test_a_conflict_is_seen_before_anything_is_foretold(pages):
    form = pages.get(FORM)
    accept("residents", "990103001", "1.1", "万人")
    looked = pages.client(OFFICE).post(CORRECT, TYPED | {"step": "look", "once": once(form)})
    assert (looked.status_code, "没有保存" in text(looked)) == (409, True)


def test_a_wrong_correction_is_reversed_by_a_new_revision(pages):
    pages.post(CORRECT, TYPED, form=FORM)
    address = f"{FORM}&restore=1"
    form = pages.get(address)
    assert "恢复到修订 1" in text(form)
    assert (values(form, "text"), values(form, "unit")) == (["10000"], ["人"])
    typed = CELL | {n: values(form, n)[0] for n in ("text", "unit", "expected", "restore")}
    sent = typed | {"reason": "看错了行", "step": "write", "mark": ""}
    assert pages.post(CORRECT, sent, form=address).status_code == 302
    assert (standing().value, standing().revision) == (1.0, 3)
    assert standing().source.note == "恢复到修订 1：看错了行"


def test_a_number_may_be_typed_as_people_write_it(pages):
    pages.post(CORRECT, TYPED | {"text": "１２，９００", "unit": "人"}, form=FORM)
    assert (standing().text, standing().value) == ("12900", 1.29)


def test_a_figure_that_nobody_gave_is_filled_in(pages):
    assert "填第三方的数" in text(pages.get(f"{LIST}?variable=hydrants_ok&area=990103001", THIRD))
    assert "填第三方的数" not in text(pages.get(f"{LIST}?variable=hydrants_ok&area=990103001", WORKS))
    address = f"{CORRECT}?variable=hydrants_ok&area=990103001&period=2024&strand=第三方"
    typed = {"variable": "hydrants_ok", "area": "990103001", "period": "2024", "strand": "第三方"}
    form = pages.get(address, THIRD)
    assert "填报" in text(form)
    sent = typed | {"text": "4", "unit": "处", "mark": "", "reason": "现场", "expected": "0", "step": "write"}
    assert pages.post(CORRECT, sent, THIRD, address).status_code == 302
    assert standing("hydrants_ok", "990103001", "第三方").value == 4.0


def test_whose_figure_it_is_is_said_in_words(pages):
    for account in (WORKS, WATER):
        refused = pages.get(FORM, account, 403)
        assert "这一项由统计局填报，您可以看，不能改。要改请找统计局的填报人" in text(refused)
        assert "更正" not in text(pages.get(ONE, account)).split("常住人口")[-1].split("恢复")[0]
    assert "第三方机构只写来源为“第三方”的数" in text(pages.get(FORM, THIRD, 403))
    pages.get(FORM, LEADERS, 403)
    assert pages.post(CORRECT, TYPED, WORKS, ONE_OF_WORKS).status_code == 403
    own = "/r/1/values/correct?variable=road_length&area=990104&period=2024&strand=自体检"
    assert "道路长度" in text(pages.get(own, WORKS))


ONE_OF_WORKS = "/r/1/values/correct?variable=road_length&area=990104&period=2024&strand=自体检"


def test_without_a_cell_the_form_leads_to_the_list(pages):
    assert pages.get(CORRECT, status=302).headers["Location"] == LIST
    pages.get(f"{CORRECT}?variable=MO01&area=990104", status=404)
