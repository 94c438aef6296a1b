"""From a file of figures to a bulletin in the gallery, as people click it: each step takes a window that stands where the step
before left it, and leaves it where the next one begins. No step writes an address: what it needs is a link or a button away.

``work(page)`` has the tasks done that wait, while the page waits for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

type_work = Callable[[Any], None]

HEADS = {
    "en": ("Indicator", "Place (P-code or name)", "Period", "Sex", "Value"),
    "ar": ("المؤشر", "المكان (رمز أو اسم)", "الفترة", "الجنس", "القيمة"),
    "ckb": ("نیشاندەر", "شوێن (کۆد یان ناو)", "ماوە", "ڕەگەز", "بەها"),
}
SEXES = {
    "en": {"female": "Female", "male": "Male", "": "Total"},
    "ar": {"female": "إناث", "male": "ذكور", "": "المجموع"},
    "ckb": {"female": "مێ", "male": "نێر", "": "کۆی گشتی"},
}
NAMES = {"ar": "حالات الحصبة في السلسلة", "ckb": "حاڵەتەکانی سوورێژە لە زنجیرەکە", "en": "Measles cases of the chain"}
TELLS = {
    "ar": "حالات مؤكدة في الشهر.",
    "ckb": "حاڵەتی پشتڕاستکراو لە مانگەکەدا.",
    "en": "Confirmed cases in the month.",
}
SOURCE = {
    "ar": "وزارة الصحة، نشرة الرصد",
    "ckb": "وەزارەتی تەندروستی، بڵاوکراوەی چاودێری",
    "en": "Ministry of Health, surveillance",
}
SAYS = {"ar": "عدد الحالات:", "ckb": "ژمارەی حاڵەتەکان:", "en": "Number of cases:"}
PERIOD = "202608"


@dataclass(frozen=True)
class Figures:
    """Cases of one governorate's districts by sex; the first district's girls are few."""

    code: str
    governorate: str
    districts: list[str]
    names: Mapping[str, str] = field(default_factory=lambda: NAMES)

    @property
    def cells(self) -> dict[tuple[str, str], int]:
        """By place and sex, totals and the governorate with them."""
        parts = [(3, 10413)] + [(20177 + 1303 * n, 30331 + 1709 * n) for n in range(len(self.districts) - 1)]
        found = {}
        for place, (female, male) in zip(self.districts, parts, strict=True):
            found |= {(place, "female"): female, (place, "male"): male, (place, ""): female + male}
        for sex in ("female", "male", ""):
            found[self.governorate, sex] = sum(found[place, sex] for place in self.districts)
        return found

    @property
    def total(self) -> int:
        return self.cells[self.governorate, ""]

    def table(self, language: str) -> str:
        lines = [",".join(HEADS[language])]
        lines += [f"{self.code},{place},{PERIOD},{SEXES[language][sex]},{n}" for (place, sex), n in self.cells.items()]
        return "\n".join(lines) + "\n"


def press(page: Any, selector: str) -> None:
    """A link or button that leads to another page."""
    page.locator(selector).first.click()
    page.wait_for_load_state()


def define(page: Any, figures: Figures) -> None:
    """From the list of indicators: a definition in three languages, for another person to adopt."""
    press(page, "main a[href$='/indicators/new/']")
    page.locator("[name=code]").fill(figures.code)
    page.locator("[name=programme]").select_option("statistics")
    for language in TELLS:
        page.locator(f"[name=name_{language}]").fill(figures.names[language])
        page.locator(f"[name=definition_{language}]").fill(TELLS[language])
    page.locator("[name=kind]").select_option("count")
    page.locator("[name=unit]").fill("cases")
    page.locator("[name=rollup]").select_option("sum")
    page.locator("[name=by][value=sex]").check()
    page.locator("[name=sensitivity]").select_option("1")
    press(page, "main form button.primary")


def adopt(page: Any, figures: Figures) -> None:
    """Another person, from the same list."""
    press(page, f"main a[href$='/indicators/{figures.code}/draft/']")
    press(page, "main form button.primary")


def import_figures(page: Any, figures: Figures, language: str, folder: Path, work: type_work) -> None:
    """From the indicator's empty page to the page on which the import ended."""
    press(page, ".empty a.button.primary")
    file = folder / f"cases-{language}.csv"
    file.write_text(figures.table(language), "utf-8")
    page.set_input_files("input[type=file]", str(file))
    page.locator("[name=source]").fill(SOURCE[language])
    page.locator("form[data-upload] button.primary").click()
    page.wait_for_url("**/columns/**")
    press(page, "button[value=read]")
    work(page)
    press(page, "main form button.primary")
    work(page)
    page.locator("#next").wait_for()


