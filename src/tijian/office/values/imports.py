"""An import as one action, and what it would come to before anybody writes it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
import shapely

from tijian.engine.compute.geo.crs import project
from tijian.engine.exam.intake.examine import examine
from tijian.engine.exam.intake.verdicts import Intake
from tijian.engine.kernel.faults import Fault, Faults, Refused
from tijian.engine.sources.layer import Layer, read_layer
from tijian.office.ledger.action import Action, Transaction
from tijian.office.ledger.permissions import Predicate, Verdict
from tijian.office.people.models import Role
from tijian.office.people.permissions import DATASETS, REPORT, THIRD_PARTY_STRAND, Touches, allows, told
from tijian.office.people.queries import Person, bodies, owners
from tijian.office.register import queries
from tijian.office.register.city import Opened
from tijian.office.register.models import Round
from tijian.office.values.actions import AcceptValues, RegisterDataset
from tijian.office.values.figures import SURVEY, VARIABLE, Figure
from tijian.office.values.intake import accepting, answers, previous
from tijian.office.values.preview import Moved, preview
from tijian.office.values.uploads import LAYER, Kept, Upload

Explained = tuple[tuple[str, str], ...]
Part = AcceptValues | RegisterDataset
KILO = 1_000.0
SAME = "values.same"


def _may(account: str, action: object) -> Verdict:
    """Ask every part for its own duty: figures and layers are not everybody's."""
    parts = action.parts if isinstance(action, ImportFiles) else ()
    verdicts = [type(part).permission(account, part) for part in parts]
    refused = next((v for v in verdicts if not v.allowed), None)
    return refused or Verdict(bool(parts), "导入要有内容")


@dataclass(frozen=True)
class ImportFiles(Action):
    """Take in figures and layers of several files at once: all of them or nothing.

    Attributes:
        parts: One for each file.
    """

    verb: ClassVar[str] = "values.import"
    zh: ClassVar[str] = "导入数据"
    permission: ClassVar[Predicate] = _may

    parts: tuple[Part, ...]

    def arguments(self) -> dict[str, object]:
        """Give what each part says of itself."""
        return {"parts": [{"verb": part.verb} | part.arguments() for part in self.parts]}

    def periods(self) -> Collection[str]:
        """Lock what any part touches."""
        return sorted({period for part in self.parts for period in part.periods()})

    def prepare(self) -> Self:
        """Keep every file.

        Raises:
            Refused: If a layer cannot be read.
        """
        return replace(self, parts=tuple(part.prepare() for part in self.parts))

    def precondition(self, faults: Faults) -> None:
        """Collect what stands against any part; a file that stands already is passed over beside new ones."""
        every = Faults()
        for part in self.parts:
            part.precondition(every)
        same = [f for f in every.found if f.code == SAME]
        dropped = same if len(same) < len(self.parts) else []
        faults.found.extend(f for f in every.found if f not in dropped)

    def change(self, tx: Transaction) -> dict[str, object]:
        """Do each part, in the order of the files."""
        answers: list[dict[str, object]] = []
        for part in self.parts:
            if isinstance(part, AcceptValues) and not part.brings_news():
                answers.append({"file": part.source, "written": 0, "same": len(part.figures)})
            elif isinstance(part, AcceptValues):
                answers.append({"file": part.source} | part.change(tx))
            else:
                answers.append({"file": part.content.name} | part.change(tx))
        return {"files": answers}


