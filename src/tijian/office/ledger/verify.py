"""The trail held against the tables, the tables against the trail, both against what lies outside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import models

from tijian.engine.kernel.canonical import canonical, sha256, sha256_file
from tijian.office.ledger import chain, evidence, head_file, queries
from tijian.office.ledger.models import Chained, Entry, EvidenceFile, Head
from tijian.office.ledger.rows import UNREADABLE, Form, chained_models, form, table, title

CHUNK = 500
JUMP = timedelta(minutes=1)  # more than two writers can differ by waiting for one another

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as the trail says.

    Attributes:
        code: Stable identifier of the kind of finding.
        table: Table it stands in; empty where it is none of the database.
        row: Key of the row; empty where it concerns no single one.
        entry: Position of the entry concerned; none where there is none.
        message: All of it in one Chinese sentence.
    """

    code: str
    table: str
    row: str
    entry: int | None
    message: str


@dataclass
class Report:
    """What an examination of the ledger found.

    Attributes:
        entries: Number of entries read.
        rows: Number of rows of chained tables read.
        files: Number of evidence files hashed.
        findings: Everything that is tampering.
        notes: What a person should know and is none.
    """

    entries: int = 0
    rows: int = 0
    files: int = 0
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def find(self, code: str, where: str, row: object, entry: int | None, message: str) -> None:
        """Note a finding."""
        self.findings.append(Finding(code, where, str(row), entry, message))


@dataclass
class _Trail:
    """What the entries say: hash of each, and for each row the latest form, by table and key."""

    hashes: dict[int, str] = field(default_factory=dict)
    named: dict[str, dict[str, tuple[int, str]]] = field(default_factory=dict)


def verify() -> Report:
    """Examine the whole ledger of the installation in use.

    The file with the heads is read first: whatever it names was committed by then.
    """
    report = Report()
    heads = head_file.read()
    with queries.snapshot():
        trail = _entries(report)
        for model in chained_models():
            _rows(model, trail, report)
        _unknown_tables(trail, report)
        _evidence(report)
    _heads(heads, trail, report)
    return report


def _entries(report: Report) -> _Trail:
    trail = _Trail()
    append_only = {table(m) for m in chained_models() if m.append_only}
    expected, previous, clock = 1, chain.GENESIS, None
    for key, entry in _all(Entry):
        report.entries += 1
        if entry is None:
            report.find("entry.unreadable", table(Entry), key, int(key), f"第 {key} 条记录无法读出，被改过。")
            expected, previous = int(key) + 1, ""
            continue
        if entry.position != expected:
            _gap(expected, entry.position, report)
        _bound(entry, previous, expected, report)
        clock = _clock(entry, clock, report) or clock
        expected, previous = entry.position + 1, entry.hash
        trail.hashes[entry.position] = entry.hash
        _named(entry, trail, append_only, report)
    _head(expected - 1, previous, report)
    return trail


def _gap(expected: int, found: int, report: Report) -> None:
    missing = f"第 {expected} 条" if found == expected + 1 else f"第 {expected}—{found - 1} 条"
    report.find(
        "entry.missing", table(Entry), expected, expected, f"{missing}记录不见了，后面是第 {found} 条。"
    )


def _bound(entry: Entry, previous: str, expected: int, report: Report) -> None:
    if chain.digest(entry) != entry.hash:
        message = f"{entry}的内容与它的哈希不符，被改过。"
        report.find("entry.changed", table(Entry), entry.pk, entry.position, message)
    elif previous and entry.position == expected and entry.previous != previous:
        message = f"{entry}与前一条接不上，其中一条被换过。"
        report.find("entry.broken", table(Entry), entry.pk, entry.position, message)


def _clock(entry: Entry, clock: datetime | None, report: Report) -> datetime | None:
    if clock is not None and entry.at and entry.at < clock - JUMP:
        report.notes.append(f"时钟在第 {entry.position} 条记录处往回拨过；次序以位置为准。")
    return entry.at


def _named(entry: Entry, trail: _Trail, append_only: set[str], report: Report) -> None:
    try:
        rows = [(str(name), dict(noted)) for name, noted in json.loads(entry.rows)]
    except UNREADABLE:
        return  # its hash has told already
    for name, noted in rows:
        key = str(noted.get("id"))
        known = trail.named.setdefault(name, {})
        if key in known and name in append_only:
            message = f"{entry}又写了表 {name} 的第 {key} 行，而这张表只增不改。"
            report.find("row.twice", name, key, entry.position, message)
        known[key] = (entry.position, _hash(noted))


def _head(position: int, digest: str, report: Report) -> None:
    head = Head.objects.filter(pk=chain.HEAD).first()
    if head is None and position:
        report.find("head.missing", table(Head), chain.HEAD, position, "链头不见了。")
    elif head is not None and (head.position != position or (digest and head.hash != digest)):
        message = f"链头指向第 {head.position} 条，最后一条记录是第 {position} 条，或哈希不同。"
        report.find("head.differs", table(Head), chain.HEAD, position, message)
    if Head.objects.exclude(pk=chain.HEAD).exists():
        report.find("head.several", table(Head), "", None, "链头不止一个。")


