"""A small ill city for diagnosis and treatment: six districts, three indicators, one disease, four years.

Every figure is chosen so that a reader can work out what comes of it in the head.
"""

import shutil
import uuid
from datetime import date

import yaml
from filling import do
from harness import STAGES, copied
from place import WITH_SLICE

from tijian.shells.settings.create import create
from tijian.shells.settings.use import release, use

OFFICE, EXPERT, WATER, REVIEWER, DISTRICT = "bangongshi", "zhuanjia", "shuiwu", "shenhe", "laoyi"
OLD = {"城区类型": {"老区": 1}, "新老城区": {"老城区": 1}}
NEW = {"城区类型": {"新区": 1}, "新老城区": {"新城区": 1}}
MIXED = {"城区类型": {"老区": 0.6, "新区": 0.4}, "新老城区": {"老城区": 0.6, "新城区": 0.4}}
AREAS = {"A1": OLD, "A2": OLD, "A3": OLD, "B1": NEW, "B2": NEW, "C1": MIXED}

# Leakage in % (of 100 units supplied) and parking spaces a household (of 100 households), by year and district.
LEAKAGE = {
    2023: {"A1": 24, "A2": 18, "A3": 9, "B1": 7, "B2": 16, "C1": 12},
    2024: {"A1": 14, "A2": 17, "A3": 10, "B1": 8, "B2": 16, "C1": 9},
    2025: {"A1": 20, "A2": 17, "A3": 10, "B1": 8, "B2": 13, "C1": 9},
    2026: {"A1": 13, "A2": 17, "A3": 10, "B1": 8, "B2": 13, "C1": 9},
}
SPACES = {"A1": 40, "A2": 60, "A3": 90, "B1": 70, "B2": 120, "C1": 80}

CITY = {
    "city": {"code": "Z0", "zh": "渭川市", "en": "Weichuan"},
    "area_set": {"id": "all-6", "zh": "全部六区"},
    "systems": ["mini-2023"],
    "diseases": "mini-diseases",
    "levels": [{"id": "city", "zh": "全市"}, {"id": "district", "zh": "区"}],
    "years": {"first": 2023, "last": 2026, "lookback": 2022},
    "crs": {"projected": "EPSG:4526"},
}
AREAS_DOC = {
    "schemes": {"城区类型": {"types": ["老区", "新区"]}, "新老城区": {"types": ["老城区", "新城区"]}},
    "areas": [
        {"code": c, "zh": f"{c}区", "short": c, "level": "district", "parent": "Z0", "types": t}
        for c, t in AREAS.items()
    ],
}
REPORTS = {
    "issuer": "渭川市体检办",
    "title": "渭川市城市体检",
    "secrecy": "公开",
    "dates": {y: {"closed": f"{y + 1}-09-30", "issued": f"{y + 1}-10-20"} for y in range(2023, 2027)},
}
RULES = {
    "dimension": {"points": {"优": 4, "良": 3, "中": 2, "差": 1}, "min_coverage": 0.8, "min_judged": 0.5, "bottom_cap": "中"},
    "own_trend": {"years": 2, "good_share": 0.5, "poor_years": 2},
    "findings": {"worsening_years": 2, "behind_min_areas": 3, "gap_below": 60, "gap_below_city": 10, "survey_min_n": 100},
}  # fmt: skip


def body(code, short, *owns, **more):
    return {
        "id": code,
        "short": short,
        "full": f"渭川市{short}",
        "kind": "政府部门",
        "duty": "填报",
        "owns": list(owns),
    } | more


