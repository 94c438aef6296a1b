"""A form of third-party monitoring, published, with a phone that may fill it, and people of every role around it."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import pytest

from rafid.commons.forms.accept import accept
from rafid.commons.forms.models import AppUser, Form
from rafid.commons.forms.sender import new_token, of_phone
from rafid.commons.forms.versions import publish_draft, put_draft
from tests.methods.xforms.conftest import T1_XFORM, t1_xml

ROLES = {"location": "/data/loc", "site": "/data/visit_id"}


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    """Files of a test lie in its own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"


def visit(number: int = 1, **changed: object) -> bytes:
    """T1's base submission under its own identity: ``uuid:{number}``; ``edits`` names the identity that it corrects."""
    edits = changed.pop("edits", None)
    xml = t1_xml(**changed)
    wanted = f"uuid:{number}</orx:instanceID>"
    if edits:
        wanted += f"<orx:deprecatedID>{edits}</orx:deprecatedID>"
    return xml.replace(b"uuid:1</orx:instanceID>", wanted.encode())


@pytest.fixture
def field(world):
    """``form`` (T1, open, of the authority, programme wells), ``phone`` of the branch, and ``send(xml, **more)``."""
    form = Form.objects.create(
        xform_id="t1", title_en="Site visit", programme="wells", owner=world.authority, roles=ROLES
    )
    put_draft(form, T1_XFORM.encode())
    version = publish_draft(form)
    token, digest = new_token()
    phone = AppUser.objects.create(name="Tablet 7", token_sha256=digest, owner=world.branch)
    phone.forms.add(form)
    numbers = itertools.count(1)

    def send(xml: bytes | None = None, sender=None, **more):
        return accept(xml or visit(next(numbers)), sender or of_phone(phone), **more)

    return SimpleNamespace(form=form, version=version, phone=phone, token=token, send=send, visit=visit, world=world)


@pytest.fixture
def grove(world):
    """Forms that register trees and visit them again; see ``entities.py`` beside this."""
    from tests.commons.forms.entities import make_grove

    return make_grove(world)
