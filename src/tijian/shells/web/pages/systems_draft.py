"""The next revision of a published system: copied out, and one of its files edited."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tijian.engine.kernel.canonical import sha256
from tijian.engine.kernel.faults import Fault
from tijian.office.people.permissions import PUBLISH, allows, told
from tijian.office.register.drafts import CopyForRevision, EditDraft, draft_texts, is_draft_open, latest
from tijian.office.register.models import Publication
from tijian.office.register.published import catalogue_of, texts
from tijian.shells.web.access import who
from tijian.shells.web.pages.systems_browse import publication_of
from tijian.shells.web.pages.systems_words import notices
from tijian.shells.web.perform import perform


@require_POST
def copy(request: HttpRequest, name: str, revision: int) -> HttpResponse:
    """Copy the files of a revision into the city folder, and go on where one was.

    Raises:
        Http404: If there is no such revision.
    """
    row = publication_of(name, revision)
    outcome = perform(request, CopyForRevision(name, revision))
    if outcome.done is None:
        messages.error(request, "没有复制：" + "".join(f.hint for f in outcome.faults))
    else:
        words = f"已复制 {outcome.answer['files']} 个文件到 {outcome.answer['folder']}，改好后回到“指标体系”公布。"
        messages.success(request, words)
    indicator = request.POST.get("indicator", "")
    if indicator in catalogue_of(row).indicators:
        return redirect("system_edit", name=name, indicator=indicator)
    return redirect("system", name=name, revision=revision)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, name: str, indicator: str) -> HttpResponse:
    """Edit the file of one indicator in the draft; of what is published, say that it is frozen.

    Raises:
        Http404: If the system was never published or has no such indicator.
    """
    row = latest(name)
    if row is None:
        raise Http404("没有公布过这个体系。")
    path = _path(row, indicator)
    if request.method != "POST":
        return _page(request, row, indicator, path)
    typed = request.POST.get("text", "").replace("\r\n", "\n")
    outcome = perform(request, EditDraft(name, path, typed, request.POST.get("was", "")))
    if outcome.done is None:
        return _page(request, row, indicator, path, outcome.faults, outcome.status)
    messages.success(request, f"草稿已保存（第 {outcome.done.position} 条记录）。公布之前不影响任何结果。")
    return redirect("system_edit", name=name, indicator=indicator)


def _path(row: Publication, indicator: str) -> str:
    path = f"catalogues/{row.name}/indicators/{indicator}.yaml"
    if path not in row.manifest() and path not in draft_texts(row):
        raise Http404("这个体系没有这项指标。")
    return path


def _page(
    request: HttpRequest,
    row: Publication,
    indicator: str,
    path: str,
    faults: Sequence[Fault] = (),
    status: int = 200,
) -> HttpResponse:
    opened = is_draft_open(row)
    standing = (draft_texts(row) if opened else texts(row)).get(path, "")
    definition = catalogue_of(row).indicators.get(indicator)
    context = {
        "notices": notices(request),
        "row": row,
        "indicator": indicator,
        "zh": definition.name.zh if definition is not None else indicator,
        "path": path,
        "open": opened,
        "text": request.POST.get("text", standing),
        "lines": max(18, standing.count("\n") + 2),
        "was": request.POST.get("was") or sha256(standing.encode()),
        "faults": [str(f) for f in faults],
        "may": allows(who(request), PUBLISH),
        "told": told(PUBLISH),
        "copy": reverse("system_copy", kwargs={"name": row.name, "revision": row.revision}),
    }
    return render(request, "pages/systems_edit.html", context, status=status)