BODIES = [
    body("works", "城建局", "spaces", "households", "residents", "land", office=True),
    body("water", "水务局", "leaked", "supplied"),
    body("finance", "财政局"),
    body("a1", "A1区", area="A1", kind="区政府"),
]
ACCOUNTS = [
    {"name": OFFICE, "zh": "办公室", "roles": [{"role": "办公室"}]},
    {"name": EXPERT, "zh": "专家", "roles": [{"role": "专家"}]},
    {"name": WATER, "zh": "水务填报", "roles": [{"role": "部门填报人", "body": "water"}]},
    {"name": "shuiwu-shenhe", "zh": "水务审核", "roles": [{"role": "部门审核人", "body": "water"}]},
    {"name": REVIEWER, "zh": "财政审核", "roles": [{"role": "部门审核人", "body": "finance"}]},
    {"name": "caizheng", "zh": "财政填报", "roles": [{"role": "部门填报人", "body": "finance"}]},
    {"name": DISTRICT, "zh": "A1区", "roles": [{"role": "区", "body": "a1"}]},
    {"name": "tixi", "zh": "体系管理", "roles": [{"role": "指标体系管理"}]},
    {"name": "shenji", "zh": "审计", "roles": [{"role": "审计"}]},
]  # fmt: skip
SYSTEM = {
    "id": "mini-2023", "title": {"zh": "渭川市体检指标（三项）", "en": "mini"}, "year": 2023, "issuer": "渭川市",
    "document": "编造", "origin": "市", "status": "draft", "mark": "示例", "extends": None, "sections": [],
    "dimensions": [{"id": "WS", "zh": "供水", "short": "供水"}, {"id": "LV", "zh": "宜居", "short": "宜居"}],
}  # fmt: skip


def variable(zh, unit):
    return {"zh": zh, "unit": unit, "aggregate": "sum", "kind": "存量", "decimals": 2}


VARIABLES = {
    "leaked": variable("漏损水量", "万m3"), "supplied": variable("供水总量", "万m3"),
    "spaces": variable("停车泊位", "个"), "households": variable("户数", "户"),
    "residents": variable("常住人口", "万人"), "land": variable("面积", "km2"),
}  # fmt: skip


def indicator(key, zh, dimension, unit, direction, above, below, units, **more):
    return {
        "id": key, "revision": 1, "name": {"zh": zh, "en": key}, "dimension": dimension, "meaning": zh,
        "concepts": ["共享"], "kind": "导向", "unit": unit, "decimals": 1, "direction": direction,
        "scales": ["city", "district"], "period": {"type": "calendar_year"}, "methods": ["部门提报"],
        "secrecy": "公开", "formula": f"{above} / {below}",
        "inputs": {above: {"unit": units[0], "zh": above}, below: {"unit": units[1], "zh": below}},
        "aggregate": {"numerator": above, "denominator": below},
        "checks": {"min": 0, "max": 100, "jump": {"abs": 5}, "worsen2": {"abs": 2}},
    } | more  # fmt: skip


INDICATORS = {
    "WS1": indicator("WS1", "供水漏损率", "供水", "%", "lower", "leaked", "supplied", ("万m3", "万m3")),
    "PK1": indicator(
        "PK1", "户均泊位", "宜居", "个/户", "higher", "spaces", "households", ("个", "户"), decimals=2
    ),
    "DN1": indicator(
        "DN1", "人口密度", "宜居", "万人/km2", "range", "residents", "land", ("万人", "km2"), decimals=2
    ),
}


def criterion(*versions):
    return {"kind": "示例", "certainty": "示例/待核", "basis": "编造", "versions": list(versions)}


def version(number, since, until, cuts):
    levels = {"district": {"judge": "cut", "cuts": cuts}, "city": {"judge": "none", "reason": "全市不评级"}}
    return {"version": number, "from": since, "levels": levels} | ({} if until is None else {"to": until})


CRITERIA = {
    "WS1": criterion(version(1, 2022, 2025, [8, 10, 15]), version(2, 2026, None, [6, 9, 12])),
    "PK1": criterion(version(1, 2022, None, {"老区": [1.0, 0.8, 0.5], "新区": [1.3, 1.1, 0.8]})),
    "DN1": criterion(version(1, 2022, None, [[0.8, 1.2], [0.5, 1.5], [0.3, 2]])),
}
KNOWLEDGE = {
    "id": "mini-diseases", "title": "城市病知识（一种）", "mark": "示例/待核", "fields": ["基础设施承载"], "rules": [],
}  # fmt: skip
LEAKS = {
    "id": "leaking_pipes", "name": "管网老化漏损", "field": "基础设施承载", "dimension": "供水", "definition": "编造",
    "necessary": {"ind": "WS1", "grade": ["差"]},
    "supporting": [{"ind": "PK1", "grade": ["差"]}, {"complaint": "水压", "rise_pct": 20}],
    "contradict": [{"ind": "DN1", "grade": ["优"]}],
    "causes": [
        {"name": "管网超龄", "supports": ["超龄管长"], "usually_available": True},
        {"name": "计量失准", "supports": ["表龄"], "usually_available": True},
    ],
    "severity": {"重": "甲", "中": "乙", "轻": "丙"},
    "severity_when": {"中": {"ind": "WS1", "grade": ["差"]}},
}  # fmt: skip


