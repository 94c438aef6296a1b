"""Small XForms written by hand, for tests of one rule at a time."""

from __future__ import annotations

from rafid.methods.xforms import Form, Submission, parse_form, read_submission


def form(instance: str, binds: str = "", body: str = "", lists: str = "") -> Form:
    return parse_form(
        f'<h:html xmlns:h="http://www.w3.org/1999/xhtml" xmlns="http://www.w3.org/2002/xforms" xmlns:jr="http://openrosa.org/javarosa">'
        f'<h:head><h:title>T</h:title><model><instance><data id="f" version="1">{instance}<meta><instanceID/></meta></data>'
        f"</instance>{lists}{binds}</model></h:head><h:body>{body}</h:body></h:html>".encode()
    )


def bind(path: str, kind: str = "string", **expressions: str) -> str:
    texts = "".join(
        f' {name}="{text.replace("&", "&amp;").replace("<", "&lt;").replace(chr(34), "&quot;")}"'
        for name, text in expressions.items()
    )
    return f'<bind nodeset="/data/{path}" type="{kind}"{texts}/>'


def sent(inside: str) -> Submission:
    return read_submission(f'<data id="f" version="1" instanceID="uuid:1">{inside}</data>'.encode())
