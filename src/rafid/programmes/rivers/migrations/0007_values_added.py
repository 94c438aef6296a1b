"""Added values are looked at series by series: only where something older stands in their time does each need to be asked."""

from django.db import migrations

ADDED = """
CREATE OR REPLACE FUNCTION rafid_rivers_value_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    one record;
    older boolean := false;
BEGIN
    FOR one IN
        SELECT a.*, s.id AS found, s.known_at
        FROM (
            SELECT series_id, min(known_from) AS first, max(known_from) AS last, min(time) AS start, max(time) AS stop,
                   bool_or(reason = '') AS silent
            FROM added GROUP BY series_id
        ) a LEFT JOIN rafid_rivers_series s ON s.id = a.series_id
    LOOP
        IF one.found IS NULL THEN
            RAISE EXCEPTION 'value_of_a_series'
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'value_of_a_series';
        END IF;
        IF one.first < one.known_at THEN
            RAISE EXCEPTION 'value_known_before_series'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'value_known_before_series';
        END IF;
        older := older OR (one.silent AND EXISTS (
            SELECT 1 FROM rafid_rivers_value v
            WHERE v.series_id = one.series_id AND v.time BETWEEN one.start AND one.stop AND v.known_from < one.last));
    END LOOP;
    IF older AND EXISTS (
        SELECT 1 FROM added a WHERE a.reason = '' AND EXISTS (
            SELECT 1 FROM rafid_rivers_value v
            WHERE v.series_id = a.series_id AND v.time = a.time AND v.known_from < a.known_from)
    ) THEN
        RAISE EXCEPTION 'value_change_without_reason'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'value_change_without_reason';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("rafid_rivers", "0006_flow_scenarios")]

    operations = [migrations.RunSQL(ADDED, migrations.RunSQL.noop)]
