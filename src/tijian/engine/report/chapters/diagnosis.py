"""症结: candidate 城市病, what speaks for and against them; nothing here is confirmed."""

from __future__ import annotations

from tijian.engine.grade.diagnosis import Candidate
from tijian.engine.report.blocks import (
    Block,
    Caption,
    Column,
    Entry,
    Heading,
    KeyValues,
    Note,
    Para,
    Runs,
    Table,
    Text,
)
from tijian.engine.report.dossier import Dossier
from tijian.engine.report.prose import Part, count, listed, say, text

CAUTION = "以下都是程序按症状条件提出的候选，没有一项经过专家确认；“可能”只表示同时出现，不表示因果。"
TOP = 6


def chapter(d: Dossier) -> tuple[Block, ...]:
    """症结（候选）."""
    candidates = d.results.candidates
    if not d.city.diseases:
        return (Heading(1, (Text("症结"),)), Para(say("没有采用城市病知识，未提出候选。")))
    head: list[Block] = [Heading(1, (Text("症结（候选城市病）"),)), Para(say(CAUTION))]
    if not candidates:
        return (*head, Para(say("没有区满足任何一种城市病的必要症状。")))
    names = list(dict.fromkeys(c.disease.name for c in candidates))
    head.append(
        Para(
            say(
                "共提出 {n} 个候选，涉及 {k} 种：{names}。已确认的城市病：{zero} 个。",
                n=count(len(candidates), f"候选|{d.year}"),
                k=count(len(names), f"候选病种|{d.year}"),
                names=listed(names),
                zero=count(0, f"确认|{d.year}"),
            )
        )
    )
    head.append(table(d))
    head.append(Heading(2, (Text("证据与反证"),)))
    head.extend(_evidence(d, c) for c in sorted(candidates, key=lambda c: -c.score)[:TOP])
    if len(candidates) > TOP:
        head.append(
            Note(say("只列证据最多的 {n} 个，其余的证据见随附的 candidates.csv。", n=count(TOP, "候选|列出")))
        )
    return tuple(head)


def table(d: Dossier) -> Table:
    """All candidates by area: severity so far, evidence for, against and missing, first possible cause."""
    columns = (
        Column("地点", width_mm=20),
        Column("候选城市病", width_mm=30),
        Column("程度", width_mm=12, align="center"),
        Column("支持", "条", "right", 12),
        Column("反证", "条", "right", 12),
        Column("缺", "条", "right", 12),
        Column("可能的成因（待核）"),
    )
    rows = []
    for i, c in enumerate(d.results.candidates, 1):
        key = f"候选|{c.disease.id}|{c.area}|{d.year}"
        causes = [x.cause.name for x in c.causes if x.seen_for][:2]
        rows.append(
            (
                (text(d.city.label(c.area)),),
                (text(c.disease.name),),
                (Text(c.severity),),
                (count(1 + len(c.matched), f"支持|{key}|{i}"),),
                (count(len(c.against), f"反证|{key}|{i}"),),
                (count(len(c.missing), f"缺|{key}|{i}"),),
                listed([text(x) for x in causes], "；") if causes else say("证据不足，待查"),
            )
        )
    note = say("程度是按能自动判断的条件得出的，会诊时可以改。支持含必要症状。")
    return Table(
        Caption((Text("候选城市病"),), label="candidates"), columns, tuple(rows), note=note, small=True
    )


def _evidence(d: Dossier, c: Candidate) -> KeyValues:
    causes = [x for x in c.causes if x.seen_for]
    cause_words: list[Part] = [
        say("{name}（{e}）", name=text(x.cause.name), e=listed([quoted(s.words) for s in x.seen_for], "；"))
        for x in causes
    ]
    rows = [
        Entry("必要症状", quoted(c.necessary.words)),
        Entry("支持", _words([s.words for s in c.matched], "没有")),
        Entry("反证", _words([s.words for s in c.against], "没有看到")),
        Entry("还缺", _words([s.words for s in c.missing], "没有")),
        Entry(
            "可能成因", listed(cause_words, "；") if cause_words else say("没有一个成因有证据，须现场核查")
        ),
    ]
    title = f"{d.city.label(c.area)}：{c.disease.name}（候选）"
    return KeyValues(Caption((Text(title),)), tuple(rows))


def quoted(words: str) -> Runs:
    """Give evidence as the rule wrote it: its figures are quoted from the values, not stated anew."""
    return (text(words),)


def _words(items: list[str], nothing: str) -> Runs:
    return listed([quoted(i) for i in items], "；") if items else (Text(nothing),)