def make_dataset(page: Any, work: type_work) -> None:
    """From what the import recorded to the first version at the desk, in review."""
    press(page, "section[aria-labelledby=next] a.button.primary")
    press(page, "main form button.primary")
    work(page)
    press(page, "main a.button.primary")  # go on: what readers need to know of it
    page.locator("[name=licence]").select_option("CC-BY-4.0")
    for language in SOURCE:
        page.locator(f"[name=attribution_{language}]").fill(SOURCE[language])
    press(page, "main form.form button.primary")
    press(page, ".page-head a.button.primary")
    press(page, "button[value=review]")


def open_waiting(page: Any, title: str) -> None:
    """From the list of what waits, at a desk."""
    press(page, f"section[aria-labelledby=waiting] a:has-text('{title}')")


def decide(page: Any, what: str) -> None:
    press(page, f"button[name=action][value={what}]")


def begin_with(page: Any, room: str) -> None:
    """From the page of a dataset that is out."""
    press(page, f"main a[href*='/{room}/new/?dataset=']")


def compose_dashboard(page: Any) -> None:
    """Begun with the dataset: shown to everybody once another person has looked at it."""
    press(page, "main form button.primary")
    press(page, "#save")
    press(page, "a[href$='/share/']")
    page.locator("[name=reach][value=public]").check()
    press(page, "button[value=share]")


def compose_map(page: Any, work: type_work) -> None:
    """Begun with the dataset: kept, and its first edition drawn and sent to review."""
    press(page, "button[value=save]")
    page.locator("#period").fill(PERIOD)
    press(page, "button[value=begin]")
    work(page)
    press(page, "main a.button.primary")  # go on: the edition with its files
    press(page, "button[value=review]")


def compose_bulletin(page: Any, dataset: str) -> None:
    """Begun with the dataset: its figure, the same one in a text, and the first edition sent to review."""
    page.locator("[name=every]").select_option("P1M")
    press(page, "main form button.primary")
    press(page, "button[value='add:text']")
    page.locator("[data-insert] summary").click()
    column = page.locator(f"#i-code option[value^='dataset:{dataset} ']").first.get_attribute("value")
    page.locator("#i-code").select_option(column)
    for language in SAYS:
        text = page.locator(f"textarea[name=b1-text-{language}]")
        text.fill(f"{SAYS[language]} ")
        text.press("End")
        page.locator("[data-do]").click()
    press(page, ".sticky-actions button[value=save]")
    page.locator("#period").fill(PERIOD)
    press(page, "button[value=next]")
    press(page, "button[value=review]")


def let_out_dashboard(page: Any) -> None:
    """From the list of what waits: another person lets everybody see it."""
    press(page, "section[aria-labelledby=waiting] a[href$='/share/']")
    press(page, "button[name=action][value=approve]")


def publish_edition(page: Any, title: str, kind: str, work: type_work) -> None:
    """From the list of what waits: approved, so that its figures freeze; drawn; published."""
    press(page, f"section[aria-labelledby=waiting] tr[data-kind={kind}] a:has-text('{title}')")
    decide(page, "approve")
    work(page)
    press(page, "main a.button.primary")
    decide(page, "publish")


def find_in_gallery(page: Any, title: str) -> dict[str, str]:
    """From the first page: the gallery, its search, and the addresses of what is found, by kind."""
    press(page, "main a[href$='/gallery/']")
    if not page.locator("#q").is_visible():
        page.locator("details.fold summary").click()
    page.locator("#q").fill(title)
    press(page, "form[role=search]:has(#q) button")
    page.locator("a.card.product").first.wait_for()
    cards = page.locator(f"a.card.product:has-text('{title}')")
    return cards.evaluate_all("cards => Object.fromEntries(cards.map((one) => [one.dataset.kind, one.href]))")


def withheld(page: Any) -> tuple[list[str], list[str]]:
    """At the desk: cells that are withheld because they are small, and those beside them."""
    rows = page.locator("section[aria-labelledby=withheld] tbody tr")
    small = rows.filter(has=page.locator(".badge")).locator("th").all_inner_texts()
    return small, [one for one in rows.locator("th").all_inner_texts() if one not in small]
