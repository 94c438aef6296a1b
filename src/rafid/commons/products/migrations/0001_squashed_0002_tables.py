"""What is published: datasets, charts, dashboards, editions, feeds.

A database that has some of the migrations that this one stands for goes on with them; a new one is made by this alone.
"""

import django.contrib.gis.db.models.fields
import django.contrib.gis.db.models.functions
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import rafid.commons.identity
import rafid.commons.products.models.recipes
from rafid.commons.at_once import AtOnce


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("rafid_products", "0001_published"),
        ("rafid_products", "0002_sums_of_fields"),
    ]

    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("rafid_people", "0001_squashed_0005_tables"),
        ("rafid_places", "0002_squashed_0005_tables"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="Dataset",
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
                        ("code", models.CharField(max_length=80, unique=True)),
                        ("programme", models.CharField(max_length=40)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=1
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("in_review", "In review"),
                                    ("published", "Published"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="draft",
                                max_length=9,
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("declared", "Declared by its programme"),
                                    ("figures", "Figures of indicators"),
                                    ("table", "Uploaded table"),
                                ],
                                default="declared",
                                max_length=8,
                            ),
                        ),
                        ("source", models.JSONField(blank=True, default=dict)),
                        ("description", models.JSONField(blank=True, default=dict)),
                        ("method", models.JSONField(blank=True, default=dict)),
                        ("caveats", models.JSONField(blank=True, default=dict)),
                        ("theme", models.CharField(blank=True, max_length=40)),
                        ("contact", models.CharField(blank=True, max_length=200)),
                        ("licence", models.CharField(blank=True, max_length=80)),
                        ("attribution", models.JSONField(blank=True, default=dict)),
                        ("every", models.CharField(default="as needed", max_length=20)),
                        ("k", models.PositiveSmallIntegerField(default=5)),
                        ("least_share", models.FloatField(default=0.0)),
                        (
                            "points",
                            models.CharField(
                                choices=[
                                    ("exact", "Exact"),
                                    ("grid", "On a grid"),
                                    ("displaced", "Displaced"),
                                    ("district", "District only"),
                                ],
                                default="exact",
                                max_length=9,
                            ),
                        ),
                        ("grid_m", models.PositiveIntegerField(blank=True, null=True)),
                        ("inner_m", models.PositiveIntegerField(blank=True, null=True)),
                        ("outer_m", models.PositiveIntegerField(blank=True, null=True)),
                        (
                            "may_leave",
                            models.CharField(
                                choices=[("nobody", "Nobody"), ("partners", "Partners"), ("public", "Everybody")],
                                default="public",
                                max_length=8,
                            ),
                        ),
                        ("withdrawn_why", models.JSONField(blank=True, default=dict)),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        ("demonstration", models.BooleanField(default=False, editable=False)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
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
                            "owner",
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
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("code__regex", "^[a-z0-9][a-z0-9_-]{0,79}$")), name="dataset_code"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["draft", "in_review", "published", "withdrawn"])),
                                name="dataset_state_known",
                            ),
                            models.CheckConstraint(condition=models.Q(("k__gte", 2)), name="dataset_k_of_two"),
                            models.CheckConstraint(
                                condition=models.Q(("least_share__gte", 0), ("least_share__lte", 1)),
                                name="dataset_least_share",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("points", "grid"), _negated=True), ("grid_m__gt", 0), _connector="OR"
                                ),
                                name="dataset_grid_has_metres",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("points", "displaced"), _negated=True),
                                    models.Q(("inner_m__isnull", False), ("outer_m__gt", models.F("inner_m"))),
                                    _connector="OR",
                                ),
                                name="dataset_ring_has_metres",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DatasetEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("name_ar", models.CharField(blank=True, max_length=300)),
                        ("name_ckb", models.CharField(blank=True, max_length=300)),
                        ("name_en", models.CharField(blank=True, max_length=300)),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("code", models.CharField(max_length=80)),
                        ("programme", models.CharField(max_length=40)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=1
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("in_review", "In review"),
                                    ("published", "Published"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="draft",
                                max_length=9,
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("declared", "Declared by its programme"),
                                    ("figures", "Figures of indicators"),
                                    ("table", "Uploaded table"),
                                ],
                                default="declared",
                                max_length=8,
                            ),
                        ),
                        ("source", models.JSONField(blank=True, default=dict)),
                        ("description", models.JSONField(blank=True, default=dict)),
                        ("method", models.JSONField(blank=True, default=dict)),
                        ("caveats", models.JSONField(blank=True, default=dict)),
                        ("theme", models.CharField(blank=True, max_length=40)),
                        ("contact", models.CharField(blank=True, max_length=200)),
                        ("licence", models.CharField(blank=True, max_length=80)),
                        ("attribution", models.JSONField(blank=True, default=dict)),
                        ("every", models.CharField(default="as needed", max_length=20)),
                        ("k", models.PositiveSmallIntegerField(default=5)),
                        ("least_share", models.FloatField(default=0.0)),
                        (
                            "points",
                            models.CharField(
                                choices=[
                                    ("exact", "Exact"),
                                    ("grid", "On a grid"),
                                    ("displaced", "Displaced"),
                                    ("district", "District only"),
                                ],
                                default="exact",
                                max_length=9,
                            ),
                        ),
                        ("grid_m", models.PositiveIntegerField(blank=True, null=True)),
                        ("inner_m", models.PositiveIntegerField(blank=True, null=True)),
                        ("outer_m", models.PositiveIntegerField(blank=True, null=True)),
                        (
                            "may_leave",
                            models.CharField(
                                choices=[("nobody", "Nobody"), ("partners", "Partners"), ("public", "Everybody")],
                                default="public",
                                max_length=8,
                            ),
                        ),
                        ("withdrawn_why", models.JSONField(blank=True, default=dict)),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        ("demonstration", models.BooleanField(default=False, editable=False)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
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
                            "owner",
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
                                to="rafid_products.dataset",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="DatasetField",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField()),
                        ("name", models.CharField(max_length=60)),
                        ("names", models.JSONField(blank=True, default=dict)),
                        ("kind", models.CharField(default="text", max_length=12)),
                        ("unit", models.CharField(blank=True, max_length=40)),
                        ("choices", models.JSONField(blank=True, null=True)),
                        ("hxl", models.CharField(blank=True, max_length=80)),
                        ("role", models.CharField(default="none", max_length=10)),
                        ("sums", models.JSONField(blank=True, default=list)),
                        ("of", models.JSONField(blank=True, default=list)),
                        ("measure", models.CharField(blank=True, max_length=80)),
                        ("hierarchy", models.JSONField(blank=True, default=list)),
                        ("required", models.BooleanField(default=False)),
                        (
                            "dataset",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="fields",
                                to="rafid_products.dataset",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["order"],
                        "constraints": [
                            models.UniqueConstraint(fields=("dataset", "name"), name="dataset_field_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("role__in", ["none", "identifier", "quasi", "sensitive", "geometry"])
                                ),
                                name="dataset_field_role",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DatasetVersion",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("major", models.PositiveIntegerField(default=1)),
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
                                max_length=10,
                            ),
                        ),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=1
                            ),
                        ),
                        ("known", models.DateTimeField()),
                        ("fields", models.JSONField(default=list)),
                        ("policy", models.JSONField(default=dict)),
                        ("rows", models.PositiveIntegerField(default=0)),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                        ("changes", models.JSONField(default=dict)),
                        ("report", models.JSONField(default=dict)),
                        ("provisional", models.BooleanField(default=False)),
                        ("share_present", models.FloatField(null=True)),
                        ("first_period", models.CharField(blank=True, max_length=10)),
                        ("last_period", models.CharField(blank=True, max_length=10)),
                        ("bounds", models.JSONField(help_text="west, south, east, north", null=True)),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        ("published_at", models.DateTimeField(null=True)),
                        (
                            "corrects",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="corrected_by",
                                to="rafid_products.datasetversion",
                            ),
                        ),
                        (
                            "dataset",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="rafid_products.dataset",
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
                            "published_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("dataset", "number"), name="dataset_version_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "published")),
                                fields=("dataset", "sensitivity"),
                                name="dataset_version_one_published",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("share_present", None),
                                    models.Q(("share_present__gte", 0), ("share_present__lte", 1)),
                                    _connector="OR",
                                ),
                                name="dataset_version_share",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["published", "superseded"]), _negated=True),
                                    ("published_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="dataset_version_published_when",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Decision",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("approved", models.BooleanField()),
                        ("why", models.TextField(blank=True)),
                        ("withheld", models.JSONField(default=dict)),
                        ("attack", models.JSONField(default=dict)),
                        (
                            "incomplete",
                            models.BooleanField(default=False, help_text="goes out although a language is missing"),
                        ),
                        ("at", models.DateTimeField(auto_now_add=True)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="decisions",
                                to="rafid_products.datasetversion",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Edition",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("period", models.CharField(blank=True, max_length=10)),
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
                                max_length=10,
                            ),
                        ),
                        ("programme", models.CharField(max_length=40)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=1
                            ),
                        ),
                        ("title", models.JSONField(default=dict)),
                        ("summary", models.JSONField(blank=True, default=dict)),
                        ("body", models.JSONField(default=dict)),
                        ("recipe_sha256", models.CharField(blank=True, max_length=64)),
                        ("figures", models.JSONField(default=dict)),
                        ("known", models.DateTimeField()),
                        ("pages", models.PositiveIntegerField(null=True)),
                        ("thumbnail", models.CharField(blank=True, max_length=64)),
                        (
                            "incomplete",
                            models.BooleanField(default=False, help_text="goes out although a language is missing"),
                        ),
                        ("returned_why", models.TextField(blank=True)),
                        ("withdrawn_why", models.JSONField(blank=True, default=dict)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        ("approved_at", models.DateTimeField(null=True)),
                        ("published_at", models.DateTimeField(null=True)),
                        (
                            "approved_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "recipe",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="editions",
                                to="rafid_products.recipe",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("recipe", "number"), name="edition_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "published")),
                                fields=("recipe", "period"),
                                name="edition_one_published",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("approved_by", None),
                                    models.Q(("approved_by", models.F("made_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="edition_approved_by_another",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["approved", "published", "superseded"]), _negated=True),
                                    models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="edition_approved_before",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EditionFile",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("language", models.CharField(blank=True, max_length=3)),
                        ("media_type", models.CharField(max_length=100)),
                        ("sha256", models.CharField(max_length=64)),
                        ("size", models.BigIntegerField()),
                        ("pages", models.PositiveIntegerField(null=True)),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "edition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="files",
                                to="rafid_products.edition",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["sha256"], name="edition_file_hash")],
                        "constraints": [models.UniqueConstraint(fields=("edition", "name"), name="edition_file_once")],
                    },
                ),
                migrations.CreateModel(
                    name="EditionInput",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "edition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="inputs",
                                to="rafid_products.edition",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="editions",
                                to="rafid_products.datasetversion",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("edition", "version"), name="edition_input_once")
                        ],
                    },
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
                        ("text", models.JSONField()),
                        ("at", models.DateTimeField(auto_now_add=True)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "corrected_edition",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_products.edition",
                            ),
                        ),
                        (
                            "corrected_version",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_products.datasetversion",
                            ),
                        ),
                        (
                            "edition",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="errata",
                                to="rafid_products.edition",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="errata",
                                to="rafid_products.datasetversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "errata",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("version__isnull", True), ("edition__isnull", True), _connector="XOR"
                                ),
                                name="erratum_of_one",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LedgerCell",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("measure", models.CharField(max_length=120)),
                        ("key", models.CharField(max_length=400)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")]),
                        ),
                        ("value", models.FloatField(null=True)),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_products.datasetversion",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["measure", "key"], name="ledger_cell_lookup")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("measure", "key", "sensitivity", "version"), name="ledger_cell_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Overview",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("band", models.PositiveSmallIntegerField()),
                        ("web", django.contrib.gis.db.models.fields.GeometryField(srid=3857)),
                        ("count", models.PositiveIntegerField(default=1)),
                        ("values", models.JSONField(default=dict)),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="overviews",
                                to="rafid_products.datasetversion",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["version", "band"], name="overview_lookup"),
                            django.contrib.postgres.indexes.GistIndex(fields=["web"], name="overview_web"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Recipe",
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
                        ("code", models.CharField(max_length=80, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("map", "Map"),
                                    ("chart", "Chart"),
                                    ("sheet", "Fact sheet"),
                                    ("dashboard", "Dashboard"),
                                    ("bulletin", "Bulletin"),
                                    ("atlas", "Atlas"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("programme", models.CharField(max_length=40)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=1
                            ),
                        ),
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
                                max_length=10,
                            ),
                        ),
                        ("summary", models.JSONField(blank=True, default=dict)),
                        ("theme", models.CharField(blank=True, max_length=40)),
                        ("body", models.JSONField(default=dict)),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                        (
                            "languages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=3),
                                default=rafid.commons.products.models.recipes.languages,
                                size=None,
                            ),
                        ),
                        ("every", models.CharField(blank=True, max_length=8)),
                        ("declared", models.BooleanField(default=False)),
                        ("demonstration", models.BooleanField(default=False, editable=False)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
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
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "template",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recipes",
                                to="rafid_products.template",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("code__regex", "^[a-z0-9][a-z0-9_-]{0,79}$")), name="recipe_code"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind__in", ["map", "chart", "sheet", "dashboard", "bulletin", "atlas"])
                                ),
                                name="recipe_kind_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Question",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("objects_to", models.BooleanField(default=False, help_text="an objection")),
                        ("text", models.TextField()),
                        ("language", models.CharField(default="ar", max_length=3)),
                        ("asked_by", models.CharField(blank=True, max_length=120)),
                        ("asked_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[("waiting", "Waiting"), ("answered", "Answered"), ("hidden", "Hidden")],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        ("answer", models.TextField(blank=True)),
                        ("answer_language", models.CharField(blank=True, max_length=3)),
                        ("answered_at", models.DateTimeField(null=True)),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "dataset",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="questions",
                                to="rafid_products.dataset",
                            ),
                        ),
                        (
                            "recipe",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="questions",
                                to="rafid_products.recipe",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("dataset__isnull", True), ("recipe__isnull", True), _connector="XOR"
                                ),
                                name="question_about_one",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "answered"), _negated=True),
                                    models.Q(models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="question_answered_has_answer",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EmbedGrant",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "origins",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=200), size=None
                            ),
                        ),
                        ("expires_at", models.DateTimeField(blank=True, null=True)),
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
                            "recipe",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="embeds",
                                to="rafid_products.recipe",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ReleasedRow",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("n", models.PositiveIntegerField()),
                        ("key", models.CharField(max_length=200)),
                        ("values", models.JSONField()),
                        ("period", models.CharField(blank=True, max_length=10)),
                        ("geometry", django.contrib.gis.db.models.fields.GeometryField(null=True, srid=4326)),
                        (
                            "web",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.contrib.gis.db.models.functions.Transform("geometry", 3857),
                                output_field=django.contrib.gis.db.models.fields.GeometryField(null=True, srid=3857),
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                        (
                            "shape",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_places.placeversion",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="released",
                                to="rafid_products.datasetversion",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["version", "place"], name="released_row_place"),
                            django.contrib.postgres.indexes.GistIndex(fields=["web"], name="released_row_web"),
                            django.contrib.postgres.indexes.GistIndex(
                                fields=["geometry"], name="released_row_geometry"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("version", "n"), name="released_row_order"),
                            models.UniqueConstraint(fields=("version", "key"), name="released_row_once"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Resource",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("format", models.CharField(max_length=8)),
                        ("sha256", models.CharField(max_length=64)),
                        ("size", models.BigIntegerField()),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="resources",
                                to="rafid_products.datasetversion",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("version", "format"), name="resource_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Schedule",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("cron", models.CharField(max_length=60)),
                        ("active", models.BooleanField(default=True)),
                        ("next_at", models.DateTimeField(null=True)),
                        ("last_at", models.DateTimeField(null=True)),
                        (
                            "approver",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "recipe",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="schedule",
                                to="rafid_products.recipe",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Subscription",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("email", models.EmailField(max_length=254)),
                        ("language", models.CharField(default="ar", max_length=3)),
                        ("about", models.JSONField(blank=True, default=dict)),
                        ("token_sha256", models.CharField(max_length=64, unique=True)),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        ("confirmed_at", models.DateTimeField(null=True)),
                        ("last_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("email", "about"), name="subscription_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Template",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("map", "Map"),
                                    ("chart", "Chart"),
                                    ("sheet", "Fact sheet"),
                                    ("dashboard", "Dashboard"),
                                    ("bulletin", "Bulletin"),
                                    ("atlas", "Atlas"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("programme", models.CharField(max_length=40)),
                        ("declared", models.BooleanField(default=False)),
                        ("body", models.JSONField(default=dict)),
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
                            "owner",
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
                        "constraints": [models.UniqueConstraint(fields=("code", "version"), name="template_once")],
                    },
                ),
                migrations.CreateModel(
                    name="RecipeEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("name_ar", models.CharField(blank=True, max_length=300)),
                        ("name_ckb", models.CharField(blank=True, max_length=300)),
                        ("name_en", models.CharField(blank=True, max_length=300)),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("code", models.CharField(max_length=80)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("map", "Map"),
                                    ("chart", "Chart"),
                                    ("sheet", "Fact sheet"),
                                    ("dashboard", "Dashboard"),
                                    ("bulletin", "Bulletin"),
                                    ("atlas", "Atlas"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("programme", models.CharField(max_length=40)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=1
                            ),
                        ),
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
                                max_length=10,
                            ),
                        ),
                        ("summary", models.JSONField(blank=True, default=dict)),
                        ("theme", models.CharField(blank=True, max_length=40)),
                        ("body", models.JSONField(default=dict)),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                        (
                            "languages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=3),
                                default=rafid.commons.products.models.recipes.languages,
                                size=None,
                            ),
                        ),
                        ("every", models.CharField(blank=True, max_length=8)),
                        ("declared", models.BooleanField(default=False)),
                        ("demonstration", models.BooleanField(default=False, editable=False)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
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
                            "owner",
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
                                to="rafid_products.recipe",
                            ),
                        ),
                        (
                            "template",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_products.template",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="TemplateEvent",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("map", "Map"),
                                    ("chart", "Chart"),
                                    ("sheet", "Fact sheet"),
                                    ("dashboard", "Dashboard"),
                                    ("bulletin", "Bulletin"),
                                    ("atlas", "Atlas"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("programme", models.CharField(max_length=40)),
                        ("declared", models.BooleanField(default=False)),
                        ("body", models.JSONField(default=dict)),
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
                            "owner",
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
                                to="rafid_products.template",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ViewCount",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("what", models.CharField(max_length=120)),
                        ("on", models.DateField()),
                        ("views", models.PositiveIntegerField(default=0)),
                        ("downloads", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("what", "on"), name="view_count_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Webhook",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("url", models.URLField(max_length=500)),
                        ("secret", models.TextField()),
                        ("about", models.JSONField(blank=True, default=dict)),
                        ("active", models.BooleanField(default=True)),
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
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Delivery",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("body", models.JSONField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("waiting", "Waiting"), ("done", "Done"), ("given_up", "Given up")],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("answer", models.CharField(blank=True, max_length=300)),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        ("next_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "webhook",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deliveries",
                                to="rafid_products.webhook",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["state", "next_at"], name="delivery_due")],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="dataset",
                    trigger=pgtrigger.compiler.Trigger(
                        name="dataset_version_rises",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version := OLD.version + 1; RETURN NEW;",
                            hash="cd4a18c10d546a7eac11e4e91611093fd511c9f0",
                            operation="UPDATE",
                            pgid="pgtrigger_dataset_version_rises_5879f",
                            table="rafid_products_dataset",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="dataset",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_products_datasetevent" ("attribution", "caveats", "code", "contact", "demonstration", "description", "every", "grid_m", "id", "inner_m", "k", "least_share", "licence", "made_at", "made_by_id", "may_leave", "method", "name_ar", "name_ckb", "name_en", "origin", "outer_m", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "programme", "sensitivity", "source", "state", "theme", "version", "withdrawn_at", "withdrawn_why") SELECT new_values."attribution", new_values."caveats", new_values."code", new_values."contact", new_values."demonstration", new_values."description", new_values."every", new_values."grid_m", new_values."id", new_values."inner_m", new_values."k", new_values."least_share", new_values."licence", new_values."made_at", new_values."made_by_id", new_values."may_leave", new_values."method", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."origin", new_values."outer_m", new_values."owner_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."points", new_values."programme", new_values."sensitivity", new_values."source", new_values."state", new_values."theme", new_values."version", new_values."withdrawn_at", new_values."withdrawn_why" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="6da88ea7b01e90d0d0523634369c2e9359c4a297",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_2b34b",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_products_dataset",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="dataset",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_products_datasetevent" ("attribution", "caveats", "code", "contact", "demonstration", "description", "every", "grid_m", "id", "inner_m", "k", "least_share", "licence", "made_at", "made_by_id", "may_leave", "method", "name_ar", "name_ckb", "name_en", "origin", "outer_m", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "programme", "sensitivity", "source", "state", "theme", "version", "withdrawn_at", "withdrawn_why") SELECT new_values."attribution", new_values."caveats", new_values."code", new_values."contact", new_values."demonstration", new_values."description", new_values."every", new_values."grid_m", new_values."id", new_values."inner_m", new_values."k", new_values."least_share", new_values."licence", new_values."made_at", new_values."made_by_id", new_values."may_leave", new_values."method", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."origin", new_values."outer_m", new_values."owner_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."points", new_values."programme", new_values."sensitivity", new_values."source", new_values."state", new_values."theme", new_values."version", new_values."withdrawn_at", new_values."withdrawn_why" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="00bd60eaaba079e6265f8cfda4bf8cd7aaf1f498",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_d508e",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_products_dataset",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="dataset",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_products_datasetevent" ("attribution", "caveats", "code", "contact", "demonstration", "description", "every", "grid_m", "id", "inner_m", "k", "least_share", "licence", "made_at", "made_by_id", "may_leave", "method", "name_ar", "name_ckb", "name_en", "origin", "outer_m", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "programme", "sensitivity", "source", "state", "theme", "version", "withdrawn_at", "withdrawn_why") SELECT old_values."attribution", old_values."caveats", old_values."code", old_values."contact", old_values."demonstration", old_values."description", old_values."every", old_values."grid_m", old_values."id", old_values."inner_m", old_values."k", old_values."least_share", old_values."licence", old_values."made_at", old_values."made_by_id", old_values."may_leave", old_values."method", old_values."name_ar", old_values."name_ckb", old_values."name_en", old_values."origin", old_values."outer_m", old_values."owner_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."points", old_values."programme", old_values."sensitivity", old_values."source", old_values."state", old_values."theme", old_values."version", old_values."withdrawn_at", old_values."withdrawn_why" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="8f732d4e13ba716e9731446e9569cff8ded10f15",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_7f771",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_products_dataset",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="datasetversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="dataset_version_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    IF OLD.state IN ('published', 'superseded', 'withdrawn') THEN\n                        IF TG_OP = 'DELETE' OR NEW.state NOT IN ('published', 'superseded', 'withdrawn') OR NEW.sha256 <> OLD.sha256\n                           OR NEW.rows <> OLD.rows OR NEW.number <> OLD.number OR NEW.dataset_id <> OLD.dataset_id\n                           OR NEW.fields <> OLD.fields OR NEW.policy <> OLD.policy OR NEW.report <> OLD.report\n                           OR NEW.sensitivity <> OLD.sensitivity OR NEW.known <> OLD.known THEN\n                            RAISE EXCEPTION 'a published version does not change' USING ERRCODE = '23514';\n                        END IF;\n                    ELSIF TG_OP = 'UPDATE' AND NEW.state = 'published' AND NOT EXISTS (\n                        SELECT 1 FROM rafid_products_decision d WHERE d.version_id = NEW.id AND d.approved\n                    ) THEN\n                        RAISE EXCEPTION 'a version is published after an approval only' USING ERRCODE = '23514';\n                    END IF;\n                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;\n                    ",
                            hash="c74eddc4a2f2808b6458e95e1edfed2c6c444f47",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_dataset_version_stays_4b7ea",
                            table="rafid_products_datasetversion",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="datasetversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="dataset_version_begins_unpublished",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.state IN ('published', 'superseded', 'withdrawn'))",
                            func="RAISE EXCEPTION 'a version is published after an approval only' USING ERRCODE = '23514';",
                            hash="01b50793b4d14f2d88fadb70591e82fcdf0d307f",
                            operation="INSERT",
                            pgid="pgtrigger_dataset_version_begins_unpublished_57238",
                            table="rafid_products_datasetversion",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="decision",
                    trigger=pgtrigger.compiler.Trigger(
                        name="decision_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="fde58ddfccc5bad40c632f6969506aa88557a45c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_decision_stays_8a979",
                            table="rafid_products_decision",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="decision",
                    trigger=pgtrigger.compiler.Trigger(
                        name="decision_by_another",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.approved)",
                            func="\n                    IF EXISTS (SELECT 1 FROM rafid_products_datasetversion v\n                               WHERE v.id = NEW.version_id AND v.made_by_id = NEW.by_id) THEN\n                        RAISE EXCEPTION 'whoever made a version does not approve it' USING ERRCODE = '23514';\n                    END IF;\n                    RETURN NEW;\n                    ",
                            hash="1f414610b5e221d5731b349865180ebec981ca64",
                            operation="INSERT",
                            pgid="pgtrigger_decision_by_another_36ab8",
                            table="rafid_products_decision",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="editionfile",
                    trigger=pgtrigger.compiler.Trigger(
                        name="edition_file_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    IF EXISTS (\n                        SELECT 1 FROM rafid_products_edition e WHERE e.state IN ('published', 'superseded', 'withdrawn') AND\n                        e.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.edition_id ELSE OLD.edition_id END\n                    ) THEN\n                        RAISE EXCEPTION 'the files of a published edition do not change' USING ERRCODE = '23514';\n                    END IF;\n                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;\n                    ",
                            hash="d700e0b23f225da95f9ad63957fd6295d21e25a7",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_edition_file_stays_1a19b",
                            table="rafid_products_editionfile",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="ledgercell",
                    trigger=pgtrigger.compiler.Trigger(
                        name="ledger_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="d8f3fa2625c6836be0ff6edc8b7f033c64963185",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_ledger_stays_0fb3b",
                            table="rafid_products_ledgercell",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="edition",
                    trigger=pgtrigger.compiler.Trigger(
                        name="edition_version_rises",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version := OLD.version + 1; RETURN NEW;",
                            hash="5212bf1880a3258f13e8444a63cc468016005a08",
                            operation="UPDATE",
                            pgid="pgtrigger_edition_version_rises_8263d",
                            table="rafid_products_edition",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="edition",
                    trigger=pgtrigger.compiler.Trigger(
                        name="edition_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.state IN ('approved', 'published', 'superseded', 'withdrawn'))",
                            func="\n                    IF TG_OP = 'DELETE' OR NEW.body <> OLD.body OR NEW.figures <> OLD.figures\n                       OR NEW.recipe_sha256 <> OLD.recipe_sha256 OR NEW.recipe_id <> OLD.recipe_id\n                       OR NEW.period <> OLD.period OR NEW.number <> OLD.number\n                       OR (OLD.state IN ('published', 'superseded', 'withdrawn') AND NEW.state NOT IN ('published', 'superseded', 'withdrawn'))\n                       OR (OLD.state IN ('published', 'superseded', 'withdrawn') AND NEW.sensitivity <> OLD.sensitivity) THEN\n                        RAISE EXCEPTION 'an approved edition does not change' USING ERRCODE = '23514';\n                    END IF;\n                    RETURN NEW;\n                    ",
                            hash="658fd79dcf8b4589f3c16c286496ba65463e1559",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_edition_stays_920ec",
                            table="rafid_products_edition",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="edition",
                    trigger=pgtrigger.compiler.Trigger(
                        name="edition_names_what_is_out",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.state = 'published')",
                            func="\n                    IF EXISTS (\n                        SELECT 1 FROM rafid_products_editioninput i\n                        JOIN rafid_products_datasetversion v ON v.id = i.version_id\n                        WHERE i.edition_id = NEW.id\n                          AND (v.state NOT IN ('published', 'superseded') OR v.sensitivity > NEW.sensitivity)\n                    ) THEN\n                        RAISE EXCEPTION 'an edition names no version that its readers may not have' USING ERRCODE = '23514';\n                    END IF;\n                    RETURN NEW;\n                    ",
                            hash="21734fefba8d01842b708ed1e9904654097bb333",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_edition_names_what_is_out_dd7ab",
                            table="rafid_products_edition",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releasedrow",
                    trigger=pgtrigger.compiler.Trigger(
                        name="released_row_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    IF EXISTS (\n                        SELECT 1 FROM rafid_products_datasetversion v\n                        WHERE v.state IN ('published', 'superseded', 'withdrawn') AND\n                        v.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.version_id ELSE OLD.version_id END\n                    ) THEN\n                        RAISE EXCEPTION 'the rows of a published version do not change' USING ERRCODE = '23514';\n                    END IF;\n                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;\n                    ",
                            hash="51237c36fa4365d2c04bd32fb7cfb24abeb059ea",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_released_row_stays_e7415",
                            table="rafid_products_releasedrow",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="template",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_products_templateevent" ("body", "code", "declared", "id", "kind", "made_at", "made_by_id", "name_ar", "name_ckb", "name_en", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme", "version") SELECT new_values."body", new_values."code", new_values."declared", new_values."id", new_values."kind", new_values."made_at", new_values."made_by_id", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."owner_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."programme", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="4d104fa8b0954102bc17c7167ee4867e2799edd8",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_25e0d",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_products_template",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="template",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_products_templateevent" ("body", "code", "declared", "id", "kind", "made_at", "made_by_id", "name_ar", "name_ckb", "name_en", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme", "version") SELECT new_values."body", new_values."code", new_values."declared", new_values."id", new_values."kind", new_values."made_at", new_values."made_by_id", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."owner_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."programme", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="8a67cbeb8a9ec2e5b08b512f1a2af2a55f293bb7",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_53476",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_products_template",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="template",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_products_templateevent" ("body", "code", "declared", "id", "kind", "made_at", "made_by_id", "name_ar", "name_ckb", "name_en", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme", "version") SELECT old_values."body", old_values."code", old_values."declared", old_values."id", old_values."kind", old_values."made_at", old_values."made_by_id", old_values."name_ar", old_values."name_ckb", old_values."name_en", old_values."owner_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."programme", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="8cf799dfd0c1431413282dc03605138e7d756b5f",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_e4263",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_products_template",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="recipe",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recipe_version_rises",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version := OLD.version + 1; RETURN NEW;",
                            hash="46b915a4f34f0681b351d768b98e6ce5762793fa",
                            operation="UPDATE",
                            pgid="pgtrigger_recipe_version_rises_bcbb2",
                            table="rafid_products_recipe",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="recipe",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_products_recipeevent" ("body", "code", "declared", "demonstration", "every", "id", "kind", "languages", "made_at", "made_by_id", "name_ar", "name_ckb", "name_en", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme", "sensitivity", "sha256", "state", "summary", "template_id", "theme", "version") SELECT new_values."body", new_values."code", new_values."declared", new_values."demonstration", new_values."every", new_values."id", new_values."kind", new_values."languages", new_values."made_at", new_values."made_by_id", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."owner_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."programme", new_values."sensitivity", new_values."sha256", new_values."state", new_values."summary", new_values."template_id", new_values."theme", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="50eeb9330bd7e13388507d860ca34e2aa0151922",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_83254",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_products_recipe",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="recipe",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_products_recipeevent" ("body", "code", "declared", "demonstration", "every", "id", "kind", "languages", "made_at", "made_by_id", "name_ar", "name_ckb", "name_en", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme", "sensitivity", "sha256", "state", "summary", "template_id", "theme", "version") SELECT new_values."body", new_values."code", new_values."declared", new_values."demonstration", new_values."every", new_values."id", new_values."kind", new_values."languages", new_values."made_at", new_values."made_by_id", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."owner_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."programme", new_values."sensitivity", new_values."sha256", new_values."state", new_values."summary", new_values."template_id", new_values."theme", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="14ed946058f87d082ebe9fdb407e0af7b84951ce",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_1f5c1",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_products_recipe",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="recipe",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_products_recipeevent" ("body", "code", "declared", "demonstration", "every", "id", "kind", "languages", "made_at", "made_by_id", "name_ar", "name_ckb", "name_en", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme", "sensitivity", "sha256", "state", "summary", "template_id", "theme", "version") SELECT old_values."body", old_values."code", old_values."declared", old_values."demonstration", old_values."every", old_values."id", old_values."kind", old_values."languages", old_values."made_at", old_values."made_by_id", old_values."name_ar", old_values."name_ckb", old_values."name_en", old_values."owner_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."programme", old_values."sensitivity", old_values."sha256", old_values."state", old_values."summary", old_values."template_id", old_values."theme", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="0dbe7c253e28e0ec44bfa73d8dffcdff10ffb040",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_0e6bc",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_products_recipe",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
    ]
