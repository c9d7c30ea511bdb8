"""撤回: what an import replaced is shown before it is written, and can be put back as a whole."""

import re

from pages_setting import _with_slice, filled_template, pages, server, template, text
from test_pages_import import HEAD, OFFICE, PAGE, SOUND, THIRD, WATER, position, press, standing, upload

__all__ = ["_with_slice", "filled_template", "pages", "server", "template"]

NEW = HEAD + "residents,990103001,2024,1.29,万人,自体检,\nland,990103001,2024,410,ha,监测,\n"


def written(pages, content=SOUND):
    address = upload(pages, content)
    answer = press(pages, address, "write")
    assert answer.status_code == 302, text(answer)
    found = re.search(r"/r/1/values/withdraw/\d+", pages.get(address).content.decode())
    assert found, "the page of what was written leads to its withdrawal"
    return found[0]


def stored():
    from tijian.office.register.models import Round
    from tijian.office.values.export import tables

    return tables(Round.objects.get())["values.csv"]


def test_the_dry_run_sets_the_new_figure_beside_the_one_that_stands(pages):
    before = standing("residents", "990103001")
    page = text(pages.get(upload(pages, NEW)))
    assert "替换 1 个，新写入 1 个；与在册相同的不列" in page
    assert re.search(rf"{before.text} {before.unit}\s+1\.29\s+万人\s+自体检", page)
    assert re.search(r"没有\s+4\.1\s+km²\s+监测", page)
    written(pages)
    assert "会改动的数" not in text(pages.get(upload(pages, SOUND)))


def test_taken_back_everything_is_as_it_was_and_all_three_states_are_kept(pages):
    old, results = standing("residents", "990103001"), stored()
    address = written(pages, NEW)
    assert stored() != results
    page = text(pages.get(address))
    assert "撤回 2 个数" in page
    assert "改回原来的数" in page
    assert "改为无数据" in page
    assert "个指标等级变动" in page
    answer = pages.post(address, {"note": "报错了年份"})
    assert answer.status_code == 302
    back = standing("residents", "990103001")
    assert (back.value, back.text, back.unit, back.revision) == (
        old.value,
        old.text,
        old.unit,
        old.revision + 2,
    )
    assert back.source.note == "报错了年份"
    assert standing("land", "990103001", "监测").reason == "无数据"
    assert stored() == results
    assert "已撤回第" in text(pages.get(answer.headers["Location"]))


def test_what_was_changed_again_since_is_left_and_named(pages):
    address = written(pages)
    more = HEAD + "residents,990103001,2024,1.27,万人,自体检,\n"
    written(pages, more)
    page = text(pages.get(address))
    assert "后来改过的 1 个数不动" in page
    assert "后来改过，不动" in page
    assert pages.post(address, {"note": "面积弄错"}).status_code == 302
    assert standing("residents", "990103001").value == 1.27
    now = position()
    again = text(pages.get(address))
    assert "后来都改过了，没有可以撤回的" in again
    assert position() == now


def test_without_a_reason_nothing_happens_and_the_form_says_so(pages):
    address, before = written(pages), position()
    answer = pages.post(address, {"note": " "})
    assert answer.status_code == 422
    assert "请写明为什么撤回" in text(answer)
    assert position() == before


def test_who_may_not_write_the_figures_may_not_take_them_back(pages):
    address, before = written(pages), position()
    for account in (WATER, THIRD):
        page = pages.get(address, account)
        assert "不能撤回" in text(page)
        assert 'name="note"' not in page.content.decode()
        answer = pages.post(address, {"note": "越权"}, account, form=PAGE)
        assert answer.status_code == 403, text(answer)
    assert position() == before


def test_an_entry_without_figures_is_not_found(pages):
    pages.get("/r/1/values/withdraw/1", OFFICE, 404)
    pages.get("/r/1/values/withdraw/99999", OFFICE, 404)
