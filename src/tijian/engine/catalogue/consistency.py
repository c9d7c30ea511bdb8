"""Whether the documents of a city fit one another: names resolve, criteria follow the direction."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise

from tijian.engine.catalogue.criterion import Criterion, Cuts, Judgement
from tijian.engine.catalogue.definition import Indicator
from tijian.engine.catalogue.loading import City
from tijian.engine.kernel.faults import Faults

WHOLE_REPORT = "总报告"
NO_TYPES = "空（本城没有区类，请删去这一处）"
NO_DIMENSIONS = "（体系没有维度，请先在 system.yaml 中写上）"


def check_city(city: City) -> None:
    """Check everything that no single document can check.

    Raises:
        Refused: With every fault.
    """
    faults = Faults()
    _check_crs(city, faults)
    _check_definitions(city, faults)
    _check_areas(city, faults)
    _check_criteria(city, faults)
    _check_bodies(city, faults)
    _check_questionnaire(city, faults)
    faults.raise_if_any()


def _check_crs(city: City, faults: Faults) -> None:
    """Check that lengths and areas are measured in a projected system in metres."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    code = city.doc.crs.projected
    try:
        found = CRS.from_user_input(code)
    except CRSError:
        hint = "没有这个代码，请改正；本地的 CGCS2000 3 度带是 EPSG:4513 到 4533（带号）或 4534 到 4554。"
        faults.add("crs.unknown", f"{city.name}/city.yaml", "crs.projected", code, "EPSG 登记的坐标系", hint)
        return
    if not found.is_projected or any(axis.unit_name != "metre" for axis in found.axis_info):
        hint = "长度和面积在这里量，经纬度或英尺会量错；请写本地的 CGCS2000 3 度带，如 EPSG:4547。"
        faults.add(
            "crs.projected", f"{city.name}/city.yaml", "crs.projected", code, "以米为单位的投影坐标系", hint
        )


def _check_definitions(city: City, faults: Faults) -> None:
    catalogue = city.catalogue
    dimensions = [d.zh for d in catalogue.dimensions]
    sections = {(s.zh, s.dimension) for s in catalogue.sections}
    for key, indicator in catalogue.indicators.items():
        file = catalogue.files[key]
        if indicator.dimension not in dimensions:
            faults.add(
                "indicator.dimension",
                file,
                "dimension",
                indicator.dimension,
                "、".join(dimensions) or NO_DIMENSIONS,
                "请改为体系中的维度。",
            )
        if indicator.section is not None and (indicator.section, indicator.dimension) not in sections:
            faults.add(
                "indicator.section",
                file,
                "section",
                indicator.section,
                "system.yaml 的 sections 中的一节",
                "请先在 system.yaml 中写上这一节。",
            )


def _check_areas(city: City, faults: Faults) -> None:
    file = f"{city.name}/areas.yaml"
    levels = [level.id for level in city.doc.levels]
    for i, area in enumerate(city.areas.areas):
        if area.level not in levels[1:]:
            faults.add(
                "area.level",
                file,
                f"areas.{i}.level",
                area.level,
                "、".join(levels[1:]) or "（city.yaml 只有一级，请先加上这一级）",
                "级别在 city.yaml 中定义。",
            )
        parent = city.by_code.get(area.parent)
        if parent is None:
            faults.add(
                "area.parent",
                file,
                f"areas.{i}.parent",
                area.parent,
                "已列出的上级代码",
                f"{area.zh}没有上级，请补上或改正。",
            )
        elif {area.level, parent.level} <= set(levels) and levels.index(parent.level) >= levels.index(
            area.level
        ):
            faults.add(
                "area.parent",
                file,
                f"areas.{i}.parent",
                area.parent,
                "更高一级的代码",
                f"{area.zh}与上级同级。",
            )


