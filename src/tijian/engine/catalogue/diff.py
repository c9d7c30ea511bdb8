"""What changed between two states of an indicator system, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from tijian.engine.catalogue.systems import Catalogue

Kind = Literal["新增", "删去", "修改"]
Part = Literal["体系", "指标", "变量", "用例"]

FIELDS = {
    "title": "名称", "year": "年份", "issuer": "发布单位", "document": "文件", "origin": "层级", "status": "状态",
    "mark": "标记", "extends": "基于", "dimensions": "维度", "sections": "小节", "revision": "定义修订",
    "name": "名称", "dimension": "维度", "section": "小节", "meaning": "含义", "concepts": "发展理念",
    "kind": "性质", "unit": "单位", "decimals": "小数位", "direction": "方向", "scales": "级别",
    "period": "期间", "methods": "取数方式", "secrecy": "保密", "inputs": "输入", "formula": "公式",
    "compute": "计算函数", "aggregate": "汇总", "zero_denominator": "分母为零", "min_coverage": "最低覆盖",
    "checks": "校核", "materials": "佐证材料", "links": "与其他体系的关系", "references": "参考文件",
    "note": "说明", "provenance": "出处", "zh": "名称", "range": "范围", "levels": "填报级别", "whole": "整数",
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One thing that is other than before.

    Attributes:
        part: What it belongs to.
        item: Id of the indicator or variable; empty for the system itself.
        name: Its name in Chinese.
        kind: Added, taken away or changed.
        field: Which field, in Chinese; empty where the whole thing was added or taken away.
        before, after: What stood there, as text; empty for nothing.
    """

    part: Part
    item: str
    name: str
    kind: Kind
    field: str = ""
    before: str = ""
    after: str = ""


def diff(before: Catalogue, after: Catalogue) -> tuple[Difference, ...]:
    """Compare two states of the same systems; what is equal is not named."""
    return (
        *_heads(before, after),
        *_mappings("指标", before.indicators, after.indicators, _indicator_name),
        *_mappings("变量", before.variables, after.variables, _variable_name),
        *_cases(before, after),
    )


def _heads(before: Catalogue, after: Catalogue) -> Iterator[Difference]:
    old = {s.id: s for s in before.systems}
    for system in after.systems:
        if system.id in old:
            yield from _fields("体系", "", system.title.zh, old[system.id], system)


def _mappings(
    part: Part, before: Mapping[str, BaseModel], after: Mapping[str, BaseModel], name: Any
) -> Iterator[Difference]:
    for key in dict.fromkeys([*before, *after]):
        if key not in after:
            yield Difference(part, key, name(before[key]), "删去")
        elif key not in before:
            yield Difference(part, key, name(after[key]), "新增")
        else:
            yield from _fields(part, key, name(after[key]), before[key], after[key])


def _indicator_name(document: Any) -> str:
    return str(document.name.zh)


def _variable_name(document: Any) -> str:
    return str(document.zh)


def _cases(before: Catalogue, after: Catalogue) -> Iterator[Difference]:
    for key in after.indicators:
        old, new = before.cases.get(key, ()), after.cases.get(key, ())
        if key in before.indicators and old != new:
            words = f"{len(old)} 个", f"{len(new)} 个"
            yield Difference("用例", key, after.indicators[key].name.zh, "修改", "用例", *words)


def _fields(part: Part, item: str, name: str, before: BaseModel, after: BaseModel) -> Iterator[Difference]:
    old, new = (d.model_dump(mode="json", by_alias=True) for d in (before, after))
    for field in dict.fromkeys([*old, *new]):
        if old.get(field) != new.get(field):
            said = FIELDS.get(field, field)
            yield Difference(part, item, name, "修改", said, _text(old.get(field)), _text(new.get(field)))


def _text(value: object) -> str:
    if value is None or value in ("", [], {}):
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
