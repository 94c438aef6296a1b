"""The receipt of a submission as functions of the database: plans are kept by the connection, one call is one transaction.

Statement by statement from outside it took five times the processor time, most of it in asking and planning.
"""

# What a submission asks first: four look-ups by index.
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

# What it writes.
RECEIVE = """
CREATE FUNCTION rafid_forms_receive(
    p_form uuid, p_draft uuid, p_instance text, p_edits boolean, p_submission uuid, p_version uuid, p_form_version uuid,
    p_xml bytea, p_sha256 bytea, p_at timestamptz, p_account uuid, p_app_user uuid, p_link uuid, p_device text, p_owner uuid,
    p_place uuid, p_longitude double precision, p_latitude double precision, p_started timestamptz, p_ended timestamptz,
    p_interviewer text, p_interviewer_else text, p_site text, p_sealed boolean, p_reason text, p_way text,
    p_open integer, p_worst integer, p_present integer, p_expected integer,
    p_rows jsonb, p_findings jsonb, p_files jsonb,
    OUT known_submission uuid, OUT known_version uuid, OUT known_sha256 bytea, OUT taken_at timestamptz
) LANGUAGE plpgsql AS $receive$
DECLARE
    v_number integer := 1;
    v_chain_number bigint;
    v_previous bytea;
    v_chain bytea;
    v_point geometry;
BEGIN
    -- Said before the first write: a receipt that was answered is on the disk, whatever the server's default.
    PERFORM set_config('synchronous_commit', 'on', true);
    PERFORM pg_advisory_xact_lock(hashtextextended(p_form || ' ' || p_instance, 7));
    IF p_draft IS NULL THEN
        SELECT v.submission_id, v.id, v.sha256 INTO known_submission, known_version, known_sha256
        FROM rafid_forms_submissionversion v
        WHERE v.form_id = p_form AND v.draft_id IS NULL AND v.instance_id = p_instance;
    ELSE
        SELECT v.submission_id, v.id, v.sha256 INTO known_submission, known_version, known_sha256
        FROM rafid_forms_submissionversion v
        WHERE v.form_id = p_form AND v.draft_id = p_draft AND v.instance_id = p_instance;
    END IF;
    IF known_version IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(p_form || ' ', 7));
    taken_at := coalesce(p_at, clock_timestamp());
    IF p_draft IS NULL THEN
        SELECT v.chain_number, v.chain INTO v_chain_number, v_previous
        FROM rafid_forms_submissionversion v
        WHERE v.form_id = p_form AND v.chain_number IS NOT NULL ORDER BY v.chain_number DESC LIMIT 1;
        v_chain_number := coalesce(v_chain_number, 0) + 1;
        v_previous := coalesce(v_previous, ''::bytea);
        v_chain := sha256(v_previous || p_sha256 || convert_to(p_instance, 'UTF8'));
    END IF;
    IF p_longitude IS NOT NULL THEN
        v_point := ST_SetSRID(ST_MakePoint(p_longitude, p_latitude), 4326);
    END IF;
    IF p_edits THEN
        UPDATE rafid_forms_submission s SET state = 'edited', changed_at = taken_at, place_id = p_place, location = v_point,
            started_at = p_started, ended_at = p_ended, current_id = p_version, edits = edits + 1,
            interviewer = p_interviewer, site = p_site, findings_open = p_open, worst = p_worst, handled_at = NULL
        WHERE s.id = p_submission;
        SELECT max(v.number) + 1 INTO v_number FROM rafid_forms_submissionversion v WHERE v.submission_id = p_submission;
    ELSE
        INSERT INTO rafid_forms_submission (id, form_id, draft_id, instance_id, state, received_at, changed_at,
            account_id, app_user_id, link_id, device_id, owner_id, place_id, location, started_at, ended_at, current_id,
            edits, attachments_present, attachments_expected, findings_open, worst, interviewer, site, sealed, deleted_why)
        VALUES (p_submission, p_form, p_draft, p_instance, 'received', taken_at, taken_at, p_account, p_app_user, p_link,
            p_device, p_owner, p_place, v_point, p_started, p_ended, p_version, 0, p_present, p_expected, p_open, p_worst,
            CASE WHEN p_interviewer <> '' THEN p_interviewer ELSE p_interviewer_else END, p_site, p_sealed, '');
    END IF;
    INSERT INTO rafid_forms_submissionversion (id, submission_id, form_id, draft_id, number, instance_id, form_version_id,
        xml, sha256, chain_number, previous_hash, chain, received_at, account_id, app_user_id, link_id, reason, way)
    VALUES (p_version, p_submission, p_form, p_draft, v_number, p_instance, p_form_version, p_xml, p_sha256, v_chain_number,
        v_previous, v_chain, taken_at, p_account, p_app_user, p_link, p_reason, p_way);
    INSERT INTO rafid_forms_row (submission_version_id, "table", ordinal, parent, key, "values")
    SELECT p_version, (one->>0)::smallint, (one->>1)::integer, one->>2, one->>3,
        ARRAY(SELECT jsonb_array_elements_text(one->4))
    FROM jsonb_array_elements(p_rows) one;
    IF p_findings IS NOT NULL THEN
        INSERT INTO rafid_forms_finding (id, submission_id, submission_version_id, kind, path, field, severity, value,
            expected, evidence, state, found_at, comment)
        SELECT (one->>0)::uuid, p_submission, p_version, one->>1, one->>2, one->>3, (one->>4)::smallint, one->>5, one->>6,
            '{}', 'open', taken_at, ''
        FROM jsonb_array_elements(p_findings) one;
    END IF;
    IF p_files IS NOT NULL THEN
        INSERT INTO rafid_forms_attachment (id, submission_id, name, sha256, size, media_type, arrived_at, camera_hash)
        SELECT (one->>0)::uuid, p_submission, one->>1, one->>2, (one->>3)::bigint, one->>4,
            CASE WHEN one->>2 IS NOT NULL THEN taken_at END, ''
        FROM jsonb_array_elements(p_files) one;
    END IF;
END
$receive$
"""
