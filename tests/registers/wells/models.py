from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history
from rafid.commons.names import Named
from rafid.commons.records.models import Record
from rafid.commons.records.triggers import record_triggers


@keep_history()
class Well(Record, Named):
    """A well: its depth and its yield."""

    REF_PREFIX = "WELL"

    number = models.CharField(_("Number"), max_length=40, unique=True)
    depth_m = models.FloatField(_("Depth (m)"))
    yield_m3h = models.FloatField(_("Yield (m³/h)"), null=True, blank=True)
    working = models.BooleanField(_("Working"), default=True)
    drilled_on = models.DateField(_("Drilled on"), null=True, blank=True)
    point = models.PointField(_("Position"), srid=4326, null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("Well")
        verbose_name_plural = _("Wells")
        constraints = [
            models.CheckConstraint(condition=models.Q(depth_m__gt=0), name="well_depth_above_zero"),
        ]
        triggers = record_triggers()
