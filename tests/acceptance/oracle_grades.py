"""How the oracle rounds and grades: written from the contract, in Decimal."""

from decimal import ROUND_HALF_DOWN, ROUND_HALF_EVEN, Decimal
from itertools import pairwise

GRADES = ("优", "良", "中", "差")
SIGNS = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
}


def exact(number):
    return Decimal(str(number))


def twelve(number):
    """Bring a float to 12 significant digits."""
    return Decimal(f"{number:.12g}")


def rounded(number, decimals):
    """Round half to even, once; a float has 12 significant digits before."""
    number = number if isinstance(number, Decimal) else twelve(number)
    result = number.quantize(Decimal(10) ** -decimals, rounding=ROUND_HALF_EVEN)
    return result or abs(result)


def version_of(criterion, year):
    """Find the version of a criterion in force in a year."""
    for version in (criterion or {}).get("versions", []):
        if version["from"] <= year <= (version["to"] or 9999):
            return version
    return None


def cut_points(judgement, shares, decimals):
    """Give the three cut points of an area, or None where its types have none.

    A mixed area has the share-weighted means of its types' points, rounded half to even to the indicator's
    decimals; a type without points leaves, and the shares are rescaled.
    """
    cuts = judgement["cuts"]
    if isinstance(cuts, list):
        return [_point(p) for p in cuts]
    used = {t: exact(s) for t, s in shares.items() if t in cuts}
    if not used:
        return None
    if len(used) == 1:
        return [_point(p) for p in cuts[next(iter(used))]]
    total = sum(used.values())

    def mean(numbers):
        return rounded(sum(s * x for s, x in zip(used.values(), numbers, strict=True)) / total, decimals)

    points = []
    for k in range(3):
        column = [_point(cuts[t][k]) for t in used]
        if isinstance(column[0], tuple):
            points.append(tuple(mean([p[i] for p in column]) for i in (0, 1)))
        else:
            points.append(mean(column))
    return points


def _point(point):
    return tuple(exact(x) for x in point) if isinstance(point, list) else exact(point)


def by_cuts(value, points, direction):
    """Give the best grade whose point a value meets."""
    for grade, point in zip(GRADES, points, strict=False):
        if isinstance(point, tuple):
            met = point[0] <= value <= point[1]
        else:
            met = value >= point if direction == "higher" else value <= point
        if met:
            return grade
    return "差"


def worse_sign(indicator, criterion):
    """Tell which way is worse: 1 up, −1 down, None where nothing says."""
    if criterion.get("trend"):
        return 1 if criterion["trend"]["worse"] == "up" else -1
    return {"higher": -1, "lower": 1}.get(indicator["direction"])


def step(indicator, base):
    """Give ``worsen2`` in the indicator's unit."""
    rule = indicator["checks"]["worsen2"]
    return exact(rule["abs"]) if "abs" in rule else exact(rule["rel"]) * abs(base)


def by_trend(values, year, indicator, sign, rule):
    """Judge against the mean of the years before: 良, 中 or 差, or None without any year before."""
    before = [values[y] for y in range(year - rule["years"], year) if y in values]
    if not before:
        return None
    span = [values.get(y) for y in range(year - rule["poor_years"], year + 1)]
    if None not in span:
        moves = [sign * (b - a) for a, b in pairwise(span)]
        if min(moves) > 0 and sum(moves) >= step(indicator, span[0]):
            return "差"
    base = sum(before) / len(before)
    better = -sign * (values[year] - base)
    ceiling = exact(indicator["checks"]["max" if sign < 0 else "min"])
    if values[year] == ceiling and base == ceiling:
        return "良"
    needed = min(exact(rule["good_share"]) * step(indicator, base), abs(ceiling - base))
    return "良" if better >= needed and better != 0 else "中"


def dimension(rows, rule):
    """Grade one dimension of one area.

    Args:
        rows: Dicts with indicator, status, grade, meant, broken.
        rule: ``rules.yaml`` dimension.

    Returns:
        grade, score, coverage, graded, applicable, bottom_broken as ``dimensions.csv`` writes them.
    """
    here = [r for r in rows if r["status"] != "不适用"]
    meant = [r for r in here if r["meant"]]
    graded = [r for r in meant if r["grade"] in (*GRADES, "合格", "不合格")]
    broken = [r["indicator"] for r in here if r["broken"]]
    points = [exact(rule["points"][r["grade"]]) for r in graded if r["grade"] in GRADES]
    score = sum(points) / len(points) if points else None
    coverage = Decimal(sum(r["status"] == "有值" for r in here)) / len(here) if here else None
    grade = "不评级"
    enough = coverage is not None and coverage >= exact(rule["min_coverage"])
    if enough and meant and Decimal(len(graded)) / len(meant) >= exact(rule["min_judged"]) and points:
        grade = GRADES[4 - int(score.to_integral_value(rounding=ROUND_HALF_DOWN))]
        if broken and GRADES.index(grade) < GRADES.index(rule["bottom_cap"]):
            grade = rule["bottom_cap"]
    return {
        "grade": grade,
        "score": "" if score is None else f"{rounded(score, 2):f}",
        "coverage": "" if coverage is None else f"{twelve(round(float(coverage), 4)):f}",
        "graded": str(len(graded)),
        "applicable": str(len(here)),
        "bottom_broken": ";".join(broken),
    }
