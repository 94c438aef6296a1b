"""For programs that follow or index what is published: Atom, the sitemap, oEmbed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, URLPattern, path, resolve, reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from rafid.commons.api import Problem, etag_of, unchanged
from rafid.commons.filters import small_number
from rafid.commons.names import pick
from rafid.commons.programme import LANGUAGES

from ..models import Dataset, DatasetVersion, Edition
from .errata import public_errata
from .finding import newest_of, picture_of, product_seen, products_out
from .product import frame

LATEST = 60
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
_MOST_ADDRESSES = 16_000
"""With its three languages each address is one entry of 50,000 that a sitemap may hold."""


@dataclass(frozen=True)
class Entry:
    id: str
    title: str
    summary: str
    path: str
    at: datetime
    category: str


def entries(programme: str = "") -> list[Entry]:
    """Editions, versions of datasets and errata that the public has, the newest first."""
    found = [*_editions(programme), *_versions(programme), *_errata(programme)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:LATEST]


def _editions(programme: str) -> Iterator[Entry]:
    rows = Edition.objects.select_related("recipe").filter(state="published", sensitivity=0, published_at__isnull=False)
    for one in (rows.filter(programme=programme) if programme else rows).order_by("-published_at")[:LATEST]:
        title = pick(one.title) or one.recipe.name or one.recipe.code
        yield Entry(
            f"urn:uuid:{one.pk}",
            f"{title} · {_('Edition %s') % one.number}",
            pick(one.summary),
            one.get_absolute_url(),
            one.published_at,
            str(one.recipe.get_kind_display()),
        )  # type: ignore[arg-type]


def _versions(programme: str) -> Iterator[Entry]:
    rows = DatasetVersion.objects.select_related("dataset").filter(
        state="published", sensitivity=0, published_at__isnull=False, dataset__state="published"
    )
    for one in (rows.filter(dataset__programme=programme) if programme else rows).order_by("-published_at")[:LATEST]:
        dataset = one.dataset
        yield Entry(
            f"urn:uuid:{one.pk}",
            f"{dataset.name or dataset.code} · {_('Version')} {one.number}",
            pick(dataset.description),
            f"{dataset.get_absolute_url()}?version={one.number}",
            one.published_at,
            _("Dataset"),
        )  # type: ignore[arg-type]


def _errata(programme: str) -> Iterator[Entry]:
    for one in public_errata()[:LATEST]:
        about = one.edition.recipe if one.edition else one.version.dataset  # type: ignore[union-attr]
        if programme and about.programme != programme:
            continue
        yield Entry(
            f"urn:uuid:{one.pk}",
            f"{_('Erratum')}: {about.name or about.code}",
            pick(one.text),
            f"{reverse('errata')}#{one.pk}",
            one.at,
            _("Erratum"),
        )


@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    programme = request.GET.get("programme", "")[:40]
    found, language = entries(programme), get_language() or "ar"
    etag = etag_of("atom", language, programme, [(one.id, one.at, one.title, one.summary) for one in found])
    response = unchanged(request, etag)
    if response is None:
        query = "?" + urlencode({"lang": language, **({"programme": programme} if programme else {})})
        feed = Atom1Feed(
            title=_("Rafid: what is published"), link=request.build_absolute_uri(reverse("gallery")),
            description=_("New maps, charts, dashboards, bulletins and datasets, and what was corrected."), language=language,
            author_name=_("Rafid"), feed_url=request.build_absolute_uri(reverse("gallery-feed") + query),
            feed_guid=request.build_absolute_uri(reverse("gallery-feed")),
        )  # fmt: skip
        for one in found:
            feed.add_item(
                one.title, request.build_absolute_uri(one.path), one.summary or one.title, unique_id=one.id, updateddate=one.at,
                pubdate=one.at, categories=[one.category], author_name=_("Rafid"),
            )  # fmt: skip
        text = feed.writeString("utf-8")
        response = HttpResponse(text, content_type="application/atom+xml; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """What the public may read, each in three languages."""
    nobody = AnonymousUser()
    pages: list[tuple[str, datetime | None]] = [
        (reverse("gallery"), None),
        (reverse("catalog"), None),
        (reverse("indicators"), None),
    ]
    pages += [
        (one.get_absolute_url(), one.out_at) for one in products_out(nobody).order_by("-out_at")[:_MOST_ADDRESSES]
    ]  # type: ignore[attr-defined]
    public = Dataset.objects.filter(state="published", versions__state="published", versions__sensitivity=0).distinct()
    pages += [(one.get_absolute_url(), None) for one in public.order_by("code")[: _MOST_ADDRESSES - len(pages)]]
    response = HttpResponse(content_type="application/xml; charset=utf-8")
    xml = SimplerXMLGenerator(response, "utf-8")
    xml.startDocument()
    xml.startElement("urlset", {"xmlns": _SITEMAP, "xmlns:xhtml": _XHTML})
    for page, at in pages:
        address = request.build_absolute_uri(page)
        for own in LANGUAGES:
            xml.startElement("url", {})
            xml.addQuickElement("loc", f"{address}?lang={own}")
            if at is not None:
                xml.addQuickElement("lastmod", at.date().isoformat())
            for code in LANGUAGES:
                xml.addQuickElement(
                    "xhtml:link", attrs={"rel": "alternate", "hreflang": code, "href": f"{address}?lang={code}"}
                )
            xml.endElement("url")
    xml.endElement("urlset")
    xml.endDocument()
    return response


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """oEmbed 1.0, type rich: the frame of a product's page or embed. Only JSON; what is not public is not found."""
    try:
        if request.GET.get("format", "json") != "json":
            raise Problem(
                501,
                _("This format is not offered"),
                _("Ask for format=json."),
                [("format", request.GET["format"][:40])],
            )
        code, edition = _asked(request)
        width, height = (_side(request, name, usual) for name, usual in (("maxwidth", 640), ("maxheight", 480)))
    except Problem as problem:
        return problem.response()
    language = get_language() or "ar"
    title = pick(edition.title) or edition.recipe.name or code
    address = request.build_absolute_uri(reverse("embed", args=[code])) + f"?lang={language}"
    body: dict[str, Any] = {
        "version": "1.0", "type": "rich", "title": title, "provider_name": "Rafid",
        "provider_url": request.build_absolute_uri("/"), "cache_age": 3600, "width": width, "height": height,
        "html": frame(address, title, width, height),
    }  # fmt: skip
    if picture_of(edition, language) is not None:
        small = reverse("product-thumbnail", args=[code, edition.number]) + f"?of={language}"
        body |= {"thumbnail_url": request.build_absolute_uri(small), "thumbnail_width": 480, "thumbnail_height": 360}
    answer = JsonResponse(body, json_dumps_params={"ensure_ascii": False})
    answer["Access-Control-Allow-Origin"] = "*"  # public, without cookie: an editor in a browser may ask
    return answer


