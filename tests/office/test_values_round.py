"""A round: filled, exported and examined again, judged otherwise, ended."""

import csv
import io
from pathlib import Path

import pytest
from filling import ROUND, YEAR, accept, do, figure, grades, opened, publish
from place import TOY

from tijian.engine.kernel.faults import Refused


@pytest.fixture
def stage():
    return "demo"


def round_named(name=ROUND):
    from tijian.office.register.models import Round

    return Round.objects.get(name=name)


def codes(refused):
    return [f.code for f in refused.value.faults]


def test_the_export_examined_gives_the_stored_results_byte_for_byte(filled, tmp_path):
    from tijian.engine.exam.files import tables as examined
    from tijian.engine.exam.folder import examine
    from tijian.office.values.export import export_folder, tables
    from tijian.office.values.scan import ScanRound

    do(ScanRound(ROUND))
    stored = tables(round_named())
    export_folder(round_named(), tmp_path / "export")
    again = examined(examine(tmp_path / "export", YEAR))
    folder = examined(examine(TOY, YEAR))
    assert stored.keys() == {"values.csv", "dimensions.csv", "findings.csv"}
    for name in stored:
        assert stored[name] == again[name], name
    # The folder the figures came from gives the same values: nothing was lost on the way in.
    assert without(stored["values.csv"], "note") == without(folder["values.csv"], "note")


def without(table, column):
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    return [{k: v for k, v in row.items() if k != column} for row in rows]


def test_a_corrected_figure_moves_its_dependants_and_nothing_else(filled):
    before = grades(round_named())
    done = accept(figure("residents", "990103001", "9.9", "万人"))
    after = grades(round_named())
    moved = {cell for cell in after if after[cell] != before[cell]}
    assert moved
    assert {i for i, _ in moved} == {"LV01", "MO02", "VT01"}
    assert {a for _, a in moved} <= {"990103001", "990103", "990100"}
    assert done.answer["written"] == 1
    assert filled.verify().findings == []


def test_doctor_finds_nothing_and_finds_what_a_tamperer_did(filled):
    from tijian.office.values.doctor import recompute_all

    assert recompute_all().differences == []
    with filled.raw() as run:
        run(
            "UPDATE values_value SET value = value * 2 WHERE variable = ? AND period = ?", "residents", "2024"
        )
    assert recompute_all().differences
    assert "row.changed" in {f.code for f in filled.verify().findings}


def test_an_edited_result_is_named(filled):
    from tijian.office.values.doctor import recompute_all

    with filled.raw() as run:
        run("UPDATE values_result SET grade = ? WHERE indicator = ? AND area = ?", "优", "WA01", "990101")
    assert any("WA01 990101" in d for d in recompute_all().differences)
    findings = filled.verify().findings
    assert {f.table for f in findings} == {"values_result"}
    assert all("优" in f.message for f in findings)


def test_every_faulty_figure_is_told_and_nothing_is_written(filled):
    from tijian.office.ledger.queries import position

    before = position()
    with pytest.raises(Refused) as refused:
        accept(
            figure("residents", "990103001", "很多", "万人"),
            figure("no_such", "990103001", "1"),
            figure("residents", "999", "1", "万人"),
            figure("residents", "990103", "1", "万人"),
            figure("residents", "990103002", "1", "km"),
            figure("residents", "990102001", "1", "万人", strand="听说"),
        )
    assert sorted(codes(refused)) == [
        "value.area", "value.level", "value.number", "value.number", "value.strand", "value.variable",
    ]  # fmt: skip
    assert position() == before


def test_who_saw_an_older_figure_is_told_who_changed_it(filled):
    accept(figure("residents", "990103001", "9.9", "万人"))
    with pytest.raises(Refused) as refused:
        accept(figure("residents", "990103001", "8.8", "万人", expected=1))
    assert codes(refused) == ["value.conflict"]
    assert all(x in str(refused.value) for x in ("bangongshi", "9.9", "8.8"))
    accept(figure("residents", "990103001", "8.8", "万人", expected=2))


def test_the_same_figures_again_are_refused_and_one_new_among_them_is_written(filled):
    same = figure("residents", "990103001", "9.9", "万人")
    accept(same)
    with pytest.raises(Refused) as refused:
        accept(same)
    assert codes(refused) == ["values.same"]
    done = accept(same, figure("residents", "990103002", "7.7", "万人"))
    assert (done.answer["written"], done.answer["same"]) == (1, 1)


