"""Addresses of 标准."""

from __future__ import annotations

from django.urls import path

from tijian.shells.web.pages import criteria, criteria_adopt

patterns = [
    path("r/<int:round_id>/criteria/", criteria.criteria, name="criteria"),
    path("r/<int:round_id>/criteria.csv", criteria.criteria_file, name="criteria_file"),
    path("r/<int:round_id>/criteria/adopt", criteria_adopt.adopt, name="criteria_adopt"),
    path("r/<int:round_id>/criteria/undo/<int:basis_id>/", criteria_adopt.undo, name="criteria_undo"),
]
