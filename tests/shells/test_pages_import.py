"""数据导入: a dry run writes nothing, what is written is what was foretold, and only by whom it may be."""

import io
import os
import re
import time

from django.core.files.uploadedfile import SimpleUploadedFile
from pages_setting import (
    _with_slice,
    filled_template,
    once,
    pages,
    server,
    template,
    text,
)
from python_calamine import CalamineWorkbook

__all__ = ["_with_slice", "filled_template", "pages", "server", "template"]

PAGE = "/r/1/import/"
OFFICE, THIRD, WATER, WORKS = "bangongshi", "disanfang", "huanbao", "chengjian"
HEAD = "variable,area,period,value,unit,strand,mark\n"
SOUND = HEAD + "residents,990103001,2024,1.29,万人,自体检,\nland,990103001,2024,410,ha,自体检,\n"
MIXED = (
    HEAD + "residents,990103001,2024,1.29,万人,自体检,\nbridges_ok,990101001,2024,见附件,处,自体检,\n"
    "bridges_ok,990101002,2024,9,处,自体检,\nbridges_all,990101002,2024,8,处,自体检,\n"
    "residents,990104,2024,无数据,万人,自体检,\n"
)


def upload(pages, content, account=OFFICE, name="表.csv", **typed):
    """Send a file by the form and give the address of its page."""
    data = content.encode() if isinstance(content, str) else content
    answer = pages.post(PAGE, typed | {"files": SimpleUploadedFile(name, data)}, account)
    assert answer.status_code == 302, text(answer)
    return answer.headers["Location"]


def press(pages, address, step, account=OFFICE, **typed):
    return pages.post(address, typed | {"step": step}, account)


def position():
    from tijian.office.ledger.queries import position as now

    return now()


def standing(variable, area, strand="自体检"):
    from tijian.office.values.models import Value

    rows = Value.objects.filter(variable=variable, area=area, period="2024", strand=strand)
    return rows.order_by("-revision").first()


def test_a_dry_run_writes_nothing_and_says_what_would_move(pages):
    before = position(), sorted(p.name for p in (pages.folder / "evidence").glob("*"))
    address = upload(pages, SOUND)
    page = text(pages.get(address))
    assert (position(), sorted(p.name for p in (pages.folder / "evidence").glob("*"))) == before
    assert "没有要改的格，还没有写入任何数据" in page
    assert "写入无问题的 2 格" in page
    assert "2 格 = 写入 2 格。" in page
    assert "写入后会变动什么" in page
    assert "松坪街道" in page
    assert "个指标等级变动" in page


def test_what_was_foretold_is_what_moves(pages):
    address = upload(pages, SOUND)
    foretold = re.search(r"2024 (\d+ 个指标等级变动.*?)。", text(pages.get(address)))[1]
    answer = press(pages, address, "write")
    assert answer.status_code == 302
    page = text(pages.get(address))
    assert "已写入" in page
    assert "写入后变动了什么" in page
    assert re.search(r"2024 (\d+ 个指标等级变动.*?)。", page)[1] == foretold
    assert standing("residents", "990103001").value == 1.29
    assert "已办完" in page


def test_refused_cells_are_never_written_and_the_totals_add_up(pages):
    address = upload(pages, MIXED)
    page = text(pages.get(address))
    assert "预检完成：2 个格子要改" in page
    assert "见附件" in page
    assert "大于" in page
    assert press(pages, address, "write").status_code == 302
    assert standing("residents", "990103001").value == 1.29
    assert standing("residents", "990104").reason == "无数据"
    assert standing("bridges_ok", "990101001").text == "3"
    assert standing("bridges_ok", "990101002").text == "4"


def test_written_twice_it_is_written_once(pages):
    address = upload(pages, SOUND)
    form = pages.get(address)
    typed = {"step": "write", "once": once(form)}
    client = pages.client(OFFICE)
    first = client.post(address, typed)
    after = position()
    second = client.post(address, typed)
    third = press_again(pages, address)
    assert [r.status_code for r in (first, second, third)] == [302, 302, 302]
    assert position() == after
    assert standing("residents", "990103001").revision == 2


def press_again(pages, address):
    """Send another form of the same upload, as from a second window."""
    page = pages.get(PAGE)
    return pages.client(OFFICE).post(address, {"step": "write", "once": once(page)})


def test_the_same_form_sent_twice_keeps_one_upload(pages):
    token = once(pages.get(PAGE))
    sent = [
        pages.client(OFFICE).post(PAGE, {"once": token, "files": SimpleUploadedFile("表.csv", c.encode())})
        for c in (SOUND, SOUND, MIXED)
    ]
    places = [r.headers["Location"] for r in sent]
    assert places[0] == places[1] != places[2]
    assert text(pages.get(PAGE)).count("表.csv") == 2


