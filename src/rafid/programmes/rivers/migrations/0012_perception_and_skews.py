"""Periods of perception, a register of regional skews, another's model without a catchment, and series that are not passed on.

The function says how closed a series must stay for the sake of another node's series that it is or rests on: one whose giver
does not let this node show it to others. 0 where nothing is withheld.
"""

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import rafid.commons.identity
import rafid.programmes.rivers.models.floods

WITHHELD = """
CREATE FUNCTION rafid_rivers_withheld(series uuid) RETURNS smallint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE above(id, source, sensitivity, derived_from_id) AS (
        SELECT s.id, s.source, s.sensitivity, s.derived_from_id FROM rafid_rivers_series s WHERE s.id = series
        UNION
        SELECT s.id, s.source, s.sensitivity, s.derived_from_id
        FROM rafid_rivers_series s JOIN above a ON s.id = a.derived_from_id
    )
    SELECT coalesce(max(a.sensitivity), 0)::smallint FROM above a
    WHERE a.source = 'node' AND a.sensitivity > 0 AND NOT EXISTS (
        SELECT 1 FROM rafid_rivers_agreedseries n JOIN rafid_people_agreement g ON g.id = n.agreement_id
        WHERE n.series_id = a.id AND n.may_republish AND g.ended_at IS NULL AND g.starts_on <= current_date
            AND (g.ends_on IS NULL OR g.ends_on >= current_date))
$$;
"""
AWAY = "DROP FUNCTION rafid_rivers_withheld(uuid);"