@dataclass(frozen=True)
class LayerSeen:
    """A layer as it was read.

    Attributes:
        file: The file.
        layer, period: What it would be registered as.
        features: How many.
        measure: Length or area, measured in the city's projected system.
        crs, projected: Systems of the file and of the measuring.
        faults: Why it could not be read.
    """

    file: Kept
    layer: str
    period: str
    features: int = 0
    measure: str = ""
    crs: str = ""
    projected: str = ""
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class DryRun:
    """What an upload would come to.

    Attributes:
        upload: The files.
        intake: The verdict of every cell.
        layers: The layers among the files.
        action: What would be done; None where nothing could be written.
        against: What stands against doing it.
        moved: What it would move, by figures; layers are computed when they are written.
        explained: Places of cells that were asked about and are written with their reason.
    """

    upload: Upload
    intake: Intake
    layers: tuple[LayerSeen, ...]
    action: ImportFiles | None
    against: tuple[Fault, ...]
    moved: tuple[Moved, ...]
    explained: tuple[str, ...] = ()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Figures that would be written."""
        parts = self.action.parts if self.action is not None else ()
        return tuple(f for part in parts if isinstance(part, AcceptValues) for f in part.figures)


def dry_run(upload: Upload, which: Round, explained: Explained = ()) -> DryRun:
    """Examine an upload against a round; nothing is written.

    Args:
        upload: The files.
        which: The round.
        explained: Place of a cell that was asked about, and why it is right; these are written too.

    Raises:
        OSError: If its bytes are gone.
    """
    terms, seen = upload.terms, queries.city_now()  # figures are the city's, whatever a round examines
    before = previous(which)
    intake = examine(
        upload.contents(),
        seen.city,
        year=which.year,
        strand=terms.strand,
        mark=terms.mark,
        previous=before,
    )
    layers = tuple(_layer(upload, file, seen) for file in upload.layers)
    parts = _parts(upload, intake, layers, explained)
    reasons = dict(explained)
    written = tuple(c.place for c in intake.cells if answers(c) and reasons.get(c.place))
    if not parts:
        return DryRun(upload, intake, layers, None, (), ())
    action, faults = ImportFiles(parts), Faults()
    _without_bytes(action).precondition(faults)
    figures = [f for part in parts if isinstance(part, AcceptValues) for f in part.figures]
    moved = () if faults.found else tuple(preview(figures))
    return DryRun(upload, intake, layers, action, tuple(faults.found), moved, written)


def _parts(
    upload: Upload, intake: Intake, layers: Sequence[LayerSeen], explained: Explained
) -> tuple[Part, ...]:
    terms, paths = upload.terms, {f.name: upload.path(f) for f in upload.tables}
    tables = [
        replace(a, content=paths[a.source])
        for a in accepting(intake, (), terms.provider, terms.note, explained=dict(explained))
    ]
    datasets = [
        RegisterDataset(x.layer, x.period, upload.path(x.file), terms.provider, mark=terms.mark)
        for x in layers
        if not x.faults
    ]
    return (*tables, *datasets)


def _without_bytes(action: ImportFiles) -> ImportFiles:
    """Give the action as it stands before its files are kept, with the hashes that its parts ask about."""
    parts: list[Part] = []
    for part in action.parts:
        if isinstance(part, RegisterDataset):
            parts.append(replace(part, sha256=_hash_of(part.content)))
        else:
            parts.append(part)
    return ImportFiles(tuple(parts))


def _hash_of(path: Path) -> str:
    from tijian.engine.kernel.canonical import sha256_file

    return sha256_file(path)


def _layer(upload: Upload, file: Kept, seen: Opened) -> LayerSeen:
    """Read a layer, for what can be said of it."""
    named = LAYER.fullmatch(file.name)
    layer, period = (named["layer"], named["period"]) if named is not None else (file.name, "")
    known = seen.city.doc.layers
    if layer not in known:
        expected = "、".join(known) or "（本市没有声明图层）"
        fault = Fault("dataset.layer", file.name, "图层", layer, expected, "请改正文件名中的图层名。")
        return LayerSeen(file, layer, period, faults=(fault,))
    try:
        read = read_layer(upload.path(file), file.name, known[layer].crs)
    except Refused as refused:
        return LayerSeen(file, layer, period, faults=refused.faults)
    projected = seen.city.doc.crs.projected
    return LayerSeen(file, layer, period, len(read), _measure(read, projected), read.crs, projected)


def _measure(layer: Layer, projected: str) -> str:
    """Say how long or large the features are together; nothing of points."""
    shapes = project(layer.geometry, layer.crs, projected)
    area, length = float(np.sum(shapely.area(shapes))), float(np.sum(shapely.length(shapes)))
    if area > 0:
        return f"面积 {area / KILO**2:,.2f} km²"
    return f"长度 {length / KILO:,.2f} km" if length > 0 else ""


def beyond(person: Person, parts: Iterable[Part]) -> list[Fault]:
    """Name everything of an import that a person may not write, and whose it is; empty where all may be."""
    found: dict[tuple[str, str], Fault] = {}
    for part in parts:
        if isinstance(part, RegisterDataset):
            if not allows(person, DATASETS):
                found[part.layer, ""] = _not_own(f"图层 {part.layer}", "", f"{told(DATASETS)}。")
        elif not allows(person, REPORT, part.touches()):
            for figure in part.figures:
                if not may_write(person, figure):
                    found.setdefault((figure.item, figure.strand), _not_written(person, figure))
    return list(found.values())


def may_write(person: Person, figure: Figure) -> bool:
    """Tell whether a person may write one figure."""
    item = figure.item if figure.kind == VARIABLE else f"{SURVEY}:{figure.item}"
    return allows(person, REPORT, Touches({item}, {figure.area}, {figure.strand}))


def _not_written(person: Person, figure: Figure) -> Fault:
    known = queries.city_now().city.catalogue.variables.get(figure.item)
    name = known.zh if known is not None else f"问卷 {figure.item}"
    return _not_own(name, figure.strand, whose(person, figure.item))


def whose(person: Person, variable: str) -> str:
    """Say in words who writes a variable, for a person who may only look at it."""
    code = owners().get(variable)
    short = next((b.short for b in bodies() if b.code == code), "")
    owner = f"这一项由{short}填报" if short else "这一项由办公室办理"
    if person.has(Role.THIRD_PARTY):
        return f"{owner}；第三方机构只写来源为“{THIRD_PARTY_STRAND}”的数，请把来源选为第三方。"
    ask = f"{short}的填报人" if short else "办公室"
    return f"{owner}，您可以看，不能改。要改请找{ask}。"


def _not_own(place: str, value: str, hint: str) -> Fault:
    return Fault("permission.own", place, "", value, "本单位主报的变量", hint)
