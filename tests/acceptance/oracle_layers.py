"""What the layers of a city come to, by geopandas: overlays, buffers and spatial joins of whole layers.

Written from the definitions, apart from the product's kernels; district figures only, the city is their sum.
"""

import warnings
from collections import defaultdict
from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely

# Units of numerator and denominator of each function that the generated city has layers for.
MEASURED = {
    "road_density@1": ("km", "km2"),
    "development_intensity@1": ("km2", "km2"),
    "built_population_density@1": ("人", "km2"),
    "blue_green_share@1": ("km2", "km2"),
    "park_coverage@1": ("ha", "ha"),
    "historic_density@1": ("处", "km2"),
    "waterlogging_density@1": ("个", "km2"),
    "hospital_coverage@1": ("ha", "ha"),
    "elderly_communities@1": ("个", "个"),
    "convenient_communities@1": ("个", "个"),
    "sports_per_person@1": ("m2", "人"),
    "shelter_per_person@1": ("m2", "人"),
    "peak_speed@1": ("km", "h"),
    "commute_time@1": ("人·min", "人"),
    "transit_share@1": ("人次/d", "人次/d"),
    "spaces_per_vehicle@1": ("个", "辆"),
    "spaces_per_household@1": ("个", "户"),
}
KM2, HA = 1e6, 1e4
ARC = 32  # segments of a quarter circle, as the definition of a drawn disc says


class Layered:
    """The layers of one city and year, cut by district."""

    def __init__(self, city, folder, parts, year):
        self.city, self.folder, self.parts, self.year = city, folder, parts, year
        self.crs = city["crs"]["projected"]
        key = city["boundary"]["key"]
        outlines = gpd.read_file(folder / city["boundary"]["file"]).to_crs(self.crs)
        outlines = outlines.assign(code=outlines[key].astype(str))[["code", "geometry"]]
        self.outlines = outlines[outlines["code"].isin(parts)]
        self.built = self.cut(self.read("built_area").dissolve()[["geometry"]], self.outlines)

    def read(self, name):
        place = self.folder / self.city["layers"][name]["file"].replace("{period}", str(self.year))
        return gpd.read_parquet(place).to_crs(self.crs)

    def cut(self, layer, zones):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # touching outlines leave points and lines: no area
            return gpd.overlay(layer[["geometry"]], zones, how="intersection", keep_geom_type=True)

    def by_code(self, numbers, codes):
        return numbers.groupby(codes).sum().reindex(self.parts).fillna(0.0)

    def area(self, pieces):
        """Area by district, overlaps once."""
        whole = pieces.dissolve("code") if len(pieces) else pieces.set_index("code")
        return whole.area.reindex(self.parts).fillna(0.0)

    def points(self, name, zones):
        """Features of a layer with the district in which they, or their centres, lie."""
        layer = self.read(name)
        layer["geometry"] = layer.geometry.centroid
        return gpd.sjoin(layer, zones[["code", "geometry"]], predicate="within")

    def within(self, land, facilities, radius):
        """Land of each district, and the part of it within a radius of facilities, hectares."""
        own = self.cut(self.read(land), self.built)
        discs = gpd.GeoDataFrame(geometry=facilities.buffer(radius, quad_segs=ARC), crs=self.crs)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            served = gpd.overlay(
                own.dissolve("code").reset_index(), discs.dissolve(), how="intersection", keep_geom_type=True
            )
        return self.area(served) / HA, self.area(own) / HA


def measured(city, folder, parts, year):
    """Give numerator and denominator of every function, by district."""
    seen = Layered(city, folder, parts, year)
    built = seen.area(seen.built) / KM2
    lines = seen.cut(seen.read("roads"), seen.built)
    people = seen.points("population", seen.outlines)
    everyone = seen.by_code(people["people"], people["code"])
    in_built = seen.points("population", seen.built)
    return {
        "road_density@1": (seen.by_code(lines.length, lines["code"]) / 1e3, built),
        "development_intensity@1": (built, seen.area(seen.outlines) / KM2),
        "built_population_density@1": (seen.by_code(in_built["people"], in_built["code"]), built),
        "blue_green_share@1": (blue_green(seen) / KM2, built),
        "park_coverage@1": parks(seen),
        "historic_density@1": (count(seen, "historic_buildings", seen.built), built),
        "waterlogging_density@1": (count(seen, "waterlogging", seen.built), built),
        "hospital_coverage@1": seen.within("construction_land", seen.read("hospitals"), 4000.0),
        "elderly_communities@1": elderly(seen),
        "convenient_communities@1": convenient(seen),
        "sports_per_person@1": (amount(seen, "sports_grounds"), everyone),
        "shelter_per_person@1": (amount(seen, "shelters"), everyone),
        "peak_speed@1": (
            amount(seen, "road_speeds", "length") / 1e3,
            amount(seen, "road_speeds", "seconds") / 3600,
        ),
        "commute_time@1": minutes(seen),
        "transit_share@1": (amount(seen, "trips", "transit"), amount(seen, "trips", "motorised")),
        "spaces_per_vehicle@1": (amount(seen, "parking", "spaces"), amount(seen, "vehicles", "vehicles")),
        "spaces_per_household@1": (amount(seen, "estates", "spaces"), amount(seen, "estates", "households")),
    }


