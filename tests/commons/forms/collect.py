"""An emulator of ODK Collect: what the unmodified phone sends, and what it insists on in answers.

Written from Collect's own behaviour (its OpenRosa client): where an answer would make the phone fail, this fails.
"""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
RESPONSE = "{http://openrosa.org/http/response}"
BOUNDARY = "collect-7f3a"


class PhoneError(Exception):
    """What the person with the phone would read."""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Line(Protocol):
    """Sends one request; a live server or the test client behind it."""

    def __call__(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer: ...


@dataclass
class ListedForm:
    form_id: str
    name: str
    version: str
    hash: str
    download: str
    manifest: str | None


@dataclass
class Download:
    form: ListedForm
    xml: bytes
    files: dict[str, bytes]
    kinds: dict[str, str] = field(default_factory=dict)


def multipart(parts: Iterable[tuple[str, str | None, str, bytes]], boundary: str = BOUNDARY) -> tuple[bytes, str]:
    """(name, file name, media type, bytes) as OkHttp writes them: names are raw UTF-8, only quotes and line ends escaped."""
    out = []
    for name, filename, kind, content in parts:
        head = f'Content-Disposition: form-data; name="{_escaped(name)}"'
        if filename is not None:
            head += f'; filename="{_escaped(filename)}"'
        out.append(
            f"--{boundary}\r\n{head}\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n".encode(
                "utf-8", "surrogateescape"
            )
            + content
            + b"\r\n"
        )
    return b"".join(out) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _escaped(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


class Collect:
    """One phone with its project: ``server`` is the address in its settings."""

    def __init__(self, line: Line, server: str, *, device: str = "collect:7Ab", language: str = "en") -> None:
        self.line, self.server = line, server.rstrip("/")
        self.device, self.language = device, language

    def _ask(self, method: str, address: str, body: bytes = b"", **headers: str) -> Answer:
        parts = urlsplit(address)
        query = (parts.query + "&" if parts.query else "") + f"deviceID={self.device}"
        sent = {
            "X-OpenRosa-Version": "1.0",
            "Date": "Mon, 28 Sep 2026 03:12:44 GMT",  # Collect writes a 12-hour clock
            "Accept-Language": self.language,
            **headers,
        }
        return self.line(method, f"{parts.path}?{query}", body, sent)

    def _xml(self, address: str) -> ET.Element:
        """A list or manifest as the phone reads it: another type is "a captive portal", without the header it is no OpenRosa."""
        answer = self._ask("GET", address)
        if answer.status != 200:
            raise PhoneError(f"status code {answer.status}: {message(answer)}")
        if not answer.headers.get("content-type", "").lower().startswith("text/xml"):
            raise PhoneError("parse failed: this looks like a sign-in page of the network")
        if "x-openrosa-version" not in answer.headers:
            raise PhoneError("the server is no OpenRosa server")
        return ET.fromstring(answer.body)

    def forms(self) -> list[ListedForm]:
        """One item that is not whole and the phone shows no form at all."""
        root = self._xml(f"{self.server}/formList")
        if root.tag != f"{LIST}xforms":
            raise PhoneError(f"unexpected root {root.tag}")
        found = []
        for item in root:
            told = {child.tag.removeprefix(LIST): (child.text or "").strip() for child in item}
            if not all(told.get(name) for name in ("formID", "name", "downloadUrl")):
                raise PhoneError(f"an incomplete item: {told}")
            found.append(
                ListedForm(
                    told["formID"],
                    told["name"],
                    told.get("version", ""),
                    told.get("hash", ""),
                    told["downloadUrl"],
                    told.get("manifestUrl") or None,
                )
            )
        return found

    def download(self, form: ListedForm) -> Download:
        """The form and its files; the hash of each is checked against its bytes."""
        got = self._ask("GET", form.download)
        if got.status != 200 or _md5(got.body) != form.hash[4:]:
            raise PhoneError(f"the form was not the one of the list ({got.status})")
        files: dict[str, bytes] = {}
        kinds: dict[str, str] = {}
        if form.manifest:
            root = self._xml(form.manifest)
            if root.tag != f"{MANIFEST}manifest":
                raise PhoneError(f"unexpected root {root.tag}")
            for item in root:
                told = {child.tag.removeprefix(MANIFEST): (child.text or "").strip() for child in item}
                if not all(told.get(name) for name in ("filename", "hash", "downloadUrl")):
                    raise PhoneError("a file of the manifest is not whole; all are dropped")
                file = self._ask("GET", told["downloadUrl"])
                if file.status != 200 or _md5(file.body) != told["hash"][4:]:
                    raise PhoneError(f"{told['filename']} is not what the manifest says ({file.status})")
                files[told["filename"]] = file.body
                kinds[told["filename"]] = item.get("type", "")
        return Download(form, got.body, files, kinds)

    def largest(self) -> int:
        """HEAD before each sending: 204 exactly, whatever else is an error."""
        answer = self._ask("HEAD", f"{self.server}/submission")
        if answer.status != 204:
            raise PhoneError(f"network login failure ({answer.status})")
        if answer.body:
            raise PhoneError("a body after HEAD")
        return int(answer.headers.get("x-openrosa-accept-content-length", 10_485_760))

    def send(self, xml: bytes, files: dict[str, bytes] | None = None, *, most_files: int = 100) -> list[Answer]:
        """As many requests as the advertised length asks for; each repeats the XML. All answers, or ``PhoneError``."""
        largest = self.largest()
        answers = []
        for some, last in _shares(files or {}, largest - len(xml), most_files):
            parts: list[tuple[str, str | None, str, bytes]] = [
                ("xml_submission_file", "visit.xml", "text/xml", xml),
                *((name, name, "image/jpeg", content) for name, content in some.items()),
            ]
            if not last:
                parts.append(("*isIncomplete*", None, "text/plain", b"yes"))
            body, kind = multipart(parts)
            answer = self._ask("POST", f"{self.server}/submission", body, **{"Content-Type": kind})
            answers.append(answer)
            if answer.status not in (201, 202):
                raise PhoneError(f"{answer.status}: {message(answer)}")
        return answers


def _shares(files: dict[str, bytes], room: int, most: int) -> Iterable[tuple[dict[str, bytes], bool]]:
    shares: list[dict[str, bytes]] = [{}]
    size = 0
    for name, content in files.items():
        if shares[-1] and (size + len(content) > room or len(shares[-1]) >= most):
            shares.append({})
            size = 0
        shares[-1][name] = content
        size += len(content)
    return [(share, number == len(shares)) for number, share in enumerate(shares, 1)]


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def message(answer: Answer) -> str:
    """What the phone shows of an answer."""
    try:
        found = ET.fromstring(answer.body).find(f"{RESPONSE}message")
    except ET.ParseError:
        return ""
    return (found.text or "") if found is not None else ""


def nature(answer: Answer) -> str:
    found = ET.fromstring(answer.body).find(f"{RESPONSE}message")
    return found.get("nature", "") if found is not None else ""


def through(client: Any) -> Line:
    """The test client as the line to the server."""

    def line(method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        sent = dict(headers)
        kind = sent.pop("Content-Type", "application/octet-stream")
        response = client.generic(method, path, body, content_type=kind, headers=sent)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        return Answer(response.status_code, {name.lower(): value for name, value in response.items()}, content)

    return line
