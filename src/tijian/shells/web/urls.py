"""Addresses of the pages."""

from __future__ import annotations

from django.urls import path

from tijian.shells.web import signin
from tijian.shells.web.components.living import living_page
from tijian.shells.web.pages import (
    areas,
    correct,
    datasets,
    explaining,
    files,
    gaps,
    helping,
    home,
    importing,
    importing_template,
    indicators,
    poor,
    reports,
    status,
    status_checks,
    systems_urls,
    treatment_urls,
    values_page,
    withdrawing,
)

urlpatterns = [
    *treatment_urls.patterns,
    path("", home.home, name="home"),
    path("r/<int:round_id>/", home.round_home, name="round_home"),
    path("r/<int:round_id>/looked", home.mark_looked, name="mark_looked"),
    path("r/<int:round_id>/shortfalls/", poor.poor, name="shortfalls"),
    path("r/<int:round_id>/indicators/", indicators.indicators, name="indicators"),
    path("r/<int:round_id>/indicators/<str:indicator>/", indicators.indicator, name="indicator"),
    path("r/<int:round_id>/indicators/<str:indicator>/gaps/", gaps.gaps, name="gaps"),
    path("r/<int:round_id>/indicators/<str:indicator>/map.geojson", files.geojson, name="geojson"),
    path("r/<int:round_id>/indicators/<str:indicator>/<str:area>/", explaining.explain, name="explain"),
    path("r/<int:round_id>/areas/", areas.areas, name="areas"),
    path("r/<int:round_id>/areas/<str:area>/", areas.area, name="area"),
    path("r/<int:round_id>/onepage/", areas.onepage_first, name="onepage_first"),
    path("r/<int:round_id>/onepage/<str:area>/", areas.onepage, name="onepage"),
    path("r/<int:round_id>/files/<str:name>", files.download, name="download"),
    *systems_urls.patterns,
    path("r/<int:round_id>/values/", values_page.values, name="values"),
    path("r/<int:round_id>/values/adopt", values_page.values_adopt, name="values_adopt"),
    path("r/<int:round_id>/values/correct", correct.correct, name="values_correct"),
    path("r/<int:round_id>/datasets/", datasets.datasets, name="datasets"),
    path("r/<int:round_id>/datasets/<str:layer>/<int:year>/", datasets.dataset, name="dataset"),
    path(
        "r/<int:round_id>/datasets/<str:layer>/<int:year>/<str:kind>",
        datasets.dataset_file,
        name="dataset_file",
    ),
    path("r/<int:round_id>/import/", importing.importing, name="import"),
    path("r/<int:round_id>/import/template.csv", importing_template.import_template, name="import_template"),
    path("r/<int:round_id>/import/<str:token>/", importing.import_seen, name="import_seen"),
    path("r/<int:round_id>/values/withdraw/<int:position>", withdrawing.withdraw, name="withdraw"),
    path(
        "r/<int:round_id>/import/<str:token>/<int:number>.xlsx", importing.import_marked, name="import_marked"
    ),
    path("r/<int:round_id>/reports/", reports.reports, name="reports"),
    path("r/<int:round_id>/reports/running", reports.reports_running, name="reports_running"),
    path("r/<int:round_id>/reports/<int:key>/", reports.report_file, name="report_file"),
    path("status/", status.status, name="status"),
    path("status/check", status_checks.status_check, name="status_check"),
    path("status/running", status_checks.status_running, name="status_running"),
    path("trail/", status.trail, name="trail"),
    path("trail/trail.csv", status.trail_csv, name="trail_csv"),
    path("trail/<int:number>/", status.trail_entry, name="trail_entry"),
    path("help/", helping.helping, name="help"),
    path("signin", signin.sign_in, name="signin"),
    path("signout", signin.sign_out, name="signout"),
    path("password", signin.password, name="password"),
    path("healthz", signin.health, name="health"),
    path("components/", living_page, name="components"),
]

handler400 = "tijian.shells.web.errors.bad_request"
handler403 = "tijian.shells.web.errors.forbidden"
handler404 = "tijian.shells.web.errors.not_found"
handler500 = "tijian.shells.web.errors.server_error"
