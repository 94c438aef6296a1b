"""What is measured: definitions, values, versions and aims.

A database that has some of the migrations that this one stands for goes on with them; a new one is made by this alone.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import rafid.commons.identity
from rafid.commons.at_once import AtOnce


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("rafid_indicators", "0001_initial"),
        ("rafid_indicators", "0002_initial"),
        ("rafid_indicators", "0003_versions_that_go_on"),
        ("rafid_indicators", "0004_targets_and_drafts"),
    ]

    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("rafid_people", "0001_squashed_0005_tables"),
        ("rafid_places", "0002_squashed_0005_tables"),
        ("rafid_records", "0001_squashed_0002_tables"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="Baseline",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("code", models.CharField(help_text="the indicator's, whichever its version", max_length=80)),
                        ("period", models.CharField(max_length=10)),
                        ("by", models.CharField(blank=True, default="", max_length=200)),
                        ("value", models.FloatField()),
                        ("source", models.TextField()),
                        ("on", models.DateField(help_text="when it was set")),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rafid_places.place"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("code", "place", "period", "by"), name="baseline_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BaselineEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("code", models.CharField(help_text="the indicator's, whichever its version", max_length=80)),
                        ("period", models.CharField(max_length=10)),
                        ("by", models.CharField(blank=True, default="", max_length=200)),
                        ("value", models.FloatField()),
                        ("source", models.TextField()),
                        ("on", models.DateField(help_text="when it was set")),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "made_by",
                            models.ForeignKey(
                                db_constraint=False,
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
                                to="rafid_indicators.baseline",
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
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Indicator",
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
                        ("code", models.CharField(max_length=80)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "Draft"), ("adopted", "Adopted"), ("retired", "Retired")],
                                default="adopted",
                                max_length=8,
                            ),
                        ),
                        ("programme", models.CharField(max_length=40)),
                        (
                            "declared",
                            models.BooleanField(
                                default=True, help_text="by its programme; sync_indicators keeps it so"
                            ),
                        ),
                        ("unit", models.CharField(max_length=40)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("count", "Count"),
                                    ("ratio", "Ratio"),
                                    ("rate", "Rate"),
                                    ("index", "Index"),
                                    ("share", "Share"),
                                ],
                                default="count",
                                max_length=8,
                            ),
                        ),
                        ("numerator", models.TextField(blank=True)),
                        ("denominator", models.TextField(blank=True)),
                        ("multiplier", models.FloatField(default=1.0)),
                        ("rollup", models.CharField(default="sum", max_length=20)),
                        (
                            "by",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                            ),
                        ),
                        ("direction", models.CharField(default="neither", max_length=8)),
                        ("definition", models.JSONField(default=dict)),
                        ("method", models.JSONField(blank=True, default=dict)),
                        ("source", models.TextField(blank=True)),
                        ("sensitivity", models.SmallIntegerField(default=0)),
                        ("order", models.PositiveIntegerField(default=0, help_text="its place in the declaration")),
                        ("adopted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "continues",
                            models.OneToOneField(
                                blank=True,
                                help_text="the version before it, where only the words changed: its figures go on",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="continued_by",
                                to="rafid_indicators.indicator",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("code", "version"), name="indicator_version_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "adopted")),
                                fields=("code",),
                                name="indicator_one_adopted_version",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "draft")), fields=("code",), name="indicator_one_draft"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IndicatorEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("name_ar", models.CharField(blank=True, max_length=300)),
                        ("name_ckb", models.CharField(blank=True, max_length=300)),
                        ("name_en", models.CharField(blank=True, max_length=300)),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("code", models.CharField(max_length=80)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "Draft"), ("adopted", "Adopted"), ("retired", "Retired")],
                                default="adopted",
                                max_length=8,
                            ),
                        ),
                        ("programme", models.CharField(max_length=40)),
                        (
                            "declared",
                            models.BooleanField(
                                default=True, help_text="by its programme; sync_indicators keeps it so"
                            ),
                        ),
                        ("unit", models.CharField(max_length=40)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("count", "Count"),
                                    ("ratio", "Ratio"),
                                    ("rate", "Rate"),
                                    ("index", "Index"),
                                    ("share", "Share"),
                                ],
                                default="count",
                                max_length=8,
                            ),
                        ),
                        ("numerator", models.TextField(blank=True)),
                        ("denominator", models.TextField(blank=True)),
                        ("multiplier", models.FloatField(default=1.0)),
                        ("rollup", models.CharField(default="sum", max_length=20)),
                        (
                            "by",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                            ),
                        ),
                        ("direction", models.CharField(default="neither", max_length=8)),
                        ("definition", models.JSONField(default=dict)),
                        ("method", models.JSONField(blank=True, default=dict)),
                        ("source", models.TextField(blank=True)),
                        ("sensitivity", models.SmallIntegerField(default=0)),
                        ("order", models.PositiveIntegerField(default=0, help_text="its place in the declaration")),
                        ("adopted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "continues",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="the version before it, where only the words changed: its figures go on",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_indicators.indicator",
                            ),
                        ),
                        (
                            "made_by",
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
                                to="rafid_indicators.indicator",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="IndicatorValue",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("period", models.CharField(max_length=10)),
                        ("by", models.CharField(blank=True, default="", max_length=200)),
                        ("value", models.FloatField(null=True)),
                        ("numerator", models.FloatField(null=True)),
                        ("denominator", models.FloatField(null=True)),
                        ("share_present", models.FloatField(null=True)),
                        ("provisional", models.BooleanField(default=False)),
                        ("sensitivity", models.SmallIntegerField(default=0)),
                        ("state", models.CharField(default="published", max_length=12)),
                        ("source_text", models.TextField(blank=True)),
                        ("as_of", models.CharField(blank=True, max_length=40)),
                        ("import_row", models.PositiveIntegerField(null=True)),
                        ("known_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        (
                            "import_run",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_records.importrun",
                            ),
                        ),
                        (
                            "indicator",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="values",
                                to="rafid_indicators.indicator",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
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
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rafid_places.place"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["indicator", "period", "by", "place"], name="indicator_value_lookup")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("indicator", "place", "period", "by"), name="indicator_value_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("denominator", None), ("numerator", None)),
                                    models.Q(("denominator__gte", 0), ("numerator__isnull", False)),
                                    _connector="OR",
                                ),
                                name="indicator_value_numerator_and_denominator",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("share_present", None),
                                    models.Q(("share_present__gte", 0), ("share_present__lte", 1)),
                                    _connector="OR",
                                ),
                                name="indicator_value_share",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IndicatorValueEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("period", models.CharField(max_length=10)),
                        ("by", models.CharField(blank=True, default="", max_length=200)),
                        ("value", models.FloatField(null=True)),
                        ("numerator", models.FloatField(null=True)),
                        ("denominator", models.FloatField(null=True)),
                        ("share_present", models.FloatField(null=True)),
                        ("provisional", models.BooleanField(default=False)),
                        ("sensitivity", models.SmallIntegerField(default=0)),
                        ("state", models.CharField(default="published", max_length=12)),
                        ("source_text", models.TextField(blank=True)),
                        ("as_of", models.CharField(blank=True, max_length=40)),
                        ("import_row", models.PositiveIntegerField(null=True)),
                        ("known_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        (
                            "import_run",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_records.importrun",
                            ),
                        ),
                        (
                            "indicator",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_indicators.indicator",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                db_constraint=False,
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
                                to="rafid_indicators.indicatorvalue",
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
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Target",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("code", models.CharField(help_text="the indicator's, whichever its version", max_length=80)),
                        ("period", models.CharField(max_length=10)),
                        ("by", models.CharField(blank=True, default="", max_length=200)),
                        ("value", models.FloatField()),
                        ("source", models.TextField()),
                        ("on", models.DateField(help_text="when it was set")),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rafid_places.place"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("code", "place", "period", "by"), name="target_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TargetEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("code", models.CharField(help_text="the indicator's, whichever its version", max_length=80)),
                        ("period", models.CharField(max_length=10)),
                        ("by", models.CharField(blank=True, default="", max_length=200)),
                        ("value", models.FloatField()),
                        ("source", models.TextField()),
                        ("on", models.DateField(help_text="when it was set")),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "made_by",
                            models.ForeignKey(
                                db_constraint=False,
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
                                to="rafid_indicators.target",
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
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="baseline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_indicators_baselineevent" ("by", "code", "id", "made_at", "made_by_id", "on", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "source", "value") SELECT new_values."by", new_values."code", new_values."id", new_values."made_at", new_values."made_by_id", new_values."on", new_values."period", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place_id", new_values."source", new_values."value" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="d7c7f4a16316d7a723acb4fe613d554120bb2bb4",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_d0efc",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_indicators_baseline",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="baseline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_indicators_baselineevent" ("by", "code", "id", "made_at", "made_by_id", "on", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "source", "value") SELECT new_values."by", new_values."code", new_values."id", new_values."made_at", new_values."made_by_id", new_values."on", new_values."period", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place_id", new_values."source", new_values."value" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="336120b86fb431028f9a864fc03620d91baf27cc",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_2603b",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_indicators_baseline",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="baseline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_indicators_baselineevent" ("by", "code", "id", "made_at", "made_by_id", "on", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "source", "value") SELECT old_values."by", old_values."code", old_values."id", old_values."made_at", old_values."made_by_id", old_values."on", old_values."period", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place_id", old_values."source", old_values."value" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="65f30767412079570f37076383e99a301a286af9",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_32802",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_indicators_baseline",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="indicator",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_indicators_indicatorevent" ("adopted_at", "by", "code", "continues_id", "declared", "definition", "denominator", "direction", "id", "kind", "made_by_id", "method", "multiplier", "name_ar", "name_ckb", "name_en", "numerator", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme", "retired_at", "rollup", "sensitivity", "source", "state", "unit", "version") SELECT new_values."adopted_at", new_values."by", new_values."code", new_values."continues_id", new_values."declared", new_values."definition", new_values."denominator", new_values."direction", new_values."id", new_values."kind", new_values."made_by_id", new_values."method", new_values."multiplier", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."numerator", new_values."order", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."programme", new_values."retired_at", new_values."rollup", new_values."sensitivity", new_values."source", new_values."state", new_values."unit", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="f8335d1fac470fabe82771c76540478b8adda17c",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_d4216",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_indicators_indicator",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="indicator",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_indicators_indicatorevent" ("adopted_at", "by", "code", "continues_id", "declared", "definition", "denominator", "direction", "id", "kind", "made_by_id", "method", "multiplier", "name_ar", "name_ckb", "name_en", "numerator", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme", "retired_at", "rollup", "sensitivity", "source", "state", "unit", "version") SELECT new_values."adopted_at", new_values."by", new_values."code", new_values."continues_id", new_values."declared", new_values."definition", new_values."denominator", new_values."direction", new_values."id", new_values."kind", new_values."made_by_id", new_values."method", new_values."multiplier", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."numerator", new_values."order", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."programme", new_values."retired_at", new_values."rollup", new_values."sensitivity", new_values."source", new_values."state", new_values."unit", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="ce6af01c07c8723639b2ded19d0c767f9b29ec4a",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_72b30",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_indicators_indicator",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="indicator",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_indicators_indicatorevent" ("adopted_at", "by", "code", "continues_id", "declared", "definition", "denominator", "direction", "id", "kind", "made_by_id", "method", "multiplier", "name_ar", "name_ckb", "name_en", "numerator", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme", "retired_at", "rollup", "sensitivity", "source", "state", "unit", "version") SELECT old_values."adopted_at", old_values."by", old_values."code", old_values."continues_id", old_values."declared", old_values."definition", old_values."denominator", old_values."direction", old_values."id", old_values."kind", old_values."made_by_id", old_values."method", old_values."multiplier", old_values."name_ar", old_values."name_ckb", old_values."name_en", old_values."numerator", old_values."order", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."programme", old_values."retired_at", old_values."rollup", old_values."sensitivity", old_values."source", old_values."state", old_values."unit", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="30fd6a07b15c5faf571976f35ec5d6a95a6aaaf8",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_8e809",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_indicators_indicator",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="indicatorvalue",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_indicators_indicatorvalueevent" ("as_of", "by", "denominator", "id", "import_row", "import_run_id", "indicator_id", "known_at", "made_by_id", "numerator", "owner_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "provisional", "sensitivity", "share_present", "source_text", "state", "value") SELECT new_values."as_of", new_values."by", new_values."denominator", new_values."id", new_values."import_row", new_values."import_run_id", new_values."indicator_id", new_values."known_at", new_values."made_by_id", new_values."numerator", new_values."owner_id", new_values."period", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place_id", new_values."provisional", new_values."sensitivity", new_values."share_present", new_values."source_text", new_values."state", new_values."value" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="7aedc33ba1ebca4371c7cf55999f612a153c85ef",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_93432",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_indicators_indicatorvalue",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="indicatorvalue",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_indicators_indicatorvalueevent" ("as_of", "by", "denominator", "id", "import_row", "import_run_id", "indicator_id", "known_at", "made_by_id", "numerator", "owner_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "provisional", "sensitivity", "share_present", "source_text", "state", "value") SELECT new_values."as_of", new_values."by", new_values."denominator", new_values."id", new_values."import_row", new_values."import_run_id", new_values."indicator_id", new_values."known_at", new_values."made_by_id", new_values."numerator", new_values."owner_id", new_values."period", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place_id", new_values."provisional", new_values."sensitivity", new_values."share_present", new_values."source_text", new_values."state", new_values."value" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="65a3aba0547677df3a1c6cc14749ec9307ddb849",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_c33b6",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_indicators_indicatorvalue",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="indicatorvalue",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_indicators_indicatorvalueevent" ("as_of", "by", "denominator", "id", "import_row", "import_run_id", "indicator_id", "known_at", "made_by_id", "numerator", "owner_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "provisional", "sensitivity", "share_present", "source_text", "state", "value") SELECT old_values."as_of", old_values."by", old_values."denominator", old_values."id", old_values."import_row", old_values."import_run_id", old_values."indicator_id", old_values."known_at", old_values."made_by_id", old_values."numerator", old_values."owner_id", old_values."period", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place_id", old_values."provisional", old_values."sensitivity", old_values."share_present", old_values."source_text", old_values."state", old_values."value" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="6a60ba99d213d4e71d7489ca5d0c0af3e5864638",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_5d8a7",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_indicators_indicatorvalue",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="target",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_indicators_targetevent" ("by", "code", "id", "made_at", "made_by_id", "on", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "source", "value") SELECT new_values."by", new_values."code", new_values."id", new_values."made_at", new_values."made_by_id", new_values."on", new_values."period", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place_id", new_values."source", new_values."value" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="0676b74001e3c904ef7763a3c034a938959cc0b7",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_0a290",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_indicators_target",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="target",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_indicators_targetevent" ("by", "code", "id", "made_at", "made_by_id", "on", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "source", "value") SELECT new_values."by", new_values."code", new_values."id", new_values."made_at", new_values."made_by_id", new_values."on", new_values."period", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place_id", new_values."source", new_values."value" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="8ac21c7e9bc8bdc953777001f32f4de0e3d66b37",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_646f2",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_indicators_target",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="target",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_indicators_targetevent" ("by", "code", "id", "made_at", "made_by_id", "on", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "source", "value") SELECT old_values."by", old_values."code", old_values."id", old_values."made_at", old_values."made_by_id", old_values."on", old_values."period", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place_id", old_values."source", old_values."value" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="3f2fd32710675970eb603e6f0530531059f4169d",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_3484d",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_indicators_target",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
    ]
