"""A verb's transaction: what the database refuses in it comes back as a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, transaction

from rafid.commons.records.change import Refused
from rafid.commons.records.refusals import sentence_for

from .rules import RULES


def sentence(error: IntegrityError, model: Any = None) -> str:
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    if name in RULES:
        return str(RULES[name])
    # A verb writes several tables: the sentence is that of the table that refused.
    table = getattr(diagnosis, "table_name", None)
    tables = {one._meta.db_table: one for one in apps.get_app_config("rafid_rivers").get_models()}
    return sentence_for(error, tables.get(table or "", model))


@contextmanager
def told(model: Any = None) -> Iterator[None]:
    """A transaction in which every refusal of the database, also of what it looks at last, is raised as ``Refused``."""
    try:
        with transaction.atomic():
            yield
            settle()
    except IntegrityError as error:
        raise Refused(sentence(error, model)) from error


def settle() -> None:
    """Asks now what the database would ask when the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
