"""Addresses of 标准, 指标体系 and 轮次."""

from __future__ import annotations

from django.urls import path

from tijian.shells.web.pages import (
    criteria,
    criteria_adopt,
    rounds,
    rounds_one,
    systems,
    systems_browse,
    systems_draft,
)

SYSTEM = "systems/<str:name>/<int:revision>"

patterns = [
    path("r/<int:round_id>/criteria/", criteria.criteria, name="criteria"),
    path("r/<int:round_id>/criteria.csv", criteria.criteria_file, name="criteria_file"),
    path("r/<int:round_id>/criteria/adopt", criteria_adopt.adopt, name="criteria_adopt"),
    path("r/<int:round_id>/criteria/undo/<int:basis_id>/", criteria_adopt.undo, name="criteria_undo"),
    path("systems/", systems.systems_page, name="systems"),
    path("systems/publish", systems.publish, name="systems_publish"),
    path("systems/<str:name>/draft/<str:indicator>/", systems_draft.edit, name="system_edit"),
    path(f"{SYSTEM}/", systems_browse.system, name="system"),
    path(f"{SYSTEM}.csv", systems_browse.system_file, name="system_file"),
    path(f"{SYSTEM}/diff/", systems_browse.system_diff, name="system_diff"),
    path(f"{SYSTEM}/copy", systems_draft.copy, name="system_copy"),
    path(f"{SYSTEM}/<str:indicator>/", systems_browse.system_indicator, name="system_indicator"),
    path("rounds/", rounds.rounds, name="rounds"),
    path("r/<int:round_id>/duties/", rounds_one.round_duties, name="round_duties"),
    path("r/<int:round_id>/duties.csv", rounds_one.duties_file, name="duties_file"),
    path("r/<int:round_id>/rebase/", rounds_one.rebase, name="round_rebase"),
    path("r/<int:round_id>/close/", rounds_one.close, name="round_close"),
]