def test_a_reason_is_no_zero(filled):
    accept(figure("residents", "990103001", "无数据"))
    row = grades(round_named())
    assert row[("LV01", "990103001")][1] in {"无数据", "不适用"}
    assert row[("LV01", "990103")] == (None, "无数据")


def test_an_adopted_strand_needs_a_reason_and_can_be_taken_back(filled):
    from tijian.office.values.actions import AdoptStrand

    before = grades(round_named())
    with pytest.raises(Refused) as refused:
        do(AdoptStrand("MO01", "990101", YEAR, "自体检", " "))
    assert codes(refused) == ["choice.reason"]
    do(AdoptStrand("MO01", "990101", YEAR, "自体检", "图层旧了"))
    with pytest.raises(Refused) as refused:
        do(AdoptStrand("MO01", "990101", YEAR, "自体检", "再选一次"))
    assert codes(refused) == ["choice.same"]
    with pytest.raises(Refused) as refused:
        do(AdoptStrand("MO01", "990101", YEAR, "调查", "没有"))
    assert codes(refused) == ["choice.strand"]
    do(AdoptStrand("MO01", "990101", YEAR, "", "选错了"))
    assert grades(round_named()) == before


def test_a_pilot_round_examines_its_areas_alone(filled, tmp_path):
    from tijian.engine.exam.files import tables as examined
    from tijian.engine.exam.folder import examine
    from tijian.office.values.export import export_folder, tables

    pilot = opened("先行", YEAR, ("990102", "990102001", "990102002", "990104"))
    stored = tables(pilot)["values.csv"]
    areas = {row["area"] for row in without(stored, "note")}
    assert areas == {"990102", "990102001", "990102002", "990104", "990100"}
    export_folder(pilot, tmp_path / "pilot")
    assert examined(examine(tmp_path / "pilot", YEAR))["values.csv"] == stored
    whole = grades(round_named())
    assert grades(pilot)[("WA02", "990104")] == whole[("WA02", "990104")]


def test_an_ended_round_stands_while_values_change(filled):
    from tijian.office.values.doctor import recompute_all
    from tijian.office.values.rounds import CloseRound

    before, told = grades(round_named()), explained("LV01", "990103001")
    do(CloseRound(ROUND, "试点小结"))
    accept(figure("residents", "990103001", "9.9", "万人"))
    assert grades(round_named()) == before
    assert explained("LV01", "990103001") == told
    assert recompute_all().differences == []
    with pytest.raises(Refused) as refused:
        do(CloseRound(ROUND))
    assert codes(refused) == ["round.closed"]


def test_a_round_needs_published_systems_a_new_name_and_known_areas(office):
    from tijian.office.values.rounds import OpenRound

    with pytest.raises(Refused) as refused:
        do(OpenRound(ROUND, YEAR))
    assert codes(refused) == ["round.published"]
    publish(office.folder)
    opened()
    with pytest.raises(Refused) as refused:
        do(OpenRound(ROUND, 1999, ("000000",)))
    assert sorted(codes(refused)) == ["round.area", "round.twice", "round.year"]


def test_published_documents_are_frozen_and_a_changed_folder_is_a_new_revision(filled):
    from tijian.office.register.models import Publication

    with pytest.raises(Refused) as refused:
        publish(filled.folder)
    assert codes(refused) == ["publish.same"]
    file = filled.folder / "city/catalogues/toy-2024/indicators/WA01.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "# 注\n", encoding="utf-8")
    publish(filled.folder)
    assert list(Publication.objects.filter(kind="system").values_list("revision", flat=True)) == [1, 2]


CRITERIA = "criteria/all.yaml"


def changed_criteria(folder):
    text = (folder / "city" / CRITERIA).read_text(encoding="utf-8")
    return {CRITERIA: text.replace("cuts: [90, 80, 70]", "cuts: [99, 98, 97]", 1)}


def test_new_criteria_say_first_what_they_move_and_move_just_that(filled):
    from tijian.office.values.rounds import AdoptCriteria, propose

    proposal = propose(ROUND, changed_criteria(filled.folder))
    before = grades(round_named())
    promised = {new.cell: new.grade for _, new in proposal.news.moved}
    assert promised
    done = do(AdoptCriteria(ROUND, changed_criteria(filled.folder), "专家会意见"))
    after = grades(round_named())
    assert {c: after[c][1] for c in after if after[c][1] != before[c][1]} == promised
    assert done.answer["moved"] == len(promised)
    with pytest.raises(Refused) as refused:
        do(AdoptCriteria(ROUND, changed_criteria(filled.folder), "再来一次"))
    assert codes(refused) == ["criteria.same"]


