"""Colours of the pages: contrast by WCAG 2, and grades that stay apart for every eye and in grey.

Differences are measured in CAM02-UCS (Luo, Cui, Li 2006) on colours seen through the colour vision model of
Machado, Oliveira and Fernandes (2009) at full severity; the oracle is the table of the design, made with
another program.
"""

import math
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tijian.engine.report import tokens

WEB = Path(__file__).resolve().parents[2] / "src/tijian/shells/web/static/web"
CSS = (WEB / "tokens.css").read_text(encoding="utf-8")
SCREEN = CSS[: CSS.index("@media print")]
COLOURS = dict(re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6})", SCREEN))
GRADES = ("grade-a", "grade-b", "grade-c", "grade-d")
TEXT_PAIRS = [
    *((f"on-{grade}", grade) for grade in GRADES),
    *((ink, ground) for ink in ("ink-1", "ink-2", "ink-3") for ground in ("bg-surface", "bg-page", "bg-sunken", "bg-hover")),
    *((name, f"{name}-weak") for name in ("accent", "ok", "warn", "bad", "wait")),
    *((name, "bg-surface") for name in ("accent", "ok", "warn", "bad", "wait", "syn-ink", "grade-d-text")),
    *(("ink-on-dark", ground) for ground in ("accent", "accent-strong", "bad")),
    ("syn-ink", "syn-weak"), ("accent", "bg-page"), ("ink-1", "warn-weak"), ("ink-1", "bad-weak"), ("ink-2", "accent-weak"),
]  # fmt: skip
EDGE_PAIRS = [
    ("line-control", "bg-surface"),
    ("line-control", "bg-page"),
    ("focus", "bg-surface"),
    ("hatch-ink", "bg-surface"),
]
VISION = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "grey": [[0.2126, 0.7152, 0.0722]] * 3,
}  # fmt: skip
DESIGN = {  # 优–良, 良–中, 中–差 as the design measured them
    "normal": (17.2, 41.4, 43.4),
    "deuteranopia": (16.7, 37.6, 39.7),
    "protanopia": (14.4, 38.1, 44.1),
    "tritanopia": (18.0, 43.5, 39.6),
}
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
CAT02 = np.array([[0.7328, 0.4296, -0.1624], [-0.7036, 1.6975, 0.0061], [0.0030, 0.0136, 0.9834]])
HPE = np.array([[0.38971, 0.68898, -0.07868], [-0.22981, 1.18340, 0.04641], [0.0, 0.0, 1.0]])
WHITE = np.array([95.047, 100.0, 108.883])


def linear(colour):
    parts = np.array([int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    bright, dark = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def ucs(rgb):
    """Jab of CAM02-UCS under sRGB viewing conditions (average surround, 64 lux, grey of 20 %)."""
    adapting = 64 / math.pi / 5
    k = 1 / (5 * adapting + 1)
    level = 0.2 * k**4 * 5 * adapting + 0.1 * (1 - k**4) ** 2 * (5 * adapting) ** (1 / 3)
    n = 0.2
    nbb, z = 0.725 * n**-0.2, 1.48 + math.sqrt(n)
    adapted = 1 - math.exp((-adapting - 42) / 92) / 3.6
    gains = adapted * 100 / (CAT02 @ WHITE) + 1 - adapted

    def responses(xyz):
        cone = HPE @ np.linalg.solve(CAT02, gains * (CAT02 @ xyz))
        power = (level * np.abs(cone) / 100) ** 0.42
        return np.sign(cone) * 400 * power / (power + 27.13) + 0.1

    def achromatic(r):
        return (2 * r[0] + r[1] + r[2] / 20 - 0.305) * nbb

    r, white = responses(XYZ @ rgb * 100), responses(WHITE)
    a, b = r[0] - 12 * r[1] / 11 + r[2] / 11, (r[0] + r[1] - 2 * r[2]) / 9
    hue = math.atan2(b, a)
    lightness = 100 * (achromatic(r) / achromatic(white)) ** (0.69 * z)
    t = 50000 / 13 * nbb * (math.cos(hue + 2) + 3.8) / 4 * math.hypot(a, b) / (r[0] + r[1] + 21 * r[2] / 20)
    chroma = t**0.9 * math.sqrt(lightness / 100) * (1.64 - 0.29**n) ** 0.73
    colourful = math.log(1 + 0.0228 * chroma * level**0.25) / 0.0228
    return np.array(
        [1.7 * lightness / (1 + 0.007 * lightness), colourful * math.cos(hue), colourful * math.sin(hue)]
    )


def apart(vision):
    seen = [ucs(np.clip(np.array(VISION[vision]) @ linear(COLOURS[grade]), 0, 1)) for grade in GRADES]
    return tuple(float(np.linalg.norm(x - y)) for x, y in pairwise(seen))


@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_words_can_be_read(ink, ground):
    assert contrast(COLOURS[ink], COLOURS[ground]) >= 4.5


@pytest.mark.parametrize(("edge", "ground"), EDGE_PAIRS)
def test_edges_that_mean_something_can_be_seen(edge, ground):
    assert contrast(COLOURS[edge], COLOURS[ground]) >= 3


@pytest.mark.parametrize("vision", VISION)
def test_neighbouring_grades_stay_apart(vision):
    assert min(apart(vision)) >= 12


@pytest.mark.parametrize("vision", DESIGN)
def test_the_measure_agrees_with_the_table_of_the_design(vision):
    assert apart(vision) == pytest.approx(DESIGN[vision], abs=0.6)


def test_grades_grow_darker_from_best_to_worst():
    bright = [float(linear(COLOURS[grade]) @ [0.2126, 0.7152, 0.0722]) for grade in GRADES]
    assert bright == sorted(bright, reverse=True)


def test_pages_and_reports_have_the_same_grades():
    assert [tokens.GRADE_FILL[g] for g in "优良中差"] == [COLOURS[grade] for grade in GRADES]
    assert [tokens.GRADE_INK[g] for g in "优良中差"] == [COLOURS[f"on-{grade}"] for grade in GRADES]
    assert (
        COLOURS["accent"],
        COLOURS["syn-ink"],
        COLOURS["hatch-ink"],
    ) == (tokens.ACCENT, tokens.SYNTHETIC, tokens.HATCH_INK)


@pytest.mark.parametrize("file", sorted(WEB.rglob("*.css")), ids=lambda p: p.name)
def test_raw_colours_stand_in_one_file_and_nothing_is_fetched_from_elsewhere(file):
    text = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert "data:" not in text
    assert "://" not in text
    assert "@import" not in text
    if file.name != "tokens.css":
        assert re.findall(r"#[0-9A-Fa-f]{3,8}\b(?=[;\s,)])|\brgba?\(|\bhsla?\(", text) == []


@pytest.mark.parametrize("file", sorted(WEB.rglob("*.css")), ids=lambda p: p.name)
def test_every_variable_and_file_named_is_there(file):
    text = file.read_text(encoding="utf-8")
    assert set(re.findall(r"var\(--([\w-]+)", text)) <= set(re.findall(r"--([\w-]+):", CSS + text))
    for address in re.findall(r'url\("?([^")]+)', text):
        assert (file.parent / address).is_file(), address