class Migration(migrations.Migration):
    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("rafid_people", "0001_squashed_0005_tables"),
        ("rafid_places", "0002_squashed_0005_tables"),
        ("rafid_rivers", "0011_doubts_and_discarding"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(WITHHELD, AWAY),
        migrations.CreateModel(
            name="PerceivedPeriod",
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
                ("source_text", models.CharField(max_length=300, verbose_name="Source")),
                ("as_of", models.DateField(blank=True, null=True, verbose_name="As of")),
                ("first_year", models.PositiveSmallIntegerField(verbose_name="First water year")),
                ("last_year", models.PositiveSmallIntegerField(verbose_name="Last water year")),
                ("threshold", models.FloatField(verbose_name="Threshold of perception, m³/s")),
                ("fact", models.BooleanField(default=False, editable=False)),
                ("left_out", models.TextField(blank=True, verbose_name="Left out because")),
                ("left_out_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "verbose_name": "period of perception",
                "verbose_name_plural": "periods of perception",
                "ordering": ["first_year", "id"],
            },
        ),
        migrations.CreateModel(
            name="PerceivedPeriodEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                (
                    "known_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("source_text", models.CharField(max_length=300, verbose_name="Source")),
                ("as_of", models.DateField(blank=True, null=True, verbose_name="As of")),
                ("first_year", models.PositiveSmallIntegerField(verbose_name="First water year")),
                ("last_year", models.PositiveSmallIntegerField(verbose_name="Last water year")),
                ("threshold", models.FloatField(verbose_name="Threshold of perception, m³/s")),
                ("fact", models.BooleanField(default=False, editable=False)),
                ("left_out", models.TextField(blank=True, verbose_name="Left out because")),
                ("left_out_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RegionalSkew",
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
                ("source_text", models.CharField(max_length=300, verbose_name="Source")),
                ("as_of", models.DateField(blank=True, null=True, verbose_name="As of")),
                ("skew", models.FloatField(verbose_name="Regional skew")),
                ("error", models.FloatField(blank=True, null=True, verbose_name="Its mean square error")),
                ("left_out", models.TextField(blank=True, verbose_name="Left out because")),
                ("left_out_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "verbose_name": "regional skew",
                "verbose_name_plural": "regional skews",
                "ordering": ["known_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="RegionalSkewEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.UUIDField(default=rafid.commons.identity.uuid7, editable=False, serialize=False)),
                (
                    "known_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("source_text", models.CharField(max_length=300, verbose_name="Source")),
                ("as_of", models.DateField(blank=True, null=True, verbose_name="As of")),
                ("skew", models.FloatField(verbose_name="Regional skew")),
                ("error", models.FloatField(blank=True, null=True, verbose_name="Its mean square error")),
                ("left_out", models.TextField(blank=True, verbose_name="Left out because")),
                ("left_out_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="agreedseries",
            name="agreed_series_fits",
        ),
        migrations.RemoveConstraint(
            model_name="rivermodel",
            name="river_model_area",
        ),
        migrations.AlterField(
            model_name="rivermodel",
            name="area_km2",
            field=models.FloatField(blank=True, null=True, verbose_name="Area, km²"),
        ),
        migrations.AlterField(
            model_name="rivermodel",
            name="latitude",
            field=models.FloatField(blank=True, null=True, verbose_name="Latitude"),
        ),
        migrations.AlterField(
            model_name="rivermodelevent",
            name="area_km2",
            field=models.FloatField(blank=True, null=True, verbose_name="Area, km²"),
        ),
        migrations.AlterField(
            model_name="rivermodelevent",
            name="latitude",
            field=models.FloatField(blank=True, null=True, verbose_name="Latitude"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="agreedseries",
            trigger=pgtrigger.compiler.Trigger(
                name="agreed_series_fits",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF NOT EXISTS (\n                        SELECT 1 FROM rafid_people_agreement a, rafid_rivers_series s, rafid_people_organisation o\n                        WHERE a.id = NEW.agreement_id AND s.id = NEW.series_id AND o.id = s.owner_id\n                            AND a.giver_id = ANY(o.lineage)\n                    ) THEN RAISE EXCEPTION 'agreed_series_of_giver' USING ERRCODE = 'check_violation', CONSTRAINT = 'agreed_series_of_giver'; END IF;\n                    IF EXISTS (\n                        SELECT 1 FROM rafid_people_agreement a\n                        JOIN rafid_people_agreement b\n                            ON b.receiver_id = a.receiver_id AND b.id <> a.id AND b.ended_at IS NULL\n                            AND daterange(b.starts_on, b.ends_on, '[]') && daterange(a.starts_on, a.ends_on, '[]')\n                        JOIN rafid_rivers_agreedseries r ON r.agreement_id = b.id AND r.series_id = NEW.series_id\n                        WHERE a.id = NEW.agreement_id AND a.ended_at IS NULL\n                    ) THEN RAISE EXCEPTION 'agreed_series_twice' USING ERRCODE = 'check_violation', CONSTRAINT = 'agreed_series_twice'; END IF;\n                    IF EXISTS (\n                        SELECT 1 FROM rafid_rivers_series s\n                        WHERE s.id = NEW.series_id AND rafid_rivers_withheld(s.derived_from_id) > 0\n                    ) THEN RAISE EXCEPTION 'not_republished' USING ERRCODE = 'check_violation', CONSTRAINT = 'not_republished'; END IF;\n                    RETURN NEW;\n                    ",
                    hash="de5c2cc42c69f514214d80ea42c0338499018243",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_agreed_series_fits_eb46c",
                    table="rafid_rivers_agreedseries",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="series",
            trigger=pgtrigger.compiler.Trigger(
                name="series_not_republished",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.derived_from_id IS NOT NULL)",
                    func="\n                    IF NEW.sensitivity < rafid_rivers_withheld(NEW.derived_from_id) THEN RAISE EXCEPTION 'not_republished' USING ERRCODE = 'check_violation', CONSTRAINT = 'not_republished'; END IF;\n                    RETURN NEW;\n                    ",
                    hash="b9152289cef7b763131eaef4278981675511fbf9",
                    operation='INSERT OR UPDATE OF "derived_from_id", "sensitivity"',
                    pgid="pgtrigger_series_not_republished_3f9b0",
                    table="rafid_rivers_series",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="rivermodel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("area_km2", None), ("kind", "external")),
                    models.Q(("area_km2__gt", 0), ("area_km2__isnull", False)),
                    _connector="OR",
                ),
                name="river_model_area",
                violation_error_message="A model of a catchment says its area. Enter it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="rivermodel",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "external"), ("latitude__isnull", False), _connector="OR"),
                name="river_model_latitude",
                violation_error_message="A model of a catchment says its latitude. Enter it.",
            ),
        ),
        migrations.AddField(
            model_name="perceivedperiod",
            name="made_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="perceivedperiod",
            name="station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="perceived_periods",
                to="rafid_rivers.station",
                verbose_name="Station",
            ),
        ),
        migrations.AddField(
            model_name="perceivedperiodevent",
            name="made_by",
            field=models.ForeignKey(
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
        migrations.AddField(
            model_name="perceivedperiodevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="perceivedperiodevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="rafid_rivers.perceivedperiod",
            ),
        ),
        migrations.AddField(
            model_name="perceivedperiodevent",
            name="station",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="rafid_rivers.station",
                verbose_name="Station",
            ),
        ),
        migrations.AddField(
            model_name="regionalskew",
            name="basin",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="rafid_rivers.basin",
                verbose_name="Basin",
            ),
        ),
        migrations.AddField(
            model_name="regionalskew",
            name="made_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="regionalskewevent",
            name="basin",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="rafid_rivers.basin",
                verbose_name="Basin",
            ),
        ),
        migrations.AddField(
            model_name="regionalskewevent",
            name="made_by",
            field=models.ForeignKey(
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
        migrations.AddField(
            model_name="regionalskewevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="regionalskewevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="rafid_rivers.regionalskew",
            ),
        ),
        migrations.AddConstraint(
            model_name="perceivedperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_year__gte", 1), ("first_year__lte", models.F("last_year")), ("last_year__lte", 2200)
                ),
                name="perceived_period_years",
                violation_error_message="The first year lies after the last, or is no year such as 1941.",
            ),
        ),
        migrations.AddConstraint(
            model_name="perceivedperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("threshold__gt", 0)),
                name="perceived_period_threshold",
                violation_error_message="A threshold of perception is more than 0.",
            ),
        ),
        migrations.AddConstraint(
            model_name="perceivedperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("left_out", ""), ("left_out_at", None)),
                    models.Q(models.Q(("left_out", ""), _negated=True), ("left_out_at__isnull", False)),
                    _connector="OR",
                ),
                name="perceived_period_left_out_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="perceivedperiod",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("left_out", "")),
                expressions=[
                    ("station", "="),
                    (rafid.programmes.rivers.models.floods.YearRange("first_year", "last_year"), "&&"),
                ],
                name="perceived_periods_apart",
                violation_error_message="Another period of this station holds some of these years. Leave that one out first, or choose other years.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="perceivedperiod",
            trigger=pgtrigger.compiler.Trigger(
                name="perceived_period_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='\n            IF TG_OP = \'DELETE\' OR (NEW."station_id", NEW."first_year", NEW."last_year", NEW."threshold", NEW."fact", NEW."source_text") IS DISTINCT FROM (OLD."station_id", OLD."first_year", OLD."last_year", OLD."threshold", OLD."fact", OLD."source_text") THEN\n                RAISE EXCEPTION \'perceived_period_stays\' USING ERRCODE = \'check_violation\', CONSTRAINT = \'perceived_period_stays\';\n            END IF;\n            RETURN NEW;\n            ',
                    hash="04c9b836bb26ab45e7f9b3d9843c312e9b1c8ad0",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_perceived_period_stays_94d13",
                    table="rafid_rivers_perceivedperiod",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="perceivedperiod",
            trigger=pgtrigger.compiler.Trigger(
                name="perceived_period_stays_out",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.left_out <> '')",
                    func="\n            IF TG_OP = 'DELETE' OR (NEW.\"left_out\", NEW.\"left_out_at\") IS DISTINCT FROM (OLD.\"left_out\", OLD.\"left_out_at\") THEN\n                RAISE EXCEPTION 'perceived_period_stays_out' USING ERRCODE = 'check_violation', CONSTRAINT = 'perceived_period_stays_out';\n            END IF;\n            RETURN NEW;\n            ",
                    hash="4d76107257ac1a73b4601254e25cab4b1f8cd010",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_perceived_period_stays_out_11154",
                    table="rafid_rivers_perceivedperiod",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="perceivedperiod",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_rivers_perceivedperiodevent" ("as_of", "fact", "first_year", "id", "known_at", "last_year", "left_out", "left_out_at", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_text", "station_id", "threshold") SELECT new_values."as_of", new_values."fact", new_values."first_year", new_values."id", new_values."known_at", new_values."last_year", new_values."left_out", new_values."left_out_at", new_values."made_by_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."source_text", new_values."station_id", new_values."threshold" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="92c98cc0f5bc90dc1b043926c1cefd52314e8f6e",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_85853",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="rafid_rivers_perceivedperiod",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="perceivedperiod",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_rivers_perceivedperiodevent" ("as_of", "fact", "first_year", "id", "known_at", "last_year", "left_out", "left_out_at", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_text", "station_id", "threshold") SELECT new_values."as_of", new_values."fact", new_values."first_year", new_values."id", new_values."known_at", new_values."last_year", new_values."left_out", new_values."left_out_at", new_values."made_by_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."source_text", new_values."station_id", new_values."threshold" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="1991724420c231c328198c6e38b3fb378a70a646",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_915b9",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="rafid_rivers_perceivedperiod",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="perceivedperiod",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_rivers_perceivedperiodevent" ("as_of", "fact", "first_year", "id", "known_at", "last_year", "left_out", "left_out_at", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_text", "station_id", "threshold") SELECT old_values."as_of", old_values."fact", old_values."first_year", old_values."id", old_values."known_at", old_values."last_year", old_values."left_out", old_values."left_out_at", old_values."made_by_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."source_text", old_values."station_id", old_values."threshold" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="d24d0b41a4dab85f0058a75394e538a7d0379838",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_76f83",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="rafid_rivers_perceivedperiod",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="regionalskew",
            constraint=models.CheckConstraint(
                condition=models.Q(("skew__gte", -3), ("skew__lte", 3)),
                name="regional_skew_range",
                violation_error_message="The skew of a region lies between -3 and 3.",
            ),
        ),
        migrations.AddConstraint(
            model_name="regionalskew",
            constraint=models.CheckConstraint(
                condition=models.Q(("error", None), ("error__gte", 0), _connector="OR"),
                name="regional_skew_error",
                violation_error_message="A mean square error is 0 or more.",
            ),
        ),
        migrations.AddConstraint(
            model_name="regionalskew",
            constraint=models.CheckConstraint(
                condition=models.Q(("source_text", ""), _negated=True),
                name="regional_skew_says_source",
                violation_error_message="Say which study found this skew.",
            ),
        ),
        migrations.AddConstraint(
            model_name="regionalskew",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("left_out", ""), ("left_out_at", None)),
                    models.Q(models.Q(("left_out", ""), _negated=True), ("left_out_at__isnull", False)),
                    _connector="OR",
                ),
                name="regional_skew_left_out_says_when",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="regionalskew",
            trigger=pgtrigger.compiler.Trigger(
                name="regional_skew_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='\n            IF TG_OP = \'DELETE\' OR (NEW."basin_id", NEW."skew", NEW."error", NEW."source_text", NEW."as_of") IS DISTINCT FROM (OLD."basin_id", OLD."skew", OLD."error", OLD."source_text", OLD."as_of") THEN\n                RAISE EXCEPTION \'regional_skew_stays\' USING ERRCODE = \'check_violation\', CONSTRAINT = \'regional_skew_stays\';\n            END IF;\n            RETURN NEW;\n            ',
                    hash="159856c5c2d2dc2c0a80d1eb9b9e7a9198c83e86",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_regional_skew_stays_faf95",
                    table="rafid_rivers_regionalskew",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="regionalskew",
            trigger=pgtrigger.compiler.Trigger(
                name="regional_skew_stays_out",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.left_out <> '')",
                    func="\n            IF TG_OP = 'DELETE' OR (NEW.\"left_out\", NEW.\"left_out_at\") IS DISTINCT FROM (OLD.\"left_out\", OLD.\"left_out_at\") THEN\n                RAISE EXCEPTION 'regional_skew_stays_out' USING ERRCODE = 'check_violation', CONSTRAINT = 'regional_skew_stays_out';\n            END IF;\n            RETURN NEW;\n            ",
                    hash="7b9681c3931faae4e7355ae67e26ba801889a477",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_regional_skew_stays_out_fede7",
                    table="rafid_rivers_regionalskew",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="regionalskew",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_rivers_regionalskewevent" ("as_of", "basin_id", "error", "id", "known_at", "left_out", "left_out_at", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "skew", "source_text") SELECT new_values."as_of", new_values."basin_id", new_values."error", new_values."id", new_values."known_at", new_values."left_out", new_values."left_out_at", new_values."made_by_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."skew", new_values."source_text" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="cd1d51e555670c5332b65258e7eef0501afd75aa",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_360f2",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="rafid_rivers_regionalskew",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="regionalskew",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_rivers_regionalskewevent" ("as_of", "basin_id", "error", "id", "known_at", "left_out", "left_out_at", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "skew", "source_text") SELECT new_values."as_of", new_values."basin_id", new_values."error", new_values."id", new_values."known_at", new_values."left_out", new_values."left_out_at", new_values."made_by_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."skew", new_values."source_text" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="6d52cc685b107645682706b358e2c8ae2502f9e3",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d0ac9",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="rafid_rivers_regionalskew",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="regionalskew",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "rafid_rivers_regionalskewevent" ("as_of", "basin_id", "error", "id", "known_at", "left_out", "left_out_at", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "skew", "source_text") SELECT old_values."as_of", old_values."basin_id", old_values."error", old_values."id", old_values."known_at", old_values."left_out", old_values."left_out_at", old_values."made_by_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."skew", old_values."source_text" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="66989043364e8418b5bde6118844549b81f082ea",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_ecc75",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="rafid_rivers_regionalskew",
                    when="AFTER",
                ),
            ),
        ),
    ]
