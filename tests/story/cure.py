"""From a candidate to a disease, a measure, its milestones, its effect, and one that comes back."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page
from tests.story.stage import PLACE, Stage, must, tijian, words

WHERE, DISEASE = "210103", "parking_shortage"
LEAD, DOER = "real_estate", "fangchan"
MILESTONES = (
    ("首批 1,500 个泊位开放", "2020-06-30", "泊位交付清单和现场照片"),
    ("老旧小区增设 2,000 个泊位", "2020-12-31", "验收单"),
    ("公共停车场建成开放", "2021-06-30", "竣工验收单"),
)


def diagnose(stage: Stage) -> str:
    """专家 takes the planted 停车难 of 沈河 from the candidates: matched and missing evidence; confirms with a cause."""
    tijian("round", "scan", "--round", "2019", "--data", stage.data, "--as", "bangongshi")
    page = stage.visit("zhuanjia", f"/r/{stage.notes['whole']}/diseases/")
    must("停车难" in words(page), "候选里有停车难", words(page)[:400])
    page = stage.visit("zhuanjia", f"/r/{stage.notes['whole']}/diseases/candidates/{DISEASE}/{WHERE}/")
    seen = words(page)
    must("停车难" in seen and "沈河" in seen, "沈河的停车难", seen[:200])
    matched = page.locator("input[name=for]").count()
    missing = page.locator("input[name=kept-missing], input[name=missing]").count()
    must(matched and missing, "吻合的和缺的证据", f"{matched}、{missing}")
    page.check("input[name=cause][value=老旧小区无配建]")
    page.fill("textarea[name=opinion]", "现场核实，夜间停车占用消防通道。")
    page.locator("button[value=confirm]").click()
    page.wait_for_load_state()
    number = re.search(r"B-2019-\d+", page.url + words(page))
    must(number, "登记的编号", words(page)[:400])
    stage.notes["disease"] = number[0] if number else ""
    return f"吻合 {matched} 条、缺 {missing} 条；确认 {stage.notes['disease']} 停车难，症结：老旧小区无配建"


def measure(stage: Stage) -> str:
    """办公室 makes a measure with a target for 老城区, a lead body and three milestones; progress is derived."""
    page = stage.visit("bangongshi", f"/r/{stage.notes['whole']}/diseases/{stage.notes['disease']}/measure/")
    page.fill("input[name=name]", "停车泊位挖潜")
    page.select_option("select[name=lead]", LEAD)
    page.select_option("select[name=t0-indicator]", "N-PK2")
    page.select_option("select[name=t0-type]", "老城区")
    page.fill("input[name=t0-value]", "0.22")
    page.fill("input[name=t0-year]", "2022")
    for rank, (name, due, done) in enumerate(MILESTONES):
        page.fill(f"input[name=m{rank}-name]", name)
        page.fill(f"input[name=m{rank}-due]", due)
        page.fill(f"input[name=m{rank}-done]", done)
    page.locator("button[value=look]").click()
    page.wait_for_load_state()
    reach = re.search(r"0\.22[^。；]{0,40}(优|良|中|差)", words(page))
    must(reach, "目标能到哪一级", words(page)[:600])
    page.locator("button[value=save]").click()
    page.wait_for_load_state()
    seen = words(page)
    number = re.search(r"M-\d+", seen)
    must(number, "对策的编号", seen[:400])
    stage.notes["measure"] = number[0] if number else ""
    must(re.search(r"0\s*/\s*3", seen), "进度 0/3", seen[:400])
    typed = page.locator("input[name*=progress]").count()
    must(not typed, "进度不能手填", typed)
    return f"{stage.notes['measure']}，老城区目标 0.22（{reach[1] if reach else ''}），房产局牵头，进度 0/3"


def effect(stage: Stage) -> str:
    """Rounds of the next years by command; milestones with evidence; 回评, 销号, and another disease back again."""
    stage.server.start("2020-06-29")
    _milestone(stage, 1)
    stage.server.start("2021-06-29")
    _milestone(stage, 2)
    refused = _third(stage)
    stage.server.start("2023-03-18")
    for year in (2020, 2021, 2022):
        _round(stage, year)
    assessed = _assess(stage)
    closed = _close(stage)
    return f"{refused}；{assessed}；{closed}；{_relapse(stage)}"


def _round(stage: Stage, year: int) -> None:
    """Open a round and fill it by commands."""
    name, common = str(year), ("--data", stage.data, "--as", "bangongshi")
    tijian("round", "open", name, "--period", year, *common)
    tables = tables_of(stage.city, (year,))
    layers = sorted((stage.city / "inputs/layers").glob(f"*-{year}.parquet"))
    tijian(
        "values", "import", *tables, *layers, "--round", name, "--mark", "合成", "--provider", "合成数据生成器",
        "--explain", "合成数据", *common,
    )  # fmt: skip
    tijian("round", "scan", "--round", name, *common)


def tables_of(city: Path, years: tuple[int, ...]) -> list[Path]:
    """Write the tables of some years out of a city folder."""
    place = PLACE / "tables" / "-".join(map(str, years))
    place.mkdir(parents=True, exist_ok=True)
    return [_cut(city / "inputs" / name, place / name, years) for name in ("variables.csv", "survey.csv")]


def _cut(source: Path, target: Path, years: tuple[int, ...]) -> Path:
    rows = list(csv.reader(source.read_text(encoding="utf-8-sig").splitlines()))
    kept = [rows[0], *_of(rows, years)]
    with target.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(kept)
    return target


def _of(rows: list[list[str]], years: tuple[int, ...]) -> Iterator[list[str]]:
    column = rows[0].index("period")
    wanted = {str(y) for y in years}
    return (row for row in rows[1:] if row[column][:4] in wanted)


def _address(stage: Stage, rank: int) -> str:
    return f"/r/{stage.notes['whole']}/measures/{stage.notes['measure']}/milestones/{rank}/"


def _submit(stage: Stage, rank: int) -> Page:
    file = PLACE / f"验收单{rank}.txt"
    file.write_text(f"{stage.notes['measure']} 第 {rank} 个里程碑（合成）\n", encoding="utf-8")
    page = stage.visit(DOER, _address(stage, rank))
    page.set_input_files("input[name=files]", str(file))
    page.locator("button[value=submit]").click()
    page.wait_for_load_state()
    return page


def _accept(stage: Stage, rank: int, account: str) -> Page:
    page = stage.visit(account, _address(stage, rank))
    page.locator("button[value=accept]").click()
    page.wait_for_load_state()
    return page


def _milestone(stage: Stage, rank: int) -> None:
    """Submit a milestone and have it accepted by somebody else."""
    _submit(stage, rank)
    page = _accept(stage, rank, "bangongshi")
    must("验收" in words(page), f"第 {rank} 个里程碑验收", words(page)[:300])


def _third(stage: Stage) -> str:
    """The third one: refused without evidence; its doer cannot accept it; accepted by another."""
    page = stage.visit(DOER, _address(stage, 3))
    page.locator("button[value=submit]").click()
    page.wait_for_load_state()
    must("佐证" in words(page), "没有佐证被拒绝", words(page)[:300])
    _submit(stage, 3)
    page = stage.visit(DOER, _address(stage, 3))
    own = page.locator("button[value=accept]").count()
    must(not own, "报送人没有验收的按钮", own)
    _accept(stage, 3, "bangongshi")
    page = stage.visit("bangongshi", f"/r/{stage.notes['whole']}/measures/{stage.notes['measure']}/")
    must(re.search(r"3\s*/\s*3", words(page)), "进度 3/3", words(page)[:400])
    return "第三个里程碑没有佐证被拒，由别人验收，进度 3/3"


def _assess(stage: Stage) -> str:
    """回评 with the round of 2022: before and after, untreated districts beside."""
    page = stage.visit("bangongshi", f"/r/{stage.notes['whole']}/measures/{stage.notes['measure']}/")
    page.select_option("select[name=round]", "2022")
    page.get_by_role("button", name="回评").click()
    page.wait_for_load_state()
    seen = words(page)
    told = re.search(r"2022 (0\.\d+) 个/户 (0\.\d+) 个/户", seen)
    must(told, "治理前后的值", _around(seen, "回评"))
    must("同类未治理的" in seen, "未治理的区在旁边", _around(seen, "回评"))
    reached = re.search(r"缘由：(?:数据|标准|口径)\s+(未?达标)", seen)
    must(reached, "达标与否和变动的缘由", _around(seen, "回评"))
    return f"回评 {told[1]} → {told[2]}，{reached[1]}，同类未治理的区在旁边" if told and reached else ""


def _around(seen: str, word: str) -> str:
    place = max(seen.rfind(word), 0)
    return seen[max(place - 200, 0) : place + 300]


def _close(stage: Stage) -> str:
    page = stage.visit("bangongshi", f"/r/{stage.notes['whole']}/diseases/{stage.notes['disease']}/close/")
    page.fill("[name=reason]", "里程碑全部验收，目标达到。")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()
    page = stage.visit("bangongshi", f"/r/{stage.notes['whole']}/diseases/{stage.notes['disease']}/")
    must("销号" in words(page), "状态为销号", words(page)[:300])
    return f"{stage.notes['disease']} 销号"


def _relapse(stage: Stage) -> str:
    """供热不足 of 皇姑: struck off in 2022, when nothing of it was seen; a candidate again in 2023."""
    address = f"/r/{stage.notes['whole']}/diseases"
    page = stage.visit("zhuanjia", f"{address}/candidates/heating_shortfall/210105/")
    page.locator("input[name=cause]").first.check()
    page.fill("textarea[name=opinion]", "室温抽测与投诉一致。")
    page.locator("button[value=confirm]").click()
    page.wait_for_load_state()
    found = re.search(r"B-2019-\d+", page.url + words(page))
    must(found, "登记的编号", words(page)[:300])
    number = found[0] if found else ""
    page = stage.visit("bangongshi", f"{address}/{number}/close/")
    page.fill("[name=reason]", "2022 供暖季不再出现。")
    page.fill("[name=exception]", "2020 年夏的管网改造在本系统建立之前立项，没有对策登记。")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()
    _round(stage, 2023)
    page = stage.visit("bangongshi", f"{address}/{number}/relapse/")
    seen = words(page)
    must("2023" in seen, "2023 年的候选或结果作依据", seen[:400])
    signs = page.locator("input[name=sign]")
    if signs.count():
        signs.first.check()
    page.fill("[name=reason]", "2023 供暖季室温合格率再次不足。")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()
    page = stage.visit("bangongshi", f"{address}/{number}/")
    must("复发" in words(page), "状态为复发", words(page)[:300])
    return f"{number} 供热不足 2023 年复发"
