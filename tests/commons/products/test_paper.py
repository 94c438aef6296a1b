"""What printed sheets share: direction of foreign words, one page, codes, no question to another host."""

from __future__ import annotations

import pytest

from rafid.commons.products.pdf import _document, isolated
from rafid.commons.products.qr import qr_svg


def test_isolation_becomes_characters():
    assert (
        isolated('a <bdi class="code">b</bdi> <bdi>c</bdi>')
        == 'a <span class="code">\u2068b\u2069</span> <span>\u2068c\u2069</span>'
    )
    assert isolated("<bdi2>") == "<bdi2>"


@pytest.mark.parametrize(
    ("html", "css"),
    [
        ('<link rel="stylesheet" href="http://192.0.2.1/x.css">', ""),
        ('<img src="https://192.0.2.1/x.png">', ""),
        ("<p>text", "p{background:url(http://192.0.2.1/y.png)}"),
    ],
)
def test_a_sheet_that_would_ask_another_host_is_not_printed(html, css):
    from weasyprint.urls import FatalURLFetchingError

    with pytest.raises(FatalURLFetchingError) as refused:
        _document(html, css)
    assert "disallowed protocol" in str(refused.value.__cause__ or refused.value.__context__)


def test_a_code_has_its_three_corners():
    svg = qr_svg("https://rafid.example/statistics/population/?place=IQG17&lang=ckb")
    side = int(svg.split('viewBox="0 0 ')[1].split()[0])
    assert 25 <= side <= 57
    for x, y in ((0, 0), (side - 7, 0), (0, side - 7)):
        assert all(f"M{x + step} {y}h1" in svg for step in range(7))
    with pytest.raises(ValueError, match="too long"):
        qr_svg("x" * 5000)
