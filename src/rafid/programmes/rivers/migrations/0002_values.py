"""The table of values: partitioned by the year of ``time``, written once, as known from when.

Rules over many rows at once are triggers by statement: a million values ask them once, not a million times.
"""

from django.db import migrations

FIRST, LAST = 1995, 2035
"""Years whose partitions stand from the first; others are made when a value of theirs comes."""

TABLE = """
CREATE TABLE rafid_rivers_value (
    series_id uuid NOT NULL,
    time timestamptz NOT NULL,
    known_from timestamptz NOT NULL,
    value double precision,
    quality smallint NOT NULL,
    flow_quality smallint,
    origin_ref varchar(80) NOT NULL,
    reason varchar(300) NOT NULL,
    made_by_id uuid REFERENCES rafid_people_account (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (series_id, time, known_from),
    CONSTRAINT value_quality_known CHECK (quality IN (1, 2, 3, 4, 9)),
    CONSTRAINT value_flow_quality_known CHECK (flow_quality IN (0, 1, 2, 9)),
    CONSTRAINT value_missing_is_empty CHECK ((value IS NULL) = (quality = 9)),
    CONSTRAINT value_is_a_number CHECK (value > '-infinity' AND value < 'infinity' AND value <> 'nan')
) PARTITION BY RANGE (time);

CREATE FUNCTION rafid_rivers_value_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'value_stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'value_stays';
END $$;
CREATE TRIGGER value_stays BEFORE UPDATE OR DELETE ON rafid_rivers_value
    FOR EACH STATEMENT EXECUTE FUNCTION rafid_rivers_value_stays();

CREATE FUNCTION rafid_rivers_value_year(year integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF to_regclass(format('rafid_rivers_value_%s', year)) IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtext('rafid_rivers_value_year'));
        IF to_regclass(format('rafid_rivers_value_%s', year)) IS NULL THEN
            EXECUTE format(
                'CREATE TABLE rafid_rivers_value_%s PARTITION OF rafid_rivers_value FOR VALUES FROM (%L) TO (%L)',
                year, make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC'), make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC'));
            EXECUTE format(
                'CREATE TRIGGER value_stays BEFORE UPDATE OR DELETE ON rafid_rivers_value_%s'
                ' FOR EACH STATEMENT EXECUTE FUNCTION rafid_rivers_value_stays()', year);
        END IF;
    END IF;
END $$;

CREATE FUNCTION rafid_rivers_value_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT series_id, min(known_from) AS first FROM added GROUP BY series_id) a
        LEFT JOIN rafid_rivers_series s ON s.id = a.series_id
        WHERE s.id IS NULL
    ) THEN
        RAISE EXCEPTION 'value_of_a_series' USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'value_of_a_series';
    END IF;
    IF EXISTS (
        SELECT 1 FROM (SELECT series_id, min(known_from) AS first FROM added GROUP BY series_id) a
        JOIN rafid_rivers_series s ON s.id = a.series_id
        WHERE a.first < s.known_at
    ) THEN
        RAISE EXCEPTION 'value_known_before_series'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'value_known_before_series';
    END IF;
    IF EXISTS (
        SELECT 1 FROM added a WHERE a.reason = '' AND EXISTS (
            SELECT 1 FROM rafid_rivers_value v
            WHERE v.series_id = a.series_id AND v.time = a.time AND v.known_from < a.known_from)
    ) THEN
        RAISE EXCEPTION 'value_change_without_reason'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'value_change_without_reason';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER value_added AFTER INSERT ON rafid_rivers_value
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION rafid_rivers_value_added();

CREATE FUNCTION rafid_rivers_series_with_values_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM rafid_rivers_value v WHERE v.series_id = OLD.id) THEN
        RAISE EXCEPTION 'value_of_a_series' USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'value_of_a_series';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER series_with_values_stays BEFORE DELETE ON rafid_rivers_series
    FOR EACH ROW EXECUTE FUNCTION rafid_rivers_series_with_values_stays();
"""

PARTITIONS = "".join(f"SELECT rafid_rivers_value_year({year});\n" for year in range(FIRST, LAST + 1))

AWAY = """
DROP TRIGGER IF EXISTS series_with_values_stays ON rafid_rivers_series;
DROP FUNCTION IF EXISTS rafid_rivers_series_with_values_stays();
DROP TABLE IF EXISTS rafid_rivers_value;
DROP FUNCTION IF EXISTS rafid_rivers_value_added();
DROP FUNCTION IF EXISTS rafid_rivers_value_stays();
DROP FUNCTION IF EXISTS rafid_rivers_value_year(integer);
"""


class Migration(migrations.Migration):
    dependencies = [("rafid_rivers", "0001_initial")]

    operations = [migrations.RunSQL(TABLE + PARTITIONS, AWAY)]
