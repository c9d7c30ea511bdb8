"""Layers for the tests of sources."""

import geopandas
import pytest
import shapely


@pytest.fixture(scope="session")
def features():
    """Geometries of every kind we exchange, with Chinese names and missing fields."""
    geometry = [
        shapely.LineString([(123.4, 41.8), (123.5, 41.85), (123.512345678901, 41.8)]),
        shapely.MultiLineString([[(123.4, 41.8), (123.5, 41.8)], [(123.6, 41.8), (123.6, 41.9)]]),
        shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (1, 2), (2, 2), (2, 1)]]),
        shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3.0000000001)]),
        shapely.Point(123.43, 41.8),
    ]
    fields = {
        "名称": ["青年大街", "", None, "浑南“新区”", "a,b"],
        "lanes": [6, 4, 2, 0, -1],
        "width": [31.5, None, 0.1, 1e-9, 1e12],
    }
    return geometry, fields


@pytest.fixture(scope="session")
def frame(features):
    geometry, fields = features
    return geopandas.GeoDataFrame(fields, geometry=geometry, crs="EPSG:4490")
