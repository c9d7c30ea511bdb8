"""数据资源: what is listed is what the round computes from, and what is given out is what was registered."""

import csv
import io

import geopandas
import pytest
from filling import ROUND


@pytest.fixture
def seen(place):
    from tijian.office.register.models import Round
    from tijian.shells.web.pages.seen import Seen

    return Seen(Round.objects.get(name=ROUND))


def get(visitors, path, account="lingdao", status=200):
    answer = visitors.client(account).get(path)
    assert answer.status_code == status, answer.content.decode()[-500:]
    return answer


def test_every_declared_layer_is_listed_with_what_uses_it(seen, visitors):
    page = get(visitors, seen.url("datasets")).content.decode()
    for name, doc in seen.city.doc.layers.items():
        assert doc.zh in page
        assert seen.url("dataset", layer=name, year=seen.which.year) in page
    for program in seen.opened.programs.values():
        if program.computation is not None and set(program.computation.needs) & set(seen.city.doc.layers):
            assert program.indicator.name.zh in page


def test_one_layer_shows_its_hash_its_fields_and_who_registered_it(seen, visitors):
    from tijian.office.register.models import Dataset

    page = get(visitors, seen.url("dataset", layer="roads", year=2024)).content.decode()
    stored = Dataset.objects.filter(layer="roads", period="2024").latest("id")
    assert stored.sha256 in page
    assert stored.provider in page
    layer = seen.opened.layers.layer("roads", 2024)
    assert f"{len(layer)} 个要素" in page
    assert all(name in page for name in layer.fields)
    assert "<svg" in page


@pytest.mark.parametrize("kind", ["gpkg", "parquet", "csv"])
def test_each_download_holds_every_feature(seen, visitors, tmp_path, kind):
    answer = get(visitors, seen.url("dataset_file", layer="roads", year=2024, kind=kind))
    assert f"roads-2024.{kind}" in answer.headers["Content-Disposition"]
    count = len(seen.opened.layers.layer("roads", 2024))
    if kind == "csv":
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert len(rows) == count
        assert rows[0]["wkt"].startswith("LINESTRING")
        return
    (tmp_path / f"a.{kind}").write_bytes(answer.content)
    read = geopandas.read_file if kind == "gpkg" else geopandas.read_parquet
    back = read(tmp_path / f"a.{kind}")
    assert len(back) == count
    assert back.crs.to_epsg() == 4490


def test_what_is_not_there_is_not_found(seen, visitors):
    for path in (
        seen.url("dataset", layer="nothing", year=2024),
        seen.url("dataset", layer="roads", year=1999),
        seen.url("dataset_file", layer="roads", year=2024, kind="exe"),
    ):
        get(visitors, path, status=404)
