"""Bytes flipped at random: either it is read or it is refused, never a fault of the program."""

from pathlib import Path

import pytest
from breakages import ADOPTED, BOUNDARY, VARIABLES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

BYTE = st.one_of(st.integers(32, 126), st.sampled_from(b',\n"-.0123456789'), st.integers(0, 255))
FLIPS = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), BYTE), min_size=1, max_size=3)


@pytest.mark.parametrize("name", [VARIABLES, ADOPTED, BOUNDARY])
@settings(
    max_examples=40,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(flips=FLIPS)
def test_flipped_bytes_never_break_the_program(name, flips, copy, exam, tmp_path):
    folder = tmp_path / "toy"
    if not folder.exists():
        copy()
    path: Path = folder / name
    good = path.read_bytes()
    data = bytearray(good)
    for place, byte in flips:
        data[int(place * len(data))] = byte
    try:
        path.write_bytes(data)
        answer = exam(folder)
    finally:
        path.write_bytes(good)
    assert answer.code in {0, 1}, answer.err
    assert "Traceback" not in answer.err
