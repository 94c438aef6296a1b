"""The items of a published checklist as rows, so that answers, findings and reports can point to them."""

from __future__ import annotations

from rafid.commons.forms.models import FormVersion
from rafid.commons.history import because

from ..models import Checklist, ChecklistItem, Topic
from .sheets import TOPICS, form_id, items_of, title


def checklist_of(version: FormVersion) -> Checklist | None:
    """The checklist of a published form version, made where it is not there yet; None for a form that is no checklist."""
    found = Checklist.objects.filter(form_version=version).first()
    topic = next((one for one in TOPICS if form_id(one) == version.form.xform_id), None)
    if found is not None or topic is None:
        return found
    number = int(version.version_text) if version.version_text.isdecimal() else 1
    names = title(topic)
    with because("Declared by the programme"):
        made = Checklist.objects.create(
            topic=topic if topic in Topic.values else Topic.OTHER, form_version=version, code=form_id(topic),
            number=version.version_text, name_ar=names["ar"], name_ckb=names["ckb"], name_en=names["en"],
        )  # fmt: skip
        ChecklistItem.objects.bulk_create(
            ChecklistItem(
                checklist=made, code=item.code, severity=item.severity, sop_reference=item.sop_reference,
                evidence_required=item.evidence, path=f"/data/items/{item.code}", place_in_list=place, text_ar=item.texts[0],
                text_ckb=item.texts[1], text_en=item.texts[2],
            )
            for place, item in enumerate(items_of(topic, number), 1)
        )  # fmt: skip
    return made
