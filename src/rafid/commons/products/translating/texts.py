"""Texts in three languages, wherever the room keeps them, by one key each; and the same key writes them back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.indicators.models import Indicator, IndicatorState
from rafid.commons.people.visibility import may, may_on
from rafid.commons.programme import LANGUAGES

from ..models import Dataset, DatasetState, Recipe
from ..release.decide import COMPOSE

LONGEST = 20_000
_DATASET = ("name", "description", "method", "caveats", "attribution")
_INDICATOR = ("name", "definition", "method")


@dataclass(frozen=True)
class Text:
    """``key`` as ``dataset:population:description``; ``said`` by language; ``due`` when it goes out, if that is known."""

    key: str
    of: str
    link: str
    said: Mapping[str, str]
    due: datetime | None = None
    public: bool = False
    missing: tuple[str, ...] = field(default=())


def _text(key: str, of: str, link: str, said: Mapping[str, Any], due: datetime | None, public: bool) -> Text | None:
    """None where nothing is said in any language: that is no gap."""
    plain = {code: str(said.get(code) or "").strip() for code in LANGUAGES}
    if not any(plain.values()):
        return None
    return Text(key, of, link, plain, due, public, tuple(code for code in LANGUAGES if not plain[code]))


def texts(user: Any) -> Iterator[Text]:
    """All texts that this person may write, of datasets, products and indicators that staff made."""
    for dataset in (
        Dataset.objects.visible_to(user).exclude(origin="declared").order_by("code").prefetch_related("fields")
    ):
        if dataset.state != DatasetState.WITHDRAWN and may_on(user, COMPOSE, dataset):
            yield from _of_dataset(dataset)
    for recipe in Recipe.objects.visible_to(user).filter(declared=False).order_by("code").select_related("schedule"):
        if may_on(user, COMPOSE, recipe):
            yield from _of_recipe(recipe)
    rows = Indicator.objects.visible_to(user).filter(declared=False).exclude(state=IndicatorState.RETIRED)
    for row in rows.order_by("code", "version"):
        if may(user, COMPOSE, row.programme):
            yield from _of_indicator(row)


def _of_dataset(dataset: Dataset) -> Iterator[Text]:
    public = dataset.state == DatasetState.PUBLISHED
    link = f"/desk/{dataset.code}/"
    for name in _DATASET:
        said = dataset.names if name == "name" else getattr(dataset, name)
        made = _text(f"dataset:{dataset.code}:{name}", dataset.name, link, said, None, public)
        if made:
            yield made
    for one in dataset.fields.all():
        made = _text(f"dataset:{dataset.code}:field:{one.name}", dataset.name, link, one.names, None, public)
        if made:
            yield made


def _of_recipe(recipe: Recipe) -> Iterator[Text]:
    schedule = getattr(recipe, "schedule", None)
    due = schedule.next_at if schedule is not None and schedule.active else None
    public = recipe.state == "published"
    for name in ("name", "summary"):
        said = recipe.names if name == "name" else recipe.summary
        made = _text(f"product:{recipe.code}:{name}", recipe.name, recipe.get_absolute_url(), said, due, public)
        if made:
            yield made
    for path, said in threes(recipe.body):
        made = _text(f"product:{recipe.code}:body:{path}", recipe.name, recipe.get_absolute_url(), said, due, public)
        if made:
            yield made


def _of_indicator(row: Indicator) -> Iterator[Text]:
    for name in _INDICATOR:
        said = row.names if name == "name" else getattr(row, name)
        made = _text(
            f"indicator:{row.code}@{row.version}:{name}", row.name, row.get_absolute_url(), said, None,
            row.state == IndicatorState.ADOPTED,
        )  # fmt: skip
        if made:
            yield made


def threes(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Each ``{"ar": …, "ckb": …, "en": …}`` in a recipe's body, with its path; ``texts`` by language hold one a name."""
    if isinstance(value, Mapping):
        if value and set(value) <= set(LANGUAGES):
            if all(isinstance(one, str) for one in value.values()):
                yield path, dict(value)
                return
            if all(isinstance(one, Mapping) for one in value.values()):
                for name in sorted({name for one in value.values() for name in one}):
                    yield (
                        f"{path}/*/{name}",
                        {code: one[name] for code, one in value.items() if isinstance(one.get(name), str)},
                    )
                return
        for name, one in value.items():
            yield from threes(one, f"{path}/{name}" if path else str(name))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from threes(one, f"{path}/{at}")


