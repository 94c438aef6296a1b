from django.contrib.gis.db import models

from rafid.commons.history import keep_history
from rafid.commons.records.models import Record
from rafid.commons.records.triggers import record_triggers


@keep_history()
class School(Record):
    """A school as a ministry's yearly table has it."""

    REF_PREFIX = "SCHOOL"

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    stage = models.CharField(max_length=20)
    opened = models.DateField(null=True)
    pupils = models.IntegerField(null=True)
    teachers = models.IntegerField(null=True)
    area_m2 = models.FloatField(null=True)
    electricity = models.BooleanField(null=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)

    class Meta(Record.Meta):
        triggers = record_triggers()
