"""An installation with its systems published, an office account, a round, and the toy city's figures in it."""

import csv

from place import DAY, TOY

OFFICE = "bangongshi"
YEAR = 2024
ROUND = "2024"


def do(action, account=OFFICE, **options):
    return action.execute(account, today=DAY, **options)


def toy_figures():
    from tijian.office.values.figures import Figure

    with (TOY / "inputs" / "variables.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return tuple(
        Figure("variable", r["variable"], r["area"], r["period"], r["value"], r["unit"], r["strand"], r["mark"], row=n)
        for n, r in enumerate(rows, 2)
    )  # fmt: skip


def publish(folder):
    from tijian.office.register.actions import PublishDocuments

    do(PublishDocuments(folder / "city", ("system",)), "tixi")


def opened(name=ROUND, year=YEAR, areas=()):
    from tijian.office.register.models import Round
    from tijian.office.values.rounds import OpenRound

    do(OpenRound(name, year, areas))
    return Round.objects.get(name=name)


def fill():
    """Bring in the toy city's tables and layers, as its folder has them."""
    from tijian.office.values.actions import AcceptValues, AdoptStrand, RegisterDataset

    table = TOY / "inputs" / "variables.csv"
    do(AcceptValues(toy_figures(), "variables.csv", content=table))
    layers = TOY / "inputs" / "layers"
    do(RegisterDataset("roads", "2024", layers / "roads-2024.geojson", "澄湖测绘队", mark="示意"))
    do(RegisterDataset("built_area", "2024", layers / "built_area.geojson", "澄湖测绘队", mark="示意"))
    do(AdoptStrand("hydrants_ok", "990102001", YEAR, "第三方", "逐个现场数过"))
    do(AdoptStrand("MO01", "990104", YEAR, "自体检", "港区内部道路图层未更新"))


def figure(variable, area, text, unit="", period="2024", **more):
    from tijian.office.values.figures import Figure

    return Figure("variable", variable, area, period, text, unit, **more)


def accept(*figures, account=OFFICE, source="更正单", **more):
    from tijian.office.values.actions import AcceptValues

    return do(AcceptValues(figures, source, **more), account)


def grades(which):
    from tijian.office.values.results import current

    return {cell: (r.value, r.grade) for cell, r in current(which).items()}
