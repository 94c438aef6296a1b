"""Run by ``test_night``, in a database of its own: the room's periodic tasks, put in the queue and done by a real worker; prints
what it left."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta


def main() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone
    from procrastinate.contrib.django import app

    from rafid.commons import blobs
    from rafid.commons.forms.accept import accept
    from rafid.commons.forms.models import (
        AppUser,
        CopyingRank,
        Entity,
        Finding,
        Form,
        HeldUpdate,
        RetentionConsent,
        Submission,
        VisitFacts,
    )
    from rafid.commons.forms.sender import new_token, of_phone
    from rafid.commons.forms.versions import publish_draft, put_draft
    from rafid.commons.people.models import Account, Organisation
    from tests.commons.forms.entities import BRANCH, VISIT_TREE, visit
    from tests.commons.forms.visits import BATTERY, MORNING, ROLES, XFORM, visit_xml

    owner = Organisation.objects.create(ref="NIGHT", name_en="Night")
    keeper = Account.objects.create_user("night")

    def made(xform_id: str, xform: str, **more: object) -> tuple[Form, AppUser]:
        form = Form.objects.create(xform_id=xform_id, title_en=xform_id, programme="monitoring", owner=owner, **more)
        put_draft(form, xform.encode())
        publish_draft(form, at=datetime(2026, 1, 1, tzinfo=UTC))
        phone = AppUser.objects.create(name=xform_id, token_sha256=new_token()[1], owner=owner)
        phone.forms.add(form)
        return form, phone

    visits, phone = made("visits", XFORM, roles=ROLES, retention_days=30)
    same = dict.fromkeys(BATTERY, "b") | {"people": "44", "fee": "9.5"}
    for number in range(1, 21):
        answers = {**same, f"q{1 + number % 8}": "c"} if number % 2 else {}
        xml = visit_xml(
            number, who="Ali" if number % 2 else "Sara", answers=answers, start=MORNING + timedelta(hours=number)
        )
        accept(xml, of_phone(phone), received_at=timezone.now() - timedelta(minutes=5))
    old = accept(
        visit_xml(90, start=MORNING), of_phone(phone), received_at=timezone.now() - timedelta(days=60)
    ).submission
    trashed = accept(visit_xml(91, start=MORNING), of_phone(phone)).submission
    Submission.everything.filter(pk=trashed).update(deleted_at=timezone.now() - timedelta(days=40), deleted_by=keeper)
    RetentionConsent.objects.create(form=visits, days=30, seen=1, by=keeper, at=timezone.now())
    lost = blobs.keep(b"nobody names this")
    path = blobs.path_of(lost.sha256)
    os.utime(path, (0, 0))

    _growing, planter = made("tree_visit", VISIT_TREE)
    accept(visit("1", branch=BRANCH, label="Oak 1", girth="40"), of_phone(planter))
    waiting = HeldUpdate.objects.count()
    HeldUpdate.objects.update(until=timezone.now() - timedelta(minutes=1))

    known = {one.task.name for one in app.periodic_registry.periodic_tasks.values()}
    # By their names what arrived comes first.
    names = sorted(name for name in known if name.startswith("rafid.forms."))
    for name in names:
        app.configure_task(name).defer(timestamp=0)
        call_command("worker", once=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status::text FROM procrastinate_jobs WHERE task_name LIKE 'rafid.forms.%'")
        jobs = cursor.fetchall()
    json.dump(
        {
            "names": names,
            "jobs": sorted({f"{name} {status}" for name, status in jobs}),
            "unhandled": Submission.objects.filter(form=visits, handled_at=None).count(),
            "night": Finding.objects.filter(submission__form=visits, kind="night_interview").count(),
            "copies": Finding.objects.filter(submission__form=visits, kind="near_duplicate").count(),
            "facts": VisitFacts.objects.filter(submission__form=visits).count(),
            "ranks": sorted(CopyingRank.objects.filter(form=visits).values_list("interviewer", flat=True)),
            "waited": waiting,
            "held": HeldUpdate.objects.count(),
            "trees": list(Entity.objects.filter(list__name="trees").values_list("label", "conflict")),
            "purged": sorted(
                {old: "old", trashed: "trashed"}.get(pk, "other")
                for pk in Submission.everything.filter(form=visits, purged_at__isnull=False).values_list(
                    "pk", flat=True
                )
            ),
            "swept": not path.exists(),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
