"""What a submission asks first, as one function of the database: four look-ups by index, planned once a connection."""

from django.db import migrations

from rafid.commons.forms.migrations._functions import ASKED


class Migration(migrations.Migration):
    dependencies = [("rafid_forms", "0006_list_by_index")]

    operations = [migrations.RunSQL(ASKED, "DROP FUNCTION rafid_forms_asked")]
