"""How many planted diseases are found, and what is cried for nothing: ten stories against their twins.

``python -m benchmarks.recall``. A case is one plant in one area. It is found if in its first sick year or the
year after some finding of the area names its disease among the first three candidates, and the same city
without the story does not.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.cities import STORIES, YEARS, examined, made, side_by_side, template
from benchmarks.tables import table

from tijian.engine.catalogue.story import YEARS_TO_HEAL, Plant, read_story
from tijian.engine.exam.files import findings_rows
from tijian.engine.exam.results import Results

FIRST_SEED = 2001
AREAS, RULE, DISEASES = 3, 1, 7  # columns of findings.csv

Named = dict[tuple[str, str], set[str]]


@dataclass
class Case:
    """One planted disease in one area, and what became of it.

    Attributes:
        story, plant, disease, area, first: What was planted, and its first sick year.
        found: The year in which it was found; None if it was not.
        rules: Rules of the findings that named it.
        reason: Why it was missed, as far as the figures tell.
        gone: After a cure, whether it is no longer proposed; None where nothing was to be cured.
    """

    story: str
    plant: str
    disease: str
    area: str
    first: int
    found: int | None = None
    rules: tuple[str, ...] = ()
    reason: str = ""
    gone: bool | None = None


@dataclass
class Told:
    """What a story's examinations tell.

    Attributes:
        cases: Planted diseases.
        alarms: (year, area, disease) proposed where it was not planted and not in the twin.
        echoes: The same, but of the whole city with a sick district, or within two years after a cure.
        gaps: Plants of dissatisfaction, and how many raised a finding of rule gap.
    """

    cases: list[Case] = field(default_factory=list)
    alarms: list[tuple[int, str, str]] = field(default_factory=list)
    echoes: list[tuple[int, str, str]] = field(default_factory=list)
    gaps: list[tuple[str, bool]] = field(default_factory=list)


@dataclass
class Pair:
    """A story's city and its twin, examined for every year."""

    name: str
    plants: tuple[Plant, ...]
    sick: dict[int, Results]
    twin: dict[int, Results]

    def told(self) -> Told:
        """Hold what was found against what was planted."""
        told = Told()
        for plant in self.plants:
            if plant.survey_gap:
                told.gaps += [(f"{plant.id} {area}", self._gap_seen(plant, area)) for area in plant.areas]
            if plant.disease is not None:
                told.cases += [self._case(plant, plant.disease, area) for area in plant.areas]
        for year in YEARS:
            for area, disease in sorted(proposed(self.sick[year]) - proposed(self.twin[year])):
                self._cried(told, year, area, disease)
        return told

    def _active(self, plant: Plant, year: int) -> bool:
        return plant.active(year, YEARS[0])

    def _case(self, plant: Plant, disease: str, area: str) -> Case:
        first = max(plant.from_, YEARS[0])
        case = Case(self.name, plant.id, disease, area, first)
        within = [y for y in (first, first + 1) if y in YEARS and self._active(plant, y)]
        for year in within:
            rules = named(self.sick[year]).get((area, disease), set())
            if rules and (area, disease) not in named(self.twin[year]):
                case.found, case.rules = year, tuple(sorted(rules))
                break
        else:
            case.reason = self._why(plant, disease, area, within)
        if plant.measure is not None and plant.measure.works:
            case.gone = self._gone(plant, disease, area)
        return case

    def _gone(self, plant: Plant, disease: str, area: str) -> bool | None:
        """Tell whether a cured disease is still proposed in the year it should be gone."""
        healed = (plant.measure.starts if plant.measure is not None else 0) + YEARS_TO_HEAL
        again = any(p.disease == disease and area in p.areas and self._active(p, healed) for p in self.plants)
        return None if healed not in YEARS or again else (area, disease) not in proposed(self.sick[healed])

    def _why(self, plant: Plant, disease: str, area: str, within: list[int]) -> str:
        for year in within:
            if (area, disease) in named(self.twin[year]):
                return f"{year} 年孪生城市里也报"
            if (area, disease) in proposed(self.sick[year]):
                return f"{year} 年有候选，但没有一条线索把它列在前三"
        return "必要症状都不成立：" + "；".join(self._figures(plant, area, y) for y in within)

    def _figures(self, plant: Plant, area: str, year: int) -> str:
        parts = []
        for key in plant.indicators:
            sick, well = self.sick[year].row(key, area), self.twin[year].row(key, area)
            parts.append(f"{key} {well.value}{well.verdict.grade} → {sick.value}{sick.verdict.grade}")
        return f"{year} 年 " + "，".join(parts)

    def _gap_seen(self, plant: Plant, area: str) -> bool:
        first = max(plant.from_, YEARS[0])
        return any(
            f.rule == "gap" and f.area == area and f.indicator in plant.indicators
            for year in (first, first + 1)
            if year in YEARS
            for f in self.sick[year].findings
        )

    def _cried(self, told: Told, year: int, area: str, disease: str) -> None:
        """Sort a proposal that the twin does not make: planted, an echo of what was, or a false alarm."""
        city = self.sick[year].inputs.city.doc.city.code
        same = [p for p in self.plants if p.disease == disease and (area in p.areas or area == city)]
        if any(self._active(p, year) and area in p.areas for p in same):
            return
        recent = any(self._active(p, year - back) for p in same for back in (0, 1, 2))
        (told.echoes if recent else told.alarms).append((year, area, disease))


