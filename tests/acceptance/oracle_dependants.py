"""What depends on an input, read from the definitions and criteria alone."""

from dataclasses import dataclass

from oracle_layers import MEASURED
from oracle_values import names, parsed


@dataclass(frozen=True)
class Use:
    """One way in which an indicator reads a variable.

    Attributes:
        indicator: Which.
        role: 公式 (an area's own value), 合计 (only sums above an area), 底线 (a bottom line).
        back: How many years back.
    """

    indicator: str
    role: str
    back: int


@dataclass
class Bearing:
    """The rows of one examined year that a missing input bears on, as (indicator, area).

    Attributes:
        lost: Have no value any more.
        shown: Keep their value; a term printed beside it is gone.
        judged: Keep everything but, perhaps, the grade.
        beside: Keep everything; another strand than the adopted one is gone.
        switched: Take the next strand of their methods, which is measured and does not read the input.
    """

    lost: set
    shown: set
    judged: set
    beside: set
    switched: set

    def rows(self):
        return self.lost | self.shown | self.judged | self.switched


def uses(files):
    """Derive variable → uses from formulas, aggregations and bottom lines."""
    found = {name: set() for name in files.variables}
    for key, indicator in files.indicators.items():
        own = names(parsed(indicator["formula"])) if indicator.get("formula") else {}
        rule = indicator["aggregate"]
        terms = [rule[k] for k in ("numerator", "denominator")] if isinstance(rule, dict) else []
        above = {n: b for t in terms for n, b in names(parsed(t)).items()}
        for role, read in (("公式", own), ("合计", {n: b for n, b in above.items() if n not in own})):
            for name, deepest in read.items():
                # A formula with prev(x) of these systems reads x of both years.
                found[name] |= {Use(key, role, back) for back in range(deepest + 1)}
        for line in (files.criteria.get(key) or {}).get("bottom") or []:
            if line.get("variable"):
                backs = (0, 1) if line["value"] == "prev" else (0,)
                found[line["variable"]] |= {Use(key, "底线", back) for back in backs}
    return found


def bearing(files, table, name, area, year, examined):
    """Tell on which rows of the year examined a missing reading of a variable bears, and how."""
    found = Bearing(set(), set(), set(), set(), set())
    whole = files.variables[name]["aggregate"]
    for use in table[name]:
        indicator = files.indicators[use.indicator]
        places = [c for c in (area, files.top) if files.level[c] in indicator["scales"]]
        if area != files.top and whole == "own":
            places.remove(files.top)
        for place in dict.fromkeys(places):
            row = (use.indicator, place)
            if use.role == "底线" or year + use.back < examined:
                found.judged.add(row)
            elif year + use.back > examined:
                continue
            elif indicator.get("compute") and indicator["methods"][0] != "部门提报":
                found.beside.add(row)
            elif indicator.get("compute") in MEASURED:
                found.switched.add(row)
            elif use.role == "合计" and place != files.top:
                found.shown.add(row)
            else:
                found.lost.add(row)
    found.judged -= found.lost | found.beside | found.switched
    return found


def survey_bearing(files, question, area):
    """Tell on which rows a missing answer bears: the scored ones make the survey figure of their area."""
    scored = {q["id"] for q in files.questions if q["scored"]}
    asked = [k for k, d in files.indicators.items() if d["methods"] == ["问卷调查"]]
    lost = {(k, area) for k in asked} if question in scored else set()
    return Bearing(lost, set(), set(), set(), set())
