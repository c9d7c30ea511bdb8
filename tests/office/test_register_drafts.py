"""The next revision of a published system: frozen until it is copied out, edited, published."""

import pytest
from filling import do

from tijian.engine.kernel.faults import Refused

NAME = "toy-2024"
PATH = f"catalogues/{NAME}/indicators/MO02.yaml"


def edit(text, was=None):
    from tijian.engine.kernel.canonical import sha256
    from tijian.office.register.drafts import EditDraft, city_folder

    now = sha256((city_folder() / PATH).read_bytes())
    return do(EditDraft(NAME, PATH, text, now if was is None else was), "tixi")


def standing():
    from tijian.office.register.drafts import city_folder

    return (city_folder() / PATH).read_text(encoding="utf-8")


def copy(revision=1, account="tixi"):
    from tijian.office.register.drafts import CopyForRevision

    return do(CopyForRevision(NAME, revision), account)


def codes(refused):
    return [f.code for f in refused.value.faults]


def test_what_is_published_is_not_edited_before_it_is_copied(filled):
    with pytest.raises(Refused) as refused:
        edit(standing() + "\n# 改\n")
    assert codes(refused) == ["draft.frozen"]
    assert "复制新版本" in refused.value.faults[0].hint


def test_copied_edited_and_published_as_a_new_revision(filled):
    from tijian.office.register.actions import PublishDocuments
    from tijian.office.register.drafts import is_draft_open, latest
    from tijian.office.register.published import catalogue_of, find

    assert not is_draft_open(latest(NAME))
    assert copy().answer == {"folder": f"city/catalogues/{NAME}", "files": 20}
    assert is_draft_open(latest(NAME))
    before = standing()
    edit(before.replace("note:", "note: 改过。", 1) if "note:" in before else before + "note: 改过。\n")
    do(PublishDocuments(filled.folder / "city", ("system",), note="补说明"), "tixi")
    now = latest(NAME)
    assert now.revision == 2
    assert not is_draft_open(now)
    assert "改过" in catalogue_of(now).indicators["MO02"].note
    assert "改过" not in catalogue_of(find(NAME, 1)).indicators["MO02"].note


def test_a_folder_that_was_lost_is_copied_back(filled):
    import shutil

    from tijian.office.register.drafts import city_folder, draft_texts, latest
    from tijian.office.register.published import texts

    shutil.rmtree(city_folder() / "catalogues" / NAME)
    copy()
    assert draft_texts(latest(NAME)) == texts(latest(NAME))


def test_copied_once_and_only_the_latest(filled):
    copy()
    with pytest.raises(Refused) as refused:
        copy()
    assert codes(refused) == ["copy.open"]
    with pytest.raises(Refused) as refused:
        copy(7)
    assert codes(refused) == ["copy.latest"]


def test_edits_that_were_made_already_are_never_overwritten(filled):
    from tijian.office.register.drafts import city_folder

    (city_folder() / PATH).write_text(standing() + "\n# 手改\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        copy()
    assert codes(refused) == ["copy.open"]
    assert standing().endswith("# 手改\n")


def test_a_faulty_text_is_refused_with_every_fault_and_not_kept(filled):
    copy()
    before = standing()
    with pytest.raises(Refused) as refused:
        edit(before.replace("decimals:", "decimal:", 1))
    assert len(refused.value.faults) >= 2
    assert standing() == before


def test_somebody_else_was_quicker_and_nothing_changed(filled):
    copy()
    with pytest.raises(Refused) as refused:
        edit(standing() + "\n# 改\n", was="0" * 64)
    assert codes(refused) == ["draft.changed"]
    with pytest.raises(Refused) as refused:
        edit(standing())
    assert codes(refused) == ["draft.same"]


def test_no_other_file_can_be_reached(filled):
    from tijian.office.register.drafts import EditDraft

    copy()
    for path in ("../installation.yaml", "city.yaml", "/etc/passwd", f"catalogues/{NAME}/../../city.yaml"):
        with pytest.raises(Refused) as refused:
            do(EditDraft(NAME, path, "x", ""), "tixi")
        assert codes(refused) == ["draft.file"]


def test_only_the_holders_of_the_duty(filled):
    with pytest.raises(Refused) as refused:
        copy(account="zhuanjia")
    assert codes(refused) == ["permission.missing"]