def test_dropped_it_is_gone(pages):
    address = upload(pages, SOUND)
    before = position()
    assert press(pages, address, "drop").headers["Location"] == PAGE
    assert "什么也没有写入" in text(pages.get(PAGE))
    assert position() == before
    pages.get(address, status=404)
    assert list((pages.folder / "uploads").iterdir()) == []


def test_an_upload_belongs_to_the_account_and_ends_with_its_day(pages):
    from tijian.office.values import uploads

    address = upload(pages, SOUND)
    for account in (WATER, THIRD):
        pages.get(address, account, 404)
        pages.get(f"{address}1.xlsx", account, 404)
    pages.get(address, "lingdao", 404)
    pages.get(PAGE, "lingdao", 403)
    pages.get("/r/1/import/zz/", OFFICE, 404)
    (place,) = (pages.folder / "uploads").iterdir()
    assert place.stat().st_mode & 0o077 == 0
    known = (place / "upload.json").read_text()
    past = time.time() - uploads.KEPT_SECONDS - 60
    (place / "upload.json").write_text(known.replace(known.split('"at":')[1].split(",")[0], str(past)))
    pages.get(address, OFFICE, 404)
    os.utime(place, (past, past))
    uploads.sweep()
    assert not place.exists()


def test_a_clerk_writes_only_the_variables_of_its_body(pages):
    address = upload(pages, SOUND, WORKS)
    page = text(pages.get(address, WORKS))
    assert "这些数不由您写入" in page
    assert "这一项由统计局填报，您可以看，不能改。要改请找统计局的填报人" in page
    before = position()
    answer = press(pages, address, "write", WORKS)
    assert (answer.status_code, position()) == (403, before)
    assert "常住人口" in text(answer)
    own = upload(pages, HEAD + "road_length,990101001,2024,3.5,km,自体检,\n", WORKS)
    assert press(pages, own, "write", WORKS).status_code == 302
    assert standing("road_length", "990101001").value == 3.5


def test_the_third_party_writes_only_its_strand(pages):
    address = upload(pages, SOUND, THIRD)
    assert press(pages, address, "write", THIRD).status_code == 403
    assert "第三方机构只写来源为“第三方”的数" in text(pages.get(address, THIRD))
    own = upload(pages, "区,道路长度（km）\n灯塔街道,3.2\n", THIRD)
    assert press(pages, own, "write", THIRD).status_code == 302, text(pages.get(own, THIRD))
    assert standing("road_length", "990101001", "第三方").value == 3.2
    assert "办公室" in text(pages.get(own, THIRD))
    assert "1 个数有不止一种来源，要选定采用值" in text(pages.get(own, THIRD))


def test_a_right_lost_meanwhile_is_told(pages, monkeypatch):
    """The action asks again: what the page found in order is not enough."""
    from tijian.shells.web.pages import importing

    address = upload(pages, SOUND, WORKS)
    monkeypatch.setattr(importing, "beyond", lambda _person, _parts: [])
    before = position()
    answer = press(pages, address, "write", WORKS)
    assert (answer.status_code, position()) == (403, before)
    assert "“填报数值”由" in text(answer)


def test_asked_cells_are_written_with_their_reason(pages):
    asked = "residents,990103001,2024,9.9,万人,自体检,\nresidents,990104,2024,45,万人,自体检,\n"
    address = upload(pages, HEAD + asked)
    page = pages.get(address)
    assert "要说明的 2 格" in text(page)
    assert "没有可以写入的" in text(page)
    key = re.search(r'name="(why:[^"]+)"', page.content.decode())[1]
    looked = press(pages, address, "look", **{key: "口径扩大"})
    assert looked.status_code == 200
    assert 'value="口径扩大"' in looked.content.decode()
    assert "写了原因一并写入 1 格，拒绝和要说明的 1 格保持空缺" in text(looked)
    assert press(pages, address, "write", **{key: "口径扩大"}).status_code == 302
    assert "说明：口径扩大" in standing("residents", "990103001").note
    assert standing("residents", "990104").value == 4.5
    assert "写了原因一并写入 1 格" in text(pages.get(address))


