"""The office: server time of its pages on the demo installation, and the past at 200,000 entries.

``python -m benchmarks.office``. Pages are asked through Django's own client, so that no network counts;
the bar is p95 < 0.3 s a page and ≤ 200 kB sent besides font files. As of a position a page must take at most twice
the time of the present one.
"""

from __future__ import annotations

import argparse
import gzip
import re
import statistics
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.cities import COMMAND, ROOT
from benchmarks.tables import bar, table

SAMPLES, ENTRIES, BATCH = 40, 200_000, 5_000
PAGE_SECONDS, PAGE_BYTES, AS_OF_RATIO = 0.3, 200_000, 2.0
PATHS = (
    "", "r/{round}/", "r/{round}/shortfalls/", "r/{round}/indicators/", "r/{round}/indicators/TC02/",
    "r/{round}/indicators/N-PK2/210103/", "r/{round}/indicators/TC02/210104/", "r/{round}/areas/210103/",
    "r/{round}/onepage/210103/", "r/{round}/diseases/", "r/{round}/measures/", "r/{round}/chain/?indicator=N-PK2&area=210103",
    "r/{round}/criteria/", "r/{round}/values/?indicator=TC02&area=210103", "systems/", "rounds/", "help/",
)  # fmt: skip
LINKED = re.compile(rb'(?:href|src)="(/static/[^"]+\.(?:css|js|svg))"')


def installation(place: Path) -> Path:
    """Make the demo installation."""
    folder = place / "demo"
    command = [str(COMMAND), "demo", str(folder), "--city", str(ROOT / "cities" / "shenyang")]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def client(account: str) -> Any:
    """Give a client of Django, signed in."""
    from django.test import Client

    from tijian.office.people.models import Login

    made = Client(SERVER_NAME="localhost")
    backend = "django.contrib.auth.backends.ModelBackend"
    made.force_login(Login.objects.get(name=account), backend=backend)
    return made


def seconds(ask: Callable[[], object], samples: int) -> list[float]:
    """Time a call again and again, the first one apart."""
    ask()
    found = []
    for _ in range(samples):
        begun = time.perf_counter()
        ask()
        found.append(time.perf_counter() - begun)
    return found


def p95(samples: Iterable[float]) -> float:
    """Give the 95th percentile."""
    return statistics.quantiles(samples, n=20)[-1]


def pages(samples: int) -> list[tuple[str, float, float, int]]:
    """Ask every page: path, median, p95 and the bytes sent for it and all it links to besides font files."""
    from tijian.office.register.queries import rounds

    made, which = client("lingdao"), rounds()[0].pk
    rows = []
    for path in (p.replace("{round}", str(which)) for p in PATHS):
        answer = made.get(f"/{path}", HTTP_ACCEPT_ENCODING="gzip")
        if answer.status_code != 200:  # noqa: PLR2004
            print(f"  /{path}：{answer.status_code}")
            continue
        took = seconds(partial(made.get, f"/{path}"), samples)
        links = set(LINKED.findall(gzip.decompress(answer.content)))
        size = len(answer.content) + sum(_size(link.decode()) for link in links)
        rows.append((f"/{path}", statistics.median(took), p95(took), size))
    return rows


def _size(link: str) -> int:
    from django.contrib.staticfiles import finders

    found = finders.find(re.sub(r"\.[0-9a-f]{12}(?=\.)", "", link.removeprefix("/static/")))
    if not found:
        return 0
    packed = Path(f"{found}.gz")  # what the server sends where a browser takes it, as all do
    return (packed if packed.is_file() else Path(str(found))).stat().st_size


def grow(count: int) -> int:
    """Write entries with a value each past the actions, which would take hours; give the position in the middle."""
    from django.utils import timezone

    from tijian.office.ledger.models import Entry, Head
    from tijian.office.values.models import Source, Value

    head = Head.objects.get()
    source, cells = Source.objects.latest("id"), list(Value.objects.order_by("id")[:400])
    start, now = head.position, timezone.now()
    for first in range(start + 1, start + count + 1, BATCH):
        ids = {p: uuid.uuid4() for p in range(first, min(first + BATCH, start + count + 1))}
        Entry._base_manager.bulk_create(  # noqa: SLF001 — past the actions, which would take hours
            [
                Entry(
                    position=p, action=i, actor="基准", verb="values.accept", arguments="{}",
                    business_date=date(2024, 3, 18), at=now, rows="[]", previous="", hash=f"{p:064x}",
                )
                for p, i in ids.items()
            ]
        )  # fmt: skip
        Value._base_manager.bulk_create(  # noqa: SLF001
            [_revision(cells[p % len(cells)], p, i, source) for p, i in ids.items()]
        )
    Head.objects.update(position=start + count)
    return start + count // 2


def _revision(cell: Any, position: int, action: uuid.UUID, source: Any) -> Any:
    from tijian.office.values.models import Value

    return Value(
        variable=cell.variable, area=cell.area, period=cell.period, strand=cell.strand, revision=position + 10,
        value=cell.value, text=cell.text, unit=cell.unit, mark=cell.mark, source=source, action_id=action,
    )  # fmt: skip


def as_of(count: int, samples: int) -> tuple[float, float]:
    """Ask one explanation now and as of the middle of many entries; give both medians."""
    from tijian.office.register.queries import rounds

    middle, made = grow(count), client("lingdao")
    path = f"/r/{rounds()[0].pk}/indicators/N-PK2/210103/"
    now = statistics.median(seconds(partial(made.get, path), samples))
    then = statistics.median(seconds(partial(made.get, f"{path}?as_of={middle}"), samples))
    return now, then


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=SAMPLES)
    parser.add_argument("--entries", type=int, default=ENTRIES)
    arguments = parser.parse_args()
    run(arguments.samples, arguments.entries)


def run(samples: int = SAMPLES, entries: int = ENTRIES) -> None:
    """Make an installation, measure it and throw it away."""
    with tempfile.TemporaryDirectory() as scratch:
        show(installation(Path(scratch)), samples, entries)


def show(folder: Path, samples: int, entries: int) -> None:
    """Print the pages, then the past."""
    from tijian.shells.settings.use import release, use

    use(folder)
    rows = pages(samples)
    shown = [(path, f"{m * 1000:.0f}", f"{p * 1000:.0f}", f"{size / 1000:.0f}") for path, m, p, size in rows]
    table(f"页面，每页 {samples} 次", ("", "中位 ms", "p95 ms", "kB（发送，不含字体文件）"), shown)
    slowest, largest = max(p for _, _, p, _ in rows), max(size for *_, size in rows)
    print(
        f"  最慢 p95 {slowest * 1000:.0f} ms，线 < {PAGE_SECONDS * 1000:.0f} ms：{bar(slowest, PAGE_SECONDS)}"
    )
    print(f"  最大 {largest / 1000:.0f} kB，线 ≤ {PAGE_BYTES / 1000:.0f} kB：{bar(largest, PAGE_BYTES)}")
    now, then = as_of(entries, samples)
    ratio = then / now
    print(
        f"  {entries:,} 条记录：现在 {now * 1000:.0f} ms，截至中间 {then * 1000:.0f} ms，{ratio:.2f} ×：{bar(ratio, AS_OF_RATIO)}"
    )
    release()


if __name__ == "__main__":
    main()
