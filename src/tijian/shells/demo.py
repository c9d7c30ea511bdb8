"""A whole installation to try: synthetic figures, two rounds, a disease treated and healed, another under treatment.

Everything is done by the same actions as by people, in the names of the demo accounts.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from tijian.engine.catalogue.disease import Measure
from tijian.engine.exam.cache import cache_root
from tijian.engine.exam.folder import open_folder
from tijian.engine.exam.intake.examine import examine
from tijian.engine.exam.run import Progress
from tijian.office.diagnose import queries as diagnoses
from tijian.office.diagnose.actions import Confirm
from tijian.office.ledger.action import Action, Done
from tijian.office.ledger.actions import SetToday
from tijian.office.people.models import Role
from tijian.office.people.queries import Person, bodies, demo_persons
from tijian.office.register.actions import PublishDocuments
from tijian.office.register.city import steps_folder
from tijian.office.register.models import Round
from tijian.office.register.queries import open_round_city
from tijian.office.treat.actions import CreateMeasure, MilestoneGiven
from tijian.office.treat.closing import CloseDisease
from tijian.office.treat.effects import AssessEffect
from tijian.office.treat.milestones import AcceptMilestone, File, SubmitMilestone
from tijian.office.treat.targets import TargetGiven
from tijian.office.values.actions import RegisterDataset
from tijian.office.values.intake import accepting
from tijian.office.values.models import Candidate
from tijian.office.values.results import current
from tijian.office.values.rounds import CloseRound, OpenRound
from tijian.office.values.scan import ScanRound, latest_scan

MARK, PROVIDER = "合成", "合成数据生成器"
DUE = ((6, 30), (12, 31), (6, 30))  # of the year a measure begins, its end, and the middle of the next
STEPS = ("公布体系", "读入数值", "登记图层", "开启轮次", "找短板", "确认城市病和对策", "结束第一轮")


@dataclass
class Demo:
    """Fills an installation that was just begun with demo accounts.

    Attributes:
        folder: The installation.
        city: The city folder it was made from; generated where it has no inputs.
        progress: Called with a Chinese step name, k and n.
    """

    folder: Path
    city: Path
    progress: Progress
    day: date = date(2000, 1, 1)
    _people: list[Person] = field(default_factory=demo_persons)

    def fill(self) -> None:
        """Do it all.

        Raises:
            Refused: If the city's figures are not sound.
        """
        read = open_folder(self.city)
        years = read.city.doc.years
        steps: tuple[Callable[[], None], ...] = (
            self._publish,
            lambda: self._figures(read.city.folder, years.last),
            lambda: self._layers(read.city.folder, years.lookback, years.last),
            lambda: self._rounds(years.first, years.last),
            self._scan,
            self._treat,
            self._close,
        )
        self.day = date(years.first + 1, 3, 18)
        for k, (name, step) in enumerate(zip(STEPS, steps, strict=True)):
            self.progress(name, k, len(STEPS))
            step()
        operator = self._with(Role.ADMINISTRATOR)
        SetToday(date(years.last + 1, 3, 18)).execute(operator, today=self.day)

    def _do(self, action: Action, account: str, day: date | None = None) -> Done:
        return action.execute(account, today=day or self.day)

    def _with(self, role: Role, body: str = "") -> str:
        """Name an account with a role, of a body where there is one; else of the office."""
        found = [p.name for p in self._people if p.has(role) and (not body or body in p.body_codes)]
        return found[0] if found else self._with(Role.OFFICE)

    def _publish(self) -> None:
        self._do(PublishDocuments(self.folder / "city", ("system",)), self._with(Role.CATALOGUE))

    def _figures(self, source: Path, year: int) -> None:
        from tijian.office.register.queries import city_now

        tables = [source / "inputs" / name for name in ("variables.csv", "survey.csv")]
        tables = [t for t in tables if t.is_file()]
        intake = examine(tables, city_now().city, year=year, mark=MARK)
        for action in accepting(intake, tables, PROVIDER):
            self._do(action, self._with(Role.OFFICE))

    def _layers(self, source: Path, first: int, last: int) -> None:
        from tijian.office.register.queries import city_now

        for name, layer in city_now().city.doc.layers.items():
            for year in range(first, last + 1):
                path = source / layer.file.replace("{period}", str(year))
                if path.is_file():
                    action = RegisterDataset(name, str(year), path, PROVIDER, f"{year}-12-31", mark=MARK)
                    self._do(action, self._with(Role.THIRD_PARTY))

    def _rounds(self, first: int, last: int) -> None:
        """Open a round for the first year and the last; steps that an examination of the same city kept are taken over."""
        steps_folder().mkdir(parents=True, exist_ok=True)
        for kept in (cache_root() / "steps").glob("*.json"):
            shutil.copyfile(kept, steps_folder() / kept.name)
        for year in (first, last):
            self._do(OpenRound(str(year), year), self._with(Role.OFFICE))

    def _scan(self) -> None:
        for which in Round.objects.order_by("year"):
            self._do(ScanRound(which.name), self._with(Role.OFFICE))

    def _close(self) -> None:
        """End the first round: its measures are judged in the last one, its results stand."""
        first, last = Round.objects.order_by("year")
        lesson = f"{first.year} 年的结果自此不再变动；对策的成效在 {last.year} 年的轮次里回评。"
        self._do(CloseRound(first.name, lesson), self._with(Role.OFFICE), date(last.year + 1, 3, 15))

    # ── one disease healed, another under treatment ──

    def _treat(self) -> None:
        first, last = Round.objects.order_by("year")
        later = {(c.disease, c.area) for c in diagnoses.candidates(last)}
        here = sorted(diagnoses.candidates(first), key=lambda c: -c.score)
        here = [c for c in here if self._target(c, last.year) and self._cure(first, c)]
        healed = [c for c in here if (c.disease, c.area) not in later]
        ill = [c for c in here if (c.disease, c.area) in later]
        for found in healed[:1]:
            number, measure = self._begin(found, first, last.year, first.year + 1)
            for rank in range(1, len(DUE) + 1):
                self._finish(measure, rank, first.year + 1)
            office, day = self._with(Role.OFFICE), date(last.year + 1, 3, 10)
            self._do(AssessEffect(measure, last.name), office, day)
            self._do(CloseDisease(number, "里程碑全部验收，目标达到。"), office, day)
        others = {c.disease: c for c in reversed(ill) if c.disease not in {h.disease for h in healed[:1]}}
        for found in list(others.values())[-2:]:
            _, measure = self._begin(found, first, last.year, last.year)
            self._finish(measure, 1, last.year)

    def _begin(self, found: Candidate, which: Round, year: int, start: int) -> tuple[str, str]:
        """Confirm a candidate and make a measure that begins in a year and aims at another; give both numbers."""
        causes = [c["name"] for c in found.known()["causes"]]
        confirm = Confirm(
            which.name,
            causes[0],
            f"{found.name}的依据与现场情况相符，{causes[0]}是主要原因。",
            diagnoses.proposal(found),
            candidate=found.pk,
        )
        number = str(self._do(confirm, self._with(Role.EXPERT)).answer["number"])
        target, cure = self._target(found, year), self._cure(which, found)
        if target is None or cure is None:
            raise LookupError(found)
        measure, lead = cure
        nodes = [*measure.milestones, *measure.milestones][: len(DUE)]
        milestones = tuple(
            MilestoneGiven(node.name, date(start + rank // 2, *DUE[rank]), node.done)
            for rank, node in enumerate(nodes)
        )
        action = CreateMeasure(number, measure.name, lead, (target,), milestones)
        return number, str(self._do(action, self._with(Role.OFFICE)).answer["number"])

    def _cure(self, which: Round, found: Candidate) -> tuple[Measure, str] | None:
        """Find the first measure of the knowledge whose leading body has a demo account; give its code too."""
        known = next(d for d in open_round_city(which).city.diseases if d.id == found.disease)
        codes = {b.short: b.code for b in bodies()}
        staffed = {code for p in self._people if p.has(Role.CLERK) for code in p.body_codes}
        fitting = [(m, codes[m.lead]) for m in known.measures if codes.get(m.lead) in staffed]
        return fitting[0] if fitting else None

    def _target(self, found: Candidate, year: int) -> TargetGiven | None:
        """Aim at the next better grade of the first indicator that is judged by cut points."""
        scan = latest_scan(found.scan.round)
        if scan is None or scan.pk != found.scan_id:
            return None
        stored = current(found.scan.round, scope=found.known()["indicators"])
        for key in found.known()["indicators"]:
            known = stored[(key, found.area)].known()
            if known["cuts"] and known["next"] and not isinstance(known["cuts"][0], list):
                grade = known["next"][0]
                return TargetGiven(key, str(known["cuts"]["优良中".index(grade)]), year)
        return None

    def _finish(self, measure: str, rank: int, year: int) -> None:
        """Submit a milestone with a file, and have it accepted by somebody else."""
        from tijian.office.treat.queries import find

        row = find(measure)
        if row is None:
            raise LookupError(measure)
        doer, judge = self._with(Role.CLERK, row.lead.code), self._with(Role.OFFICE)
        day = date(year + (rank - 1) // 2, *DUE[rank - 1])
        with TemporaryDirectory(prefix="tijian-demo-") as scratch:
            file = Path(scratch) / "验收单.txt"
            file.write_text(f"{measure} 第 {rank} 个里程碑 验收单（合成）\n", encoding="utf-8")
            self._do(SubmitMilestone(measure, rank, files=(File(file, file.name),)), doer, day)
        self._do(AcceptMilestone(measure, rank), judge, day)
