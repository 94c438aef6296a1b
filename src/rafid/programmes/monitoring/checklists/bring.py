"""The items of a published checklist as rows, so that answers, findings and reports can point to them.

A form is a checklist when its questions say a severity (``bind::rafid:severity``); the version is that of the form.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from rafid.commons.forms.design.publish import NotPublished
from rafid.commons.forms.models import FormVersion
from rafid.commons.forms.questions import language_of, plain
from rafid.commons.forms.schema import definition
from rafid.commons.history import because
from rafid.commons.records.models import Sensitivity
from rafid.methods import xforms

from ..models import Checklist, ChecklistItem, Topic
from .sheets import TOPICS, form_id, title

RESULTS = {"yes", "no", "na"}
GROUP = "items"
ABOUT = ("visit", "site", "monitor", "access")
"""Questions by which an answer finds its visit."""


def published(version: FormVersion) -> None:
    """Heard when a version is published. Raises ``NotPublished`` for what could never be assessed."""
    faults = faults_of(definition(version.pk))
    if faults:
        raise NotPublished(" ".join(faults))
    form = version.form
    if form.sensitivity != Sensitivity.RESTRICTED:
        # Partners and donors hold roles of this programme, too: what monitors write is the third party's until release.
        form.sensitivity = Sensitivity.RESTRICTED
        form.save(update_fields=["sensitivity"])
    checklist_of(version)


def items_asked(made: xforms.Form) -> list[xforms.Field]:
    return [field for field in made.fields if field.own.get("severity") and field.repeat is None]


def faults_of(made: xforms.Form) -> list[str]:
    """Why this form cannot be a checklist, in the reader's language."""
    faults = []
    items = items_asked(made)
    root = made.shape.path
    paths = {field.path for field in made.fields}
    missing = [name for name in ABOUT if f"{root}/about/{name}" not in paths]
    if not items:
        faults.append(_("No question says how grave it is. Write critical, major or minor in bind::rafid:severity."))
    if missing:
        faults.append(
            _("Questions are missing in the group “about”, by which an answer finds its visit: %(names)s.")
            % {"names": ", ".join(missing)}
        )
    for field in items:
        if field.path != f"{root}/{GROUP}/{field.name}":
            faults.append(_("The item “%(name)s” does not stand in the group “items”.") % {"name": field.name})
        elif {one.value for one in field.choices or ()} != RESULTS:
            faults.append(
                _("The item “%(name)s” is answered by yes, no or na, and by nothing else.") % {"name": field.name}
            )
        elif field.own["severity"] == "critical" and f"{field.path}_why" not in paths:
            faults.append(
                _("The critical item “%(name)s” needs a question “%(name)s_why”, for why it does not apply.")
                % {"name": field.name}
            )
    return faults


def topic_of(code: str) -> str:
    """What a form of this id looks at; ``other`` for those that others made."""
    found = next((one for one in TOPICS if form_id(one) == code), "")
    return str(found if found in Topic.values else Topic.OTHER)


def checklist_of(version: FormVersion) -> Checklist | None:
    """The checklist of a published form version, made where it is not there yet; None for a form that is no checklist."""
    found = Checklist.objects.filter(form_version=version).first()
    if found is not None:
        return found
    items = items_asked(definition(version.pk))
    if not items:
        return None
    form = version.form
    topic = topic_of(form.xform_id)
    names = title(topic) if topic in TOPICS else {"ar": form.title_ar, "ckb": form.title_ckb, "en": form.title_en}
    with because("Declared by the programme"):
        made = Checklist.objects.create(
            topic=topic, form_version=version, code=form.xform_id,
            number=version.version_text, name_ar=names["ar"], name_ckb=names["ckb"], name_en=names["en"],
        )  # fmt: skip
        ChecklistItem.objects.bulk_create(
            ChecklistItem(
                checklist=made, code=item.name, severity=item.own["severity"], sop_reference=item.own.get("sop", "")[:120],
                evidence_required=item.own.get("evidence") == "yes", path=item.path, place_in_list=place,
                text_ar=_text(item, "ar"), text_ckb=_text(item, "ckb"), text_en=_text(item, "en"),
            )
            for place, item in enumerate(items, 1)
        )  # fmt: skip
    return made


def _text(item: xforms.Field, code: str) -> str:
    language = language_of(list(item.label), code)
    return plain(item.label[language]) if language else ""
