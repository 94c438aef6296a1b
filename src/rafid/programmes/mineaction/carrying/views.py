"""Pages of carrying: the import of other systems' files, the mapping files with a preview, and the export."""

from __future__ import annotations

from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from rafid.commons.names import pick
from rafid.commons.people.models import Organisation
from rafid.commons.records.change import Refused
from rafid.commons.records.imports import NotNow, receive
from rafid.commons.records.imports.mapping import choose_as_suggested
from rafid.commons.records.imports.receive import open_run
from rafid.commons.records.imports.targets import owners_for, target_of
from rafid.commons.records.imports.uploads import Limited, too_large
from rafid.commons.records.imports.work import begin_staging
from rafid.commons.records.models import ImportRun
from rafid.commons.records.tabular import TableError
from rafid.commons.records.tabular.errors import size

from ..models import ImportMapping, ReportType
from ..seeing import may_here
from . import editing
from .fields import label, types
from .kept import in_use, mapping_of, save_version
from .mapping import NORTHS, BadMapping, Mapping, read
from .opened import Opened
from .written import dump

TARGET = "mineaction.reports"
PREVIEWED = 5
LAST_RUNS = 10


def _owners(request: HttpRequest) -> list[Organisation]:
    """The authorities for which this person imports."""
    found = owners_for(request.user, target_of(TARGET))
    if not found:
        raise PermissionDenied
    own = [one for one in found if one.pk == request.user.organisation_id]
    authorities = [one for one in found if one.kind == "authority"]
    return list(dict.fromkeys([*own, *(authorities or found)]))


