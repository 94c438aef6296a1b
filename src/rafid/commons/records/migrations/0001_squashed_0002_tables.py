"""What every registered thing shares: findings, imports, tasks, remembered choices.

A database that has some of the migrations that this one stands for goes on with them; a new one is made by this alone.
"""

import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import rafid.commons.identity
from rafid.commons.at_once import AtOnce


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("rafid_records", "0001_initial"),
        ("rafid_records", "0002_imports"),
    ]

    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("rafid_people", "0001_squashed_0005_tables"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="Finding",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("kind", models.CharField(max_length=80)),
                        ("record_id", models.UUIDField()),
                        ("record_ref", models.CharField(blank=True, max_length=40)),
                        ("check_code", models.CharField(max_length=80)),
                        ("severity", models.SmallIntegerField(choices=[(1, "Note"), (2, "To check"), (3, "Serious")])),
                        ("field", models.CharField(blank=True, max_length=80)),
                        ("message", models.JSONField(help_text='{"ar": …, "ckb": …, "en": …}')),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("resolved", "Resolved"),
                                    ("explained", "Explained"),
                                    ("confirmed", "Confirmed"),
                                ],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        ("found_at", models.DateTimeField(auto_now_add=True)),
                        ("settled_at", models.DateTimeField(blank=True, null=True)),
                        ("reason", models.TextField(blank=True)),
                        (
                            "assigned_to",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "settled_by",
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
                        "indexes": [
                            models.Index(fields=["state", "-severity", "-found_at"], name="finding_open_first")
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("kind", "record_id", "check_code"), name="finding_once"),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), ("state", "explained"), _negated=True),
                                name="finding_explained_with_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Comment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
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
                            "finding",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="comments",
                                to="rafid_records.finding",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="FindingEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("kind", models.CharField(max_length=80)),
                        ("record_id", models.UUIDField()),
                        ("record_ref", models.CharField(blank=True, max_length=40)),
                        ("check_code", models.CharField(max_length=80)),
                        ("severity", models.SmallIntegerField(choices=[(1, "Note"), (2, "To check"), (3, "Serious")])),
                        ("field", models.CharField(blank=True, max_length=80)),
                        ("message", models.JSONField(help_text='{"ar": …, "ckb": …, "en": …}')),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("resolved", "Resolved"),
                                    ("explained", "Explained"),
                                    ("confirmed", "Confirmed"),
                                ],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        ("found_at", models.DateTimeField(auto_now_add=True)),
                        ("settled_at", models.DateTimeField(blank=True, null=True)),
                        ("reason", models.TextField(blank=True)),
                        (
                            "assigned_to",
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
                                to="rafid_records.finding",
                            ),
                        ),
                        (
                            "settled_by",
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
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ImportRun",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("target", models.CharField(help_text="programme.import", max_length=80)),
                        ("file_name", models.CharField(max_length=255)),
                        ("file_sha256", models.CharField(max_length=64)),
                        ("file_path", models.CharField(help_text="below the media folder, by hash", max_length=300)),
                        ("file_size", models.BigIntegerField()),
                        ("sheet", models.CharField(blank=True, max_length=100)),
                        (
                            "options",
                            models.JSONField(
                                blank=True, default=dict, help_text="source, as of, reading of the file, fixed values"
                            ),
                        ),
                        (
                            "mapping",
                            models.JSONField(blank=True, default=dict, help_text="column code → position in the file"),
                        ),
                        ("header", models.JSONField(blank=True, default=list)),
                        (
                            "notes",
                            models.JSONField(blank=True, default=list, help_text="what was understood about the file"),
                        ),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("received", "Received"),
                                    ("staging", "Being read"),
                                    ("staged", "Ready to look at"),
                                    ("applying", "Being recorded"),
                                    ("applied", "Recorded"),
                                    ("undone", "Undone"),
                                    ("failed", "Failed"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="received",
                                max_length=10,
                            ),
                        ),
                        (
                            "progress",
                            models.JSONField(blank=True, default=dict, help_text='{"done": rows, "of": rows or null}'),
                        ),
                        ("rows", models.PositiveIntegerField(default=0)),
                        ("good", models.PositiveIntegerField(default=0)),
                        ("bad", models.PositiveIntegerField(default=0)),
                        (
                            "outlook",
                            models.JSONField(
                                blank=True, help_text='{"new": rows, "replacing": rows, "same": rows}', null=True
                            ),
                        ),
                        (
                            "questions",
                            models.JSONField(
                                blank=True, default=list, help_text="doubtful places and their candidates"
                            ),
                        ),
                        (
                            "matches",
                            models.JSONField(
                                blank=True, default=list, help_text="places that were recognised, and why"
                            ),
                        ),
                        (
                            "decisions",
                            models.JSONField(
                                blank=True, default=list, help_text="[column, text, parent, place or null]"
                            ),
                        ),
                        ("only_good", models.BooleanField(default=False)),
                        (
                            "written",
                            models.JSONField(
                                blank=True, help_text='{model: {"inserted", "updated", "same"}}', null=True
                            ),
                        ),
                        ("applied_at", models.DateTimeField(blank=True, null=True)),
                        ("undone_at", models.DateTimeField(blank=True, null=True)),
                        ("undone_why", models.TextField(blank=True, default="")),
                        ("error", models.JSONField(blank=True, help_text='{"ar": …, "ckb": …, "en": …}', null=True)),
                        (
                            "applied_by",
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
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_people.organisation",
                            ),
                        ),
                        (
                            "undone_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="rafid_records.task",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["-made_at"], name="import_run_newest")],
                    },
                ),
                migrations.CreateModel(
                    name="ImportRow",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "run", "number", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveIntegerField(help_text="the sheet's own row number")),
                        ("raw", models.JSONField(null=True)),
                        ("values", models.JSONField(default=dict)),
                        ("problems", models.JSONField(null=True)),
                        ("warnings", models.JSONField(null=True)),
                        (
                            "run",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="staged",
                                to="rafid_records.importrun",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("problems__isnull", False)),
                                fields=["run", "number"],
                                name="import_row_bad",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RememberedMapping",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("target", models.CharField(max_length=80)),
                        ("fingerprint", models.CharField(help_text="of the folded header cells", max_length=64)),
                        ("mapping", models.JSONField()),
                        ("at", models.DateTimeField(auto_now=True)),
                        (
                            "by",
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
                            models.UniqueConstraint(fields=("target", "fingerprint"), name="remembered_mapping_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SearchEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=80)),
                        ("record_id", models.UUIDField()),
                        ("title", models.JSONField()),
                        ("url", models.CharField(max_length=300)),
                        ("text", models.TextField()),
                        ("weight", models.SmallIntegerField(default=0)),
                    ],
                    options={
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["text"], name="search_entry_text", opclasses=["gin_trgm_ops"]
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("kind", "record_id"), name="search_entry_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Task",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=100)),
                        ("about", models.JSONField(default=dict, help_text="title in three languages")),
                        ("link", models.CharField(blank=True, max_length=300)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waiting"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("failed", "Failed"),
                                ],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        ("done", models.BigIntegerField(default=0)),
                        ("of", models.BigIntegerField(null=True)),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        ("beat_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("error", models.JSONField(null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ImportRunEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("target", models.CharField(help_text="programme.import", max_length=80)),
                        ("file_name", models.CharField(max_length=255)),
                        ("file_sha256", models.CharField(max_length=64)),
                        ("file_path", models.CharField(help_text="below the media folder, by hash", max_length=300)),
                        ("file_size", models.BigIntegerField()),
                        ("sheet", models.CharField(blank=True, max_length=100)),
                        (
                            "options",
                            models.JSONField(
                                blank=True, default=dict, help_text="source, as of, reading of the file, fixed values"
                            ),
                        ),
                        (
                            "mapping",
                            models.JSONField(blank=True, default=dict, help_text="column code → position in the file"),
                        ),
                        ("header", models.JSONField(blank=True, default=list)),
                        (
                            "notes",
                            models.JSONField(blank=True, default=list, help_text="what was understood about the file"),
                        ),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("received", "Received"),
                                    ("staging", "Being read"),
                                    ("staged", "Ready to look at"),
                                    ("applying", "Being recorded"),
                                    ("applied", "Recorded"),
                                    ("undone", "Undone"),
                                    ("failed", "Failed"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="received",
                                max_length=10,
                            ),
                        ),
                        ("rows", models.PositiveIntegerField(default=0)),
                        ("good", models.PositiveIntegerField(default=0)),
                        ("bad", models.PositiveIntegerField(default=0)),
                        (
                            "outlook",
                            models.JSONField(
                                blank=True, help_text='{"new": rows, "replacing": rows, "same": rows}', null=True
                            ),
                        ),
                        (
                            "decisions",
                            models.JSONField(
                                blank=True, default=list, help_text="[column, text, parent, place or null]"
                            ),
                        ),
                        ("only_good", models.BooleanField(default=False)),
                        (
                            "written",
                            models.JSONField(
                                blank=True, help_text='{model: {"inserted", "updated", "same"}}', null=True
                            ),
                        ),
                        ("applied_at", models.DateTimeField(blank=True, null=True)),
                        ("undone_at", models.DateTimeField(blank=True, null=True)),
                        ("undone_why", models.TextField(blank=True, default="")),
                        ("error", models.JSONField(blank=True, help_text='{"ar": …, "ckb": …, "en": …}', null=True)),
                        (
                            "applied_by",
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
                                to="rafid_records.importrun",
                            ),
                        ),
                        (
                            "undone_by",
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
                            "task",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="rafid_records.task",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="finding",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_records_findingevent" ("assigned_to_id", "check_code", "field", "found_at", "id", "kind", "message", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "record_id", "record_ref", "settled_at", "settled_by_id", "severity", "state") SELECT new_values."assigned_to_id", new_values."check_code", new_values."field", new_values."found_at", new_values."id", new_values."kind", new_values."message", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reason", new_values."record_id", new_values."record_ref", new_values."settled_at", new_values."settled_by_id", new_values."severity", new_values."state" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="a87650e5e5ee201295b57b027d063a6c1f361602",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_4e331",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_records_finding",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="finding",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_records_findingevent" ("assigned_to_id", "check_code", "field", "found_at", "id", "kind", "message", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "record_id", "record_ref", "settled_at", "settled_by_id", "severity", "state") SELECT new_values."assigned_to_id", new_values."check_code", new_values."field", new_values."found_at", new_values."id", new_values."kind", new_values."message", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reason", new_values."record_id", new_values."record_ref", new_values."settled_at", new_values."settled_by_id", new_values."severity", new_values."state" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="f45166b22714e44484c1b5d42a28796927df72c5",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_54927",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_records_finding",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="finding",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_records_findingevent" ("assigned_to_id", "check_code", "field", "found_at", "id", "kind", "message", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "record_id", "record_ref", "settled_at", "settled_by_id", "severity", "state") SELECT old_values."assigned_to_id", old_values."check_code", old_values."field", old_values."found_at", old_values."id", old_values."kind", old_values."message", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."reason", old_values."record_id", old_values."record_ref", old_values."settled_at", old_values."settled_by_id", old_values."severity", old_values."state" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="6b778efafce135f5e36fb5b21fa8655227b421f8",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_a6193",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_records_finding",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="importrun",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_records_importrunevent" ("applied_at", "applied_by_id", "bad", "decisions", "error", "file_name", "file_path", "file_sha256", "file_size", "good", "header", "id", "made_at", "made_by_id", "mapping", "notes", "only_good", "options", "outlook", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rows", "sheet", "state", "target", "task_id", "undone_at", "undone_by_id", "undone_why", "written") SELECT new_values."applied_at", new_values."applied_by_id", new_values."bad", new_values."decisions", new_values."error", new_values."file_name", new_values."file_path", new_values."file_sha256", new_values."file_size", new_values."good", new_values."header", new_values."id", new_values."made_at", new_values."made_by_id", new_values."mapping", new_values."notes", new_values."only_good", new_values."options", new_values."outlook", new_values."owner_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."rows", new_values."sheet", new_values."state", new_values."target", new_values."task_id", new_values."undone_at", new_values."undone_by_id", new_values."undone_why", new_values."written" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="5a04c09cc99c0416146674576b8a2eca7f574a50",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_9dd7f",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_records_importrun",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="importrun",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_records_importrunevent" ("applied_at", "applied_by_id", "bad", "decisions", "error", "file_name", "file_path", "file_sha256", "file_size", "good", "header", "id", "made_at", "made_by_id", "mapping", "notes", "only_good", "options", "outlook", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rows", "sheet", "state", "target", "task_id", "undone_at", "undone_by_id", "undone_why", "written") SELECT new_values."applied_at", new_values."applied_by_id", new_values."bad", new_values."decisions", new_values."error", new_values."file_name", new_values."file_path", new_values."file_sha256", new_values."file_size", new_values."good", new_values."header", new_values."id", new_values."made_at", new_values."made_by_id", new_values."mapping", new_values."notes", new_values."only_good", new_values."options", new_values."outlook", new_values."owner_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."rows", new_values."sheet", new_values."state", new_values."target", new_values."task_id", new_values."undone_at", new_values."undone_by_id", new_values."undone_why", new_values."written" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."applied_at" IS DISTINCT FROM (new_values."applied_at") OR old_values."applied_by_id" IS DISTINCT FROM (new_values."applied_by_id") OR old_values."bad" IS DISTINCT FROM (new_values."bad") OR old_values."decisions" IS DISTINCT FROM (new_values."decisions") OR old_values."error" IS DISTINCT FROM (new_values."error") OR old_values."file_name" IS DISTINCT FROM (new_values."file_name") OR old_values."file_path" IS DISTINCT FROM (new_values."file_path") OR old_values."file_sha256" IS DISTINCT FROM (new_values."file_sha256") OR old_values."file_size" IS DISTINCT FROM (new_values."file_size") OR old_values."good" IS DISTINCT FROM (new_values."good") OR old_values."header" IS DISTINCT FROM (new_values."header") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."made_at" IS DISTINCT FROM (new_values."made_at") OR old_values."made_by_id" IS DISTINCT FROM (new_values."made_by_id") OR old_values."mapping" IS DISTINCT FROM (new_values."mapping") OR old_values."notes" IS DISTINCT FROM (new_values."notes") OR old_values."only_good" IS DISTINCT FROM (new_values."only_good") OR old_values."options" IS DISTINCT FROM (new_values."options") OR old_values."outlook" IS DISTINCT FROM (new_values."outlook") OR old_values."owner_id" IS DISTINCT FROM (new_values."owner_id") OR old_values."rows" IS DISTINCT FROM (new_values."rows") OR old_values."sheet" IS DISTINCT FROM (new_values."sheet") OR old_values."state" IS DISTINCT FROM (new_values."state") OR old_values."target" IS DISTINCT FROM (new_values."target") OR old_values."task_id" IS DISTINCT FROM (new_values."task_id") OR old_values."undone_at" IS DISTINCT FROM (new_values."undone_at") OR old_values."undone_by_id" IS DISTINCT FROM (new_values."undone_by_id") OR old_values."undone_why" IS DISTINCT FROM (new_values."undone_why") OR old_values."written" IS DISTINCT FROM (new_values."written")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="1204c34d7f01f07574c08b192a26366a967881ca",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_942fd",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_records_importrun",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="importrun",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_records_importrunevent" ("applied_at", "applied_by_id", "bad", "decisions", "error", "file_name", "file_path", "file_sha256", "file_size", "good", "header", "id", "made_at", "made_by_id", "mapping", "notes", "only_good", "options", "outlook", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rows", "sheet", "state", "target", "task_id", "undone_at", "undone_by_id", "undone_why", "written") SELECT old_values."applied_at", old_values."applied_by_id", old_values."bad", old_values."decisions", old_values."error", old_values."file_name", old_values."file_path", old_values."file_sha256", old_values."file_size", old_values."good", old_values."header", old_values."id", old_values."made_at", old_values."made_by_id", old_values."mapping", old_values."notes", old_values."only_good", old_values."options", old_values."outlook", old_values."owner_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."rows", old_values."sheet", old_values."state", old_values."target", old_values."task_id", old_values."undone_at", old_values."undone_by_id", old_values."undone_why", old_values."written" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="c13593b0c94801ff5231ea9da5c2d791b2621a56",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_5c38b",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_records_importrun",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
        # Undo asks for all changes of one import.
        migrations.RunSQL(
            "CREATE INDEX rafid_context_import_run ON pghistory_context ((metadata->>'import_run')) "
            "WHERE metadata ? 'import_run'",
            "DROP INDEX rafid_context_import_run",
        ),
    ]
