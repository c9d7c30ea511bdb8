"""The beginning: the demo, what is published, the pilot round, and the round of all districts."""

from __future__ import annotations

import re

from tests.story.cure import tables_of
from tests.story.stage import PLACE, ROOT, Server, Stage, must, run, tijian, words

SEED = "20190619"
DAY = "2020-03-18"
PILOT, PILOT_AREAS = "2019 先行", ("210103", "210112")
PAGES = ("/", "/r/1/indicators/", "/r/1/areas/", "/r/1/shortfalls/", "/r/1/diseases/", "/r/1/measures/")


def demo(stage: Stage) -> str:
    """Anyone runs ``make demo``: grade table, nine reports, address, accounts; 合成数据 on every page."""
    place = PLACE / "demo"
    printed = run("make", "-s", "demo", "SERVE=0", f"OUT={place.relative_to(ROOT)}")
    must("47 项指标 × 10 个" in printed, "终端里的等级表", printed[-400:])
    reports = [*(place / "2019/reports").glob("*.pdf"), *(place / "2019/reports").glob("*.docx")]
    must(len(reports) == 18, "九份 PDF、九份 DOCX", len(reports))
    shown = Server(place / "installation")
    shown.start()
    try:
        must("http://127.0.0.1" in shown.words and "lingdao" in shown.words, "地址和演示账号", shown.words)
        own, stage.server = stage.server, shown
        marked = sum(
            "合成数据" in stage.visit("lingdao", path).locator("body").inner_text() for path in PAGES
        )
        stage.server = own
    finally:
        shown.stop()
    must(marked == len(PAGES), "每一页都标合成数据", f"{marked}/{len(PAGES)}")
    return f"等级表、18 份报告、地址和账号；{marked} 页都标着合成数据"


def publish(stage: Stage) -> str:
    """自然资源局 publishes 36 + 11: hash, 示例/待核; an edit is refused with 复制新版本."""
    tijian("init", stage.data, "--city", "shenyang", "--demo-accounts")
    story = ROOT / "cities/shenyang/story.yaml"
    tijian("city", "generate", stage.city, "--template", "cities/shenyang", "--seed", SEED, "--story", story)
    stage.server.start(DAY)
    page = stage.visit("ziranziyuan", "/systems/")
    page.get_by_role("button", name=re.compile("^公布")).click()
    page.wait_for_load_state()
    page = stage.visit("ziranziyuan", "/systems/")
    seen = words(page)
    must("示例/待核" in seen, "标记示例/待核", seen[:400])
    digest = re.search(r"\b[0-9a-f]{8,12}\b", seen)
    must(digest, "哈希", seen[:400])
    counts = [int(n) for n in re.findall(r"(\d+) 项", seen)]
    must(36 in counts and 11 in counts, "36 项和 11 项", counts)
    page = stage.visit("ziranziyuan", "/systems/cn-2019-draft/draft/TC02/")
    must("冻结" in words(page), "公布过的不能改", words(page)[:300])
    offered = page.get_by_role("button", name="复制新版本").count()
    must(offered, "给出“复制新版本”", words(page)[:300])
    return f"36 + 11 项已公布，哈希 {digest[0] if digest else ''}，示例/待核；修改被拒，给出复制新版本"


def pilot(stage: Stage) -> str:
    """办公室 opens the pilot round for 沈河 and 浑南: the derived duties; 常住人口 asked once."""
    page = stage.visit("bangongshi", "/rounds/")
    page.fill("input[name=name]", PILOT)
    page.select_option("select[name=year]", "2019")
    for area in PILOT_AREAS:
        page.check(f"input[name=areas][value='{area}']")
    page.get_by_role("button", name="开启轮次").click()
    page.wait_for_load_state()
    page = stage.visit("bangongshi", "/rounds/")
    must(PILOT in words(page), f"轮次 {PILOT}", words(page)[:300])
    stage.notes["pilot"] = "1"
    page = stage.visit("bangongshi", "/r/1/duties/")
    seen = words(page)
    total = re.search(r"(\d+) 个单位，(\d+) 个变量，(\d+) 次填报", seen)
    must(total, "单位 × 变量 × 区的清单", seen[:300])
    asked = re.findall(r"(?<!\S)常住人口 [a-z_]+ [^用]*用于 (\d+) 项", seen)
    must(len(asked) == 1 and int(asked[0]) > 1, "常住人口只报一次，用于 n 项", asked)
    _fill_pilot(stage)
    return f"{total[0] if total else ''}；常住人口只报一次，用于 {asked[0]} 项"


def _fill_pilot(stage: Stage) -> None:
    """Bring in what the departments report of 2018 and 2019; the layers come with 第三方."""
    tables = tables_of(stage.city, (2018, 2019))
    tijian(
        "values", "import", *tables, "--round", PILOT, "--data", stage.data, "--as", "bangongshi", "--mark", "合成",
        "--provider", "合成数据生成器", "--explain", "合成数据",
    )  # fmt: skip


def criteria(stage: Stage) -> str:
    """办公室 moves a cut point, sees what moves, adopts it; notes the lesson; opens the nine-district round."""
    page = stage.visit("bangongshi", f"/r/{stage.notes['pilot']}/criteria/?indicator=TC02")
    page.fill("input[name='cut:district:新区:良']", "5.5")
    page.get_by_role("button", name="试算").click()
    page.wait_for_load_state()
    seen = words(page)
    moved = re.search(r"(\d+)\s*个等级|(\d+)\s*个区", seen)
    must(moved and "浑南" in seen, "会变动的等级", seen[:600])
    stage.keep("12")
    page.fill("textarea[name=note], input[name=note]", "先行区专家会：新区“良”按 5.5 试行")
    page.get_by_role("button", name=re.compile("^采用")).click()
    page.wait_for_load_state()
    page = stage.visit("bangongshi", f"/r/{stage.notes['pilot']}/criteria/?indicator=TC02")
    must("修订 2" in page.locator("body").inner_text(), "采用为修订 2", words(page)[:400])
    _close_pilot(stage)
    before = tijian("round", "results", "--round", PILOT, "--data", stage.data, "--out", PLACE / "pilot")
    must("values.csv" in before, "先行轮次的结果", before)
    stored = (PLACE / "pilot/values.csv").read_bytes()
    page = stage.visit("bangongshi", "/rounds/")
    page.fill("input[name=name]", "2019")
    page.select_option("select[name=year]", "2019")
    for box in page.locator("input[name=areas]").all():
        box.check()
    page.get_by_role("button", name="开启轮次").click()
    page.wait_for_load_state()
    stage.notes["whole"] = "2"
    tijian("round", "results", "--round", PILOT, "--data", stage.data, "--out", PLACE / "pilot-after")
    must((PLACE / "pilot-after/values.csv").read_bytes() == stored, "先行轮次的结果不变", "变了")
    return f"试算 {moved[0] if moved else ''}变动；采用为修订 2；先行轮次结束并留下小结，结果不变；九区轮次已开启"


def _close_pilot(stage: Stage) -> None:
    page = stage.visit("bangongshi", f"/r/{stage.notes['pilot']}/close/")
    page.fill("textarea[name=lesson]", "建成区范围以自然资源局底图为准；新区道路网“良”按 5.5 试行。")
    sentence = re.search(r"请输入“([^”]+)”", words(page))
    must(sentence, "要输入的话", words(page)[:300])
    page.fill("input[name=sentence]", sentence[1] if sentence else "")
    page.get_by_role("button", name="结束这一轮").click()
    page.wait_for_load_state()
    must("已结束" in words(page) or "结束" in words(page), "先行轮次已结束", words(page)[:300])
