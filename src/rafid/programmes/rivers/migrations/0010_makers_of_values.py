"""Who made a value is looked up once for each person and statement, not once for each of a million values."""

from django.db import migrations

MAKERS = """
ALTER TABLE rafid_rivers_value DROP CONSTRAINT rafid_rivers_value_made_by_id_fkey;

CREATE OR REPLACE FUNCTION rafid_rivers_value_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    one record;
    older boolean := false;
BEGIN
    FOR one IN
        SELECT a.*, s.id AS found, s.known_at, p.id AS maker
        FROM (
            SELECT series_id, made_by_id, min(known_from) AS first, max(known_from) AS last, min(time) AS start,
                   max(time) AS stop, bool_or(reason = '') AS silent
            FROM added GROUP BY series_id, made_by_id
        ) a
        LEFT JOIN rafid_rivers_series s ON s.id = a.series_id
        LEFT JOIN rafid_people_account p ON p.id = a.made_by_id
    LOOP
        IF one.found IS NULL THEN
            RAISE EXCEPTION 'value_of_a_series'
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'value_of_a_series';
        END IF;
        IF one.made_by_id IS NOT NULL AND one.maker IS NULL THEN
            RAISE EXCEPTION 'value_of_a_person'
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'value_of_a_person';
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

CREATE FUNCTION rafid_rivers_maker_of_values_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM rafid_rivers_value v WHERE v.made_by_id = OLD.id) THEN
        RAISE EXCEPTION 'value_of_a_person' USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'value_of_a_person';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER maker_of_values_stays BEFORE DELETE ON rafid_people_account
    FOR EACH ROW EXECUTE FUNCTION rafid_rivers_maker_of_values_stays();
"""

AWAY = """
DROP TRIGGER maker_of_values_stays ON rafid_people_account;
DROP FUNCTION rafid_rivers_maker_of_values_stays();
ALTER TABLE rafid_rivers_value ADD CONSTRAINT rafid_rivers_value_made_by_id_fkey
    FOREIGN KEY (made_by_id) REFERENCES rafid_people_account (id) DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("rafid_rivers", "0009_perceived_floods")]

    operations = [migrations.RunSQL(MAKERS, AWAY)]
