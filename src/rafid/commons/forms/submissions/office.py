"""Edits in the office: a new version of the answers, with a reason, through the one receipt; the review begins anew."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from rafid.methods import xforms

from ..accept import Accepted, accept
from ..models import Form, Submission, Way
from ..refusals import Refused, malformed
from ..schema import definition
from ..sender import of_account
from ..words import in_language
from .review import may_review, typed_in

_XMLNS = "http://openrosa.org/xforms"
_STEP = re.compile(r"([^\[\]]+)(?:\[([0-9]{1,6})\])?")
_ROUNDS = 5
"""So often calculations are made anew, each of them possibly changing what another one reads."""


def edit(form: Form, submission: Submission, xml: bytes, *, by: Any, reason: str) -> Accepted:
    """Takes the whole XML of the corrected answers. Raises :class:`Refused`.

    It may carry its own new identity and the newest one as deprecatedID, or still the newest one: then both are written in.
    """
    reason = typed_in(reason)
    if not may_review(by, submission, form):
        raise Refused(403, "right", _("Your roles do not include the review of this submission."))
    if not reason:
        raise Refused(422, "reason", _("Say why the answers are changed."))
    if submission.sealed:
        raise Refused(422, "sealed", _("This submission is encrypted; its answers cannot be changed here."))
    try:
        read = xforms.read_submission(xml)
    except xforms.SubmissionError as error:
        raise malformed(in_language(xforms.said_by(error))) from None
    newest = submission.versions.values_list("instance_id", flat=True).get(pk=submission.current_id)
    if read.instance_id == newest:
        # The newest version itself, which names the one before it where it is a correction.
        xml = _renamed(xml, newest)
    elif read.deprecated_id is None or not submission.versions.filter(instance_id=read.deprecated_id).exists():
        raise Refused(
            422, "identity", _("The XML must carry the identity of the version that it corrects as its deprecatedID.")
        )
    return accept(xml, of_account(by), way=Way.OFFICE, reason=reason)


def changed(
    form: Form,
    submission: Submission,
    answers: Mapping[str, str],
    *,
    by: Any,
    reason: str,
    added: Iterable[str] = (),
    removed: Iterable[str] = (),
) -> Accepted:
    """Some answers by their path (with a position in each repeat), the others as they are; calculations follow.

    ``added``: rows of repeats that come after the last one, such as ``/data/nc[4]``, whose answers are among ``answers``.
    ``removed``: rows that go; those behind them move up.
    """
    version = submission.versions.get(pk=submission.current_id)
    root = _tree(bytes(version.xml or b""))
    made = definition(version.form_version_id)
    for path in added:
        _add_row(root, made, path)
    gone = [_row(root, made, path) for path in removed]
    for path, text in answers.items():
        node = _at(root, path)
        if node is None:
            raise Refused(422, path, _("This submission has no such answer."))
        node.text = text
    for parent, row in gone:
        parent.remove(row)
    try:
        xml = _recalculated(root, made)
    except xforms.SubmissionError as error:
        # A sign that XML does not have, pasted from elsewhere.
        raise malformed(in_language(xforms.said_by(error))) from None
    return edit(form, submission, xml, by=by, reason=reason)


_POSITION = re.compile(r"\[[0-9]+\]")


def _repeat(made: xforms.Form, path: str) -> tuple[str, str, int]:
    """The path around a row, its name and its position. Raises :class:`Refused` for what is no row that a person adds."""
    above, _slash, last = path.rpartition("/")
    step = _STEP.fullmatch(last)
    repeat = next((one for one in made.repeats if one.path == _POSITION.sub("", path)), None)
    if repeat is None or step is None or step[2] is None:
        raise Refused(422, path, _("This submission has no such answer."))
    if repeat.count:
        raise Refused(422, path, _("The form reckons how many rows there are; change the answer that it counts by."))
    return above, step[1], int(step[2])


def _row(root: ElementTree.Element, made: xforms.Form, path: str) -> tuple[ElementTree.Element, ElementTree.Element]:
    above, _name, _number = _repeat(made, path)
    parent, row = _at(root, above), _at(root, path)
    if parent is None or row is None:
        raise Refused(422, path, _("This submission has no such answer."))
    return parent, row


def _add_row(root: ElementTree.Element, made: xforms.Form, path: str) -> None:
    above, name, number = _repeat(made, path)
    parent = _at(root, above)
    same = [child for child in parent if _local(child) == name] if parent is not None else []
    if parent is None or number != len(same) + 1:
        raise Refused(422, path, _("This submission has no such answer."))
    namespace = root.tag.rpartition("}")[0]
    row = ElementTree.Element(f"{namespace}}}{name}" if namespace else name)
    meta = next((at for at, child in enumerate(parent) if _local(child) == "meta"), len(parent))
    parent.insert(list(parent).index(same[-1]) + 1 if same else meta, row)


def _recalculated(root: ElementTree.Element, made: xforms.Form) -> bytes:
    """What the form calculates from the answers is written anew, as the phone does."""
    for _round in range(_ROUNDS):
        xml = ElementTree.tostring(root, encoding="utf-8")
        read = xforms.read_submission(xml)
        wrong = [one for one in xforms.validate_submission(made, read) if one.kind == "calculation_mismatch"]
        for one in wrong:
            node = _at(root, one.path)
            if node is not None:
                node.text = one.expected or ""
        if not wrong:
            break
    return ElementTree.tostring(root, encoding="utf-8")


def _tree(xml: bytes) -> ElementTree.Element:
    """Of bytes that were received: they hold no document type, so no entity that could grow."""
    ElementTree.register_namespace("orx", _XMLNS)
    return ElementTree.fromstring(xml)  # noqa: S314


def _local(node: ElementTree.Element) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _at(root: ElementTree.Element, path: str) -> ElementTree.Element | None:
    """The element of a path such as ``/data/nc[2]/sev``; made where the last steps are missing, rows of repeats never."""
    node = root
    for step in path.split("/")[2:]:
        found = _STEP.fullmatch(step)
        if found is None:
            return None
        same = [child for child in node if _local(child) == found[1]]
        number = int(found[2] or 1)
        if number <= len(same):
            node = same[number - 1]
        elif found[2] is None:
            namespace = root.tag.rpartition("}")[0]
            node = ElementTree.SubElement(node, f"{namespace}}}{found[1]}" if namespace else found[1])
        else:
            return None
    return node


def _renamed(xml: bytes, newest: str) -> bytes:
    """A new identity, and the one that it corrects."""
    root = _tree(xml)
    fresh = f"uuid:{uuid.uuid4()}"
    root.attrib.pop("instanceID", None)
    root.attrib.pop("deprecatedID", None)
    meta = next((node for node in root if _local(node) == "meta"), None)
    if meta is None:
        meta = ElementTree.SubElement(root, f"{{{_XMLNS}}}meta")
    holder = next((node for node in meta if _local(node) == "instanceID"), None)
    if holder is None:
        holder = ElementTree.SubElement(meta, f"{{{_XMLNS}}}instanceID")
    holder.text = fresh
    for old in [node for node in meta if _local(node) == "deprecatedID"]:
        meta.remove(old)
    ElementTree.SubElement(meta, holder.tag.replace("instanceID", "deprecatedID")).text = newest
    return ElementTree.tostring(root, encoding="utf-8")