class SendForm(forms.Form):
    mapping = forms.ChoiceField(label=gettext_lazy("Read by the mapping"))
    owner = forms.ModelChoiceField(
        Organisation.objects.none(), label=pgettext_lazy("of mine action", "Authority"), empty_label=None
    )
    operator = forms.ModelChoiceField(
        Organisation.objects.none(), label=gettext_lazy("Operator, where the file names none"), required=False
    )
    north = forms.ChoiceField(
        label=gettext_lazy("North of bearings, where the file says none"),
        help_text=gettext_lazy("With “Nobody knows” the shape stays as the file has it, and the preview says so."),
        required=False,
    )
    gates = forms.BooleanField(
        label=gettext_lazy(
            "The operators approved these reports in the other system: they wait for the authority only"
        ),
        required=False,
    )

    def __init__(
        self, *args: Any, owners: list[Organisation], mappings: list[Mapping], elsewhere: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["mapping"].choices = [(one.code, name_of(one)) for one in mappings]
        fields["owner"].queryset = Organisation.objects.filter(pk__in=[one.pk for one in owners])
        fields["owner"].initial = owners[0].pk
        fields["operator"].queryset = Organisation.objects.filter(active=True).order_by("ref")
        fields["north"].choices = [("", "—"), *((code, _(name)) for code, name in NORTHS.items())]
        if not elsewhere:
            del fields["gates"]


def name_of(mapping: Mapping) -> str:
    return pick(mapping.names) or mapping.code


@login_required
@csrf_exempt
def send(request: HttpRequest) -> HttpResponse:
    """The upload handler is set before anything reads the body, and that is before the token in it is looked at."""
    if request.method == "POST":
        request.upload_handlers = [Limited(request)]
    return _send(request)


@csrf_protect
def _send(request: HttpRequest) -> HttpResponse:
    owners = _owners(request)
    owner = owners[0]
    elsewhere = may_here(request.user, "approve", owner=owner.pk, side="authority")
    posted = request.method == "POST"
    form = SendForm(
        request.POST if posted else None,
        owners=owners,
        mappings=in_use(owner.pk),
        elsewhere=elsewhere,
        initial={"mapping": request.GET.get("mapping", "maxml")},
    )
    refusal = ""
    if posted:
        file = request.FILES.get("file")
        if too_large(request):
            refusal = _("This file is larger than %(limit)s. Split it.") % {"limit": size(settings.RAFID_UPLOAD_LIMIT)}
        elif file is None:
            refusal = _("Choose the file first.")
        elif form.is_valid():
            try:
                return redirect(_received(request, form.cleaned_data, file))
            except TableError as error:
                refusal = error.text(_)
            except NotNow as reason:
                refusal = str(reason)
    runs = ImportRun.objects.visible_to(request.user).filter(target=TARGET).order_by("-made_at")[:LAST_RUNS]
    context = {
        "form": form,
        "refusal": refusal,
        "runs": runs,
        "limit": settings.RAFID_UPLOAD_LIMIT,
        "limit_text": f"\u2066{size(settings.RAFID_UPLOAD_LIMIT)}\u2069",  # number and unit stay in their order
    }
    return render(request, "mineaction/carrying/import.html", context, status=422 if posted else 200)


def _received(request: HttpRequest, said: dict[str, Any], file: Any) -> ImportRun:
    """Kept, read and staged: its own page shows what becomes what, and records or undoes it."""
    owner = said["owner"]
    mapping = mapping_of(said["mapping"], owner=owner.pk)
    assert mapping is not None
    operator = said.get("operator")
    answers = {"north": said.get("north") or "", "operator": operator.ref if operator else ""}
    options = {
        "mapping": mapping.code,
        "mapping_number": mapping.number,
        "mapping_owner": str(owner.pk),
        "answers": {name: value for name, value in answers.items() if value},
        "gates": "elsewhere" if said.get("gates") and may_here(request.user, "approve", owner=owner.pk) else "",
    }
    run = receive(file, TARGET, request.user, options, owner=owner)
    choose_as_suggested(run, target_of(TARGET), open_run(run), {})
    run.save()
    return begin_staging(run, request.user)


@login_required
@require_safe
def mappings(request: HttpRequest) -> HttpResponse:
    owner = _owners(request)[0]
    rows = [
        {"mapping": one, "name": name_of(one), "reports": [_report_name(each) for each in one.reports]}
        for one in in_use(owner.pk)
    ]
    return render(request, "mineaction/carrying/mappings.html", {"rows": rows, "owner": owner})


def _report_name(made: Any) -> str:
    """What a mapping makes, as people call it; its own code where that is none of our kinds of report."""
    return next((str(ReportType(one).label) for one in (made.code, made.type) if one in ReportType.values), made.code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, code: str) -> HttpResponse:
    """A mapping in a table, as a whole file, and what it makes of a file that was sent. Saving makes the next version."""
    owner = _owners(request)[0]
    found = mapping_of(code, owner=owner.pk)
    if found is None:
        raise Http404
    shown, refusal, wanted = found, "", request.POST.get("act", "")
    if request.method == "POST":
        try:
            shown = _as_posted(request, found)
            if wanted == "save":
                seen = int(request.POST.get("seen", "0") or 0)
                saved = save_version(
                    owner=owner, text=shown.text, seen=seen, by=request.user, reason=request.POST.get("reason", "")
                )
                messages.success(request, _("Version %(number)s of the mapping is saved.") % {"number": saved.number})
                return redirect("mineaction-mapping", saved.code)
        except (BadMapping, Refused, ValueError) as error:
            refusal = str(error)
    runs = ImportRun.objects.visible_to(request.user).filter(target=TARGET, options__mapping=code).order_by("-made_at")
    versions = ImportMapping.objects.visible_to(request.user).filter(owner=owner, code=code).select_related("made_by")
    context = {
        "mapping": shown,
        "name": name_of(shown),
        "reports": editing.rows_of(shown),
        "text": shown.text or dump(shown),
        "units": editing.units(),
        "seen": found.number,
        "refusal": refusal,
        "runs": runs[:LAST_RUNS],
        "versions": versions.order_by("-number"),
        "chosen": request.POST.get("run", ""),
        "reason": request.POST.get("reason", ""),
        **({"preview": _preview(request, shown, runs)} if wanted == "preview" and not refusal else {}),
    }
    return render(request, "mineaction/carrying/mapping.html", context, status=422 if refusal else 200)


def _as_posted(request: HttpRequest, before: Mapping) -> Mapping:
    if "text" in request.POST:
        made = read(request.POST["text"].replace("\r\n", "\n"))
        if made.code != before.code:
            raise BadMapping(
                _("The code of a mapping stays: it names its imports. Write code = “%(code)s”.") % {"code": before.code}
            )
        return made
    return read(dump(editing.edited(before, request.POST)))


def _preview(request: HttpRequest, shown: Mapping, runs: Any) -> dict[str, Any]:
    """The first reports of a file that was sent before, as this mapping would make them."""
    run = next((one for one in runs if str(one.pk) == request.POST.get("run", "")), runs.first())
    if run is None:
        return {"missing": True}
    opened = Opened(
        Path(settings.MEDIA_ROOT) / run.file_path, run.file_name, shown, dict(run.options.get("answers") or {})
    )
    try:
        made = list(islice(opened.carried(), PREVIEWED))
    except TableError as error:
        return {"error": error.text(_), "run": run}
    kinds = dict(types())
    return {
        "run": run,
        "reports": [
            {
                "one": one,
                "type": kinds.get(one.type, one.type),
                "on": date.fromisoformat(one.on) if one.on else None,
                "says": [(path, said, label(one.type, name), meant) for path, said, name, meant in one.says],
                "problems": [pick(said) for several in one.problems.values() for said in several],
                "remarks": [pick(said) for said in one.remarks],
            }
            for one in made
        ],
    }


@login_required
@require_safe
def mapping_file(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A version as it stands, to be kept or taken to another node."""
    found = mapping_of(code, number, owner=_owners(request)[0].pk)
    if found is None:
        raise Http404
    answer = HttpResponse(found.text or dump(found), content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.code}-{found.number}.toml"'
    return answer
