"""What would be if water were managed otherwise: kept under a name, as it was computed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history
from rafid.commons.records.triggers import record_triggers

from .base import Register, stays


@keep_history()
class FlowScenario(Register):
    """Other releases, closed gates, changed diversions and fillings, and what they lead to beside the plan.

    ``asked`` and ``found`` are those of ``network.scenarios``; they stay as computed from what was known at
    ``data_known_at``.
    """

    REF_PREFIX = "SC"

    title = models.CharField(_("Name"), max_length=120)
    asked = models.JSONField(_("What is changed"))
    found = models.JSONField(_("What follows"))
    data_known_at = models.DateTimeField(_("From what was known at"))

    class Meta(Register.Meta):
        verbose_name = _("scenario of flows")
        verbose_name_plural = _("scenarios of flows")
        ordering = ["-data_known_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "title"],
                name="flow_scenario_name_once",
                violation_error_message=_("Another scenario has this name already. Choose another name."),
            )
        ]
        triggers = [*record_triggers(), stays("flow_scenario_stays", "asked", "found", "data_known_at", "owner_id")]
