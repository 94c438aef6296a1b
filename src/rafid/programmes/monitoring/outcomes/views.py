"""Pages of outcome studies: the list, one study, its keys, and the file of its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rafid.commons.filters import Filters
from rafid.commons.people.models import Organisation
from rafid.commons.records.change import Refused
from rafid.commons.records.queries import by_ref

from ..contracts.files import answer
from ..models import OutcomeStudy, Respondent, RespondentKey, Sex, StudyKind, StudyRound
from ..reading import respondent_key
from ..seeing import may_anywhere
from .drawing import change_drawn
from .figures import OVERALL, Change, Person, groups
from .forms import KeysForm, PurposeForm, StudyForm
from .keys import keep_keys
from .land_intake import due
from .queries import Asked, asked, by_partner, land_of, land_seen, of_office, studies_seen
from .questions import TOPICS
from .studies import may_change, may_release, release_study, set_up

BY: Mapping[str, tuple[Any, Callable[[Person], str]]] = {
    "sex": (gettext_lazy("Sex"), lambda person: person.sex),
    "age_group": (gettext_lazy("Age group"), lambda person: person.age_group),
    "disability": (gettext_lazy("Disability"), lambda person: {None: "", True: "yes", False: "no"}[person.disability]),
    "partner": (gettext_lazy("Partner"), lambda person: person.partner),
}


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    filters = Filters(request.GET)
    rows = studies_seen(request.user).order_by("-known_at")
    kinds = dict(StudyKind.choices)
    kind = filters.one_of("kind", _("Kind"), list(kinds), "")
    partners = {one.ref: one for one in Organisation.objects.filter(pk__in=rows.order_by().values("contract__partner"))}
    partner = filters.one_of("partner", _("Partner"), partners, None)
    if kind:
        rows = rows.filter(kind_of_study=kind)
    if partner:
        rows = rows.filter(contract__partner=partner)
    studies = list(rows)
    found = asked(studies)
    grounds: dict[Any, int] = {}
    for one in land_seen(request.user, studies):
        grounds[one.study_id] = grounds.get(one.study_id, 0) + 1
    shown = [
        {
            "study": one,
            "asked": found.get(one.pk),
            "change": _shown(found[one.pk].change()) if one.pk in found and found[one.pk].people else None,
            "grounds": grounds.get(one.pk, 0),
        }
        for one in studies
    ]
    waiting = (
        due(land_seen(request.user, studies), timezone.localdate()) if may_anywhere(request.user, "change") else []
    )
    context = {
        "rows": shown,
        "pooled": [{"row": one, "change": _shown(one.change)} for one in by_partner(found.values())],
        "waiting": waiting,
        "kinds": kinds.items(),
        "kind": kind,
        "partners": partners.values(),
        "partner": partner,
        "filter_notes": filters.notes,
        "may_add": may_anywhere(request.user, "change"),
        "may_import": may_anywhere(request.user, "import"),
    }
    return render(request, "monitoring/outcomes/list.html", context)


def _shown(one: Change | None) -> dict[str, Any] | None:
    """A change for a template: numbers in points, drawn, and whether it is of pairs."""
    if one is None:
        return None
    found = one.pairs or one.apart
    if found is None:
        return {"change": one, "found": None}
    small = one.small if one.pairs else one.small_apart
    return {
        "change": one,
        "found": found,
        "paired": one.pairs is not None,
        "small": small,
        "drawn": change_drawn(found.difference, found.low, found.high, small=small),
        "word": one.word,
        "apart": _apart(one) if one.pairs else None,
    }


def _apart(one: Change) -> dict[str, Any] | None:
    found = one.apart
    if found is None:
        return None
    return {
        "found": found,
        "small": one.small_apart,
        "drawn": change_drawn(found.difference, found.low, found.high, small=one.small_apart),
    }


def _study(request: HttpRequest, ref: str) -> OutcomeStudy:
    found: OutcomeStudy = by_ref(studies_seen(request.user), ref)
    return found


@login_required
@require_safe
def page(request: HttpRequest, ref: str) -> HttpResponse:
    study = _study(request, ref)
    context: dict[str, Any] = {
        "study": study,
        "may_change": may_change(request.user, study),
        "may_release": may_release(request.user, study) and study.released_at is None,
        "may_import": may_anywhere(request.user, "import"),
        "may_keys": RespondentKey.objects.visible_to(request.user).filter(respondent__study=study).exists()
        or may_change(request.user, study),
    }
    if study.kind_of_study == StudyKind.LAND:
        context["land"] = land_of(land_seen(request.user, [study]))
        return render(request, "monitoring/outcomes/study.html", context)
    one = asked([study])[study.pk]
    return render(request, "monitoring/outcomes/study.html", {**context, **_figures(request, one)})


def _figures(request: HttpRequest, one: Asked) -> dict[str, Any]:
    filters = Filters(request.GET)
    turns = [turn for turn in one.rounds if turn != StudyRound.BEFORE]
    then = filters.one_of("then", _("Round"), turns, one.second) if turns else one.second
    question = filters.one_of("question", _("Question"), one.questions, OVERALL)
    by = filters.one_of("by", _("By"), list(BY), "sex")
    withhold = one.study.pk not in of_office(request.user, [one.study])
    found = groups(
        one.people, BY[by][1], question, StudyRound.BEFORE, then, one.counted, paired=one.paired, withhold=withhold
    )
    names = _group_names(by, [group.code for group in found])
    return {
        "asked": one,
        "then": then,
        "then_name": StudyRound(then).label,
        "turns": [(turn, StudyRound(turn).label) for turn in turns],
        "question": question,
        "question_name": one.title(question),
        "whole": _shown(one.change(OVERALL, then)),
        "whole_name": one.title(OVERALL),
        "questions": [
            {
                "code": code,
                "name": one.title(code),
                "topic": TOPICS.get(one.topics[code], TOPICS[""]),
                "shown": _shown(one.change(code, then)),
            }
            for code in sorted(one.questions, key=lambda code: (list(TOPICS).index(one.topics[code]), code))
        ],
        "by": by,
        "by_name": BY[by][0],
        "bys": [(code, name) for code, (name, _of) in BY.items()],
        "groups": [{"name": names[group.code], "shown": _shown(group.change)} for group in found],
        "caveats": one.caveats(then),
        "filter_notes": filters.notes,
    }


def _group_names(by: str, codes: list[str]) -> dict[str, str]:
    named: dict[str, Any] = {"": _("Not said")}
    if by == "sex":
        named |= dict(Sex.choices)
    elif by == "disability":
        named |= {"yes": _("With a disability"), "no": _("Without a disability")}
    elif by == "partner":
        named |= {one.ref: one.name for one in Organisation.objects.filter(ref__in=codes)}
    return {code: str(named.get(code, code)) for code in codes}


HEADS = (
    "study", "question", "from", "to", "by", "group", "design", "n", "before", "after", "gained", "lost", "difference", "low",
    "high", "p", "small", "withheld",
)  # fmt: skip


@login_required
@require_safe
def export(request: HttpRequest, ref: str, kind: str) -> HttpResponse:
    """The figures of the page, every question and group; rows of people leave by no file."""
    study = _study(request, ref)
    if study.kind_of_study == StudyKind.LAND:
        raise Http404
    one = asked([study])[study.pk]
    withhold = study.pk not in of_office(request.user, [study])
    rows = []
    for then in [turn for turn in one.rounds if turn != StudyRound.BEFORE]:
        for question in (OVERALL, *one.questions):
            rows += _lines(study, question, then, "", "", one.change(question, then))
            for by, (_name, of) in BY.items():
                for group in groups(
                    one.people, of, question, StudyRound.BEFORE, then, one.counted, paired=one.paired, withhold=withhold
                ):
                    rows += _lines(study, question, then, by, group.code, group.change)
    return answer(kind, f"outcomes-{study.ref}", HEADS, rows, title=_("Outcomes"))


def _lines(study: OutcomeStudy, question: str, then: str, by: str, code: str, one: Change | None) -> list[list[Any]]:
    start = [study.ref, question or "all", "before", then, by, code]
    if one is None:
        return [[*start, "", *[None] * 9, None, True]]
    found = []
    if one.pairs:
        p = one.pairs
        found.append(
            [
                *start,
                "paired",
                p.n,
                p.before,
                p.after,
                p.gained,
                p.lost,
                p.difference,
                p.low,
                p.high,
                p.p,
                one.small,
                False,
            ]
        )
    if one.apart:
        a = one.apart
        found.append(
            [*start, "apart", a.n_before + a.n_after, a.before, a.after, None, None, a.difference, a.low, a.high, None,
             one.small_apart, False]
        )  # fmt: skip
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    if not may_anywhere(request.user, "change"):
        raise PermissionDenied(_("Your roles do not let you set up a study."))
    form = StudyForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        if caveat := form.cleaned_data["caveat"].strip():
            form.instance.caveats = dict.fromkeys(("ar", "ckb", "en"), caveat)
        try:
            study = set_up(form.instance, by=request.user)
        except Refused as refused:
            form.instance._state.adding = True
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The study is set up. Answers come by form or by file, with its reference."))
            return redirect("monitoring-outcome", study.ref)
    status = 422 if form.errors else 200
    context = {"form": form, "title": _("New study"), "back": reverse("monitoring-outcomes")}
    return render(request, "monitoring/outcomes/entry.html", context, status=status)


@login_required
@require_POST
def release(request: HttpRequest, ref: str) -> HttpResponse:
    study = _study(request, ref)
    if not may_release(request.user, study):
        raise PermissionDenied(_("Only a manager releases a study."))
    try:
        release_study(study, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The donor can read the study from now on."))
    return redirect("monitoring-outcome", study.ref)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest, ref: str) -> HttpResponse:
    """Keys are kept here, and read one by one with a purpose."""
    study = _study(request, ref)
    if not may_change(request.user, study):
        raise PermissionDenied(_("Only managers keep and read the keys of respondents."))
    keep, read, shown = KeysForm(), PurposeForm(), None
    if request.method == "POST" and "keys" in request.POST:
        keep = KeysForm(request.POST)
        if keep.is_valid():
            try:
                count = keep_keys(study, keep.cleaned_data["keys"])
            except Refused as refused:
                keep.add_error("keys", str(refused))
            else:
                messages.success(request, _("Keys kept: %(count)s.") % {"count": count})
                return redirect("monitoring-outcome-keys", study.ref)
    elif request.method == "POST":
        read = PurposeForm(request.POST)
        if read.is_valid():
            shown = _read(request, study, read)
    people = Respondent.objects.visible_to(request.user).filter(study=study)
    context = {
        "study": study,
        "keep": keep,
        "read": read,
        "shown": shown,
        "people": people.count(),
        "with_key": RespondentKey.objects.visible_to(request.user).filter(respondent__study=study).count(),
    }
    response = render(
        request, "monitoring/outcomes/keys.html", context, status=422 if keep.errors or read.errors else 200
    )
    response["Cache-Control"] = "no-store"
    return response


def _read(request: HttpRequest, study: OutcomeStudy, form: PurposeForm) -> dict[str, str] | None:
    given = form.cleaned_data["person"].replace("\x00", "").strip()
    person = Respondent.objects.visible_to(request.user).filter(study=study, pseudonym=given).first()
    found = respondent_key(request, person, purpose=form.cleaned_data["purpose"]) if person else None
    if found is None:
        form.add_error("person", _("There is no key of %(person)s. Look at the pseudonym again.") % {"person": given})
        return None
    return {"person": given, "key": found}
