"""Finds what a person did without reading the whole history."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("rafid_people", "0003_sign_in_and_codes"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX rafid_history_by_person ON pghistory_context ((metadata ->> 'user'), created_at DESC)"
            " WHERE metadata ->> 'user' IS NOT NULL",
            "DROP INDEX rafid_history_by_person",
        )
    ]
