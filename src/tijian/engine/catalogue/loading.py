"""From a city's folder to one typed city, with every fault told at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from tijian.engine.catalogue.area import Area, Areas
from tijian.engine.catalogue.city import Body, CityDoc, Questionnaire, Reports, Rules
from tijian.engine.catalogue.criterion import Criterion, Judgement, Version
from tijian.engine.catalogue.disease import Disease, Knowledge
from tijian.engine.catalogue.document import read, read_mapping, read_sequence
from tijian.engine.catalogue.systems import Catalogue, load_catalogue
from tijian.engine.catalogue.words import shown
from tijian.engine.catalogue.yaml_file import read_yaml
from tijian.engine.kernel.faults import Faults, Refused
from tijian.engine.kernel.shipped import shipped

WHOLE = "全市"


@dataclass(frozen=True)
class CriteriaBook:
    """All criteria of a city, the files they stand in and the sources they name."""

    criteria: dict[str, Criterion] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    sources: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class City:
    """Everything that is true of one city, as read from its folder."""

    folder: Path
    doc: CityDoc
    areas: Areas
    rules: Rules
    book: CriteriaBook
    reports: Reports
    catalogue: Catalogue
    bodies: tuple[Body, ...] = ()
    questionnaire: Questionnaire | None = None
    knowledge: Knowledge | None = None
    diseases: tuple[Disease, ...] = ()

    @property
    def name(self) -> str:
        """The folder's name, with which its files are called in faults."""
        return self.folder.resolve().name

    @cached_property
    def by_code(self) -> dict[str, Area]:
        """Areas by code; the city itself stands last."""
        city = self.doc.city
        top = Area(code=city.code, zh=city.zh, short=WHOLE, level=self.doc.levels[0].id, parent="")
        return {a.code: a for a in self.areas.areas} | {city.code: top}

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """Codes directly below each area, in order."""
        return {c: tuple(a.code for a in self.areas.areas if a.parent == c) for c in self.by_code}

    @cached_property
    def owner_of(self) -> dict[str, Body]:
        """The body that reports each variable."""
        return {v: b for b in self.bodies for v in b.owns}

    def label(self, code: str) -> str:
        """Name an area as tables do; the whole examined set is 全市."""
        return WHOLE if code == self.doc.city.code else self.by_code[code].zh


@dataclass
class _Parts:
    """What has been read so far; a part that failed stays None and its faults are kept."""

    areas: Areas | None = None
    rules: Rules | None = None
    reports: Reports | None = None
    book: CriteriaBook | None = None
    catalogue: Catalogue | None = None
    bodies: tuple[Body, ...] = ()
    questionnaire: Questionnaire | None = None
    knowledge: Knowledge | None = None
    diseases: tuple[Disease, ...] = ()


def load_city(folder: Path) -> City:
    """Read a city folder with the systems and knowledge it names.

    Raises:
        Refused: With every fault of form in every file.
    """
    name = folder.resolve().name
    doc = read(CityDoc, folder / "city.yaml", f"{name}/city.yaml")
    faults, parts = Faults(), _Parts()
    _read_required(folder, name, doc, parts, faults)
    _read_optional(folder, name, doc, parts, faults)
    faults.raise_if_any()
    if parts.areas is None or parts.rules is None or parts.reports is None:
        raise Refused(faults.found)
    if parts.book is None or parts.catalogue is None:
        raise Refused(faults.found)
    _leave_unjudged(parts.book, parts.catalogue, doc)
    return City(
        folder,
        doc,
        parts.areas,
        parts.rules,
        parts.book,
        parts.reports,
        parts.catalogue,
        parts.bodies,
        parts.questionnaire,
        parts.knowledge,
        parts.diseases,
    )


def _read_required(folder: Path, name: str, doc: CityDoc, parts: _Parts, faults: Faults) -> None:
    with faults.kept():
        parts.areas = read(Areas, folder / "areas.yaml", f"{name}/areas.yaml")
    with faults.kept():
        parts.rules = read(Rules, folder / "rules.yaml", f"{name}/rules.yaml")
    with faults.kept():
        parts.reports = read(Reports, folder / "reports.yaml", f"{name}/reports.yaml")
    with faults.kept():
        parts.book = _criteria(folder / "criteria", f"{name}/criteria")
    with faults.kept():
        whole = load_catalogue([find_folder(folder, s, "systems") for s in doc.systems])
        parts.catalogue = _kept(whole, doc, f"{name}/city.yaml")


def _kept(catalogue: Catalogue, doc: CityDoc, file: str) -> Catalogue:
    """Keep the indicators that a city names; all where it names none."""
    if doc.indicators is None:
        return catalogue
    faults = Faults()
    for key in doc.indicators:
        if key not in catalogue.indicators:
            known = "、".join(catalogue.indicators)
            faults.add(
                "city.indicator", file, "indicators", key, known, "请改正代码，或在 systems 中加上它的体系。"
            )
    faults.raise_if_any()
    kept = {k: d for k, d in catalogue.indicators.items() if k in doc.indicators}
    used = {d.dimension for d in kept.values()}
    systems = [
        s.model_copy(update={"dimensions": tuple(d for d in s.dimensions if d.zh in used)})
        for s in catalogue.systems
    ]
    return replace(catalogue, systems=tuple(systems), indicators=kept)


