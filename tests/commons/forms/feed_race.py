"""Run by ``test_feed_race``, in a database of its own: writers send and correct while readers page; prints what was read."""

from __future__ import annotations

import io
import json
import os
import sys
import threading
import zipfile
from collections.abc import Callable
from typing import Any

WRITERS, EACH = 4, 30


def main() -> None:
    import django

    django.setup()
    from django.db import connection

    from rafid.commons.api import encode_cursor
    from rafid.commons.forms.accept import accept
    from rafid.commons.forms.exports import Options, Selection
    from rafid.commons.forms.filters import asked
    from rafid.commons.forms.models import AppUser, Form, Submission
    from rafid.commons.forms.odata.entities import entities_of
    from rafid.commons.forms.odata.feed import answer, read_query
    from rafid.commons.forms.sender import new_token, of_phone
    from rafid.commons.forms.submissions.listing import page_of
    from rafid.commons.forms.versions import publish_draft, put_draft
    from rafid.commons.people.models import Account, Grant, Organisation
    from tests.commons.forms.conftest import visit
    from tests.methods.xforms.conftest import T1_XFORM

    owner = Organisation.objects.create(ref="RACE", name_en="Race")
    form = Form.objects.create(xform_id="t1", title_en="Race", programme="monitoring", owner=owner)
    put_draft(form, T1_XFORM.encode())
    publish_draft(form)
    phone = AppUser.objects.create(name="Tablet", token_sha256=new_token()[1], owner=owner)
    phone.forms.add(form)
    reader = Account.objects.create_user("race")
    Grant.objects.create(account=reader, role="platform.administrator")
    done = threading.Event()
    failures: list[str] = []

    def written(writer: int) -> None:
        try:
            for number in range(EACH):
                name = f"{writer}-{number}"
                accept(visit(name), of_phone(phone))
                if number % 3 == 0:
                    accept(visit(f"{name}-b", edits=f"uuid:{name}", visit_id="TPM-0002"), of_phone(phone))
        except Exception as error:
            failures.append(repr(error))
        finally:
            connection.close()

    def fed(table: str, found: list[str]) -> None:
        """Follows the feed by its keys until nothing comes after the writers have ended."""
        try:
            selection = Selection.of(reader, form, Submission.objects.filter(form=form), Options())
            entity = next(one for one in entities_of(selection.tables) if one.set == table)
            token, ended = "", False
            while True:
                page = answer(selection, entity, read_query({"$skiptoken": token} if token else {}, "maxpagesize=7"))
                found += [row["__id"] for row in page.rows]
                if page.rows:
                    key = page.rows[-1]["__id"]
                    first, _slash, place = key.partition("/")
                    moment = Submission.objects.values_list("received_at", "id").get(form=form, instance_id=first)
                    ordinal = int(place.rpartition("[")[2][:-1]) if place else 1
                    token = encode_cursor([moment[0].isoformat(), str(moment[1]), ordinal, ""])
                elif ended:
                    return
                ended = done.is_set()
        except Exception as error:
            failures.append(repr(error))
        finally:
            connection.close()

    def changed(found: dict[str, str]) -> None:
        try:
            wanted, cursor, ended = asked({"order": "changed_at"}, form, reader), "", False
            while True:
                page = page_of(wanted, limit=7, cursor=cursor)
                for row in page.rows:
                    found[row.instance_id] = row.changed_at.isoformat()
                if page.rows:
                    cursor = wanted.order.cursor(page.rows[-1])
                elif ended:
                    return
                ended = done.is_set()
        except Exception as error:
            failures.append(repr(error))
        finally:
            connection.close()

    main_rows: list[str] = []
    repeats: list[str] = []
    changes: dict[str, str] = {}
    readers = [
        threading.Thread(target=fed, args=("Submissions", main_rows)),
        threading.Thread(target=fed, args=("Submissions.nc", repeats)),
        threading.Thread(target=changed, args=(changes,)),
    ]
    writers = [threading.Thread(target=written, args=(number,)) for number in range(WRITERS)]
    for one in (*readers, *writers):
        one.start()
    for one in writers:
        one.join()
    done.set()
    for one in readers:
        one.join()
    at_last = {
        key: moment.isoformat()
        for key, moment in Submission.objects.filter(form=form).values_list("instance_id", "changed_at")
    }
    told = {"main": main_rows, "repeats": repeats, "changes": changes, "at_last": at_last, "failures": failures}
    print(json.dumps({**told, **left_and_frozen(form, reader, lambda: accept(visit("late"), of_phone(phone)))}))


def left_and_frozen(form: Any, reader: Any, send_one_more: Callable[[], Any]) -> dict[str, Any]:
    """A reader who leaves after the first bytes, and one during whose reading something arrives."""
    from django.db import connection

    from rafid.commons.forms.exports import Options, Selection, export_csv_zip
    from rafid.commons.forms.models import Submission

    def busy() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            return int(cursor.fetchone()[0])

    def begun() -> Any:
        pieces = export_csv_zip(Selection.of(reader, form, Submission.objects.filter(form=form), Options()))
        return pieces, [next(pieces), next(pieces)]

    before = busy()
    pieces, _first = begun()
    during = busy()
    pieces.close()
    after = busy()
    for _turn in range(200):
        # The server notices at its next step that nobody listens.
        if (after := busy()) == before:
            break
    pieces, read = begun()
    send_one_more()
    with zipfile.ZipFile(io.BytesIO(b"".join([*read, *pieces]))) as found:
        frozen = [found.read(name).decode().count("uuid:late") for name in found.namelist()]
    return {"connections": [during - before, after - before], "frozen": frozen}


if __name__ == "__main__":
    sys.path[:0] = [os.getcwd(), os.path.join(os.getcwd(), "src")]
    main()
