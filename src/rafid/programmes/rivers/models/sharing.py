"""Which series an agreement between two organisations opens, where it does not open all."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history
from rafid.commons.people.visibility import agreements_of

from ..seeing import of_staff
from .base import Row, refuse
from .stations import Series


@keep_history()
class AgreedSeries(Row):
    """A series that an agreement names. An agreement that names series opens only these, and their stations; one that names
    none opens all that its giver has at its level. ``may_republish``: the receiver may show the values to others."""

    agreement = models.ForeignKey("rafid_people.Agreement", models.PROTECT, related_name="+")
    series = models.ForeignKey(Series, models.PROTECT, related_name="agreed")
    may_republish = models.BooleanField(_("May be shown to others"), default=False)

    class Meta:
        verbose_name = _("agreed series")
        verbose_name_plural = _("agreed series")
        constraints = [models.UniqueConstraint(fields=["agreement", "series"], name="agreed_series_once")]
        triggers = [
            pgtrigger.Trigger(
                name="agreed_series_fits",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=pgtrigger.Func(
                    f"""
                    IF NOT EXISTS (
                        SELECT 1 FROM rafid_people_agreement a, rafid_rivers_series s, rafid_people_organisation o
                        WHERE a.id = NEW.agreement_id AND s.id = NEW.series_id AND o.id = s.owner_id
                            AND a.giver_id = ANY(o.lineage)
                    ) THEN {refuse("agreed_series_of_giver")} END IF;
                    IF EXISTS (
                        SELECT 1 FROM rafid_people_agreement a
                        JOIN rafid_people_agreement b
                            ON b.receiver_id = a.receiver_id AND b.id <> a.id AND b.ended_at IS NULL
                            AND daterange(b.starts_on, b.ends_on, '[]') && daterange(a.starts_on, a.ends_on, '[]')
                        JOIN rafid_rivers_agreedseries r ON r.agreement_id = b.id AND r.series_id = NEW.series_id
                        WHERE a.id = NEW.agreement_id AND a.ended_at IS NULL
                    ) THEN {refuse("agreed_series_twice")} END IF;
                    IF EXISTS (
                        SELECT 1 FROM rafid_rivers_series s
                        WHERE s.id = NEW.series_id AND rafid_rivers_withheld(s.derived_from_id) > 0
                    ) THEN {refuse("not_republished")} END IF;
                    RETURN NEW;
                    """
                ),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        """The receiver's people, and those of the giver who see the series."""
        mine = [one.pk for one in agreements_of(user)] if getattr(user, "is_authenticated", False) else []
        staff = of_staff(user, owner="agreement__giver", place="series__place", sensitivity="series__sensitivity")
        return Q(agreement__in=mine) | staff