def _check_criteria(city: City, faults: Faults) -> None:
    for key, indicator in city.catalogue.indicators.items():
        if key not in city.book.criteria:
            faults.add(
                "criterion.missing",
                f"{city.name}/criteria",
                key,
                None,
                "每项指标一条标准，或 judge: none 与理由",
                f"{indicator.name.zh}没有标准；不打算评级也要写明理由。",
            )
    for key, criterion in city.book.criteria.items():
        file = city.book.files[key]
        indicator_of = city.catalogue.indicators.get(key)
        if indicator_of is None:
            faults.add(
                "criterion.unknown", file, key, key, "体系中的指标", "请删去这一条，或把指标加入体系。"
            )
            continue
        _check_criterion(criterion, indicator_of, file, city, faults)


def _check_criterion(
    criterion: Criterion, indicator: Indicator, file: str, city: City, faults: Faults
) -> None:
    key = indicator.id
    scheme = criterion.scheme or city.areas.default_scheme
    if criterion.scheme is not None and criterion.scheme not in city.areas.schemes:
        faults.add(
            "criterion.scheme",
            file,
            f"{key}.scheme",
            criterion.scheme,
            "、".join(city.areas.schemes) or NO_TYPES,
            "请改为 areas.yaml 中的一种分法。",
        )
    for ref in criterion.refs:
        if ref not in city.book.sources:
            faults.add(
                "criterion.source",
                file,
                f"{key}.refs",
                ref,
                "sources.yaml 中的号",
                "请在 sources.yaml 中写明出处。",
            )
    _check_bottom(criterion, key, file, city, faults)
    levels = {x.id for x in city.doc.levels}
    unknown = criterion.scheme is not None and criterion.scheme not in city.areas.schemes
    named = city.areas.schemes[scheme].types if scheme in city.areas.schemes else ()
    types = None if unknown else named  # an unknown scheme is one fault, not one for every type
    for version in criterion.versions:
        for level, judgement in version.levels.items():
            place = f"{key}.versions.{version.version}.{level}"
            if level not in levels:
                faults.add("criterion.level", file, place, level, "city.yaml 中的级别", "请改正级别。")
            _check_cuts(judgement, indicator, types, file, place, faults)


def _check_bottom(criterion: Criterion, key: str, file: str, city: City, faults: Faults) -> None:
    levels = {x.id for x in city.doc.levels}
    for i, line in enumerate(criterion.bottom):
        for level in line.levels:
            if level not in levels:
                faults.add(
                    "criterion.level", file, f"{key}.bottom.{i}", level, "city.yaml 中的级别", "请改正级别。"
                )
        if line.variable is not None and line.variable not in city.catalogue.variables:
            faults.add(
                "criterion.variable",
                file,
                f"{key}.bottom.{i}",
                line.variable,
                "体系中的变量",
                "请改正变量名。",
            )


def _check_cuts(
    judgement: Judgement,
    indicator: Indicator,
    types: Iterable[str] | None,
    file: str,
    place: str,
    faults: Faults,
) -> None:
    if judgement.cuts is None:
        return
    named = judgement.cuts if isinstance(judgement.cuts, dict) else {"": judgement.cuts}
    for kind, cuts in named.items():
        where = f"{place}.{kind}" if kind else place
        if kind and types is not None and kind not in types:
            faults.add(
                "criterion.type", file, where, kind, "、".join(types) or NO_TYPES, "请改为这种分法中的区类。"
            )
        if (indicator.direction == "range") != isinstance(cuts[0], tuple):
            wanted = "三个由内到外的区间" if indicator.direction == "range" else "三个切点"
            faults.add(
                "criterion.form",
                file,
                where,
                str(list(cuts)),
                wanted,
                f"{indicator.id} 的方向是 {indicator.direction}。",
            )
            continue
        _check_numbers(cuts, indicator, file, where, faults)


