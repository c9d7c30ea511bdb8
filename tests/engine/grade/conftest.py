"""The shipped city and its healthy figures."""

import pytest
from healthy_city import Healthy

from tijian.engine.catalogue.loading import load_city
from tijian.engine.kernel.shipped import shipped


@pytest.fixture(scope="session")
def shenyang():
    return load_city(shipped("cities", "shenyang"))


@pytest.fixture(scope="session")
def healthy(shenyang):
    return Healthy(shenyang, shipped("cities", "shenyang") / "generator.yaml")
