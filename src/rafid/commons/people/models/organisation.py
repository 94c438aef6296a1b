"""Organisations: ministries, authorities, partners and their parts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history
from rafid.commons.identity import uuid7
from rafid.commons.lineage import Tree, lineage_index, lineage_triggers
from rafid.commons.names import Named


class Kind(models.TextChoices):
    MINISTRY = "ministry", _("Ministry")
    AUTHORITY = "authority", _("Authority")
    DIRECTORATE = "directorate", _("Directorate")
    UN = "un", _("United Nations")
    RED_CRESCENT = "red_crescent", _("Red Cross or Red Crescent")
    NGO = "ngo", _("Non-governmental organisation")
    COMPANY = "company", _("Company")
    DONOR = "donor", _("Donor")
    OTHER = "other", _("Other")


@keep_history(exclude=("lineage",))
class Organisation(Tree, Named):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ref = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.OTHER)
    place = models.ForeignKey("rafid_places.Place", models.PROTECT, null=True, blank=True, related_name="+")
    active = models.BooleanField(default=True)

    class Meta:
        indexes = [lineage_index("organisation_lineage")]
        triggers = lineage_triggers()

    def __str__(self) -> str:
        return self.name
