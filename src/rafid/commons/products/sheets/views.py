"""Where sheets and bulletins are written: blocks in three languages side by side, preview, schedule, the next edition."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language_bidi, gettext_lazy, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rafid.commons.collation import alphabetical
from rafid.commons.history import because
from rafid.commons.indicators.models import Indicator
from rafid.commons.indicators.periods import is_period
from rafid.commons.names import pick
from rafid.commons.people.visibility import may_on
from rafid.commons.places.models import Level, Place
from rafid.commons.programme import LANGUAGES
from rafid.commons.records.models import Sensitivity, State

from ..catalogue.finding import seen_versions
from ..editions import ladder
from ..editions.pages import recipe_worked_on
from ..models import Edition, Recipe, Schedule
from ..release.cells import NUMBERS
from ..release.decide import COMPOSE
from ..release.desk import OWN_NAMES
from . import body as bodies
from . import posted
from .beginning import new_page
from .blocks import ready
from .gather import gather
from .periods import after, ended
from .saying import Speaker
from .schedule import approvers, cron_of, set_schedule, weekday_name, words

EVERY = (
    ("", gettext_lazy("One-off")), ("P7D", gettext_lazy("Weekly")), ("P1M", gettext_lazy("Monthly")),
    ("P3M", gettext_lazy("Quarterly")), ("P1Y", gettext_lazy("Yearly")),
)  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def editor(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    recipe = recipe_worked_on(code, request.user, kind)
    shown, error, status, theirs = recipe, [], 200, None
    if request.method == "POST":
        try:
            answer = _act(request, recipe)
            if answer is not None:
                return answer
        except Changed as other:
            # What was written is not lost: it stands in the form, beside what the other person saved.
            shown, theirs, status = other.mine, other.theirs, 409
        except posted.TooMuch:
            error, status = [_("A text is longer than this page can hold. Nothing was saved.")], 422
        except ValidationError as refused:
            error, status = refused.messages, 422
    return render(
        request, "products/sheets/editor.html", _context(request, recipe, shown, error, theirs), status=status
    )


class Changed(Exception):
    """Somebody saved since the page was opened."""

    def __init__(self, mine: Recipe, theirs: Recipe) -> None:
        super().__init__(f"version {theirs.version}")
        self.mine, self.theirs = mine, theirs


def _act(request: HttpRequest, recipe: Recipe) -> HttpResponse | None:
    do = request.POST.get("do", "save")
    if not may_on(request.user, COMPOSE, recipe):
        raise ValidationError(_("Your role does not allow this here."))
    here = f"compose-{recipe.kind}"
    if do == "schedule":
        _schedule(request, recipe)
        messages.success(request, _("The schedule is kept."))
        return redirect(here, recipe.code)
    if do == "next":
        edition = begin_next(recipe, request.user, request.POST.get("period", "").strip())
        messages.success(request, _("The next edition is begun. Its figures that changed are marked."))
        return redirect("edition", edition.pk)
    found, at = save(request, recipe, do)
    messages.success(request, _("Saved."))
    response = redirect(reverse(here, args=[found.code]) + (f"#block-{at}" if at else ""))
    response["ETag"] = f'"{found.pk}-{found.version}"'
    return response


def save(request: HttpRequest, recipe: Recipe, do: str = "save") -> tuple[Recipe, int]:
    """Writes the form over the version that was read; a draft edition follows it. Raises ``Changed``, ``TooMuch``."""
    with transaction.atomic(), because("written"):
        found: Recipe = Recipe.objects.select_for_update(of=("self",)).get(pk=recipe.pk)
        read = request.headers.get("If-Match", "").strip('" ').rpartition("-")[2] or request.POST.get("version", "")
        current = found.version
        fill(found, request.POST)
        found.body = posted.changed(found.body, do)
        if read != str(current):
            raise Changed(found, Recipe.objects.get(pk=recipe.pk))
        found.save()
        found.refresh_from_db()
        draft = found.editions.filter(state=State.DRAFT).select_related("recipe").order_by("-number").first()
        if draft is not None and not bodies.problems(found.body):
            ladder.refresh(draft, draft.made_by or request.user, anew=True)
    blocks = len(bodies.blocks_of(found.body))
    what, _colon, which = do.partition(":")
    at = blocks if what == "add" else int(which) + 1 if which.isdigit() and len(which) < 4 else 0
    return found, min(at, blocks)


def fill(recipe: Recipe, post: Any) -> None:
    recipe.body = posted.body_of(post, recipe.body)
    titles = posted.three(post, "title")
    for language in LANGUAGES:
        setattr(recipe, f"name_{language}", titles[language].strip()[:300])
    if not any(titles.values()):
        raise ValidationError(_("Write its title in at least one language."))
    recipe.summary = posted.three(post, "summary")
    every = post.get("every", "")
    recipe.every = every if every in dict(EVERY) else ""
    recipe.sensitivity = Sensitivity.PUBLIC if post.get("sensitivity") == "0" else Sensitivity.PARTNER


def begin_next(recipe: Recipe, by: Any, period: str) -> Edition:
    """Raises ``ValidationError``."""
    if period and not is_period(period):
        raise ValidationError(_("“%s” is no period. Write 2026, 2026Q1, 202609 or 2026W5.") % period)
    if recipe.every and not period:
        raise ValidationError(_("Say which period the edition is about."))
    return ladder.begin(recipe, by, period=period)


def _schedule(request: HttpRequest, recipe: Recipe) -> None:
    plain, text = request.POST.get("plain", ""), request.POST.get("cron", "").strip()[:60]
    if not plain and not text:
        Schedule.objects.filter(recipe=recipe).delete()
        return
    if plain and plain != "own":
        if plain not in dict(EVERY):
            raise ValidationError(_("Choose how often."))
        text = cron_of(plain, day=_small(request.POST.get("day"), 5), weekday=_small(request.POST.get("weekday"), 0))
    chosen = next((one for one in approvers(recipe) if str(one.pk) == request.POST.get("approver")), None)
    set_schedule(recipe, text, chosen, request.user)


def _small(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdigit() and len(text) < 3 else otherwise


def suggested(recipe: Recipe) -> str:
    """The period that comes after the last edition's, else the one that ended last."""
    last = recipe.editions.exclude(state=State.WITHDRAWN).exclude(period="").order_by("-number").first()
    if last is not None and is_period(last.period):
        return after(last.period)
    return ended(timezone.localdate(), recipe.every)


