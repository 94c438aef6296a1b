"""Steps of a record's state: who takes each, from where, what it asks and writes. Tasks, accreditations, spot tasks and
non-conformities go by them; the database has the last word on order and guards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused, locked
from rafid.commons.records.checks import check_record
from rafid.commons.records.search import index_record

from .refusals import told
from .seeing import may_do


@dataclass(frozen=True)
class Ask:
    """One thing that a step asks. ``kind``: text, line, day, count, number, choice or row. ``options``: for a choice its
    (code, name) pairs, for a row a function of the record and the person that gives the rows to choose from."""

    name: str
    label: Promise
    kind: str = "text"
    required: bool = False
    help: Promise | str = ""
    options: Any = ()


Write = Callable[[Any, Mapping[str, Any], Any], None]


def _nothing(_row: Any, _given: Mapping[str, Any], _by: Any) -> None:
    """The state alone changes: who and when stand in the history."""


@dataclass(frozen=True)
class Step:
    """``rights``: (right, side) pairs of which one is enough; the side is authority or operator."""

    code: str
    title: Promise
    rights: tuple[tuple[str, str], ...]
    starts: tuple[str, ...]
    end: str
    asks: tuple[Ask, ...] = ()
    write: Write = _nothing
    style: str = ""

    def allowed(self, user: Any, record: Any) -> bool:
        return any(may_do(user, right, record, side=side) for right, side in self.rights)


class NotYours(Exception):
    """The person sees the record; this step is not his."""


def by_code(*steps: Step) -> dict[str, Step]:
    return {one.code: one for one in steps}


def possible(user: Any, record: Any, steps: Mapping[str, Step]) -> list[Step]:
    """The steps that this person may take from where the record stands, the main one first."""
    return [one for one in steps.values() if record.state in one.starts and one.allowed(user, record)]


def take(
    record: Any, step: Step, *, by: Any, version: int | None = None, given: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Any:  # fmt: skip
    """Takes the step and gives the record back as it stands then. Raises ``Stale`` (it changed since ``version``),
    ``NotYours``, or ``Refused`` with a sentence; nothing is written then. ``reason`` is the line of the history."""
    model, said = type(record), cleaned(given or {})
    with told(model), because(reason or str(said.get("reason") or "step taken")):
        row: Any = locked(model, record.pk, version)
        if not step.allowed(by, row):
            raise NotYours(step.code)
        if row.state not in step.starts:
            raise Refused(
                _("It is “%(state)s” now. From there the step “%(step)s” is not possible.")
                % {"state": row.get_state_display(), "step": step.title}
            )
        for ask in step.asks:
            if ask.required and said.get(ask.name) in (None, ""):
                raise Refused(_("“%(field)s” is empty. Fill it in.") % {"field": ask.label})
        row.state = step.end
        step.write(row, said, by)
        row.save()
        row.refresh_from_db()
        check_record(row)
        index_record(row)
    for field in row._meta.concrete_fields:
        setattr(record, field.attname, getattr(row, field.attname))
    return row


def cleaned(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.replace("\x00", "").strip() if isinstance(value, str) else value for name, value in given.items()
    }


def today_or_before(day: date | None) -> date:
    """The day given, else the country's today; raises ``Refused`` for one after it."""
    today = timezone.localdate()
    if day is not None and day > today:
        raise Refused(_("A date lies after today. Correct it: what is recorded has happened."))
    return day or today


class AskForm(forms.Form):
    """The fields of ``asks``, and the version that was read."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        asks: Sequence[Ask],
        data: Any = None,
        *,
        prefix: str,
        record: Any = None,
        user: Any = None,
        initial: Any = None,
    ) -> None:
        version = getattr(record, "version", "")
        super().__init__(data, auto_id=f"{prefix}-%s", initial={"version": version, **(initial or {})})
        self.asks = asks
        for ask in asks:
            self.fields[ask.name] = _field(ask, record, user)

    @property
    def given(self) -> dict[str, Any]:
        return {ask.name: self.cleaned_data.get(ask.name) for ask in self.asks}


class StepForm(AskForm):
    def __init__(self, step: Step, data: Any = None, *, record: Any, user: Any) -> None:
        super().__init__(step.asks, data, prefix=step.code, record=record, user=user)
        self.step = step


def _field(ask: Ask, record: Any, user: Any) -> forms.Field:
    words: dict[str, Any] = {"label": ask.label, "required": ask.required, "help_text": ask.help}
    if ask.kind == "day":
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **words)
    if ask.kind == "count":
        return forms.IntegerField(min_value=0, max_value=1_000_000, **words)
    if ask.kind == "number":
        return forms.FloatField(min_value=0, widget=forms.NumberInput(attrs={"step": "any"}), **words)
    if ask.kind == "choice":
        options = list(ask.options)
        return forms.ChoiceField(choices=options if ask.required else [("", "–"), *options], **words)
    if ask.kind == "row":
        return forms.ModelChoiceField(ask.options(record, user), blank=not ask.required, **words)
    if ask.kind == "line":
        return forms.CharField(max_length=300, **words)
    return forms.CharField(max_length=5000, widget=forms.Textarea(attrs={"rows": 3}), **words)