def named(results: Results) -> Named:
    """Give (area, disease) → rules of the findings that name it among their first three."""
    found: Named = {}
    for row in findings_rows(results):
        for disease in filter(None, row[DISEASES].split(";")):
            found.setdefault((row[AREAS], disease), set()).add(row[RULE])
    return found


def proposed(results: Results) -> set[tuple[str, str]]:
    """Give (area, disease) of all candidates."""
    return {(c.area, c.disease.name) for c in results.candidates}


def one_story(task: tuple[int, Path]) -> Told:
    """Make the city of a story and its twin, and examine both."""
    seed, path = task
    city = template()
    with tempfile.TemporaryDirectory() as scratch:
        sick = examined(made(city, seed, Path(scratch) / "sick", path))
        twin = examined(made(city, seed, Path(scratch) / "twin"))
        return Pair(path.stem, read_story(path, city), sick, twin).told()


def measure(jobs: int | None = None) -> list[Told]:
    """Examine every story."""
    stories = sorted(STORIES.glob("*.yaml"))
    return side_by_side(one_story, [(FIRST_SEED + i, path) for i, path in enumerate(stories)], jobs)


def show(stories: list[Told]) -> None:
    """Print recall, false alarms and misses."""
    cases = [c for told in stories for c in told.cases]
    found = [c for c in cases if c.found is not None]
    cured = [c for c in cases if c.gone is not None]
    gaps = [seen for told in stories for _, seen in told.gaps]
    alarms = [a for told in stories for a in told.alarms]
    echoes = [e for told in stories for e in told.echoes]
    rows = [
        ("植入的病（条 × 区）", len(cases)),
        ("找到", f"{len(found)}（{100 * len(found) / len(cases):.0f}%）"),
        ("其中发病当年", sum(c.found == c.first for c in found)),
        ("治好的，当年不再报", f"{sum(bool(c.gone) for c in cured)}/{len(cured)}"),
        ("数字好而不满的，报了感受差距", f"{sum(gaps)}/{len(gaps)}"),
        ("误报（没有植入、孪生城市也没有）", f"{len(alarms)} 次，每城五年 {len(alarms) / len(stories):.1f}"),
        ("回声（全市因病区而报，或病愈后两年内）", len(echoes)),
    ]
    table(f"植入的病：{len(stories)} 个故事", ("项目", "数"), rows)
    listed = [(f"{c.disease} {c.area}", c.first, c.found or "漏", " ".join(c.rules)) for c in cases]
    table("每一条", ("病和区", "发病", "找到", "由哪些规则"), listed)
    for case in cases:
        if case.found is None:
            print(f"\n  漏：{case.story} {case.disease} {case.area} {case.first}\n      {case.reason}")
    for year, area, disease in alarms:
        print(f"  误报：{year} {area} {disease}")
    for year, area, disease in echoes:
        print(f"  回声：{year} {area} {disease}")


def main() -> None:
    """Run alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int)
    show(measure(parser.parse_args().jobs))


if __name__ == "__main__":
    main()