def _leave_unjudged(book: CriteriaBook, catalogue: Catalogue, doc: CityDoc) -> None:
    """Give the indicators of a system that says why nothing of it is judged a criterion that says so."""
    for key in catalogue.indicators:
        why = catalogue.system(key).unjudged
        if why and key not in book.criteria:
            none = Judgement(judge="none", reason=why)
            version = Version.model_validate(
                {"version": 1, "from": doc.years.lookback, "levels": {x.id: none for x in doc.levels}}
            )
            book.criteria[key] = Criterion(kind="示例", certainty="不评级", basis=why, versions=(version,))
            book.files[key] = catalogue.files[key]


def _read_optional(folder: Path, name: str, doc: CityDoc, parts: _Parts, faults: Faults) -> None:
    if (folder / "bodies.yaml").exists():
        with faults.kept():
            parts.bodies = read_sequence(Body, folder / "bodies.yaml", f"{name}/bodies.yaml")
    if (folder / "questionnaire.yaml").exists():
        with faults.kept():
            path = folder / "questionnaire.yaml"
            parts.questionnaire = read(Questionnaire, path, f"{name}/questionnaire.yaml")
    if doc.diseases is not None:
        with faults.kept():
            parts.knowledge, parts.diseases = load_diseases(find_folder(folder, doc.diseases, "diseases"))


def find_folder(city: Path, name: str, place: str) -> Path:
    """Find a system or disease knowledge: the city's own folder first, then what is shipped.

    Raises:
        Refused: If neither has it.
    """
    own = city / "catalogues" / name
    if own.is_dir():
        return own
    try:
        return shipped("catalogues", name)
    except FileNotFoundError as error:
        faults = Faults()
        faults.add(
            "catalogue.missing",
            f"{city.resolve().name}/city.yaml",
            place,
            name,
            "城市文件夹的 catalogues/ 或随附的 catalogues/ 中的一个文件夹",
            "请检查名称，或放入这个文件夹。",
        )
        raise Refused(faults.found) from error


def _criteria(folder: Path, name: str) -> CriteriaBook:
    faults, book = Faults(), CriteriaBook()
    if not folder.is_dir():
        faults.add("file.missing", name, "", None, "一个放判定标准的文件夹", "请放入 criteria/*.yaml。")
    for path in sorted(folder.glob("*.yaml")):
        file = f"{name}/{path.name}"
        with faults.kept():
            if path.name == "sources.yaml":
                book.sources.update(_sources(path, file))
            else:
                _add_criteria(book, read_mapping(Criterion, path, file), file, faults)
    faults.raise_if_any()
    return book


def _add_criteria(book: CriteriaBook, read_here: dict[str, Criterion], file: str, faults: Faults) -> None:
    for key, criterion in read_here.items():
        if key in book.criteria:
            faults.add(
                "criterion.twice",
                file,
                key,
                key,
                "只写一次的指标",
                f"{book.files[key]} 已有它的标准，请删去一处。",
            )
        book.criteria[key], book.files[key] = criterion, file


def _sources(path: Path, name: str) -> dict[str, tuple[str, str]]:
    data = read_yaml(path, name)
    faults = Faults()
    sources: dict[str, tuple[str, str]] = {}
    if data is not None and not isinstance(data, dict):
        faults.add("document.form", name, "", shown(data), "键和值", "每个号下写 [内容, 可靠程度]。")
        faults.raise_if_any()
    for key, value in (data or {}).items():
        if isinstance(value, list) and len(value) == 2 and all(isinstance(v, str) for v in value):  # noqa: PLR2004
            sources[str(key)] = (value[0], value[1])
        else:
            faults.add("source.form", name, str(key), shown(value), "[内容, 可靠程度]", "请写成两项文字。")
    faults.raise_if_any()
    return sources


def load_diseases(folder: Path) -> tuple[Knowledge, tuple[Disease, ...]]:
    """Read a folder of disease knowledge, diseases in order of file name.

    Raises:
        Refused: With every fault of form in every file.
    """
    faults = Faults()
    diseases: list[Disease] = []
    knowledge = read(Knowledge, folder / "knowledge.yaml", f"{folder.name}/knowledge.yaml")
    for path in sorted((folder / "diseases").glob("*.yaml")):
        file = f"{folder.name}/diseases/{path.name}"
        with faults.kept():
            disease = read(Disease, path, file)
            diseases.append(disease)
            if disease.id != path.stem:
                faults.add("disease.id", file, "id", disease.id, f"“{path.stem}”", "id 与文件同名。")
            if disease.field not in knowledge.fields:
                faults.add(
                    "disease.field", file, "field", disease.field, "、".join(knowledge.fields), "请改为其一。"
                )
    faults.raise_if_any()
    return knowledge, tuple(diseases)
