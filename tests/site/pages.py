"""Reads a rendered page as a browser and a reviewer would."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Page(HTMLParser):
    """``links`` of all anchors with the elements that hold them; ``faults`` against the content security policy."""

    html: str
    links: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.attributes.setdefault(tag, found)
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "a" and "href" in found:
            self.links.append((found["href"], frozenset(self.open)))
        if tag == "form":
            self.forms.append(found)
        if tag in ("script", "img") and found.get("src"):
            self.loads.append(found["src"])
        if tag == "link" and set(found.get("rel", "").split()) & {"stylesheet", "icon", "manifest"}:
            self.loads.append(found["href"])
        self.inspect(tag, found)
        if tag not in VOID:
            self.open.append(tag)

    def inspect(self, tag: str, found: dict[str, str]) -> None:
        if tag == "style":
            self.faults.append("<style>")
        if tag == "script" and not found.get("src") and found.get("type") != "application/json":
            self.faults.append("inline <script>")
        for name, value in found.items():
            if name == "style":
                self.faults.append(f"style on <{tag}>: {value}")
            if name.startswith(("on", "hx-on")):
                self.faults.append(f"{name} on <{tag}>")
            if name in ("href", "src", "action") and value.strip().lower().startswith(("javascript:", "data:text")):
                self.faults.append(f"{name}={value[:40]} on <{tag}>")
            # Links lead out (a licence); nothing may be loaded from outside.
            if name == "src" and value.startswith(("http:", "https:", "//")):
                self.faults.append(f"loads {value}")

    def handle_endtag(self, tag: str) -> None:
        while self.open and tag in self.open:
            if self.open.pop() == tag:
                break

    def handle_data(self, data: str) -> None:
        self.text += data
