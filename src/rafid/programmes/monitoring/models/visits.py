"""Visits: planned, made or not made and why not; who goes, and when it is released to the partner."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.records.triggers import record_triggers

from ..seeing import DONORS, MONITORS, OFFICE, PARTNERS, of_side, of_third_party
from .base import Register, Row, kept_as_is, refuse
from .contracts import Contract
from .people import Monitor
from .plans import DrawnSite, MonitoringPlan
from .sites import Site


class VisitType(models.TextChoices):
    ANNOUNCED = "announced", pgettext_lazy("a visit is", "Announced")
    UNANNOUNCED = "unannounced", pgettext_lazy("a visit is", "Unannounced")
    DESK = "desk", _("Desk review")
    REMOTE = "remote", pgettext_lazy("a visit is", "Remote")


class VisitState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("a visit is", "Planned")
    CLEARED = "cleared", pgettext_lazy("a visit is", "Cleared for security")
    CONFIRMED = "confirmed", pgettext_lazy("a visit is", "Confirmed")
    DONE = "done", pgettext_lazy("a visit is", "Done")
    DENIED = "denied", pgettext_lazy("a visit is", "Denied")
    POSTPONED = "postponed", pgettext_lazy("a visit is", "Postponed")
    IMPOSSIBLE = "impossible", pgettext_lazy("a visit is", "Impossible")
    CANCELLED = "cancelled", pgettext_lazy("a visit is", "Cancelled")


NOT_SEEN = ("denied", "postponed", "impossible", "cancelled")
OPEN = ("planned", "cleared", "confirmed")
TAKES_TIME = ("planned", "cleared", "confirmed", "done", "denied")
"""States in which the time of the visit is its monitors' time."""


class Chosen(models.TextChoices):
    """Why this site. Only drawn visits enter the estimates of a plan."""

    DRAWN = "drawn", _("Drawn")
    EXTRA = "extra", _("Extra")
    RISK = "risk", _("Risk")
    COMPLAINT = "complaint", _("Complaint")


class NotSeenReason(models.TextChoices):
    SECURITY = "security", _("Security")
    ROAD = "road", _("Road closed")
    WEATHER = "weather", _("Weather")
    REFUSED = "refused", _("Refused by the partner")
    AUTHORITY = "authority", _("Refused by an authority")
    NO_WORK = "no_work", _("No work on that day")
    SITE_GONE = "site_gone", _("The site is no longer there")
    TEAM = "team", _("Our own team")
    OTHER = "other", _("Other")


class Access(models.TextChoices):
    FULL = "full", pgettext_lazy("access to a site", "Full")
    PARTIAL = "partial", pgettext_lazy("access to a site", "Partial")
    DENIED = "denied", pgettext_lazy("access to a site", "Denied")


class Verdict(models.TextChoices):
    PASS = "pass", pgettext_lazy("a verdict", "Pass")
    FAIL = "fail", pgettext_lazy("a verdict", "Fail")
    NOT_ASSESSED = "not assessed", pgettext_lazy("a verdict", "Not assessed")


