"""Contracts, sites, plans, visits, findings, outcomes, warnings and reports of monitoring."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.manager
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import rafid.commons.identity
import rafid.programmes.monitoring.models.contracts
from rafid.commons.at_once import AtOnce


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("rafid_forms", "0001_squashed_0013_tables"),
        ("rafid_people", "0001_squashed_0005_tables"),
        ("rafid_places", "0002_squashed_0005_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="MonitoringPlan",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("ref", models.CharField(blank=True, editable=False, max_length=40, unique=True)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("person", "Entered by a person"),
                                    ("import", "Imported"),
                                    ("submission", "Form submission"),
                                    ("node", "Received from another node"),
                                    ("demonstration", "Demonstration"),
                                ],
                                default="person",
                                editable=False,
                                max_length=14,
                            ),
                        ),
                        (
                            "source_id",
                            models.UUIDField(
                                blank=True, editable=False, help_text="import run, submission or node", null=True
                            ),
                        ),
                        ("source_row", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("deleted_why", models.TextField(blank=True, editable=False)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=2, editable=False
                            ),
                        ),
                        ("period", models.CharField(max_length=10, verbose_name="Period")),
                        ("title", models.CharField(blank=True, max_length=200, verbose_name="Title")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("registered", "Registered"),
                                    ("running", "Running"),
                                    ("revealed", "Revealed"),
                                    ("closed", "Closed"),
                                ],
                                default="draft",
                                max_length=12,
                                verbose_name="State",
                            ),
                        ),
                        (
                            "aim",
                            models.CharField(
                                choices=[
                                    ("proportion", "Estimate a share"),
                                    ("acceptance", "Accept or reject a lot"),
                                    ("lqas", "Classify by LQAS"),
                                    ("total", "Estimate a total"),
                                ],
                                default="proportion",
                                max_length=12,
                                verbose_name="Aim",
                            ),
                        ),
                        (
                            "seed",
                            models.CharField(
                                blank=True, editable=False, max_length=200, null=True, verbose_name="Seed"
                            ),
                        ),
                        (
                            "seed_hash",
                            models.CharField(
                                blank=True, editable=False, max_length=64, verbose_name="Hash of the seed"
                            ),
                        ),
                        (
                            "frame_hash",
                            models.CharField(
                                blank=True, editable=False, max_length=64, verbose_name="Hash of the frame"
                            ),
                        ),
                        ("registered_at", models.DateTimeField(editable=False, null=True, verbose_name="Registered")),
                        ("revealed_at", models.DateTimeField(editable=False, null=True, verbose_name="Revealed")),
                        ("statement", models.JSONField(default=dict, editable=False, verbose_name="What it can show")),
                        (
                            "partners",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, editable=False, size=None
                            ),
                        ),
                        (
                            "donors",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, editable=False, size=None
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                        (
                            "registered_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "revealed_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "monitoring plan",
                        "verbose_name_plural": "monitoring plans",
                        "abstract": False,
                        "base_manager_name": "everything",
                    },
                    managers=[
                        ("objects", django.db.models.manager.Manager()),
                        ("everything", django.db.models.manager.Manager()),
                    ],
                ),
                migrations.CreateModel(
                    name="Respondent",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("pseudonym", models.CharField(max_length=40, verbose_name="Pseudonym")),
                        (
                            "sex",
                            models.CharField(
                                blank=True,
                                choices=[("female", "Female"), ("male", "Male")],
                                max_length=6,
                                verbose_name="Sex",
                            ),
                        ),
                        ("age_group", models.CharField(blank=True, max_length=10, verbose_name="Age group")),
                        ("disability", models.BooleanField(blank=True, null=True, verbose_name="Disability")),
                        ("consent", models.BooleanField(verbose_name="Consent")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "respondent",
                        "verbose_name_plural": "respondents",
                    },
                ),
                migrations.CreateModel(
                    name="CalendarDay",
                    fields=[
                        ("name_ar", models.CharField(blank=True, max_length=300)),
                        ("name_ckb", models.CharField(blank=True, max_length=300)),
                        ("name_en", models.CharField(blank=True, max_length=300)),
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("holiday", "Holiday"),
                                    ("working", "Working day"),
                                    ("heat", "Hours of heat"),
                                    ("ramadan", "Hours of Ramadan"),
                                ],
                                max_length=8,
                                verbose_name="Kind",
                            ),
                        ),
                        ("days", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="Days")),
                        ("opens", models.TimeField(blank=True, null=True, verbose_name="From")),
                        ("closes", models.TimeField(blank=True, null=True, verbose_name="To")),
                        ("source", models.CharField(blank=True, max_length=300, verbose_name="Source")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "day of the calendar",
                        "verbose_name_plural": "days of the calendar",
                    },
                ),
                migrations.CreateModel(
                    name="CalendarDayEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("name_ar", models.CharField(blank=True, max_length=300)),
                        ("name_ckb", models.CharField(blank=True, max_length=300)),
                        ("name_en", models.CharField(blank=True, max_length=300)),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("holiday", "Holiday"),
                                    ("working", "Working day"),
                                    ("heat", "Hours of heat"),
                                    ("ramadan", "Hours of Ramadan"),
                                ],
                                max_length=8,
                                verbose_name="Kind",
                            ),
                        ),
                        ("days", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="Days")),
                        ("opens", models.TimeField(blank=True, null=True, verbose_name="From")),
                        ("closes", models.TimeField(blank=True, null=True, verbose_name="To")),
                        ("source", models.CharField(blank=True, max_length=300, verbose_name="Source")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.calendarday",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="CalendarFeed",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("token_sha256", models.CharField(max_length=64, unique=True)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Checklist",
                    fields=[
                        ("name_ar", models.CharField(blank=True, max_length=300)),
                        ("name_ckb", models.CharField(blank=True, max_length=300)),
                        ("name_en", models.CharField(blank=True, max_length=300)),
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "topic",
                            models.CharField(
                                choices=[
                                    ("clearance_site", "Clearance site"),
                                    ("mechanical", "Mechanical assets"),
                                    ("dogs", "Detection dogs"),
                                    ("nts", "Non-technical survey"),
                                    ("eore_session", "Risk education session"),
                                    ("medical", "Medical support"),
                                    ("eod", "Explosive ordnance disposal"),
                                    ("stores", "Stores"),
                                    ("office", "Office"),
                                    ("other", "Other"),
                                ],
                                max_length=16,
                                verbose_name="Topic",
                            ),
                        ),
                        ("code", models.CharField(help_text="form id", max_length=80, verbose_name="Code")),
                        ("number", models.CharField(max_length=40, verbose_name="Version")),
                        (
                            "pass_mark",
                            models.FloatField(
                                blank=True, help_text="the contract's where empty", null=True, verbose_name="Pass mark"
                            ),
                        ),
                        (
                            "form_version",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="monitoring_checklist",
                                to="rafid_forms.formversion",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "checklist",
                        "verbose_name_plural": "checklists",
                    },
                ),
                migrations.CreateModel(
                    name="Assessment",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("number", models.PositiveIntegerField(default=1, verbose_name="Version")),
                        ("weights", models.JSONField(verbose_name="Weights by severity")),
                        ("pass_mark", models.FloatField(verbose_name="Pass mark")),
                        ("score", models.FloatField(null=True, verbose_name="Score")),
                        ("unweighted", models.FloatField(null=True, verbose_name="Score without weights")),
                        (
                            "verdict",
                            models.CharField(
                                choices=[("pass", "Pass"), ("fail", "Fail"), ("not assessed", "Not assessed")],
                                max_length=12,
                                verbose_name="Verdict",
                            ),
                        ),
                        (
                            "failed_critical",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=80), default=list, size=None
                            ),
                        ),
                        ("counted", models.PositiveIntegerField(default=0)),
                        ("not_applicable", models.PositiveIntegerField(default=0)),
                        ("by_severity", models.JSONField(default=dict, help_text='{"critical": [yes, counted], …}')),
                        ("why", models.CharField(blank=True, max_length=300, verbose_name="Reason")),
                        ("superseded_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "submission_version",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_forms.submissionversion",
                            ),
                        ),
                        (
                            "checklist",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_monitoring.checklist",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "assessment",
                        "verbose_name_plural": "assessments",
                        "ordering": ("visit", "number"),
                    },
                ),
                migrations.CreateModel(
                    name="ChecklistEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("name_ar", models.CharField(blank=True, max_length=300)),
                        ("name_ckb", models.CharField(blank=True, max_length=300)),
                        ("name_en", models.CharField(blank=True, max_length=300)),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "topic",
                            models.CharField(
                                choices=[
                                    ("clearance_site", "Clearance site"),
                                    ("mechanical", "Mechanical assets"),
                                    ("dogs", "Detection dogs"),
                                    ("nts", "Non-technical survey"),
                                    ("eore_session", "Risk education session"),
                                    ("medical", "Medical support"),
                                    ("eod", "Explosive ordnance disposal"),
                                    ("stores", "Stores"),
                                    ("office", "Office"),
                                    ("other", "Other"),
                                ],
                                max_length=16,
                                verbose_name="Topic",
                            ),
                        ),
                        ("code", models.CharField(help_text="form id", max_length=80, verbose_name="Code")),
                        ("number", models.CharField(max_length=40, verbose_name="Version")),
                        (
                            "pass_mark",
                            models.FloatField(
                                blank=True, help_text="the contract's where empty", null=True, verbose_name="Pass mark"
                            ),
                        ),
                        (
                            "form_version",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_forms.formversion",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.checklist",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ChecklistItem",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("code", models.CharField(max_length=80, verbose_name="Code")),
                        ("text_ar", models.TextField(blank=True, verbose_name="Text in Arabic")),
                        ("text_ckb", models.TextField(blank=True, verbose_name="Text in Kurdish")),
                        ("text_en", models.TextField(blank=True, verbose_name="Text in English")),
                        (
                            "severity",
                            models.CharField(
                                choices=[("critical", "Critical"), ("major", "Major"), ("minor", "Minor")],
                                max_length=8,
                                verbose_name="Severity",
                            ),
                        ),
                        (
                            "sop_reference",
                            models.CharField(blank=True, max_length=120, verbose_name="Reference of the procedure"),
                        ),
                        ("evidence_required", models.BooleanField(default=False, verbose_name="Evidence needed")),
                        ("path", models.CharField(blank=True, max_length=300)),
                        ("place_in_list", models.PositiveIntegerField(default=1)),
                        (
                            "checklist",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="rafid_monitoring.checklist",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "item of a checklist",
                        "verbose_name_plural": "items of checklists",
                        "ordering": ("checklist", "place_in_list"),
                    },
                ),
                migrations.CreateModel(
                    name="Answer",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "severity",
                            models.CharField(
                                choices=[("critical", "Critical"), ("major", "Major"), ("minor", "Minor")],
                                max_length=8,
                                verbose_name="Severity",
                            ),
                        ),
                        (
                            "result",
                            models.CharField(
                                choices=[("yes", "Yes"), ("no", "No"), ("na", "Does not apply")],
                                max_length=3,
                                verbose_name="Answer",
                            ),
                        ),
                        ("reason", models.TextField(blank=True, verbose_name="Reason")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "assessment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="rafid_monitoring.assessment",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="rafid_monitoring.checklistitem",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "answer",
                        "verbose_name_plural": "answers",
                    },
                ),
                migrations.CreateModel(
                    name="ChecklistItemEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("code", models.CharField(max_length=80, verbose_name="Code")),
                        ("text_ar", models.TextField(blank=True, verbose_name="Text in Arabic")),
                        ("text_ckb", models.TextField(blank=True, verbose_name="Text in Kurdish")),
                        ("text_en", models.TextField(blank=True, verbose_name="Text in English")),
                        (
                            "severity",
                            models.CharField(
                                choices=[("critical", "Critical"), ("major", "Major"), ("minor", "Minor")],
                                max_length=8,
                                verbose_name="Severity",
                            ),
                        ),
                        (
                            "sop_reference",
                            models.CharField(blank=True, max_length=120, verbose_name="Reference of the procedure"),
                        ),
                        ("evidence_required", models.BooleanField(default=False, verbose_name="Evidence needed")),
                        ("path", models.CharField(blank=True, max_length=300)),
                        ("place_in_list", models.PositiveIntegerField(default=1)),
                        (
                            "checklist",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.checklist",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.checklistitem",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ClearanceArea",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("asked", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="Days")),
                        ("source", models.CharField(blank=True, max_length=300, verbose_name="Source")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_places.place",
                                verbose_name="Place",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "place that asks for clearance",
                        "verbose_name_plural": "places that ask for clearance",
                    },
                ),
                migrations.CreateModel(
                    name="ClearanceAreaEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("asked", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="Days")),
                        ("source", models.CharField(blank=True, max_length=300, verbose_name="Source")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.clearancearea",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_places.place",
                                verbose_name="Place",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Contract",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("ref", models.CharField(blank=True, editable=False, max_length=40, unique=True)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("person", "Entered by a person"),
                                    ("import", "Imported"),
                                    ("submission", "Form submission"),
                                    ("node", "Received from another node"),
                                    ("demonstration", "Demonstration"),
                                ],
                                default="person",
                                editable=False,
                                max_length=14,
                            ),
                        ),
                        (
                            "source_id",
                            models.UUIDField(
                                blank=True, editable=False, help_text="import run, submission or node", null=True
                            ),
                        ),
                        ("source_row", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("deleted_why", models.TextField(blank=True, editable=False)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=2, editable=False
                            ),
                        ),
                        ("title", models.CharField(max_length=300, verbose_name="Title")),
                        ("start", models.DateField(verbose_name="Start date")),
                        ("end", models.DateField(verbose_name="End date")),
                        ("currency", models.CharField(default="USD", max_length=3, verbose_name="Currency")),
                        ("budget", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="Budget")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("active", "Active"),
                                    ("suspended", "Suspended"),
                                    ("ended", "Ended"),
                                ],
                                default="draft",
                                max_length=12,
                                verbose_name="State",
                            ),
                        ),
                        (
                            "weights",
                            models.JSONField(
                                default=rafid.programmes.monitoring.models.contracts.weights_by_severity,
                                verbose_name="Weights by severity",
                            ),
                        ),
                        ("pass_mark", models.FloatField(default=0.8, verbose_name="Pass mark")),
                        (
                            "deadlines",
                            models.JSONField(
                                default=rafid.programmes.monitoring.models.contracts.days_by_severity,
                                verbose_name="Days to correct, by severity",
                            ),
                        ),
                        (
                            "thresholds",
                            models.JSONField(blank=True, default=dict, verbose_name="Thresholds of warnings"),
                        ),
                        (
                            "donor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                                verbose_name="Donor",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "partner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                                verbose_name="Partner",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                        (
                            "places",
                            models.ManyToManyField(
                                blank=True, related_name="+", to="rafid_places.place", verbose_name="Places"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "contract",
                        "verbose_name_plural": "contracts",
                        "abstract": False,
                        "base_manager_name": "everything",
                    },
                    managers=[
                        ("objects", django.db.models.manager.Manager()),
                        ("everything", django.db.models.manager.Manager()),
                    ],
                ),
                migrations.CreateModel(
                    name="ContractEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("ref", models.CharField(blank=True, editable=False, max_length=40)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("person", "Entered by a person"),
                                    ("import", "Imported"),
                                    ("submission", "Form submission"),
                                    ("node", "Received from another node"),
                                    ("demonstration", "Demonstration"),
                                ],
                                default="person",
                                editable=False,
                                max_length=14,
                            ),
                        ),
                        (
                            "source_id",
                            models.UUIDField(
                                blank=True, editable=False, help_text="import run, submission or node", null=True
                            ),
                        ),
                        ("source_row", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("deleted_why", models.TextField(blank=True, editable=False)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=2, editable=False
                            ),
                        ),
                        ("title", models.CharField(max_length=300, verbose_name="Title")),
                        ("start", models.DateField(verbose_name="Start date")),
                        ("end", models.DateField(verbose_name="End date")),
                        ("currency", models.CharField(default="USD", max_length=3, verbose_name="Currency")),
                        ("budget", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="Budget")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("active", "Active"),
                                    ("suspended", "Suspended"),
                                    ("ended", "Ended"),
                                ],
                                default="draft",
                                max_length=12,
                                verbose_name="State",
                            ),
                        ),
                        (
                            "weights",
                            models.JSONField(
                                default=rafid.programmes.monitoring.models.contracts.weights_by_severity,
                                verbose_name="Weights by severity",
                            ),
                        ),
                        ("pass_mark", models.FloatField(default=0.8, verbose_name="Pass mark")),
                        (
                            "deadlines",
                            models.JSONField(
                                default=rafid.programmes.monitoring.models.contracts.days_by_severity,
                                verbose_name="Days to correct, by severity",
                            ),
                        ),
                        (
                            "thresholds",
                            models.JSONField(blank=True, default=dict, verbose_name="Thresholds of warnings"),
                        ),
                        (
                            "donor",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_people.organisation",
                                verbose_name="Donor",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "partner",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_people.organisation",
                                verbose_name="Partner",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.contract",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="CorrectiveAction",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("root_cause", models.TextField(verbose_name="Root cause")),
                        ("what", models.TextField(verbose_name="What is done")),
                        ("who", models.CharField(max_length=200, verbose_name="By whom")),
                        ("by", models.DateField(verbose_name="Until")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "corrective action",
                        "verbose_name_plural": "corrective actions",
                    },
                ),
                migrations.CreateModel(
                    name="Declaration",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "relation",
                            models.CharField(
                                choices=[
                                    ("none", "No relation"),
                                    ("past_employment", "Past employment"),
                                    ("family", "Family"),
                                    ("financial", "Financial interest"),
                                    ("other", "Other"),
                                ],
                                max_length=16,
                                verbose_name="Relation",
                            ),
                        ),
                        ("text", models.TextField(blank=True, verbose_name="Details")),
                        ("since", models.DateField(verbose_name="Since")),
                        ("until", models.DateField(blank=True, null=True, verbose_name="Until")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "partner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "declaration",
                        "verbose_name_plural": "declarations",
                        "ordering": ("monitor", "partner", "-since"),
                    },
                ),
                migrations.CreateModel(
                    name="EarlyWarning",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("ref", models.CharField(blank=True, editable=False, max_length=40, unique=True)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("person", "Entered by a person"),
                                    ("import", "Imported"),
                                    ("submission", "Form submission"),
                                    ("node", "Received from another node"),
                                    ("demonstration", "Demonstration"),
                                ],
                                default="person",
                                editable=False,
                                max_length=14,
                            ),
                        ),
                        (
                            "source_id",
                            models.UUIDField(
                                blank=True, editable=False, help_text="import run, submission or node", null=True
                            ),
                        ),
                        ("source_row", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("deleted_why", models.TextField(blank=True, editable=False)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=2, editable=False
                            ),
                        ),
                        ("rule", models.CharField(max_length=40, verbose_name="Rule")),
                        ("subject", models.CharField(max_length=120, verbose_name="Subject")),
                        (
                            "about",
                            models.JSONField(
                                default=dict, help_text='{"ar": …, "ckb": …, "en": …}', verbose_name="What it says"
                            ),
                        ),
                        ("since", models.DateField(verbose_name="Since")),
                        ("until", models.DateField(blank=True, null=True, verbose_name="Until")),
                        ("evidence", models.JSONField(default=dict, verbose_name="Evidence")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("new", "New"),
                                    ("seen", "Seen"),
                                    ("acting", "Being acted on"),
                                    ("over", "Over"),
                                    ("muted", "Muted"),
                                ],
                                default="new",
                                max_length=12,
                                verbose_name="State",
                            ),
                        ),
                        ("muted_until", models.DateField(blank=True, null=True, verbose_name="Muted until")),
                        ("muted_reason", models.TextField(blank=True, verbose_name="Reason of muting")),
                        ("confirmed_on", models.DateField(blank=True, null=True, verbose_name="Confirmed")),
                        (
                            "released_at",
                            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="Released"),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="warnings",
                                to="rafid_monitoring.contract",
                                verbose_name="Contract",
                            ),
                        ),
                        (
                            "handled_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "early warning",
                        "verbose_name_plural": "early warnings",
                        "abstract": False,
                        "base_manager_name": "everything",
                    },
                    managers=[
                        ("objects", django.db.models.manager.Manager()),
                        ("everything", django.db.models.manager.Manager()),
                    ],
                ),
                migrations.CreateModel(
                    name="EarlyWarningEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("ref", models.CharField(blank=True, editable=False, max_length=40)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("person", "Entered by a person"),
                                    ("import", "Imported"),
                                    ("submission", "Form submission"),
                                    ("node", "Received from another node"),
                                    ("demonstration", "Demonstration"),
                                ],
                                default="person",
                                editable=False,
                                max_length=14,
                            ),
                        ),
                        (
                            "source_id",
                            models.UUIDField(
                                blank=True, editable=False, help_text="import run, submission or node", null=True
                            ),
                        ),
                        ("source_row", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("deleted_why", models.TextField(blank=True, editable=False)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=2, editable=False
                            ),
                        ),
                        ("rule", models.CharField(max_length=40, verbose_name="Rule")),
                        ("subject", models.CharField(max_length=120, verbose_name="Subject")),
                        (
                            "about",
                            models.JSONField(
                                default=dict, help_text='{"ar": …, "ckb": …, "en": …}', verbose_name="What it says"
                            ),
                        ),
                        ("since", models.DateField(verbose_name="Since")),
                        ("until", models.DateField(blank=True, null=True, verbose_name="Until")),
                        ("evidence", models.JSONField(default=dict, verbose_name="Evidence")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("new", "New"),
                                    ("seen", "Seen"),
                                    ("acting", "Being acted on"),
                                    ("over", "Over"),
                                    ("muted", "Muted"),
                                ],
                                default="new",
                                max_length=12,
                                verbose_name="State",
                            ),
                        ),
                        ("muted_until", models.DateField(blank=True, null=True, verbose_name="Muted until")),
                        ("muted_reason", models.TextField(blank=True, verbose_name="Reason of muting")),
                        ("confirmed_on", models.DateField(blank=True, null=True, verbose_name="Confirmed")),
                        (
                            "released_at",
                            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="Released"),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.contract",
                                verbose_name="Contract",
                            ),
                        ),
                        (
                            "handled_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.earlywarning",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Employment",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("employer", models.CharField(blank=True, max_length=200, verbose_name="Employer")),
                        ("began_on", models.DateField(verbose_name="From")),
                        ("ended_on", models.DateField(blank=True, null=True, verbose_name="To")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "employment",
                        "verbose_name_plural": "employments",
                        "ordering": ("monitor", "-began_on"),
                    },
                ),
                migrations.CreateModel(
                    name="Evidence",
                    fields=[
                        ("sha256", models.CharField(max_length=64)),
                        ("file_name", models.CharField(max_length=200, verbose_name="File")),
                        ("size", models.BigIntegerField(default=0)),
                        ("text", models.TextField(blank=True, verbose_name="What it shows")),
                        ("taken_at", models.DateTimeField(blank=True, null=True, verbose_name="Taken")),
                        ("point", django.contrib.gis.db.models.fields.PointField(blank=True, null=True, srid=4326)),
                        (
                            "distance_m",
                            models.FloatField(blank=True, null=True, verbose_name="Distance to the site, m"),
                        ),
                        ("camera", models.CharField(blank=True, max_length=120, verbose_name="Camera")),
                        ("perceptual_hash", models.CharField(blank=True, max_length=16)),
                        (
                            "similar",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=64),
                                blank=True,
                                default=list,
                                help_text="hashes of like pictures",
                                size=None,
                            ),
                        ),
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "evidence",
                        "verbose_name_plural": "evidence",
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ExactPlace",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("point", django.contrib.gis.db.models.fields.PointField(srid=4326, verbose_name="Position")),
                        ("directions", models.TextField(blank=True, verbose_name="How to get there")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "exact place",
                        "verbose_name_plural": "exact places",
                    },
                ),
                migrations.CreateModel(
                    name="LandUse",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("dataset_row", models.CharField(max_length=120, verbose_name="Released ground")),
                        (
                            "round",
                            models.CharField(
                                choices=[("6", "After 6 months"), ("12", "After 12 months")],
                                max_length=6,
                                verbose_name="Round",
                            ),
                        ),
                        ("released_on", models.DateField(blank=True, null=True, verbose_name="Released on")),
                        ("on", models.DateField(verbose_name="Day")),
                        ("area_m2", models.FloatField(verbose_name="Released, m²")),
                        (
                            "intended",
                            models.CharField(
                                choices=[
                                    ("farming", "Farming"),
                                    ("grazing", "Grazing"),
                                    ("housing", "Housing"),
                                    ("infrastructure", "Infrastructure"),
                                    ("other", "Other"),
                                    ("unused", "Not used"),
                                ],
                                max_length=16,
                                verbose_name="Intended use",
                            ),
                        ),
                        (
                            "actual",
                            models.CharField(
                                choices=[
                                    ("farming", "Farming"),
                                    ("grazing", "Grazing"),
                                    ("housing", "Housing"),
                                    ("infrastructure", "Infrastructure"),
                                    ("other", "Other"),
                                    ("unused", "Not used"),
                                ],
                                max_length=16,
                                verbose_name="Actual use",
                            ),
                        ),
                        ("used_m2", models.FloatField(verbose_name="Used, m²")),
                        ("users", models.CharField(blank=True, max_length=200, verbose_name="Who uses it")),
                        ("dispute", models.BooleanField(default=False, verbose_name="Dispute")),
                        ("beneficiaries", models.PositiveIntegerField(default=0, verbose_name="Direct beneficiaries")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                        (
                            "submission",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_forms.submission",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "use of land",
                        "verbose_name_plural": "uses of land",
                    },
                ),
                migrations.CreateModel(
                    name="Leave",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "days",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="from its first day to the day after its last", verbose_name="Days"
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="Reason")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "leave",
                        "verbose_name_plural": "leaves",
                    },
                ),
                migrations.CreateModel(
                    name="Monitor",
                    fields=[
                        ("name_ar", models.CharField(blank=True, max_length=300)),
                        ("name_ckb", models.CharField(blank=True, max_length=300)),
                        ("name_en", models.CharField(blank=True, max_length=300)),
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("ref", models.CharField(blank=True, editable=False, max_length=40, unique=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("in_review", "In review"),
                                    ("approved", "Approved"),
                                    ("published", "Published"),
                                    ("superseded", "Superseded"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="draft",
                                max_length=12,
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("person", "Entered by a person"),
                                    ("import", "Imported"),
                                    ("submission", "Form submission"),
                                    ("node", "Received from another node"),
                                    ("demonstration", "Demonstration"),
                                ],
                                default="person",
                                editable=False,
                                max_length=14,
                            ),
                        ),
                        (
                            "source_id",
                            models.UUIDField(
                                blank=True, editable=False, help_text="import run, submission or node", null=True
                            ),
                        ),
                        ("source_row", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("deleted_why", models.TextField(blank=True, editable=False)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=2, editable=False
                            ),
                        ),
                        ("code", models.CharField(max_length=20, unique=True, verbose_name="Code")),
                        (
                            "languages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=8),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="Languages",
                            ),
                        ),
                        (
                            "skills",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="Skills",
                            ),
                        ),
                        ("joined_on", models.DateField(blank=True, null=True, verbose_name="Joined")),
                        ("left_on", models.DateField(blank=True, null=True, verbose_name="Left")),
                        (
                            "account",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="monitor",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="Account",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "monitor",
                        "verbose_name_plural": "monitors",
                        "abstract": False,
                        "base_manager_name": "everything",
                    },
                    managers=[
                        ("objects", django.db.models.manager.Manager()),
                        ("everything", django.db.models.manager.Manager()),
                    ],
                ),
                migrations.CreateModel(
                    name="LeaveEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "days",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="from its first day to the day after its last", verbose_name="Days"
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="Reason")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.leave",
                            ),
                        ),
                        (
                            "monitor",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.monitor",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="leave",
                    name="monitor",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="leave", to="rafid_monitoring.monitor"
                    ),
                ),
                migrations.CreateModel(
                    name="EmploymentEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("employer", models.CharField(blank=True, max_length=200, verbose_name="Employer")),
                        ("began_on", models.DateField(verbose_name="From")),
                        ("ended_on", models.DateField(blank=True, null=True, verbose_name="To")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.employment",
                            ),
                        ),
                        (
                            "monitor",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.monitor",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="employment",
                    name="monitor",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="employers",
                        to="rafid_monitoring.monitor",
                    ),
                ),
                migrations.CreateModel(
                    name="DeclarationEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "relation",
                            models.CharField(
                                choices=[
                                    ("none", "No relation"),
                                    ("past_employment", "Past employment"),
                                    ("family", "Family"),
                                    ("financial", "Financial interest"),
                                    ("other", "Other"),
                                ],
                                max_length=16,
                                verbose_name="Relation",
                            ),
                        ),
                        ("text", models.TextField(blank=True, verbose_name="Details")),
                        ("since", models.DateField(verbose_name="Since")),
                        ("until", models.DateField(blank=True, null=True, verbose_name="Until")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "partner",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.declaration",
                            ),
                        ),
                        (
                            "monitor",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.monitor",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="declaration",
                    name="monitor",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declarations",
                        to="rafid_monitoring.monitor",
                    ),
                ),
                migrations.CreateModel(
                    name="MonitorEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("name_ar", models.CharField(blank=True, max_length=300)),
                        ("name_ckb", models.CharField(blank=True, max_length=300)),
                        ("name_en", models.CharField(blank=True, max_length=300)),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("ref", models.CharField(blank=True, editable=False, max_length=40)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("in_review", "In review"),
                                    ("approved", "Approved"),
                                    ("published", "Published"),
                                    ("superseded", "Superseded"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="draft",
                                max_length=12,
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("person", "Entered by a person"),
                                    ("import", "Imported"),
                                    ("submission", "Form submission"),
                                    ("node", "Received from another node"),
                                    ("demonstration", "Demonstration"),
                                ],
                                default="person",
                                editable=False,
                                max_length=14,
                            ),
                        ),
                        (
                            "source_id",
                            models.UUIDField(
                                blank=True, editable=False, help_text="import run, submission or node", null=True
                            ),
                        ),
                        ("source_row", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("deleted_why", models.TextField(blank=True, editable=False)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=2, editable=False
                            ),
                        ),
                        ("code", models.CharField(max_length=20, verbose_name="Code")),
                        (
                            "languages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=8),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="Languages",
                            ),
                        ),
                        (
                            "skills",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="Skills",
                            ),
                        ),
                        ("joined_on", models.DateField(blank=True, null=True, verbose_name="Joined")),
                        ("left_on", models.DateField(blank=True, null=True, verbose_name="Left")),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="Account",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.monitor",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="SealedSeed",
                    fields=[
                        (
                            "plan",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="sealed_seed",
                                serialize=False,
                                to="rafid_monitoring.monitoringplan",
                            ),
                        ),
                        ("sealed", models.TextField()),
                        ("at", models.DateTimeField(auto_now_add=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="MonitoringPlanEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("ref", models.CharField(blank=True, editable=False, max_length=40)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("person", "Entered by a person"),
                                    ("import", "Imported"),
                                    ("submission", "Form submission"),
                                    ("node", "Received from another node"),
                                    ("demonstration", "Demonstration"),
                                ],
                                default="person",
                                editable=False,
                                max_length=14,
                            ),
                        ),
                        (
                            "source_id",
                            models.UUIDField(
                                blank=True, editable=False, help_text="import run, submission or node", null=True
                            ),
                        ),
                        ("source_row", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("deleted_why", models.TextField(blank=True, editable=False)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=2, editable=False
                            ),
                        ),
                        ("period", models.CharField(max_length=10, verbose_name="Period")),
                        ("title", models.CharField(blank=True, max_length=200, verbose_name="Title")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("registered", "Registered"),
                                    ("running", "Running"),
                                    ("revealed", "Revealed"),
                                    ("closed", "Closed"),
                                ],
                                default="draft",
                                max_length=12,
                                verbose_name="State",
                            ),
                        ),
                        (
                            "aim",
                            models.CharField(
                                choices=[
                                    ("proportion", "Estimate a share"),
                                    ("acceptance", "Accept or reject a lot"),
                                    ("lqas", "Classify by LQAS"),
                                    ("total", "Estimate a total"),
                                ],
                                default="proportion",
                                max_length=12,
                                verbose_name="Aim",
                            ),
                        ),
                        (
                            "seed",
                            models.CharField(
                                blank=True, editable=False, max_length=200, null=True, verbose_name="Seed"
                            ),
                        ),
                        (
                            "seed_hash",
                            models.CharField(
                                blank=True, editable=False, max_length=64, verbose_name="Hash of the seed"
                            ),
                        ),
                        (
                            "frame_hash",
                            models.CharField(
                                blank=True, editable=False, max_length=64, verbose_name="Hash of the frame"
                            ),
                        ),
                        ("registered_at", models.DateTimeField(editable=False, null=True, verbose_name="Registered")),
                        ("revealed_at", models.DateTimeField(editable=False, null=True, verbose_name="Revealed")),
                        ("statement", models.JSONField(default=dict, editable=False, verbose_name="What it can show")),
                        (
                            "partners",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, editable=False, size=None
                            ),
                        ),
                        (
                            "donors",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, editable=False, size=None
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.monitoringplan",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                        (
                            "registered_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "revealed_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="NonConformity",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("ref", models.CharField(blank=True, editable=False, max_length=40, unique=True)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("person", "Entered by a person"),
                                    ("import", "Imported"),
                                    ("submission", "Form submission"),
                                    ("node", "Received from another node"),
                                    ("demonstration", "Demonstration"),
                                ],
                                default="person",
                                editable=False,
                                max_length=14,
                            ),
                        ),
                        (
                            "source_id",
                            models.UUIDField(
                                blank=True, editable=False, help_text="import run, submission or node", null=True
                            ),
                        ),
                        ("source_row", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("deleted_why", models.TextField(blank=True, editable=False)),
                        (
                            "severity",
                            models.CharField(
                                choices=[("critical", "Critical"), ("major", "Major"), ("minor", "Minor")],
                                max_length=8,
                                verbose_name="Severity",
                            ),
                        ),
                        ("item_code", models.CharField(blank=True, max_length=80, verbose_name="Item")),
                        ("text", models.TextField(verbose_name="What was found")),
                        ("opened_on", models.DateField(verbose_name="Opened")),
                        ("due_on", models.DateField(verbose_name="Due")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("answered", "Answered"),
                                    ("under_review", "Evidence under review"),
                                    ("sent_back", "Sent back"),
                                    ("disputed", "Disputed"),
                                    ("closed", "Closed"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="open",
                                editable=False,
                                max_length=12,
                                verbose_name="State",
                            ),
                        ),
                        ("stop_work", models.BooleanField(blank=True, null=True, verbose_name="Work was stopped")),
                        ("answer", models.TextField(blank=True, editable=False, verbose_name="Answer")),
                        ("answered_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("closed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "step_reason",
                            models.TextField(
                                blank=True,
                                editable=False,
                                help_text="of the last step: sent back, disputed, withdrawn, reopened",
                                verbose_name="Reason",
                            ),
                        ),
                        ("reopened", models.PositiveIntegerField(default=0, editable=False)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=2, editable=False
                            ),
                        ),
                        (
                            "key",
                            models.CharField(
                                blank=True,
                                editable=False,
                                help_text="row of the submission that it is from",
                                max_length=120,
                            ),
                        ),
                        ("notified_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "released_at",
                            models.DateTimeField(
                                blank=True, editable=False, null=True, verbose_name="Released to the partner"
                            ),
                        ),
                        (
                            "answered_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "closed_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="nonconformities",
                                to="rafid_monitoring.contract",
                                verbose_name="Contract",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="nonconformities",
                                to="rafid_monitoring.checklistitem",
                                verbose_name="Item",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                        (
                            "repeat_of",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="repeats",
                                to="rafid_monitoring.nonconformity",
                            ),
                        ),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "non-conformity",
                        "verbose_name_plural": "non-conformities",
                        "abstract": False,
                        "base_manager_name": "everything",
                    },
                    managers=[
                        ("objects", django.db.models.manager.Manager()),
                        ("everything", django.db.models.manager.Manager()),
                    ],
                ),
                migrations.CreateModel(
                    name="EvidenceEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("sha256", models.CharField(max_length=64)),
                        ("file_name", models.CharField(max_length=200, verbose_name="File")),
                        ("size", models.BigIntegerField(default=0)),
                        ("text", models.TextField(blank=True, verbose_name="What it shows")),
                        ("taken_at", models.DateTimeField(blank=True, null=True, verbose_name="Taken")),
                        ("point", django.contrib.gis.db.models.fields.PointField(blank=True, null=True, srid=4326)),
                        (
                            "distance_m",
                            models.FloatField(blank=True, null=True, verbose_name="Distance to the site, m"),
                        ),
                        ("camera", models.CharField(blank=True, max_length=120, verbose_name="Camera")),
                        ("perceptual_hash", models.CharField(blank=True, max_length=16)),
                        (
                            "similar",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=64),
                                blank=True,
                                default=list,
                                help_text="hashes of like pictures",
                                size=None,
                            ),
                        ),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.evidence",
                            ),
                        ),
                        (
                            "nonconformity",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.nonconformity",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="evidence",
                    name="nonconformity",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="rafid_monitoring.nonconformity",
                    ),
                ),
                migrations.CreateModel(
                    name="CorrectiveActionEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("root_cause", models.TextField(verbose_name="Root cause")),
                        ("what", models.TextField(verbose_name="What is done")),
                        ("who", models.CharField(max_length=200, verbose_name="By whom")),
                        ("by", models.DateField(verbose_name="Until")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.correctiveaction",
                            ),
                        ),
                        (
                            "nonconformity",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.nonconformity",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="correctiveaction",
                    name="nonconformity",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="actions",
                        to="rafid_monitoring.nonconformity",
                    ),
                ),
                migrations.CreateModel(
                    name="OutcomeStudy",
                    fields=[
                        ("name_ar", models.CharField(blank=True, max_length=300)),
                        ("name_ckb", models.CharField(blank=True, max_length=300)),
                        ("name_en", models.CharField(blank=True, max_length=300)),
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("ref", models.CharField(blank=True, editable=False, max_length=40, unique=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("in_review", "In review"),
                                    ("approved", "Approved"),
                                    ("published", "Published"),
                                    ("superseded", "Superseded"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="draft",
                                max_length=12,
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("person", "Entered by a person"),
                                    ("import", "Imported"),
                                    ("submission", "Form submission"),
                                    ("node", "Received from another node"),
                                    ("demonstration", "Demonstration"),
                                ],
                                default="person",
                                editable=False,
                                max_length=14,
                            ),
                        ),
                        (
                            "source_id",
                            models.UUIDField(
                                blank=True, editable=False, help_text="import run, submission or node", null=True
                            ),
                        ),
                        ("source_row", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("deleted_why", models.TextField(blank=True, editable=False)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=2, editable=False
                            ),
                        ),
                        (
                            "kind_of_study",
                            models.CharField(
                                choices=[
                                    ("eore_knowledge", "Knowledge of risks"),
                                    ("land_use", "Use of land"),
                                    ("beneficiary", "Beneficiaries"),
                                    ("perception", "Perception"),
                                ],
                                max_length=16,
                                verbose_name="Kind",
                            ),
                        ),
                        (
                            "design",
                            models.CharField(
                                choices=[
                                    ("paired", "The same people twice"),
                                    ("cross_section", "Other people each time"),
                                    ("census", "Everybody"),
                                ],
                                max_length=14,
                                verbose_name="Design",
                            ),
                        ),
                        (
                            "caveats",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text='{"ar": …, "ckb": …, "en": …}',
                                verbose_name="Caveats",
                            ),
                        ),
                        (
                            "released_at",
                            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="Released"),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="studies",
                                to="rafid_monitoring.contract",
                                verbose_name="Contract",
                            ),
                        ),
                        (
                            "instrument",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_forms.formversion",
                                verbose_name="Form",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="studies",
                                to="rafid_monitoring.monitoringplan",
                                verbose_name="Plan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "outcome study",
                        "verbose_name_plural": "outcome studies",
                        "abstract": False,
                        "base_manager_name": "everything",
                    },
                    managers=[
                        ("objects", django.db.models.manager.Manager()),
                        ("everything", django.db.models.manager.Manager()),
                    ],
                ),
                migrations.CreateModel(
                    name="LandUseEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("dataset_row", models.CharField(max_length=120, verbose_name="Released ground")),
                        (
                            "round",
                            models.CharField(
                                choices=[("6", "After 6 months"), ("12", "After 12 months")],
                                max_length=6,
                                verbose_name="Round",
                            ),
                        ),
                        ("released_on", models.DateField(blank=True, null=True, verbose_name="Released on")),
                        ("on", models.DateField(verbose_name="Day")),
                        ("area_m2", models.FloatField(verbose_name="Released, m²")),
                        (
                            "intended",
                            models.CharField(
                                choices=[
                                    ("farming", "Farming"),
                                    ("grazing", "Grazing"),
                                    ("housing", "Housing"),
                                    ("infrastructure", "Infrastructure"),
                                    ("other", "Other"),
                                    ("unused", "Not used"),
                                ],
                                max_length=16,
                                verbose_name="Intended use",
                            ),
                        ),
                        (
                            "actual",
                            models.CharField(
                                choices=[
                                    ("farming", "Farming"),
                                    ("grazing", "Grazing"),
                                    ("housing", "Housing"),
                                    ("infrastructure", "Infrastructure"),
                                    ("other", "Other"),
                                    ("unused", "Not used"),
                                ],
                                max_length=16,
                                verbose_name="Actual use",
                            ),
                        ),
                        ("used_m2", models.FloatField(verbose_name="Used, m²")),
                        ("users", models.CharField(blank=True, max_length=200, verbose_name="Who uses it")),
                        ("dispute", models.BooleanField(default=False, verbose_name="Dispute")),
                        ("beneficiaries", models.PositiveIntegerField(default=0, verbose_name="Direct beneficiaries")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.landuse",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                        (
                            "submission",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_forms.submission",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.outcomestudy",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="landuse",
                    name="study",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="land_uses",
                        to="rafid_monitoring.outcomestudy",
                    ),
                ),
                migrations.CreateModel(
                    name="OutcomeStudyEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("name_ar", models.CharField(blank=True, max_length=300)),
                        ("name_ckb", models.CharField(blank=True, max_length=300)),
                        ("name_en", models.CharField(blank=True, max_length=300)),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("ref", models.CharField(blank=True, editable=False, max_length=40)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("in_review", "In review"),
                                    ("approved", "Approved"),
                                    ("published", "Published"),
                                    ("superseded", "Superseded"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="draft",
                                max_length=12,
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("person", "Entered by a person"),
                                    ("import", "Imported"),
                                    ("submission", "Form submission"),
                                    ("node", "Received from another node"),
                                    ("demonstration", "Demonstration"),
                                ],
                                default="person",
                                editable=False,
                                max_length=14,
                            ),
                        ),
                        (
                            "source_id",
                            models.UUIDField(
                                blank=True, editable=False, help_text="import run, submission or node", null=True
                            ),
                        ),
                        ("source_row", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("deleted_why", models.TextField(blank=True, editable=False)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=2, editable=False
                            ),
                        ),
                        (
                            "kind_of_study",
                            models.CharField(
                                choices=[
                                    ("eore_knowledge", "Knowledge of risks"),
                                    ("land_use", "Use of land"),
                                    ("beneficiary", "Beneficiaries"),
                                    ("perception", "Perception"),
                                ],
                                max_length=16,
                                verbose_name="Kind",
                            ),
                        ),
                        (
                            "design",
                            models.CharField(
                                choices=[
                                    ("paired", "The same people twice"),
                                    ("cross_section", "Other people each time"),
                                    ("census", "Everybody"),
                                ],
                                max_length=14,
                                verbose_name="Design",
                            ),
                        ),
                        (
                            "caveats",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text='{"ar": …, "ckb": …, "en": …}',
                                verbose_name="Caveats",
                            ),
                        ),
                        (
                            "released_at",
                            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="Released"),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.contract",
                                verbose_name="Contract",
                            ),
                        ),
                        (
                            "instrument",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_forms.formversion",
                                verbose_name="Form",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.outcomestudy",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.monitoringplan",
                                verbose_name="Plan",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PlanContract",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_monitoring.contract",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="of_contracts",
                                to="rafid_monitoring.monitoringplan",
                            ),
                        ),
                    ],
                ),
                migrations.AddField(
                    model_name="monitoringplan",
                    name="contracts",
                    field=models.ManyToManyField(
                        related_name="plans", through="rafid_monitoring.PlanContract", to="rafid_monitoring.contract"
                    ),
                ),
                migrations.CreateModel(
                    name="PlannedMonth",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("month", models.DateField(verbose_name="Month")),
                        ("value", models.FloatField(verbose_name="Planned until then")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "planned month",
                        "verbose_name_plural": "planned months",
                        "ordering": ("line", "month"),
                    },
                ),
                migrations.CreateModel(
                    name="Report",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("ref", models.CharField(blank=True, editable=False, max_length=40, unique=True)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("person", "Entered by a person"),
                                    ("import", "Imported"),
                                    ("submission", "Form submission"),
                                    ("node", "Received from another node"),
                                    ("demonstration", "Demonstration"),
                                ],
                                default="person",
                                editable=False,
                                max_length=14,
                            ),
                        ),
                        (
                            "source_id",
                            models.UUIDField(
                                blank=True, editable=False, help_text="import run, submission or node", null=True
                            ),
                        ),
                        ("source_row", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("deleted_why", models.TextField(blank=True, editable=False)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=2, editable=False
                            ),
                        ),
                        ("period", models.CharField(max_length=10, verbose_name="Period")),
                        (
                            "language",
                            models.CharField(
                                choices=[("ar", "العربية"), ("ckb", "کوردی"), ("en", "English")],
                                max_length=3,
                                verbose_name="Language",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "Draft"), ("comments", "With the partners"), ("final", "Final")],
                                default="draft",
                                max_length=12,
                                verbose_name="State",
                            ),
                        ),
                        ("frozen", models.JSONField(default=dict, editable=False)),
                        (
                            "known",
                            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="As known on"),
                        ),
                        ("sections", models.JSONField(blank=True, default=dict)),
                        ("comments_until", models.DateField(blank=True, null=True, verbose_name="Comments until")),
                        (
                            "final_at",
                            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="Final since"),
                        ),
                        (
                            "partners",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, editable=False, size=None
                            ),
                        ),
                        (
                            "donors",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, editable=False, size=None
                            ),
                        ),
                        (
                            "final_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "quarterly report",
                        "verbose_name_plural": "quarterly reports",
                        "abstract": False,
                        "base_manager_name": "everything",
                    },
                    managers=[
                        ("objects", django.db.models.manager.Manager()),
                        ("everything", django.db.models.manager.Manager()),
                    ],
                ),
                migrations.CreateModel(
                    name="Erratum",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("text_ar", models.TextField(blank=True, verbose_name="Text in Arabic")),
                        ("text_ckb", models.TextField(blank=True, verbose_name="Text in Kurdish")),
                        ("text_en", models.TextField(blank=True, verbose_name="Text in English")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "report",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="errata",
                                to="rafid_monitoring.report",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "erratum",
                        "verbose_name_plural": "errata",
                    },
                ),
                migrations.CreateModel(
                    name="ReportComment",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("section", models.CharField(blank=True, max_length=40, verbose_name="Section")),
                        ("text", models.TextField(verbose_name="Comment")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "partner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "report",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="comments",
                                to="rafid_monitoring.report",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "partner's comment",
                        "verbose_name_plural": "partners' comments",
                    },
                ),
                migrations.CreateModel(
                    name="ReportContract",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_monitoring.contract",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "report",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="of_contracts",
                                to="rafid_monitoring.report",
                            ),
                        ),
                    ],
                ),
                migrations.AddField(
                    model_name="report",
                    name="contracts",
                    field=models.ManyToManyField(
                        related_name="reports",
                        through="rafid_monitoring.ReportContract",
                        to="rafid_monitoring.contract",
                    ),
                ),
                migrations.CreateModel(
                    name="ReportedProgress",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("number", models.PositiveIntegerField(default=1, verbose_name="Version")),
                        ("month", models.DateField(verbose_name="Month")),
                        ("received_at", models.DateTimeField(verbose_name="Received")),
                        (
                            "document",
                            models.CharField(
                                blank=True, help_text="SHA-256 in the store", max_length=64, verbose_name="Document"
                            ),
                        ),
                        ("document_name", models.CharField(blank=True, max_length=200)),
                        ("reason", models.CharField(blank=True, max_length=500, verbose_name="Reason")),
                        ("value", models.FloatField(verbose_name="Reported")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reported progress",
                        "verbose_name_plural": "reported progress",
                        "ordering": ("line", "month", "number"),
                    },
                ),
                migrations.CreateModel(
                    name="ReportEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("ref", models.CharField(blank=True, editable=False, max_length=40)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("person", "Entered by a person"),
                                    ("import", "Imported"),
                                    ("submission", "Form submission"),
                                    ("node", "Received from another node"),
                                    ("demonstration", "Demonstration"),
                                ],
                                default="person",
                                editable=False,
                                max_length=14,
                            ),
                        ),
                        (
                            "source_id",
                            models.UUIDField(
                                blank=True, editable=False, help_text="import run, submission or node", null=True
                            ),
                        ),
                        ("source_row", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("deleted_why", models.TextField(blank=True, editable=False)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=2, editable=False
                            ),
                        ),
                        ("period", models.CharField(max_length=10, verbose_name="Period")),
                        (
                            "language",
                            models.CharField(
                                choices=[("ar", "العربية"), ("ckb", "کوردی"), ("en", "English")],
                                max_length=3,
                                verbose_name="Language",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "Draft"), ("comments", "With the partners"), ("final", "Final")],
                                default="draft",
                                max_length=12,
                                verbose_name="State",
                            ),
                        ),
                        (
                            "known",
                            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="As known on"),
                        ),
                        ("sections", models.JSONField(blank=True, default=dict)),
                        ("comments_until", models.DateField(blank=True, null=True, verbose_name="Comments until")),
                        (
                            "final_at",
                            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="Final since"),
                        ),
                        (
                            "partners",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, editable=False, size=None
                            ),
                        ),
                        (
                            "donors",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, editable=False, size=None
                            ),
                        ),
                        (
                            "final_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.report",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ReportFile",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("format", models.CharField(choices=[("pdf", "PDF"), ("docx", "DOCX")], max_length=4)),
                        ("sha256", models.CharField(max_length=64)),
                        ("size", models.BigIntegerField(default=0)),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "report",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="rafid_monitoring.report",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="RespondentKey",
                    fields=[
                        (
                            "respondent",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="key",
                                serialize=False,
                                to="rafid_monitoring.respondent",
                            ),
                        ),
                        ("sealed", models.TextField()),
                        ("erase_on", models.DateField(blank=True, null=True)),
                    ],
                ),
                migrations.AddField(
                    model_name="respondent",
                    name="study",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="respondents",
                        to="rafid_monitoring.outcomestudy",
                    ),
                ),
                migrations.CreateModel(
                    name="OutcomeAnswer",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "round",
                            models.CharField(
                                choices=[
                                    ("before", "Before"),
                                    ("after", "After"),
                                    ("6", "After 6 months"),
                                    ("12", "After 12 months"),
                                ],
                                max_length=6,
                                verbose_name="Round",
                            ),
                        ),
                        ("question", models.CharField(max_length=80, verbose_name="Question")),
                        ("value", models.FloatField(blank=True, null=True, verbose_name="Answer")),
                        ("text", models.CharField(blank=True, max_length=300)),
                        ("on", models.DateField(verbose_name="Day")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "submission",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_forms.submission",
                            ),
                        ),
                        (
                            "respondent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="answers",
                                to="rafid_monitoring.respondent",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "answer of a respondent",
                        "verbose_name_plural": "answers of respondents",
                    },
                ),
                migrations.CreateModel(
                    name="Route",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("day", models.DateField(verbose_name="Day")),
                        ("minutes", models.FloatField(default=0, verbose_name="Minutes on the road")),
                        ("straight", models.BooleanField(default=False, help_text="estimated: straight line × 1.3")),
                        (
                            "lead",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="routes",
                                to="rafid_monitoring.monitor",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "second",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_monitoring.monitor",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "route",
                        "verbose_name_plural": "routes",
                    },
                ),
                migrations.CreateModel(
                    name="RouteEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("day", models.DateField(verbose_name="Day")),
                        ("minutes", models.FloatField(default=0, verbose_name="Minutes on the road")),
                        ("straight", models.BooleanField(default=False, help_text="estimated: straight line × 1.3")),
                        (
                            "lead",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.monitor",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.route",
                            ),
                        ),
                        (
                            "second",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.monitor",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="SecurityClearance",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("route", models.CharField(blank=True, max_length=300, verbose_name="Route")),
                        ("valid", django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="Valid")),
                        ("by", models.CharField(blank=True, max_length=200, verbose_name="Given by")),
                        ("number", models.CharField(blank=True, max_length=80, verbose_name="Number")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("asked", "Asked for"),
                                    ("granted", "Granted"),
                                    ("refused", "Refused"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="asked",
                                max_length=10,
                                verbose_name="State",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "security clearance",
                        "verbose_name_plural": "security clearances",
                    },
                ),
                migrations.CreateModel(
                    name="SecurityClearanceEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("route", models.CharField(blank=True, max_length=300, verbose_name="Route")),
                        ("valid", django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="Valid")),
                        ("by", models.CharField(blank=True, max_length=200, verbose_name="Given by")),
                        ("number", models.CharField(blank=True, max_length=80, verbose_name="Number")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("asked", "Asked for"),
                                    ("granted", "Granted"),
                                    ("refused", "Refused"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="asked",
                                max_length=10,
                                verbose_name="State",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.securityclearance",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Site",
                    fields=[
                        ("name_ar", models.CharField(blank=True, max_length=300)),
                        ("name_ckb", models.CharField(blank=True, max_length=300)),
                        ("name_en", models.CharField(blank=True, max_length=300)),
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("ref", models.CharField(blank=True, editable=False, max_length=40, unique=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("in_review", "In review"),
                                    ("approved", "Approved"),
                                    ("published", "Published"),
                                    ("superseded", "Superseded"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="draft",
                                max_length=12,
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("person", "Entered by a person"),
                                    ("import", "Imported"),
                                    ("submission", "Form submission"),
                                    ("node", "Received from another node"),
                                    ("demonstration", "Demonstration"),
                                ],
                                default="person",
                                editable=False,
                                max_length=14,
                            ),
                        ),
                        (
                            "source_id",
                            models.UUIDField(
                                blank=True, editable=False, help_text="import run, submission or node", null=True
                            ),
                        ),
                        ("source_row", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("deleted_why", models.TextField(blank=True, editable=False)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=2, editable=False
                            ),
                        ),
                        (
                            "kind_of_site",
                            models.CharField(
                                choices=[
                                    ("clearance_task", "Clearance task"),
                                    ("survey_area", "Survey area"),
                                    ("session", "Session"),
                                    ("clinic", "Clinic"),
                                    ("office", "Office"),
                                ],
                                default="clearance_task",
                                max_length=20,
                                verbose_name="Kind",
                            ),
                        ),
                        (
                            "point",
                            django.contrib.gis.db.models.fields.PointField(
                                blank=True, editable=False, null=True, srid=4326, verbose_name="Approximate position"
                            ),
                        ),
                        (
                            "size",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="Size"
                            ),
                        ),
                        ("active_from", models.DateField(blank=True, null=True, verbose_name="Active from")),
                        ("active_to", models.DateField(blank=True, null=True, verbose_name="Active to")),
                        ("origin", models.CharField(blank=True, max_length=80, verbose_name="List")),
                        ("external_id", models.CharField(blank=True, max_length=80, verbose_name="Id in its list")),
                        ("team", models.CharField(blank=True, max_length=40, verbose_name="Team")),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sites",
                                to="rafid_monitoring.contract",
                                verbose_name="Contract",
                            ),
                        ),
                        (
                            "entity",
                            models.OneToOneField(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="monitoring_site",
                                to="rafid_forms.entity",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "partner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                                verbose_name="Partner",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "site",
                        "verbose_name_plural": "sites",
                        "abstract": False,
                        "base_manager_name": "everything",
                    },
                    managers=[
                        ("objects", django.db.models.manager.Manager()),
                        ("everything", django.db.models.manager.Manager()),
                    ],
                ),
                migrations.AddField(
                    model_name="respondent",
                    name="site",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rafid_monitoring.site",
                    ),
                ),
                migrations.CreateModel(
                    name="ReportedAtSite",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("number", models.PositiveIntegerField(default=1, verbose_name="Version")),
                        ("month", models.DateField(verbose_name="Month")),
                        ("received_at", models.DateTimeField(verbose_name="Received")),
                        (
                            "document",
                            models.CharField(
                                blank=True, help_text="SHA-256 in the store", max_length=64, verbose_name="Document"
                            ),
                        ),
                        ("document_name", models.CharField(blank=True, max_length=200)),
                        ("reason", models.CharField(blank=True, max_length=500, verbose_name="Reason")),
                        ("value", models.FloatField(verbose_name="Reported")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reported",
                                to="rafid_monitoring.site",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reported at a site",
                        "verbose_name_plural": "reported at sites",
                        "ordering": ("site", "line", "month", "number"),
                    },
                ),
                migrations.CreateModel(
                    name="ExactPlaceEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("point", django.contrib.gis.db.models.fields.PointField(srid=4326, verbose_name="Position")),
                        ("directions", models.TextField(blank=True, verbose_name="How to get there")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.exactplace",
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.site",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="exactplace",
                    name="site",
                    field=models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exact", to="rafid_monitoring.site"
                    ),
                ),
                migrations.CreateModel(
                    name="SiteEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("name_ar", models.CharField(blank=True, max_length=300)),
                        ("name_ckb", models.CharField(blank=True, max_length=300)),
                        ("name_en", models.CharField(blank=True, max_length=300)),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("ref", models.CharField(blank=True, editable=False, max_length=40)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("in_review", "In review"),
                                    ("approved", "Approved"),
                                    ("published", "Published"),
                                    ("superseded", "Superseded"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="draft",
                                max_length=12,
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("person", "Entered by a person"),
                                    ("import", "Imported"),
                                    ("submission", "Form submission"),
                                    ("node", "Received from another node"),
                                    ("demonstration", "Demonstration"),
                                ],
                                default="person",
                                editable=False,
                                max_length=14,
                            ),
                        ),
                        (
                            "source_id",
                            models.UUIDField(
                                blank=True, editable=False, help_text="import run, submission or node", null=True
                            ),
                        ),
                        ("source_row", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("deleted_why", models.TextField(blank=True, editable=False)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=2, editable=False
                            ),
                        ),
                        (
                            "kind_of_site",
                            models.CharField(
                                choices=[
                                    ("clearance_task", "Clearance task"),
                                    ("survey_area", "Survey area"),
                                    ("session", "Session"),
                                    ("clinic", "Clinic"),
                                    ("office", "Office"),
                                ],
                                default="clearance_task",
                                max_length=20,
                                verbose_name="Kind",
                            ),
                        ),
                        (
                            "point",
                            django.contrib.gis.db.models.fields.PointField(
                                blank=True, editable=False, null=True, srid=4326, verbose_name="Approximate position"
                            ),
                        ),
                        (
                            "size",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="Size"
                            ),
                        ),
                        ("active_from", models.DateField(blank=True, null=True, verbose_name="Active from")),
                        ("active_to", models.DateField(blank=True, null=True, verbose_name="Active to")),
                        ("origin", models.CharField(blank=True, max_length=80, verbose_name="List")),
                        ("external_id", models.CharField(blank=True, max_length=80, verbose_name="Id in its list")),
                        ("team", models.CharField(blank=True, max_length=40, verbose_name="Team")),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.contract",
                                verbose_name="Contract",
                            ),
                        ),
                        (
                            "entity",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_forms.entity",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "partner",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_people.organisation",
                                verbose_name="Partner",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.site",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Spending",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("number", models.PositiveIntegerField(default=1, verbose_name="Version")),
                        ("month", models.DateField(verbose_name="Month")),
                        ("received_at", models.DateTimeField(verbose_name="Received")),
                        (
                            "document",
                            models.CharField(
                                blank=True, help_text="SHA-256 in the store", max_length=64, verbose_name="Document"
                            ),
                        ),
                        ("document_name", models.CharField(blank=True, max_length=200)),
                        ("reason", models.CharField(blank=True, max_length=500, verbose_name="Reason")),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="Spent")),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="spending",
                                to="rafid_monitoring.contract",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "spending",
                        "verbose_name_plural": "spending",
                        "ordering": ("contract", "month", "number"),
                    },
                ),
                migrations.CreateModel(
                    name="SpendingEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("number", models.PositiveIntegerField(default=1, verbose_name="Version")),
                        ("month", models.DateField(verbose_name="Month")),
                        ("received_at", models.DateTimeField(verbose_name="Received")),
                        (
                            "document",
                            models.CharField(
                                blank=True, help_text="SHA-256 in the store", max_length=64, verbose_name="Document"
                            ),
                        ),
                        ("document_name", models.CharField(blank=True, max_length=200)),
                        ("reason", models.CharField(blank=True, max_length=500, verbose_name="Reason")),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="Spent")),
                        (
                            "contract",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.contract",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.spending",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Stratum",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="Name")),
                        ("size", models.PositiveIntegerField(verbose_name="Sites to draw")),
                        (
                            "method",
                            models.CharField(
                                choices=[("equal", "Each site with the same chance"), ("by_size", "By size")],
                                default="equal",
                                max_length=8,
                                verbose_name="Method",
                            ),
                        ),
                        ("weight", models.FloatField(default=1, verbose_name="Weight")),
                        ("aql", models.FloatField(blank=True, null=True, verbose_name="Acceptable quality level, %")),
                        (
                            "level",
                            models.CharField(blank=True, default="II", max_length=3, verbose_name="Inspection level"),
                        ),
                        ("confidence", models.FloatField(blank=True, null=True, verbose_name="Confidence")),
                        ("tolerable", models.FloatField(blank=True, null=True, verbose_name="Tolerable share")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="strata",
                                to="rafid_monitoring.monitoringplan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "stratum",
                        "verbose_name_plural": "strata",
                        "ordering": ("plan", "name"),
                    },
                ),
                migrations.CreateModel(
                    name="FrameRow",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("code", models.CharField(max_length=40, verbose_name="Site")),
                        (
                            "size",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="Size"
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="frame",
                                to="rafid_monitoring.monitoringplan",
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_monitoring.site",
                            ),
                        ),
                        (
                            "stratum",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="frame",
                                to="rafid_monitoring.stratum",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "row of the frame",
                        "verbose_name_plural": "frame",
                        "ordering": ("plan", "stratum", "code"),
                    },
                ),
                migrations.CreateModel(
                    name="DrawnSite",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("place_in_draw", models.PositiveIntegerField(verbose_name="Order")),
                        (
                            "certain",
                            models.BooleanField(
                                default=False, help_text="so large that it is drawn for certain", verbose_name="Certain"
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="drawn",
                                to="rafid_monitoring.monitoringplan",
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_monitoring.site",
                            ),
                        ),
                        (
                            "stratum",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="drawn",
                                to="rafid_monitoring.stratum",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "drawn site",
                        "verbose_name_plural": "drawn sites",
                        "ordering": ("plan", "stratum", "place_in_draw"),
                    },
                ),
                migrations.CreateModel(
                    name="Visit",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("ref", models.CharField(blank=True, editable=False, max_length=40, unique=True)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("person", "Entered by a person"),
                                    ("import", "Imported"),
                                    ("submission", "Form submission"),
                                    ("node", "Received from another node"),
                                    ("demonstration", "Demonstration"),
                                ],
                                default="person",
                                editable=False,
                                max_length=14,
                            ),
                        ),
                        (
                            "source_id",
                            models.UUIDField(
                                blank=True, editable=False, help_text="import run, submission or node", null=True
                            ),
                        ),
                        ("source_row", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("deleted_why", models.TextField(blank=True, editable=False)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=2, editable=False
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("drawn", "Drawn"),
                                    ("extra", "Extra"),
                                    ("risk", "Risk"),
                                    ("complaint", "Complaint"),
                                ],
                                default="extra",
                                max_length=10,
                                verbose_name="Why this site",
                            ),
                        ),
                        ("reason_text", models.TextField(blank=True, verbose_name="Details")),
                        (
                            "type",
                            models.CharField(
                                choices=[
                                    ("announced", "Announced"),
                                    ("unannounced", "Unannounced"),
                                    ("desk", "Desk review"),
                                    ("remote", "Remote"),
                                ],
                                default="announced",
                                max_length=12,
                                verbose_name="Type",
                            ),
                        ),
                        ("planned_on", models.DateField(blank=True, null=True, verbose_name="Planned for")),
                        (
                            "window",
                            django.contrib.postgres.fields.ranges.DateTimeRangeField(
                                blank=True, null=True, verbose_name="Time"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("planned", "Planned"),
                                    ("cleared", "Cleared for security"),
                                    ("confirmed", "Confirmed"),
                                    ("done", "Done"),
                                    ("denied", "Denied"),
                                    ("postponed", "Postponed"),
                                    ("impossible", "Impossible"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="planned",
                                max_length=12,
                                verbose_name="State",
                            ),
                        ),
                        (
                            "not_seen_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("security", "Security"),
                                    ("road", "Road closed"),
                                    ("weather", "Weather"),
                                    ("refused", "Refused by the partner"),
                                    ("authority", "Refused by an authority"),
                                    ("no_work", "No work on that day"),
                                    ("site_gone", "The site is no longer there"),
                                    ("team", "Our own team"),
                                    ("other", "Other"),
                                ],
                                editable=False,
                                max_length=12,
                                verbose_name="Why it was not seen",
                            ),
                        ),
                        (
                            "not_seen_text",
                            models.TextField(blank=True, editable=False, verbose_name="Why it was not seen, in words"),
                        ),
                        (
                            "access",
                            models.CharField(
                                blank=True,
                                choices=[("full", "Full"), ("partial", "Partial"), ("denied", "Denied")],
                                editable=False,
                                max_length=8,
                                verbose_name="Access",
                            ),
                        ),
                        (
                            "arrived",
                            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="Arrived"),
                        ),
                        ("left", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="Left")),
                        ("team", models.CharField(blank=True, max_length=40, verbose_name="Partner's team")),
                        ("score", models.FloatField(editable=False, null=True, verbose_name="Score")),
                        (
                            "verdict",
                            models.CharField(
                                blank=True,
                                choices=[("pass", "Pass"), ("fail", "Fail"), ("not assessed", "Not assessed")],
                                editable=False,
                                max_length=12,
                                verbose_name="Verdict",
                            ),
                        ),
                        (
                            "failed_critical",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=80), default=list, editable=False, size=None
                            ),
                        ),
                        (
                            "released_to_partner_at",
                            models.DateTimeField(editable=False, null=True, verbose_name="Released to the partner"),
                        ),
                        (
                            "checklist",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="rafid_monitoring.checklist",
                                verbose_name="Checklist",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="rafid_monitoring.contract",
                                verbose_name="Contract",
                            ),
                        ),
                        (
                            "drawn",
                            models.OneToOneField(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visit",
                                to="rafid_monitoring.drawnsite",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="led",
                                to="rafid_monitoring.monitor",
                                verbose_name="Lead monitor",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="rafid_monitoring.monitoringplan",
                                verbose_name="Plan",
                            ),
                        ),
                        (
                            "released_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "second",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="seconded",
                                to="rafid_monitoring.monitor",
                                verbose_name="Second monitor",
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="rafid_monitoring.site",
                                verbose_name="Site",
                            ),
                        ),
                        (
                            "submission",
                            models.OneToOneField(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="monitoring_visit",
                                to="rafid_forms.submission",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "visit",
                        "verbose_name_plural": "visits",
                        "abstract": False,
                        "base_manager_name": "everything",
                    },
                    managers=[
                        ("objects", django.db.models.manager.Manager()),
                        ("everything", django.db.models.manager.Manager()),
                    ],
                ),
                migrations.CreateModel(
                    name="RuleOverride",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "rule",
                            models.CharField(
                                choices=[
                                    ("declaration", "An open declaration about the partner"),
                                    ("rotation", "More than two visits in a row to one team"),
                                    ("pair", "The same pair again"),
                                    ("unannounced", "Too few unannounced visits"),
                                    ("hours", "Outside working days or hours"),
                                    ("left", "A monitor who is away or has left"),
                                ],
                                max_length=12,
                                verbose_name="Rule",
                            ),
                        ),
                        ("reason", models.TextField(verbose_name="Reason")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "monitor",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_monitoring.monitor",
                            ),
                        ),
                        (
                            "visit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="overrides",
                                to="rafid_monitoring.visit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "exception from a rule",
                        "verbose_name_plural": "exceptions from rules",
                    },
                ),
                migrations.CreateModel(
                    name="RouteStop",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("place_in_route", models.PositiveIntegerField()),
                        ("minutes", models.FloatField(default=0)),
                        (
                            "route",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="stops",
                                to="rafid_monitoring.route",
                            ),
                        ),
                        (
                            "visit",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stop",
                                to="rafid_monitoring.visit",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("route", "place_in_route"),
                    },
                ),
                migrations.CreateModel(
                    name="Observation",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("neutral", "Observation"), ("good_practice", "Good practice")],
                                default="neutral",
                                max_length=14,
                                verbose_name="Kind",
                            ),
                        ),
                        ("text", models.TextField(verbose_name="What was seen")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "visit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="observations",
                                to="rafid_monitoring.visit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "observation",
                        "verbose_name_plural": "observations",
                    },
                ),
                migrations.CreateModel(
                    name="NonConformityEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("ref", models.CharField(blank=True, editable=False, max_length=40)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("person", "Entered by a person"),
                                    ("import", "Imported"),
                                    ("submission", "Form submission"),
                                    ("node", "Received from another node"),
                                    ("demonstration", "Demonstration"),
                                ],
                                default="person",
                                editable=False,
                                max_length=14,
                            ),
                        ),
                        (
                            "source_id",
                            models.UUIDField(
                                blank=True, editable=False, help_text="import run, submission or node", null=True
                            ),
                        ),
                        ("source_row", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("deleted_why", models.TextField(blank=True, editable=False)),
                        (
                            "severity",
                            models.CharField(
                                choices=[("critical", "Critical"), ("major", "Major"), ("minor", "Minor")],
                                max_length=8,
                                verbose_name="Severity",
                            ),
                        ),
                        ("item_code", models.CharField(blank=True, max_length=80, verbose_name="Item")),
                        ("text", models.TextField(verbose_name="What was found")),
                        ("opened_on", models.DateField(verbose_name="Opened")),
                        ("due_on", models.DateField(verbose_name="Due")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("answered", "Answered"),
                                    ("under_review", "Evidence under review"),
                                    ("sent_back", "Sent back"),
                                    ("disputed", "Disputed"),
                                    ("closed", "Closed"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="open",
                                editable=False,
                                max_length=12,
                                verbose_name="State",
                            ),
                        ),
                        ("stop_work", models.BooleanField(blank=True, null=True, verbose_name="Work was stopped")),
                        ("answer", models.TextField(blank=True, editable=False, verbose_name="Answer")),
                        ("answered_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("closed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "step_reason",
                            models.TextField(
                                blank=True,
                                editable=False,
                                help_text="of the last step: sent back, disputed, withdrawn, reopened",
                                verbose_name="Reason",
                            ),
                        ),
                        ("reopened", models.PositiveIntegerField(default=0, editable=False)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=2, editable=False
                            ),
                        ),
                        (
                            "key",
                            models.CharField(
                                blank=True,
                                editable=False,
                                help_text="row of the submission that it is from",
                                max_length=120,
                            ),
                        ),
                        ("notified_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "released_at",
                            models.DateTimeField(
                                blank=True, editable=False, null=True, verbose_name="Released to the partner"
                            ),
                        ),
                        (
                            "answered_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "closed_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.contract",
                                verbose_name="Contract",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.checklistitem",
                                verbose_name="Item",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.nonconformity",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                        (
                            "repeat_of",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.nonconformity",
                            ),
                        ),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "visit",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.visit",
                                verbose_name="Visit",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="nonconformity",
                    name="visit",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nonconformities",
                        to="rafid_monitoring.visit",
                        verbose_name="Visit",
                    ),
                ),
                migrations.CreateModel(
                    name="Crew",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("leads", models.BooleanField()),
                        ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                        (
                            "monitor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="busy",
                                to="rafid_monitoring.monitor",
                            ),
                        ),
                        (
                            "visit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="crew",
                                to="rafid_monitoring.visit",
                            ),
                        ),
                    ],
                ),
                migrations.AddField(
                    model_name="assessment",
                    name="visit",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="rafid_monitoring.visit",
                    ),
                ),
                migrations.CreateModel(
                    name="VisitEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("ref", models.CharField(blank=True, editable=False, max_length=40)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("person", "Entered by a person"),
                                    ("import", "Imported"),
                                    ("submission", "Form submission"),
                                    ("node", "Received from another node"),
                                    ("demonstration", "Demonstration"),
                                ],
                                default="person",
                                editable=False,
                                max_length=14,
                            ),
                        ),
                        (
                            "source_id",
                            models.UUIDField(
                                blank=True, editable=False, help_text="import run, submission or node", null=True
                            ),
                        ),
                        ("source_row", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("deleted_why", models.TextField(blank=True, editable=False)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=2, editable=False
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("drawn", "Drawn"),
                                    ("extra", "Extra"),
                                    ("risk", "Risk"),
                                    ("complaint", "Complaint"),
                                ],
                                default="extra",
                                max_length=10,
                                verbose_name="Why this site",
                            ),
                        ),
                        ("reason_text", models.TextField(blank=True, verbose_name="Details")),
                        (
                            "type",
                            models.CharField(
                                choices=[
                                    ("announced", "Announced"),
                                    ("unannounced", "Unannounced"),
                                    ("desk", "Desk review"),
                                    ("remote", "Remote"),
                                ],
                                default="announced",
                                max_length=12,
                                verbose_name="Type",
                            ),
                        ),
                        ("planned_on", models.DateField(blank=True, null=True, verbose_name="Planned for")),
                        (
                            "window",
                            django.contrib.postgres.fields.ranges.DateTimeRangeField(
                                blank=True, null=True, verbose_name="Time"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("planned", "Planned"),
                                    ("cleared", "Cleared for security"),
                                    ("confirmed", "Confirmed"),
                                    ("done", "Done"),
                                    ("denied", "Denied"),
                                    ("postponed", "Postponed"),
                                    ("impossible", "Impossible"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="planned",
                                max_length=12,
                                verbose_name="State",
                            ),
                        ),
                        (
                            "not_seen_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("security", "Security"),
                                    ("road", "Road closed"),
                                    ("weather", "Weather"),
                                    ("refused", "Refused by the partner"),
                                    ("authority", "Refused by an authority"),
                                    ("no_work", "No work on that day"),
                                    ("site_gone", "The site is no longer there"),
                                    ("team", "Our own team"),
                                    ("other", "Other"),
                                ],
                                editable=False,
                                max_length=12,
                                verbose_name="Why it was not seen",
                            ),
                        ),
                        (
                            "not_seen_text",
                            models.TextField(blank=True, editable=False, verbose_name="Why it was not seen, in words"),
                        ),
                        (
                            "access",
                            models.CharField(
                                blank=True,
                                choices=[("full", "Full"), ("partial", "Partial"), ("denied", "Denied")],
                                editable=False,
                                max_length=8,
                                verbose_name="Access",
                            ),
                        ),
                        (
                            "arrived",
                            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="Arrived"),
                        ),
                        ("left", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="Left")),
                        ("team", models.CharField(blank=True, max_length=40, verbose_name="Partner's team")),
                        ("score", models.FloatField(editable=False, null=True, verbose_name="Score")),
                        (
                            "verdict",
                            models.CharField(
                                blank=True,
                                choices=[("pass", "Pass"), ("fail", "Fail"), ("not assessed", "Not assessed")],
                                editable=False,
                                max_length=12,
                                verbose_name="Verdict",
                            ),
                        ),
                        (
                            "failed_critical",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=80), default=list, editable=False, size=None
                            ),
                        ),
                        (
                            "released_to_partner_at",
                            models.DateTimeField(editable=False, null=True, verbose_name="Released to the partner"),
                        ),
                        (
                            "checklist",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.checklist",
                                verbose_name="Checklist",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.contract",
                                verbose_name="Contract",
                            ),
                        ),
                        (
                            "drawn",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.drawnsite",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.monitor",
                                verbose_name="Lead monitor",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.visit",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.monitoringplan",
                                verbose_name="Plan",
                            ),
                        ),
                        (
                            "released_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "second",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.monitor",
                                verbose_name="Second monitor",
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.site",
                                verbose_name="Site",
                            ),
                        ),
                        (
                            "submission",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_forms.submission",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="WorkplanLine",
                    fields=[
                        ("name_ar", models.CharField(blank=True, max_length=300)),
                        ("name_ckb", models.CharField(blank=True, max_length=300)),
                        ("name_en", models.CharField(blank=True, max_length=300)),
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("code", models.CharField(max_length=40, verbose_name="Code")),
                        ("unit", models.CharField(max_length=40, verbose_name="Unit")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("clearance", "Clearance"),
                                    ("survey", "Survey"),
                                    ("eore_sessions", "Risk education sessions"),
                                    ("people_reached", "People reached"),
                                    ("spot_tasks", "Spot tasks"),
                                    ("victims_assisted", "Victims assisted"),
                                    ("training", "Training"),
                                    ("other", "Other"),
                                ],
                                default="other",
                                max_length=20,
                                verbose_name="Kind",
                            ),
                        ),
                        ("weight", models.FloatField(verbose_name="Weight")),
                        ("target", models.FloatField(verbose_name="Target")),
                        ("baseline", models.FloatField(default=0, verbose_name="Baseline")),
                        ("means_of_verification", models.TextField(blank=True, verbose_name="Means of verification")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="rafid_monitoring.contract",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "workplan line",
                        "verbose_name_plural": "workplan lines",
                        "ordering": ("contract", "code"),
                    },
                ),
                migrations.CreateModel(
                    name="VerifiedAtSite",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("month", models.DateField(verbose_name="Month")),
                        ("value", models.FloatField(verbose_name="Verified")),
                        (
                            "assessment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="verified",
                                to="rafid_monitoring.assessment",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="verified",
                                to="rafid_monitoring.site",
                            ),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="verified",
                                to="rafid_monitoring.workplanline",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "verified at a site",
                        "verbose_name_plural": "verified at sites",
                    },
                ),
                migrations.CreateModel(
                    name="ReportedProgressEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("number", models.PositiveIntegerField(default=1, verbose_name="Version")),
                        ("month", models.DateField(verbose_name="Month")),
                        ("received_at", models.DateTimeField(verbose_name="Received")),
                        (
                            "document",
                            models.CharField(
                                blank=True, help_text="SHA-256 in the store", max_length=64, verbose_name="Document"
                            ),
                        ),
                        ("document_name", models.CharField(blank=True, max_length=200)),
                        ("reason", models.CharField(blank=True, max_length=500, verbose_name="Reason")),
                        ("value", models.FloatField(verbose_name="Reported")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.reportedprogress",
                            ),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.workplanline",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="reportedprogress",
                    name="line",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reported",
                        to="rafid_monitoring.workplanline",
                    ),
                ),
                migrations.CreateModel(
                    name="ReportedAtSiteEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("number", models.PositiveIntegerField(default=1, verbose_name="Version")),
                        ("month", models.DateField(verbose_name="Month")),
                        ("received_at", models.DateTimeField(verbose_name="Received")),
                        (
                            "document",
                            models.CharField(
                                blank=True, help_text="SHA-256 in the store", max_length=64, verbose_name="Document"
                            ),
                        ),
                        ("document_name", models.CharField(blank=True, max_length=200)),
                        ("reason", models.CharField(blank=True, max_length=500, verbose_name="Reason")),
                        ("value", models.FloatField(verbose_name="Reported")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.reportedatsite",
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.site",
                            ),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.workplanline",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="reportedatsite",
                    name="line",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reported_at_sites",
                        to="rafid_monitoring.workplanline",
                    ),
                ),
                migrations.CreateModel(
                    name="PlannedMonthEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("month", models.DateField(verbose_name="Month")),
                        ("value", models.FloatField(verbose_name="Planned until then")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.plannedmonth",
                            ),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.workplanline",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="plannedmonth",
                    name="line",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planned",
                        to="rafid_monitoring.workplanline",
                    ),
                ),
                migrations.CreateModel(
                    name="WorkplanLineEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("name_ar", models.CharField(blank=True, max_length=300)),
                        ("name_ckb", models.CharField(blank=True, max_length=300)),
                        ("name_en", models.CharField(blank=True, max_length=300)),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        (
                            "known_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("code", models.CharField(max_length=40, verbose_name="Code")),
                        ("unit", models.CharField(max_length=40, verbose_name="Unit")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("clearance", "Clearance"),
                                    ("survey", "Survey"),
                                    ("eore_sessions", "Risk education sessions"),
                                    ("people_reached", "People reached"),
                                    ("spot_tasks", "Spot tasks"),
                                    ("victims_assisted", "Victims assisted"),
                                    ("training", "Training"),
                                    ("other", "Other"),
                                ],
                                default="other",
                                max_length=20,
                                verbose_name="Kind",
                            ),
                        ),
                        ("weight", models.FloatField(verbose_name="Weight")),
                        ("target", models.FloatField(verbose_name="Target")),
                        ("baseline", models.FloatField(default=0, verbose_name="Baseline")),
                        ("means_of_verification", models.TextField(blank=True, verbose_name="Means of verification")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "contract",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_monitoring.contract",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="rafid_monitoring.workplanline",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddConstraint(
                    model_name="calendarday",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("kind__in", ["holiday", "working", "heat", "ramadan"])),
                        name="calendar_day_kind",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="calendarday",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ("heat", "ramadan")), _negated=True),
                            models.Q(("closes__gt", models.F("opens")), ("opens__isnull", False)),
                            _connector="OR",
                        ),
                        name="calendar_day_hours",
                        violation_error_message="Hours begin before they end.",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="calendarday",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_calendardayevent" ("closes", "days", "id", "kind", "known_at", "made_by_id", "name_ar", "name_ckb", "name_en", "opens", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "source") SELECT new_values."closes", new_values."days", new_values."id", new_values."kind", new_values."known_at", new_values."made_by_id", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."opens", new_values."owner_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place_id", new_values."source" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="b2268537b6638f4dbbf0a21eeb71164ffff435a7",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_a31ee",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_calendarday",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="calendarday",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_calendardayevent" ("closes", "days", "id", "kind", "known_at", "made_by_id", "name_ar", "name_ckb", "name_en", "opens", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "source") SELECT new_values."closes", new_values."days", new_values."id", new_values."kind", new_values."known_at", new_values."made_by_id", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."opens", new_values."owner_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place_id", new_values."source" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="c094c1ee3103953bfb00b7f889f7a19459b1bcaf",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_15a88",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_calendarday",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="calendarday",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_calendardayevent" ("closes", "days", "id", "kind", "known_at", "made_by_id", "name_ar", "name_ckb", "name_en", "opens", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "source") SELECT old_values."closes", old_values."days", old_values."id", old_values."kind", old_values."known_at", old_values."made_by_id", old_values."name_ar", old_values."name_ckb", old_values."name_en", old_values."opens", old_values."owner_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place_id", old_values."source" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="40dcc477a01ba9cf8d0c5c062e3f11c56a792e50",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_5724e",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_calendarday",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="checklist",
                    constraint=models.UniqueConstraint(fields=("code", "number"), name="checklist_once"),
                ),
                migrations.AddConstraint(
                    model_name="checklist",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "topic__in",
                                [
                                    "clearance_site",
                                    "mechanical",
                                    "dogs",
                                    "nts",
                                    "eore_session",
                                    "medical",
                                    "eod",
                                    "stores",
                                    "office",
                                    "other",
                                ],
                            )
                        ),
                        name="checklist_topic",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="checklist",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_checklistevent" ("code", "form_version_id", "id", "known_at", "made_by_id", "name_ar", "name_ckb", "name_en", "number", "pass_mark", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "topic") SELECT new_values."code", new_values."form_version_id", new_values."id", new_values."known_at", new_values."made_by_id", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."number", new_values."pass_mark", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."topic" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="97f68b18aea7ce3c8954ad8b2b146e77e7f52884",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_3566d",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_checklist",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="checklist",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_checklistevent" ("code", "form_version_id", "id", "known_at", "made_by_id", "name_ar", "name_ckb", "name_en", "number", "pass_mark", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "topic") SELECT new_values."code", new_values."form_version_id", new_values."id", new_values."known_at", new_values."made_by_id", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."number", new_values."pass_mark", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."topic" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="bfdb3bdcb04f84527e851f2105dd72d343778c90",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_594c3",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_checklist",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="checklist",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_checklistevent" ("code", "form_version_id", "id", "known_at", "made_by_id", "name_ar", "name_ckb", "name_en", "number", "pass_mark", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "topic") SELECT old_values."code", old_values."form_version_id", old_values."id", old_values."known_at", old_values."made_by_id", old_values."name_ar", old_values."name_ckb", old_values."name_en", old_values."number", old_values."pass_mark", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."topic" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="d380cbe7fdc03ccfadacaa9f58387f6b66391b47",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_6f51b",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_checklist",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="checklistitem",
                    constraint=models.UniqueConstraint(fields=("checklist", "code"), name="checklist_item_once"),
                ),
                migrations.AddConstraint(
                    model_name="checklistitem",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("severity__in", ["critical", "major", "minor"])),
                        name="checklist_item_severity",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="checklistitem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="checklist_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    IF EXISTS (SELECT 1 FROM rafid_monitoring_assessment a\n                               WHERE a.checklist_id IN (OLD.checklist_id, NEW.checklist_id)) THEN\n                        RAISE EXCEPTION 'checklist_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'checklist_stays';\n                    END IF;\n                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;\n                    ",
                            hash="979e57b5b3fe726aa135ed460ed2881ecc835348",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_checklist_stays_a1125",
                            table="rafid_monitoring_checklistitem",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="checklistitem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_checklistitemevent" ("checklist_id", "code", "evidence_required", "id", "known_at", "made_by_id", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_in_list", "severity", "sop_reference", "text_ar", "text_ckb", "text_en") SELECT new_values."checklist_id", new_values."code", new_values."evidence_required", new_values."id", new_values."known_at", new_values."made_by_id", new_values."path", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place_in_list", new_values."severity", new_values."sop_reference", new_values."text_ar", new_values."text_ckb", new_values."text_en" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="73bf8e21610ed836b71af7501e834b6031c5a1b6",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_8fcc6",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_checklistitem",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="checklistitem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_checklistitemevent" ("checklist_id", "code", "evidence_required", "id", "known_at", "made_by_id", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_in_list", "severity", "sop_reference", "text_ar", "text_ckb", "text_en") SELECT new_values."checklist_id", new_values."code", new_values."evidence_required", new_values."id", new_values."known_at", new_values."made_by_id", new_values."path", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place_in_list", new_values."severity", new_values."sop_reference", new_values."text_ar", new_values."text_ckb", new_values."text_en" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="74ef70759b8adb83c47be7777111e226d8ee9ade",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_f0aa2",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_checklistitem",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="checklistitem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_checklistitemevent" ("checklist_id", "code", "evidence_required", "id", "known_at", "made_by_id", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_in_list", "severity", "sop_reference", "text_ar", "text_ckb", "text_en") SELECT old_values."checklist_id", old_values."code", old_values."evidence_required", old_values."id", old_values."known_at", old_values."made_by_id", old_values."path", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place_in_list", old_values."severity", old_values."sop_reference", old_values."text_ar", old_values."text_ckb", old_values."text_en" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="02cd326813ba72d78885238b5109f5f5fe1fcc09",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_eb4ab",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_checklistitem",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="answer",
                    constraint=models.UniqueConstraint(fields=("assessment", "item"), name="answer_once"),
                ),
                migrations.AddConstraint(
                    model_name="answer",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("result__in", ["yes", "no", "na"])), name="answer_known"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="answer",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("result", "na"), ("severity", "critical"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="answer_na_with_reason",
                        violation_error_message="Say why a critical item does not apply here.",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="answer",
                    trigger=pgtrigger.compiler.Trigger(
                        name="answer_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'assessment_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'assessment_stays';",
                            hash="104f99fcab70a6ebf73ce394021b05f4a369e671",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_answer_stays_ac81e",
                            table="rafid_monitoring_answer",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="clearancearea",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_clearanceareaevent" ("asked", "id", "known_at", "made_by_id", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "source") SELECT new_values."asked", new_values."id", new_values."known_at", new_values."made_by_id", new_values."owner_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place_id", new_values."source" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="3aef2db068bd7ca26acef1b724bac061f15884dc",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_85617",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_clearancearea",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="clearancearea",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_clearanceareaevent" ("asked", "id", "known_at", "made_by_id", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "source") SELECT new_values."asked", new_values."id", new_values."known_at", new_values."made_by_id", new_values."owner_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place_id", new_values."source" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="b7215c5c2cacf9eb2366aa7caea8c01e3f2618b7",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_6caa5",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_clearancearea",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="clearancearea",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_clearanceareaevent" ("asked", "id", "known_at", "made_by_id", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "source") SELECT old_values."asked", old_values."id", old_values."known_at", old_values."made_by_id", old_values."owner_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place_id", old_values."source" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="6095cc5b7c3b8f5d1d154d46ef1b7cb5d94d98ad",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_4c81e",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_clearancearea",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="contract",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))),
                        name="contract_ends_after_start",
                        violation_error_message="The contract ends before it begins. Correct one of the two days.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="contract",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("budget__gte", 0)),
                        name="contract_budget_not_negative",
                        violation_error_message="A budget is 0 or more.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="contract",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")),
                        name="contract_currency",
                        violation_error_message="A currency is three capital letters, such as USD or IQD.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="contract",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("pass_mark__gt", 0), ("pass_mark__lte", 1)), name="contract_pass_mark"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="contract",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "active", "suspended", "ended"])),
                        name="contract_state_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="contract",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("donor", models.F("partner")), _negated=True),
                            models.Q(("owner", models.F("partner")), _negated=True),
                        ),
                        name="contract_sides_differ",
                        violation_error_message="The partner is neither the donor nor the one who monitors.",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contract",
                    trigger=pgtrigger.compiler.Trigger(
                        name="version_rises",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version := OLD.version + 1; RETURN NEW;",
                            hash="2d7fc19a1501ae6f93149f360b44db359e250bdc",
                            operation="UPDATE",
                            pgid="pgtrigger_version_rises_acda6",
                            table="rafid_monitoring_contract",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contract",
                    trigger=pgtrigger.compiler.Trigger(
                        name="contract_steps",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                            func="\n                    IF NEW.state = 'draft' OR OLD.state = 'ended' OR (OLD.state = 'draft' AND NEW.state <> 'active') THEN\n                        RAISE EXCEPTION 'contract_steps' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_steps';\n                    END IF;\n                    RETURN NEW;\n                    ",
                            hash="9a6f3c5e5e550c54aacf1d6c66d5aa634dbbef10",
                            operation='UPDATE OF "state"',
                            pgid="pgtrigger_contract_steps_0a433",
                            table="rafid_monitoring_contract",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contract",
                    trigger=pgtrigger.compiler.Trigger(
                        name="contract_weights",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            func="\n                    IF EXISTS (SELECT 1 FROM rafid_monitoring_contract c WHERE c.id = NEW.id AND c.state <> 'draft') AND abs(1 - (\n                        SELECT coalesce(sum(l.weight), 0) FROM rafid_monitoring_workplanline l WHERE l.contract_id = NEW.id\n                    )) > 1e-06 THEN\n                        RAISE EXCEPTION 'contract_weights_add_up' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_weights_add_up';\n                    END IF;\n                    RETURN NULL;\n                    ",
                            hash="719a66cd80d2c7deaf09fa7eb679fa4e27fdc7b9",
                            operation='INSERT OR UPDATE OF "state"',
                            pgid="pgtrigger_contract_weights_bfb0c",
                            table="rafid_monitoring_contract",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contract",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_contractevent" ("budget", "currency", "deadlines", "deleted_at", "deleted_why", "donor_id", "end", "id", "known_at", "made_by_id", "owner_id", "partner_id", "pass_mark", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "ref", "sensitivity", "source", "source_id", "source_row", "start", "state", "thresholds", "title", "version", "weights") SELECT new_values."budget", new_values."currency", new_values."deadlines", new_values."deleted_at", new_values."deleted_why", new_values."donor_id", new_values."end", new_values."id", new_values."known_at", new_values."made_by_id", new_values."owner_id", new_values."partner_id", new_values."pass_mark", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place_id", new_values."ref", new_values."sensitivity", new_values."source", new_values."source_id", new_values."source_row", new_values."start", new_values."state", new_values."thresholds", new_values."title", new_values."version", new_values."weights" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="8745a014267b8a94868f69dfa3ad125d2b30abaa",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_adf7c",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_contract",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contract",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_contractevent" ("budget", "currency", "deadlines", "deleted_at", "deleted_why", "donor_id", "end", "id", "known_at", "made_by_id", "owner_id", "partner_id", "pass_mark", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "ref", "sensitivity", "source", "source_id", "source_row", "start", "state", "thresholds", "title", "version", "weights") SELECT new_values."budget", new_values."currency", new_values."deadlines", new_values."deleted_at", new_values."deleted_why", new_values."donor_id", new_values."end", new_values."id", new_values."known_at", new_values."made_by_id", new_values."owner_id", new_values."partner_id", new_values."pass_mark", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place_id", new_values."ref", new_values."sensitivity", new_values."source", new_values."source_id", new_values."source_row", new_values."start", new_values."state", new_values."thresholds", new_values."title", new_values."version", new_values."weights" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="af59e5eedb5a0393800e9cc85e2a6910c0566279",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_c2b8b",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_contract",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contract",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_contractevent" ("budget", "currency", "deadlines", "deleted_at", "deleted_why", "donor_id", "end", "id", "known_at", "made_by_id", "owner_id", "partner_id", "pass_mark", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "ref", "sensitivity", "source", "source_id", "source_row", "start", "state", "thresholds", "title", "version", "weights") SELECT old_values."budget", old_values."currency", old_values."deadlines", old_values."deleted_at", old_values."deleted_why", old_values."donor_id", old_values."end", old_values."id", old_values."known_at", old_values."made_by_id", old_values."owner_id", old_values."partner_id", old_values."pass_mark", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place_id", old_values."ref", old_values."sensitivity", old_values."source", old_values."source_id", old_values."source_row", old_values."start", old_values."state", old_values."thresholds", old_values."title", old_values."version", old_values."weights" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="456c9afd8c9b5d2f4311998ef970dbd3efadcbe1",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_64260",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_contract",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="earlywarning",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("state__in", ["new", "seen", "acting", "over", "muted"])),
                        name="warning_state",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="earlywarning",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "muted"), _negated=True),
                            models.Q(
                                ("muted_until__gt", models.F("since")),
                                ("muted_until__isnull", False),
                                models.Q(("muted_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="warning_muted_with_reason_and_end",
                        violation_error_message="A warning is muted with a reason and until a day.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="earlywarning",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="warning_ends_after_it_began",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="earlywarning",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state", "over"), _negated=True),
                        fields=("contract", "rule", "subject"),
                        name="warning_once_while_it_lasts",
                        nulls_distinct=False,
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="earlywarning",
                    trigger=pgtrigger.compiler.Trigger(
                        name="version_rises",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version := OLD.version + 1; RETURN NEW;",
                            hash="378d97d55ccee7468635214c8f00ae890288bad8",
                            operation="UPDATE",
                            pgid="pgtrigger_version_rises_18526",
                            table="rafid_monitoring_earlywarning",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="earlywarning",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_earlywarningevent" ("about", "confirmed_on", "contract_id", "deleted_at", "deleted_why", "evidence", "handled_by_id", "id", "known_at", "made_by_id", "muted_reason", "muted_until", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "ref", "released_at", "rule", "sensitivity", "since", "source", "source_id", "source_row", "state", "subject", "until", "version") SELECT new_values."about", new_values."confirmed_on", new_values."contract_id", new_values."deleted_at", new_values."deleted_why", new_values."evidence", new_values."handled_by_id", new_values."id", new_values."known_at", new_values."made_by_id", new_values."muted_reason", new_values."muted_until", new_values."owner_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place_id", new_values."ref", new_values."released_at", new_values."rule", new_values."sensitivity", new_values."since", new_values."source", new_values."source_id", new_values."source_row", new_values."state", new_values."subject", new_values."until", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="3d59d22d0be545763e8b8bb530f0e4db90d2ff8a",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_0cba5",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_earlywarning",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="earlywarning",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_earlywarningevent" ("about", "confirmed_on", "contract_id", "deleted_at", "deleted_why", "evidence", "handled_by_id", "id", "known_at", "made_by_id", "muted_reason", "muted_until", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "ref", "released_at", "rule", "sensitivity", "since", "source", "source_id", "source_row", "state", "subject", "until", "version") SELECT new_values."about", new_values."confirmed_on", new_values."contract_id", new_values."deleted_at", new_values."deleted_why", new_values."evidence", new_values."handled_by_id", new_values."id", new_values."known_at", new_values."made_by_id", new_values."muted_reason", new_values."muted_until", new_values."owner_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place_id", new_values."ref", new_values."released_at", new_values."rule", new_values."sensitivity", new_values."since", new_values."source", new_values."source_id", new_values."source_row", new_values."state", new_values."subject", new_values."until", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="34caf71ff1381b0f5641898530d379ececdf3df6",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_0b780",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_earlywarning",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="earlywarning",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_earlywarningevent" ("about", "confirmed_on", "contract_id", "deleted_at", "deleted_why", "evidence", "handled_by_id", "id", "known_at", "made_by_id", "muted_reason", "muted_until", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "ref", "released_at", "rule", "sensitivity", "since", "source", "source_id", "source_row", "state", "subject", "until", "version") SELECT old_values."about", old_values."confirmed_on", old_values."contract_id", old_values."deleted_at", old_values."deleted_why", old_values."evidence", old_values."handled_by_id", old_values."id", old_values."known_at", old_values."made_by_id", old_values."muted_reason", old_values."muted_until", old_values."owner_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place_id", old_values."ref", old_values."released_at", old_values."rule", old_values."sensitivity", old_values."since", old_values."source", old_values."source_id", old_values."source_row", old_values."state", old_values."subject", old_values."until", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="7c857ce862226c32e7439aee53039e5983faa3fa",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_c2f75",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_earlywarning",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="monitor",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("left_on", None),
                            ("joined_on", None),
                            ("left_on__gte", models.F("joined_on")),
                            _connector="OR",
                        ),
                        name="monitor_left_after_joining",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="monitor",
                    trigger=pgtrigger.compiler.Trigger(
                        name="version_rises",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version := OLD.version + 1; RETURN NEW;",
                            hash="ed3ab1e2d9c7434fc646f1579952046be3fcc4c6",
                            operation="UPDATE",
                            pgid="pgtrigger_version_rises_86501",
                            table="rafid_monitoring_monitor",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="monitor",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_monitorevent" ("account_id", "code", "deleted_at", "deleted_why", "id", "joined_on", "known_at", "languages", "left_on", "made_by_id", "name_ar", "name_ckb", "name_en", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "ref", "sensitivity", "skills", "source", "source_id", "source_row", "state", "version") SELECT new_values."account_id", new_values."code", new_values."deleted_at", new_values."deleted_why", new_values."id", new_values."joined_on", new_values."known_at", new_values."languages", new_values."left_on", new_values."made_by_id", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."owner_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place_id", new_values."ref", new_values."sensitivity", new_values."skills", new_values."source", new_values."source_id", new_values."source_row", new_values."state", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="027fe4bac6f35a82989a167062c611d5c05beb48",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_be1aa",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_monitor",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="monitor",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_monitorevent" ("account_id", "code", "deleted_at", "deleted_why", "id", "joined_on", "known_at", "languages", "left_on", "made_by_id", "name_ar", "name_ckb", "name_en", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "ref", "sensitivity", "skills", "source", "source_id", "source_row", "state", "version") SELECT new_values."account_id", new_values."code", new_values."deleted_at", new_values."deleted_why", new_values."id", new_values."joined_on", new_values."known_at", new_values."languages", new_values."left_on", new_values."made_by_id", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."owner_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place_id", new_values."ref", new_values."sensitivity", new_values."skills", new_values."source", new_values."source_id", new_values."source_row", new_values."state", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="e2961132947bfb6397358b70ee5111a9aebdf1d2",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_89fb6",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_monitor",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="monitor",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_monitorevent" ("account_id", "code", "deleted_at", "deleted_why", "id", "joined_on", "known_at", "languages", "left_on", "made_by_id", "name_ar", "name_ckb", "name_en", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "ref", "sensitivity", "skills", "source", "source_id", "source_row", "state", "version") SELECT old_values."account_id", old_values."code", old_values."deleted_at", old_values."deleted_why", old_values."id", old_values."joined_on", old_values."known_at", old_values."languages", old_values."left_on", old_values."made_by_id", old_values."name_ar", old_values."name_ckb", old_values."name_en", old_values."owner_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place_id", old_values."ref", old_values."sensitivity", old_values."skills", old_values."source", old_values."source_id", old_values."source_row", old_values."state", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="ae53b72669550a88e227521ca476124cce1bb267",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_90a60",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_monitor",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="leave",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("monitor", "="), ("days", "&&")],
                        name="leave_once",
                        violation_error_message="Two leaves of one monitor overlap. Join them.",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="leave",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_leaveevent" ("days", "id", "known_at", "made_by_id", "monitor_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") SELECT new_values."days", new_values."id", new_values."known_at", new_values."made_by_id", new_values."monitor_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reason" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="63e398e9994b530a59bd046b5e636c7626a29392",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_d938d",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_leave",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="leave",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_leaveevent" ("days", "id", "known_at", "made_by_id", "monitor_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") SELECT new_values."days", new_values."id", new_values."known_at", new_values."made_by_id", new_values."monitor_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reason" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="49c792f60fe9e9f01650fdab37b48fc76a086246",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_43bc4",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_leave",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="leave",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_leaveevent" ("days", "id", "known_at", "made_by_id", "monitor_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") SELECT old_values."days", old_values."id", old_values."known_at", old_values."made_by_id", old_values."monitor_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."reason" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="6c982a3d0600a9b269ad0a61df594feb4acf0510",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_ea753",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_leave",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="employment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("organisation__isnull", False), models.Q(("employer", ""), _negated=True), _connector="OR"
                        ),
                        name="employment_says_where",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="employment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on", None), ("ended_on__gte", models.F("began_on")), _connector="OR"
                        ),
                        name="employment_in_order",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="employment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_employmentevent" ("began_on", "employer", "ended_on", "id", "known_at", "made_by_id", "monitor_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."began_on", new_values."employer", new_values."ended_on", new_values."id", new_values."known_at", new_values."made_by_id", new_values."monitor_id", new_values."organisation_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="aca1b30920d709b70fca6b642762addd2fbcbd61",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_eaad0",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_employment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="employment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_employmentevent" ("began_on", "employer", "ended_on", "id", "known_at", "made_by_id", "monitor_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."began_on", new_values."employer", new_values."ended_on", new_values."id", new_values."known_at", new_values."made_by_id", new_values."monitor_id", new_values."organisation_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="034d1b390fe3b67c9569acf8495bea1b5231c07b",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_30dc8",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_employment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="employment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_employmentevent" ("began_on", "employer", "ended_on", "id", "known_at", "made_by_id", "monitor_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT old_values."began_on", old_values."employer", old_values."ended_on", old_values."id", old_values."known_at", old_values."made_by_id", old_values."monitor_id", old_values."organisation_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="2ec585a079de9b2ff45db18b857acb3e7c965dca",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_67c9c",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_employment",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="declaration",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("relation__in", ["none", "past_employment", "family", "financial", "other"])
                        ),
                        name="declaration_relation",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="declaration",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="declaration_in_order",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="declaration",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_declarationevent" ("id", "known_at", "made_by_id", "monitor_id", "partner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "relation", "since", "text", "until") SELECT new_values."id", new_values."known_at", new_values."made_by_id", new_values."monitor_id", new_values."partner_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."relation", new_values."since", new_values."text", new_values."until" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="d4cc801d6d7742a2302f47e8ab77762569cf4ea6",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_8a6dd",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_declaration",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="declaration",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_declarationevent" ("id", "known_at", "made_by_id", "monitor_id", "partner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "relation", "since", "text", "until") SELECT new_values."id", new_values."known_at", new_values."made_by_id", new_values."monitor_id", new_values."partner_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."relation", new_values."since", new_values."text", new_values."until" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="3bfc0e9671d2802170122f0110d2b1d48c76e40c",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_a97ae",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_declaration",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="declaration",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_declarationevent" ("id", "known_at", "made_by_id", "monitor_id", "partner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "relation", "since", "text", "until") SELECT old_values."id", old_values."known_at", old_values."made_by_id", old_values."monitor_id", old_values."partner_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."relation", old_values."since", old_values."text", old_values."until" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="18a38afe8b149f96ae7c19ebf8513c94dfd562a5",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_61ec8",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_declaration",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="sealedseed",
                    trigger=pgtrigger.compiler.Trigger(
                        name="seed_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'seed_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'seed_stays';",
                            hash="dcb65e4b8610a5aab31d5ee9c989ed0fc7561038",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_seed_stays_c111c",
                            table="rafid_monitoring_sealedseed",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="evidence",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="rafid_monitoring_evidence_hash"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="evidence",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("distance_m", None), ("distance_m__gte", 0), _connector="OR"),
                        name="rafid_monitoring_evidence_distance",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="evidence",
                    constraint=models.UniqueConstraint(fields=("nonconformity", "sha256"), name="evidence_once"),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="evidence",
                    trigger=pgtrigger.compiler.Trigger(
                        name="evidence_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                IF TG_OP = 'DELETE' OR NEW.sha256 <> OLD.sha256 OR NEW.nonconformity_id <> OLD.nonconformity_id\n                   OR NEW.taken_at IS DISTINCT FROM OLD.taken_at OR NEW.by_id IS DISTINCT FROM OLD.by_id THEN\n                    RAISE EXCEPTION 'evidence_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_stays';\n                END IF;\n                RETURN NEW;\n                ",
                            hash="5e75875ba87b658e04dd5d74dc5bbf3ad948f970",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_evidence_stays_3c50b",
                            table="rafid_monitoring_evidence",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="evidence",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_evidenceevent" ("by_id", "camera", "distance_m", "file_name", "id", "known_at", "made_by_id", "nonconformity_id", "perceptual_hash", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "point", "sha256", "similar", "size", "taken_at", "text") SELECT new_values."by_id", new_values."camera", new_values."distance_m", new_values."file_name", new_values."id", new_values."known_at", new_values."made_by_id", new_values."nonconformity_id", new_values."perceptual_hash", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."point", new_values."sha256", new_values."similar", new_values."size", new_values."taken_at", new_values."text" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="d5d3b5447d21b6029197f734febf36b5949802a7",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_82702",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_evidence",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="evidence",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_evidenceevent" ("by_id", "camera", "distance_m", "file_name", "id", "known_at", "made_by_id", "nonconformity_id", "perceptual_hash", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "point", "sha256", "similar", "size", "taken_at", "text") SELECT new_values."by_id", new_values."camera", new_values."distance_m", new_values."file_name", new_values."id", new_values."known_at", new_values."made_by_id", new_values."nonconformity_id", new_values."perceptual_hash", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."point", new_values."sha256", new_values."similar", new_values."size", new_values."taken_at", new_values."text" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="0b68044d498edea704b81190d589dfb4216ec6d5",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_0c9de",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_evidence",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="evidence",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_evidenceevent" ("by_id", "camera", "distance_m", "file_name", "id", "known_at", "made_by_id", "nonconformity_id", "perceptual_hash", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "point", "sha256", "similar", "size", "taken_at", "text") SELECT old_values."by_id", old_values."camera", old_values."distance_m", old_values."file_name", old_values."id", old_values."known_at", old_values."made_by_id", old_values."nonconformity_id", old_values."perceptual_hash", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."point", old_values."sha256", old_values."similar", old_values."size", old_values."taken_at", old_values."text" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="50b38d185d38ed5acf6f02dbd23bb09e1c717991",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_734d0",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_evidence",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="correctiveaction",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_correctiveactionevent" ("by", "id", "known_at", "made_by_id", "nonconformity_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "root_cause", "what", "who") SELECT new_values."by", new_values."id", new_values."known_at", new_values."made_by_id", new_values."nonconformity_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."root_cause", new_values."what", new_values."who" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="f07607d7cc37e642bc63936b13cc735c9fca567a",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_505da",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_correctiveaction",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="correctiveaction",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_correctiveactionevent" ("by", "id", "known_at", "made_by_id", "nonconformity_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "root_cause", "what", "who") SELECT new_values."by", new_values."id", new_values."known_at", new_values."made_by_id", new_values."nonconformity_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."root_cause", new_values."what", new_values."who" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="8fcc5a325d6799a8b4e66fed991cfb7c70db665f",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_aa9aa",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_correctiveaction",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="correctiveaction",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_correctiveactionevent" ("by", "id", "known_at", "made_by_id", "nonconformity_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "root_cause", "what", "who") SELECT old_values."by", old_values."id", old_values."known_at", old_values."made_by_id", old_values."nonconformity_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."root_cause", old_values."what", old_values."who" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="3cc13b599e3088371be55437ff5ccbcf9529703b",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_50486",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_correctiveaction",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="outcomestudy",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("kind_of_study__in", ["eore_knowledge", "land_use", "beneficiary", "perception"])
                        ),
                        name="study_kind",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="outcomestudy",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("design__in", ["paired", "cross_section", "census"])), name="study_design"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="outcomestudy",
                    trigger=pgtrigger.compiler.Trigger(
                        name="version_rises",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version := OLD.version + 1; RETURN NEW;",
                            hash="14770c17365723ec3f931ae4abd7e5efafd4414c",
                            operation="UPDATE",
                            pgid="pgtrigger_version_rises_0933c",
                            table="rafid_monitoring_outcomestudy",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="outcomestudy",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_outcomestudyevent" ("caveats", "contract_id", "deleted_at", "deleted_why", "design", "id", "instrument_id", "kind_of_study", "known_at", "made_by_id", "name_ar", "name_ckb", "name_en", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "plan_id", "ref", "released_at", "sensitivity", "source", "source_id", "source_row", "state", "version") SELECT new_values."caveats", new_values."contract_id", new_values."deleted_at", new_values."deleted_why", new_values."design", new_values."id", new_values."instrument_id", new_values."kind_of_study", new_values."known_at", new_values."made_by_id", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."owner_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place_id", new_values."plan_id", new_values."ref", new_values."released_at", new_values."sensitivity", new_values."source", new_values."source_id", new_values."source_row", new_values."state", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="46e1001aba2395f4089ebbd1c43e09fc7e492b22",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_865f8",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_outcomestudy",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="outcomestudy",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_outcomestudyevent" ("caveats", "contract_id", "deleted_at", "deleted_why", "design", "id", "instrument_id", "kind_of_study", "known_at", "made_by_id", "name_ar", "name_ckb", "name_en", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "plan_id", "ref", "released_at", "sensitivity", "source", "source_id", "source_row", "state", "version") SELECT new_values."caveats", new_values."contract_id", new_values."deleted_at", new_values."deleted_why", new_values."design", new_values."id", new_values."instrument_id", new_values."kind_of_study", new_values."known_at", new_values."made_by_id", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."owner_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place_id", new_values."plan_id", new_values."ref", new_values."released_at", new_values."sensitivity", new_values."source", new_values."source_id", new_values."source_row", new_values."state", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="d232d761e4bd7ff49598fdb25d3b3a4dbd93ac7c",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_c2910",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_outcomestudy",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="outcomestudy",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_outcomestudyevent" ("caveats", "contract_id", "deleted_at", "deleted_why", "design", "id", "instrument_id", "kind_of_study", "known_at", "made_by_id", "name_ar", "name_ckb", "name_en", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "plan_id", "ref", "released_at", "sensitivity", "source", "source_id", "source_row", "state", "version") SELECT old_values."caveats", old_values."contract_id", old_values."deleted_at", old_values."deleted_why", old_values."design", old_values."id", old_values."instrument_id", old_values."kind_of_study", old_values."known_at", old_values."made_by_id", old_values."name_ar", old_values."name_ckb", old_values."name_en", old_values."owner_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place_id", old_values."plan_id", old_values."ref", old_values."released_at", old_values."sensitivity", old_values."source", old_values."source_id", old_values."source_row", old_values."state", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="c7b4005c8cd34007817b49a2bdd614a45f5b6336",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_10f28",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_outcomestudy",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="landuse",
                    constraint=models.UniqueConstraint(fields=("study", "dataset_row", "round"), name="land_use_once"),
                ),
                migrations.AddConstraint(
                    model_name="landuse",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("round__in", ("6", "12"))), name="land_use_round"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="landuse",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("area_m2__gt", 0), ("used_m2__gte", 0), ("used_m2__lte", models.F("area_m2"))
                        ),
                        name="land_use_area",
                        violation_error_message="The used area lies between 0 and the released area.",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="landuse",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_landuseevent" ("actual", "area_m2", "beneficiaries", "dataset_row", "dispute", "id", "intended", "known_at", "made_by_id", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "released_on", "round", "study_id", "submission_id", "used_m2", "users") SELECT new_values."actual", new_values."area_m2", new_values."beneficiaries", new_values."dataset_row", new_values."dispute", new_values."id", new_values."intended", new_values."known_at", new_values."made_by_id", new_values."on", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place_id", new_values."released_on", new_values."round", new_values."study_id", new_values."submission_id", new_values."used_m2", new_values."users" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="9dd736322a8ef582927b316e515744a87e18f623",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_53b8e",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_landuse",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="landuse",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_landuseevent" ("actual", "area_m2", "beneficiaries", "dataset_row", "dispute", "id", "intended", "known_at", "made_by_id", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "released_on", "round", "study_id", "submission_id", "used_m2", "users") SELECT new_values."actual", new_values."area_m2", new_values."beneficiaries", new_values."dataset_row", new_values."dispute", new_values."id", new_values."intended", new_values."known_at", new_values."made_by_id", new_values."on", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place_id", new_values."released_on", new_values."round", new_values."study_id", new_values."submission_id", new_values."used_m2", new_values."users" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="86a17995b4d95921e336c3ee478df1a0996fd79a",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_4d710",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_landuse",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="landuse",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_landuseevent" ("actual", "area_m2", "beneficiaries", "dataset_row", "dispute", "id", "intended", "known_at", "made_by_id", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "released_on", "round", "study_id", "submission_id", "used_m2", "users") SELECT old_values."actual", old_values."area_m2", old_values."beneficiaries", old_values."dataset_row", old_values."dispute", old_values."id", old_values."intended", old_values."known_at", old_values."made_by_id", old_values."on", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place_id", old_values."released_on", old_values."round", old_values."study_id", old_values."submission_id", old_values."used_m2", old_values."users" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="e17e6baaf88edb106b7b3c4eb860c5e54beef8ad",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_52f8a",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_landuse",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="plancontract",
                    constraint=models.UniqueConstraint(fields=("plan", "contract"), name="plan_contract_once"),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="plancontract",
                    trigger=pgtrigger.compiler.Trigger(
                        name="plan_contract_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            PERFORM 1 FROM rafid_monitoring_monitoringplan p WHERE p.id IN (OLD.plan_id, NEW.plan_id) FOR SHARE;\n            IF EXISTS (\n                SELECT 1 FROM rafid_monitoring_monitoringplan p WHERE p.state <> 'draft' AND p.id IN (OLD.plan_id, NEW.plan_id)\n            ) THEN\n                RAISE EXCEPTION 'plan_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_stays';\n            END IF;\n            RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;\n            ",
                            hash="59a818489d254e9375bc803945652518bb7c9823",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_plan_contract_frozen_f3203",
                            table="rafid_monitoring_plancontract",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="plancontract",
                    trigger=pgtrigger.compiler.Trigger(
                        name="plan_contract_sides",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    UPDATE rafid_monitoring_monitoringplan p SET\n                        partners = coalesce((SELECT array_agg(DISTINCT c.partner_id) FROM rafid_monitoring_contract c\n                            JOIN rafid_monitoring_plancontract k ON k.contract_id = c.id WHERE k.plan_id = p.id), '{}'),\n                        donors = coalesce((SELECT array_agg(DISTINCT c.donor_id) FROM rafid_monitoring_contract c\n                            JOIN rafid_monitoring_plancontract k ON k.contract_id = c.id WHERE k.plan_id = p.id), '{}')\n                    WHERE p.id IN (OLD.plan_id, NEW.plan_id);\n                    RETURN NULL;\n                    ",
                            hash="deb4eefbe86aa30122a7cff8c9a4561e52bcc71d",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_plan_contract_sides_141d5",
                            table="rafid_monitoring_plancontract",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="monitoringplan",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "registered", "running", "revealed", "closed"])),
                        name="plan_state_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="monitoringplan",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("aim__in", ["proportion", "acceptance", "lqas", "total"])),
                        name="plan_aim_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="monitoringplan",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"),
                            models.Q(
                                ("frame_hash__regex", "^[0-9a-f]{64}$"),
                                ("registered_at__isnull", False),
                                ("seed_hash__regex", "^[0-9a-f]{64}$"),
                            ),
                            _connector="OR",
                        ),
                        name="plan_registered_whole",
                        violation_error_message="A registered plan has the hashes of its seed and frame, and its day.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="monitoringplan",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("seed__isnull", False), ("state__in", ("revealed", "closed"))),
                            models.Q(models.Q(("state__in", ("revealed", "closed")), _negated=True), ("seed", None)),
                            _connector="OR",
                        ),
                        name="plan_seed_with_reveal",
                        violation_error_message="The seed is written when the plan is revealed, not before.",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="monitoringplan",
                    trigger=pgtrigger.compiler.Trigger(
                        name="version_rises",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version := OLD.version + 1; RETURN NEW;",
                            hash="ec4d23315eb202ea75262e6e024cec712754329b",
                            operation="UPDATE",
                            pgid="pgtrigger_version_rises_156f1",
                            table="rafid_monitoring_monitoringplan",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="monitoringplan",
                    trigger=pgtrigger.compiler.Trigger(
                        name="plan_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.state <> 'draft')",
                            func="\n                    IF TG_OP = 'DELETE' THEN\n                        RAISE EXCEPTION 'plan_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_stays';\n                    END IF;\n                    IF (NEW.period, NEW.aim, NEW.seed_hash, NEW.frame_hash, NEW.registered_at, NEW.registered_by_id,\n                        NEW.statement, NEW.owner_id, NEW.ref, NEW.partners, NEW.donors)\n                       IS DISTINCT FROM\n                       (OLD.period, OLD.aim, OLD.seed_hash, OLD.frame_hash, OLD.registered_at, OLD.registered_by_id,\n                        OLD.statement, OLD.owner_id, OLD.ref, OLD.partners, OLD.donors)\n                       OR NEW.deleted_at IS NOT NULL OR (OLD.seed IS NOT NULL AND NEW.seed IS DISTINCT FROM OLD.seed) THEN\n                        RAISE EXCEPTION 'plan_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_stays';\n                    END IF;\n                    IF array_position(ARRAY['draft', 'registered', 'running', 'revealed', 'closed'], NEW.state::text)\n                       < array_position(ARRAY['draft', 'registered', 'running', 'revealed', 'closed'], OLD.state::text) THEN\n                        RAISE EXCEPTION 'plan_goes_forward' USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_goes_forward';\n                    END IF;\n                    RETURN NEW;\n                    ",
                            hash="8f7f5658a133904e47b69784fc4ee8e30cd04b1d",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_plan_stays_0dc93",
                            table="rafid_monitoring_monitoringplan",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="monitoringplan",
                    trigger=pgtrigger.compiler.Trigger(
                        name="plan_seed_fits",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.seed IS NOT NULL)",
                            func="\n                    IF encode(sha256(convert_to(NEW.seed, 'UTF8')), 'hex') <> NEW.seed_hash THEN\n                        RAISE EXCEPTION 'plan_seed_fits' USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_seed_fits';\n                    END IF;\n                    RETURN NEW;\n                    ",
                            hash="e8f380b0a7f5de0fd7d22a78737b1615d91cfc20",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_plan_seed_fits_7223f",
                            table="rafid_monitoring_monitoringplan",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="monitoringplan",
                    trigger=pgtrigger.compiler.Trigger(
                        name="plan_registers_whole",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.state = 'registered')",
                            func="\n                    IF TG_OP = 'UPDATE' AND OLD.state <> 'draft' THEN\n                        RETURN NEW;\n                    END IF;\n                    IF NOT EXISTS (SELECT 1 FROM rafid_monitoring_stratum s WHERE s.plan_id = NEW.id) OR EXISTS (\n                        SELECT 1 FROM rafid_monitoring_stratum s WHERE s.plan_id = NEW.id AND s.size >\n                            (SELECT count(*) FROM rafid_monitoring_framerow f WHERE f.stratum_id = s.id)\n                    ) THEN\n                        RAISE EXCEPTION 'plan_sample_in_frame' USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_sample_in_frame';\n                    END IF;\n                    IF EXISTS (\n                        SELECT 1 FROM rafid_monitoring_stratum s JOIN rafid_monitoring_framerow f ON f.stratum_id = s.id\n                        WHERE s.plan_id = NEW.id AND s.method = 'by_size' AND f.size IS NULL\n                    ) THEN\n                        RAISE EXCEPTION 'plan_sizes_known' USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_sizes_known';\n                    END IF;\n                    RETURN NEW;\n                    ",
                            hash="e673a0975e511a7a3eda826a146f4eb686a43720",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_plan_registers_whole_0e2f0",
                            table="rafid_monitoring_monitoringplan",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="monitoringplan",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_monitoringplanevent" ("aim", "deleted_at", "deleted_why", "donors", "frame_hash", "id", "known_at", "made_by_id", "owner_id", "partners", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "ref", "registered_at", "registered_by_id", "revealed_at", "revealed_by_id", "seed", "seed_hash", "sensitivity", "source", "source_id", "source_row", "state", "statement", "title", "version") SELECT new_values."aim", new_values."deleted_at", new_values."deleted_why", new_values."donors", new_values."frame_hash", new_values."id", new_values."known_at", new_values."made_by_id", new_values."owner_id", new_values."partners", new_values."period", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place_id", new_values."ref", new_values."registered_at", new_values."registered_by_id", new_values."revealed_at", new_values."revealed_by_id", new_values."seed", new_values."seed_hash", new_values."sensitivity", new_values."source", new_values."source_id", new_values."source_row", new_values."state", new_values."statement", new_values."title", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="5475a8d8242767c8e2e6e35d3a0bc83850d86d9e",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_696a6",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_monitoringplan",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="monitoringplan",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_monitoringplanevent" ("aim", "deleted_at", "deleted_why", "donors", "frame_hash", "id", "known_at", "made_by_id", "owner_id", "partners", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "ref", "registered_at", "registered_by_id", "revealed_at", "revealed_by_id", "seed", "seed_hash", "sensitivity", "source", "source_id", "source_row", "state", "statement", "title", "version") SELECT new_values."aim", new_values."deleted_at", new_values."deleted_why", new_values."donors", new_values."frame_hash", new_values."id", new_values."known_at", new_values."made_by_id", new_values."owner_id", new_values."partners", new_values."period", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place_id", new_values."ref", new_values."registered_at", new_values."registered_by_id", new_values."revealed_at", new_values."revealed_by_id", new_values."seed", new_values."seed_hash", new_values."sensitivity", new_values."source", new_values."source_id", new_values."source_row", new_values."state", new_values."statement", new_values."title", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="01c360f540c1af48f76118d0b049ce4f60ccf4b6",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_56cb5",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_monitoringplan",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="monitoringplan",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_monitoringplanevent" ("aim", "deleted_at", "deleted_why", "donors", "frame_hash", "id", "known_at", "made_by_id", "owner_id", "partners", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "ref", "registered_at", "registered_by_id", "revealed_at", "revealed_by_id", "seed", "seed_hash", "sensitivity", "source", "source_id", "source_row", "state", "statement", "title", "version") SELECT old_values."aim", old_values."deleted_at", old_values."deleted_why", old_values."donors", old_values."frame_hash", old_values."id", old_values."known_at", old_values."made_by_id", old_values."owner_id", old_values."partners", old_values."period", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place_id", old_values."ref", old_values."registered_at", old_values."registered_by_id", old_values."revealed_at", old_values."revealed_by_id", old_values."seed", old_values."seed_hash", old_values."sensitivity", old_values."source", old_values."source_id", old_values."source_row", old_values."state", old_values."statement", old_values."title", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="36cf887fe4278fa51720c20d55bfec2457bfafb3",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_d3580",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_monitoringplan",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="erratum",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("text_ar", ""), ("text_ckb", ""), ("text_en", ""), _negated=True),
                        name="monitoring_erratum_says_something",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="erratum",
                    trigger=pgtrigger.compiler.Trigger(
                        name="erratum_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'erratum_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'erratum_stays';",
                            hash="28f7bbdb8642e4c84edcf078a0bf44d86dcb637a",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_erratum_stays_15ef0",
                            table="rafid_monitoring_erratum",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="erratum",
                    trigger=pgtrigger.compiler.Trigger(
                        name="erratum_of_final",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    IF NOT EXISTS (SELECT 1 FROM rafid_monitoring_report r\n                                   WHERE r.id = NEW.report_id AND r.state = 'final') THEN\n                        RAISE EXCEPTION 'erratum_of_final' USING ERRCODE = 'check_violation', CONSTRAINT = 'erratum_of_final';\n                    END IF;\n                    RETURN NEW;\n                    ",
                            hash="e7e3ff6452fd75b2aded476850b9704099a8a9eb",
                            operation="INSERT",
                            pgid="pgtrigger_erratum_of_final_febfc",
                            table="rafid_monitoring_erratum",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="reportcomment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="report_comment_says_something"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reportcomment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="comment_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'comment_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'comment_stays';",
                            hash="74de69ce69ec5d48510d5e6f3f6fac435781fa40",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_comment_stays_21588",
                            table="rafid_monitoring_reportcomment",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reportcomment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="comment_in_time",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    IF NOT EXISTS (SELECT 1 FROM rafid_monitoring_report r\n                                   WHERE r.id = NEW.report_id AND r.state = 'comments') THEN\n                        RAISE EXCEPTION 'comment_in_time' USING ERRCODE = 'check_violation', CONSTRAINT = 'comment_in_time';\n                    END IF;\n                    RETURN NEW;\n                    ",
                            hash="311209163c60a76dffd57d7f47f5cf7de923a6a1",
                            operation="INSERT",
                            pgid="pgtrigger_comment_in_time_5c112",
                            table="rafid_monitoring_reportcomment",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="reportcontract",
                    constraint=models.UniqueConstraint(fields=("report", "contract"), name="report_contract_once"),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reportcontract",
                    trigger=pgtrigger.compiler.Trigger(
                        name="report_contract_sides",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    UPDATE rafid_monitoring_report r SET\n                        partners = coalesce((SELECT array_agg(DISTINCT c.partner_id) FROM rafid_monitoring_contract c\n                            JOIN rafid_monitoring_reportcontract k ON k.contract_id = c.id WHERE k.report_id = r.id), '{}'),\n                        donors = coalesce((SELECT array_agg(DISTINCT c.donor_id) FROM rafid_monitoring_contract c\n                            JOIN rafid_monitoring_reportcontract k ON k.contract_id = c.id WHERE k.report_id = r.id), '{}')\n                    WHERE r.id IN (OLD.report_id, NEW.report_id);\n                    RETURN NULL;\n                    ",
                            hash="b5f99062d7b78dacede653d87fcb0b064d069bf6",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_report_contract_sides_2f9e5",
                            table="rafid_monitoring_reportcontract",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="report",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "comments", "final"])), name="report_state"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="report",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("state", "draft"), ("known__isnull", False), _connector="OR"),
                        name="report_frozen_first",
                        violation_error_message="Freeze the figures before the report is sent on.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="report",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "final"), _negated=True),
                            models.Q(("final_at__isnull", False), ("final_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="report_final_by",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="report",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "comments"), _negated=True),
                            ("comments_until__isnull", False),
                            _connector="OR",
                        ),
                        name="report_comments_end",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="report",
                    trigger=pgtrigger.compiler.Trigger(
                        name="version_rises",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version := OLD.version + 1; RETURN NEW;",
                            hash="27461e1dbcbb1685f41e980a802960d5864e7fc0",
                            operation="UPDATE",
                            pgid="pgtrigger_version_rises_3a873",
                            table="rafid_monitoring_report",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="report",
                    trigger=pgtrigger.compiler.Trigger(
                        name="report_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.state = 'final')",
                            func="RAISE EXCEPTION 'report_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'report_stays';",
                            hash="5c04b02ba20c17448dc3433a4cd4b759ae55fa39",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_report_stays_bb435",
                            table="rafid_monitoring_report",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="report",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_reportevent" ("comments_until", "deleted_at", "deleted_why", "donors", "final_at", "final_by_id", "id", "known", "known_at", "language", "made_by_id", "owner_id", "partners", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "ref", "sections", "sensitivity", "source", "source_id", "source_row", "state", "version") SELECT new_values."comments_until", new_values."deleted_at", new_values."deleted_why", new_values."donors", new_values."final_at", new_values."final_by_id", new_values."id", new_values."known", new_values."known_at", new_values."language", new_values."made_by_id", new_values."owner_id", new_values."partners", new_values."period", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place_id", new_values."ref", new_values."sections", new_values."sensitivity", new_values."source", new_values."source_id", new_values."source_row", new_values."state", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="42a02d9fd47affc2034be01887ddf3f602cd46f3",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_b090a",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_report",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="report",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_reportevent" ("comments_until", "deleted_at", "deleted_why", "donors", "final_at", "final_by_id", "id", "known", "known_at", "language", "made_by_id", "owner_id", "partners", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "ref", "sections", "sensitivity", "source", "source_id", "source_row", "state", "version") SELECT new_values."comments_until", new_values."deleted_at", new_values."deleted_why", new_values."donors", new_values."final_at", new_values."final_by_id", new_values."id", new_values."known", new_values."known_at", new_values."language", new_values."made_by_id", new_values."owner_id", new_values."partners", new_values."period", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place_id", new_values."ref", new_values."sections", new_values."sensitivity", new_values."source", new_values."source_id", new_values."source_row", new_values."state", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."comments_until" IS DISTINCT FROM (new_values."comments_until") OR old_values."deleted_at" IS DISTINCT FROM (new_values."deleted_at") OR old_values."deleted_why" IS DISTINCT FROM (new_values."deleted_why") OR old_values."donors" IS DISTINCT FROM (new_values."donors") OR old_values."final_at" IS DISTINCT FROM (new_values."final_at") OR old_values."final_by_id" IS DISTINCT FROM (new_values."final_by_id") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."known" IS DISTINCT FROM (new_values."known") OR old_values."known_at" IS DISTINCT FROM (new_values."known_at") OR old_values."language" IS DISTINCT FROM (new_values."language") OR old_values."made_by_id" IS DISTINCT FROM (new_values."made_by_id") OR old_values."owner_id" IS DISTINCT FROM (new_values."owner_id") OR old_values."partners" IS DISTINCT FROM (new_values."partners") OR old_values."period" IS DISTINCT FROM (new_values."period") OR old_values."place_id" IS DISTINCT FROM (new_values."place_id") OR old_values."ref" IS DISTINCT FROM (new_values."ref") OR old_values."sections" IS DISTINCT FROM (new_values."sections") OR old_values."sensitivity" IS DISTINCT FROM (new_values."sensitivity") OR old_values."source" IS DISTINCT FROM (new_values."source") OR old_values."source_id" IS DISTINCT FROM (new_values."source_id") OR old_values."source_row" IS DISTINCT FROM (new_values."source_row") OR old_values."state" IS DISTINCT FROM (new_values."state") OR old_values."version" IS DISTINCT FROM (new_values."version")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="4a490f6cde1dfdabfd5db3814c6e1244f8950535",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_e1e04",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_report",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="report",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_reportevent" ("comments_until", "deleted_at", "deleted_why", "donors", "final_at", "final_by_id", "id", "known", "known_at", "language", "made_by_id", "owner_id", "partners", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "ref", "sections", "sensitivity", "source", "source_id", "source_row", "state", "version") SELECT old_values."comments_until", old_values."deleted_at", old_values."deleted_why", old_values."donors", old_values."final_at", old_values."final_by_id", old_values."id", old_values."known", old_values."known_at", old_values."language", old_values."made_by_id", old_values."owner_id", old_values."partners", old_values."period", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place_id", old_values."ref", old_values."sections", old_values."sensitivity", old_values."source", old_values."source_id", old_values."source_row", old_values."state", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="06a71b7944b454d91315049f696010f5b9059f36",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_a0c1e",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_report",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="reportfile",
                    constraint=models.UniqueConstraint(fields=("report", "format", "sha256"), name="report_file_once"),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reportfile",
                    trigger=pgtrigger.compiler.Trigger(
                        name="report_file_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'report_file_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'report_file_stays';",
                            hash="e01ff1221c9c955e9eee3047df30e2ce0fd245c5",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_report_file_stays_dfeed",
                            table="rafid_monitoring_reportfile",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="outcomeanswer",
                    constraint=models.UniqueConstraint(
                        fields=("respondent", "round", "question"),
                        name="outcome_answer_once",
                        violation_error_message="This respondent answered in this round already.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="outcomeanswer",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("round__in", ["before", "after", "6", "12"])), name="outcome_answer_round"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="route",
                    constraint=models.UniqueConstraint(fields=("day", "lead"), name="route_once"),
                ),
                migrations.AddConstraint(
                    model_name="route",
                    constraint=models.CheckConstraint(condition=models.Q(("minutes__gte", 0)), name="route_minutes"),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="route",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_routeevent" ("day", "id", "known_at", "lead_id", "made_by_id", "minutes", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "second_id", "straight") SELECT new_values."day", new_values."id", new_values."known_at", new_values."lead_id", new_values."made_by_id", new_values."minutes", new_values."owner_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."second_id", new_values."straight" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="7fff73cd95bdf5645ff0d0da0a4313708b9ab9d3",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_15f66",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_route",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="route",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_routeevent" ("day", "id", "known_at", "lead_id", "made_by_id", "minutes", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "second_id", "straight") SELECT new_values."day", new_values."id", new_values."known_at", new_values."lead_id", new_values."made_by_id", new_values."minutes", new_values."owner_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."second_id", new_values."straight" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="ce842a41442f1cf349705357077244aad7d94315",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_b3622",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_route",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="route",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_routeevent" ("day", "id", "known_at", "lead_id", "made_by_id", "minutes", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "second_id", "straight") SELECT old_values."day", old_values."id", old_values."known_at", old_values."lead_id", old_values."made_by_id", old_values."minutes", old_values."owner_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."second_id", old_values."straight" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="a557f0473e55f77cf23bb619e58b8067881a02ed",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_b6662",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_route",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="securityclearance",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "granted", "refused", "withdrawn"])),
                        name="clearance_state",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="securityclearance",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("place__isnull", False), models.Q(("route", ""), _negated=True), _connector="OR"
                        ),
                        name="clearance_for_something",
                        violation_error_message="Say for which place or route the clearance is.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="securityclearance",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "granted"), _negated=True),
                            models.Q(("by", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="clearance_granted_by",
                        violation_error_message="Say who granted the clearance.",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="securityclearance",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_securityclearanceevent" ("by", "id", "known_at", "made_by_id", "number", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "route", "state", "valid") SELECT new_values."by", new_values."id", new_values."known_at", new_values."made_by_id", new_values."number", new_values."owner_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place_id", new_values."route", new_values."state", new_values."valid" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="451180e4b29367b6d5846e8a8421e516a9d05e84",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_06348",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_securityclearance",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="securityclearance",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_securityclearanceevent" ("by", "id", "known_at", "made_by_id", "number", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "route", "state", "valid") SELECT new_values."by", new_values."id", new_values."known_at", new_values."made_by_id", new_values."number", new_values."owner_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place_id", new_values."route", new_values."state", new_values."valid" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="5301ab48d2fd619fc9e2e735093135258cf7f737",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_214b2",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_securityclearance",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="securityclearance",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_securityclearanceevent" ("by", "id", "known_at", "made_by_id", "number", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "route", "state", "valid") SELECT old_values."by", old_values."id", old_values."known_at", old_values."made_by_id", old_values."number", old_values."owner_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place_id", old_values."route", old_values."state", old_values."valid" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="3e72fd57cadc9110c85a0ef771e1d9659825b771",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_c6015",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_securityclearance",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="site",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("origin", "external_id"),
                        name="site_once_per_list",
                        violation_error_message="Another site of the same list has this id.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="site",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("size", None), ("size__gt", 0), _connector="OR"),
                        name="site_size_positive",
                        violation_error_message="A size is more than 0, or is left empty.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="site",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("active_to", None),
                            ("active_from", None),
                            ("active_to__gte", models.F("active_from")),
                            _connector="OR",
                        ),
                        name="site_active_in_order",
                        violation_error_message="The site ends before it begins. Correct one of the two days.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="site",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("kind_of_site__in", ["clearance_task", "survey_area", "session", "clinic", "office"])
                        ),
                        name="site_kind_known",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="site",
                    trigger=pgtrigger.compiler.Trigger(
                        name="version_rises",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version := OLD.version + 1; RETURN NEW;",
                            hash="edd36f901de21684964dcba8f48bc85be173f70e",
                            operation="UPDATE",
                            pgid="pgtrigger_version_rises_f968d",
                            table="rafid_monitoring_site",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="site",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_siteevent" ("active_from", "active_to", "contract_id", "deleted_at", "deleted_why", "entity_id", "external_id", "id", "kind_of_site", "known_at", "made_by_id", "name_ar", "name_ckb", "name_en", "origin", "owner_id", "partner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "point", "ref", "sensitivity", "size", "source", "source_id", "source_row", "state", "team", "version") SELECT new_values."active_from", new_values."active_to", new_values."contract_id", new_values."deleted_at", new_values."deleted_why", new_values."entity_id", new_values."external_id", new_values."id", new_values."kind_of_site", new_values."known_at", new_values."made_by_id", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."origin", new_values."owner_id", new_values."partner_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place_id", new_values."point", new_values."ref", new_values."sensitivity", new_values."size", new_values."source", new_values."source_id", new_values."source_row", new_values."state", new_values."team", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="684b2aac24bcbc1d24274a012df28d32e34b1639",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_2c915",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_site",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="site",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_siteevent" ("active_from", "active_to", "contract_id", "deleted_at", "deleted_why", "entity_id", "external_id", "id", "kind_of_site", "known_at", "made_by_id", "name_ar", "name_ckb", "name_en", "origin", "owner_id", "partner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "point", "ref", "sensitivity", "size", "source", "source_id", "source_row", "state", "team", "version") SELECT new_values."active_from", new_values."active_to", new_values."contract_id", new_values."deleted_at", new_values."deleted_why", new_values."entity_id", new_values."external_id", new_values."id", new_values."kind_of_site", new_values."known_at", new_values."made_by_id", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."origin", new_values."owner_id", new_values."partner_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place_id", new_values."point", new_values."ref", new_values."sensitivity", new_values."size", new_values."source", new_values."source_id", new_values."source_row", new_values."state", new_values."team", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="c7fc6c922cc94e56e642fd6e01649b5be61f98ab",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_ba95c",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_site",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="site",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_siteevent" ("active_from", "active_to", "contract_id", "deleted_at", "deleted_why", "entity_id", "external_id", "id", "kind_of_site", "known_at", "made_by_id", "name_ar", "name_ckb", "name_en", "origin", "owner_id", "partner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "point", "ref", "sensitivity", "size", "source", "source_id", "source_row", "state", "team", "version") SELECT old_values."active_from", old_values."active_to", old_values."contract_id", old_values."deleted_at", old_values."deleted_why", old_values."entity_id", old_values."external_id", old_values."id", old_values."kind_of_site", old_values."known_at", old_values."made_by_id", old_values."name_ar", old_values."name_ckb", old_values."name_en", old_values."origin", old_values."owner_id", old_values."partner_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place_id", old_values."point", old_values."ref", old_values."sensitivity", old_values."size", old_values."source", old_values."source_id", old_values."source_row", old_values."state", old_values."team", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="5a64c7d3e5a1f652e1b5083082f3bf20d3ef7703",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_c80aa",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_site",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="respondent",
                    constraint=models.UniqueConstraint(
                        fields=("study", "pseudonym"),
                        name="respondent_once",
                        violation_error_message="This respondent is in the study already. Use another pseudonym.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="respondent",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("consent", True)),
                        name="respondent_consented",
                        violation_error_message="Without consent nothing is kept of a respondent.",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="exactplace",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_exactplaceevent" ("directions", "id", "known_at", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "point", "site_id") SELECT new_values."directions", new_values."id", new_values."known_at", new_values."made_by_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."point", new_values."site_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="a0ed4b84f88bbcae47ac015e5c337af714b35141",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_61637",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_exactplace",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="exactplace",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_exactplaceevent" ("directions", "id", "known_at", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "point", "site_id") SELECT new_values."directions", new_values."id", new_values."known_at", new_values."made_by_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."point", new_values."site_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="13dbe0c21fe72d33780cf365dc51570a4e43d975",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_e0b18",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_exactplace",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="exactplace",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_exactplaceevent" ("directions", "id", "known_at", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "point", "site_id") SELECT old_values."directions", old_values."id", old_values."known_at", old_values."made_by_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."point", old_values."site_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="17666f6d88dddbe38f449db02b738aca690c1a7c",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_61368",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_exactplace",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="spending",
                    constraint=models.UniqueConstraint(fields=("contract", "month", "number"), name="spending_once"),
                ),
                migrations.AddConstraint(
                    model_name="spending",
                    constraint=models.CheckConstraint(condition=models.Q(("month__day", 1)), name="spending_first"),
                ),
                migrations.AddConstraint(
                    model_name="spending",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="spending_not_negative"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="spending",
                    trigger=pgtrigger.compiler.Trigger(
                        name="spending_inside",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\nIF NOT EXISTS (\n    SELECT 1 FROM (SELECT c.* FROM rafid_monitoring_contract c WHERE c.id = NEW.contract_id) c WHERE NEW.month >= date_trunc('month', c.start)::date AND NEW.month <= c.\"end\"\n) THEN\n    RAISE EXCEPTION 'month_of_contract' USING ERRCODE = 'check_violation', CONSTRAINT = 'month_of_contract';\nEND IF;\nRETURN NEW;\n",
                            hash="71f12b8fb608b659e8d1c8b37575eb0ba0941496",
                            operation='INSERT OR UPDATE OF "month"',
                            pgid="pgtrigger_spending_inside_41b38",
                            table="rafid_monitoring_spending",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="spending",
                    trigger=pgtrigger.compiler.Trigger(
                        name="reported_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'reported_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'reported_stays';",
                            hash="8c61ba4bec70fd63231addc9a0b0f2d3d6b28351",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_reported_stays_c59e3",
                            table="rafid_monitoring_spending",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="spending",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_spendingevent" ("amount", "contract_id", "document", "document_name", "id", "known_at", "made_by_id", "month", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "received_at") SELECT new_values."amount", new_values."contract_id", new_values."document", new_values."document_name", new_values."id", new_values."known_at", new_values."made_by_id", new_values."month", new_values."number", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reason", new_values."received_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="855a06d8d512165d0fe4293476e8d5b8d7c545d2",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_6fdb9",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_spending",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="spending",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_spendingevent" ("amount", "contract_id", "document", "document_name", "id", "known_at", "made_by_id", "month", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "received_at") SELECT new_values."amount", new_values."contract_id", new_values."document", new_values."document_name", new_values."id", new_values."known_at", new_values."made_by_id", new_values."month", new_values."number", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reason", new_values."received_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="22053fdcb1de89734f8c407f9154424f92c12193",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_d8d59",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_spending",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="spending",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_spendingevent" ("amount", "contract_id", "document", "document_name", "id", "known_at", "made_by_id", "month", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "received_at") SELECT old_values."amount", old_values."contract_id", old_values."document", old_values."document_name", old_values."id", old_values."known_at", old_values."made_by_id", old_values."month", old_values."number", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."reason", old_values."received_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="c7a742c04f14d5f09870691c3c5ed4da1311d0c4",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_de731",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_spending",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="stratum",
                    constraint=models.UniqueConstraint(fields=("plan", "name"), name="stratum_once"),
                ),
                migrations.AddConstraint(
                    model_name="stratum",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("size__gte", 1)),
                        name="stratum_size",
                        violation_error_message="At least one site is drawn from each stratum.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="stratum",
                    constraint=models.CheckConstraint(condition=models.Q(("weight__gt", 0)), name="stratum_weight"),
                ),
                migrations.AddConstraint(
                    model_name="stratum",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("name__contains", "|"), _negated=True)
                        ),
                        name="stratum_name",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="stratum",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("method__in", ["equal", "by_size"])), name="stratum_method"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="stratum",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("confidence", None),
                            models.Q(("confidence__gt", 0), ("confidence__lt", 1)),
                            _connector="OR",
                        ),
                        name="stratum_confidence",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="stratum",
                    trigger=pgtrigger.compiler.Trigger(
                        name="stratum_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            PERFORM 1 FROM rafid_monitoring_monitoringplan p WHERE p.id IN (OLD.plan_id, NEW.plan_id) FOR SHARE;\n            IF EXISTS (\n                SELECT 1 FROM rafid_monitoring_monitoringplan p WHERE p.state <> 'draft' AND p.id IN (OLD.plan_id, NEW.plan_id)\n            ) THEN\n                RAISE EXCEPTION 'plan_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_stays';\n            END IF;\n            RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;\n            ",
                            hash="06095a8b96fbc378ea199b5ec953795ff597d85f",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_stratum_frozen_50696",
                            table="rafid_monitoring_stratum",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="framerow",
                    constraint=models.UniqueConstraint(
                        fields=("plan", "site"),
                        name="frame_row_once",
                        violation_error_message="A site is in the frame once. Take it out of one stratum.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="framerow",
                    constraint=models.UniqueConstraint(fields=("plan", "code"), name="frame_code_once"),
                ),
                migrations.AddConstraint(
                    model_name="framerow",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("size", None), ("size__gt", 0), _connector="OR"),
                        name="frame_row_size",
                        violation_error_message="A size is more than 0. Correct the site, or leave it out of the frame.",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="framerow",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frame_row_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            PERFORM 1 FROM rafid_monitoring_monitoringplan p WHERE p.id IN (OLD.plan_id, NEW.plan_id) FOR SHARE;\n            IF EXISTS (\n                SELECT 1 FROM rafid_monitoring_monitoringplan p WHERE p.state <> 'draft' AND p.id IN (OLD.plan_id, NEW.plan_id)\n            ) THEN\n                RAISE EXCEPTION 'plan_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_stays';\n            END IF;\n            RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;\n            ",
                            hash="3ca1540f5eb036a160eb3f0998be3a496b0209a4",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_frame_row_frozen_611d8",
                            table="rafid_monitoring_framerow",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="drawnsite",
                    constraint=models.UniqueConstraint(fields=("plan", "site"), name="drawn_site_once"),
                ),
                migrations.AddConstraint(
                    model_name="drawnsite",
                    constraint=models.UniqueConstraint(fields=("stratum", "place_in_draw"), name="drawn_site_order"),
                ),
                migrations.AddConstraint(
                    model_name="drawnsite",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("place_in_draw__gte", 1)), name="drawn_site_from_one"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="drawnsite",
                    trigger=pgtrigger.compiler.Trigger(
                        name="drawn_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'drawn_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'drawn_stays';",
                            hash="a1ab8baa7356f77c08558dbf64dc6bed3f385aac",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_drawn_stays_ed6e8",
                            table="rafid_monitoring_drawnsite",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="drawnsite",
                    trigger=pgtrigger.compiler.Trigger(
                        name="drawn_from_frame",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    IF NOT EXISTS (\n                        SELECT 1 FROM rafid_monitoring_framerow f JOIN rafid_monitoring_stratum s ON s.id = f.stratum_id\n                        JOIN rafid_monitoring_monitoringplan p ON p.id = f.plan_id\n                        WHERE f.plan_id = NEW.plan_id AND f.stratum_id = NEW.stratum_id AND f.site_id = NEW.site_id\n                        AND p.state IN ('registered', 'running') AND NEW.place_in_draw <= s.size\n                    ) THEN\n                        RAISE EXCEPTION 'drawn_from_frame' USING ERRCODE = 'check_violation', CONSTRAINT = 'drawn_from_frame';\n                    END IF;\n                    RETURN NEW;\n                    ",
                            hash="c860269ee62571bbaee48706c59785b2a72a0f53",
                            operation="INSERT",
                            pgid="pgtrigger_drawn_from_frame_889ef",
                            table="rafid_monitoring_drawnsite",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddIndex(
                    model_name="visit",
                    index=models.Index(fields=["contract", "state"], name="visit_of_contract"),
                ),
                migrations.AddIndex(
                    model_name="visit",
                    index=models.Index(fields=["plan", "state"], name="visit_of_plan"),
                ),
                migrations.AddIndex(
                    model_name="visit",
                    index=models.Index(fields=["planned_on"], name="visit_planned_on"),
                ),
                migrations.AddConstraint(
                    model_name="visit",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "planned",
                                    "cleared",
                                    "confirmed",
                                    "done",
                                    "denied",
                                    "postponed",
                                    "impossible",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="visit_state_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="visit",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("type__in", ["announced", "unannounced", "desk", "remote"])),
                        name="visit_type_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="visit",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("drawn__isnull", False), ("plan__isnull", False), ("reason", "drawn")),
                            models.Q(models.Q(("reason", "drawn"), _negated=True), ("drawn", None)),
                            _connector="OR",
                        ),
                        name="visit_drawn_or_marked",
                        violation_error_message="A visit is either drawn by its plan, or says why it was added.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="visit",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("reason__in", ("drawn", "extra")),
                            models.Q(("reason_text", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="visit_added_with_reason",
                        violation_error_message="Say which risk or which complaint leads to this visit.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="visit",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("denied", "postponed", "impossible", "cancelled")), _negated=True),
                            models.Q(
                                models.Q(("not_seen_reason", ""), _negated=True),
                                models.Q(("not_seen_text", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="visit_not_seen_why",
                        violation_error_message="Say why the visit was not made: choose a reason and write a sentence.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="visit",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("confirmed", "done")), _negated=True),
                            models.Q(("lead__isnull", False), ("window__isnull", False)),
                            _connector="OR",
                        ),
                        name="visit_confirmed_has_who_and_when",
                        violation_error_message="A confirmed visit has a lead monitor and a time.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="visit",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True), ("arrived__isnull", False), _connector="OR"
                        ),
                        name="visit_done_has_arrival",
                        violation_error_message="A visit that was made says when the monitors arrived.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="visit",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("left", None), ("arrived", None), ("left__gte", models.F("arrived")), _connector="OR"
                        ),
                        name="visit_left_after_arrival",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="visit",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("lead", None),
                            ("second", None),
                            models.Q(("lead", models.F("second")), _negated=True),
                            _connector="OR",
                        ),
                        name="visit_two_monitors",
                        violation_error_message="The second monitor is another person than the lead.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="visit",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("score", None), models.Q(("score__gte", 0), ("score__lte", 1)), _connector="OR"
                        ),
                        name="visit_score_share",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="visit",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("released_to_partner_at", None),
                            models.Q(("state__in", ("planned", "cleared", "confirmed")), _negated=True),
                            _connector="OR",
                        ),
                        name="visit_released_when_over",
                        violation_error_message="A visit is released after it was made, or when it is clear why it was not.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="visit",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("drawn", None), ("deleted_at", None), _connector="OR"),
                        name="visit_drawn_not_deleted",
                        violation_error_message="A drawn visit is not deleted. Say why it was not made; it stays in the sample.",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="visit",
                    trigger=pgtrigger.compiler.Trigger(
                        name="version_rises",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version := OLD.version + 1; RETURN NEW;",
                            hash="957372523e6a22bcf3ae071fcbed031ec1eaa685",
                            operation="UPDATE",
                            pgid="pgtrigger_version_rises_d6c2b",
                            table="rafid_monitoring_visit",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="visit",
                    trigger=pgtrigger.compiler.Trigger(
                        name="visit_drawn_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.drawn_id IS NOT NULL)",
                            func="\n                    IF TG_OP = 'DELETE' OR (NEW.drawn_id, NEW.site_id, NEW.plan_id, NEW.contract_id)\n                       IS DISTINCT FROM (OLD.drawn_id, OLD.site_id, OLD.plan_id, OLD.contract_id) THEN\n                        RAISE EXCEPTION 'visit_drawn_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'visit_drawn_stays';\n                    END IF;\n                    RETURN NEW;\n                    ",
                            hash="65200445dfcc75239f60e2069a4954de8a877699",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_visit_drawn_stays_8586c",
                            table="rafid_monitoring_visit",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="visit",
                    trigger=pgtrigger.compiler.Trigger(
                        name="visit_of_its_draw",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.drawn_id IS NOT NULL)",
                            func="\n                    IF NOT EXISTS (SELECT 1 FROM rafid_monitoring_drawnsite d\n                                   WHERE d.id = NEW.drawn_id AND d.site_id = NEW.site_id AND d.plan_id = NEW.plan_id) THEN\n                        RAISE EXCEPTION 'visit_of_its_draw' USING ERRCODE = 'check_violation', CONSTRAINT = 'visit_of_its_draw';\n                    END IF;\n                    RETURN NEW;\n                    ",
                            hash="26a9fcb545061e50bfa73fb90156ae9092bfd800",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_visit_of_its_draw_7e3ed",
                            table="rafid_monitoring_visit",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="visit",
                    trigger=pgtrigger.compiler.Trigger(
                        name="visit_clearance",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.state = 'confirmed')",
                            func="\n                    IF EXISTS (\n                        SELECT 1 FROM rafid_monitoring_clearancearea a, rafid_places_place here\n                        WHERE here.id = NEW.place_id AND a.place_id = ANY(here.lineage) AND a.asked @> NEW.planned_on\n                    ) AND NOT EXISTS (\n                        SELECT 1 FROM rafid_monitoring_securityclearance c, rafid_places_place here\n                        WHERE here.id = NEW.place_id AND c.state = 'granted' AND c.owner_id = NEW.owner_id\n                        AND c.place_id = ANY(here.lineage) AND c.valid @> NEW.\"window\"\n                    ) THEN\n                        RAISE EXCEPTION 'visit_clearance' USING ERRCODE = 'check_violation', CONSTRAINT = 'visit_clearance';\n                    END IF;\n                    RETURN NEW;\n                    ",
                            hash="1a28514d94209abd270a05f9c07a7a9a1ebe39fe",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_visit_clearance_2208a",
                            table="rafid_monitoring_visit",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="visit",
                    trigger=pgtrigger.compiler.Trigger(
                        name="visit_declared",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            func="\n                    IF EXISTS (\n                        SELECT 1 FROM rafid_monitoring_visit v JOIN rafid_monitoring_contract c ON c.id = v.contract_id\n                        JOIN rafid_monitoring_declaration d ON d.monitor_id = v.lead_id AND d.partner_id = c.partner_id\n                        WHERE v.id = NEW.id AND v.state IN ('planned', 'cleared', 'confirmed', 'done') AND d.relation <> 'none'\n                        AND d.since <= coalesce(v.planned_on, current_date)\n                        AND (d.until IS NULL OR d.until >= coalesce(v.planned_on, current_date))\n                        AND NOT EXISTS (SELECT 1 FROM rafid_monitoring_ruleoverride o\n                                        WHERE o.visit_id = v.id AND o.rule = 'declaration' AND o.monitor_id = v.lead_id)\n                    ) THEN\n                        RAISE EXCEPTION 'visit_declared' USING ERRCODE = 'check_violation', CONSTRAINT = 'visit_declared';\n                    END IF;\n                    RETURN NULL;\n                    ",
                            hash="38667b9eec4f79abf02f16e8e2db0c6e64c461ed",
                            operation='INSERT OR UPDATE OF "lead_id", "planned_on", "state"',
                            pgid="pgtrigger_visit_declared_91f6d",
                            table="rafid_monitoring_visit",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="visit",
                    trigger=pgtrigger.compiler.Trigger(
                        name="visit_crew",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    DELETE FROM rafid_monitoring_crew WHERE visit_id = NEW.id;\n                    IF NEW.\"window\" IS NOT NULL AND NEW.deleted_at IS NULL\n                       AND NEW.state IN ('planned', 'cleared', 'confirmed', 'done', 'denied') THEN\n                        INSERT INTO rafid_monitoring_crew (visit_id, monitor_id, leads, during)\n                        SELECT NEW.id, one.monitor, one.leads, NEW.\"window\"\n                        FROM (VALUES (NEW.lead_id, true), (NEW.second_id, false)) one(monitor, leads)\n                        WHERE one.monitor IS NOT NULL;\n                    END IF;\n                    RETURN NULL;\n                    ",
                            hash="e1c7a47463b65bd7feb3e520ee718c5c3e2830ed",
                            operation='INSERT OR UPDATE OF "lead_id", "second_id", "window", "state", "deleted_at"',
                            pgid="pgtrigger_visit_crew_31aa4",
                            table="rafid_monitoring_visit",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="visit",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_visitevent" ("access", "arrived", "checklist_id", "contract_id", "deleted_at", "deleted_why", "drawn_id", "failed_critical", "id", "known_at", "lead_id", "left", "made_by_id", "not_seen_reason", "not_seen_text", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "plan_id", "planned_on", "reason", "reason_text", "ref", "released_by_id", "released_to_partner_at", "score", "second_id", "sensitivity", "site_id", "source", "source_id", "source_row", "state", "submission_id", "team", "type", "verdict", "version", "window") SELECT new_values."access", new_values."arrived", new_values."checklist_id", new_values."contract_id", new_values."deleted_at", new_values."deleted_why", new_values."drawn_id", new_values."failed_critical", new_values."id", new_values."known_at", new_values."lead_id", new_values."left", new_values."made_by_id", new_values."not_seen_reason", new_values."not_seen_text", new_values."owner_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place_id", new_values."plan_id", new_values."planned_on", new_values."reason", new_values."reason_text", new_values."ref", new_values."released_by_id", new_values."released_to_partner_at", new_values."score", new_values."second_id", new_values."sensitivity", new_values."site_id", new_values."source", new_values."source_id", new_values."source_row", new_values."state", new_values."submission_id", new_values."team", new_values."type", new_values."verdict", new_values."version", new_values."window" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="ed03ec454d283a5fc73407ac4d0f343257d5379f",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_51300",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_visit",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="visit",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_visitevent" ("access", "arrived", "checklist_id", "contract_id", "deleted_at", "deleted_why", "drawn_id", "failed_critical", "id", "known_at", "lead_id", "left", "made_by_id", "not_seen_reason", "not_seen_text", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "plan_id", "planned_on", "reason", "reason_text", "ref", "released_by_id", "released_to_partner_at", "score", "second_id", "sensitivity", "site_id", "source", "source_id", "source_row", "state", "submission_id", "team", "type", "verdict", "version", "window") SELECT new_values."access", new_values."arrived", new_values."checklist_id", new_values."contract_id", new_values."deleted_at", new_values."deleted_why", new_values."drawn_id", new_values."failed_critical", new_values."id", new_values."known_at", new_values."lead_id", new_values."left", new_values."made_by_id", new_values."not_seen_reason", new_values."not_seen_text", new_values."owner_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place_id", new_values."plan_id", new_values."planned_on", new_values."reason", new_values."reason_text", new_values."ref", new_values."released_by_id", new_values."released_to_partner_at", new_values."score", new_values."second_id", new_values."sensitivity", new_values."site_id", new_values."source", new_values."source_id", new_values."source_row", new_values."state", new_values."submission_id", new_values."team", new_values."type", new_values."verdict", new_values."version", new_values."window" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="57173379525c15dec74610e0e7a569457ba65972",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_9bcbf",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_visit",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="visit",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_visitevent" ("access", "arrived", "checklist_id", "contract_id", "deleted_at", "deleted_why", "drawn_id", "failed_critical", "id", "known_at", "lead_id", "left", "made_by_id", "not_seen_reason", "not_seen_text", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "plan_id", "planned_on", "reason", "reason_text", "ref", "released_by_id", "released_to_partner_at", "score", "second_id", "sensitivity", "site_id", "source", "source_id", "source_row", "state", "submission_id", "team", "type", "verdict", "version", "window") SELECT old_values."access", old_values."arrived", old_values."checklist_id", old_values."contract_id", old_values."deleted_at", old_values."deleted_why", old_values."drawn_id", old_values."failed_critical", old_values."id", old_values."known_at", old_values."lead_id", old_values."left", old_values."made_by_id", old_values."not_seen_reason", old_values."not_seen_text", old_values."owner_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place_id", old_values."plan_id", old_values."planned_on", old_values."reason", old_values."reason_text", old_values."ref", old_values."released_by_id", old_values."released_to_partner_at", old_values."score", old_values."second_id", old_values."sensitivity", old_values."site_id", old_values."source", old_values."source_id", old_values."source_row", old_values."state", old_values."submission_id", old_values."team", old_values."type", old_values."verdict", old_values."version", old_values."window" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="dff049afe7eab117a96b3a9544462a6fd22de997",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_67d28",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_visit",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="ruleoverride",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="override_with_reason",
                        violation_error_message="Say why the rule is not applied; the report prints it.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="ruleoverride",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("rule__in", ["declaration", "rotation", "pair", "unannounced", "hours", "left"])
                        ),
                        name="override_rule",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="ruleoverride",
                    trigger=pgtrigger.compiler.Trigger(
                        name="override_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'override_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'override_stays';",
                            hash="d011fb5c2741341c50f2c7ac7283572c29192478",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_override_stays_6f1e8",
                            table="rafid_monitoring_ruleoverride",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="routestop",
                    constraint=models.UniqueConstraint(fields=("route", "place_in_route"), name="route_stop_order"),
                ),
                migrations.AddConstraint(
                    model_name="observation",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("kind__in", ["neutral", "good_practice"])), name="observation_kind"
                    ),
                ),
                migrations.AddIndex(
                    model_name="nonconformity",
                    index=models.Index(fields=["contract", "state", "due_on"], name="nonconformity_of_contract"),
                ),
                migrations.AddIndex(
                    model_name="nonconformity",
                    index=models.Index(fields=["item_code"], name="nonconformity_item"),
                ),
                migrations.AddConstraint(
                    model_name="nonconformity",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("due_on__gte", models.F("opened_on"))),
                        name="rafid_monitoring_nc_due_after_opening",
                        violation_error_message="The deadline lies before the opening. Choose a later day.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="nonconformity",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("severity__in", ["critical", "major", "minor"])),
                        name="rafid_monitoring_nc_severity",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="nonconformity",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["open", "answered", "under_review", "sent_back", "disputed", "closed", "withdrawn"],
                            )
                        ),
                        name="rafid_monitoring_nc_state",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="nonconformity",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), _negated=True),
                            models.Q(
                                ("answered_by__isnull", False),
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                models.Q(("closed_by", models.F("answered_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="rafid_monitoring_nc_other_eyes",
                        violation_error_message="A finding is closed by another person than the one who answered it.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="nonconformity",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("answered", "under_review")), _negated=True),
                            models.Q(("answered_by__isnull", False), models.Q(("answer", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="rafid_monitoring_nc_answered_by_somebody",
                        violation_error_message="Write what was done about it.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="nonconformity",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("sent_back", "disputed", "withdrawn")), _negated=True),
                            models.Q(("step_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="rafid_monitoring_nc_step_with_reason",
                        violation_error_message="Say why.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="nonconformity",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "withdrawn"), _negated=True),
                            ("withdrawn_by__isnull", False),
                            _connector="OR",
                        ),
                        name="rafid_monitoring_nc_withdrawn_by",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="nonconformity",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True),
                        fields=("visit", "key"),
                        name="nonconformity_once",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="nonconformity",
                    trigger=pgtrigger.compiler.Trigger(
                        name="version_rises",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version := OLD.version + 1; RETURN NEW;",
                            hash="76557ba6fcf5c4549650f7ff7c299493b9bbd8e8",
                            operation="UPDATE",
                            pgid="pgtrigger_version_rises_6344c",
                            table="rafid_monitoring_nonconformity",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="nonconformity",
                    trigger=pgtrigger.compiler.Trigger(
                        name="nonconformity_1_steps",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                            func="IF (OLD.state = 'open' AND NEW.state NOT IN ('answered', 'disputed', 'withdrawn')) OR (OLD.state = 'answered' AND NEW.state NOT IN ('under_review', 'sent_back', 'closed', 'disputed', 'withdrawn')) OR (OLD.state = 'under_review' AND NEW.state NOT IN ('closed', 'sent_back', 'withdrawn')) OR (OLD.state = 'sent_back' AND NEW.state NOT IN ('answered', 'disputed', 'withdrawn')) OR (OLD.state = 'disputed' AND NEW.state NOT IN ('open', 'answered', 'sent_back', 'withdrawn')) OR (OLD.state = 'closed' AND NEW.state NOT IN ('open')) OR (OLD.state = 'withdrawn' AND true) THEN RAISE EXCEPTION 'nonconformity_steps' USING ERRCODE = 'check_violation', CONSTRAINT = 'nonconformity_steps'; END IF; RETURN NEW;",
                            hash="9a42c547f00a3dda14e294b75d2382373de20781",
                            operation='UPDATE OF "state"',
                            pgid="pgtrigger_nonconformity_1_steps_52df1",
                            table="rafid_monitoring_nonconformity",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="nonconformity",
                    trigger=pgtrigger.compiler.Trigger(
                        name="nonconformity_2_closing",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.state = 'closed')",
                            func="\n                IF NOT EXISTS (SELECT 1 FROM rafid_monitoring_evidence e WHERE e.nonconformity_id = NEW.id) THEN\n                    RAISE EXCEPTION 'nonconformity_needs_evidence' USING ERRCODE = 'check_violation', CONSTRAINT = 'nonconformity_needs_evidence';\n                END IF;\n                IF EXISTS (\n                    SELECT 1 FROM rafid_people_account a JOIN rafid_people_organisation o ON o.id = a.organisation_id\n                    WHERE a.id = NEW.closed_by_id AND (SELECT c.partner_id FROM rafid_monitoring_contract c WHERE c.id = NEW.contract_id) = ANY(o.lineage)\n                ) THEN\n                    RAISE EXCEPTION 'nonconformity_closed_outside' USING ERRCODE = 'check_violation', CONSTRAINT = 'nonconformity_closed_outside';\n                END IF;\n                RETURN NEW;\n                ",
                            hash="93f9a35ae7916a30c8d14dc623fb2d0871608c96",
                            operation='INSERT OR UPDATE OF "state", "closed_by_id"',
                            pgid="pgtrigger_nonconformity_2_closing_8413e",
                            table="rafid_monitoring_nonconformity",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="nonconformity",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_nonconformityevent" ("answer", "answered_at", "answered_by_id", "closed_at", "closed_by_id", "contract_id", "deleted_at", "deleted_why", "due_on", "id", "item_code", "item_id", "key", "known_at", "made_by_id", "notified_at", "opened_on", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "ref", "released_at", "reopened", "repeat_of_id", "sensitivity", "severity", "source", "source_id", "source_row", "state", "step_reason", "stop_work", "text", "version", "visit_id", "withdrawn_by_id") SELECT new_values."answer", new_values."answered_at", new_values."answered_by_id", new_values."closed_at", new_values."closed_by_id", new_values."contract_id", new_values."deleted_at", new_values."deleted_why", new_values."due_on", new_values."id", new_values."item_code", new_values."item_id", new_values."key", new_values."known_at", new_values."made_by_id", new_values."notified_at", new_values."opened_on", new_values."owner_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place_id", new_values."ref", new_values."released_at", new_values."reopened", new_values."repeat_of_id", new_values."sensitivity", new_values."severity", new_values."source", new_values."source_id", new_values."source_row", new_values."state", new_values."step_reason", new_values."stop_work", new_values."text", new_values."version", new_values."visit_id", new_values."withdrawn_by_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="cafde57d0ec8840d9e315f5c4bc078b35a8ba55b",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_25c7d",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_nonconformity",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="nonconformity",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_nonconformityevent" ("answer", "answered_at", "answered_by_id", "closed_at", "closed_by_id", "contract_id", "deleted_at", "deleted_why", "due_on", "id", "item_code", "item_id", "key", "known_at", "made_by_id", "notified_at", "opened_on", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "ref", "released_at", "reopened", "repeat_of_id", "sensitivity", "severity", "source", "source_id", "source_row", "state", "step_reason", "stop_work", "text", "version", "visit_id", "withdrawn_by_id") SELECT new_values."answer", new_values."answered_at", new_values."answered_by_id", new_values."closed_at", new_values."closed_by_id", new_values."contract_id", new_values."deleted_at", new_values."deleted_why", new_values."due_on", new_values."id", new_values."item_code", new_values."item_id", new_values."key", new_values."known_at", new_values."made_by_id", new_values."notified_at", new_values."opened_on", new_values."owner_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place_id", new_values."ref", new_values."released_at", new_values."reopened", new_values."repeat_of_id", new_values."sensitivity", new_values."severity", new_values."source", new_values."source_id", new_values."source_row", new_values."state", new_values."step_reason", new_values."stop_work", new_values."text", new_values."version", new_values."visit_id", new_values."withdrawn_by_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="f41bda8163309a9e6fbdc5ed7ca2892d7e6d8e7f",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_6554b",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_nonconformity",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="nonconformity",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_nonconformityevent" ("answer", "answered_at", "answered_by_id", "closed_at", "closed_by_id", "contract_id", "deleted_at", "deleted_why", "due_on", "id", "item_code", "item_id", "key", "known_at", "made_by_id", "notified_at", "opened_on", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "ref", "released_at", "reopened", "repeat_of_id", "sensitivity", "severity", "source", "source_id", "source_row", "state", "step_reason", "stop_work", "text", "version", "visit_id", "withdrawn_by_id") SELECT old_values."answer", old_values."answered_at", old_values."answered_by_id", old_values."closed_at", old_values."closed_by_id", old_values."contract_id", old_values."deleted_at", old_values."deleted_why", old_values."due_on", old_values."id", old_values."item_code", old_values."item_id", old_values."key", old_values."known_at", old_values."made_by_id", old_values."notified_at", old_values."opened_on", old_values."owner_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place_id", old_values."ref", old_values."released_at", old_values."reopened", old_values."repeat_of_id", old_values."sensitivity", old_values."severity", old_values."source", old_values."source_id", old_values."source_row", old_values."state", old_values."step_reason", old_values."stop_work", old_values."text", old_values."version", old_values."visit_id", old_values."withdrawn_by_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="93fbde43fba20fbda6fd70d7f8144921a742a6f6",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_56d13",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_nonconformity",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="crew",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("monitor", "="), ("during", "&&")], name="one_visit_at_a_time"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="assessment",
                    constraint=models.UniqueConstraint(fields=("visit", "number"), name="assessment_once"),
                ),
                migrations.AddConstraint(
                    model_name="assessment",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)), fields=("visit",), name="assessment_one_stands"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="assessment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["pass", "fail", "not assessed"])), name="assessment_verdict"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="assessment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("verdict", "pass"), _negated=True),
                            models.Q(("counted__gt", 0), ("failed_critical", [])),
                            _connector="OR",
                        ),
                        name="assessment_pass_earned",
                        violation_error_message="A critical failure is a failure at any score; nothing assessed is no pass.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="assessment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("score", None), models.Q(("score__gte", 0), ("score__lte", 1)), _connector="OR"
                        ),
                        name="assessment_score_share",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="assessment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="assessment_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    IF TG_OP = 'DELETE' OR OLD.superseded_at IS NOT NULL\n                       OR (to_jsonb(NEW) - 'superseded_at') <> (to_jsonb(OLD) - 'superseded_at') THEN\n                        RAISE EXCEPTION 'assessment_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'assessment_stays';\n                    END IF;\n                    RETURN NEW;\n                    ",
                            hash="357ebb31ab4ce5502ed0ddd7f1647ec35443e8f5",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_assessment_stays_0c5a5",
                            table="rafid_monitoring_assessment",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="workplanline",
                    constraint=models.UniqueConstraint(fields=("contract", "code"), name="workplan_line_once"),
                ),
                migrations.AddConstraint(
                    model_name="workplanline",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("weight__gte", 0), ("weight__lte", 1)),
                        name="workplan_line_weight",
                        violation_error_message="A weight lies between 0 and 1; those of a contract add up to 1.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="workplanline",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("target__gt", 0)),
                        name="workplan_line_target",
                        violation_error_message="A target is more than 0. Leave out a line that promises nothing.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="workplanline",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "clearance",
                                    "survey",
                                    "eore_sessions",
                                    "people_reached",
                                    "spot_tasks",
                                    "victims_assisted",
                                    "training",
                                    "other",
                                ],
                            )
                        ),
                        name="workplan_line_kind",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="workplanline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="version_rises",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version := OLD.version + 1; RETURN NEW;",
                            hash="7edfec65d82e2d81ac7365fc4ddfeb780429772a",
                            operation="UPDATE",
                            pgid="pgtrigger_version_rises_a1dd0",
                            table="rafid_monitoring_workplanline",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="workplanline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="workplan_weights",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            func="\n                    IF EXISTS (\n                        SELECT 1 FROM rafid_monitoring_contract c\n                        WHERE c.state <> 'draft' AND c.id IN (OLD.contract_id, NEW.contract_id)\n                        AND abs(1 - (\n                            SELECT coalesce(sum(l.weight), 0) FROM rafid_monitoring_workplanline l WHERE l.contract_id = c.id\n                        )) > 1e-06\n                    ) THEN\n                        RAISE EXCEPTION 'contract_weights_add_up' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_weights_add_up';\n                    END IF;\n                    RETURN NULL;\n                    ",
                            hash="1bb7e1aa5718be897617df000738c6418eb2f979",
                            operation='INSERT OR DELETE OR UPDATE OF "weight", "contract_id"',
                            pgid="pgtrigger_workplan_weights_3ff69",
                            table="rafid_monitoring_workplanline",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="workplanline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_workplanlineevent" ("baseline", "code", "contract_id", "id", "kind", "known_at", "made_by_id", "means_of_verification", "name_ar", "name_ckb", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "target", "unit", "version", "weight") SELECT new_values."baseline", new_values."code", new_values."contract_id", new_values."id", new_values."kind", new_values."known_at", new_values."made_by_id", new_values."means_of_verification", new_values."name_ar", new_values."name_ckb", new_values."name_en", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."target", new_values."unit", new_values."version", new_values."weight" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="3bc3b992848c4439430ee1e77f16b39baa4f9ca6",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_890d1",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_workplanline",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="workplanline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_workplanlineevent" ("baseline", "code", "contract_id", "id", "kind", "known_at", "made_by_id", "means_of_verification", "name_ar", "name_ckb", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "target", "unit", "version", "weight") SELECT new_values."baseline", new_values."code", new_values."contract_id", new_values."id", new_values."kind", new_values."known_at", new_values."made_by_id", new_values."means_of_verification", new_values."name_ar", new_values."name_ckb", new_values."name_en", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."target", new_values."unit", new_values."version", new_values."weight" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="9979d6efd6d29e44c5e5cd273ed50030f6a4836a",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_f6f3e",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_workplanline",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="workplanline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_workplanlineevent" ("baseline", "code", "contract_id", "id", "kind", "known_at", "made_by_id", "means_of_verification", "name_ar", "name_ckb", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "target", "unit", "version", "weight") SELECT old_values."baseline", old_values."code", old_values."contract_id", old_values."id", old_values."kind", old_values."known_at", old_values."made_by_id", old_values."means_of_verification", old_values."name_ar", old_values."name_ckb", old_values."name_en", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."target", old_values."unit", old_values."version", old_values."weight" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="76430fdba48f98015a95d12d55b6243f468efcdc",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_49c68",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_workplanline",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="verifiedatsite",
                    constraint=models.UniqueConstraint(
                        fields=("assessment", "line", "month"), name="verified_at_site_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="verifiedatsite",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="verified_at_site_first"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="verifiedatsite",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("value__gte", 0)), name="verified_at_site_not_negative"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="verifiedatsite",
                    trigger=pgtrigger.compiler.Trigger(
                        name="verified_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'assessment_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'assessment_stays';",
                            hash="26b8352451124eea2b6963c78e147ac53f0582bb",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_verified_stays_824a7",
                            table="rafid_monitoring_verifiedatsite",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="reportedprogress",
                    constraint=models.UniqueConstraint(
                        fields=("line", "month", "number"), name="reported_progress_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="reportedprogress",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="reported_progress_first"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="reportedprogress",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("value__gte", 0)), name="reported_progress_not_negative"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reportedprogress",
                    trigger=pgtrigger.compiler.Trigger(
                        name="reported_progress_inside",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\nIF NOT EXISTS (\n    SELECT 1 FROM (SELECT c.* FROM rafid_monitoring_contract c JOIN rafid_monitoring_workplanline l ON l.contract_id = c.id WHERE l.id = NEW.line_id) c WHERE NEW.month >= date_trunc('month', c.start)::date AND NEW.month <= c.\"end\"\n) THEN\n    RAISE EXCEPTION 'month_of_contract' USING ERRCODE = 'check_violation', CONSTRAINT = 'month_of_contract';\nEND IF;\nRETURN NEW;\n",
                            hash="efc89f69ac0365575e9a79e8e6d068179671d14f",
                            operation='INSERT OR UPDATE OF "month"',
                            pgid="pgtrigger_reported_progress_inside_1f69f",
                            table="rafid_monitoring_reportedprogress",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reportedprogress",
                    trigger=pgtrigger.compiler.Trigger(
                        name="reported_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'reported_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'reported_stays';",
                            hash="ebe246aa82bdf17e0b9124e0b17eba6b1153b645",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_reported_stays_d36b8",
                            table="rafid_monitoring_reportedprogress",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reportedprogress",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_reportedprogressevent" ("document", "document_name", "id", "known_at", "line_id", "made_by_id", "month", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "received_at", "value") SELECT new_values."document", new_values."document_name", new_values."id", new_values."known_at", new_values."line_id", new_values."made_by_id", new_values."month", new_values."number", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reason", new_values."received_at", new_values."value" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="2a5c3881fb6dc7b31978fd0768e65a0a0eed123d",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_6ddc9",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_reportedprogress",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reportedprogress",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_reportedprogressevent" ("document", "document_name", "id", "known_at", "line_id", "made_by_id", "month", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "received_at", "value") SELECT new_values."document", new_values."document_name", new_values."id", new_values."known_at", new_values."line_id", new_values."made_by_id", new_values."month", new_values."number", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reason", new_values."received_at", new_values."value" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="4bb4bb9c3aee24e1f466f781cddb11c63cc46dfc",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_dc6e6",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_reportedprogress",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reportedprogress",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_reportedprogressevent" ("document", "document_name", "id", "known_at", "line_id", "made_by_id", "month", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "received_at", "value") SELECT old_values."document", old_values."document_name", old_values."id", old_values."known_at", old_values."line_id", old_values."made_by_id", old_values."month", old_values."number", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."reason", old_values."received_at", old_values."value" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="163e5c99cf7a5e9d069e9322719e1ebbbf373e2a",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_7e438",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_reportedprogress",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="reportedatsite",
                    constraint=models.UniqueConstraint(
                        fields=("site", "line", "month", "number"), name="reported_at_site_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="reportedatsite",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="reported_at_site_first"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="reportedatsite",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("value__gte", 0)), name="reported_at_site_not_negative"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reportedatsite",
                    trigger=pgtrigger.compiler.Trigger(
                        name="reported_at_site_inside",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\nIF NOT EXISTS (\n    SELECT 1 FROM (SELECT c.* FROM rafid_monitoring_contract c JOIN rafid_monitoring_workplanline l ON l.contract_id = c.id WHERE l.id = NEW.line_id) c WHERE NEW.month >= date_trunc('month', c.start)::date AND NEW.month <= c.\"end\"\n) THEN\n    RAISE EXCEPTION 'month_of_contract' USING ERRCODE = 'check_violation', CONSTRAINT = 'month_of_contract';\nEND IF;\nRETURN NEW;\n",
                            hash="ee410f7ed739bf9e0441bad20888ee745547b4f1",
                            operation='INSERT OR UPDATE OF "month"',
                            pgid="pgtrigger_reported_at_site_inside_f3be4",
                            table="rafid_monitoring_reportedatsite",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reportedatsite",
                    trigger=pgtrigger.compiler.Trigger(
                        name="reported_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'reported_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'reported_stays';",
                            hash="982e512f8d81353266257d0628f0faacba28d75b",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_reported_stays_4e7e7",
                            table="rafid_monitoring_reportedatsite",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reportedatsite",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_reportedatsiteevent" ("document", "document_name", "id", "known_at", "line_id", "made_by_id", "month", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "received_at", "site_id", "value") SELECT new_values."document", new_values."document_name", new_values."id", new_values."known_at", new_values."line_id", new_values."made_by_id", new_values."month", new_values."number", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reason", new_values."received_at", new_values."site_id", new_values."value" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="239f7cf9213be4018b6233ef9bd33296e18032e1",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_c3969",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_reportedatsite",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reportedatsite",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_reportedatsiteevent" ("document", "document_name", "id", "known_at", "line_id", "made_by_id", "month", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "received_at", "site_id", "value") SELECT new_values."document", new_values."document_name", new_values."id", new_values."known_at", new_values."line_id", new_values."made_by_id", new_values."month", new_values."number", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reason", new_values."received_at", new_values."site_id", new_values."value" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="ab4c34dac73834757344241dbb1318e22aa22087",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_51336",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_reportedatsite",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reportedatsite",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_reportedatsiteevent" ("document", "document_name", "id", "known_at", "line_id", "made_by_id", "month", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "received_at", "site_id", "value") SELECT old_values."document", old_values."document_name", old_values."id", old_values."known_at", old_values."line_id", old_values."made_by_id", old_values."month", old_values."number", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."reason", old_values."received_at", old_values."site_id", old_values."value" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="ad985975a48919543b0c3660927e1bdfffcb8629",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_261e9",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_reportedatsite",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="plannedmonth",
                    constraint=models.UniqueConstraint(fields=("line", "month"), name="planned_month_once"),
                ),
                migrations.AddConstraint(
                    model_name="plannedmonth",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="planned_month_first"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="plannedmonth",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("value__gte", 0)), name="planned_month_not_negative"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="plannedmonth",
                    trigger=pgtrigger.compiler.Trigger(
                        name="planned_month_inside",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\nIF NOT EXISTS (\n    SELECT 1 FROM (SELECT c.* FROM rafid_monitoring_contract c JOIN rafid_monitoring_workplanline l ON l.contract_id = c.id WHERE l.id = NEW.line_id) c WHERE NEW.month >= date_trunc('month', c.start)::date AND NEW.month <= c.\"end\"\n) THEN\n    RAISE EXCEPTION 'month_of_contract' USING ERRCODE = 'check_violation', CONSTRAINT = 'month_of_contract';\nEND IF;\nRETURN NEW;\n",
                            hash="f4092929c05192792cad4887e0f1dc4b8e3ac0cf",
                            operation='INSERT OR UPDATE OF "month"',
                            pgid="pgtrigger_planned_month_inside_91165",
                            table="rafid_monitoring_plannedmonth",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="plannedmonth",
                    trigger=pgtrigger.compiler.Trigger(
                        name="planned_never_falls",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            func="\n                    IF EXISTS (\n                        SELECT 1 FROM rafid_monitoring_plannedmonth m JOIN rafid_monitoring_plannedmonth o ON o.line_id = m.line_id\n                        WHERE m.id = NEW.id\n                        AND (o.month < m.month AND o.value > m.value OR o.month > m.month AND o.value < m.value)\n                    ) THEN\n                        RAISE EXCEPTION 'planned_never_falls' USING ERRCODE = 'check_violation', CONSTRAINT = 'planned_never_falls';\n                    END IF;\n                    RETURN NULL;\n                    ",
                            hash="edb76db227f3d4e9021546294c26f60bdb5186c7",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_planned_never_falls_b966c",
                            table="rafid_monitoring_plannedmonth",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="plannedmonth",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_plannedmonthevent" ("id", "known_at", "line_id", "made_by_id", "month", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "value") SELECT new_values."id", new_values."known_at", new_values."line_id", new_values."made_by_id", new_values."month", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."value" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="8133703f398e575157e53e7d0a08be0541bd5d55",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_679e9",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_monitoring_plannedmonth",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="plannedmonth",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_plannedmonthevent" ("id", "known_at", "line_id", "made_by_id", "month", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "value") SELECT new_values."id", new_values."known_at", new_values."line_id", new_values."made_by_id", new_values."month", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."value" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="cf929c726b059f71b9861eda49252329e24c4e56",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_397e5",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_monitoring_plannedmonth",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="plannedmonth",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_monitoring_plannedmonthevent" ("id", "known_at", "line_id", "made_by_id", "month", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "value") SELECT old_values."id", old_values."known_at", old_values."line_id", old_values."made_by_id", old_values."month", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."value" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="25ed97f41370a8b332d49c04760a17c5a0ddb192",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_e04a3",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_monitoring_plannedmonth",
                            when="AFTER",
                        ),
                    ),
                ),
            ]
        )
    ]
