"""首页, 指标, 解释, 区, 短板: what they say is what the round stored."""

import csv
import io
import re

import pytest
from filling import ROUND, accept, figure
from visitors import once


@pytest.fixture
def seen(place):
    from tijian.office.register.models import Round
    from tijian.shells.web.pages.seen import Seen

    return Seen(Round.objects.get(name=ROUND))


def stored(seen):
    from tijian.office.values.export import tables

    return list(csv.DictReader(io.StringIO(tables(seen.which)["values.csv"].decode("utf-8-sig"))))


def page(visitors, path, account="lingdao"):
    answer = visitors.client(account).get(path)
    assert answer.status_code == 200, answer.content.decode()[-500:]
    return answer.content.decode()


def test_coverage_and_grades_of_the_tiles_are_those_of_the_file(seen, visitors):
    rows = [r for r in stored(seen) if r["area"] in seen.districts and r["status"] != "不适用"]
    have = [r for r in rows if r["status"] == "有值"]
    counts = {g: sum(r["grade"] == g for r in rows) for g in "优良中差"}
    text = re.sub(r"<[^>]+>", "", page(visitors, "/"))
    assert f"/ {len(rows)} 个区级值" in text
    assert f"等级分布（{sum(counts.values())} 个有等级的值）" in text
    assert len(have) < len(rows)


def test_the_matrix_has_a_cell_for_each_district_and_dimension_with_its_grade(seen, visitors):
    from tijian.office.values.export import tables

    text = page(visitors, "/")
    spoken = re.sub(r"<[^>]+>", "", text)
    assert text.count('<td class="gc') == len(seen.districts) * len(seen.dimension_list)
    for row in csv.DictReader(io.StringIO(tables(seen.which)["dimensions.csv"].decode("utf-8-sig"))):
        if row["area"] in seen.districts:
            dimension = next(d for d in seen.dimension_list if d.zh == row["dimension"])
            shown = dimension.zh if len(dimension.zh) <= 5 else dimension.short
            word = {"不评级": "", "无数据": ""}.get(row["grade"], row["grade"])
            assert f"{seen.city.by_code[row['area']].zh} {shown}：{word}" in spoken


def test_shortfalls_are_the_poor_ones_broken_lines_first(seen):
    from tijian.shells.web.pages.shortfalls import shortfalls

    found = shortfalls(seen)
    poor = {
        (r["indicator"], r["area"])
        for r in stored(seen)
        if (r["area"] in seen.districts and r["grade"] in {"差", "不合格"})
        or (r["area"] in (*seen.districts, seen.whole) and "破底线" in r["note"])
    }
    assert {s.cell.row.cell for s in found} == poor
    order = [(not s.broken, -abs(s.gap or 0)) for s in found]
    assert order == sorted(order)


def test_every_explanation_opens_and_a_missing_one_is_404(seen, visitors):
    client = visitors.client("lingdao")
    for indicator, area in seen.cells:
        answer = client.get(seen.url("explain", indicator=indicator, area=area))
        assert answer.status_code == 200, (indicator, area)
    assert client.get(f"/r/{seen.which.pk}/indicators/XX99/990101/").status_code == 404
    assert client.get(f"/r/{seen.which.pk}/indicators/LV01/000000/").status_code == 404
    assert client.get("/r/999/").status_code == 404


def test_the_past_is_shown_as_it_was(seen, visitors):
    from tijian.office.ledger.queries import position

    path, at = seen.url("explain", indicator="LV01", area="990103001"), position()
    accept(figure("residents", "990103001", "7.31", "万人"))
    now, then = page(visitors, path), page(visitors, f"{path}?as_of={at}")
    assert "7.31 万人" in now
    assert "7.31 万人" not in then
    assert f"第 {at} 条记录时的样子" in then
    assert visitors.client("lingdao").get(f"{path}?as_of=99999").status_code == 404


def test_what_changed_since_one_looked_is_listed_with_its_cause(seen, visitors):
    client = visitors.client("lingdao")
    token = once(client.get("/"))
    client.post(f"/r/{seen.which.pk}/looked", {"once": token})
    assert "没有变化。" in client.get("/").content.decode()
    accept(figure("residents", "990103001", "3.17", "万人"))
    text = client.get("/").content.decode()
    changes = text[text.index("上次看过之后的变化") :]
    assert "松坪街道" in changes
    assert "数据" in changes
    assert "松坪街道" not in page(visitors, "/", "bangongshi").partition("上次看过之后的变化")[2]


