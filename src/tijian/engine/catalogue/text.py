"""Texts of a given form: dates, days of the year, codes of coordinate systems, identifiers."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

MONTH_DAY = r"^[0-9]{2}-[0-9]{2}$"
ISO_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
EPSG = r"^EPSG:[0-9]{4,6}$"
IDENTIFIER = r"^[A-Za-z_][A-Za-z0-9_]*$"
INDICATOR_ID = r"^[A-Z][A-Z0-9-]*$"
COMPUTATION = r"^[a-z_0-9]+@[0-9]+$"

# pattern → what was expected, in words
FORMS: dict[str, str] = {
    MONTH_DAY: "“月-日”，如 12-31",
    ISO_DATE: "“年-月-日”，如 2019-12-31",
    EPSG: "坐标系代码，如 EPSG:4547",
    IDENTIFIER: "由字母、数字和下划线组成、不以数字开头的名称",
    INDICATOR_ID: "以大写字母开头、由大写字母、数字和短横线组成的代码",
    COMPUTATION: "“函数名@版本”，如 road_density@1",
}
COMMON_YEAR = 2001


def _day_of_every_year(text: str) -> str:
    """Refuse a day that some or all years do not have."""
    try:
        date.fromisoformat(f"{COMMON_YEAR}-{text}")
    except ValueError:
        raise ValueError(
            "每年都有的一天，如 12-31|日历上没有这一天，请改正月和日（2 月写到 28 日）。"
        ) from None
    return text


def _day_that_exists(text: str) -> str:
    """Refuse a date that no calendar has."""
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("日历上有的一天，如 2019-12-31|日历上没有这一天，请改正年、月、日。") from None
    return text


MonthDay = Annotated[str, Field(pattern=MONTH_DAY), AfterValidator(_day_of_every_year)]
IsoDate = Annotated[str, Field(pattern=ISO_DATE), AfterValidator(_day_that_exists)]
EpsgCode = Annotated[str, Field(pattern=EPSG)]
