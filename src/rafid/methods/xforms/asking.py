"""One expression, asked of one submission: for whoever writes a form or looks into a finding."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from rafid.methods.xforms.compiling import compile_tree
from rafid.methods.xforms.errors import ExpressionError
from rafid.methods.xforms.form import Form, answer_of
from rafid.methods.xforms.grammar import parse
from rafid.methods.xforms.nodes import Node
from rafid.methods.xforms.reading import Submission
from rafid.methods.xforms.running import Datasets, Run
from rafid.methods.xforms.values import Moment

_STEP: Final = re.compile(r"([^\[\]/]+)(?:\[([0-9]{1,9})\])?")


def evaluate(
    expression: str,
    submission: Submission | None,
    *,
    at: str | None = None,
    form: Form | None = None,
    now: datetime | None = None,
    datasets: Datasets | None = None,
) -> float | str | bool | list[str]:
    """The answer of an expression at a node.

    ``at``: absolute path, with positions where they matter (``/data/nc[2]/photo``; the first where there is none), else the
    root. ``form`` gives types, relevance and lists. Answers float, str, bool, or for a path (and a function that answers
    nodes) the list of their texts; a date as ISO text. Raises ``ExpressionError``: what, and at which character; also when
    there is no clock or no list to answer with. Source: XPath 1.0; ODK XForms specification.
    """
    closure = compile_tree(parse(expression))
    root = submission.root if submission is not None else Node("data")
    version = submission.version if submission is not None else ""
    matching = form if form is not None and form.shape.name == root.name else None
    run = Run(root, matching, now, datasets, version)
    value = answer_of(closure, _find(root, at) if at else root, run)
    if isinstance(value, list):
        return [node.text for node in value]
    return value.text if isinstance(value, Moment) else value


def _find(root: Node, path: str) -> Node:
    node: Node | None = None
    for number, part in enumerate(path.strip("/").split("/")):
        match = _STEP.fullmatch(part)
        if match is None:
            raise ExpressionError(f"“{path}” is no path")
        if number == 0:
            node = root if match[1] == root.name else None
        elif node is not None:
            same = node.named(match[1])
            wanted = int(match[2] or 1)
            node = same[wanted - 1] if 1 <= wanted <= len(same) else None
    if node is None:
        raise ExpressionError(f"the submission has no {path}")
    return node