@keep_history()
class Visit(Register):
    """One visit to a site. ``contract`` is that of the site when it was planned. A drawn visit is never deleted.

    ``window`` is the time that it takes of its monitors. ``score``, ``verdict`` and ``failed_critical`` are those of the newest
    assessment. ``reason`` says why the site was chosen; ``not_seen_reason`` and ``not_seen_text`` why nothing was seen.
    """

    REF_PREFIX = "V"

    site = models.ForeignKey(Site, models.PROTECT, related_name="visits", verbose_name=_("Site"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="visits", verbose_name=_("Contract"))
    plan = models.ForeignKey(
        MonitoringPlan, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("Plan")
    )
    drawn = models.OneToOneField(DrawnSite, models.PROTECT, null=True, blank=True, editable=False, related_name="visit")
    reason = models.CharField(_("Why this site"), max_length=10, choices=Chosen.choices, default=Chosen.EXTRA)
    reason_text = models.TextField(_("Details"), blank=True)
    type = models.CharField(_("Type"), max_length=12, choices=VisitType.choices, default=VisitType.ANNOUNCED)
    checklist = models.ForeignKey(
        "Checklist", models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("Checklist")
    )
    planned_on = models.DateField(_("Planned for"), null=True, blank=True)
    window = DateTimeRangeField(_("Time"), null=True, blank=True)
    lead = models.ForeignKey(
        Monitor, models.PROTECT, null=True, blank=True, related_name="led", verbose_name=_("Lead monitor")
    )
    second = models.ForeignKey(
        Monitor, models.PROTECT, null=True, blank=True, related_name="seconded", verbose_name=_("Second monitor")
    )
    state = models.CharField(_("State"), max_length=12, choices=VisitState.choices, default=VisitState.PLANNED)
    not_seen_reason = models.CharField(
        _("Why it was not seen"), max_length=12, choices=NotSeenReason.choices, blank=True, editable=False
    )
    not_seen_text = models.TextField(_("Why it was not seen, in words"), blank=True, editable=False)
    access = models.CharField(_("Access"), max_length=8, choices=Access.choices, blank=True, editable=False)
    arrived = models.DateTimeField(_("Arrived"), null=True, blank=True, editable=False)
    left = models.DateTimeField(_("Left"), null=True, blank=True, editable=False)
    team = models.CharField(_("Partner's team"), max_length=40, blank=True)
    submission = models.OneToOneField(
        "rafid_forms.Submission", models.PROTECT, null=True, blank=True, editable=False, related_name="monitoring_visit"
    )
    score = models.FloatField(_("Score"), null=True, editable=False)
    verdict = models.CharField(_("Verdict"), max_length=12, choices=Verdict.choices, blank=True, editable=False)
    failed_critical = ArrayField(models.CharField(max_length=80), default=list, editable=False)
    released_to_partner_at = models.DateTimeField(_("Released to the partner"), null=True, editable=False)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta(Register.Meta):
        verbose_name = _("visit")
        verbose_name_plural = pgettext_lazy("a register of", "visits")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=VisitState.values), name="visit_state_known"),
            models.CheckConstraint(condition=Q(type__in=VisitType.values), name="visit_type_known"),
            models.CheckConstraint(
                condition=Q(reason="drawn", drawn__isnull=False, plan__isnull=False)
                | ~Q(reason="drawn") & Q(drawn=None),
                name="visit_drawn_or_marked",
                violation_error_message=_("A visit is either drawn by its plan, or says why it was added."),
            ),
            models.CheckConstraint(
                condition=Q(reason__in=("drawn", "extra")) | ~Q(reason_text=""),
                name="visit_added_with_reason",
                violation_error_message=_("Say which risk or which complaint leads to this visit."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=NOT_SEEN) | ~Q(not_seen_reason="") & ~Q(not_seen_text=""),
                name="visit_not_seen_why",
                violation_error_message=_("Say why the visit was not made: choose a reason and write a sentence."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("confirmed", "done")) | Q(lead__isnull=False, window__isnull=False),
                name="visit_confirmed_has_who_and_when",
                violation_error_message=_("A confirmed visit has a lead monitor and a time."),
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(arrived__isnull=False),
                name="visit_done_has_arrival",
                violation_error_message=_("A visit that was made says when the monitors arrived."),
            ),
            models.CheckConstraint(
                condition=Q(left=None) | Q(arrived=None) | Q(left__gte=F("arrived")), name="visit_left_after_arrival"
            ),
            models.CheckConstraint(
                condition=Q(lead=None) | Q(second=None) | ~Q(lead=F("second")),
                name="visit_two_monitors",
                violation_error_message=_("The second monitor is another person than the lead."),
            ),
            models.CheckConstraint(condition=Q(score=None) | Q(score__gte=0, score__lte=1), name="visit_score_share"),
            models.CheckConstraint(
                condition=Q(released_to_partner_at=None) | ~Q(state__in=OPEN),
                name="visit_released_when_over",
                violation_error_message=_("A visit is released after it was made, or when it is clear why it was not."),
            ),
            models.CheckConstraint(
                condition=Q(drawn=None) | Q(deleted_at=None),
                name="visit_drawn_not_deleted",
                violation_error_message=_(
                    "A drawn visit is not deleted. Say why it was not made; it stays in the sample."
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["contract", "state"], name="visit_of_contract"),
            models.Index(fields=["plan", "state"], name="visit_of_plan"),
            models.Index(fields=["planned_on"], name="visit_planned_on"),
        ]
        triggers = [
            *record_triggers(),
            pgtrigger.Trigger(
                name="visit_drawn_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.drawn_id IS NOT NULL"),
                func=pgtrigger.Func(
                    f"""
                    IF TG_OP = 'DELETE' OR (NEW.drawn_id, NEW.site_id, NEW.plan_id, NEW.contract_id)
                       IS DISTINCT FROM (OLD.drawn_id, OLD.site_id, OLD.plan_id, OLD.contract_id) THEN
                        {refuse("visit_drawn_stays")}
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
            pgtrigger.Trigger(
                name="visit_of_its_draw",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.drawn_id IS NOT NULL"),
                func=pgtrigger.Func(
                    f"""
                    IF NOT EXISTS (SELECT 1 FROM rafid_monitoring_drawnsite d
                                   WHERE d.id = NEW.drawn_id AND d.site_id = NEW.site_id AND d.plan_id = NEW.plan_id) THEN
                        {refuse("visit_of_its_draw")}
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
            pgtrigger.Trigger(
                name="visit_clearance",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.state = 'confirmed'"),
                func=pgtrigger.Func(
                    f"""
                    IF EXISTS (
                        SELECT 1 FROM rafid_monitoring_clearancearea a, rafid_places_place here
                        WHERE here.id = NEW.place_id AND a.place_id = ANY(here.lineage) AND a.asked @> NEW.planned_on
                    ) AND NOT EXISTS (
                        SELECT 1 FROM rafid_monitoring_securityclearance c, rafid_places_place here
                        WHERE here.id = NEW.place_id AND c.state = 'granted' AND c.owner_id = NEW.owner_id
                        AND c.place_id = ANY(here.lineage) AND c.valid @> NEW."window"
                    ) THEN
                        {refuse("visit_clearance")}
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
            pgtrigger.Trigger(
                name="visit_declared",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("lead_id", "planned_on", "state"),
                timing=pgtrigger.Deferred,
                func=pgtrigger.Func(
                    f"""
                    IF EXISTS (
                        SELECT 1 FROM {{meta.db_table}} v JOIN rafid_monitoring_contract c ON c.id = v.contract_id
                        JOIN rafid_monitoring_declaration d ON d.monitor_id = v.lead_id AND d.partner_id = c.partner_id
                        WHERE v.id = NEW.id AND v.state IN ('planned', 'cleared', 'confirmed', 'done') AND d.relation <> 'none'
                        AND d.since <= coalesce(v.planned_on, current_date)
                        AND (d.until IS NULL OR d.until >= coalesce(v.planned_on, current_date))
                        AND NOT EXISTS (SELECT 1 FROM rafid_monitoring_ruleoverride o
                                        WHERE o.visit_id = v.id AND o.rule = 'declaration' AND o.monitor_id = v.lead_id)
                    ) THEN
                        {refuse("visit_declared")}
                    END IF;
                    RETURN NULL;
                    """
                ),
            ),
            pgtrigger.Trigger(
                name="visit_crew",
                when=pgtrigger.After,
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf("lead_id", "second_id", "window", "state", "deleted_at"),
                func=pgtrigger.Func(
                    """
                    DELETE FROM rafid_monitoring_crew WHERE visit_id = NEW.id;
                    IF NEW."window" IS NOT NULL AND NEW.deleted_at IS NULL
                       AND NEW.state IN ('planned', 'cleared', 'confirmed', 'done', 'denied') THEN
                        INSERT INTO rafid_monitoring_crew (visit_id, monitor_id, leads, during)
                        SELECT NEW.id, one.monitor, one.leads, NEW."window"
                        FROM (VALUES (NEW.lead_id, true), (NEW.second_id, false)) one(monitor, leads)
                        WHERE one.monitor IS NOT NULL;
                    END IF;
                    RETURN NULL;
                    """
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} · {self.site}"

    def get_absolute_url(self) -> str:
        return reverse("monitoring-visit", args=[self.ref])

    @classmethod
    def visibility(cls, user: Any) -> Q:
        """The office sees all; monitors their own, and others' when these are over; partner and donor what is released."""
        own = Q(lead__account=user.pk) | Q(second__account=user.pk)
        monitors = of_third_party(user, roles=MONITORS) & (own | ~Q(state__in=OPEN))
        sides = of_side(user, PARTNERS, "contract__partner", place="place")
        sides |= of_side(user, DONORS, "contract__donor", place="place")
        return of_third_party(user, roles=OFFICE) | monitors | sides & Q(released_to_partner_at__isnull=False)


def of_visit(user: Any, path: str = "visit") -> Q:
    """Rows of a visit are seen by those who see the visit."""
    own = Q(**{f"{path}__lead__account": user.pk}) | Q(**{f"{path}__second__account": user.pk})
    owner, place = f"{path}__owner", f"{path}__place"
    monitors = of_third_party(user, owner=owner, place=place, roles=MONITORS) & (
        own | ~Q(**{f"{path}__state__in": OPEN})
    )
    sides = of_side(user, PARTNERS, f"{path}__contract__partner", place=place)
    sides |= of_side(user, DONORS, f"{path}__contract__donor", place=place)
    released = Q(**{f"{path}__released_to_partner_at__isnull": False})
    return of_third_party(user, owner=owner, place=place, roles=OFFICE) | monitors | sides & released


class Crew(models.Model):
    """Who is where when, as lead or second: kept by a trigger of the visit, so that nobody is at two places at once."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="crew")
    monitor = models.ForeignKey(Monitor, models.PROTECT, related_name="busy")
    leads = models.BooleanField()
    during = DateTimeRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_visit_at_a_time",
                expressions=[("monitor", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.monitor_id}"


class Rule(models.TextChoices):
    DECLARATION = "declaration", _("An open declaration about the partner")
    ROTATION = "rotation", _("More than two visits in a row to one team")
    PAIR = "pair", _("The same pair again")
    UNANNOUNCED = "unannounced", _("Too few unannounced visits")
    HOURS = "hours", _("Outside working days or hours")
    LEFT = "left", _("A monitor who is away or has left")


class RuleOverride(Row):
    """A rule of independence that a manager did not apply, and why; the report prints it."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="overrides")
    rule = models.CharField(_("Rule"), max_length=12, choices=Rule.choices)
    monitor = models.ForeignKey(Monitor, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(_("Reason"))

    class Meta:
        verbose_name = _("exception from a rule")
        verbose_name_plural = _("exceptions from rules")
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="override_with_reason",
                violation_error_message=_("Say why the rule is not applied; the report prints it."),
            ),
            models.CheckConstraint(condition=Q(rule__in=Rule.values), name="override_rule"),
        ]
        triggers = [kept_as_is("override_stays")]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_third_party(user, owner="visit__owner", place="visit__place", roles=OFFICE)
