"""The settings of a generator beside the city they are for: which cells are asked, by what they are made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from tijian.engine.catalogue.document import read
from tijian.engine.catalogue.generator import GeneratorDoc, PerArea, VariableSettings
from tijian.engine.catalogue.loading import City
from tijian.engine.compute.program import reported
from tijian.engine.kernel.faults import Faults
from tijian.engine.kernel.periods import ANNUAL

FILE = "generator.yaml"


@dataclass(frozen=True)
class Frame:
    """A city, its settings and the seed.

    Attributes:
        city: The city's documents.
        doc: Its ``generator.yaml``, checked against the city.
        seed: From which every random number comes.
        types: Area type by code, for areas that have one.
    """

    city: City
    doc: GeneratorDoc
    seed: int
    types: Mapping[str, str] = field(default_factory=dict)

    @property
    def years(self) -> tuple[int, ...]:
        """The years written: the one looked back on, then all that are examined."""
        years = self.city.doc.years
        return tuple(range(years.lookback, years.last + 1))

    @property
    def file(self) -> str:
        """How ``generator.yaml`` is called in faults."""
        return f"{self.city.name}/{FILE}"

    @cached_property
    def position(self) -> dict[str, int]:
        """Place of each area in the lists of the settings."""
        return {code: i for i, code in enumerate(self.doc.order)}

    def number(self, value: PerArea, code: str) -> float:
        """Give the number of an area; the city itself only has plain ones."""
        if isinstance(value, dict):
            return value[self.types[code]]
        return value[self.position[code]] if isinstance(value, tuple) else value

    def asked(self, name: str) -> tuple[str, ...]:
        """List the areas for which a variable is reported, in the one order; the city stands last."""
        variable = self.city.catalogue.variables.get(name)
        if variable is None:
            return ()
        return tuple(
            code
            for code, area in self.city.by_code.items()
            if reported(variable, area.level, lowest=not self.city.children[code])
        )

    def written(self, name: str) -> tuple[int, ...]:
        """List the years for which a variable is written."""
        return tuple(sorted({*self.years, *self.doc.variables[name].extra_years}))

    @cached_property
    def sequence(self) -> tuple[str, ...]:
        """All variables with settings, a variable after the one it is a share of."""
        graph = {name: {s.of} if s.of else set() for name, s in self.doc.variables.items()}
        return tuple(n for n in TopologicalSorter(graph).static_order() if n in graph)

    @cached_property
    def made(self) -> dict[str, tuple[int, ...]]:
        """Years in which each variable is needed: its own and those of the variables made from it."""
        years = {name: set(self.written(name)) for name in self.doc.variables}
        for name in reversed(self.sequence):
            whole = self.doc.variables[name].of
            if whole is not None:
                years[whole] |= years[name]
        return {name: tuple(sorted(found)) for name, found in years.items()}

    def below(self, code: str) -> tuple[str, ...]:
        """List an area and everything below it, itself first."""
        return (code, *(c for child in self.city.children[code] for c in self.below(child)))


def load_frame(city: City, seed: int) -> Frame:
    """Read ``generator.yaml`` of a city and check it against the city.

    Raises:
        Refused: If there is none, or with everything that does not fit.
    """
    path = city.folder / FILE
    faults = Faults()
    if not path.is_file():
        faults.add(
            "generator.missing",
            f"{city.name}/{FILE}",
            "",
            None,
            "合成数据的设置",
            "没有生成器设置，不能合成数据；请写一份 generator.yaml，或直接放入 inputs/。",
        )
        faults.raise_if_any()
    doc = read(GeneratorDoc, path, f"{city.name}/{FILE}")
    frame = Frame(city, doc, seed, _types(city, doc))
    _check_order(frame, faults)
    faults.raise_if_any()
    _check_graph(frame, faults)
    faults.raise_if_any()
    for name, settings in doc.variables.items():
        _check_settings(frame, name, settings, faults)
    for name in city.catalogue.variables:
        _check_asked(frame, name, faults)
    _check_survey(frame, faults)
    faults.raise_if_any()
    return frame


def _types(city: City, doc: GeneratorDoc) -> dict[str, str]:
    """Give each area its type: as the settings say, else the largest share of the default scheme."""
    scheme = city.areas.default_scheme
    found: dict[str, str] = {}
    for area in city.areas.areas:
        shares = area.types.get(scheme, {}) if scheme is not None else {}
        if shares:
            found[area.code] = max(shares, key=lambda t: shares[t])
    return found | doc.types


def _check_order(frame: Frame, faults: Faults) -> None:
    known = {a.code for a in frame.city.areas.areas}
    order = frame.doc.order
    for i, code in enumerate(order):
        if code not in known:
            faults.add(
                "generator.area",
                frame.file,
                f"order.{i}",
                code,
                "areas.yaml 中的代码",
                "请改正代码；市级不列。",
            )
        elif code in order[:i]:
            faults.add("generator.area", frame.file, f"order.{i}", code, "只列一次的代码", "请删去重复的。")
    for code in frame.doc.types:
        if code not in known:
            faults.add("generator.area", frame.file, "types", code, "areas.yaml 中的代码", "请改正代码。")


def _check_graph(frame: Frame, faults: Faults) -> None:
    for name, settings in frame.doc.variables.items():
        if settings.of is not None and settings.of not in frame.doc.variables:
            faults.add(
                "generator.of",
                frame.file,
                f"variables.{name}.of",
                settings.of,
                "variables 中的一个变量",
                "请先写它的设置。",
            )
    try:
        _ = frame.sequence
    except CycleError as error:
        cycle = " → ".join(error.args[1])
        faults.add("generator.cycle", frame.file, "variables", cycle, "不绕圈的 of", "请改其中一个。")


def _check_settings(frame: Frame, name: str, settings: VariableSettings, faults: Faults) -> None:
    place = f"variables.{name}"
    for key in ("base", "trend_pct", "ratio", "step"):
        _check_numbers(frame, getattr(settings, key), f"{place}.{key}", faults)
    for key in ("times", "divide_by"):
        series = getattr(settings, key)
        if series is not None:
            _check_numbers(frame, series.base, f"{place}.{key}.base", faults)
            _check_numbers(frame, series.trend_pct, f"{place}.{key}.trend_pct", faults)
    for year, row in (settings.table or {}).items():
        _check_numbers(frame, row, f"{place}.table.{year}", faults)
    needed = [y for y in frame.made[name] if y not in settings.year_value]
    with_base = [*needed, frame.doc.base_year]
    for key, years in (
        ("table", needed),
        ("year_index", needed),
        ("follow", with_base),
        ("city_follow", needed),
    ):
        given = getattr(settings, key)
        if given:
            _check_years(frame, years, given, f"{place}.{key}", faults)


def _check_years(
    frame: Frame, needed: Iterable[int], given: Mapping[int, object], place: str, faults: Faults
) -> None:
    lacking = [str(y) for y in needed if y not in given]
    if lacking:
        faults.add(
            "generator.year", frame.file, place, None, f"{'、'.join(lacking)} 年的数", "请补上这些年份。"
        )


def _check_numbers(frame: Frame, value: PerArea | None, place: str, faults: Faults) -> None:
    if isinstance(value, tuple) and len(value) != len(frame.doc.order):
        wanted = f"{len(frame.doc.order)} 个数"
        faults.add("generator.length", frame.file, place, len(value), wanted, "每个区一个，次序同 order。")
    if isinstance(value, dict):
        kinds = {code: frame.types.get(code, "") for code in frame.doc.order}
        for code, kind in kinds.items():
            if kind not in value:
                wanted = f"{frame.city.label(code)}（{kind or '没有区类'}）的数"
                hint = "请补上这个区类，或改为一个数、逐区的数。"
                faults.add("generator.type", frame.file, place, "、".join(value), wanted, hint)


def _check_asked(frame: Frame, name: str, faults: Faults) -> None:
    """Check that every cell which is asked of a variable can be made."""
    asked = frame.asked(name)
    if not asked:
        return
    settings = frame.doc.variables.get(name)
    variable = frame.city.catalogue.variables[name]

    def lacks(
        code: str, value: str | None, expected: str, hint: str, place: str = f"variables.{name}"
    ) -> None:
        faults.add(f"generator.{code}", frame.file, place, value, expected, hint)

    if settings is None:
        lacks("variable", None, f"{variable.zh}的设置", f"变量 {name} 要报，请写它怎么来。")
        return
    if variable.period not in ANNUAL:
        lacks("period", variable.period.value, "年度变量", "生成器不写逐日、逐月的变量。")
    top = frame.city.doc.city.code
    if top in asked and not settings.own_city:
        lacks("city", None, "city 或 city_follow", f"{variable.zh}市级也要报，请写全市值。")
    areas = [code for code in asked if code != top]
    if areas and not settings.for_areas:
        lacks("areas", None, "base、table 或 of", f"{variable.zh}各区要报，请写各区值。")
    missing = "、".join(frame.city.label(code) for code in areas if code not in frame.position)
    if missing:
        lacks("order", None, f"{missing}的代码", f"{variable.zh}在那里也要报。", "order")


def _check_survey(frame: Frame, faults: Faults) -> None:
    questionnaire = frame.city.questionnaire
    if questionnaire is None:
        return
    means = frame.doc.survey.means if frame.doc.survey is not None else {}
    known = {q.id: q for q in questionnaire.questions}
    for question in known.values():
        if question.scored and question.id not in means:
            faults.add(
                "generator.question",
                frame.file,
                "survey.means",
                None,
                f"{question.id}（{question.short}）的全市底值",
                "计分的题都要有底值。",
            )
    for name in means:
        if name not in known:
            faults.add("generator.question", frame.file, "survey.means", name, "问卷中的题号", "请改正题号。")
