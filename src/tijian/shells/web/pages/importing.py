"""数据导入: files come in, are examined, and are written only when somebody has seen what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tijian.engine.exam.inputs import STRANDS
from tijian.engine.exam.intake.marked import marked_workbook
from tijian.engine.kernel.faults import Fault, Refused
from tijian.office.ledger.models import Entry
from tijian.office.people.models import Role
from tijian.office.people.queries import Person
from tijian.office.values import uploads
from tijian.office.values.imports import DryRun, Explained, beyond, dry_run
from tijian.office.values.preview import moved_by
from tijian.office.values.uploads import Terms, Upload
from tijian.shells.web.access import who
from tijian.shells.web.components.forms import Field, Option
from tijian.shells.web.forms_once import token as form_token
from tijian.shells.web.pages.files import attachment
from tijian.shells.web.pages.importing_moves import moves
from tijian.shells.web.pages.importing_seen import asked, next_line, passed_over, verdicts
from tijian.shells.web.pages.seen import Seen, frame, seen_of
from tijian.shells.web.perform import FORBIDDEN, UNFIT, perform

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MARKS = ("", "合成", "估算", "示例/待核")
WHY = "why:"  # before the place of a cell, in the names of fields
REPEATED = 4  # dry runs kept in a process, for the pages of one
LONG, LONGEST = 120, 2_000  # characters of a provider and of a note


@require_http_methods(["GET", "HEAD", "POST"])
def importing(request: HttpRequest, round_id: int) -> HttpResponse:
    """Take files and send on to what they would come to."""
    seen = seen_of(round_id)
    if request.method != "POST":
        return _form(request, seen, _typed(request, seen))
    typed = _typed(request, seen)
    files = [(f.name or "", f.read()) for f in request.FILES.getlist("files")]
    form = form_token(request)
    if not form:
        hint = "请重新打开这一页，再选一次文件。"
        return _form(
            request, seen, typed, [Fault("form.once", "数据导入", "表单", "", "这一页上的表单", hint)]
        )
    try:
        upload = uploads.keep(who(request).name, typed, files, form)
    except Refused as refused:
        return _form(request, seen, typed, refused.faults)
    return redirect("import_seen", round_id=round_id, token=upload.token)


def _typed(request: HttpRequest, seen: Seen) -> Terms:
    """Read what was typed; before anything was, what suits the person."""
    person, given = who(request), request.POST
    third = person.has(Role.THIRD_PARTY) and not person.has(Role.OFFICE, Role.CLERK)
    strand = given.get("strand", "")
    mark = given.get("mark", "")
    return Terms(
        seen.which.pk,
        strand if strand in STRANDS else "第三方" if third else "自体检",
        mark if mark in MARKS else "",
        given.get("provider", _provider(person)).strip()[:LONG],
        given.get("note", "").strip()[:LONGEST],
    )


def _provider(person: Person) -> str:
    return "、".join(person.bodies) or person.zh


def _form(request: HttpRequest, seen: Seen, typed: Terms, faults: Sequence[Fault] = ()) -> HttpResponse:
    fields = (
        Field("strand", "数的来源", typed.strand, "select", hint="表里写了来源的，以表里为准。",
              options=tuple(Option(s, s) for s in STRANDS)),
        Field("mark", "标记", typed.mark, "select", hint="表里写了标记的，以表里为准。",
              options=tuple(Option(m, m or "没有标记") for m in MARKS)),
        Field("provider", "提供单位", typed.provider, hint="写在每个数的来源里。"),
        Field("note", "说明", typed.note, "textarea", hint="例如报表期别、补录原因；会和数一起留存。"),
    )  # fmt: skip
    context = frame(request, seen) | {
        "fields": fields[:-1],
        "note": fields[-1],
        "faults": faults,
        "accept": ".csv,.txt,.tsv,.xlsx,.xlsm,.xls,.et,.parquet,.geojson",
        "waiting": [(u, _names(u)) for u in uploads.of(who(request).name, seen.which.pk)],
        "layers": seen.city.doc.layers,
    }
    return render(request, "pages/import.html", context, status=UNFIT if faults else 200)


def _names(upload: Upload) -> str:
    return "、".join(f.name for f in upload.files)


@require_http_methods(["GET", "HEAD", "POST"])
def import_seen(request: HttpRequest, round_id: int, token: str) -> HttpResponse:
    """Show what an upload would come to; write what is sound of it, or drop it.

    Raises:
        Http404: If there is no such upload any more.
    """
    seen, upload = seen_of(round_id), _upload(token)
    if request.method != "POST":
        return _shown(request, seen, upload)
    if upload.written:  # sent once more: what came of it the first time is the answer
        return redirect("import_seen", round_id=round_id, token=token)
    if request.POST.get("step") == "drop":
        uploads.drop(upload)
        messages.success(request, f"已放弃 {_names(upload)}，什么也没有写入。")
        return redirect("import", round_id=round_id)
    if request.POST.get("step") == "look":
        return _shown(request, seen, upload)
    return _write(request, seen, upload)


def _explained(request: HttpRequest) -> Explained:
    """Read why cells that were asked about are right, as far as somebody wrote it."""
    given = [
        (k.removeprefix(WHY), str(v).strip()[:LONGEST]) for k, v in request.POST.items() if k.startswith(WHY)
    ]
    return tuple(sorted((place, reason) for place, reason in given if reason))


def _write(request: HttpRequest, seen: Seen, upload: Upload) -> HttpResponse:
    dry = _dry(upload, seen, _explained(request))
    if dry.action is None:
        return _shown(request, seen, upload, status=UNFIT)
    foreign = beyond(who(request), dry.action.parts)
    if foreign:
        return _shown(request, seen, upload, foreign, FORBIDDEN)
    outcome = perform(request, dry.action)
    if outcome.done is None:
        return _shown(request, seen, upload, outcome.faults, outcome.status)
    uploads.mark_written(upload, str(outcome.done.action), _explained(request))
    return redirect("import_seen", round_id=seen.which.pk, token=upload.token)


def _shown(
    request: HttpRequest, seen: Seen, upload: Upload, faults: Sequence[Fault] = (), status: int = 200
) -> HttpResponse:
    explained = upload.explained if upload.written else _explained(request)
    dry = _dry(upload, seen, explained)
    parts = dry.action.parts if dry.action is not None else ()
    foreign = () if upload.written else tuple(beyond(who(request), parts))
    moved = moved_by(UUID(upload.written)) if upload.written else dry.moved
    context = (
        frame(request, seen)
        | verdicts(seen, dry, request.GET)
        | {
            "upload": upload,
            "asked": () if upload.written else asked(seen, dry.intake, dict(explained)),
            "why": WHY,
            "names": _names(upload),
            "dry": dry,
            "faults": faults,
            "foreign": foreign,
            "against": () if upload.written else dry.against,
            "may_write": bool(parts) and not foreign and not dry.against,
            "moves": moves(moved),
            "passed_over": passed_over(seen, dry.figures),
            "next": next_line(seen, dry) if upload.written else None,
            "withdraw": _withdraw(seen, upload) if upload.written and dry.figures else "",
        }
    )
    return render(request, "pages/import_seen.html", context, status=status)


def _withdraw(seen: Seen, upload: Upload) -> str:
    """Give the address at which what was written is taken back."""
    return seen.url("withdraw", position=Entry.objects.get(action=UUID(upload.written)).position)


def _upload(token: str) -> Upload:
    found = uploads.find(token)
    if found is None:
        raise Http404("没有这次上传，或已过一天。")
    return found


def _dry(upload: Upload, seen: Seen, explained: Explained = ()) -> DryRun:
    try:
        return _examined(Path(settings.INSTALLATION), upload, seen.which.pk, seen.position, explained)
    except OSError as error:
        raise Http404("这次上传的文件已清理，请重新上传。") from error


@lru_cache(maxsize=REPEATED)
def _examined(_place: Path, upload: Upload, round_id: int, _position: int, explained: Explained) -> DryRun:
    """Examine once for all pages of an upload, as long as nothing was written meanwhile."""
    return dry_run(upload, seen_of(round_id).which, explained)


@require_GET
def import_marked(request: HttpRequest, round_id: int, token: str, number: int) -> HttpResponse:
    """Give one of the tables back with its cells marked and the remedies beside them.

    Raises:
        Http404: If there is no such file.
    """
    seen, upload = seen_of(round_id), _upload(token)
    if not 0 < number <= len(upload.tables):
        raise Http404("没有这个文件。")
    file = upload.tables[number - 1]
    try:
        content = marked_workbook(_dry(upload, seen).intake, upload.path(file).read_bytes())
    except KeyError as error:
        raise Http404("这个文件没有读成，没有可标的格。") from error
    return attachment(content, f"{Path(file.name).stem}-标注.xlsx", XLSX)
