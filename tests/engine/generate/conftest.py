"""Generated cities: the shipped one with and without its story, and a toy of another shape."""

import csv
import json
import shutil
from pathlib import Path

import geopandas
import pyarrow.parquet
import pytest
import shapely
import yaml

from tijian.engine.catalogue.loading import load_city
from tijian.engine.compute.program import compile_catalogue
from tijian.engine.exam.generate import generate, story_of
from tijian.engine.exam.inputs import read_inputs
from tijian.engine.kernel.shipped import shipped

SEED = 20190619


class Plain(yaml.SafeDumper):
    def ignore_aliases(self, _data):
        return True


@pytest.fixture(scope="session")
def template():
    return load_city(shipped("cities", "shenyang"))


@pytest.fixture(scope="session")
def story(template):
    return story_of(template)


@pytest.fixture(scope="session")
def sick(template, story, tmp_path_factory):
    """The city with its story."""
    out = tmp_path_factory.mktemp("story") / "city"
    generate(template, SEED, out, story)
    return out


@pytest.fixture(scope="session")
def twin(template, tmp_path_factory):
    """The same seed without a story."""
    out = tmp_path_factory.mktemp("twin") / "city"
    generate(template, SEED, out)
    return out


@pytest.fixture(scope="session")
def table():
    """Read a generated table: (name, area, period) → row, each key once."""

    def read(folder, name="variables"):
        with (folder / "inputs" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        first = next(iter(rows[0]))
        found = {(r[first], r["area"], int(r["period"])): r for r in rows}
        assert len(found) == len(rows)
        return found

    return read


@pytest.fixture(scope="session")
def inputs_of():
    """Read a generated folder as the examination does."""

    def read(folder):
        city = load_city(folder)
        return read_inputs(city, compile_catalogue(city.catalogue))

    return read


@pytest.fixture(scope="session")
def layer():
    """Read a generated layer without our reader."""

    def read(folder, name, year, crs):
        arrow = pyarrow.parquet.read_table(folder / "inputs" / "layers" / f"{name}-{year}.parquet")
        fields = {n: arrow.column(n).to_pylist() for n in arrow.column_names if n != "geometry"}
        geometry = shapely.from_wkb(arrow.column("geometry").to_pylist())
        return geopandas.GeoDataFrame(fields, geometry=geometry, crs="EPSG:4490").to_crs(crs)

    return read


@pytest.fixture(scope="session")
def tree():
    """All files of a folder with their bytes."""

    def read(folder):
        return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}

    return read


# ── the toy: two districts with 街道 below, no area types, another projection ──

VARIABLES = {
    "people": {"zh": "人口", "unit": "万人", "aggregate": "sum", "decimals": 2},
    "served": {"zh": "受益人口", "unit": "万人", "aggregate": "sum", "decimals": 2},
    "homes": {"zh": "户数", "unit": "户", "aggregate": "sum", "decimals": 0, "whole": True},
    "clear_days": {"zh": "晴天", "unit": "天", "aggregate": "own", "decimals": 0, "whole": True},
    "income": {"zh": "收入", "unit": "亿元", "aggregate": "own", "decimals": 1, "levels": ["city"]},
    "beds": {"zh": "床位", "unit": "张", "aggregate": "sum", "decimals": 0, "levels": ["district"]},
    "road_length": {"zh": "道路中心线长度", "unit": "km", "aggregate": "sum", "decimals": 1},
    "built_area": {"zh": "建成区面积", "unit": "km2", "aggregate": "sum", "decimals": 2},
}
SETTINGS = {
    "people": {"base": [0, 0, 10, 20, 30, 40], "trend_pct": 10, "year_factor": {2022: 0.5}},
    "served": {"of": "people", "ratio": 0.8, "step": 0.15, "cap": 1},
    "homes": {"of": "people", "times": {"base": 1000, "trend_pct": -10}},
    "clear_days": {"base": [200, 210, 1, 2, 3, 4], "follow": {2020: 250, 2021: 260, 2022: 255}, "city": 230},
    "income": {"city": 100, "year_index": {2020: 0.9, 2021: 1, 2022: 1.25}, "extra_years": []},
    "beds": {"table": {y: [y, 2, 0, 0, 0, 0] for y in (2020, 2021, 2022)}},
    "road_length": {"of": "built_area", "ratio": 6, "noise_pct": 1},
    "built_area": {"base": [0, 0, 12, 12, 12, 12], "trend_pct": 2, "noise_pct": 1},
}
CODES = ("D1", "D2", "S1", "S2", "S3", "S4")


