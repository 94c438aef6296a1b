"""What a submission asks first, as one function of the database: four look-ups by index, planned once a connection."""

from django.db import migrations

ASKED = """
CREATE FUNCTION rafid_forms_asked(p_xform text, p_version text, p_draft uuid, p_instance text, p_phone uuid,
    OUT id uuid, OUT xform_id text, OUT programme text, OUT owner_id uuid, OUT state text, OUT sensitivity smallint,
    OUT accept_edits boolean, OUT public_key text, OUT roles jsonb,
    OUT carried boolean, OUT version_id uuid, OUT known_submission uuid, OUT known_version uuid, OUT known_sha256 bytea
) LANGUAGE plpgsql STABLE AS $asked$
BEGIN
    SELECT f.id, f.xform_id, f.programme, f.owner_id, f.state, f.sensitivity, f.accept_edits, f.public_key, f.roles
    INTO id, xform_id, programme, owner_id, state, sensitivity, accept_edits, public_key, roles
    FROM rafid_forms_form f WHERE f.xform_id = p_xform;
    IF id IS NULL THEN
        RETURN;
    END IF;
    carried := EXISTS (SELECT FROM rafid_forms_appuser_forms c WHERE c.appuser_id = p_phone AND c.form_id = rafid_forms_asked.id);
    IF p_draft IS NULL THEN
        SELECT v.id INTO version_id FROM rafid_forms_formversion v
        WHERE v.form_id = rafid_forms_asked.id AND v.version_text = p_version AND v.published_at IS NOT NULL;
        SELECT s.submission_id, s.id, s.sha256 INTO known_submission, known_version, known_sha256
        FROM rafid_forms_submissionversion s
        WHERE s.form_id = rafid_forms_asked.id AND s.draft_id IS NULL AND s.instance_id = p_instance;
    ELSE
        SELECT v.id INTO version_id FROM rafid_forms_formversion v
        WHERE v.id = p_draft AND v.form_id = rafid_forms_asked.id AND v.version_text = p_version;
        SELECT s.submission_id, s.id, s.sha256 INTO known_submission, known_version, known_sha256
        FROM rafid_forms_submissionversion s
        WHERE s.form_id = rafid_forms_asked.id AND s.draft_id = p_draft AND s.instance_id = p_instance;
    END IF;
END
$asked$
"""


class Migration(migrations.Migration):
    dependencies = [("rafid_forms", "0006_list_by_index")]

    operations = [migrations.RunSQL(ASKED, "DROP FUNCTION rafid_forms_asked")]
