"""What can be proven: the first page, the explanation, the export examined again, the trail."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import sqlite3

from tests.story.stage import PLACE, Stage, Unlike, must, tijian, words

AREAS = {"沈河": "210103", "浑南": "210112"}


def leading_group(stage: Stage) -> str:
    """领导小组 opens 首页: two districts × eight dimensions, reasons, coverage, date of the data."""
    page = stage.visit("lingdao", "/")
    cells = page.locator("table.mx td.gc").count()
    must(cells == 16, "2 × 8 格", cells)
    bottom = page.locator("table.mx").bounding_box()
    must(bottom and bottom["y"] + bottom["height"] <= 768, "矩阵在第一屏之内", bottom)
    seen = words(page)
    covered = re.search(r"(\d+)\s*/\s*(\d+) 个区级值", seen)
    must(covered, "覆盖 n/N", seen[:200])
    must("数据截至" in seen, "数据截至某日", seen[:200])
    stage.keep("10")
    page = stage.visit("lingdao", f"/r/{stage.notes['pilot']}/areas/{AREAS['沈河']}/")
    rows = page.locator("tr:has(.g-n), tr:has(.g-m)")
    reasons = [rows.nth(i).locator("td").last.inner_text().strip() for i in range(rows.count())]
    must(reasons and all(reasons), "不评级和无数据都写原因", reasons)
    return (
        f"16 格，覆盖 {covered[1]}/{covered[2]}，沈河没有等级的 {len(reasons)} 项都写了原因，数据截至已标"
        if covered
        else ""
    )


def explained(stage: Stage) -> str:
    """Anyone reads why: numbers in the formula, two criteria for two districts, file, hash, people."""
    found = {}
    for name, code in AREAS.items():
        page = stage.visit("lingdao", f"/r/{stage.notes['pilot']}/indicators/TC02/{code}/")
        seen = words(page)
        grade = re.search(r"为什么\S+?是“(.)”", seen)
        must(grade, "标题里的等级", seen[:100])
        quotient = re.search(r"[\d.]+ km ÷ [\d.]+ km² = [\d.]+ km/km²", seen)
        must(quotient, "数字代入公式", seen[:400])
        must(re.search(r"sha256 [0-9a-f]", seen), "文件和哈希", seen[:400])
        criterion = re.search(r"(老区|新区) 优≥[\d.]+ 良≥[\d.]+ 中≥[\d.]+", seen)
        must(criterion, "这一类区的切点", seen[:400])
        found[name] = (
            grade[1] if grade else "",
            quotient[0] if quotient else "",
            criterion[0] if criterion else "",
        )
    must(found["沈河"][2].split(" ")[0] != found["浑南"][2].split(" ")[0], "两套标准", found)
    position = (
        re.search(r"第 (\d+) 条记录时的结果", stage.page.locator("footer").inner_text())
        if stage.page
        else None
    )
    must(position, "页脚写明是第几条记录时的结果", "没有")
    stage.notes["position"] = position[1] if position else ""
    stage.notes["words"] = tijian(
        "explain",
        "--data",
        stage.data,
        "TC02",
        AREAS["沈河"],
        "2019",
        "--as-of",
        stage.notes["position"],
        "--round",
        "2019 先行",
    ).split("此后的变动")[0]
    return "；".join(f"{name} {g}（{q}，{c}）" for name, (g, q, c) in found.items())


def exported(stage: Stage) -> str:
    """The export examined gives the installation's values; the template examined twice gives equal bytes."""
    out, again = PLACE / "export", PLACE / "exam"
    tijian("city", "export", out, "--data", stage.data, "--round", "2019")
    tijian("round", "results", "--data", stage.data, "--round", "2019", "--out", PLACE / "stored")
    tijian("exam", out, "--period", "2019", "--out", again)
    stored, made = (PLACE / "stored/values.csv").read_bytes(), (again / "values.csv").read_bytes()
    must(stored == made, "导出体检的 values.csv 与安装的逐字节相同", _first_difference(stored, made))
    rows = list(csv.DictReader(made.decode("utf-8-sig").splitlines()))
    must(len(rows) == 470, "47 × 10 行", len(rows))
    reports = [*(again / "reports").glob("*.docx"), *(again / "reports").glob("*.pdf")]
    must(len(reports) == 18, "九份 DOCX、九份 PDF", len(reports))
    template = [_bytes_of_template(n) for n in (1, 2)]
    must(template[0] == template[1], "模板体检两次逐字节相同", "不同")
    return f"values.csv {len(rows)} 行逐字节相同（sha256 {hashlib.sha256(made).hexdigest()[:12]}），报告 18 份，模板两次相同"


def _first_difference(a: bytes, b: bytes) -> str:
    pairs = zip(a.decode().splitlines(), b.decode().splitlines(), strict=False)
    return next((f"{x} ≠ {y}" for x, y in pairs if x != y), "行数不同")


def _bytes_of_template(number: int) -> str:
    out = PLACE / f"template-{number}"
    tijian("exam", "cities/shenyang", "--period", "2019", "--out", out, "--no-reports")
    files = sorted(p for p in out.rglob("*") if p.is_file())
    return hashlib.sha256(b"".join(p.read_bytes() for p in files)).hexdigest()


def audited(stage: Stage) -> str:
    """审计 verifies the trail; a copy edited by SQL is found out; the past is told in the same words."""
    whole = tijian("audit", "verify", "--data", stage.data)
    entries = re.search(r"(\d+) 条记录完整", whole)
    must(entries, "n 条记录完整", whole)
    then = tijian(
        "explain",
        "--data",
        stage.data,
        "TC02",
        AREAS["沈河"],
        "2019",
        "--as-of",
        stage.notes["position"],
        "--round",
        "2019 先行",
    )
    must(then.split("此后的变动")[0] == stage.notes["words"], "第 11 步的话一字不差", then)
    stage.server.stop()
    named = [_tampered(stage, table, change) for table, change in TAMPERINGS]
    stage.server.start()
    page = stage.visit("shenji", f"/r/{stage.notes['whole']}/chain/?disease={stage.notes['disease']}")
    seen = words(page)
    for part in (stage.notes["measure"], "里程碑", "回评"):
        must(part in seen, f"链上有 {part}", seen[:500])
    return f"{entries[1] if entries else ''} 条记录完整；副本上改的 {len(named)} 处（{'、'.join(named)}）都被指名；第 11 步的话一字不差；从值走到对策和回评"


TAMPERINGS = (
    ("values_value", "UPDATE values_value SET value = value * 1.1 WHERE id = (SELECT max(id) FROM values_value WHERE value IS NOT NULL)"),
    ("values_result", "UPDATE values_result SET grade = '优' WHERE id = (SELECT max(id) FROM values_result WHERE grade = '差')"),
    ("ledger_entry", "UPDATE ledger_entry SET actor = 'lingdao' WHERE position = 5"),
)  # fmt: skip


def _tampered(stage: Stage, table: str, change: str) -> str:
    """Edit a copy by SQL and see that the examination names the table."""
    copy = PLACE / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(stage.data, copy)
    with sqlite3.connect(copy / "tijian.sqlite3") as database:
        changed = database.execute(change).rowcount
    database.close()
    must(changed == 1, f"{table} 改了一行", changed)
    told = json.loads(tijian("audit", "verify", "--data", copy, "--json", code=1))
    found = [f for f in told["findings"] if f["table"] == table]
    if not found:
        raise Unlike(f"指名 {table}", str(told["findings"])[:300])
    return {"values_value": "值", "values_result": "结果", "ledger_entry": "记录"}[table]
