"""What a form's questions are: how sensitive each is, and which of them say place, site, interviewer and location.

The author says it in the columns ``bind::rafid:sensitivity`` and ``bind::rafid:role``; else it is guessed by type and name, and
shown, so that somebody can say it better. What was said on the form's page stays until the form itself says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.methods import xforms
from rafid.methods.xforms.own_columns import ROLES

from ..models import FieldPolicy, Form, Label, Sight
from ..sensitivity import rules_of

POINTS: Final = frozenset({"geopoint"})
SHAPES: Final = frozenset({"geopoint", "geotrace", "geoshape"})
_VALUE, _COARSE, _NOTHING = Sight.VALUE, Sight.GENERALISED, Sight.NOTHING

SIGHTS: Final[Mapping[str, tuple[str, str]]] = {
    "none": ("value", "value"),
    "personal": ("nothing", "nothing"),
    "identifying": ("nothing", "nothing"),
    "place": ("value", "generalised"),
    "protection": ("nothing", "nothing"),
    "contamination": ("value", "nothing"),
}
"""What readers and the public see of a question with that label, unless somebody says otherwise."""

_PHONE: Final = re.compile(r"(^|_)(phone|tel|telephone|mobile|whatsapp|msisdn|hatif)(_|$|\d)", re.IGNORECASE)
_PERSON: Final = re.compile(
    r"((respondent|beneficiary|person|patient|child|mother|father|head|informant|contact|victim|full|first|last|family)"
    r"_?name|(^|_)(e_?mail|national_id|id_number|passport|unified_card)(_|$))",
    re.IGNORECASE,
)
_WORDS: Final = re.compile(
    r"رقم الهاتف|رقم الموبايل|ژمارەی مۆبایل|ژمارەی تەلەفۆن|البطاقة الوطنية|کارتی نیشتمانی|phone number", re.IGNORECASE
)
_NAMES: Final = re.compile(r"اسم (الطفل|الأم|المستفيد|المجيب|المريض)|ناوی (منداڵ|دایک|سوودمەند|نەخۆش)")
_ASKS_THE_PHONE: Final = re.compile(r"property\(\s*['\"](phonenumber|email|username|deviceid)['\"]")
_OF_THE_PHONE: Final = frozenset({"property phonenumber", "property email", "property username", "property deviceid"})
_PLACES: Final = (
    re.compile(r"(^|_)(settlement|village|town|neighbou?rhood|camp)(_|$)", re.IGNORECASE),
    re.compile(r"(^|_)(sub_?district|nahia|adm3)(_|$)", re.IGNORECASE),
    re.compile(r"(^|_)(district|dist|qadha|qada|adm2)(_|$)", re.IGNORECASE),
    re.compile(r"(^|_)(place|pcode|p_code)(_|$)", re.IGNORECASE),
    re.compile(r"(^|_)(governorate|gov|province|adm1)(_|$)", re.IGNORECASE),
)
_SITES: Final = re.compile(
    r"^(site|facility|task|hazard|minefield|school|centre|center|branch|station)(_?(id|code|no|number|name))?$",
    re.IGNORECASE,
)
_PEOPLE: Final = re.compile(
    r"^(interviewer|enumerator|monitor|surveyor|collector|data_collector)(_?(id|code|name))?$", re.IGNORECASE
)


@dataclass(frozen=True)
class Policy:
    """What is thought of one question; ``said``: the form's author wrote the label."""

    path: str
    label: str
    reader_sees: str
    public_sees: str
    said: bool


def policy_of(field: xforms.Field) -> Policy:
    """By the author's column, else by type and name: phones, positions, barcodes and files are not public."""
    if field.sensitivity in Label.values:
        reader, public = SIGHTS[field.sensitivity]
        if field.sensitivity == Label.PLACE and field.type in SHAPES:
            reader = _COARSE  # a district may be read; the very spot, by those who review
        return Policy(field.path, field.sensitivity, reader, public, said=True)
    words = " ".join(field.label.values())
    if (
        field.preload in _OF_THE_PHONE
        or _ASKS_THE_PHONE.search(field.calculate or "")
        or _PHONE.search(field.name)
        or _PERSON.search(field.name)
        or _WORDS.search(words)
        or _NAMES.search(words)
        or ("numbers" in field.appearance.split() and _PHONE.search(field.name))
    ):
        return Policy(field.path, Label.IDENTIFYING, *SIGHTS[Label.IDENTIFYING], said=False)
    if field.type in SHAPES:
        return Policy(field.path, Label.PLACE, _COARSE, _NOTHING, said=False)
    if field.type in ("binary", "barcode") or field.control == "upload":
        return Policy(field.path, Label.NONE, _VALUE, _NOTHING, said=False)
    return Policy(field.path, Label.NONE, *SIGHTS[Label.NONE], said=False)


