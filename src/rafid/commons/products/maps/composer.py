"""The map composer: a form, the page that comes of it, the recipe that is kept, and its editions."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rafid.commons.history import because
from rafid.commons.indicators.periods import is_period
from rafid.commons.names import pick
from rafid.commons.people.visibility import may, may_on
from rafid.commons.programme import LANGUAGES, PARTNER, PUBLIC, installed

from ..editions import ladder
from ..editions.canonical import recipe_sha256
from ..editions.pages import composes, draw_later, recipe_worked_on
from ..models import Kind, Recipe, Template
from ..release.decide import COMPOSE
from ..release.desk import OWN_NAMES
from ..starting import begun_with, few_governorates
from .body import CHOROPLETH, MOST_LAYERS, MOST_LOGOS, OUTLINE, SYMBOLS, read
from .forms import LayerForm, PageForm, TextForm, layer_initial, offered, page_initial, periods_for
from .kind import MapMaker
from .logos import keep_logo

MAKER = MapMaker()
PREVIEW = 900
"""Pixels across."""
_CODE = re.compile(r"[^a-z0-9]+")


class RecipeForm(forms.Form):
    """What a recipe is beside its body."""

    code = forms.SlugField(
        label=gettext_lazy("Address"), max_length=80, required=False,
        help_text=gettext_lazy("Small letters, digits and hyphens; stays for ever. Empty: made from the English title."),
    )  # fmt: skip
    programme = forms.ChoiceField(label=gettext_lazy("Programme"))
    reach = forms.TypedChoiceField(
        label=gettext_lazy("It is for"), coerce=int,
        choices=[(PUBLIC, gettext_lazy("Everybody")), (PARTNER, gettext_lazy("Partners"))],
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, recipe: Recipe | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.recipe = recipe
        named = [(one.name, pick(one.names)) for one in installed() if may(user, COMPOSE, one.name)]
        if recipe is not None:
            del self.fields["code"], self.fields["programme"]
        else:
            self.fields["programme"].choices = named  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).lower()
        if code and Recipe.objects.filter(code=code).exists():
            raise forms.ValidationError(_("This address is taken."))
        if code in ("new", "preview"):
            raise forms.ValidationError(_("This address is taken."))
        return code


@dataclass
class Desk:
    """The forms of one page, bound or not, and the recipe that they say."""

    meta: RecipeForm
    layers: list[LayerForm]
    page: PageForm
    texts: list[TextForm]
    logos: list[dict[str, str]]
    body: dict[str, Any] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    @property
    def forms(self) -> list[forms.Form]:
        return [self.meta, *self.layers, self.page, *self.texts]

    @property
    def valid(self) -> bool:
        return not self.errors and all(one.is_valid() for one in self.forms)


def _unbound(user: Any, body: Mapping[str, Any], recipe: Recipe | None, programme: str = "") -> Desk:
    groups = [("", [("", _("Choose"))]), *offered(user)]
    said = body.get("layers") or [{}]
    layers = [
        LayerForm(prefix=f"l{at}", groups=groups, initial=layer_initial(one))
        for at, one in enumerate(said[:MOST_LAYERS])
    ]
    texts = body.get("texts") or {}
    reach = {"reach": min(recipe.sensitivity, PARTNER) if recipe else PUBLIC, "programme": programme}
    return Desk(
        RecipeForm(prefix="r", user=user, recipe=recipe, initial=reach), layers,
        PageForm(prefix="p", initial=page_initial(body)),
        [TextForm(prefix=code, initial=texts.get(code)) for code in LANGUAGES], list(body.get("logos") or ()), dict(body),
    )  # fmt: skip


def _bound(request: HttpRequest, before: Mapping[str, Any], recipe: Recipe | None) -> Desk:
    """Reads the posted form; ``before`` keeps what the form does not show (template, logos)."""
    data, user = request.POST, request.user
    groups = [("", [("", _("Choose"))]), *offered(user)]
    count = min(max(int(data["layers"]) if data.get("layers", "").isdigit() else 1, 1), MOST_LAYERS)
    layers = [LayerForm(data, prefix=f"l{at}", groups=groups) for at in range(count)]
    layers = [one for one in layers if not one.data.get(f"{one.prefix}-remove")] or layers[:1]
    desk = Desk(
        RecipeForm(data, prefix="r", user=user, recipe=recipe), layers, PageForm(data, prefix="p"),
        [TextForm(data, prefix=code) for code in LANGUAGES], [],
    )  # fmt: skip
    for form in desk.forms:
        form.full_clean()
    known = {one["sha256"]: one for one in before.get("logos") or ()}
    desk.logos = [one for sha256, one in known.items() if data.get(f"drop-{sha256}") is None]
    for upload in request.FILES.getlist("logo")[:MOST_LOGOS]:
        try:
            desk.logos.append(keep_logo(upload))
        except ValidationError as refused:
            desk.errors += refused.messages
    desk.body = {
        **{name: before[name] for name in ("template", "template_version") if name in before},
        "layers": [one.said() for one in layers], "extent": desk.page.extent(), "page": desk.page.page(),
        "texts": {
            one.prefix: {name: text for name in one.fields if (text := str(one.cleaned_data.get(name) or "").strip())}
            for one in desk.texts
        },
        "logos": desk.logos,
    }  # fmt: skip
    return desk


def _template_body(request: HttpRequest) -> dict[str, Any]:
    code = request.GET.get("template", "") or request.POST.get("template", "")
    found = Template.objects.filter(kind=Kind.MAP, code=code).order_by("-version").first() if code else None
    if found is None:
        return _of_dataset(request)
    return {**found.body, "template": found.code, "template_version": found.version}


def _of_dataset(request: HttpRequest) -> dict[str, Any]:
    """``?dataset=…``: a first layer of what it counts, in its places, under its titles."""
    begun = begun_with(request)
    if begun is None:
        return {}
    layer: dict[str, Any] = {"dataset": begun.dataset.code, "style": {"kind": OUTLINE}}
    if begun.field is not None:
        layer |= {"field": begun.field["name"], "style": {"kind": SYMBOLS if begun.counts else CHOROPLETH}}
    places = few_governorates(begun.version)
    titles = {code: {"title": text} for code, text in begun.dataset.names.items() if text}
    return {"layers": [layer], "extent": {"places": places} if places else {}, "texts": titles}


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    if not composes(request.user):
        raise Http404
    before = _template_body(request)
    if request.method != "POST":
        begun = begun_with(request)
        programme = begun.dataset.programme if begun else ""
        return _answer(request, _unbound(request.user, before, None, programme), None)
    desk = _bound(request, before, None)
    action = request.POST.get("action", "preview")
    if action == "save" and desk.valid and not (problems := MAKER.problems(desk.body)):
        recipe = _create(request, desk)
        messages.success(request, _("The recipe is kept. Begin an edition to have its files."))
        return redirect("compose-map", recipe.code)
    if action == "save":
        desk.errors += [one["message"] for one in (problems if desk.valid else MAKER.problems(desk.body))]
    return _answer(request, _grown(desk, request, action), None, status=422 if action == "save" else 200)


def _create(request: HttpRequest, desk: Desk) -> Recipe:
    said = desk.meta.cleaned_data
    titles = read(desk.body).text("title")
    stem = said["code"] or _CODE.sub("-", titles["en"].lower()).strip("-")[:60] or "map"
    user: Any = request.user
    with because("composed"):
        for at in range(1, 100):
            code = stem if at == 1 else f"{stem}-{at}"
            if code in ("new", "preview") or Recipe.objects.filter(code=code).exists():
                continue
            try:
                with transaction.atomic():
                    return Recipe.objects.create(
                        code=code, kind=Kind.MAP, programme=said["programme"], owner=user.organisation, made_by=user,
                        sensitivity=said["reach"], body=desk.body, sha256=recipe_sha256(desk.body),
                        template=Template.objects.filter(
                            code=desk.body.get("template", ""), version=desk.body.get("template_version", 0)
                        ).first(),
                        **{f"name_{language}": text for language, text in titles.items()},
                    )  # fmt: skip
            except IntegrityError:
                continue
    raise ValidationError(_("This address is taken."))


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    recipe = recipe_worked_on(code, request.user, Kind.MAP)
    if request.method != "POST":
        return _answer(request, _unbound(request.user, recipe.body, recipe), recipe)
    if not may_on(request.user, COMPOSE, recipe):
        desk = _unbound(request.user, recipe.body, recipe)
        desk.errors = [_("Your role does not allow this here.")]
        return _answer(request, desk, recipe, status=422)
    action = request.POST.get("action", "preview")
    if action == "begin":
        return _begin(request, recipe)
    desk = _bound(request, recipe.body, recipe)
    if action in ("save", "template"):
        if desk.valid:
            desk.errors += [one["message"] for one in MAKER.problems(desk.body)]
        if desk.valid:
            return _save(request, recipe, desk, as_template=action == "template")
        return _answer(request, desk, recipe, status=422)
    return _answer(request, _grown(desk, request, action), recipe)


def _save(request: HttpRequest, recipe: Recipe, desk: Desk, *, as_template: bool) -> HttpResponse:
    with transaction.atomic(), because("composed"):
        held: Recipe = Recipe.objects.select_for_update(of=("self",)).get(pk=recipe.pk)
        if request.POST.get("version") != str(held.version):
            desk.errors.append(
                _("Somebody else changed this recipe meanwhile. Open it anew and make your change again.")
            )
            return _answer(request, desk, recipe, status=409)
        held.body, held.sha256 = desk.body, recipe_sha256(desk.body)
        held.sensitivity = desk.meta.cleaned_data["reach"]
        for language, text in read(desk.body).text("title").items():
            setattr(held, f"name_{language}", text)
        held.save()
        if as_template:
            _keep_template(held, request.user)
    if as_template:
        messages.success(request, _("Kept, and as a template for new maps, too."))
    else:
        messages.success(request, _("The recipe is kept. Begin an edition to have its files."))
    return redirect("compose-map", recipe.code)


def _keep_template(recipe: Recipe, by: Any) -> Template:
    """The recipe without its places and dates; a template of that name gets a new version."""
    layers = []
    for one in recipe.body.get("layers", ()):
        said = {name: value for name, value in one.items() if name not in ("version", "period")}
        if "filter" in said:
            said["filter"] = {name: value for name, value in said["filter"].items() if name not in ("period", "place")}
        layers.append(said)
    body = {"layers": layers, "page": recipe.body.get("page") or {}, "logos": recipe.body.get("logos") or []}
    last = Template.objects.filter(code=recipe.code).aggregate(last=Max("version"))["last"] or 0
    return Template.objects.create(
        code=recipe.code, version=last + 1, kind=Kind.MAP, programme=recipe.programme, owner=recipe.owner, body=body,
        made_by=by, name_ar=recipe.name_ar, name_ckb=recipe.name_ckb, name_en=recipe.name_en,
    )  # fmt: skip


def _begin(request: HttpRequest, recipe: Recipe) -> HttpResponse:
    period = request.POST.get("period", "").strip()
    error: list[str] = []
    if period and not is_period(period):
        error = [_("Write the period as 2026, 2026Q1 or 202609.")]
    else:
        try:
            with transaction.atomic():
                edition = ladder.begin(recipe, request.user, period=period)
                task = draw_later(edition, request.user)
            messages.success(request, _("The edition is begun, and its files are being made."))
            return redirect("task", task.pk)
        except ValidationError as refused:
            error = refused.messages
    desk = _unbound(request.user, recipe.body, recipe)
    desk.errors = error
    return _answer(request, desk, recipe, status=422)


def _grown(desk: Desk, request: HttpRequest, action: str) -> Desk:
    """One layer more, where it was asked for."""
    if action == "add" and len(desk.layers) < MOST_LAYERS:
        groups = [("", [("", _("Choose"))]), *offered(request.user)]
        desk.layers.append(LayerForm(prefix=f"l{len(desk.layers)}", groups=groups))
    return desk


def _answer(request: HttpRequest, desk: Desk, recipe: Recipe | None, status: int = 200) -> HttpResponse:
    # The numbers of the layers' fields follow their order, whichever was taken away.
    for at, form in enumerate(desk.layers):
        if form.is_bound and form.prefix != f"l{at}":
            form.data = {name.replace(f"{form.prefix}-", f"l{at}-", 1): value for name, value in form.data.items()}
            form.prefix = f"l{at}"
    asked = request.method == "POST" and request.POST.get("action") in ("preview", "add")
    ready = recipe or (request.method != "POST" and desk.body.get("layers"))
    shown = preview_of(desk.body, request.user) if (asked or (ready and status == 200)) else None
    whats = [str(form["what"].value() or "") for form in desk.layers]
    return render(
        request,
        "products/maps/composer.html",
        {
            "desk": desk, "recipe": recipe, "preview": shown, "own_names": dict(OWN_NAMES), "languages": LANGUAGES,
            "periods": [
                {"id": f"periods-l{at}", "periods": periods_for([what], request.user).get(what, [])}
                for at, what in enumerate(whats)
            ],
            "may_compose": recipe is None or may_on(request.user, COMPOSE, recipe),
            "editions": recipe.editions.order_by("-number")[:20] if recipe else [],
            "templates": _templates() if recipe is None else [], "most_layers": MOST_LAYERS,
            "template": desk.body.get("template", ""),
        },
        status=status,
    )  # fmt: skip


def _templates() -> list[Template]:
    """The newest version of each."""
    found: dict[str, Template] = {}
    for one in Template.objects.filter(kind=Kind.MAP).order_by("code", "version"):
        found[one.code] = one
    return list(found.values())


@dataclass(frozen=True)
class Preview:
    """``picture`` is a PNG as base64; ``problems`` say why there is none."""

    picture: str = ""
    problems: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()


def preview_of(body: Mapping[str, Any], user: Any) -> Preview:
    """The page as it would be printed, in the reader's language; what hinders it, in words."""
    from .files import picture
    from .page import Facts, NoRoom, print_map

    problems = MAKER.problems(body)
    if problems:
        return Preview(problems=tuple(one["message"] for one in problems))
    try:
        found = MAKER.figures(body, "", user)
        made = print_map(
            read(body), found, Facts(made_on=timezone.localdate(), draft=True), get_language() or "ar"
        )  # fmt: skip
    except ValidationError as refused:
        return Preview(problems=tuple(refused.messages))
    except NoRoom as full:
        return Preview(problems=(str(full),))
    png = picture(made.pdf, width=PREVIEW)
    return Preview(base64.b64encode(png).decode(), rows=tuple(MAKER.figure_rows(found)))


@login_required
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The form's page, for the live preview; nothing is kept."""
    if not composes(request.user):
        raise Http404
    recipe = None
    if request.POST.get("code"):
        recipe = recipe_worked_on(request.POST["code"], request.user, Kind.MAP)
    desk = _bound(request, recipe.body if recipe else _template_body(request), recipe)
    shown = preview_of(desk.body, request.user)
    return render(request, "products/maps/preview.html", {"preview": shown})


@login_required
@require_safe
def recipe_file(request: HttpRequest, code: str) -> HttpResponse:
    """The recipe as JSON, to keep or to hand on."""
    recipe = recipe_worked_on(code, request.user, Kind.MAP)
    answer = JsonResponse(recipe.body, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{recipe.code}.json"'
    return answer


urls: list[URLPattern] = [
    path("compose/maps/new/", new, name="compose-map-new"),
    path("compose/maps/preview/", preview, name="compose-map-preview"),
    path("compose/maps/<slug:code>.json", recipe_file, name="compose-map-file"),
    path("compose/maps/<slug:code>/", edit, name="compose-map"),
]
