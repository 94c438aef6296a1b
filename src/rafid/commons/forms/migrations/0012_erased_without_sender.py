"""What was erased names nobody who sent it, no place and no thing: the tombstone keeps identity, hashes, dates and the reason."""

from django.db import migrations, models

_ONE = (
    models.Q(account__isnull=False, app_user__isnull=True, link__isnull=True)
    | models.Q(app_user__isnull=False, account__isnull=True, link__isnull=True)
    | models.Q(link__isnull=False, account__isnull=True, app_user__isnull=True)
)
_ERASED = models.Q(purged_at__isnull=False, account=None, app_user=None, link=None)

# Those that were erased before, too.
FORGET = """
SET LOCAL rafid.purge = 'on';
UPDATE rafid_forms_submissionversion SET account_id = NULL, app_user_id = NULL, link_id = NULL WHERE purged_at IS NOT NULL;
UPDATE rafid_forms_submission SET account_id = NULL, app_user_id = NULL, link_id = NULL, place_id = NULL, entity_id = NULL
WHERE purged_at IS NOT NULL;
SET LOCAL rafid.purge = 'off';
SET CONSTRAINTS ALL IMMEDIATE;
"""


def _again(model: str, name: str) -> list[migrations.RemoveConstraint | migrations.AddConstraint]:
    return [
        migrations.RemoveConstraint(model_name=model, name=name),
        migrations.AddConstraint(
            model_name=model, constraint=models.CheckConstraint(condition=_ERASED | _ONE, name=name)
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("rafid_forms", "0011_visit_plan_location")]

    operations = [
        *_again("submission", "submission_one_sender"),
        *_again("submissionversion", "submission_version_one_sender"),
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
    ]
