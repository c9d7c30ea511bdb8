"""The pages a browser looks at: add a line for every new one. Who may see what is tested elsewhere."""

from dataclasses import dataclass

WIDTHS = (1366, 375)


@dataclass(frozen=True)
class Page:
    """A page of the filled installation.

    Attributes:
        name: Of its screenshots.
        path: Below the address of the server.
        account: Who looks; nobody signed in where it is empty.
        status: What the server answers.
        budget: Bytes it may need besides fonts.
    """

    name: str
    path: str
    account: str = ""
    status: int = 200
    budget: int = 200_000


OFFICE = "bangongshi"
LEADERS = "lingdao"

PAGES = (
    Page("signin", "signin"),
    Page("components", "components/"),
    Page("not-found", "nothing/", OFFICE, 404),
    Page("password", "password", OFFICE),
    Page("home", "", LEADERS),
    Page("shortfalls", "r/1/shortfalls/", LEADERS),
    Page("indicators", "r/1/indicators/", LEADERS),
    Page("indicator", "r/1/indicators/LV01/", LEADERS),
    Page("explain", "r/1/indicators/LV01/990102/", LEADERS),
    Page("areas", "r/1/areas/", LEADERS),
    Page("gaps", "r/1/indicators/MO01/gaps/", LEADERS),
    Page("datasets", "r/1/datasets/", LEADERS),
    Page("dataset", "r/1/datasets/roads/2024/", LEADERS),
    Page("area", "r/1/areas/990102/", LEADERS),
    Page("values", "r/1/values/", OFFICE),
    Page("correct", "r/1/values/correct", OFFICE),
    Page("import", "r/1/import/", OFFICE),
    Page("onepage", "r/1/onepage/990102/", LEADERS),
    Page("diseases", "r/1/diseases/", LEADERS),
    Page("disease", "r/1/diseases/B-2024-01/", OFFICE),
    Page("disease-new", "r/1/diseases/new/?area=990101", OFFICE),
    Page("disease-close", "r/1/diseases/B-2024-01/close/", OFFICE),
    Page("measures", "r/1/measures/", LEADERS),
    Page("measure", "r/1/measures/M-01/", OFFICE),
    Page("measure-new", "r/1/diseases/B-2024-01/measure/", OFFICE),
    Page("milestone", "r/1/measures/M-01/milestones/1/", OFFICE),
    Page("chain", "r/1/chain/?disease=B-2024-01", LEADERS),
    Page("values", "r/1/values/", OFFICE),
    Page("values-one", "r/1/values/?indicator=MO01&area=990104", OFFICE),
    Page("values-variable", "r/1/values/?variable=hydrants_ok&area=990102001", OFFICE),
    Page("values-correct", "r/1/values/correct?variable=residents&area=990103001&period=2024", OFFICE),
    Page("import", "r/1/import/", OFFICE),
    Page("criteria", "r/1/criteria/", OFFICE),
    Page("criteria-one", "r/1/criteria/?indicator=MO01", OFFICE),
    Page("criteria-trial", "r/1/criteria/?indicator=MO01&cut:district::良=1.2", OFFICE),
    Page("systems", "systems/", OFFICE),
    Page("system", "systems/toy-2024/1/", OFFICE),
    Page("system-indicator", "systems/toy-2024/1/MO01/", OFFICE),
    Page("rounds", "rounds/", OFFICE),
    Page("duties", "r/1/duties/", OFFICE),
    Page("round-close", "r/1/close/", OFFICE),
    Page("reports", "r/1/reports/", OFFICE),
    Page("status", "status/", OFFICE),
    Page("trail", "trail/", OFFICE),
    Page("trail-entry", "trail/3/", OFFICE),
    Page("help", "help/", LEADERS),
)
