"""Small OSM files, written by the tests that need them."""

import osmium
from osmium.osm.mutable import Node, Relation, Way


def write_pbf(path, nodes=(), ways=(), relations=()):
    """Write nodes (id, lon, lat, tags), ways (id, refs, tags) and relations (id, members, tags)."""
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path)) as writer:
        for ref, lon, lat, tags in nodes:
            writer.add_node(Node(id=ref, location=(lon, lat), tags=tags))
        for ref, refs, tags in ways:
            writer.add_way(Way(id=ref, nodes=refs, tags=tags))
        for ref, members, tags in relations:
            writer.add_relation(Relation(id=ref, members=members, tags=tags))
    return path


def square(first, x, y, side):
    """Give four nodes around a square, numbered from ``first``, and the ring that runs through them."""
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
    nodes = [(first + i, lon, lat, {}) for i, (lon, lat) in enumerate(corners)]
    return nodes, [first, first + 1, first + 2, first + 3, first]