def write_city(folder):
    files = {
        "city.yaml": CITY, "areas.yaml": AREAS_DOC, "reports.yaml": REPORTS, "rules.yaml": RULES,
        "bodies.yaml": BODIES, "accounts.yaml": ACCOUNTS, "criteria/all.yaml": CRITERIA,
        "catalogues/mini-2023/system.yaml": SYSTEM, "catalogues/mini-2023/variables.yaml": VARIABLES,
        "catalogues/mini-diseases/knowledge.yaml": KNOWLEDGE,
        "catalogues/mini-diseases/diseases/leaking_pipes.yaml": LEAKS,
    } | {f"catalogues/mini-2023/indicators/{k}.yaml": d for k, d in INDICATORS.items()}  # fmt: skip
    for name, document in files.items():
        write(folder / name, document)
    (folder / "criteria/sources.yaml").write_text("{}\n", encoding="utf-8")
    return folder


def write(path, document):
    path.parent.mkdir(parents=True, exist_ok=True)
    # No aliases: the reader refuses them.
    dumper = type("Plain", (yaml.SafeDumper,), {"ignore_aliases": lambda *_: True})
    path.write_text(yaml.dump(document, Dumper=dumper, allow_unicode=True, sort_keys=False), encoding="utf-8")


def day(year, month=6, number=1):
    return date(year, month, number)


def act(action, account=OFFICE, today=None, **options):
    return action.execute(account, today=today or day(2024), **options)


def figures(year, **others):
    """Give every figure of a year; ``others`` puts another leakage in some districts."""
    from tijian.office.values.figures import Figure

    leaked = LEAKAGE[year] | others
    rows = [("leaked", a, leaked[a], "万m3") for a in AREAS] + [("supplied", a, 100, "万m3") for a in AREAS]
    rows += [("spaces", a, SPACES[a], "个") for a in AREAS] + [("households", a, 100, "户") for a in AREAS]
    rows += [("residents", a, 2 if a == "A1" else 1, "万人") for a in AREAS] + [
        ("land", a, 1, "km2") for a in AREAS
    ]
    return tuple(Figure("variable", v, a, str(year), str(x), unit) for v, a, x, unit in rows)


def examine(year, *, scan=True, **others):
    """Open the round of a year, bring in its figures, search it; a second time only search."""
    from tijian.office.register.models import Round
    from tijian.office.values.actions import AcceptValues
    from tijian.office.values.rounds import OpenRound
    from tijian.office.values.scan import ScanRound

    if not Round.objects.filter(name=str(year)).exists():
        act(OpenRound(str(year), year), today=day(year + 1))
        act(AcceptValues(figures(year, **others), f"{year}.csv"), today=day(year + 1))
    if scan:
        act(ScanRound(str(year)), today=day(year + 1))


def correct(year, **leaked):
    """Correct the leakage of districts in a year."""
    from tijian.office.values.actions import AcceptValues
    from tijian.office.values.figures import Figure

    rows = tuple(Figure("variable", "leaked", a, str(year), str(x), "万m3") for a, x in leaked.items())
    return act(AcceptValues(rows, "更正单"), today=day(year + 1))


