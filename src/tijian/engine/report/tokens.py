"""Every raw colour and size that charts and documents use; the values of the design's ``tokens.css``."""

from __future__ import annotations

from typing import Final, Literal

GradeWord = Literal["优", "良", "中", "差", "合格", "不合格", "不评级", "无数据", "不适用"]
Tone = Literal["soft", "muted", "bad", "accent", "synthetic", "warn"]
Hatch = Literal["none", "missing", "synthetic"]

# ink, from strong to weak
INK: Final = "#14181C"
INK_SOFT: Final = "#414A54"
INK_MUTED: Final = "#5F6975"
WHITE: Final = "#FFFFFF"

# surfaces and lines
PAGE: Final = "#F5F6F8"
SUNKEN: Final = "#EDEFF2"
LINE_1: Final = "#DDE1E6"
LINE_2: Final = "#C3CAD2"
LINE_CONTROL: Final = "#7D8793"

ACCENT: Final = "#1B4F8F"
WARN: Final = "#7A4B00"
BAD: Final = "#A3181D"
SYNTHETIC: Final = "#6B4FA0"
SYNTHETIC_WEAK: Final = "#F3F0F9"
HATCH_INK: Final = "#7D8793"

# charts
CHART_GRID: Final = "#E4E7EB"
CHART_AXIS: Final = "#7D8793"
CHART_REST: Final = "#A9B2BC"
CHART_BAR: Final = "#6F7C8A"
MAP_EDGE: Final = "#5F6975"

# grades: lightness falls 优→差. 合格 borrows the quietest fill and 不合格 the loudest
GRADE_FILL: Final[dict[str, str]] = {
    "优": "#E2F2F4",
    "良": "#9ACBD8",
    "中": "#D4933A",
    "差": "#7A1C14",
    "合格": "#E2F2F4",
    "不合格": "#7A1C14",
}
GRADE_INK: Final[dict[str, str]] = {
    grade: WHITE if grade in {"差", "不合格"} else INK for grade in GRADE_FILL
}
GRADE_EDGE: Final = "#8A95A1"
PALE: Final = frozenset({"优", "合格"})  # need the edge where they touch white
WORST: Final = "#7A1C14"

# what a cell says when there is no grade, and the hatch behind it
GRADE_LABEL: Final[dict[str, str]] = {"不评级": "不评", "无数据": "缺", "不适用": "不适用"}
GRADE_HATCH: Final[dict[str, Hatch]] = {"不评级": "none", "无数据": "missing"}
SCALE: Final = ("优", "良", "中", "差")

TONES: Final[dict[Tone, str]] = {
    "soft": INK_SOFT,
    "muted": INK_MUTED,
    "bad": WORST,
    "accent": ACCENT,
    "synthetic": SYNTHETIC,
    "warn": WARN,
}

# A4 after GB/T 9704-2012: type area 156 × 225 mm, 37 mm above, 28 mm left. Millimetres
PAGE_WIDTH: Final = 210.0
PAGE_HEIGHT: Final = 297.0
MARGIN_TOP: Final = 37.0
MARGIN_BOTTOM: Final = 35.0
MARGIN_LEFT: Final = 28.0
MARGIN_RIGHT: Final = 26.0
TYPE_WIDTH: Final = 156.0
TYPE_HEIGHT: Final = 225.0
POINTS_PER_MM: Final = 72 / 25.4

# type sizes of documents, points
BODY: Final = 11.0
TABLE: Final = 9.0
TABLE_SMALL: Final = 8.0
TABLE_HEAD: Final = 8.5
CAPTION: Final = 9.5
SOURCE: Final = 8.5
HEADING: Final = (18.0, 13.0, 11.0)

FAMILY: Final = "Source Han Sans"
# a page may not have the report's fonts: the web faces of the same design follow
FAMILIES: Final = "Source Han Sans, Source Han Sans SC, Noto Sans SC Variable, Noto Sans SC, sans-serif"