def _write(path, document):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.dump(document, Dumper=Plain, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _variable(definition):
    return {"kind": "存量", "period": "calendar_year"} | definition


def _indicator():
    return {
        "id": "A1",
        "revision": 1,
        "name": {"zh": "受益率"},
        "dimension": "生活",
        "meaning": "受益人口占比",
        "concepts": ["共享"],
        "kind": "导向",
        "unit": "%",
        "decimals": 1,
        "direction": "higher",
        "scales": ["city", "district", "street"],
        "period": {"type": "calendar_year"},
        "methods": ["部门提报"],
        "secrecy": "公开",
        "inputs": {"served": {"unit": "万人", "zh": "受益的人"}, "people": {"unit": "万人", "zh": "人口"}},
        "formula": "served / people",
        "aggregate": {"numerator": "served", "denominator": "people"},
        "checks": {"min": 0, "max": 100, "jump": {"abs": 5}, "worsen2": {"abs": 2}},
    }


def _criterion():
    version = {"version": 1, "from": 2020, "levels": {"district": {"judge": "none", "reason": "示例"}}}
    return {"kind": "示例", "certainty": "示例/待核", "basis": "示例", "versions": [version]}


def _documents(folder, *, with_layers):
    city = {
        "city": {"code": "C", "zh": "样城"},
        "area_set": {"id": "all", "zh": "全部"},
        "systems": ["toy-1"],
        "levels": [
            {"id": "city", "zh": "全市"},
            {"id": "district", "zh": "区"},
            {"id": "street", "zh": "街道"},
        ],
        "years": {"first": 2021, "last": 2022, "lookback": 2020},
        "crs": {"projected": "EPSG:32650"},
    }
    if with_layers:
        source = {
            "zh": "图层",
            "provider": "测试",
            "captured": "{period}-12-31",
            "crs": "EPSG:4490",
            "licence": "",
        }
        city["boundary"] = {"file": "b.geojson", "key": "id", "valid_from": "2020-01-01", "source": "测试"}
        city["layers"] = {
            name: {"file": f"inputs/layers/{name}-{{period}}.parquet", "kind": kind} | source
            for name, kind in (("roads", "lines"), ("built_area", "polygons"))
        }
    _write(folder / "city.yaml", city)
    parents = {"D1": "C", "D2": "C", "S1": "D1", "S2": "D1", "S3": "D2", "S4": "D2"}
    areas = [
        {"code": c, "zh": c, "short": c, "level": "district" if p == "C" else "street", "parent": p}
        for c, p in parents.items()
    ]
    _write(folder / "areas.yaml", {"areas": areas})
    _write(folder / "reports.yaml", {"issuer": "", "title": "", "dates": {}, "secrecy": "内部"})
    shutil.copyfile(shipped("cities", "shenyang") / "rules.yaml", folder / "rules.yaml")
    _write(folder / "criteria" / "all.yaml", {"A1": _criterion()})


def _system(folder, variables):
    head = {
        "id": "toy-1",
        "title": {"zh": "样例"},
        "year": 2021,
        "issuer": "",
        "document": "",
        "origin": "市",
        "status": "draft",
        "mark": "示例",
        "dimensions": [{"id": "L", "zh": "生活", "short": "生活"}],
    }
    _write(folder / "system.yaml", head)
    _write(folder / "variables.yaml", {name: _variable(d) for name, d in variables.items()})
    _write(folder / "indicators" / "A1.yaml", _indicator())


def _squares(path):
    """Four 街道 of 6 km × 6 km around 117° E, 36° N, as longitude and latitude."""
    features = []
    for code, (i, j) in {"S1": (-1, -1), "S2": (0, -1), "S3": (-1, 0), "S4": (0, 0)}.items():
        box = shapely.box(117 + 0.066 * i, 36 + 0.054 * j, 117 + 0.066 * (i + 1), 36 + 0.054 * (j + 1))
        geometry = json.loads(shapely.to_geojson(box))
        features.append({"type": "Feature", "properties": {"id": code}, "geometry": geometry})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


@pytest.fixture
def make_toy(tmp_path):
    """Write a toy city; settings and variables can be changed, and it can have layers."""

    def make(name="toy", settings=None, variables=None, *, with_layers=False, **top) -> Path:
        folder = tmp_path / name
        _documents(folder, with_layers=with_layers)
        _system(folder / "catalogues" / "toy-1", VARIABLES | (variables or {}))
        document = {"order": list(CODES), "base_year": 2021, "variables": SETTINGS | (settings or {})}
        if with_layers:
            document["layers"] = {"centre": [117.0, 36.0], "difference_pct": 1.0}
            _squares(folder / "b.geojson")
        _write(folder / "generator.yaml", document | top)
        return folder

    return make


@pytest.fixture
def write_yaml():
    return _write
