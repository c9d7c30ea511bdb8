"""Where the acceptance tests find the city and the command, and how long they may take."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMAND = Path(sys.executable).with_name("tijian")
TEMPLATE = ROOT / "cities" / "shenyang"
CATALOGUES = ROOT / "catalogues"
SEEDS = {"story": 20190619, "plain": 31415926, "worn": 271828}
MEASURED = {"story": (2019, 2022, 2023), "plain": (2019, 2021, 2023), "worn": (2021,)}
LONG = os.environ.get("TIJIAN_LONG", "") not in {"", "0"}