def last_out(recipe: Recipe) -> Edition | None:
    """The edition with which the next one is compared."""
    return recipe.editions.exclude(state__in=[State.DRAFT, State.WITHDRAWN]).order_by("-number").first()


def _context(
    request: HttpRequest, recipe: Recipe, shown: Recipe, error: list[str], theirs: Recipe | None
) -> dict[str, Any]:
    body = shown.body
    current = theirs or recipe
    schedule = Schedule.objects.filter(recipe=recipe).select_related("approver").first()
    editions = list(recipe.editions.order_by("-number")[:12])
    return {
        "recipe": recipe, "shown": shown, "version": current.version, "error": error, "theirs": theirs,
        "differing": _differing(shown.body, theirs.body) if theirs else [],
        "problems": bodies.problems(body), "missing": ladder_missing(shown),
        "heads": [head_texts(shown, name, title, long) for name, title, long in (
            ("title", _("Title"), False), ("subtitle", _("Subtitle"), False), ("summary", _("Summary"), True))],
        "blocks": [_shown(at, block) for at, block in enumerate(bodies.blocks_of(body))],
        "kinds": bodies.KINDS.items(), "charts": bodies.CHARTS.items(), "languages": OWN_NAMES,
        "place": body.get("place", ""), "size": (body.get("page") or {}).get("size", "A4"), "sizes": bodies.SIZES,
        "indicators": sorted(Indicator.objects.visible_to(request.user).adopted(), key=lambda one: one.name),
        "datasets": _columns(request.user),
        "places": Place.objects.filter(level__lte=Level.GOVERNORATE).order_by("level", "ref"),
        "levels": (("governorate", _("Governorates")), ("district", _("Districts"))),
        "every": EVERY,
        "may_compose": may_on(request.user, COMPOSE, recipe), "editions": editions, "suggested": suggested(recipe),
        "draft": next((one for one in editions if one.state == State.DRAFT), None),
        "schedule": schedule, "schedule_words": words(schedule.cron) if schedule else "",
        "plain": [one for one in EVERY if one[0]], "days": range(1, 29),
        "weekdays": [(number, weekday_name(number)) for number in (0, 1, 2, 3, 4, 5, 6)],
        "approvers": approvers(recipe), "etag": f'"{current.pk}-{current.version}"',
    }  # fmt: skip


