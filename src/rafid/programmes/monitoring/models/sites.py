"""What can be visited: tasks, areas, sessions, clinics, offices; and what partners report for each of them."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history
from rafid.commons.names import Named
from rafid.commons.records.triggers import record_triggers

from ..seeing import DONORS, MANAGERS, MONITORS, QUALITY, of_side, of_third_party
from .base import Register, Row, kept_as_is, month_first
from .contracts import Contract, Reported, WorkplanLine, month_of_contract


class SiteKind(models.TextChoices):
    CLEARANCE = "clearance_task", _("Clearance task")
    SURVEY = "survey_area", _("Survey area")
    SESSION = "session", _("Session")
    CLINIC = "clinic", _("Clinic")
    OFFICE = "office", _("Office")


@keep_history()
class Site(Register, Named):
    """Something that can be visited. ``size`` is its measure for drawing (m², sessions, people).

    ``point`` is coarse, for maps; where it exactly is stands in :class:`ExactPlace`. ``origin`` names the list that it comes
    from (``forms:…``, ``dataset:…``, ``file``), ``external_id`` is its id there. The partner does not see this register.
    """

    REF_PREFIX = "S"

    partner = models.ForeignKey(
        "rafid_people.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Partner")
    )
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="sites", verbose_name=_("Contract")
    )
    kind_of_site = models.CharField(_("Kind"), max_length=20, choices=SiteKind.choices, default=SiteKind.CLEARANCE)
    point = models.PointField(_("Approximate position"), srid=4326, null=True, blank=True, editable=False)
    size = models.DecimalField(_("Size"), max_digits=14, decimal_places=2, null=True, blank=True)
    active_from = models.DateField(_("Active from"), null=True, blank=True)
    active_to = models.DateField(_("Active to"), null=True, blank=True)
    origin = models.CharField(_("List"), max_length=80, blank=True)
    external_id = models.CharField(_("Id in its list"), max_length=80, blank=True)
    entity = models.OneToOneField(
        "rafid_forms.Entity", models.PROTECT, null=True, blank=True, editable=False, related_name="monitoring_site"
    )
    team = models.CharField(_("Team"), max_length=40, blank=True)

    class Meta(Register.Meta):
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        constraints = [
            models.UniqueConstraint(
                fields=["origin", "external_id"],
                condition=~Q(external_id=""),
                name="site_once_per_list",
                violation_error_message=_("Another site of the same list has this id."),
            ),
            models.CheckConstraint(
                condition=Q(size=None) | Q(size__gt=0),
                name="site_size_positive",
                violation_error_message=_("A size is more than 0, or is left empty."),
            ),
            models.CheckConstraint(
                condition=Q(active_to=None) | Q(active_from=None) | Q(active_to__gte=F("active_from")),
                name="site_active_in_order",
                violation_error_message=_("The site ends before it begins. Correct one of the two days."),
            ),
            models.CheckConstraint(condition=Q(kind_of_site__in=SiteKind.values), name="site_kind_known"),
        ]
        triggers = record_triggers()

    def __str__(self) -> str:
        return self.name or self.external_id or self.ref

    @classmethod
    def visibility(cls, user: Any) -> Q:
        donors = of_side(user, DONORS, "contract__donor", place="place") & ~Q(contract__state="draft")
        return of_third_party(user) | donors


@keep_history()
class ExactPlace(Row):
    """Where a site exactly is. Managers, quality officers and monitors read it; each reading is logged."""

    site = models.OneToOneField(Site, models.PROTECT, related_name="exact")
    point = models.PointField(_("Position"), srid=4326)
    directions = models.TextField(_("How to get there"), blank=True)

    class Meta:
        verbose_name = _("exact place")
        verbose_name_plural = _("exact places")

    def __str__(self) -> str:
        return str(self.site)

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_third_party(user, owner="site__owner", place="site__place", roles=MANAGERS | QUALITY | MONITORS)


@keep_history()
class ReportedAtSite(Reported):
    """What the partner says that was reached at one site by the end of a month, all in all. Never overwritten."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="reported")
    line = models.ForeignKey(WorkplanLine, models.PROTECT, related_name="reported_at_sites")
    value = models.FloatField(_("Reported"))

    class Meta:
        verbose_name = _("reported at a site")
        verbose_name_plural = _("reported at sites")
        ordering = ("site", "line", "month", "number")
        constraints = [
            models.UniqueConstraint(fields=["site", "line", "month", "number"], name="reported_at_site_once"),
            month_first("reported_at_site_first"),
            models.CheckConstraint(condition=Q(value__gte=0), name="reported_at_site_not_negative"),
        ]
        triggers = [month_of_contract("reported_at_site_inside"), kept_as_is("reported_stays")]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        donors = of_side(user, DONORS, "site__contract__donor", place="site__place")
        return of_third_party(user, owner="site__owner", place="site__place") | donors
