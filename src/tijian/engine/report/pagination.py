"""Which page a heading stands on, read from the finished PDF: asking typst would set the document twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

_OBJECT: Final = re.compile(rb"^(\d+) 0 obj\n(.*?)\nendobj", re.MULTILINE | re.DOTALL)
_REFERENCE: Final = rb"(\d+) 0 R"
_DESTINATION: Final = re.compile(rb"/Dest ?(?:\[ ?)?" + _REFERENCE)

Objects = Mapping[int, bytes]


def heading_pages(pdf: bytes) -> tuple[int, ...]:
    """List the pages of all headings in reading order, first page 1.

    Reads the outline of a PDF by ``pdf.render``, which typst writes uncompressed.

    Returns:
        One page a heading; empty if the file holds no outline in that form.
    """
    objects = {int(match[1]): match[2] for match in _OBJECT.finditer(pdf)}
    catalog = next((body for body in objects.values() if b"/Type/Catalog" in body), b"")
    root, tree = _link(catalog, b"Outlines"), _link(catalog, b"Pages")
    if root is None or tree is None:
        return ()
    pages = {number: place for place, number in enumerate(_leaves(objects, tree), 1)}
    found: list[int] = []
    for item in _items(objects, root):
        page = _page(objects, item)
        if page not in pages:
            return ()
        found.append(pages[page])
    return tuple(found)


def _link(body: bytes, name: bytes) -> int | None:
    match = re.search(rb"/" + name + rb" " + _REFERENCE, body)
    return int(match[1]) if match else None


def _leaves(objects: Objects, number: int) -> Iterator[int]:
    """Walk the tree of pages in order."""
    body = objects.get(number, b"")
    kids = re.search(rb"/Kids ?\[(.*?)\]", body, re.DOTALL)
    if kids is None:
        yield number
        return
    for kid in re.finditer(_REFERENCE, kids[1]):
        yield from _leaves(objects, int(kid[1]))


def _items(objects: Objects, parent: int) -> Iterator[bytes]:
    """Walk the outline in reading order."""
    number = _link(objects.get(parent, b""), b"First")
    while number is not None:
        body = objects.get(number, b"")
        yield body
        yield from _items(objects, number)
        number = _link(body, b"Next")


def _page(objects: Objects, item: bytes) -> int:
    """Follow the destination of an outline item, direct or by reference, to the number of its page."""
    match = _DESTINATION.search(item)
    if match is None:
        return -1
    target = objects.get(int(match[1]), b"")
    place = re.match(rb"\[ ?" + _REFERENCE, target)
    return int(place[1]) if place else int(match[1])