def write(key: str, said: Mapping[str, str], by: Any) -> bool:
    """Sets the languages given, leaves the others; False where nothing changed. Raises ``ValidationError`` with a sentence."""
    for code, text in said.items():
        if code not in LANGUAGES:
            raise ValidationError(_("%s is none of the three languages.") % code[:20])
        if len(text) > LONGEST or "\x00" in text:
            raise ValidationError(_("The text is longer than 20,000 characters, or holds signs that no text has."))
    kind, _colon, rest = key.partition(":")
    code, _colon, where = rest.partition(":")
    with transaction.atomic(), because("translated"):
        if kind == "dataset":
            return _into_dataset(code, where, said, by)
        if kind == "product":
            return _into_recipe(code, where, said, by)
        if kind == "indicator":
            return _into_indicator(code, where, said, by)
    raise ValidationError(_("There is no such text. Take a fresh file from the desk."))


def _nothing() -> ValidationError:
    return ValidationError(_("There is no such text. Take a fresh file from the desk."))


def _set(row: Any, name: str, said: Mapping[str, str]) -> bool:
    if name == "name":
        before = dict(row.names)
        for code, text in said.items():
            setattr(row, f"name_{code}", text[:300])
        after = dict(row.names)
    else:
        before = dict(getattr(row, name))
        after = before | said
        setattr(row, name, after)
    if before != after:
        row.save()
    return before != after


def _into_dataset(code: str, where: str, said: Mapping[str, str], by: Any) -> bool:
    row = (
        Dataset.objects.visible_to(by)
        .select_for_update(of=("self",))
        .filter(code=code)
        .exclude(origin="declared")
        .first()
    )
    if row is None or not may_on(by, COMPOSE, row):
        raise _nothing()
    if where.startswith("field:"):
        one = row.fields.filter(name=where.removeprefix("field:")).first()
        if one is None:
            raise _nothing()
        after = one.names | said
        changed = bool(after != one.names)
        one.names = after
        one.save()
        return changed
    if where not in _DATASET:
        raise _nothing()
    return _set(row, where, said)


def _into_recipe(code: str, where: str, said: Mapping[str, str], by: Any) -> bool:
    row = Recipe.objects.visible_to(by).select_for_update(of=("self",)).filter(code=code, declared=False).first()
    if row is None or not may_on(by, COMPOSE, row):
        raise _nothing()
    if where in ("name", "summary"):
        return _set(row, where, said)
    path = where.removeprefix("body:")
    there = dict(threes(row.body))
    if not where.startswith("body:") or path not in there:
        raise _nothing()
    if all(there[path].get(language, "") == text for language, text in said.items()):
        return False
    _put(row.body, path.split("/"), said)
    from ..editions.canonical import recipe_sha256

    row.sha256 = recipe_sha256(row.body)
    row.save()
    return True


def _put(body: Any, path: list[str], said: Mapping[str, str]) -> None:
    at = body
    for number, name in enumerate(path):
        if name == "*":
            for code, text in said.items():
                at.setdefault(code, {})[path[number + 1]] = text
            return
        at = at[int(name)] if isinstance(at, list) else at[name]
    at.update(said)


def _into_indicator(code: str, where: str, said: Mapping[str, str], by: Any) -> bool:
    """Wording of a draft only: what was adopted is changed by its next version."""
    match = re.fullmatch(r"([a-z0-9-]+)@(\d{1,6})", code)
    row = Indicator.objects.visible_to(by).select_for_update(of=("self",)).filter(
        code=match[1], version=int(match[2]), declared=False
    ).first() if match else None  # fmt: skip
    if row is None or where not in _INDICATOR or not may(by, COMPOSE, row.programme):
        raise _nothing()
    if row.state != IndicatorState.DRAFT:
        raise ValidationError(_("What was adopted is changed by its next version."))
    return _set(row, where, said)
