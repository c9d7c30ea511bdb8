"""A city whose inputs are as people send them: other units, gaps, zeros, small samples, other definitions."""

import csv
import random
import shutil
from decimal import Decimal

# unit in the file → other units that people write, with how many of them one is
OTHERWISE = {
    "km2": (("ha", 100), ("m2", 1_000_000)),
    "万人": (("人", 10_000),),
    "万m2": (("ha", 1), ("km2", Decimal("0.01"))),
    "万户": (("户", 10_000),),
    "km": (("m", 1000),),
    "亿元": (("万元", 10_000),),
    "h": (("min", 60),),
    "万辆": (("车", 10_000),),
}
SHARES = (("", 0.003), ("不适用", 0.003), ("0", 0.004), ("无数据", 0.003))
UNITS = 0.2
SMALL = {"210103": ("n", "120"), "210112": ("margin", "5.5")}  # 沈河 too few answers, 浑南 too wide
# One of each way of judging under a definition that its criterion does not judge, or that is the same; and one
# whose criterion names the new revision.
REVISIONS = """\
indicator,revision,from,link
EL06,2,2021,口径变化
LC03,2,2021,口径变化
LC03,3,2022,same
TC02,2,2020,renamed
CF02,2,2020,口径变化
LC04,2,2020,same
SR03,2,2021,split
N-WS3,2,2021,口径变化
N-HT2,2,2020,merged
EL05,2,2020,口径变化
"""
NAMED = ("EL05:", "      from: 2019\n", "      from: 2019\n      revision: 2\n")


def wear(folder, target, seed):
    """Copy a city folder and wear its inputs out, the same way for the same seed."""
    shutil.copytree(folder, target)
    chance = random.Random(seed)  # noqa: S311 — no secret
    _rewrite(target / "inputs" / "variables.csv", lambda row: _worn(row, chance))
    _rewrite(target / "inputs" / "survey.csv", _smaller)
    (target / "inputs" / "revisions.csv").write_text(REVISIONS, encoding="utf-8-sig")
    path = target / "criteria" / "EL.yaml"
    head, key, rest = path.read_text(encoding="utf-8").partition(NAMED[0])
    path.write_text(f"{head}{key}{rest.replace(*NAMED[1:], 1)}", encoding="utf-8")
    return target


def _rewrite(path, change):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        header, rows = reader.fieldnames, [change(row) for row in reader]
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, header)
        writer.writeheader()
        writer.writerows(rows)


def _worn(row, chance):
    draw = chance.random()
    for text, share in SHARES:
        if draw < share:
            return row | {"value": text}
        draw -= share
    if draw < UNITS and row["unit"] in OTHERWISE:
        unit, times = chance.choice(OTHERWISE[row["unit"]])
        return row | {"value": f"{Decimal(row['value']) * times:f}", "unit": unit}
    return row


def _smaller(row):
    """Make one scored question of two districts too weak to be graded."""
    column, text = SMALL.get(row["area"], ("", ""))
    return row | {column: text} if column and row["question"] == "Q38" else row
