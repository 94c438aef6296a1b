"""Early warnings: a declared rule that a subject broke, with its evidence, and what was done about it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.records.triggers import record_triggers

from ..seeing import DONORS, OFFICE, of_side, of_third_party
from .base import Register
from .contracts import Contract


class WarningState(models.TextChoices):
    NEW = "new", pgettext_lazy("a warning is", "New")
    SEEN = "seen", pgettext_lazy("a warning is", "Seen")
    ACTING = "acting", pgettext_lazy("a warning is", "Being acted on")
    OVER = "over", pgettext_lazy("a warning is", "Over")
    MUTED = "muted", pgettext_lazy("a warning is", "Muted")


@keep_history()
class EarlyWarning(Register):
    """``rule`` by its code; ``subject`` is what broke it (``contract``, ``line:1.2``, ``monitor:M04`` …).

    ``evidence`` are the figures and the addresses that they come from; ``confirmed_on``: since when it is known to have been
    right, so that one sees how early it came. ``released_at``: since when the donor sees it.
    """

    REF_PREFIX = "W"

    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="warnings", verbose_name=_("Contract")
    )
    rule = models.CharField(_("Rule"), max_length=40)
    subject = models.CharField(_("Subject"), max_length=120)
    about = models.JSONField(_("What it says"), default=dict, help_text='{"ar": …, "ckb": …, "en": …}')
    since = models.DateField(_("Since"))
    until = models.DateField(_("Until"), null=True, blank=True)
    evidence = models.JSONField(_("Evidence"), default=dict)
    state = models.CharField(_("State"), max_length=12, choices=WarningState.choices, default=WarningState.NEW)
    muted_until = models.DateField(_("Muted until"), null=True, blank=True)
    muted_reason = models.TextField(_("Reason of muting"), blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    confirmed_on = models.DateField(_("Confirmed"), null=True, blank=True)
    released_at = models.DateTimeField(_("Released"), null=True, blank=True, editable=False)

    class Meta(Register.Meta):
        verbose_name = _("early warning")
        verbose_name_plural = _("early warnings")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=WarningState.values), name="warning_state"),
            models.CheckConstraint(
                condition=~Q(state="muted")
                | Q(muted_until__isnull=False, muted_until__gt=F("since")) & ~Q(muted_reason=""),
                name="warning_muted_with_reason_and_end",
                violation_error_message=_("A warning is muted with a reason and until a day."),
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="warning_ends_after_it_began"
            ),
            models.UniqueConstraint(
                fields=["contract", "rule", "subject"],
                condition=~Q(state="over"),
                nulls_distinct=False,
                name="warning_once_while_it_lasts",
            ),
        ]
        triggers = record_triggers()

    def __str__(self) -> str:
        return f"{self.rule} · {self.subject}"

    @classmethod
    def visibility(cls, user: Any) -> Q:
        donors = of_side(user, DONORS, "contract__donor", place="place")
        return of_third_party(user, roles=OFFICE) | donors & Q(released_at__isnull=False)
