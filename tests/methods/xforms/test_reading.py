"""Reading: what is refused, where, and that refusing costs little."""

from __future__ import annotations

import pytest

from rafid.methods.xforms import SubmissionError, read_submission

META = "<meta><instanceID>uuid:1</instanceID></meta>"


def xml(inside: str = "", *, head: str = "", root: str = 'id="f" version="7"') -> bytes:
    return f"{head}<data {root}>{inside}{META}</data>".encode()


def test_what_is_read():
    submission = read_submission(xml("<a> x </a><g>\n <b/>\n</g><photo>a b.jpg</photo><n>412.0</n>"))
    assert (submission.form_id, submission.version, submission.instance_id) == ("f", "7", "uuid:1")
    assert (submission.deprecated_id, submission.encrypted) == (None, False)
    assert submission.attachments == ("a b.jpg",)
    assert [node.name for node in submission.root.children] == ["a", "g", "photo", "n", "meta"]
    assert submission.root.children[0].text == " x "
    assert submission.root.children[1].text == ""


def test_the_instance_id_is_found_under_any_prefix_and_as_an_attribute():
    prefixed = b'<data xmlns:o="x" id="f"><o:meta><o:instanceID>uuid:2</o:instanceID><o:deprecatedID>uuid:1</o:deprecatedID></o:meta></data>'
    submission = read_submission(prefixed)
    assert (submission.instance_id, submission.deprecated_id, submission.version) == ("uuid:2", "uuid:1", "")
    assert read_submission(b'<data id="f" instanceID="uuid:3"/>').instance_id == "uuid:3"


def test_comments_cdata_instructions_and_a_mark_are_fine():
    submission = read_submission(
        b"\xef\xbb\xbf"
        + xml("<a><!-- no --><![CDATA[<b>]]>&amp;<?x y?></a>", head='<?xml version="1.0" encoding="UTF-8"?>')
    )
    assert submission.root.children[0].text == "<b>&"


def test_an_encrypted_envelope_names_its_files():
    sealed = xml(
        "<media><file>a.jpg.enc</file><file>b.jpg.enc</file></media><encryptedXmlFile>submission.xml.enc</encryptedXmlFile>",
        root='id="f" encrypted="yes"',
    )
    submission = read_submission(sealed)
    assert submission.encrypted
    assert submission.attachments == ("a.jpg.enc", "b.jpg.enc", "submission.xml.enc")


BOMB = '<!DOCTYPE data [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no XML"),
        (b"\x89PNG\r\n\x1a\n\0\0", "UTF-8"),
        (b"hello", "not XML"),
        (xml()[:-3], r"middle|ends"),
        (b'<data id="f"><a></b></data>', "closed by another"),
        (b'<data id="f">\xff</data>', "line 1, column 14: the bytes are not UTF-8"),
        ('<?xml version="1.0" encoding="UTF-16"?><data id="f"/>'.encode("utf-16"), "UTF-8"),
        (xml(head='<?xml version="1.0" encoding="ISO-8859-1"?>'), "ISO-8859-1"),
        (xml("<a>\0</a>"), "character"),
        (xml("<a>\x07</a>"), "character"),
        (xml("<a>&#0;</a>"), "character"),
        (xml("<a>&#8;</a>"), "character"),
        (xml() + xml(), "after the end"),
        (xml(head="<!DOCTYPE data>"), "document type"),
        (xml(head='<!DOCTYPE data SYSTEM "file:///etc/passwd">'), "document type"),
        (xml("<a>&b;</a>", head=BOMB), "document type"),
        (xml("<a>&nbsp;</a>"), "entity"),
        (xml(root='version="1"'), "no id"),
        (b'<data id="f"/>', "instanceID"),
        (b'<data id="f"><meta><instanceID> </instanceID></meta></data>', "instanceID"),
        (b'<data id="f" instanceID="' + b"x" * 256 + b'"/>', "255"),
        (b'<data id="f">' + b"<a>" * 30_000, "deeper than 100"),
        (b'<data id="f">' + b"<a/>" * 300_000 + b"</data>", "more than 100000 elements"),
        (b'<data id="f" a="' + b"x" * 10_000_001 + b'"/>', "bytes"),
        (b'<data id="f" a="1" a="2"/>', "twice"),
    ],
)
def test_what_is_refused(data, says):
    with pytest.raises(SubmissionError, match=says):
        read_submission(data)


def test_the_sentence_names_line_and_column():
    with pytest.raises(SubmissionError, match=r"^line 3, column \d+: a document type"):
        read_submission(b"<?xml version='1.0'?>\n\n<!DOCTYPE data>\n<data id='f'/>")
    with pytest.raises(SubmissionError, match=r"^line 2, column 4: the bytes"):
        read_submission('<data id="f">\nعر'.encode() + b"x\xfe")


def test_hostile_depth_keeps_no_tree():
    """It stops at the 101st level: as much is read of 30,000 levels as of 101."""
    with pytest.raises(SubmissionError, match="line 1, column 301"):
        read_submission(b"<a>" * 30_000)


def test_a_large_attribute_within_the_limit_is_read():
    assert read_submission(xml(root='id="f" a="' + "x" * 9_000_000 + '"')).form_id == "f"
