"""链: eight links on one page, each with its version, held against the ledger; what is not there says who could do it."""

import re
from datetime import date

from ill_setting import (
    AUDITOR,
    HERE,
    _with_slice,
    ill,
    ill_template,
    on,
    server,
    template,
    text,
    treated,
)

__all__ = ["_with_slice", "ill", "ill_template", "server", "template"]

CHAIN = "/r/1/chain/"
VALUE = f"{CHAIN}?indicator=WS1&area=A1"
LINKS = ("值", "等级", "问题", "城市病", "症结", "对策", "里程碑", "回评")


def boxes(page):
    """Read the links of the chain: name, words of its boxes."""
    body = page.content.decode()
    inner = body[body.index('<ol class="chain">') : body.index("</ol>", body.index('<ol class="chain">'))]
    found = re.split(r'<li id="c-\w+">', inner)[1:]
    return {re.search(r"<h2>(.*?)</h2>", part)[1]: text(Body(part)) for part in found}


class Body:
    """A part of a page that reads like one."""

    def __init__(self, part):
        self.content = part.encode()


def healed(tmp_path):
    treated.confirm("A1")
    measure = treated.treat(HERE)
    treated.settle(measure, tmp_path)
    treated.examine(2024)
    treated.assess(measure, 2024)
    on(date(2025, 6, 1))


def test_without_a_choice_there_is_where_to_start(ill):
    page = text(ill.get(CHAIN, AUDITOR))
    assert "还没有确认的城市病" in page
    treated.confirm("A1")
    assert "B-2023-01 管网老化漏损" in text(ill.get(CHAIN))
    page = ill.get(f"{CHAIN}?indicator=WS1").content.decode()
    assert "indicator=WS1&amp;area=A2" in page


def test_what_is_not_there_says_who_could_do_it(ill):
    found = boxes(ill.get(VALUE))
    assert tuple(found) == LINKS
    assert "24.0 %" in found["值"]
    assert "差" in found["等级"]
    assert "等级为差" in found["问题"]
    assert "待确认" in found["城市病"]
    assert "“确认城市病”由专家、办公室办理" in found["城市病"]
    assert "可能：管网超龄" in found["症结"]
    assert "对策立在确认的城市病上" in found["对策"]
    good = boxes(ill.get(f"{CHAIN}?indicator=WS1&area=B1"))
    assert "没有规则命中" in good["问题"]
    assert "没有候选，也没有登记" in good["城市病"]


def test_each_step_fills_its_link(ill):
    treated.confirm("A1")
    found = boxes(ill.get(VALUE))
    assert "B-2023-01" in found["城市病"]
    assert "出自知识，专家确认" in found["症结"]
    assert "“制定治理”由办公室办理" in found["对策"]
    treated.treat(HERE)
    found = boxes(ill.get(VALUE))
    assert "M-01 更换超龄主管" in found["对策"]
    assert "第 3 个：第 3 步" in found["里程碑"]
    assert "还没有回评" in found["回评"]


def test_the_whole_chain_forward_and_backward(ill, tmp_path):
    healed(tmp_path)
    for address in (VALUE, f"{CHAIN}?disease={HERE}"):
        found = boxes(ill.get(address, AUDITOR))
        assert "已验收" in found["里程碑"]
        assert "24.0% → 14.0%" in found["回评"]
        assert "达标" in found["回评"]
    body = ill.get(VALUE).content.decode()
    for href in (
        "/r/1/indicators/WS1/A1/", f"/r/1/diseases/{HERE}/", "/r/1/measures/M-01/", "/r/1/measures/M-01/milestones/3/",
        "/r/2/indicators/WS1/A1/", "#c-value", "#c-effect",
    ):  # fmt: skip
        assert f'href="{href}"' in body, href


def test_every_version_on_the_page_stands_in_the_ledger(ill, tmp_path):
    from tijian.office.ledger.models import Entry
    from tijian.office.register.models import Round
    from tijian.office.treat.chain import chain_of

    healed(tmp_path)
    page = text(ill.get(VALUE))
    shown = re.findall(r"第 (\d+) 条记录 · ([0-9a-f]{8})", page)
    assert len(shown) > 8
    for position, digits in shown:
        assert Entry.objects.get(position=int(position)).hash.startswith(digits)
    (way,) = chain_of("WS1", "A1", Round.objects.get(name="2023"))
    positions = {int(p) for p, _ in shown}
    assert {way.value.position, way.measure.position} <= positions
    assert f"结果修订 {way.value.revision}" in page
    assert way.grade.sha256[:8] in page
    assert way.disease.knowledge_sha256[:8] in page
    for finding in way.findings:
        assert finding.number in page
    for effect in way.effects:
        assert f"结果修订 {effect.before_revision} → {effect.after_revision}" in page
        assert effect.words in page


def test_a_disease_of_an_earlier_round_keeps_its_values(ill):
    treated.confirm("A1")
    treated.examine(2024)
    page = text(ill.get(f"/r/2/chain/?disease={HERE}"))
    assert "这一病是在 2023 轮次确认的" in page
    assert "24.0 %" in page
    later = treated.confirm("A2", round="2024", candidate=treated.candidate("A2", 2024).pk,
                            evidence=(treated.link(result=treated.result("WS1", "A2", 2024).pk),))  # fmt: skip
    assert later not in text(ill.get(f"{CHAIN}?indicator=WS1&area=A2"))


def test_what_does_not_exist(ill):
    ill.get(f"{CHAIN}?indicator=NO1&area=A1", status=404)
    ill.get(f"{CHAIN}?indicator=WS1&area=ZZ", status=404)
    ill.get(f"{CHAIN}?disease=B-2023-77", status=404)


def test_an_explanation_leads_on(ill):
    explained = "/r/1/indicators/WS1/A1/"
    assert "查症结：候选 2023-01" in text(ill.get(explained))
    treated.confirm("A1")
    treated.treat(HERE)
    page = ill.get(explained)
    assert "查症结 B-2023-01" in text(page)
    assert "看对策 M-01" in text(page)
    assert "/r/1/measures/M-01/" in page.content.decode()
    assert "查症结" not in text(ill.get("/r/1/indicators/WS1/B1/"))
