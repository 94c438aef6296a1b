from django.db import migrations, models


class Migration(migrations.Migration):
    """One register of imports for borders and settlements, read and put in force in the background."""

    dependencies = [("rafid_places", "0004_boundary_imports")]

    operations = [
        migrations.RenameModel("BoundaryImport", "PlaceImport"),
        migrations.AddField(
            "placeimport",
            "kind",
            models.CharField(
                choices=[("borders", "Borders"), ("settlements", "Settlements")], default="borders", max_length=12
            ),
        ),
        migrations.AddField("placeimport", "language", models.CharField(default="ar", max_length=3)),
        migrations.AddField(
            "placeimport",
            "columns",
            models.JSONField(default=list, help_text="fields of the file, each with a few of its values"),
        ),
        migrations.AddField("placeimport", "words", models.JSONField(default=dict)),
        migrations.AddField("placeimport", "drawing", models.TextField(blank=True)),
        migrations.AddField(
            "placeimport",
            "problem",
            models.JSONField(help_text="why it cannot go on, in three languages", null=True),
        ),
        migrations.AddField("placeimport", "done", models.JSONField(default=dict)),
        migrations.AddField("placeimport", "task", models.UUIDField(null=True)),
        migrations.AddField("placeimport", "decided_by", models.UUIDField(null=True)),
        migrations.AddField("placeimport", "why", models.CharField(blank=True, max_length=500)),
        migrations.AlterField(
            "placeimport",
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
    ]