def _columns(user: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """Of each dataset that is out and that this person may have: its columns of numbers, as a live field names them."""
    found = []
    for version in seen_versions(user):
        code = version.dataset.code
        fields = [
            (f"{code} {one['name']}", pick(one.get("names") or {}) or one["name"])
            for one in version.fields
            if one["kind"] in NUMBERS and one["name"] not in ("lon", "lat")
        ]
        if fields:
            found.append((version.dataset.name or code, fields))
    return sorted(found, key=lambda pair: alphabetical(pair[0]))


def ladder_missing(recipe: Recipe) -> list[str]:
    missing = bodies.missing(recipe.body, recipe.languages)
    for name, said in ((_("Title"), recipe.names), (_("Summary"), recipe.summary)):
        if any(said.values()):
            missing += [f"{name} ({code})" for code in recipe.languages if not (said.get(code) or "").strip()]
    return missing


def head_texts(recipe: Recipe, name: str, title: str, long: bool) -> dict[str, Any]:
    texts = {"title": recipe.names, "summary": recipe.summary, "subtitle": recipe.body.get("subtitle") or {}}[name]
    return {"name": name, "title": title, "long": long, "texts": _texts(texts)}


def _texts(texts: Any) -> list[dict[str, Any]]:
    """Each language beside the others; one that lacks what another has is marked."""
    some = any(bodies.said(texts, code).strip() for code in LANGUAGES)
    return [
        {
            "code": code, "own_name": own, "text": bodies.said(texts, code), "dir": "ltr" if code == "en" else "rtl",
            "missing": some and not bodies.said(texts, code).strip(),
        }
        for code, own in OWN_NAMES
    ]  # fmt: skip


def _shown(at: int, block: dict[str, Any]) -> dict[str, Any]:
    kind = block.get("kind", "")
    items = list(block.get("items") or [])
    items += [{} for _n in range(max(posted.ITEMS, min(len(items) + 1, bodies.MOST_ITEMS)) - len(items))]
    codes = list(block.get("indicators") or [])
    return {
        **block, "at": at, "n": at + 1, "kind_name": bodies.KINDS.get(kind, kind),
        "texts": [{"name": name, "texts": _texts(block.get(name))} for name in bodies.TEXTS.get(kind, ())],
        "places_for_items": [
            {"n": n, "field": one.get("field", ""), "texts": _texts(one.get("label"))} for n, one in enumerate(items)
        ] if kind == "figures" else [],
        "columns": [{"n": n, "code": codes[n] if n < len(codes) else ""} for n in range(bodies.MOST_COLUMNS)]
        if kind == "table" else [],
    }  # fmt: skip


def _differing(mine: dict[str, Any], theirs: dict[str, Any]) -> list[dict[str, Any]]:
    """Texts of the other version that are not those in the form."""
    own = {
        (at, what, code): bodies.said(texts, code) for at, what, texts in bodies.texts_of(mine) for code in LANGUAGES
    }
    return [
        {"where": f"{at} {what} ({code})" if at else f"{what} ({code})", "text": said}
        for at, what, texts in bodies.texts_of(theirs)
        for code in LANGUAGES
        if (said := bodies.said(texts, code)) and own.get((at, what, code)) != said
    ]


@login_required
@require_safe
def preview(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """As readers would have it, in one language: figures as they are now, those that differ from the last edition marked."""
    recipe = recipe_worked_on(code, request.user, kind)
    language = request.GET.get("in", "")
    if language not in LANGUAGES:
        language = "ar"
    period = request.GET.get("period", "").strip()
    if period and not is_period(period):
        period = ""
    period = period or suggested(recipe)
    problems = bodies.problems(recipe.body)
    before = last_out(recipe)
    figures = gather(recipe.body, period, request.user)
    with override(language):
        speaker = Speaker(figures, before.figures if before else None)
        blocks, _rules = ready(recipe.body, figures, speaker.marked, paper=False)
        bidi = get_language_bidi()
        fragment = {"blocks": blocks, "title": recipe.name, "subtitle": bodies.said(recipe.body.get("subtitle"), language),
                    "summary": bodies.said(recipe.summary, language)}  # fmt: skip
        html = render_to_string("products/sheets/preview_inside.html", fragment, request)
    return render(
        request,
        "products/sheets/preview.html",
        {
            "recipe": recipe, "html": html, "shown_in": language, "dir": "rtl" if bidi else "ltr", "languages": OWN_NAMES,
            "period": period, "problems": problems, "silent": list(speaker.silent), "before": before,
            "partner": figures["sensitivity"] > recipe.sensitivity, "demonstration": figures["demonstration"],
        },
    )  # fmt: skip


def _urls(kind: str, where: str) -> list[URLPattern]:
    return [
        path(f"compose/{where}/new/", partial(new_page, kind=kind), name=f"compose-{kind}-new"),
        path(f"compose/{where}/<str:code>/", partial(editor, kind=kind), name=f"compose-{kind}"),
        path(f"compose/{where}/<str:code>/preview/", partial(preview, kind=kind), name=f"compose-{kind}-preview"),
    ]


urls: list[URLPattern] = [*_urls("sheet", "sheets"), *_urls("bulletin", "bulletins")]
