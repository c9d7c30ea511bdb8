"""Addresses of the pages of diagnosis, treatment and chain."""

from __future__ import annotations

from django.urls import path

from tijian.shells.web.pages import (
    chain,
    diseases,
    diseases_acts,
    diseases_case,
    diseases_confirm,
    treatment,
    treatment_measure,
    treatment_milestone,
    treatment_new,
)

DISEASES, MEASURES = "r/<int:round_id>/diseases", "r/<int:round_id>/measures"
patterns = [
    path(f"{DISEASES}/", diseases.diseases, name="diseases"),
    path(f"{DISEASES}/candidates.csv", diseases.candidates_csv, name="candidates_csv"),
    path(f"{DISEASES}/diseases.csv", diseases.diseases_csv, name="diseases_csv"),
    path(f"{DISEASES}/new/", diseases_confirm.disease_new, name="disease_new"),
    path(f"{DISEASES}/candidates/<str:disease>/<str:area>/", diseases_confirm.candidate, name="candidate"),
    path(f"{DISEASES}/<str:number>/", diseases_case.disease, name="disease"),
    path(f"{DISEASES}/<str:number>/revoke/", diseases_acts.revoke, name="disease_revoke"),
    path(f"{DISEASES}/<str:number>/close/", diseases_acts.close, name="disease_close"),
    path(f"{DISEASES}/<str:number>/relapse/", diseases_acts.relapse, name="disease_relapse"),
    path(f"{DISEASES}/<str:number>/measure/", treatment_new.measure_new, name="measure_new"),
    path(f"{MEASURES}/", treatment.measures, name="measures"),
    path(f"{MEASURES}/measures.csv", treatment.measures_csv, name="measures_csv"),
    path(f"{MEASURES}/<str:number>/", treatment_measure.measure, name="measure"),
    path(f"{MEASURES}/<str:number>/assess/", treatment_measure.assess, name="measure_assess"),
    path(f"{MEASURES}/<str:number>/cancel/", treatment_measure.cancel, name="measure_cancel"),
    path(f"{MEASURES}/<str:number>/milestones/<int:rank>/", treatment_milestone.milestone, name="milestone"),
    path(f"{MEASURES}/<str:number>/proofs/<int:proof>/", treatment_milestone.proof, name="proof"),
    path("r/<int:round_id>/chain/", chain.chain, name="chain"),
]