def _asked(request: HttpRequest) -> tuple[str, Edition]:
    """The product that an address of ours names. Raises ``Problem``."""
    gone = Problem(
        404,
        _("Nothing is here"),
        _("Send the address of a public product in “url”."),
        [("url", request.GET.get("url", "")[:200])],
    )
    try:
        parts = urlsplit(request.GET.get("url", ""))
        host = parts.netloc
        match = resolve(parts.path)
    except (ValueError, Resolver404):
        raise gone from None
    own = {request.get_host(), urlsplit(str(settings.RAFID_URL)).netloc}
    if host not in own or match.url_name not in ("product", "embed"):
        raise gone
    code = str(match.kwargs["code"])
    try:
        edition = newest_of(product_seen(code, AnonymousUser()), AnonymousUser())
    except LookupError:
        raise gone from None
    if edition is None:
        raise gone
    return code, edition


def _side(request: HttpRequest, name: str, usual: int) -> int:
    asked = request.GET.get(name, "")
    if not asked:
        return usual
    value = small_number(asked)
    if not value:
        raise Problem(
            400, _("The request cannot be understood"), _("Write a whole number of pixels."), [(name, asked[:40])]
        )
    return min(value, usual)


urls: list[URLPattern] = [
    path("gallery.atom", atom, name="gallery-feed"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("oembed", oembed, name="oembed"),
]
