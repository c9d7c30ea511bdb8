"""One text for one meaning."""

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tijian.engine.kernel.canonical import BLOCK, canonical, sha256, sha256_file

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def turned(document):
    """Give the same document with every mapping written backwards."""
    if isinstance(document, dict):
        return {key: turned(document[key]) for key in reversed(document)}
    if isinstance(document, list):
        return [turned(item) for item in document]
    return document


@settings(derandomize=True, deadline=None, max_examples=120)
@given(PLAIN)
def test_the_order_of_keys_does_not_matter(document):
    data = canonical(document)
    assert canonical(turned(document)) == data
    assert json.loads(data) == document


def test_the_form_is_fixed():
    assert (
        canonical({"b": [1, 2.5, None], "a": {"中": True}}) == '{"a":{"中":true},"b":[1,2.5,null]}'.encode()
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [([1, 2], [2, 1]), ({"a": 1}, {"a": 1.5}), ({"a": 1}, {"b": 1}), ("1", 1), (None, ""), ([], {})],
)
def test_another_meaning_is_another_text(one, other):
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_has_no_place_in_a_document(number):
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"a": [number]})


def test_hashes_are_those_of_the_standard_library():
    assert sha256(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sha256("沈阳".encode()) == hashlib.sha256("沈阳".encode()).hexdigest()


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1])
def test_a_file_is_hashed_whole(tmp_path, size):
    data = bytes(i % 251 for i in range(1000)) * (size // 1000 + 1)
    path = tmp_path / "a.bin"
    path.write_bytes(data[:size])
    assert sha256_file(path) == hashlib.sha256(data[:size]).hexdigest()