def make(folder, tmp, engine, request):
    """Make an installation of the ill city with the round of 2023 examined."""
    source = write_city(tmp / "mini")
    address = "sqlite"
    if engine == "postgresql":
        address = request.getfixturevalue("server").create(f"i{uuid.uuid4().hex[:12]}")
    create(folder, str(source), address, "系统管理员", STAGES["demo"])
    use(folder, WITH_SLICE)
    from django.core.management import call_command

    from tijian.office.register.actions import PublishDocuments

    call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
    do(PublishDocuments(folder / "city", ("system",), unproven=True), "tixi")
    examine(2023)
    release()
    shutil.rmtree(source)
    return folder


def ill_of(request, tmp_path_factory):
    made = {}

    def of(engine):
        if engine not in made:
            tmp = tmp_path_factory.mktemp(f"ill{engine[:4]}")
            made[engine] = make(tmp / "data", tmp, engine, request)
        return made[engine]

    return of


def result(indicator, area, year):
    from tijian.office.register.models import Round
    from tijian.office.values.results import current

    return current(Round.objects.get(name=str(year)), scope=[indicator])[indicator, area]


def candidate(area, year=2023):
    from tijian.office.diagnose.queries import candidates
    from tijian.office.register.models import Round

    return next(c for c in candidates(Round.objects.get(name=str(year))) if c.area == area)


def link(side="支持", text="", **more):
    from tijian.office.diagnose.links import Link

    return Link(side, text, **more)


def confirmation(area="A1", **more):
    """Give a confirmation that nothing stands against."""
    from tijian.office.diagnose.actions import Confirm

    given = {
        "round": "2023",
        "cause": "管网超龄",
        "opinion": "漏损率 24%，主管龄期过半超限。",
        "candidate": candidate(area).pk,
        "evidence": (link(text="漏损率为差", result=result("WS1", area, 2023).pk),),
    }
    given |= more
    given["evidence"] = tuple(link(**e) if isinstance(e, dict) else e for e in given["evidence"])
    return Confirm(**given)


def confirm(area="A1", **more):
    """Confirm a disease; give its number."""
    return act(confirmation(area, **more), EXPERT).answer["number"]


def target(value="15", year=2024, indicator="WS1", **more):
    from tijian.office.treat.targets import TargetGiven

    return TargetGiven(indicator, value, year, **more)


def steps(*dates):
    from tijian.office.treat.actions import MilestoneGiven

    given = dates or (day(2024, 7), day(2024, 9), day(2024, 12))
    return tuple(MilestoneGiven(f"第 {n} 步", due, f"第 {n} 步的成果入库") for n, due in enumerate(given, 1))


def plan_of(number, **more):
    """Give a measure that nothing stands against."""
    from tijian.office.treat.actions import CreateMeasure

    given = {
        "diagnosis": number, "name": "更换超龄主管", "lead": "water", "supporting": ("finance",),
        "targets": (target(),), "milestones": steps(),
    }  # fmt: skip
    return CreateMeasure(**(given | more))


def treat(number, **more):
    """Make a measure; give its number."""
    return act(plan_of(number, **more)).answer["number"]


def proof(folder, name="竣工验收单.pdf", content=b"done"):
    from tijian.office.treat.milestones import File

    path = folder / f"{abs(hash((name, content)))}.bin"
    path.write_bytes(content)
    return File(path, name)


def submit(measure, rank, folder, account=WATER, today=None):
    from tijian.office.treat.milestones import SubmitMilestone

    files = (proof(folder, content=f"{measure} {rank}".encode()),)
    return act(SubmitMilestone(measure, rank, files), account, today or day(2024, 6, 20))


def accept(measure, rank, account=REVIEWER, today=None):
    from tijian.office.treat.milestones import AcceptMilestone

    return act(AcceptMilestone(measure, rank, "符合完成标准"), account, today or day(2024, 6, 25))


def settle(measure, folder, ranks=(1, 2, 3)):
    """Submit and accept milestones."""
    for rank in ranks:
        submit(measure, rank, folder)
        accept(measure, rank)


def assess(measure, year):
    from tijian.office.treat.effects import AssessEffect

    return act(AssessEffect(measure, str(year)), today=day(year + 1))


def codes(refused):
    return [f.code for f in refused.value.faults]


__all__ = ["copied"]
