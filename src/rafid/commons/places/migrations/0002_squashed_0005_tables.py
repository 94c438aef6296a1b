"""Places, their versions in time, and what imports of borders and settlements keep.

A database that has some of the migrations that this one stands for goes on with them; a new one is made by this alone.
"""

import django.contrib.gis.db.models.fields
import django.contrib.gis.db.models.functions
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import rafid.commons.identity
from rafid.commons.at_once import AtOnce


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("rafid_places", "0002_initial"),
        ("rafid_places", "0003_overviews"),
        ("rafid_places", "0004_boundary_imports"),
        ("rafid_places", "0005_imports_of_places"),
    ]

    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("rafid_places", "0001_extensions"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="PlaceImport",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("borders", "Borders"), ("settlements", "Settlements")],
                                default="borders",
                                max_length=12,
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        ("sha256", models.CharField(max_length=64)),
                        ("stored", models.CharField(blank=True, max_length=200)),
                        ("language", models.CharField(default="ar", max_length=3)),
                        ("options", models.JSONField(default=dict)),
                        (
                            "columns",
                            models.JSONField(
                                default=list, help_text="fields of the file, each with a few of its values"
                            ),
                        ),
                        ("report", models.JSONField(default=dict)),
                        ("words", models.JSONField(default=dict)),
                        ("drawing", models.TextField(blank=True)),
                        ("problem", models.JSONField(help_text="why it cannot go on, in three languages", null=True)),
                        ("done", models.JSONField(default=dict)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("reading", "Being read"),
                                    ("refused", "Cannot be read"),
                                    ("checked", "Checked, waits for a decision"),
                                    ("applying", "Being put in force"),
                                    ("applied", "In force"),
                                    ("cancelled", "Put aside"),
                                ],
                                default="checked",
                                max_length=10,
                            ),
                        ),
                        ("task", models.UUIDField(null=True)),
                        ("by", models.UUIDField(null=True)),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        ("decided_by", models.UUIDField(null=True)),
                        ("why", models.CharField(blank=True, max_length=500)),
                        ("applied_at", models.DateTimeField(blank=True, null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Place",
                    fields=[
                        ("name_ar", models.CharField(blank=True, max_length=300)),
                        ("name_ckb", models.CharField(blank=True, max_length=300)),
                        ("name_en", models.CharField(blank=True, max_length=300)),
                        (
                            "lineage",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, editable=False, size=None
                            ),
                        ),
                        (
                            "id",
                            models.UUIDField(
                                default=rafid.commons.identity.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("ref", models.CharField(max_length=40, unique=True)),
                        ("division", models.CharField(default="ocha2019", max_length=20)),
                        (
                            "level",
                            models.SmallIntegerField(
                                choices=[
                                    (0, "Country"),
                                    (1, "Governorate"),
                                    (2, "District"),
                                    (3, "Sub-district"),
                                    (4, "Settlement"),
                                ]
                            ),
                        ),
                        ("pcode", models.CharField(blank=True, max_length=20, null=True)),
                        ("iso_3166_2", models.CharField(blank=True, max_length=10)),
                        ("hasc", models.CharField(blank=True, max_length=10)),
                        (
                            "code",
                            models.CharField(
                                blank=True, help_text="code of its own source, such as COSIT's", max_length=20
                            ),
                        ),
                        (
                            "other_names",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=300), blank=True, default=list, size=None
                            ),
                        ),
                        ("point", django.contrib.gis.db.models.fields.PointField(blank=True, null=True, srid=4326)),
                        ("area_m2", models.FloatField(blank=True, null=True)),
                        ("region", models.CharField(blank=True, max_length=10)),
                        ("source", models.TextField(blank=True)),
                        ("as_of", models.CharField(blank=True, max_length=40)),
                        ("note", models.TextField(blank=True)),
                        (
                            "search",
                            models.TextField(default="", editable=False, help_text="all its names and codes, folded"),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="rafid_places.place",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(fields=["lineage"], name="place_lineage"),
                            models.Index(fields=["division", "level", "ref"], name="place_division_level"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("pcode",), name="place_pcode_unique"),
                            models.CheckConstraint(
                                condition=models.Q(("level__gte", 0), ("level__lte", 4)), name="place_level"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("name_ar", ""), ("name_ckb", ""), ("name_en", ""), _negated=True),
                                name="place_has_a_name",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlaceEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("name_ar", models.CharField(blank=True, max_length=300)),
                        ("name_ckb", models.CharField(blank=True, max_length=300)),
                        ("name_en", models.CharField(blank=True, max_length=300)),
                        ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                        ("ref", models.CharField(max_length=40)),
                        ("division", models.CharField(default="ocha2019", max_length=20)),
                        (
                            "level",
                            models.SmallIntegerField(
                                choices=[
                                    (0, "Country"),
                                    (1, "Governorate"),
                                    (2, "District"),
                                    (3, "Sub-district"),
                                    (4, "Settlement"),
                                ]
                            ),
                        ),
                        ("pcode", models.CharField(blank=True, max_length=20, null=True)),
                        ("iso_3166_2", models.CharField(blank=True, max_length=10)),
                        ("hasc", models.CharField(blank=True, max_length=10)),
                        (
                            "code",
                            models.CharField(
                                blank=True, help_text="code of its own source, such as COSIT's", max_length=20
                            ),
                        ),
                        (
                            "other_names",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=300), blank=True, default=list, size=None
                            ),
                        ),
                        ("point", django.contrib.gis.db.models.fields.PointField(blank=True, null=True, srid=4326)),
                        ("area_m2", models.FloatField(blank=True, null=True)),
                        ("region", models.CharField(blank=True, max_length=10)),
                        ("source", models.TextField(blank=True)),
                        ("as_of", models.CharField(blank=True, max_length=40)),
                        ("note", models.TextField(blank=True)),
                        (
                            "parent",
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
                                to="rafid_places.place",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PlaceLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "confidence",
                            models.CharField(choices=[("A", "A"), ("B", "B"), ("C", "C"), ("X", "X")], max_length=1),
                        ),
                        ("source", models.TextField(blank=True)),
                        (
                            "other",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="linked_from",
                                to="rafid_places.place",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="links",
                                to="rafid_places.place",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("place", "other"), name="place_link_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("confidence", "X"), ("other", None)),
                                    models.Q(("confidence__in", "ABC"), ("other__isnull", False)),
                                    _connector="OR",
                                ),
                                name="place_link_x_is_none",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlaceVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name_ar", models.CharField(blank=True, max_length=300)),
                        ("name_ckb", models.CharField(blank=True, max_length=300)),
                        ("name_en", models.CharField(blank=True, max_length=300)),
                        (
                            "geometry",
                            django.contrib.gis.db.models.fields.MultiPolygonField(blank=True, null=True, srid=4326),
                        ),
                        (
                            "web",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.contrib.gis.db.models.functions.Transform("geometry", 3857),
                                output_field=django.contrib.gis.db.models.fields.MultiPolygonField(
                                    null=True, srid=3857
                                ),
                            ),
                        ),
                        (
                            "generalised",
                            models.BooleanField(
                                default=False, help_text="a rough outline that stands until borders are imported"
                            ),
                        ),
                        ("area_m2", models.FloatField(blank=True, null=True)),
                        (
                            "valid",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="from its first day to the day after its last"
                            ),
                        ),
                        ("source", models.TextField(blank=True)),
                        ("as_of", models.CharField(blank=True, max_length=40)),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_places.place",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="rafid_places.place",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            django.contrib.postgres.indexes.GistIndex(fields=["web"], name="place_version_web")
                        ],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[("place", "="), ("valid", "&&")], name="place_version_one_at_a_time"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BorderOverview",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("band", models.SmallIntegerField()),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField()),
                        ("web", django.contrib.gis.db.models.fields.MultiPolygonField(spatial_index=False, srid=3857)),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="overviews",
                                to="rafid_places.placeversion",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            django.contrib.postgres.indexes.GistIndex(fields=["web"], name="border_overview_web")
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("version", "band", "valid"), name="border_overview_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlaceVersionEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("name_ar", models.CharField(blank=True, max_length=300)),
                        ("name_ckb", models.CharField(blank=True, max_length=300)),
                        ("name_en", models.CharField(blank=True, max_length=300)),
                        (
                            "geometry",
                            django.contrib.gis.db.models.fields.MultiPolygonField(blank=True, null=True, srid=4326),
                        ),
                        (
                            "web",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.contrib.gis.db.models.functions.Transform("geometry", 3857),
                                output_field=django.contrib.gis.db.models.fields.MultiPolygonField(
                                    null=True, srid=3857
                                ),
                            ),
                        ),
                        (
                            "generalised",
                            models.BooleanField(
                                default=False, help_text="a rough outline that stands until borders are imported"
                            ),
                        ),
                        ("area_m2", models.FloatField(blank=True, null=True)),
                        (
                            "valid",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="from its first day to the day after its last"
                            ),
                        ),
                        ("source", models.TextField(blank=True)),
                        ("as_of", models.CharField(blank=True, max_length=40)),
                        (
                            "parent",
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
                                to="rafid_places.placeversion",
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
                    name="RememberedMatch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("folded", models.CharField(max_length=300)),
                        ("written", models.CharField(max_length=300)),
                        ("decided_by", models.UUIDField(null=True)),
                        ("decided_at", models.DateTimeField(auto_now=True)),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rafid_places.place",
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
                            models.UniqueConstraint(
                                fields=("folded", "parent"), name="remembered_match_once", nulls_distinct=False
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="place",
                    trigger=pgtrigger.compiler.Trigger(
                        name="lineage_before",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                IF NEW.parent_id IS NULL THEN\n                    NEW.lineage := ARRAY[NEW.id];\n                ELSE\n                    SELECT p.lineage || NEW.id INTO NEW.lineage FROM rafid_places_place p WHERE p.id = NEW.parent_id;\n                    IF NEW.lineage IS NULL THEN\n                        RAISE EXCEPTION 'parent % is not there', NEW.parent_id USING ERRCODE = 'foreign_key_violation';\n                    END IF;\n                    IF array_position(NEW.lineage, NEW.id) < array_length(NEW.lineage, 1) THEN\n                        RAISE EXCEPTION 'a thing cannot lie inside itself' USING ERRCODE = 'check_violation',\n                            CONSTRAINT = 'rafid_places_place_no_circle';\n                    END IF;\n                END IF;\n                RETURN NEW;\n                ",
                            hash="30a2cf0ccf226e399468157e8ff7cda843540588",
                            operation='INSERT OR UPDATE OF "parent_id", "lineage"',
                            pgid="pgtrigger_lineage_before_17430",
                            table="rafid_places_place",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="place",
                    trigger=pgtrigger.compiler.Trigger(
                        name="lineage_after",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.lineage IS DISTINCT FROM NEW.lineage)",
                            func="\n                UPDATE rafid_places_place SET lineage = NEW.lineage || id WHERE parent_id = NEW.id;\n                RETURN NULL;\n                ",
                            hash="16cc35861f48abc0ee2f05cb5d4bde24228f4929",
                            operation='UPDATE OF "parent_id", "lineage"',
                            pgid="pgtrigger_lineage_after_0d3ce",
                            table="rafid_places_place",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="place",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_places_placeevent" ("area_m2", "as_of", "code", "division", "hasc", "id", "iso_3166_2", "level", "name_ar", "name_ckb", "name_en", "note", "other_names", "parent_id", "pcode", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "point", "ref", "region", "source") SELECT new_values."area_m2", new_values."as_of", new_values."code", new_values."division", new_values."hasc", new_values."id", new_values."iso_3166_2", new_values."level", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."note", new_values."other_names", new_values."parent_id", new_values."pcode", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."point", new_values."ref", new_values."region", new_values."source" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="5c36a27ef980d4f1b5d6f9f0f3faf79e20a3ef08",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_660f8",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_places_place",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="place",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_places_placeevent" ("area_m2", "as_of", "code", "division", "hasc", "id", "iso_3166_2", "level", "name_ar", "name_ckb", "name_en", "note", "other_names", "parent_id", "pcode", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "point", "ref", "region", "source") SELECT new_values."area_m2", new_values."as_of", new_values."code", new_values."division", new_values."hasc", new_values."id", new_values."iso_3166_2", new_values."level", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."note", new_values."other_names", new_values."parent_id", new_values."pcode", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."point", new_values."ref", new_values."region", new_values."source" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."area_m2" IS DISTINCT FROM (new_values."area_m2") OR old_values."as_of" IS DISTINCT FROM (new_values."as_of") OR old_values."code" IS DISTINCT FROM (new_values."code") OR old_values."division" IS DISTINCT FROM (new_values."division") OR old_values."hasc" IS DISTINCT FROM (new_values."hasc") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."iso_3166_2" IS DISTINCT FROM (new_values."iso_3166_2") OR old_values."level" IS DISTINCT FROM (new_values."level") OR old_values."name_ar" IS DISTINCT FROM (new_values."name_ar") OR old_values."name_ckb" IS DISTINCT FROM (new_values."name_ckb") OR old_values."name_en" IS DISTINCT FROM (new_values."name_en") OR old_values."note" IS DISTINCT FROM (new_values."note") OR old_values."other_names" IS DISTINCT FROM (new_values."other_names") OR old_values."parent_id" IS DISTINCT FROM (new_values."parent_id") OR old_values."pcode" IS DISTINCT FROM (new_values."pcode") OR old_values."point" IS DISTINCT FROM (new_values."point") OR old_values."ref" IS DISTINCT FROM (new_values."ref") OR old_values."region" IS DISTINCT FROM (new_values."region") OR old_values."source" IS DISTINCT FROM (new_values."source")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="37334c66db161f3aa9d6427089399a6e7edca4ca",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_2057f",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_places_place",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="place",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_places_placeevent" ("area_m2", "as_of", "code", "division", "hasc", "id", "iso_3166_2", "level", "name_ar", "name_ckb", "name_en", "note", "other_names", "parent_id", "pcode", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "point", "ref", "region", "source") SELECT old_values."area_m2", old_values."as_of", old_values."code", old_values."division", old_values."hasc", old_values."id", old_values."iso_3166_2", old_values."level", old_values."name_ar", old_values."name_ckb", old_values."name_en", old_values."note", old_values."other_names", old_values."parent_id", old_values."pcode", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."point", old_values."ref", old_values."region", old_values."source" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="793160295358d5e895f89eccdb89c4f2366818f0",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_a1a90",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_places_place",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="placeversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_places_placeversionevent" ("area_m2", "as_of", "generalised", "geometry", "id", "name_ar", "name_ckb", "name_en", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "source", "valid") SELECT new_values."area_m2", new_values."as_of", new_values."generalised", new_values."geometry", new_values."id", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."parent_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place_id", new_values."source", new_values."valid" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="ab246c0098f0ff2e094eba9bba26ca304aa19921",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_0f6be",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="rafid_places_placeversion",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="placeversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_places_placeversionevent" ("area_m2", "as_of", "generalised", "geometry", "id", "name_ar", "name_ckb", "name_en", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "source", "valid") SELECT new_values."area_m2", new_values."as_of", new_values."generalised", new_values."geometry", new_values."id", new_values."name_ar", new_values."name_ckb", new_values."name_en", new_values."parent_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place_id", new_values."source", new_values."valid" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="72bdee7e479b1d72a97d8e22a2da5e442ab20db9",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_8a0e5",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="rafid_places_placeversion",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="placeversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_places_placeversionevent" ("area_m2", "as_of", "generalised", "geometry", "id", "name_ar", "name_ckb", "name_en", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "source", "valid") SELECT old_values."area_m2", old_values."as_of", old_values."generalised", old_values."geometry", old_values."id", old_values."name_ar", old_values."name_ckb", old_values."name_en", old_values."parent_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place_id", old_values."source", old_values."valid" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="55d1d7cfefb348604860468dfdc5d096551dcdf8",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_4c893",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="rafid_places_placeversion",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
    ]
