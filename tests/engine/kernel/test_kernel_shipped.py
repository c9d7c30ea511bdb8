"""Shipped data is found by one function."""

import pytest

from tijian.engine.kernel.shipped import shipped


@pytest.mark.parametrize(
    "parts", [("catalogues",), ("cities", "shenyang"), ("catalogues", "cn-2019-draft", "system.yaml")]
)
def test_data_that_travels_with_the_product_is_found(parts):
    assert shipped(*parts).exists()
    assert shipped(*parts).parts[-len(parts) :] == parts


def test_what_is_not_shipped_is_named():
    with pytest.raises(FileNotFoundError, match="catalogues/nowhere"):
        shipped("catalogues", "nowhere")
