"""One milestone: what counts as done, its files, what happened to it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tijian.engine.kernel.faults import Fault, Faults
from tijian.office.ledger import evidence
from tijian.office.ledger.action import Action
from tijian.office.ledger.queries import today as business_day
from tijian.office.people.permissions import ACCEPT_MILESTONE, SUBMIT_MILESTONE, TREAT
from tijian.office.people.queries import titles
from tijian.office.treat.milestones import (
    AcceptMilestone,
    CancelMilestone,
    File,
    PostponeMilestone,
    ReturnMilestone,
    SubmitMilestone,
)
from tijian.office.treat.models import Event, Proof
from tijian.office.treat.queries import PENDING, SETTLED, Plan, Standing
from tijian.shells.web.access import who
from tijian.shells.web.components.evidence import Evidence, EvidenceList
from tijian.shells.web.components.forms import ErrorSummary, Field
from tijian.shells.web.pages.files import disposition
from tijian.shells.web.pages.seen import Seen, frame, seen_of
from tijian.shells.web.pages.treatment_form import day_of
from tijian.shells.web.pages.treatment_measure import plan_of, stateline
from tijian.shells.web.pages.treatment_rights import sees_proof
from tijian.shells.web.pages.treatment_shared import area_names, bar, fingerprint, told_of, who_may
from tijian.shells.web.perform import UNFIT, Outcome, perform

METHODS, BLOCK = ["GET", "HEAD", "POST"], 1 << 20


@dataclass(frozen=True)
class Verb:
    """Something that can be done with a milestone.

    Attributes:
        key: What the form sends.
        title: Above the form.
        submit: What the button does.
        duty: Whose it is.
        fields: To be filled in.
        fits: Whether the state leaves it to be done.
        danger: Whether it is a refusal.
        files: Whether files are sent.
    """

    key: str
    title: str
    submit: str
    duty: str
    fields: Callable[[HttpRequest], tuple[Field, ...]]
    fits: Callable[[Standing], bool]
    danger: bool = False
    files: bool = False


def _field(
    name: str, label: str, *, required: bool = False, hint: str = ""
) -> Callable[[HttpRequest], tuple[Field, ...]]:
    return lambda r: (Field(name, label, r.POST.get(name, ""), "textarea", required=required, hint=hint),)


def _postponing(request: HttpRequest) -> tuple[Field, ...]:
    return (
        Field("due", "新的日期", request.POST.get("due", ""), "date", required=True),
        Field(
            "postpone_reason",
            "延期的理由",
            request.POST.get("postpone_reason", ""),
            "textarea",
            required=True,
        ),
    )


def _open(standing: Standing) -> bool:
    return standing.state not in SETTLED


VERBS: tuple[Verb, ...] = (
    Verb("submit", "报送", "附佐证报送", SUBMIT_MILESTONE, _field("text", "做了什么"),
         lambda s: _open(s) and s.state != PENDING, files=True),
    Verb("accept", "验收", "验收通过", ACCEPT_MILESTONE, _field("accept_text", "验收意见", hint="对照完成标准写。"),
         lambda s: s.state == PENDING),
    Verb("return", "退回", "退回", ACCEPT_MILESTONE, _field("return_reason", "退回的理由", required=True, hint="缺什么、改什么，牵头单位照此重报。"),
         lambda s: s.state == PENDING, danger=True),
    Verb("postpone", "延期", "延期", TREAT, _postponing, _open),
    Verb("cancel", "取消这个里程碑", "取消", TREAT, _field("cancel_reason", "取消的理由", required=True),
         _open, danger=True),
)  # fmt: skip
REASONS = {"return": "return_reason", "postpone": "postpone_reason", "cancel": "cancel_reason"}


@require_http_methods(METHODS)
def milestone(request: HttpRequest, round_id: int, number: str, rank: int) -> HttpResponse:
    """Show one milestone, and do what is asked with it.

    Raises:
        Http404: If there is no such milestone.
    """
    seen, plan = seen_of(round_id), plan_of(number)
    standing = next((m for m in plan.milestones if m.milestone.rank == rank), None)
    if standing is None:
        raise Http404("没有这个里程碑。")
    if request.method != "POST":
        return _page(request, seen, plan, standing)
    verb = next((v for v in VERBS if v.key == request.POST.get("do", "")), None)
    if verb is None:
        raise Http404("没有这种办理。")
    outcome = _do(request, verb, number, rank)
    if outcome.done is None:
        return _page(request, seen, plan, standing, verb, outcome.faults, outcome.status)
    messages.success(request, f"{standing.milestone.name}：{verb.title}已登记。")
    return redirect("milestone", round_id=round_id, number=number, rank=rank)


def _do(request: HttpRequest, verb: Verb, number: str, rank: int) -> Outcome:
    text = request.POST.get(REASONS.get(verb.key, ""), "")
    if verb.key == "submit":
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="tijian-proof-")))
            files = tuple(_kept(folder, n, f) for n, f in enumerate(request.FILES.getlist("files")))
            return perform(request, SubmitMilestone(number, rank, files, text=request.POST.get("text", "")))
    if verb.key == "postpone":
        return _postpone(request, number, rank, text)
    actions: Mapping[str, Action] = {
        "accept": AcceptMilestone(number, rank, request.POST.get("accept_text", "")),
        "return": ReturnMilestone(number, rank, text),
        "cancel": CancelMilestone(number, rank, text),
    }
    return perform(request, actions[verb.key])


def _kept(folder: Path, number: int, file: UploadedFile) -> File:
    """Put an uploaded file where the action can read it; the name it came by never becomes a path."""
    path = folder / str(number)
    with path.open("wb") as out:
        for block in file.chunks():
            out.write(block)
    return File(path, file.name or "佐证")


def _postpone(request: HttpRequest, number: str, rank: int, reason: str) -> Outcome:
    """Postpone; a date that cannot be read is told with everything else that stands against it."""
    typed = request.POST.get("due", "")
    day = day_of(typed)
    if day is not None:
        return perform(request, PostponeMilestone(number, rank, day, reason))
    faults = Faults()
    faults.add("milestone.due", "里程碑", "新的日期", typed, "一个日期", "请按年-月-日写，如 2020-06-30。")
    rest = Faults()
    PostponeMilestone(number, rank, date.max, reason).precondition(rest)
    told = [f for f in rest.found if f.code != "milestone.order"]
    return Outcome(faults=(*faults.found, *told), status=UNFIT)


@dataclass(frozen=True)
class VerbForm:
    """A form on the page: what it does, its fields with faults, what stands against it, who may."""

    verb: Verb
    fields: tuple[Field, ...]
    summary: ErrorSummary | None
    files_error: tuple[str, ...]
    may_not: str

    @property
    def open(self) -> bool:
        """Whether it is shown at once: it is what comes next, or was refused."""
        return self.verb.key in {"submit", "accept", "return"} or self.summary is not None


def _page(
    request: HttpRequest,
    seen: Seen,
    plan: Plan,
    standing: Standing,
    refused: Verb | None = None,
    faults: Sequence[Fault] = (),
    status: int = 200,
) -> HttpResponse:
    today, row = business_day(), standing.milestone
    person = who(request)
    forms = [
        _form(request, v, faults if v is refused else (), who_may(person, v.duty))
        for v in VERBS
        if plan.cancellation is None and (v.fits(standing) or v is refused)
    ]
    context = frame(request, seen) | {
        "plan": plan,
        "measure": plan.measure,
        "milestone": row,
        "standing": standing,
        "days": standing.overdue_days(today),
        "late_days": standing.late_days(today),
        "area_zh": area_names(seen, plan.measure.codes()),
        "bar": bar(plan, today, synthetic=seen.synthetic),
        "stateline": stateline(plan, today),
        "events": _events(standing),
        "proofs": _proofs(seen, plan, standing, opens=sees_proof(person, {"number": plan.measure.number})),
        "forms": forms,
        "others": [
            (m, seen.url("milestone", number=plan.measure.number, rank=m.milestone.rank))
            for m in plan.milestones
        ],
        "fingerprint": fingerprint(row),
    }
    return render(request, "pages/milestone.html", context, status=status)


def _form(request: HttpRequest, verb: Verb, faults: Sequence[Fault], may_not: str) -> VerbForm:
    places = {
        "reason.missing": REASONS.get(verb.key, ""),
        "milestone.evidence": "files" if verb.files else "",
        "milestone.empty": "files",
        "milestone.due": "due",
        "milestone.order": "due",
    }
    told = told_of(faults, lambda f: places.get(f.code, ""))
    fields = tuple(told.on(f) for f in verb.fields(request))
    files = told.on(Field("files", "佐证文件"))
    summary = ErrorSummary((*fields, files), told.others)
    return VerbForm(verb, fields, summary if summary.count else None, files.errors, may_not)


@dataclass(frozen=True)
class EventLine:
    """Something that happened to a milestone: what, when, who, what was said, where it is recorded."""

    kind: str
    day: str
    actor: str
    text: str
    due: str
    mark: str


def _events(standing: Standing) -> list[EventLine]:
    names = titles()
    return [
        EventLine(
            e.kind, e.day.isoformat(), names.get(e.account, e.account), e.text,
            "" if e.due is None else f"改到 {e.due}", fingerprint(e),
        )
        for e in reversed(standing.events)
    ]  # fmt: skip


def _proofs(seen: Seen, plan: Plan, standing: Standing, *, opens: bool) -> EvidenceList | None:
    """Show the files of every submission: those of the latest, and those that it replaced."""
    own = {p.pk for p in standing.own_proofs()}
    latest: Event | None = standing.submission
    returned = standing.state == "已退回"
    items = []
    for proof in reversed(standing.proofs):
        now = proof.pk in own
        state = "replaced" if not now else "rejected" if returned else "received"
        href = seen.url("proof", number=plan.measure.number, proof=proof.pk) if opens else ""
        why = next((e.text for e in reversed(standing.events) if e.text), "") if now and returned else ""
        about = f"{proof.event.day} 报送" + ("" if opens else "；文件归牵头单位，验收人可看")
        items.append(Evidence("佐证", proof.file.name, state, href, about, proof.sha256, why))  # type: ignore[arg-type]
    if latest is None:
        items.append(Evidence("必交", "佐证文件", "missing", why="没有佐证不能报送，也不能验收"))
    return EvidenceList(tuple(items))


@require_GET
def proof(request: HttpRequest, round_id: int, number: str, proof: int) -> HttpResponseBase:
    """Give a file behind a milestone, as it was submitted.

    Raises:
        Http404: If the measure has no such file, or its bytes are gone.
    """
    plan = plan_of(number)
    found = (
        Proof.objects.filter(pk=proof, event__milestone__measure=plan.measure).select_related("file").first()
    )
    path = evidence.path(found.sha256) if found is not None else None
    if found is None or path is None or not path.is_file():
        raise Http404("没有这个文件。")
    answer = StreamingHttpResponse(_blocks(path), content_type="application/octet-stream")
    answer.headers["Content-Length"] = str(found.file.size)
    answer.headers["Content-Disposition"] = disposition(found.file.name)
    return answer


def _blocks(path: Path) -> Iterator[bytes]:
    """Read a file piece by piece; it is opened only when somebody takes the first."""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block
