"""What the examination says of cities in which nothing is ill: as little as possible.

``python -m benchmarks.quiet --seeds 60`` generates cities without a story and examines five years of each.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.cities import YEARS, examined, made, side_by_side, template
from benchmarks.tables import bar, table

from tijian.engine.exam.results import Results
from tijian.engine.grade.dimension import GRADED
from tijian.engine.grade.findings import RULES

FIRST_SEED = 1000
POOR_PER_1000, DISEASES_PER_CITY, FINDINGS_PER_CELL = 1.0, 0.05, 0.05


@dataclass
class Quiet:
    """Counts over healthy cities.

    Attributes:
        cities: How many.
        grades, poor: Grades given, and those that are 差.
        broken: Bottom lines broken, by indicator.
        proposed: Diseases proposed, by name; every one is a false alarm.
        cells: Districts × indicators × years looked at.
        rules: Findings in districts by rule.
        above: Findings of whole cities by rule.
        loudest: Findings in districts by (rule, indicator).
    """

    cities: int = 0
    grades: int = 0
    poor: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    proposed: Counter[str] = field(default_factory=Counter)
    cells: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    above: Counter[str] = field(default_factory=Counter)
    loudest: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, other: Quiet) -> None:
        """Take in the counts of other cities."""
        self.cities += other.cities
        self.grades += other.grades
        self.poor += other.poor
        self.cells += other.cells
        for name in ("broken", "proposed", "rules", "above", "loudest"):
            getattr(self, name).update(getattr(other, name))

    @property
    def poor_per_1000(self) -> float:
        """差 per 1,000 grades."""
        return 1000.0 * self.poor / self.grades

    @property
    def diseases_per_city(self) -> float:
        """Diseases proposed in the five years of a city."""
        return self.proposed.total() / self.cities

    @property
    def findings_per_cell(self) -> float:
        """Findings per district, indicator and year."""
        return self.rules.total() / self.cells


def count_year(results: Results, counts: Quiet) -> None:
    """Count grades, bottom lines, findings and proposals of one examined year."""
    city = results.inputs.city.doc.city.code
    for row in results.current():
        counts.grades += row.verdict.grade in GRADED
        counts.poor += row.verdict.grade == "差"
        counts.broken[row.indicator.id] += row.verdict.broken
        counts.cells += row.area != city
    counts.broken = +counts.broken
    counts.proposed.update(c.disease.name for c in results.candidates)
    for finding in results.findings:
        if finding.area == city:
            counts.above[finding.rule] += 1
        else:
            counts.rules[finding.rule] += 1
            counts.loudest[(finding.rule, finding.indicator)] += 1


def one_city(seed: int) -> Quiet:
    """Generate the city of a seed without a story and count what its examinations say."""
    counts = Quiet(cities=1)
    with tempfile.TemporaryDirectory() as scratch:
        folder = made(template(), seed, Path(scratch) / "city")
        for results in examined(folder).values():
            count_year(results, counts)
    return counts


def measure(seeds: int, jobs: int | None = None) -> Quiet:
    """Count over a number of cities."""
    total = Quiet()
    for counts in side_by_side(one_city, list(range(FIRST_SEED, FIRST_SEED + seeds)), jobs):
        total.add(counts)
    return total


def show(counts: Quiet) -> None:
    """Print the counts against the bars."""
    bars = [
        (name, f"{figure:.4f}", f"≤ {limit:g}", bar(figure, limit))
        for name, figure, limit in (
            ("差，每 1,000 个等级", counts.poor_per_1000, POOR_PER_1000),
            ("候选城市病，每城五年（都是误报）", counts.diseases_per_city, DISEASES_PER_CITY),
            ("短板线索，每区、每指标、每年", counts.findings_per_cell, FINDINGS_PER_CELL),
        )
    ]
    bars.append(("破底线，共", str(counts.broken.total()), "", ""))
    years = f"{YEARS[0]}—{YEARS[-1]}"
    title = f"无病城市 {counts.cities} 座，{years} 年：等级 {counts.grades} 个，其中差 {counts.poor} 个"
    table(title, ("项目", "数", "线", "是否达到"), bars)
    rules = [(r, counts.rules[r], f"{counts.rules[r] / counts.cells:.5f}", counts.above[r]) for r in RULES]
    table("线索，按规则", ("规则", "各区", "每区每指标每年", "全市"), rules)
    loudest = [(f"{r} {i}", n) for (r, i), n in counts.loudest.most_common(8)]
    table("线索最多的", ("规则和指标", "条"), loudest)
    if counts.proposed:
        table("误报的病", ("病", "次"), counts.proposed.most_common())
    if counts.broken:
        table("破的底线", ("指标", "次"), counts.broken.most_common())


def main() -> None:
    """Run alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=60)
    parser.add_argument("--jobs", type=int)
    arguments = parser.parse_args()
    show(measure(arguments.seeds, arguments.jobs))


if __name__ == "__main__":
    main()