def test_the_marked_copy_comes_back(pages):
    address = upload(pages, MIXED)
    answer = pages.get(f"{address}1.xlsx")
    assert "spreadsheetml" in answer.headers["Content-Type"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names[-1] == "校验结果"
    assert any("见附件" in map(str, row) for row in book.get_sheet_by_name("校验结果").to_python())
    pages.get(f"{address}2.xlsx", status=404)


def test_faults_of_files_are_told_and_what_was_typed_stays(pages):
    answer = pages.post(PAGE, {"provider": "测绘队", "note": "补录", "strand": "监测"})
    assert answer.status_code == 422
    assert "至少一个 csv 或 xlsx 文件" in text(answer)
    page = answer.content.decode()
    assert 'value="测绘队"' in page
    assert "补录" in page
    assert 'value="监测" selected' in page
    empty = pages.post(PAGE, {"files": SimpleUploadedFile("空.csv", b"")})
    assert empty.status_code == 422
    layer = pages.post(PAGE, {"files": SimpleUploadedFile("ROADS.geojson", b"{}")})
    assert "图层文件要以图层名和年份命名" in text(layer)


def test_a_file_that_cannot_be_read_is_told_on_its_page(pages):
    address = upload(pages, b"%PDF-1.4 nothing", name="表.pdf")
    page = text(pages.get(address))
    assert "请交原表，不要交 PDF" in page
    assert "没有可以写入的" in page
    assert press(pages, address, "write").status_code == 422


def test_figures_that_stand_already_are_told(pages):
    address = upload(pages, HEAD + "residents,990102001,2024,6.4,万人,自体检,\n")
    page = text(pages.get(address))
    assert "内容完全相同，不必再交" in page
    assert press(pages, address, "write").status_code == 422


def test_a_layer_is_told_and_registered(pages):
    from place import TOY

    from tijian.office.register.models import Dataset

    data = (TOY / "inputs" / "layers" / "roads-2024.geojson").read_bytes()
    before = Dataset.objects.count()
    same = upload(pages, data, THIRD, "roads-2024.geojson", mark="示例/待核")
    page = text(pages.get(same, THIRD))
    assert "个要素" in page
    assert "图层可以登记，还没有写入任何数据" in page
    assert "图层带来的变动在登记时计算" in page
    assert "km" in page
    assert "EPSG:4490" in page
    assert Dataset.objects.count() == before
    assert press(pages, same, "write", THIRD).status_code == 302
    assert Dataset.objects.count() == before + 1
    assert "个数有不止一种来源，要选定采用值" in text(pages.get(same, THIRD))
    clerk = upload(pages, data, WORKS, "roads-2024.geojson")
    assert "“登记数据集”由第三方" in text(pages.get(clerk, WORKS))
    assert press(pages, clerk, "write", WORKS).status_code == 403


def test_two_files_are_written_by_one_action(pages):
    from tijian.office.ledger.verify import verify

    files = [
        SimpleUploadedFile("人口.csv", (HEAD + "residents,990103001,2024,1.29,万人,自体检,\n").encode()),
        SimpleUploadedFile("面积.csv", (HEAD + "land,990103001,2024,5,km2,自体检,\n").encode()),
    ]
    answer = pages.post(PAGE, {"files": files})
    before = position()
    assert press(pages, answer.headers["Location"], "write").status_code == 302
    assert position() == before + 1
    assert standing("land", "990103001").source.name == "面积.csv"
    assert verify().findings == []


def test_a_long_sheet_shows_its_marked_rows_first(pages):
    rows = "".join(f"residents,990103001,2024,{'坏' if n == 77 else 1.29},万人,自体检,\n" for n in range(90))
    page = text(pages.get(upload(pages, HEAD + rows)))
    assert "看全部 90 行" in page
    address = upload(pages, HEAD + rows)
    every = text(pages.get(f"{address}?rows=all&at=4"))
    assert "坏" in every
    assert "第 62—81 行" in every


def test_the_table_to_fill_in_comes_back_without_a_question(pages):
    """Filled with the figures that stand, every line is read and nothing is refused; a body gets its own lines."""
    template = pages.get(PAGE + "template.csv").content.decode("utf-8-sig").splitlines()
    assert template[0] == "变量,区,年份,数值,单位"
    variables, areas = names()
    lines, filled = [template[0]], 0
    for line in template[1:]:
        variable, area, year, empty, unit = line.split(",")
        assert empty == ""
        value = standing(variables[variable], areas[area])
        if value is not None and value.unit == unit and value.value is not None:
            lines.append(f"{variable},{area},{year},{value.text},{unit}")
            filled += 1
    assert filled > 20
    page = text(pages.get(upload(pages, "\n".join(lines))))
    assert "× 拒绝 0" in page
    assert f"读到的数据格 {filled}" in page
    own = pages.get(PAGE + "template.csv", account=WORKS).content.decode("utf-8-sig").splitlines()
    assert 1 < len(own) < len(template)
    assert set(own) < set(template)
    assert "下载您的填报表" in pages.get(PAGE).content.decode()


def names():
    """Give ids of variables and codes of areas by their names."""
    from tijian.office.register import queries

    city = queries.city_now().city
    return (
        {v.zh: k for k, v in city.catalogue.variables.items()},
        {city.label(code): code for code in city.by_code},
    )


def test_a_figure_that_another_strand_passes_over_is_told_so_before_and_after(pages):
    """路网密度 takes the third party's figure in 灯塔街道: a reported length moves nothing there."""
    content = HEAD + "road_length,990101001,2024,3.3,km,自体检,\n"
    address = upload(pages, content)
    words = "灯塔街道道路长度：路网密度现采用第三方，这个数写入后不影响它的值和等级"
    assert words in text(pages.get(address))
    press(pages, address, "write")
    assert words in text(pages.get(address))
    assert "写入了也不影响结果的数" not in text(pages.get(upload(pages, SOUND)))
