"""指标体系: browsed, published, refused, copied out and edited, compared."""

import csv
import io

from pages_setting import (
    CATALOGUE,
    LEADERS,
    _with_slice,
    filled_template,
    pages,
    server,
    template,
    text,
)

__all__ = ["_with_slice", "filled_template", "pages", "server", "template"]

LIST = "/systems/"
ONE = "/systems/toy-2024/1/"
EDIT = "/systems/toy-2024/draft/MO02/"
PATH = "city/catalogues/toy-2024/indicators/MO02.yaml"


def change(pages, before="decimals:", after="decimals: 1 #"):
    path = pages.folder / PATH
    path.write_text(path.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")


def test_what_is_published_with_hash_mark_and_hand(pages):
    from tijian.office.register.published import systems

    page = text(pages.get(LIST, LEADERS))
    assert "澄湖市城市体检指标（2024 年，九项）" in page
    assert systems()[0].sha256[:12] in page
    assert "示例/待核" in page
    assert "待公布" not in page  # leaders publish nothing
    assert "都与上次公布的相同" in text(pages.get(LIST, CATALOGUE))


def test_a_revision_is_browsed_by_dimension_word_and_page(pages):
    assert "9 项，共 9 项" in text(pages.get(ONE, LEADERS))
    assert "2 项，共 9 项" in text(pages.get(f"{ONE}?dimension=出行", LEADERS))
    assert "没有符合条件的指标" in text(pages.get(f"{ONE}?q=不存在", LEADERS))
    assert "9 项，共 9 项" in text(pages.get(f"{ONE}?page=99", LEADERS))
    rows = list(csv.DictReader(io.StringIO(pages.get("/systems/toy-2024/1.csv").content.decode("utf-8-sig"))))
    assert len(rows) == 9
    assert {r["cases"] for r in rows} - {"0"}


def test_one_definition_in_chinese_names(pages):
    page = text(pages.get(f"{ONE}MO01/", LEADERS))
    assert "÷" in page
    assert "城建局" in page
    assert "用例" in page
    assert "road_length / built_area" not in page
    pages.get(f"{ONE}XX99/", status=404)
    pages.get("/systems/toy-2024/9/", status=404)


def test_an_edit_of_what_is_published_is_refused_with_the_way_on(pages):
    page = pages.get(EDIT, CATALOGUE)
    assert "修订 1 已公布，是冻结的，不能改" in text(page)
    assert "复制新版本" in text(page)
    answer = pages.post(EDIT, {"text": "id: MO02", "was": ""}, CATALOGUE)
    assert answer.status_code == 422
    assert "请先“复制新版本”" in text(answer)
    assert "id: MO02" in text(answer)


def test_copied_edited_and_published(pages):
    answer = pages.post("/systems/toy-2024/1/copy", {"indicator": "MO02"}, CATALOGUE, form=ONE)
    assert answer.headers["Location"] == EDIT
    page = pages.get(EDIT, CATALOGUE)
    assert "已复制 20 个文件到 city/catalogues/toy-2024" in text(page)
    was = page.content.decode().split('name="was" value="')[1][:64]
    standing = (pages.folder / PATH).read_text(encoding="utf-8")

    faulty = pages.post(EDIT, {"text": standing.replace("decimals:", "decimal:"), "was": was}, CATALOGUE)
    assert faulty.status_code == 422
    assert "没有保存" in text(faulty)
    assert "decimal:" in text(faulty)  # what was typed is kept

    new = standing.replace("decimals:", "# 一位小数\ndecimals:")
    saved = pages.post(EDIT, {"text": new.replace("\n", "\r\n"), "was": was}, CATALOGUE)
    assert saved.status_code == 302
    assert (pages.folder / PATH).read_text(encoding="utf-8") == new

    waiting = text(pages.get(LIST, CATALOGUE))
    assert "公布 toy-2024 修订 2" in waiting
    done = pages.post("/systems/publish", {"note": "例"}, CATALOGUE, form=LIST)
    assert done.status_code == 302
    page = text(pages.get(LIST, CATALOGUE))
    assert "已公布（第" in page
    assert "比修订 1" in page
    assert "定义没有改动" in text(pages.get("/systems/toy-2024/2/diff/", LEADERS))
    assert "不是现行修订" in text(pages.get(ONE, LEADERS))


def test_what_changed_between_two_revisions(pages):
    (pages.folder / PATH).with_suffix(".cases.yaml").unlink()
    change(pages, "meaning: ", "meaning: 另一种")
    page = text(pages.get(LIST, CATALOGUE))
    assert "没有用例的 1 项：MO02" in page
    refused = pages.post("/systems/publish", {"note": "第二次"}, CATALOGUE, form=LIST)
    assert refused.status_code == 422
    assert "照样公布" in text(refused)
    assert "第二次" in text(refused)
    done = pages.post("/systems/publish", {"note": "第二次", "unproven": "on"}, CATALOGUE, form=LIST)
    assert done.status_code == 302
    page = text(pages.get("/systems/toy-2024/2/diff/", LEADERS))
    assert "含义改了" in page
    assert "用例改了" in page
    assert "未验算" in text(pages.get("/systems/toy-2024/2/MO02/", LEADERS))
    pages.get("/systems/toy-2024/1/diff/", status=404)
    assert "差别" in text(pages.get("/systems/toy-2024/1/diff/?since=2"))


def test_a_broken_folder_is_told_and_the_rest_of_the_page_stands(pages):
    change(pages, "decimals:", "decimal:")
    page = text(pages.get(LIST, CATALOGUE))
    assert "城市文件夹里的文件有错，不能公布" in page
    assert "澄湖市城市体检指标" in page
    refused = pages.post("/systems/publish", {"note": ""}, CATALOGUE, form="/r/1/")
    assert refused.status_code == 422


def test_publishing_what_is_the_same_is_refused_in_words(pages):
    refused = pages.post("/systems/publish", {"note": ""}, CATALOGUE, form="/r/1/")
    assert refused.status_code == 422
    assert "已公布的文件是冻结的" in text(refused)


def test_others_only_read(pages):
    assert "“公布体系”由" in text(pages.get(ONE, LEADERS))
    assert "“公布体系”由" in text(pages.get(EDIT, LEADERS))
    for address in ("/systems/publish", "/systems/toy-2024/1/copy", EDIT):
        assert pages.client(LEADERS).post(address, {}).status_code == 403
