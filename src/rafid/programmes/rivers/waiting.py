"""What waits for somebody of rivers, on the first page: signatures, findings, drafts to publish, the sheet of today."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons import writing
from rafid.commons.people.visibility import may
from rafid.commons.waiting import Line, Panel

from .bulletins.saying import title_of
from .checking.names import check_name
from .checking.queries import findings
from .models import Bulletin, DailySheet, FloodWarning, Rating, Station
from .models.telling import SIGNED_TWICE
from .rights import theirs
from .seeing import PROGRAMME
from .sheet.sheets import series_for

SHOWN = 5


def panels(request: Any) -> Iterator[Panel]:
    """Those with something in them, and only of acts that are this person's."""
    user = request.user
    if may(user, "sign_warning", PROGRAMME):
        rows = _drafts().filter(level__in=SIGNED_TWICE, second_signature=None).exclude(drafted_by=user)
        yield from _warnings(user, _("Warnings that wait for your signature"), rows, "sign_warning")
    if may(user, "issue_warning", PROGRAMME):
        # Whoever signed a warning as the second person does not issue it.
        rows = _drafts().filter(~Q(level__in=SIGNED_TWICE) | Q(second_signature__isnull=False))
        rows = rows.exclude(second_signature=user, level__in=SIGNED_TWICE)
        yield from _warnings(user, _("Warnings to issue or discard"), rows, "issue_warning")
    if may(user, "check", PROGRAMME):
        yield from _findings(user)
    if may(user, "publish_bulletin", PROGRAMME):
        yield from _bulletins(user)
    if may(user, "publish_rating", PROGRAMME):
        yield from _ratings(user)
    # Whoever may correct values reads no gauge every morning.
    if may(user, "record", PROGRAMME) and not may(user, "correct", PROGRAMME):
        yield from _sheet(user)


def _drafts() -> QuerySet[FloodWarning]:
    return FloodWarning.objects.filter(state="draft")


def _warnings(user: Any, title: str, drafts: QuerySet[FloodWarning], act: str) -> Iterator[Panel]:
    rows = drafts.filter(pk__in=FloodWarning.objects.visible_to(user).values("pk")).select_related("station", "owner")
    mine = theirs(user, act, rows.order_by("onset", "ref"))
    lines = [
        Line(
            f"{one.station.name} · {one.get_level_display()}", one.get_absolute_url(), writing.moment(one.onset),
            ("state", one.get_state_display(), one.state),
        )
        for one in mine[:SHOWN]
    ]  # fmt: skip
    yield from _some(Panel(title, len(mine), f"{reverse('rivers-warnings')}?state=draft", lines))


def _findings(user: Any) -> Iterator[Panel]:
    rows = findings(user).filter(state="open", assigned_to=user).order_by("-severity", "-start", "pk")
    lines = [
        Line(
            f"{one.series.station.name} · {check_name(one.check_code)}", reverse("rivers-finding", args=[one.pk]),
            writing.moment(one.start), ("severity", one.get_severity_display(), one.severity),
        )
        for one in rows[:SHOWN]
    ]  # fmt: skip
    address = f"{reverse('rivers-findings')}?mine=1"
    yield from _some(Panel(_("Findings about values that are assigned to you"), rows.count(), address, lines))


def _bulletins(user: Any) -> Iterator[Panel]:
    rows = Bulletin.objects.visible_to(user).filter(state="draft").order_by("-period", "-data_known_at")
    lines = [
        Line(
            title_of(one), one.get_absolute_url(), writing.moment(one.data_known_at),
            ("state", one.get_state_display(), one.state),
        )
        for one in rows[:SHOWN]
    ]  # fmt: skip
    address = f"{reverse('rivers-bulletins')}?state=draft"
    yield from _some(Panel(_("Bulletins that wait to be published"), rows.count(), address, lines))


def _ratings(user: Any) -> Iterator[Panel]:
    """Curves of one's own stations: another's draft is not for this person to publish."""
    rows = Rating.objects.visible_to(user).filter(
        state="draft", station__in=Station.objects.visible_to(user).values("pk")
    )
    rows = rows.select_related("station").order_by("-known_at", "pk")
    mine = theirs(user, "publish_rating", rows, of=lambda one: one.station)
    lines = [
        Line(
            f"{one.station.name} · {one.number}",
            reverse("rivers-rating-version", args=[one.station.code, one.number]),
            writing.day(one.known_at), ("state", one.get_state_display(), one.state),
        )
        for one in mine[:SHOWN]
    ]  # fmt: skip
    yield from _some(Panel(_("Rating curves that wait to be published"), len(mine), reverse("rivers-ratings"), lines))


def _sheet(user: Any) -> Iterator[Panel]:
    """Until the first sheet of the day is sent: how many series are on it, those first that this person sent last."""
    today = timezone.localdate()
    sent = DailySheet.objects.visible_to(user)
    if sent.filter(on=today).exists():
        return
    last = sent.order_by("-known_at").first()
    typed = {row["series"] for row in last.rows} if last else set()
    series = sorted(series_for(user), key=lambda one: str(one.pk) not in typed)
    lines = [Line(one.station.name, reverse("rivers-enter"), str(one.get_variable_display())) for one in series[:SHOWN]]
    yield from _some(Panel(_("Today's sheet is not sent: what you read"), len(series), reverse("rivers-enter"), lines))


def _some(panel: Panel) -> Iterator[Panel]:
    if panel.count:
        yield panel
