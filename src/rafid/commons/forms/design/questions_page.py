"""The page on which a designer says how sensitive questions are, and which say place, site, interviewer, location."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rafid.methods import xforms

from ..models import Form, Sight
from ..sensitivity import rules_of
from .policies import ROLES, policy_of, role_fits
from .words import kind_of, label_of, labels, role_words, sights


def questions_of(form: Form, made: xforms.Form, posted: Mapping[str, str]) -> dict[str, Any]:
    """What the template shows; what was just typed stays where it was refused."""
    rules = rules_of(form)
    rows = []
    for number, field in enumerate(made.fields):
        rule = rules.get(field.path)
        policy = rule or policy_of(field)
        shows = Sight.VALUE in (policy.reader_sees, policy.public_sees)
        rows.append(
            {
                "number": number,
                "field": field,
                "label": label_of(field.label),
                "type": kind_of(field.type),
                "repeat": field.repeat.rpartition("/")[2] if field.repeat else "",
                "said": policy_of(field).said,
                "reads": ", ".join(rule.reads) if rule is not None else "",
                "warns": rule is not None and rule.said and rule.reads and shows,
                "label_code": posted.get(f"label-{number}", policy.label),
                "reader": posted.get(f"reader-{number}", policy.reader_sees),
                "public": posted.get(f"public-{number}", policy.public_sees),
            }
        )
    roles = []
    for role in ROLES:
        fitting = [field for field in made.fields if role_fits(role, field)]
        title, about = role_words(role)
        roles.append(
            {
                "role": role,
                "title": title,
                "about": about,
                "path": posted.get(f"role-{role}", form.roles.get(role, "")),
                "said": any(field.role == role for field in made.fields),
                "fields": [
                    (field.path, f"{field.name} · {label_of(field.label)}".removesuffix(" · ")) for field in fitting
                ],
            }
        )
    return {"rows": rows, "roles": roles, "labels": labels(), "sights": sights()}


def policies_given(posted: Mapping[str, str], made: xforms.Form) -> dict[str, tuple[str, str, str]]:
    """Of the questions that the sent page had; a page of another version names others, which are left out."""
    given = {}
    for number, field in enumerate(made.fields):
        if posted.get(f"path-{number}") == field.path:
            given[field.path] = (
                posted.get(f"label-{number}", ""),
                posted.get(f"reader-{number}", ""),
                posted.get(f"public-{number}", ""),
            )
    return given


def roles_given(posted: Mapping[str, str]) -> dict[str, str]:
    return {role: posted[f"role-{role}"] for role in ROLES if f"role-{role}" in posted}
