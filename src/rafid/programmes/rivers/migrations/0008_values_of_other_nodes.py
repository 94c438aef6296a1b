"""A series that came from another node is written by that node alone."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION rafid_rivers_value_home() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT series_id FROM added WHERE NOT starts_with(origin_ref, 'node:')) a
        JOIN rafid_rivers_series s ON s.id = a.series_id WHERE s.source = 'node'
    ) THEN
        RAISE EXCEPTION 'value_of_another_node' USING ERRCODE = 'check_violation', CONSTRAINT = 'value_of_another_node';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER value_home AFTER INSERT ON rafid_rivers_value
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION rafid_rivers_value_home();
"""
BACK = """
DROP TRIGGER IF EXISTS value_home ON rafid_rivers_value;
DROP FUNCTION IF EXISTS rafid_rivers_value_home();
"""


class Migration(migrations.Migration):
    dependencies = [("rafid_rivers", "0007_values_added")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