def _rows(model: type[Chained], trail: _Trail, report: Report) -> None:
    name = table(model)
    named = trail.named.pop(name, {})
    for key, row in _all(model):
        report.rows += 1
        told = named.pop(key, None)
        now = _form(row)
        if told is None:
            message = f"{title(model)}（表 {name}）第 {key} 行没有任何记录写过，是直接写进数据库的。"
            report.find("row.unknown", name, key, None, message)
        elif now is None or _hash(now) != told[1]:
            message = f"{title(model)}（表 {name}）第 {key} 行与第 {told[0]} 条记录不符：{_difference(model, key, now, told[0])}。"
            report.find("row.changed", name, key, told[0], message)
    for key, (position, _) in named.items():
        message = f"{title(model)}（表 {name}）第 {key} 行不见了，第 {position} 条记录写过它。"
        report.find("row.missing", name, key, position, message)


def _form(row: Chained | None) -> Form | None:
    try:
        return None if row is None else form(row)
    except UNREADABLE:
        return None


def _difference(model: type[Chained], key: str, now: Form | None, position: int) -> str:
    """Name every field that differs from what the entry holds."""
    if now is None:
        return "读不出来"
    entry = Entry.objects.get(position=position)
    rows = json.loads(entry.rows)
    told = next(dict(f) for name, f in rows if name == table(model) and str(f.get("id")) == key)
    return "；".join(
        f"{model._meta.get_field(column).verbose_name} {column} 记录为“{told.get(column)}”，现为“{now.get(column)}”"  # type: ignore[union-attr]  # noqa: SLF001
        for column in now
        if told.get(column) != now[column]
    )


def _unknown_tables(trail: _Trail, report: Report) -> None:
    for name, rows in trail.named.items():
        position = next(iter(rows.values()))[0]
        report.find("table.unknown", name, "", position, f"记录中的表 {name} 已经没有了。")


def _evidence(report: Report) -> None:
    known: set[str] = set()
    for key, row in _all(EvidenceFile):
        if row is None or row.sha256 in known:
            continue
        known.add(row.sha256)
        report.files += 1
        file = evidence.path(row.sha256) if row.sha256.isalnum() else None
        if file is None or not file.is_file():
            message = f"证据文件“{row.name}”（第 {key} 行）的内容不见了。"
            report.find("evidence.missing", table(EvidenceFile), key, None, message)
        elif sha256_file(file) != row.sha256:
            message = f"证据文件“{row.name}”（第 {key} 行）的内容被换过，哈希不是 {row.sha256}。"
            report.find("evidence.changed", table(EvidenceFile), key, None, message)


def _heads(heads: head_file.HeadFile, trail: _Trail, report: Report) -> None:
    name = "chain/head.log"
    for position, digests in sorted(heads.lines.items()):
        for digest, number in digests.items():
            if trail.hashes.get(position) == digest:
                continue
            if any(r.line > number and position > r.position for r in heads.restores):
                continue
            what = "哈希不同" if position in trail.hashes else "数据库里没有这一条"
            message = f"头文件第 {number} 行记着第 {position} 条记录，{what}：记录被删过、换过，或这一行是加上去的。"
            report.find("head.unknown", "", f"{name}:{number}", position, message)
    for number in heads.unreadable:
        report.find("head.unreadable", "", f"{name}:{number}", None, f"头文件第 {number} 行读不懂，被改过。")
    known = {0: chain.GENESIS, **trail.hashes}
    for restore in heads.restores:
        report.notes.append(f"{restore.at} 从备份恢复到第 {restore.position} 条记录。")
        if known.get(restore.position) != restore.hash:
            message = f"头文件第 {restore.line} 行的恢复标记与第 {restore.position} 条记录不符。"
            report.find("head.restore", "", f"{name}:{restore.line}", restore.position, message)
    if heads.torn and not any(f"{p} {h}".startswith(heads.torn) for p, h in trail.hashes.items()):
        report.find("head.unreadable", "", f"{name}:末行", None, "头文件的最后一行读不懂，被改过。")
    last = max(heads.lines, default=0)
    missing = [p for p in trail.hashes if p not in heads.lines]
    holes = [p for p in missing if p < last]
    if holes:
        message = f"头文件缺第 {'、'.join(map(str, holes[:5]))} 条{'等' if len(holes) > 5 else ''}，被删过。"  # noqa: PLR2004
        report.find("head.hole", "", name, holes[0], message)
    if len(missing) > len(holes):
        report.notes.append(
            f"头文件末尾少 {len(missing) - len(holes)} 行（正在写入，或写入前停过机）；下一次办理时自动补上。"
        )


def _all(model: type[M]) -> Iterator[tuple[str, M | None]]:
    """Read a whole table by key; a row that cannot be read comes as none."""
    rows = model._base_manager  # noqa: SLF001 — reads everything, whatever the default manager hides
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        try:
            found = {row.pk: row for row in rows.filter(pk__in=chunk)}
        except UNREADABLE:
            found = {key: row for key in chunk if (row := _one(model, key)) is not None}
        for key in chunk:
            yield str(key), found.get(key)


def _one(model: type[M], key: object) -> M | None:
    try:
        return model._base_manager.get(pk=key)  # noqa: SLF001 — as above
    except UNREADABLE:
        return None


def _hash(noted: Form) -> str:
    return sha256(canonical(noted))