def test_a_value_accepted_while_criteria_were_computed_is_not_lost(filled):
    from tijian.office.values.doctor import recompute_all
    from tijian.office.values.rounds import AdoptCriteria

    action = AdoptCriteria(ROUND, changed_criteria(filled.folder), "专家会意见").prepare()
    accept(figure("residents", "990103001", "9.9", "万人"))
    from place import DAY

    action._execute("bangongshi", DAY, None)
    assert recompute_all().differences == []


def test_a_draft_of_criteria_that_is_swapped_in_blindly_is_found(filled, monkeypatch):
    """The control of the test above: without the second look the stale results are there, and doctor finds them."""
    from place import DAY

    from tijian.office.values import rounds
    from tijian.office.values.doctor import recompute_all

    action = rounds.AdoptCriteria(ROUND, changed_criteria(filled.folder), "专家会意见").prepare()
    accept(figure("residents", "990103001", "9.9", "万人"))
    monkeypatch.setattr(rounds, "changed_since", lambda _at: False)
    action._execute("bangongshi", DAY, None)
    assert recompute_all().differences


def explained(indicator, area, at=None):
    from tijian.office.values.explain import explanation

    return explanation(round_named(), indicator, area, at).lines()


def test_the_past_is_told_in_the_same_words_after_everything_has_changed(filled):
    """A value, a criterion, a weight of the roll-up, a boundary and a definition change; the past stays word for word."""
    from tijian.office.ledger.queries import position
    from tijian.office.register.actions import PublishDocuments
    from tijian.office.values.explain import changes
    from tijian.office.values.results import current_dimensions
    from tijian.office.values.rounds import AdoptCriteria, Rebase

    asked = [("WA01", "990101"), ("LV01", "990103001"), ("MO01", "990101")]
    at = position()
    before = {key: explained(*key) for key in asked}
    dimensions = {c: d.line() for c, d in current_dimensions(round_named(), at).items()}
    accept(figure("residents", "990103001", "9.9", "万人"))
    rules = (filled.folder / "city" / "rules.yaml").read_text(encoding="utf-8")
    weights = {"rules.yaml": rules.replace("优: 4", "优: 9", 1)}
    assert weights["rules.yaml"] != rules
    do(AdoptCriteria(ROUND, changed_criteria(filled.folder) | weights, "专家会意见"))
    boundary = filled.folder / "city/boundaries/areas.geojson"
    text = boundary.read_text(encoding="utf-8")
    boundary.write_text(shifted(text), encoding="utf-8")
    do(PublishDocuments(filled.folder / "city", ("city",)), "系统管理员")
    do(Rebase(ROUND, "区划调整"))
    file = filled.folder / "city/catalogues/toy-2024/indicators/WA01.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("decimals: 1", "decimals: 0"), encoding="utf-8")
    publish(filled.folder)
    do(Rebase(ROUND, "改位数"))
    for key in asked:
        assert explained(*key, at) == before[key], key
        assert explained(*key) != before[key], key
    assert {c: d.line() for c, d in current_dimensions(round_named(), at).items()} == dimensions
    causes = {key: {c.cause for c in changes(round_named(), *key, at)} for key in asked}
    assert "标准" in causes[("WA01", "990101")]
    assert causes[("LV01", "990103001")] == {"数据"}
    assert causes[("MO01", "990101")] == {"边界"}
    assert filled.verify().findings == []


def shifted(text):
    """Move the whole outline a little, so that other roads lie within."""
    import json

    document = json.loads(text)

    def moved(part):
        return [part[0] + 0.004, part[1]] if isinstance(part[0], float) else [moved(p) for p in part]

    for feature in document["features"]:
        feature["geometry"]["coordinates"] = moved(feature["geometry"]["coordinates"])
    return json.dumps(document)


def test_a_layer_of_another_name_or_format_is_refused(filled, tmp_path):
    from tijian.office.values.actions import RegisterDataset

    with pytest.raises(Refused) as refused:
        do(RegisterDataset("rivers", "24", TOY / "inputs/layers/roads-2024.geojson", ""))
    assert sorted(codes(refused)) == ["dataset.layer", "dataset.period", "dataset.provider"]
    other = tmp_path / "roads-2024.parquet"
    other.write_bytes(Path(TOY / "inputs/layers/roads-2024.geojson").read_bytes())
    with pytest.raises(Refused) as refused:
        do(RegisterDataset("roads", "2024", other, "澄湖测绘队"))
    assert codes(refused) == ["dataset.format"]
