"""Figures come in: a daily table as it is, a computed strand, the choice between two."""

from __future__ import annotations

import csv
import datetime as dt
import re
from pathlib import Path

from playwright.sync_api import Page
from tests.story.stage import PLACE, ROOT, Stage, must, tijian, words

REAL = ROOT.parent / "shared/data/shenyang/shenyang_aqi_daily_2013_2017.csv"
DAYS = 365
CLASSES = ((50, "优"), (100, "良"), (150, "轻度污染"), (200, "中度污染"), (300, "重度污染"))


def upload(stage: Stage, account: str, *files: Path, strand: str = "") -> Page:
    """Upload tables on the page 数据导入 and wait for the verdicts; nothing is written by it."""
    page = stage.visit(account, f"/r/{stage.notes['pilot']}/import/")
    page.set_input_files("input[name=files]", [str(f) for f in files])
    if strand:
        page.select_option("select[name=strand]", label=strand)
    page.get_by_role("button", name="上传并预检").click()
    page.wait_for_load_state()
    return page


def daily(stage: Stage) -> str:
    """A clerk of 生态环境局 uploads daily AQI of 2015 in GB18030; labels that contradict their number are told."""
    if REAL.is_file():
        table, told, expected = _real(), "真实的 2015 年逐日表", (219, 359, 6, 2)
    else:
        table, (expected) = _made()
        told = "同样形状的生成表（没有 ../shared/data）"
    page = upload(stage, "shengtai", table)
    seen = words(page)
    counted, covered, wrong, moving = expected
    must(f"的 {counted} 天" in seen, f"优良天数 {counted}", _near(seen, "天"))
    must(re.search(rf"{covered}\s*/\s*{DAYS}", seen), f"覆盖 {covered}/{DAYS}", _near(seen, "覆盖"))
    told_labels = f"{wrong} 处等级标签与数矛盾，其中 {moving} 处会改变天数"
    must(told_labels in seen, told_labels, _near(seen, "矛盾"))
    must("GB18030" in seen, "说明编码 GB18030", seen[-300:])
    return f"{told}：优良天数 {counted}，覆盖 {covered}/{DAYS}，矛盾的标签 {wrong} 处，其中 {moving} 处会改变天数"


def _near(seen: str, word: str) -> str:
    place = max(seen.find(word), 0)
    return seen[max(place - 80, 0) : place + 160]


def _real() -> Path:
    lines = REAL.read_text(encoding="utf-8").splitlines()
    text = "\n".join([lines[0], *(line for line in lines if ",2015-" in line)])
    return _write("空气质量逐日2015.csv", text)


def _made() -> tuple[Path, tuple[int, int, int, int]]:
    """Make a table of the same shape: some days missing, three labels wrong, one of them across the line."""
    first, lines = dt.date(2015, 1, 1), ["city,date,aqi,level"]
    good, days = 0, 0
    wrong = {30: "中度污染", 60: "良", 90: "轻度污染"}
    for n in range(DAYS):
        if n % 61 == 7:
            continue
        aqi = 40 + (n * 37) % 180
        label = next(zh for top, zh in CLASSES if aqi <= top)
        days, good = days + 1, good + (aqi <= CLASSES[1][0])
        lines.append(f"沈阳,{first + dt.timedelta(n)},{aqi},{wrong.get(n, label)}")
    contradicting = {
        n: z for n, z in wrong.items() if z != next(zh for top, zh in CLASSES if 40 + (n * 37) % 180 <= top)
    }
    moving = sum(
        (z in {"优", "良"}) != (40 + (n * 37) % 180 <= CLASSES[1][0]) for n, z in contradicting.items()
    )
    return _write("空气质量逐日2015.csv", "\n".join(lines)), (good, days, len(contradicting), moving)


def _write(name: str, text: str) -> Path:
    file = PLACE / name
    file.write_bytes(text.encode("gb18030"))
    return file


def third_party(stage: Stage) -> str:
    """第三方 computes TC02 from the road layers, then brings the layers in; the office comes to the same figure."""
    out = PLACE / "third-party"
    tijian("exam", stage.city, "--period", "2019", "--only", "TC02", "--out", out, "--no-reports")
    rows = csv.DictReader((out / "strands.csv").read_text(encoding="utf-8-sig").splitlines())
    own = next(r for r in rows if r["area"] == "210103" and r["strand"] == "第三方")
    layers = sorted((stage.city / "inputs/layers").glob("*-201[89].parquet"))
    tijian(
        "values", "import", *layers, "--data", stage.data, "--round", "2019 先行", "--as", "disanfang",
        "--strand", "第三方", "--mark", "合成", "--provider", "第三方测绘机构",
    )  # fmt: skip
    page = stage.visit("disanfang", f"/r/{stage.notes['pilot']}/indicators/TC02/210103/")
    seen = words(page)
    length, area = f"{float(own['numerator']):.2f}"[:5], f"{float(own['denominator']):.2f}"[:4]
    must(own["value"] in seen, f"页面上的值 {own['value']}", _near(seen, "km/km"))
    must(length in seen and area in seen, f"长度 {length}…、面积 {area}…", _near(seen, "÷"))
    must("EPSG:4550" in seen and "road_density@1" in seen, "坐标系和方法", _near(seen, "EPSG"))
    digest = re.search(r"sha256 ([0-9a-f]{8})", seen)
    must(digest, "数据集的哈希", _near(seen, "sha256"))
    shown = digest[1] if digest else ""
    return f"沈河 {own['numerator'][:6]} km ÷ {own['denominator'][:5]} km² = {own['value']}，数据集 {shown}，EPSG:4550，road_density@1"


def adopt(stage: Stage) -> str:
    """办公室 sees 自体检 beside 第三方 and adopts one, which needs a reason."""
    address = f"/r/{stage.notes['pilot']}/values/?indicator=TC02&area=210103"
    page = stage.visit("bangongshi", address)
    seen = words(page)
    must("自体检" in seen and "第三方" in seen, "两个来源并列", seen[:300])
    page.check("input[name=strand][value=自体检]")
    page.evaluate("document.querySelectorAll('form').forEach(f => f.noValidate = true)")
    page.fill("textarea[name=reason]", "")
    page.get_by_role("button", name="选定采用值").click()
    page.wait_for_load_state()
    must("理由" in words(page), "没有理由不能选定", words(page)[:300])
    page = stage.visit("bangongshi", address)
    page.check("input[name=strand][value=自体检]")
    page.fill("textarea[name=reason]", "图层为 6 月底图，未含下半年通车的道路")
    page.get_by_role("button", name="选定采用值").click()
    page.wait_for_load_state()
    if "选定采用值" in words(page) and page.get_by_role("button", name=re.compile("确认|选定采用值")).count():
        _confirm(page)
    page = stage.visit("bangongshi", address)
    must("未含下半年通车" in words(page), "采用值和它的理由", words(page)[:400])
    return "没有理由被拒绝；写了理由，沈河 TC02 采用自体检"


def _confirm(page: Page) -> None:
    """Press the last button of a page that first shows which grades would move."""
    buttons = page.get_by_role("button", name=re.compile("选定采用值|确认"))
    buttons.last.click()
    page.wait_for_load_state()
