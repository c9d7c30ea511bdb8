"""The text of criteria with other cut points: what changes, what stays, in every way of writing."""

from decimal import Decimal

import pytest
import yaml

from tijian.office.register.criteria_text import NoSuchCriterion, changed

FILE = """\
# 判定标准：交通。

TC01:   # 车速
  kind: 专家
  versions:
    - version: 1
      from: 2019   # 首年
      to: null
      levels:
        district: {judge: cut, cuts: {老区: [25, 22, 19], 新区: [32, 28, 24]}}   # 建议
        city: {judge: cut, cuts: [27, 24, 21]}

# 下一项
TC02:
  kind: 标准
  versions:
    - {version: 3, from: 2018, levels: {district: {judge: cut, cuts: [[0.8, 1.2], [0.5, 1.5], [0.3, 2]]}}}
"""


def numbers(*texts):
    return [Decimal(t) for t in texts]


def test_the_first_year_of_a_version_is_changed_in_place_and_gets_the_next_number():
    made = changed(FILE, "TC01", 2019, {("district", "老区"): numbers("25", "21.50", "19")})
    assert made == FILE.replace("version: 1", "version: 2", 1).replace("[25, 22, 19]", "[25, 21.5, 19]")


def test_a_later_year_ends_the_version_and_adds_a_dated_one():
    made = changed(
        FILE, "TC01", 2021, {("district", "新区"): numbers("30", "28", "24"), ("city", ""): numbers("26", "24", "21")}
    )  # fmt: skip
    assert made == FILE.replace("to: null", "to: 2020", 1).replace(
        "        city: {judge: cut, cuts: [27, 24, 21]}\n",
        """\
        city: {judge: cut, cuts: [27, 24, 21]}
    - version: 2
      from: 2021   # 首年
      to: null
      levels:
        district: {judge: cut, cuts: {老区: [25, 22, 19], 新区: [30, 28, 24]}}   # 建议
        city: {judge: cut, cuts: [26, 24, 21]}
""",
    )


def test_a_version_written_on_one_line_and_without_an_end():
    pairs = [
        (Decimal("0.85"), Decimal("1.2")),
        (Decimal("0.5"), Decimal("1.5")),
        (Decimal("0.3"), Decimal(2)),
    ]
    made = changed(FILE, "TC02", 2020, {("district", ""): pairs})
    versions = yaml.safe_load(made)["TC02"]["versions"]
    assert [(v["version"], v["from"], v.get("to")) for v in versions] == [(3, 2018, 2019), (4, 2020, None)]
    assert versions[1]["levels"]["district"]["cuts"] == [[0.85, 1.2], [0.5, 1.5], [0.3, 2]]
    assert made.splitlines()[:-1] == [
        line.replace("from: 2018,", "from: 2018, to: 2019,") for line in FILE.splitlines()
    ]


def test_a_block_without_an_end_gets_one():
    text = FILE.replace("      to: null\n", "")
    made = changed(text, "TC01", 2020, {("city", ""): numbers("26", "24", "21")})
    assert "      from: 2019   # 首年\n      to: 2019\n" in made
    assert yaml.safe_load(made)["TC01"]["versions"][1]["from"] == 2020


def test_block_sequences_of_numbers():
    text = FILE.replace("cuts: [27, 24, 21]}", "cuts: [27, 24, 21]}").replace(
        "        city: {judge: cut, cuts: [27, 24, 21]}",
        "        city:\n          judge: cut\n          cuts:\n            - 27\n            - 24\n            - 21",
    )
    made = changed(text, "TC01", 2019, {("city", ""): numbers("26.5", "24", "21")})
    assert yaml.safe_load(made)["TC01"]["versions"][0]["levels"]["city"]["cuts"] == [26.5, 24, 21]
    assert "# 下一项" in made
    assert "# 建议" in made


def test_nothing_else_changes_in_what_it_says():
    made = yaml.safe_load(changed(FILE, "TC01", 2019, {("city", ""): numbers("26", "24", "21")}))
    before = yaml.safe_load(FILE)
    before["TC01"]["versions"][0]["version"] = 2
    before["TC01"]["versions"][0]["levels"]["city"]["cuts"] = [26, 24, 21]
    assert made == before


def test_equal_numbers_leave_the_text_as_it_is():
    assert changed(FILE, "TC01", 2022, {("city", ""): numbers("27.0", "24", "21")}) == FILE


def test_the_same_change_twice_is_the_same_text():
    change = {("city", ""): numbers("26", "24", "21")}
    once = changed(FILE, "TC01", 2021, change)
    assert changed(once, "TC01", 2021, change) == once


@pytest.mark.parametrize(
    ("indicator", "year", "place"),
    [
        ("TC09", 2019, ("city", "")),
        ("TC01", 2018, ("city", "")),
        ("TC01", 2019, ("city", "老区")),
        ("TC01", 2019, ("district", "")),
        ("TC01", 2019, ("district", "郊区")),
        ("TC01", 2019, ("street", "")),
    ],
)
def test_what_is_not_there(indicator, year, place):
    with pytest.raises(NoSuchCriterion):
        changed(FILE, indicator, year, {place: numbers("3", "2", "1")})


def test_what_cannot_be_changed_in_place_is_written_anew():
    text = FILE.replace(
        "city: {judge: cut, cuts: [27, 24, 21]}",
        "city: &c {judge: cut, cuts: [27, 24, 21]}\n        street: *c",
    )
    made = yaml.safe_load(changed(text, "TC01", 2019, {("city", ""): numbers("26", "24", "21")}))
    levels = made["TC01"]["versions"][0]["levels"]
    assert (levels["city"]["cuts"], levels["street"]["cuts"]) == ([26, 24, 21], [27, 24, 21])
