"""Evidence goes to other nodes with its hazard: what stands in its own rows here is kept on the hazard as one value, and back.

Whether a confirmed area has direct evidence can then be judged on the record alone, also where two nodes changed it apart.
"""

from __future__ import annotations

import pgtrigger

TAKING = "coalesce(current_setting('rafid.exchange', true), '') = 'taking'"
"""True while changes of another node are written into the tables."""


def kept_on_hazard() -> pgtrigger.Trigger:
    """Of the evidence: what changes in it changes ``proofs`` of its hazard."""
    return pgtrigger.Trigger(
        name="evidence_on_hazard",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=pgtrigger.Func(
            f"""
            IF {TAKING} THEN RETURN NULL; END IF;
            UPDATE rafid_mineaction_hazard h SET proofs = coalesce((
                SELECT jsonb_agg(jsonb_build_object('id', e.id, 'direct', e.direct, 'type', e.type, 'on', e."on",
                    'source', e.source, 'text', e.text) ORDER BY e."on", e.id)
                FROM {{meta.db_table}} e WHERE e.hazard_id = h.id), '[]')
            WHERE h.id IN (
                CASE WHEN TG_OP <> 'DELETE' THEN NEW.hazard_id END, CASE WHEN TG_OP <> 'INSERT' THEN OLD.hazard_id END);
            RETURN NULL;
            """
        ),
    )


def taken_triggers() -> list[pgtrigger.Trigger]:
    """Of the hazard: nobody but the evidence writes ``proofs``, unless another node sent them; then they become rows."""
    return [
        pgtrigger.Trigger(
            name="hazard_proofs_stay",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition("OLD.proofs IS DISTINCT FROM NEW.proofs"),
            func=pgtrigger.Func(
                f"IF pg_trigger_depth() = 1 AND NOT ({TAKING}) THEN NEW.proofs := OLD.proofs; END IF; RETURN NEW;"
            ),
        ),
        pgtrigger.Trigger(
            name="hazard_taken_fits",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update,
            condition=pgtrigger.Condition("NEW.classification = 'CHA' AND NEW.state = 'suspected'"),
            # Of two sides the more cautious class and the more open state are shown, each by itself.
            func=pgtrigger.Func(f"IF {TAKING} THEN NEW.state := 'confirmed'; END IF; RETURN NEW;"),
        ),
        pgtrigger.Trigger(
            name="hazard_taken_proofs",
            when=pgtrigger.After,
            operation=pgtrigger.Insert | pgtrigger.UpdateOf("proofs"),
            func=pgtrigger.Func(
                f"""
                IF NOT ({TAKING}) THEN RETURN NULL; END IF;
                DELETE FROM rafid_mineaction_evidence e WHERE e.hazard_id = NEW.id
                    AND NOT EXISTS (SELECT FROM jsonb_array_elements(NEW.proofs) p WHERE (p ->> 'id')::uuid = e.id);
                INSERT INTO rafid_mineaction_evidence (id, hazard_id, direct, type, "on", source, text, known_at)
                SELECT (p ->> 'id')::uuid, NEW.id, (p ->> 'direct')::boolean, p ->> 'type', (p ->> 'on')::date,
                    coalesce(p ->> 'source', ''), coalesce(p ->> 'text', ''), statement_timestamp()
                FROM jsonb_array_elements(NEW.proofs) p
                ON CONFLICT (id) DO UPDATE SET direct = excluded.direct, type = excluded.type, "on" = excluded."on",
                    source = excluded.source, text = excluded.text;
                RETURN NULL;
                """
            ),
        ),
    ]