def count(seen, name, zones):
    found = seen.points(name, zones)
    return seen.by_code(found["code"].eq(found["code"]).astype(float), found["code"])


def amount(seen, name, column="area"):
    found = seen.points(name, seen.outlines)
    return seen.by_code(found[column], found["code"])


def minutes(seen):
    found = seen.points("commutes", seen.outlines)
    return (
        seen.by_code(found["minutes"] * found["persons"], found["code"]),
        seen.by_code(found["persons"], found["code"]),
    )


def blue_green(seen):
    both = gpd.GeoDataFrame(
        geometry=[*seen.read("water").geometry, *seen.read("green").geometry], crs=seen.crs
    )
    return seen.area(seen.cut(both, seen.built))


def parks(seen):
    layer = seen.read("parks")
    radius = layer.area.ge(5000.0) * 500.0 + (layer.area.ge(2000.0) & layer.area.lt(5000.0)) * 300.0
    return seen.within("residential", layer[radius > 0], radius[radius > 0])


def elderly(seen):
    centres = seen.points("communities", seen.outlines)
    near = gpd.sjoin_nearest(
        centres[["code", "geometry"]], seen.read("elderly_care")[["geometry"]], distance_col="away"
    )
    away = near.groupby(level=0)["away"].min()
    served = away.le(500.0).reindex(centres.index).fillna(value=False).astype(float)
    return seen.by_code(served, centres["code"]), seen.by_code(served * 0 + 1, centres["code"])


class Streets:
    """The walking network in networkx: pieces between vertices, places on their nearest piece."""

    def __init__(self, lines):
        self.ends = [
            (tuple(a), tuple(b))
            for line in lines
            for a, b in pairwise(shapely.get_coordinates(line).tolist())
            if a != b
        ]
        self.pieces = np.array([shapely.LineString(pair) for pair in self.ends])
        self.tree = shapely.STRtree(self.pieces)
        self.graph = nx.Graph()
        for (a, b), piece in zip(self.ends, self.pieces, strict=True):
            self.graph.add_edge(
                a, b, weight=min(piece.length, self.graph.get_edge_data(a, b, {"weight": np.inf})["weight"])
            )

    def places(self, points):
        """(piece, metres along, metres beside) of each point; None beyond 500 m."""
        which = self.tree.nearest(points)
        beside = shapely.distance(points, self.pieces[which])
        along = shapely.line_locate_point(self.pieces[which], points)
        rows = zip(which.tolist(), along.tolist(), beside.tolist(), strict=True)
        return [row if row[2] <= 500.0 else None for row in rows]

    def reached(self, origins, facilities, limit):
        """Tell which origins come to a facility within a distance."""
        graph, on_piece = self.graph, defaultdict(list)
        for place in facilities:
            if place is None:
                continue
            piece, along, beside = place
            on_piece[piece].append((along, beside))
            rest = self.pieces[piece].length - along
            for node, cost in zip(self.ends[piece], (beside + along, beside + rest), strict=True):
                known = graph.get_edge_data("facility", node, {"weight": np.inf})["weight"]
                graph.add_edge("facility", node, weight=min(cost, known))
        cost = nx.single_source_dijkstra_path_length(graph, "facility", cutoff=limit)
        graph.remove_node("facility")
        return [place is not None and self.cost(place, cost, on_piece) <= limit for place in origins]

    def cost(self, place, cost, on_piece):
        piece, along, beside = place
        a, b = self.ends[piece]
        rest = self.pieces[piece].length - along
        ways = [cost.get(a, np.inf) + along, cost.get(b, np.inf) + rest]
        ways += [abs(along - t) + d for t, d in on_piece[piece]]
        return beside + min(ways)


def convenient(seen):
    areas, people, shops = seen.read("communities"), seen.read("population"), seen.read("convenience")
    inside = gpd.sjoin(people, areas[["geometry"]], predicate="within")
    weight = inside["people"].groupby(inside["index_right"]).sum()
    x, y = (
        (inside["people"] * axis).groupby(inside["index_right"]).sum() / weight
        for axis in (inside.geometry.x, inside.geometry.y)
    )
    middle = areas.geometry.centroid
    middle.loc[x.index] = gpd.points_from_xy(x, y, crs=seen.crs)
    centres = gpd.GeoDataFrame(geometry=middle, crs=seen.crs)
    centres = gpd.sjoin(centres, seen.outlines[["code", "geometry"]], predicate="within")
    streets = Streets(seen.read("walk_ways").geometry)
    origins = streets.places(np.array(centres.geometry))
    served = np.ones(len(centres), dtype=bool)
    for kind in ("菜市场", "超市", "药店", "快递", "理发", "早餐"):
        own = shops[shops["type"].eq(kind)]
        served &= np.array(streets.reached(origins, streets.places(np.array(own.geometry)), 800.0))
    codes = centres["code"].reset_index(drop=True)
    flags = codes.eq(codes).astype(float)
    return seen.by_code(flags * served, codes), seen.by_code(flags, codes)