def _check_numbers(cuts: Cuts, indicator: Indicator, file: str, where: str, faults: Faults) -> None:
    text = str(list(cuts))
    if not _in_order(cuts, indicator.direction):
        wanted = {
            "higher": "由高到低的优、良、中（越大越好）",
            "lower": "由低到高的优、良、中（越小越好）",
            "range": "由内到外、外包含内的三个区间",
        }.get(indicator.direction, "没有切点（按合格判）")
        faults.add(
            "criterion.direction",
            file,
            where,
            text,
            wanted,
            f"{indicator.name.zh}的切点与方向不符，请调换顺序。",
        )
    if any(_places(x) > indicator.decimals for x in _numbers(cuts)):
        faults.add(
            "criterion.decimals",
            file,
            where,
            text,
            f"不多于 {indicator.decimals} 位小数",
            "切点的小数位不能多于指标的小数位，否则修约后的值碰不到它。",
        )


def _numbers(cuts: Cuts) -> list[float]:
    return [x for cut in cuts for x in (cut if isinstance(cut, tuple) else (cut,))]


def _places(number: float) -> int:
    exponent = Decimal(str(number)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _in_order(cuts: Cuts, direction: str) -> bool:
    if direction == "range":
        intervals = [c for c in cuts if isinstance(c, tuple)]
        return all(low <= high for low, high in intervals) and all(
            outer[0] <= inner[0] and inner[1] <= outer[1] for inner, outer in pairwise(intervals)
        )
    numbers = _numbers(cuts)
    if direction == "higher":
        return all(a > b for a, b in pairwise(numbers))
    return direction == "lower" and all(a < b for a, b in pairwise(numbers))


def _check_bodies(city: City, faults: Faults) -> None:
    file = f"{city.name}/bodies.yaml"
    owners: dict[str, str] = {}
    _check_names_of_bodies(city, file, faults)
    for body in city.bodies:
        for variable in (*body.owns, *body.supplies):
            if variable not in city.catalogue.variables:
                faults.add("body.variable", file, body.id, variable, "体系中的变量", "请改正变量名。")
        for variable in body.owns:
            if variable in owners:
                faults.add(
                    "body.owner",
                    file,
                    body.id,
                    variable,
                    "只有一家主报的变量",
                    f"{owners[variable]}也主报它，另一家请放到 supplies。",
                )
            owners[variable] = body.short
    if city.bodies:
        for variable in city.catalogue.variables:
            if variable not in owners:
                faults.add(
                    "body.nobody",
                    file,
                    "owns",
                    variable,
                    "一家主报单位",
                    "没有单位主报这个变量，请写到一家的 owns 中。",
                )


def _check_names_of_bodies(city: City, file: str, faults: Faults) -> None:
    dimensions = [d.zh for d in city.catalogue.dimensions]
    seen: dict[str, str] = {}
    for body in city.bodies:
        if body.id in seen:
            hint = f"{seen[body.id]}已用了这个 id，请给{body.short}另起一个。"
            faults.add("body.twice", file, "id", body.id, "各不相同的 id", hint)
        seen.setdefault(body.id, body.short)
        for lead in body.leads:
            if lead not in (WHOLE_REPORT, *dimensions):
                wanted = "、".join((WHOLE_REPORT, *dimensions))
                faults.add("body.leads", file, f"{body.id}.leads", lead, wanted, "请改为体系中的维度。")


def _check_questionnaire(city: City, faults: Faults) -> None:
    if city.questionnaire is None:
        return
    file = f"{city.name}/questionnaire.yaml"
    dimensions = [d.zh for d in city.catalogue.dimensions]
    for question in city.questionnaire.questions:
        if question.dimension not in dimensions:
            faults.add(
                "question.dimension",
                file,
                question.id,
                question.dimension,
                "、".join(dimensions) or NO_DIMENSIONS,
                "请改为体系中的维度。",
            )
        if question.scale not in city.questionnaire.scales:
            faults.add(
                "question.scale", file, question.id, question.scale, "scales 中的一种", "请先定义这种量表。"
            )
        for indicator in question.indicators:
            if indicator not in city.catalogue.indicators:
                faults.add(
                    "question.indicator", file, question.id, indicator, "体系中的指标", "请改正指标代码。"
                )
