"""Forms, submissions with their versions, review, lists of things, links and phones.

A database that has some of the migrations that this one stands for goes on with them; a new one is made by this alone.
"""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import rafid.commons.identity
from rafid.commons.at_once import AtOnce
from rafid.commons.forms.migrations._functions import ASKED, RECEIVE


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("rafid_forms", "0001_initial"),
        ("rafid_forms", "0002_quality"),
        ("rafid_forms", "0003_entities_and_keeping"),
        ("rafid_forms", "0004_entity_version_resolves"),
        ("rafid_forms", "0005_receipt"),
        ("rafid_forms", "0006_list_by_index"),
        ("rafid_forms", "0007_asked"),
        ("rafid_forms", "0008_demonstration"),
        ("rafid_forms", "0009_fewer_indexes"),
        ("rafid_forms", "0010_said_sensitivity"),
        ("rafid_forms", "0011_visit_plan_location"),
        ("rafid_forms", "0012_erased_without_sender"),
        ("rafid_forms", "0013_link_tells_left"),
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
                    name="AppUser",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=100)),
                        ("token_sha256", models.CharField(max_length=64, unique=True)),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        ("expires_at", models.DateTimeField(blank=True, null=True)),
                        ("revoked_at", models.DateTimeField(blank=True, null=True)),
                        ("last_seen", models.DateTimeField(blank=True, null=True)),
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
                        ("places", models.ManyToManyField(blank=True, related_name="+", to="rafid_places.place")),
                        (
                            "revoked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("forms", models.ManyToManyField(blank=True, related_name="phones", to="rafid_forms.form")),
                        (
                            "draft",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="testers",
                                to="rafid_forms.formversion",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="AppUserEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("name", models.CharField(max_length=100)),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        ("expires_at", models.DateTimeField(blank=True, null=True)),
                        ("revoked_at", models.DateTimeField(blank=True, null=True)),
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
                                to="rafid_forms.appuser",
                            ),
                        ),
                        (
                            "revoked_by",
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
                            "draft",
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
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Attachment",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(db_collation="C", max_length=255)),
                        ("sha256", models.CharField(max_length=64, null=True)),
                        ("size", models.BigIntegerField(default=0)),
                        ("media_type", models.CharField(blank=True, max_length=100)),
                        ("arrived_at", models.DateTimeField(null=True)),
                        ("examined_at", models.DateTimeField(null=True)),
                        ("taken_at", models.DateTimeField(null=True)),
                        (
                            "location",
                            django.contrib.gis.db.models.fields.PointField(null=True, spatial_index=False, srid=4326),
                        ),
                        ("camera_hash", models.CharField(blank=True, max_length=64)),
                        ("perceptual_hash", models.BigIntegerField(null=True)),
                        (
                            "replaced_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="rafid_forms.attachment",
                            ),
                        ),
                        (
                            "submission",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attachments",
                                to="rafid_forms.submission",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["sha256"], name="attachment_blob"),
                            models.Index(
                                condition=models.Q(("perceptual_hash__isnull", False)),
                                fields=["perceptual_hash"],
                                name="attachment_looks",
                            ),
                            models.Index(
                                condition=models.Q(("replaced_by__isnull", False)),
                                fields=["replaced_by"],
                                name="attachment_replaced_by",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("submission", "name", "sha256"),
                                name="attachment_bytes_once",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BackCheck",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "basis",
                            models.CharField(
                                choices=[("risk", "risk"), ("random", "random")], default="random", max_length=6
                            ),
                        ),
                        ("items", models.JSONField(default=dict)),
                        ("drawn_at", models.DateTimeField(auto_now_add=True)),
                        ("due_on", models.DateField(null=True)),
                        (
                            "drawn_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "draw",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="back_checks",
                                to="rafid_forms.backcheckdraw",
                            ),
                        ),
                        (
                            "form",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="back_checks",
                                to="rafid_forms.form",
                            ),
                        ),
                        (
                            "original",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="back_checks",
                                to="rafid_forms.submission",
                            ),
                        ),
                        (
                            "repeated",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="repeats",
                                to="rafid_forms.submission",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("original",), name="back_check_once"),
                            models.CheckConstraint(
                                condition=models.Q(("original", models.F("repeated")), _negated=True),
                                name="back_check_of_another",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BackCheckDraw",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("seed", models.BigIntegerField()),
                        ("by_risk", models.PositiveIntegerField()),
                        ("at_random", models.PositiveIntegerField()),
                        ("since", models.DateField(null=True)),
                        ("items", models.JSONField(default=dict)),
                        ("due_on", models.DateField()),
                        ("drawn_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "drawn_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "form",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="draws", to="rafid_forms.form"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Comment",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("field", models.TextField(blank=True)),
                        ("text", models.TextField()),
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
                            "submission",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="comments",
                                to="rafid_forms.submission",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="CopyingRank",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("interviewer", models.CharField(max_length=255)),
                        ("records", models.PositiveIntegerField()),
                        ("score", models.FloatField()),
                        ("expected", models.FloatField()),
                        ("excess", models.FloatField()),
                        ("p_value", models.FloatField()),
                        ("made_at", models.DateTimeField()),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "form",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="rafid_forms.form"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("form", "owner", "interviewer"), name="copying_rank_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Entity",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("uuid", models.UUIDField()),
                        ("label", models.CharField(max_length=500)),
                        ("data", models.JSONField(default=dict)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "conflict",
                            models.CharField(
                                choices=[("none", "None"), ("soft", "Soft"), ("hard", "Hard")],
                                default="none",
                                max_length=4,
                            ),
                        ),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        ("changed_at", models.DateTimeField(auto_now=True)),
                        ("deleted_at", models.DateTimeField(null=True)),
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
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                        (
                            "list",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entities",
                                to="rafid_forms.entitylist",
                            ),
                        ),
                    ],
                    options={
                        "base_manager_name": "everything",
                        "indexes": [models.Index(fields=["list", "-changed_at"], name="entity_newest")],
                        "constraints": [models.UniqueConstraint(fields=("list", "uuid"), name="entity_once")],
                    },
                    managers=[
                        ("objects", django.db.models.manager.Manager()),
                        ("everything", django.db.models.manager.Manager()),
                    ],
                ),
                migrations.CreateModel(
                    name="EntityList",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=64, unique=True)),
                        ("programme", models.CharField(max_length=40)),
                        (
                            "properties",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=64), default=list, size=None
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("own", "Made by forms"),
                                    ("sites", "Sites of a register"),
                                    ("places", "Places"),
                                ],
                                default="own",
                                max_length=6,
                            ),
                        ),
                        ("needs_approval", models.BooleanField(default=False)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=1
                            ),
                        ),
                        ("written_by", models.JSONField(blank=True, default=dict)),
                        ("view", models.JSONField(blank=True, default=dict)),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="EntityListEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("name", models.CharField(max_length=64)),
                        ("programme", models.CharField(max_length=40)),
                        (
                            "properties",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=64), default=list, size=None
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("own", "Made by forms"),
                                    ("sites", "Sites of a register"),
                                    ("places", "Places"),
                                ],
                                default="own",
                                max_length=6,
                            ),
                        ),
                        ("needs_approval", models.BooleanField(default=False)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=1
                            ),
                        ),
                        ("written_by", models.JSONField(blank=True, default=dict)),
                        ("view", models.JSONField(blank=True, default=dict)),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
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
                                to="rafid_forms.entitylist",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="EntityVersion",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("label", models.CharField(max_length=500)),
                        ("data", models.JSONField(default=dict)),
                        (
                            "changed",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=64),
                                default=list,
                                help_text="properties that this update named",
                                size=None,
                            ),
                        ),
                        ("base_version", models.PositiveIntegerField(null=True)),
                        ("branch_id", models.UUIDField(null=True)),
                        ("trunk_version", models.PositiveIntegerField(null=True)),
                        ("at", models.DateTimeField()),
                        (
                            "conflict",
                            models.CharField(
                                choices=[("none", "None"), ("soft", "Soft"), ("hard", "Hard")],
                                default="none",
                                max_length=4,
                            ),
                        ),
                        ("against", models.PositiveIntegerField(null=True)),
                        (
                            "conflicting",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=64), default=list, size=None
                            ),
                        ),
                        ("reason", models.TextField(blank=True)),
                        (
                            "resolves",
                            models.BooleanField(
                                default=False, help_text="a person looked at the conflicts before it and decided"
                            ),
                        ),
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
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="rafid_forms.entity",
                            ),
                        ),
                        (
                            "source_submission",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="entity_versions",
                                to="rafid_forms.submissionversion",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("entity", "number"), name="entity_version_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FieldPolicy",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("path", models.CharField(max_length=500)),
                        (
                            "label",
                            models.CharField(
                                choices=[
                                    ("none", "None"),
                                    ("personal", "Personal"),
                                    ("identifying", "Identifying"),
                                    ("place", "Place"),
                                    ("protection", "Protection"),
                                    ("contamination", "Contamination"),
                                ],
                                default="none",
                                max_length=13,
                            ),
                        ),
                        (
                            "reader_sees",
                            models.CharField(
                                choices=[
                                    ("value", "The answer"),
                                    ("generalised", "Made coarser"),
                                    ("nothing", "Nothing"),
                                ],
                                default="value",
                                max_length=11,
                            ),
                        ),
                        (
                            "public_sees",
                            models.CharField(
                                choices=[
                                    ("value", "The answer"),
                                    ("generalised", "Made coarser"),
                                    ("nothing", "Nothing"),
                                ],
                                default="nothing",
                                max_length=11,
                            ),
                        ),
                        ("said", models.BooleanField(default=False)),
                        (
                            "form",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="policies",
                                to="rafid_forms.form",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("form", "path"), name="field_policy_once")],
                    },
                ),
                migrations.CreateModel(
                    name="FieldPolicyEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("path", models.CharField(max_length=500)),
                        (
                            "label",
                            models.CharField(
                                choices=[
                                    ("none", "None"),
                                    ("personal", "Personal"),
                                    ("identifying", "Identifying"),
                                    ("place", "Place"),
                                    ("protection", "Protection"),
                                    ("contamination", "Contamination"),
                                ],
                                default="none",
                                max_length=13,
                            ),
                        ),
                        (
                            "reader_sees",
                            models.CharField(
                                choices=[
                                    ("value", "The answer"),
                                    ("generalised", "Made coarser"),
                                    ("nothing", "Nothing"),
                                ],
                                default="value",
                                max_length=11,
                            ),
                        ),
                        (
                            "public_sees",
                            models.CharField(
                                choices=[
                                    ("value", "The answer"),
                                    ("generalised", "Made coarser"),
                                    ("nothing", "Nothing"),
                                ],
                                default="nothing",
                                max_length=11,
                            ),
                        ),
                        ("said", models.BooleanField(default=False)),
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
                                to="rafid_forms.fieldpolicy",
                            ),
                        ),
                        (
                            "form",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_forms.form",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Finding",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("kind", models.CharField(max_length=40)),
                        ("path", models.TextField(blank=True)),
                        ("field", models.TextField(blank=True)),
                        ("severity", models.SmallIntegerField(choices=[(1, "Note"), (2, "To check"), (3, "Serious")])),
                        ("value", models.TextField(null=True)),
                        ("expected", models.TextField(null=True)),
                        ("evidence", models.JSONField(default=dict)),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "Open"), ("explained", "Explained"), ("confirmed", "Confirmed")],
                                default="open",
                                max_length=9,
                            ),
                        ),
                        ("found_at", models.DateTimeField(auto_now_add=True)),
                        ("at", models.DateTimeField(null=True)),
                        ("comment", models.TextField(blank=True)),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "submission",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="findings",
                                to="rafid_forms.submission",
                            ),
                        ),
                        (
                            "submission_version",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="findings",
                                to="rafid_forms.submissionversion",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["submission", "state"], name="form_finding_of"),
                            models.Index(
                                condition=models.Q(("by__isnull", False)), fields=["by"], name="form_finding_by"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("submission_version", "kind", "path"), name="form_finding_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("comment", ""), ("state", "explained"), _negated=True),
                                name="form_finding_explained_with_a_comment",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("severity__in", [1, 2, 3])), name="form_finding_severity"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Form",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("xform_id", models.CharField(max_length=64, unique=True)),
                        ("title_ar", models.CharField(blank=True, max_length=300)),
                        ("title_ckb", models.CharField(blank=True, max_length=300)),
                        ("title_en", models.CharField(blank=True, max_length=300)),
                        ("programme", models.CharField(max_length=40)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("open", "Open"),
                                    ("closing", "Closing"),
                                    ("closed", "Closed"),
                                ],
                                default="draft",
                                max_length=8,
                            ),
                        ),
                        ("reviews_needed", models.PositiveSmallIntegerField(default=1)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=1
                            ),
                        ),
                        ("retention_days", models.PositiveIntegerField(blank=True, null=True)),
                        ("accept_edits", models.BooleanField(default=True)),
                        ("public_key", models.TextField(blank=True)),
                        ("roles", models.JSONField(blank=True, default=dict)),
                        ("limits", models.JSONField(blank=True, default=dict)),
                        (
                            "demonstration",
                            models.BooleanField(
                                default=False, editable=False, help_text="its submissions are invented"
                            ),
                        ),
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("xform_id__regex", "^[A-Za-z][A-Za-z0-9_.-]{0,63}$")),
                                name="form_xform_id",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reviews_needed__in", [1, 2])), name="form_reviews_one_or_two"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["draft", "open", "closing", "closed"])),
                                name="form_state_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FormEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("xform_id", models.CharField(max_length=64)),
                        ("title_ar", models.CharField(blank=True, max_length=300)),
                        ("title_ckb", models.CharField(blank=True, max_length=300)),
                        ("title_en", models.CharField(blank=True, max_length=300)),
                        ("programme", models.CharField(max_length=40)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("open", "Open"),
                                    ("closing", "Closing"),
                                    ("closed", "Closed"),
                                ],
                                default="draft",
                                max_length=8,
                            ),
                        ),
                        ("reviews_needed", models.PositiveSmallIntegerField(default=1)),
                        (
                            "sensitivity",
                            models.SmallIntegerField(
                                choices=[(0, "Public"), (1, "Partners"), (2, "Restricted")], default=1
                            ),
                        ),
                        ("retention_days", models.PositiveIntegerField(blank=True, null=True)),
                        ("accept_edits", models.BooleanField(default=True)),
                        ("public_key", models.TextField(blank=True)),
                        ("roles", models.JSONField(blank=True, default=dict)),
                        ("limits", models.JSONField(blank=True, default=dict)),
                        (
                            "demonstration",
                            models.BooleanField(
                                default=False, editable=False, help_text="its submissions are invented"
                            ),
                        ),
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
                                to="rafid_forms.form",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="FormFile",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=255)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("image", "Image"),
                                    ("audio", "Audio"),
                                    ("video", "Video"),
                                    ("csv", "Table (CSV)"),
                                    ("geojson", "Map features (GeoJSON)"),
                                    ("dataset", "Entity list"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("sha256", models.CharField(max_length=64, null=True)),
                        ("md5", models.CharField(blank=True, max_length=32)),
                        ("size", models.BigIntegerField(default=0)),
                        (
                            "entity_list",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="form_files",
                                to="rafid_forms.entitylist",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="files",
                                to="rafid_forms.formversion",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("version", "name"), name="form_file_once"),
                            models.CheckConstraint(
                                condition=models.Q(("sha256", None), ("entity_list", None), _connector="OR"),
                                name="form_file_not_both",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FormVersion",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("version_text", models.CharField(blank=True, max_length=64)),
                        ("xform", models.BinaryField()),
                        ("xform_md5", models.CharField(max_length=32)),
                        ("xform_sha256", models.CharField(max_length=64)),
                        ("source", models.BinaryField(null=True)),
                        ("source_name", models.CharField(blank=True, max_length=200)),
                        ("schema", models.JSONField(default=dict)),
                        ("problems", models.JSONField(default=list, help_text="warnings told at upload")),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        ("published_at", models.DateTimeField(null=True)),
                        (
                            "form",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="rafid_forms.form",
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
                            models.UniqueConstraint(
                                condition=models.Q(("published_at", None)),
                                fields=("form",),
                                name="form_version_one_draft",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("published_at__isnull", False)),
                                fields=("form", "version_text"),
                                name="form_version_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HeldUpdate",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("uuid", models.UUIDField()),
                        ("branch_id", models.UUIDField(null=True)),
                        ("base_version", models.PositiveIntegerField()),
                        ("until", models.DateTimeField()),
                        (
                            "list",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="held",
                                to="rafid_forms.entitylist",
                            ),
                        ),
                        (
                            "submission_version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="held_updates",
                                to="rafid_forms.submissionversion",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("submission_version", "list", "uuid"), name="held_update_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PublicLink",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=100)),
                        ("token_sha256", models.CharField(max_length=64, unique=True)),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        ("expires_at", models.DateTimeField(blank=True, null=True)),
                        ("revoked_at", models.DateTimeField(blank=True, null=True)),
                        ("last_seen", models.DateTimeField(blank=True, null=True)),
                        ("once_per_browser", models.BooleanField(default=False)),
                        ("max_submissions", models.PositiveIntegerField(blank=True, null=True)),
                        ("tells_left", models.BooleanField(default=False)),
                        ("opens_at", models.DateTimeField(blank=True, null=True)),
                        ("closes_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "form",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="links", to="rafid_forms.form"
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
                            "revoked_by",
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
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("closes_at", None),
                                    ("opens_at", None),
                                    ("closes_at__gt", models.F("opens_at")),
                                    _connector="OR",
                                ),
                                name="public_link_closes_after_it_opens",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("tells_left", False), ("max_submissions__isnull", False), _connector="OR"
                                ),
                                name="public_link_tells_what_is_left_of_a_number",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PublicLinkEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("name", models.CharField(max_length=100)),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        ("expires_at", models.DateTimeField(blank=True, null=True)),
                        ("revoked_at", models.DateTimeField(blank=True, null=True)),
                        ("once_per_browser", models.BooleanField(default=False)),
                        ("max_submissions", models.PositiveIntegerField(blank=True, null=True)),
                        ("tells_left", models.BooleanField(default=False)),
                        ("opens_at", models.DateTimeField(blank=True, null=True)),
                        ("closes_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "form",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_forms.form",
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
                                to="rafid_forms.publiclink",
                            ),
                        ),
                        (
                            "revoked_by",
                            models.ForeignKey(
                                db_constraint=False,
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
                    name="RetentionConsent",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("days", models.PositiveIntegerField()),
                        ("seen", models.PositiveIntegerField(help_text="so many submissions the dry run named")),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "form",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="retention_consent",
                                to="rafid_forms.form",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ReviewEvent",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "old",
                            models.CharField(
                                choices=[
                                    ("received", "Received"),
                                    ("has_issues", "Has issues"),
                                    ("edited", "Edited"),
                                    ("approved", "Approved"),
                                    ("rejected", "Rejected"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "new",
                            models.CharField(
                                choices=[
                                    ("received", "Received"),
                                    ("has_issues", "Has issues"),
                                    ("edited", "Edited"),
                                    ("approved", "Approved"),
                                    ("rejected", "Rejected"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("approves", models.BooleanField(default=False)),
                        ("reason", models.TextField(blank=True)),
                        ("at", models.DateTimeField()),
                        ("version_number", models.PositiveIntegerField()),
                        ("round", models.PositiveIntegerField(default=0)),
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
                            "submission",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="events",
                                to="rafid_forms.submission",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["submission", "at"], name="review_event_of")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("approves", True)),
                                fields=("submission", "round", "by"),
                                name="review_event_second_by_another",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Row",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "submission_version",
                                "table",
                                "ordinal",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("table", models.PositiveSmallIntegerField()),
                        ("ordinal", models.PositiveIntegerField()),
                        ("parent", models.TextField(null=True)),
                        ("key", models.TextField()),
                        (
                            "values",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.TextField(null=True), size=None
                            ),
                        ),
                        (
                            "submission_version",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="rafid_forms.submissionversion",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="SavedView",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=100)),
                        ("query", models.CharField(blank=True, max_length=1000)),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "form",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="views", to="rafid_forms.form"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("account", "form", "name"), name="saved_view_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Submission",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("instance_id", models.CharField(max_length=255)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("received", "Received"),
                                    ("has_issues", "Has issues"),
                                    ("edited", "Edited"),
                                    ("approved", "Approved"),
                                    ("rejected", "Rejected"),
                                ],
                                default="received",
                                max_length=10,
                            ),
                        ),
                        ("received_at", models.DateTimeField()),
                        ("changed_at", models.DateTimeField()),
                        ("device_id", models.CharField(blank=True, max_length=255)),
                        (
                            "location",
                            django.contrib.gis.db.models.fields.PointField(null=True, spatial_index=False, srid=4326),
                        ),
                        ("started_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("edits", models.PositiveIntegerField(default=0)),
                        ("attachments_present", models.PositiveIntegerField(default=0)),
                        ("attachments_expected", models.PositiveIntegerField(default=0)),
                        ("findings_open", models.PositiveIntegerField(default=0)),
                        ("worst", models.PositiveSmallIntegerField(default=0)),
                        ("interviewer", models.CharField(blank=True, max_length=255)),
                        ("site", models.CharField(blank=True, max_length=255)),
                        ("sealed", models.BooleanField(default=False)),
                        ("handled_at", models.DateTimeField(null=True)),
                        ("deleted_at", models.DateTimeField(null=True)),
                        ("deleted_why", models.TextField(blank=True)),
                        ("purged_at", models.DateTimeField(null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "app_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="submissions",
                                to="rafid_forms.appuser",
                            ),
                        ),
                        (
                            "deleted_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "draft",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tests",
                                to="rafid_forms.formversion",
                            ),
                        ),
                        (
                            "entity",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="submissions",
                                to="rafid_forms.entity",
                            ),
                        ),
                        (
                            "form",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="submissions",
                                to="rafid_forms.form",
                            ),
                        ),
                        (
                            "link",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="submissions",
                                to="rafid_forms.publiclink",
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
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                        (
                            "current",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_forms.submissionversion",
                            ),
                        ),
                    ],
                    options={
                        "base_manager_name": "everything",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("deleted_at", None), ("draft", None)),
                                fields=["form", "received_at", "id"],
                                name="submission_newest",
                            ),
                            models.Index(
                                condition=models.Q(("deleted_at", None), ("draft", None)),
                                fields=["form", "worst", "received_at", "id"],
                                name="submission_worst_first",
                            ),
                            models.Index(
                                condition=models.Q(("deleted_at", None), ("draft", None)),
                                fields=["form", "state"],
                                name="submission_in_state",
                            ),
                            models.Index(
                                condition=models.Q(("site", ""), _negated=True),
                                fields=["form", "site"],
                                name="submission_of_site",
                            ),
                            models.Index(fields=["form", "changed_at", "id"], name="submission_changed"),
                            models.Index(
                                condition=models.Q(("handled_at", None)), fields=["id"], name="submission_unhandled"
                            ),
                            models.Index(
                                condition=models.Q(("draft__isnull", False)), fields=["draft"], name="submission_draft"
                            ),
                            models.Index(
                                condition=models.Q(("account__isnull", False)),
                                fields=["account"],
                                name="submission_account",
                            ),
                            models.Index(
                                condition=models.Q(("link__isnull", False)), fields=["link"], name="submission_link"
                            ),
                            models.Index(
                                condition=models.Q(("entity__isnull", False)),
                                fields=["entity"],
                                name="submission_entity",
                            ),
                            models.Index(
                                condition=models.Q(("deleted_by__isnull", False)),
                                fields=["deleted_by"],
                                name="submission_deleted_by",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("form", "draft", "instance_id"), name="submission_once", nulls_distinct=False
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["received", "has_issues", "edited", "approved", "rejected"])
                                ),
                                name="submission_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("account", None),
                                        ("app_user", None),
                                        ("link", None),
                                        ("purged_at__isnull", False),
                                    ),
                                    models.Q(
                                        ("account__isnull", False), ("app_user__isnull", True), ("link__isnull", True)
                                    ),
                                    models.Q(
                                        ("account__isnull", True), ("app_user__isnull", False), ("link__isnull", True)
                                    ),
                                    models.Q(
                                        ("account__isnull", True), ("app_user__isnull", True), ("link__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="submission_one_sender",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("worst__lte", 3)), name="submission_worst_0_to_3"
                            ),
                        ],
                    },
                    managers=[
                        ("objects", django.db.models.manager.Manager()),
                        ("everything", django.db.models.manager.Manager()),
                    ],
                ),
                migrations.CreateModel(
                    name="SubmissionVersion",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveIntegerField(default=1)),
                        ("instance_id", models.CharField(max_length=255)),
                        ("xml", models.BinaryField(null=True)),
                        ("sha256", models.BinaryField(max_length=32)),
                        ("chain_number", models.BigIntegerField(null=True)),
                        ("previous_hash", models.BinaryField(max_length=32, null=True)),
                        ("chain", models.BinaryField(max_length=32, null=True)),
                        ("received_at", models.DateTimeField()),
                        ("reason", models.TextField(blank=True)),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("phone", "Phone"),
                                    ("browser", "Browser"),
                                    ("office", "Edited in the office"),
                                    ("import", "Import"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("purged_at", models.DateTimeField(null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "app_user",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_forms.appuser",
                            ),
                        ),
                        (
                            "draft",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="rafid_forms.formversion",
                            ),
                        ),
                        (
                            "form",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_forms.form",
                            ),
                        ),
                        (
                            "form_version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_forms.formversion",
                            ),
                        ),
                        (
                            "link",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_forms.publiclink",
                            ),
                        ),
                        (
                            "submission",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="rafid_forms.submission",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("draft__isnull", False)),
                                fields=["draft"],
                                name="submission_version_draft",
                            ),
                            models.Index(
                                condition=models.Q(("account__isnull", False)),
                                fields=["account"],
                                name="submission_version_account",
                            ),
                            models.Index(
                                condition=models.Q(("link__isnull", False)),
                                fields=["link"],
                                name="submission_version_link",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("form", "draft", "instance_id"),
                                name="submission_version_id_once",
                                nulls_distinct=False,
                            ),
                            models.UniqueConstraint(
                                fields=("submission", "number"), name="submission_version_number_once"
                            ),
                            models.UniqueConstraint(
                                fields=("form", "chain_number"), name="submission_version_chain_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("account", None),
                                        ("app_user", None),
                                        ("link", None),
                                        ("purged_at__isnull", False),
                                    ),
                                    models.Q(
                                        ("account__isnull", False), ("app_user__isnull", True), ("link__isnull", True)
                                    ),
                                    models.Q(
                                        ("account__isnull", True), ("app_user__isnull", False), ("link__isnull", True)
                                    ),
                                    models.Q(
                                        ("account__isnull", True), ("app_user__isnull", True), ("link__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="submission_version_one_sender",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Tombstone",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "ground",
                            models.CharField(
                                choices=[("retention", "Retention"), ("trash", "Trash"), ("law", "Law")], max_length=9
                            ),
                        ),
                        ("reason", models.TextField()),
                        ("files", models.JSONField(default=list)),
                        ("at", models.DateTimeField()),
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
                            "form",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tombstones",
                                to="rafid_forms.form",
                            ),
                        ),
                        (
                            "submission",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tombstone",
                                to="rafid_forms.submission",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ground__in", ["retention", "trash", "law"])),
                                name="tombstone_ground_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="tombstone_with_a_reason"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VisitPlan",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("site", models.CharField(max_length=255)),
                        ("due_from", models.DateField()),
                        ("due_to", models.DateField()),
                        ("interviewer", models.CharField(blank=True, max_length=255)),
                        (
                            "location",
                            django.contrib.gis.db.models.fields.PointField(null=True, spatial_index=False, srid=4326),
                        ),
                        (
                            "form",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="plans", to="rafid_forms.form"
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
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("due_to__gte", models.F("due_from"))), name="visit_plan_in_order"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VisitFacts",
                    fields=[
                        (
                            "submission",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="visit_facts",
                                serialize=False,
                                to="rafid_forms.submission",
                            ),
                        ),
                        ("active_seconds", models.FloatField(null=True)),
                        ("from_audit", models.BooleanField(default=False)),
                        ("speed_kmh", models.FloatField(null=True)),
                        ("site_m", models.FloatField(null=True)),
                        ("site_by", models.CharField(blank=True, max_length=7)),
                        (
                            "changed_after_finalise",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.TextField(), default=list, size=None
                            ),
                        ),
                        ("measured_at", models.DateTimeField()),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="rafid_forms.submissionversion",
                            ),
                        ),
                    ],
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="entitylist",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_forms_entitylistevent" ("id", "made_at", "name", "needs_approval", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme", "properties", "sensitivity", "source", "view", "written_by") SELECT new_values."id", new_values."made_at", new_values."name", new_values."needs_approval", new_values."owner_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."programme", new_values."properties", new_values."sensitivity", new_values."source", new_values."view", new_values."written_by" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="fdc91ec74e522a279fbb04b8cd562b0e45b42cf3",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_601c7",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_forms_entitylist",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="entitylist",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_forms_entitylistevent" ("id", "made_at", "name", "needs_approval", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme", "properties", "sensitivity", "source", "view", "written_by") SELECT new_values."id", new_values."made_at", new_values."name", new_values."needs_approval", new_values."owner_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."programme", new_values."properties", new_values."sensitivity", new_values."source", new_values."view", new_values."written_by" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="ae1f868812b9da0e49a74211fdec5279edfea5ac",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_62ff6",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_forms_entitylist",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="entitylist",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_forms_entitylistevent" ("id", "made_at", "name", "needs_approval", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme", "properties", "sensitivity", "source", "view", "written_by") SELECT old_values."id", old_values."made_at", old_values."name", old_values."needs_approval", old_values."owner_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."programme", old_values."properties", old_values."sensitivity", old_values."source", old_values."view", old_values."written_by" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="2a81f4243b43510b67f5b810ec0e0dc14e5e4f1b",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_3b0fb",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_forms_entitylist",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="form",
                    trigger=pgtrigger.compiler.Trigger(
                        name="version_rises",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version := OLD.version + 1; RETURN NEW;",
                            hash="70f12b01fee8fbe6ea137ea183900071b2fe46e9",
                            operation="UPDATE",
                            pgid="pgtrigger_version_rises_cb108",
                            table="rafid_forms_form",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="form",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_forms_formevent" ("accept_edits", "demonstration", "id", "limits", "made_at", "made_by_id", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme", "public_key", "retention_days", "reviews_needed", "roles", "sensitivity", "state", "title_ar", "title_ckb", "title_en", "version", "xform_id") SELECT new_values."accept_edits", new_values."demonstration", new_values."id", new_values."limits", new_values."made_at", new_values."made_by_id", new_values."owner_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."programme", new_values."public_key", new_values."retention_days", new_values."reviews_needed", new_values."roles", new_values."sensitivity", new_values."state", new_values."title_ar", new_values."title_ckb", new_values."title_en", new_values."version", new_values."xform_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="72861123acf30e1ef3d01099d63062bb39757f9f",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_2a73e",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_forms_form",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="form",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_forms_formevent" ("accept_edits", "demonstration", "id", "limits", "made_at", "made_by_id", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme", "public_key", "retention_days", "reviews_needed", "roles", "sensitivity", "state", "title_ar", "title_ckb", "title_en", "version", "xform_id") SELECT new_values."accept_edits", new_values."demonstration", new_values."id", new_values."limits", new_values."made_at", new_values."made_by_id", new_values."owner_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."programme", new_values."public_key", new_values."retention_days", new_values."reviews_needed", new_values."roles", new_values."sensitivity", new_values."state", new_values."title_ar", new_values."title_ckb", new_values."title_en", new_values."version", new_values."xform_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="f432558f59ec2fbd94807f99d74138e54660ccaf",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_f13e8",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_forms_form",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="form",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_forms_formevent" ("accept_edits", "demonstration", "id", "limits", "made_at", "made_by_id", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme", "public_key", "retention_days", "reviews_needed", "roles", "sensitivity", "state", "title_ar", "title_ckb", "title_en", "version", "xform_id") SELECT old_values."accept_edits", old_values."demonstration", old_values."id", old_values."limits", old_values."made_at", old_values."made_by_id", old_values."owner_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."programme", old_values."public_key", old_values."retention_days", old_values."reviews_needed", old_values."roles", old_values."sensitivity", old_values."state", old_values."title_ar", old_values."title_ckb", old_values."title_en", old_values."version", old_values."xform_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="77286781c33ac3626592072e09ebde9cd028142d",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_d129c",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_forms_form",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="fieldpolicy",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_forms_fieldpolicyevent" ("form_id", "id", "label", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_sees", "reader_sees", "said") SELECT new_values."form_id", new_values."id", new_values."label", new_values."path", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."public_sees", new_values."reader_sees", new_values."said" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="83040482b8dc4209841d02121a8ce2d5c686225a",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_fc78c",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_forms_fieldpolicy",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="fieldpolicy",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_forms_fieldpolicyevent" ("form_id", "id", "label", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_sees", "reader_sees", "said") SELECT new_values."form_id", new_values."id", new_values."label", new_values."path", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."public_sees", new_values."reader_sees", new_values."said" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="013ce405eb3666921f369e90d48c3f02e57cdcfb",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_4bd55",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_forms_fieldpolicy",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="fieldpolicy",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_forms_fieldpolicyevent" ("form_id", "id", "label", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_sees", "reader_sees", "said") SELECT old_values."form_id", old_values."id", old_values."label", old_values."path", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."public_sees", old_values."reader_sees", old_values."said" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="cfcd376a98d6fdf35c36888972d984958993012b",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_b4999",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_forms_fieldpolicy",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="formversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.published_at IS NOT NULL)",
                            func="\n                    IF TG_OP = 'DELETE' OR NEW.xform <> OLD.xform OR NEW.version_text <> OLD.version_text\n                       OR NEW.published_at IS DISTINCT FROM OLD.published_at OR NEW.form_id <> OLD.form_id THEN\n                        RAISE EXCEPTION 'a published version of a form does not change' USING ERRCODE = '23514';\n                    END IF;\n                    RETURN NEW;\n                    ",
                            hash="f2f87984856c686ccbcd322aeeb1e74dbbe03f0b",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_published_stays_6e765",
                            table="rafid_forms_formversion",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="appuser",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_forms_appuserevent" ("draft_id", "expires_at", "id", "made_at", "made_by_id", "name", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "revoked_by_id") SELECT new_values."draft_id", new_values."expires_at", new_values."id", new_values."made_at", new_values."made_by_id", new_values."name", new_values."owner_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."revoked_at", new_values."revoked_by_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="fb02410acfca67b5fb81272e4290d360b224f8b2",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_2ecbd",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_forms_appuser",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="appuser",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_forms_appuserevent" ("draft_id", "expires_at", "id", "made_at", "made_by_id", "name", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "revoked_by_id") SELECT new_values."draft_id", new_values."expires_at", new_values."id", new_values."made_at", new_values."made_by_id", new_values."name", new_values."owner_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."revoked_at", new_values."revoked_by_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."draft_id" IS DISTINCT FROM (new_values."draft_id") OR old_values."expires_at" IS DISTINCT FROM (new_values."expires_at") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."made_at" IS DISTINCT FROM (new_values."made_at") OR old_values."made_by_id" IS DISTINCT FROM (new_values."made_by_id") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."owner_id" IS DISTINCT FROM (new_values."owner_id") OR old_values."revoked_at" IS DISTINCT FROM (new_values."revoked_at") OR old_values."revoked_by_id" IS DISTINCT FROM (new_values."revoked_by_id")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="319a8b172fffebf0945d16efc9d27f636a55abf1",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_18790",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_forms_appuser",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="appuser",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_forms_appuserevent" ("draft_id", "expires_at", "id", "made_at", "made_by_id", "name", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "revoked_by_id") SELECT old_values."draft_id", old_values."expires_at", old_values."id", old_values."made_at", old_values."made_by_id", old_values."name", old_values."owner_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."revoked_at", old_values."revoked_by_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="5c1a2e91f15446316249022fd59c28c8f61715f7",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_c3daa",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_forms_appuser",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="publiclink",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_forms_publiclinkevent" ("closes_at", "expires_at", "form_id", "id", "made_at", "made_by_id", "max_submissions", "name", "once_per_browser", "opens_at", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "revoked_by_id", "tells_left") SELECT new_values."closes_at", new_values."expires_at", new_values."form_id", new_values."id", new_values."made_at", new_values."made_by_id", new_values."max_submissions", new_values."name", new_values."once_per_browser", new_values."opens_at", new_values."owner_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."revoked_at", new_values."revoked_by_id", new_values."tells_left" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="b0fcd997f66546c5fd4a864986a6610b1db82caf",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_ef088",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_forms_publiclink",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="publiclink",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_forms_publiclinkevent" ("closes_at", "expires_at", "form_id", "id", "made_at", "made_by_id", "max_submissions", "name", "once_per_browser", "opens_at", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "revoked_by_id", "tells_left") SELECT new_values."closes_at", new_values."expires_at", new_values."form_id", new_values."id", new_values."made_at", new_values."made_by_id", new_values."max_submissions", new_values."name", new_values."once_per_browser", new_values."opens_at", new_values."owner_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."revoked_at", new_values."revoked_by_id", new_values."tells_left" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."closes_at" IS DISTINCT FROM (new_values."closes_at") OR old_values."expires_at" IS DISTINCT FROM (new_values."expires_at") OR old_values."form_id" IS DISTINCT FROM (new_values."form_id") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."made_at" IS DISTINCT FROM (new_values."made_at") OR old_values."made_by_id" IS DISTINCT FROM (new_values."made_by_id") OR old_values."max_submissions" IS DISTINCT FROM (new_values."max_submissions") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."once_per_browser" IS DISTINCT FROM (new_values."once_per_browser") OR old_values."opens_at" IS DISTINCT FROM (new_values."opens_at") OR old_values."owner_id" IS DISTINCT FROM (new_values."owner_id") OR old_values."revoked_at" IS DISTINCT FROM (new_values."revoked_at") OR old_values."revoked_by_id" IS DISTINCT FROM (new_values."revoked_by_id") OR old_values."tells_left" IS DISTINCT FROM (new_values."tells_left")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="8be82646ec65fc3c1a3daa516ef8a90421ed2480",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_ace5c",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_forms_publiclink",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="publiclink",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_forms_publiclinkevent" ("closes_at", "expires_at", "form_id", "id", "made_at", "made_by_id", "max_submissions", "name", "once_per_browser", "opens_at", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "revoked_by_id", "tells_left") SELECT old_values."closes_at", old_values."expires_at", old_values."form_id", old_values."id", old_values."made_at", old_values."made_by_id", old_values."max_submissions", old_values."name", old_values."once_per_browser", old_values."opens_at", old_values."owner_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."revoked_at", old_values."revoked_by_id", old_values."tells_left" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="d41841583499c641f19b1d6965735633d4cc14dd",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_8442c",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_forms_publiclink",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reviewevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="decided_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="b20da92499fd282cb39cd402115a64139cfbac2e",
                            operation="UPDATE",
                            pgid="pgtrigger_decided_stays_50808",
                            table="rafid_forms_reviewevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="submissionversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="received_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.draft_id IS NULL)",
                            func="\n                    IF coalesce(current_setting('rafid.purge', true), '') <> 'on' OR TG_OP = 'DELETE' THEN\n                        RAISE EXCEPTION 'what was received does not change' USING ERRCODE = '23514';\n                    END IF;\n                    IF NEW.sha256 <> OLD.sha256 OR NEW.chain <> OLD.chain OR NEW.instance_id <> OLD.instance_id THEN\n                        RAISE EXCEPTION 'a purge keeps hashes' USING ERRCODE = '23514';\n                    END IF;\n                    RETURN NEW;\n                    ",
                            hash="363d6433fad6d9975504164ddb3f2cf09a4a4e99",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_received_stays_bd53d",
                            table="rafid_forms_submissionversion",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="entityversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="entity_version_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="0472c3162a10092433d2cb41fc72377b96263fee",
                            operation="DELETE",
                            pgid="pgtrigger_entity_version_stays_b1862",
                            table="rafid_forms_entityversion",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
        migrations.RunSQL(RECEIVE, "DROP FUNCTION rafid_forms_receive"),
        migrations.RunSQL(ASKED, "DROP FUNCTION rafid_forms_asked"),
    ]
