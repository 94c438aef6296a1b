"""A process opens the first pages for itself before a reader asks."""

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from rafid.commons.products.maps import painted
from rafid.site import warm


@pytest.fixture
def application(db):
    """Without the signals that would close the connection in the middle of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_the_front_page_and_each_programme_s_first_page_are_opened():
    assert warm.first_pages()[0] == "/"
    assert "/statistics/population/" in warm.first_pages()
    assert "/records/wells/well/" in warm.first_pages()
    assert not [path for path in warm.first_pages() if path.startswith("/imports/")], "only for those who may import"


def test_a_visit_leaves_what_the_next_reader_needs(application):
    painted._kept.clear()
    front, *others = [warm.visit(application, path) for path in warm.first_pages()]
    assert front == "200 OK"
    assert set(others) == {"200 OK", "302 Found"}, "a programme without anything public sends readers to sign in"
    assert painted._kept


def test_production_is_visited_by_its_own_name_and_scheme(application, settings):
    settings.ALLOWED_HOSTS = [".rafid.example"]
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert warm.visit(application, "/") == "200 OK"


def test_a_failure_stops_nothing():
    def broken(*_arguments):
        raise RuntimeError("no")

    warm.wake(broken).join(10)
