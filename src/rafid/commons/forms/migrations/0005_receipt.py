"""The receipt of a submission as one function of the database: one call, one transaction, plans kept by the connection.

Statement by statement from outside it took five times the processor time, most of it in asking and planning.
"""

from django.db import migrations

from rafid.commons.forms.migrations._functions import RECEIVE


class Migration(migrations.Migration):
    dependencies = [("rafid_forms", "0004_entity_version_resolves")]

    operations = [migrations.RunSQL(RECEIVE, "DROP FUNCTION rafid_forms_receive")]