def test_downloads_are_the_stored_bytes_and_outlines_carry_grades(seen, visitors):
    from tijian.office.values.export import tables

    client = visitors.client("lingdao")
    for name, content in tables(seen.which).items():
        answer = client.get(seen.url("download", name=name))
        assert answer.content == content
        assert "attachment" in answer.headers["Content-Disposition"]
    assert client.get(seen.url("download", name="secret.key")).status_code == 404
    shapes = client.get(seen.url("geojson", indicator="LV01")).json()
    assert {f["properties"]["code"] for f in shapes["features"]} >= set(seen.districts)
    assert {f["properties"]["grade"] for f in shapes["features"]} <= set("优良中差") | {
        "不评级",
        "无数据",
        "不适用",
    }


def test_filters_narrow_and_say_when_nothing_fits(seen, visitors):
    address = seen.url("indicators")
    assert "河水氨氮" in page(visitors, f"{address}?q=WA02")
    assert "没有符合条件的指标" in page(visitors, f"{address}?q=%E6%B2%A1%E6%9C%89")
    assert "没有短板" in page(visitors, f"{seen.url('shortfalls')}?area=000000")


@pytest.mark.parametrize(
    ("cuts", "direction", "grades", "ends"),
    [
        (["8", "6.5", "5"], "higher", "差中良优", [5.0, 6.5, 8.0]),
        (["12", "15", "18"], "lower", "优良中差", [12.0, 15.0, 18.0]),
        ([["0.9", "1.1"], ["0.8", "1.2"], ["0.7", "1.5"]], "range", "差中良优良中差", [0.7, 0.8, 0.9, 1.1, 1.2, 1.5]),
    ],
)  # fmt: skip
def test_grades_lie_on_the_scale_from_low_to_high(place, cuts, direction, grades, ends):
    from tijian.shells.web.pages.explaining import scale

    parts, low, high = scale(cuts, direction, 4.0)
    assert "".join(p.grade for p in parts) == grades
    assert [p.upper for p in parts] == [*ends, None]
    assert low < min([*ends, 4.0]) <= max([*ends, 4.0]) < high


def test_before_the_first_round_the_first_page_says_what_to_do(template, tmp_path_factory, request):
    from harness import copied

    from tijian.shells.settings.use import release

    copied(template("sqlite", "demo"), tmp_path_factory.mktemp("first") / "data", "sqlite", request)
    from visitors import Visitors

    text = Visitors().client("lingdao").get("/").content.decode()
    release()
    assert "还没有体检轮次" in text


def test_an_area_names_three_problems_where_it_has_so_many(seen, visitors):
    """First what is poor, then what is still 中, the nearest to 差 first; a name each, no figure twice."""
    from tijian.shells.web.pages.areas import LEAST, problems, worst

    told = 0
    for area in seen.districts:
        found, poor = problems(seen, area), worst(seen, area)
        assert [p.shortfall.cell.row.indicator for p in found if p.poor] == [
            s.cell.row.indicator for s in poor
        ]
        near = [p.shortfall for p in found if not p.poor]
        assert len(near) <= max(0, LEAST - len(poor))
        assert [abs(s.gap) for s in near] == sorted(abs(s.gap) for s in near)
        fair = [
            c
            for (_, a), c in seen.cells.items()
            if a == area and c.grade == "中" and c.cut("中") and not c.facts["broken"]
        ]
        assert len(near) == min(len(fair), max(0, LEAST - len(poor)))
        assert all(s.cell.grade == "中" and s.gap_words.startswith("离差 ") for s in near)
        text = page(visitors, seen.url("area", area=area))
        assert all(s.name in text for s in near)
        told += len(near)
    assert told


def test_the_list_of_districts_counts_as_stored_and_leads_to_each(seen, visitors):
    text = page(visitors, seen.url("areas"))
    rows = stored(seen)
    for area in (*seen.districts, seen.whole):
        line = next(
            r for r in re.findall(r"<tr[^>]*>.*?</tr>", text, re.DOTALL) if seen.url("area", area=area) in r
        )
        poor = sum(r["grade"] == "差" for r in rows if r["area"] == area)
        broken = sum("破底线" in r["note"] for r in rows if r["area"] == area)
        numbers = [int(n) for n in re.findall(r'<td class="num"[^>]*><div>(?:<[^>]+>)*(\d+)', line)]
        assert numbers == [poor, broken], area