def roles_of(made: xforms.Form) -> dict[str, str]:
    """Role → path of the question that feeds it. A question in a repeat feeds none: it has several answers."""
    fields = [field for field in made.fields if field.repeat is None]
    found = {field.role: field.path for field in reversed(fields) if field.role in ROLES}
    guesses = {
        "location": next((field.path for field in fields if field.type in POINTS), None),
        "place": _place(fields),
        "site": next((field.path for field in fields if _SITES.search(field.name) and _is_answer(field)), None),
        "interviewer": next(
            (field.path for field in fields if _PEOPLE.search(field.name) and _is_answer(field)),
            next((field.path for field in fields if field.preload == "property username"), None),
        ),
    }
    for role, path in guesses.items():
        if path is not None:
            found.setdefault(role, path)
    return {role: found[role] for role in ROLES if role in found}


def _is_answer(field: xforms.Field) -> bool:
    return field.type in ("string", "select_one", "int", "barcode") and bool(field.control or field.calculate)


def _place(fields: list[xforms.Field]) -> str | None:
    """The finest place that is asked for."""
    for pattern in _PLACES:
        for field in fields:
            if field.type in ("string", "select_one") and pattern.search(field.name):
                return field.path
    return None


def role_fits(role: str, field: xforms.Field) -> bool:
    """May this question feed that role?"""
    if field.repeat is not None:
        return False
    if role == "location":
        return field.type in POINTS
    return field.type in ("string", "select_one", "int", "barcode")


@transaction.atomic
def take_over(form: Form, made: xforms.Form, *, published: bool) -> None:
    """Gives each question its policy and the form its roles.

    Of a draft only what is new is taken: what was said for questions that are in use stays until the draft is published.
    """
    known = {policy.path: policy for policy in form.policies.all()}
    asks = roles_of(made)
    fresh = []
    for field in made.fields:
        policy = policy_of(field)
        if field.path == asks.get("interviewer") and not policy.said:
            # Whatever the question is called, it answers with somebody's name.
            policy = replace(policy, public_sees=_NOTHING)
        old = known.get(field.path)
        if old is None:
            fresh.append(
                FieldPolicy(
                    form=form,
                    path=policy.path,
                    label=policy.label,
                    reader_sees=policy.reader_sees,
                    public_sees=policy.public_sees,
                    said=policy.said,
                )
            )
        elif published and policy.said and (old.label != policy.label or not old.said):
            if old.label != policy.label:
                old.label, old.reader_sees, old.public_sees = policy.label, policy.reader_sees, policy.public_sees
            old.said = True
            old.save()
    FieldPolicy.objects.bulk_create(fresh)
    paths = {field.path for field in made.fields}
    said = {field.role: field.path for field in made.fields if field.role in ROLES and field.repeat is None}
    kept = {role: path for role, path in form.roles.items() if path in paths or path == ""}
    roles = {**asks, **kept, **(said if published or not kept else {})}
    if roles != form.roles and (published or not form.versions.filter(published_at__isnull=False).exists()):
        form.roles = roles
        form.save(update_fields=["roles"])


class NotTaken(ValueError):
    """A policy or role that the form cannot have; the sentence says why."""


@transaction.atomic
def say_policies(form: Form, given: Mapping[str, tuple[str, str, str]], *, why: str = "") -> int:
    """Path → label, what readers see, what the public sees. Answers how many changed. Raises ``NotTaken``.

    What differs from how it was shown is said of the question, and no longer inherited from what it reads.
    """
    known = {policy.path: policy for policy in form.policies.select_for_update()}
    rules = rules_of(form)
    changed = 0
    with because(why or _("sensitivity of questions")):
        for path, (label, reader, public) in given.items():
            policy = known.get(path)
            if policy is None:
                raise NotTaken(_("The form has no such question: %s") % path.rpartition("/")[2])
            if label not in Label.values or reader not in Sight.values or public not in Sight.values:
                raise NotTaken(_("There is no such label or sight."))
            if _order(public) < _order(reader):
                raise NotTaken(
                    _("The public would see more of “%s” than readers do. Change one of the two.")
                    % path.rpartition("/")[2]
                )
            rule = rules[path]
            if (rule.label, rule.reader_sees, rule.public_sees) != (label, reader, public):
                policy.label, policy.reader_sees, policy.public_sees, policy.said = label, reader, public, True
                policy.save()
                changed += 1
    return changed


def _order(sight: str) -> int:
    return (Sight.VALUE, Sight.GENERALISED, Sight.NOTHING).index(Sight(sight))


@transaction.atomic
def say_roles(form: Form, made: xforms.Form, given: Mapping[str, str]) -> None:
    """Role → path; '' where no question feeds it. Submissions that are here already keep what was read. Raises ``NotTaken``."""
    fields = {field.path: field for field in made.fields}
    roles = dict(form.roles)
    for role, path in given.items():
        if role not in ROLES or (path and (path not in fields or not role_fits(role, fields[path]))):
            raise NotTaken(_("This question cannot say that: %s") % path.rpartition("/")[2])
        roles[role] = path
    if roles != form.roles:
        form.roles = roles
        with because(_("roles of questions")):
            form.save(update_fields=["roles"])
