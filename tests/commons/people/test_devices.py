"""Browsers as people call them; each real string also carries the names of others."""

from __future__ import annotations

import pytest

from rafid.commons.people.devices import device_name

GECKO = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {GECKO} Chrome/131.0.0.0 Safari/537.36", "Chrome · Windows"),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {GECKO} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
            "Edge · Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox · Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.1 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-A155F) {GECKO} SamsungBrowser/26.0 Chrome/122.0.0.0 "
            "Mobile Safari/537.36",
            "Samsung Internet · Android",
        ),
        ("curl/8.9.1", "curl"),
        ("something of our own that nobody knows and that is long", "something of our own that nobody knows a"),
        ("", ""),
    ],
)
def test_a_browser_is_named(text, name):
    assert device_name(text) == name
