"""/help/ shows docs/*.md: every page renders, links between them lead on, nothing of a page becomes a script."""

from __future__ import annotations

import pytest

from rafid.site import handbook

from .pages import Page

pytestmark = pytest.mark.django_db

NAMES = sorted({path.name.split(".")[0] for path in handbook.FOLDER.glob("*.md")})


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_every_page_of_the_handbook_opens(client, name, language):
    response = client.get(f"/help/{name}/", {"lang": language})
    page = Page(response.content.decode())
    assert response.status_code == 200
    assert not page.faults
    for link, where in page.links:
        if "article" in where and link.startswith("/"):
            assert client.get(link, follow=True).status_code == 200, link


def test_a_page_is_shown_in_the_reader_s_language_where_it_is_written(client):
    html = client.get("/help/use/", {"lang": "ckb"}).content.decode()
    assert "هەنگاوە سەرەتاییەکان" in html
    assert 'lang="ckb" dir="rtl"' in html


def test_a_page_without_translation_is_english_and_says_so(client):
    html = client.get("/help/extend/", {"lang": "ar"}).content.decode()
    assert "لم تُترجم هذه الصفحة بعد" in html
    assert '<article class="prose card" lang="en" dir="ltr">' in html


@pytest.mark.parametrize("name", ["nothing", "..", "use.ar", "%2e%2e", "..%2fpyproject"])
def test_what_is_no_page_is_not_found(client, name):
    assert client.get(f"/help/{name}/").status_code == 404


def test_html_in_a_page_is_shown_as_text():
    html = handbook.markdown().render('<script>alert(1)</script> [x](javascript:alert(1)) <b onclick="x">y</b>')
    assert "<script" not in html
    assert "<b" not in html
    assert "href" not in html


def test_headings_can_be_linked_and_columns_of_figures_have_a_class():
    html = handbook.markdown().render("# First steps\n\n| a | b |\n|---|--:|\n| x | 1 |\n")
    assert '<h1 id="first-steps">' in html
    assert '<td class="num">1</td>' in html
    assert "style" not in html


def test_links_between_files_become_links_between_pages():
    html = handbook.markdown().render("[a](operate.md#backup) [b](use.ar.md) [c](https://example.org/x.md)")
    assert 'href="/help/operate/#backup"' in html
    assert 'href="/help/use/"' in html
    assert 'href="https://example.org/x.md"' in html


def test_the_help_link_of_a_page_opens_its_page(client):
    page = Page(client.get("/", {"lang": "en"}).content.decode())
    (link,) = {link for link, where in page.links if "footer" in where and link.startswith("/help/")}
    assert link == "/help/use/"


def test_pages_that_are_only_in_english_are_marked_in_the_list(client):
    html = client.get("/help/", {"lang": "ar"}).content.decode()
    assert html.count("بالإنجليزية فقط") == html.count('lang="en">') > 0
    assert "in English only" not in client.get("/help/", {"lang": "en"}).content.decode()
    assert (
        'href="/help/use/" lang="ar" aria-current="page"' in client.get("/help/use/", {"lang": "ar"}).content.decode()
    )


def test_short_code_stays_on_one_line():
    from rafid.site.handbook import markdown

    html = markdown().render("Answer with `--yes`, not with `a command that is as long as this one here is`.")
    assert '<code class="short">--yes</code>' in html
    assert html.count('class="short"') == 1
