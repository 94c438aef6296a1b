"""What pyxform says, known by its words: the same fault as a sentence with facts, so that it can be said in any language.

pyxform's own English stays the English text. What is not known here is told as pyxform said it.
"""

from __future__ import annotations

import re
from typing import Final

from rafid.methods.xforms.said import Said, say

# pyxform's words → the pattern; the groups are its facts.
KNOWN: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(words, re.DOTALL), pattern)
    for words, pattern in (
        (
            r"max-pixels parameter to speed up",
            "Pictures are sent as large as the camera makes them; set max-pixels in “parameters”.",
        ),
        (r"'choices' sheet, the 'label' value is invalid", "This choice has no label."),
        (r"'choices' sheet, the 'name' value is invalid\. Choices must have a name", "This choice has no name."),
        (r"Choice names must be unique for each choice list", "This choice's name stands twice in its list."),
        (
            r"'(?P<name>[^']*)' is invalid\. Questions, groups, and repeats must be unique",
            "The name “%(name)s” is used twice in the same group.",
        ),
        (
            r"'(?P<name>[^']*)' is problematic\. The name is a case-insensitive match",
            "The name “%(name)s” differs from another only in capital letters.",
        ),
        (
            r"'(?P<name>[^']*)' is invalid\. Repeat names must not be the same as the survey root",
            "A repeat cannot be called “%(name)s”, as the form itself is.",
        ),
        (
            r"'(?P<name>[^']*)' is invalid\. Repeat names must unique anywhere",
            "The name of the repeat “%(name)s” is used elsewhere in the form.",
        ),
        (r"The name 'meta' is reserved", "The name “meta” is reserved."),
        (
            r"Names must begin with a letter or underscore",
            "A name begins with a letter or underscore, and has only letters, digits, _ - and . after it.",
        ),
        (r"Names used here must not begin with two underscores", "This name must not begin with two underscores."),
        (r"Names used here must not contain a period", "This name must not contain a full stop."),
        (r"Names used here must not be 'name' or 'label'", "“name” and “label” cannot be names here."),
        (
            r"following sheets with similar names were found: (?P<sheets>.*?)\.?$",
            "Are these sheets misspelt? %(sheets)s",
        ),
        (r"Reference variables must start with", "A reference is written ${name}."),
        (r"Reference variable lists must have a comma", "Between references in a list stands a comma."),
        (r"Could not find the name '(?P<name>[^']*)'", "There is no question “%(name)s”."),
        (
            r"The name '(?P<name>[^']*)' appears more than once",
            "There are several questions “%(name)s”, so the reference could mean any of them.",
        ),
        (r"Unmatched 'end_(?P<kind>\w+)'", "An “end %(kind)s” stands here without its “begin %(kind)s”."),
        (
            r"Unmatched 'begin_(?P<kind>\w+)'.*?name '(?P<name>[^']*)'",
            "“begin %(kind)s” of “%(name)s” has no “end %(kind)s”.",
        ),
        (r"Parameters must be in the form of", "Parameters are written key=value, with a blank between them."),
        (
            r"accepted parameter keys for this question type are '(?P<known>[^']*)'.*?'(?P<wrong>[^']*)'\.?$",
            "This type does not know the parameter “%(wrong)s”; it knows %(known)s.",
        ),
        (
            r"For the 'range' question type, the parameters? '(?P<name>[^']*)'",
            "The parameter “%(name)s” does not fit this range.",
        ),
        (r"The '(?P<name>[\w-]+)' parameter must ", "The parameter “%(name)s” has a value that does not fit."),
        (
            r"language declarations do not contain valid machine-readable codes: (?P<languages>.*?)\. Learn",
            "These languages have no code, such as English (en): %(languages)s.",
        ),
        (
            r"Language '(?P<language>[^']*)' is missing the (?P<sheet>\w+) (?P<columns>\S+) column\.",
            "In the language “%(language)s” columns are missing in the sheet “%(sheet)s”: %(columns)s.",
        ),
        (
            r"Language '(?P<language>[^']*)' is missing the (?P<sheet>\w+) columns (?P<columns>[^.]*)",
            "In the language “%(language)s” columns are missing in the sheet “%(sheet)s”: %(columns)s.",
        ),
        (r"(Question|Group|Repeat) has no label", "This question or group has no label."),
        (r"Question or group with no name", "This row has a type and no name."),
        (r"Row without name, text, or label is being skipped", "This row has no name and no label; it is left out."),
        (r"Question with no type", "This row has a name and no type."),
        (r"Unknown question type '(?P<kind>[^']*)'", "There is no question type “%(kind)s”."),
        (
            r"List name not in choices sheet: (?P<list>\S+)",
            "The list “%(list)s” has no choices in the sheet “choices”.",
        ),
        (r"File name for '.*?' should end with one of", "A list from a file ends in .csv, .xml or .geojson."),
        (r"required column headers were not found: (?P<columns>.*?)\.? Learn", "Columns are missing: %(columns)s."),
        (
            r"different names for the same column were found: '(?P<one>[^']*)', '(?P<other>[^']*)'",
            "“%(one)s” and “%(other)s” are names of the same column; leave one out.",
        ),
        (
            r"Column headers must not be empty and must not contain spaces",
            "A column's heading is empty or has blanks in it.",
        ),
        (
            r"The following column\(s\) are not supported[^:]*: (?P<columns>.*?)\. Please",
            "These columns are not understood: %(columns)s.",
        ),
        (r"add an entities sheet and declare an entity", "save_to needs a sheet “entities” with an entity."),
        (
            r"property '(?P<name>[^']*)' is already assigned by row '(?P<row>[^']*)'",
            "The property “%(name)s” is saved in row %(row)s already.",
        ),
        (r"Groups and repeats can't be saved as entity properties", "A group or repeat cannot be saved to an entity."),
        (
            r"list name '(?P<list>[^']*)' was not found on the entities sheet",
            "The entity list “%(list)s” is not in the sheet “entities”.",
        ),
        (r"list name '(?P<list>[^']*)' does not have a label", "New entities of “%(list)s” need a label."),
        (
            r"list name '(?P<list>[^']*)' does not have an '(?P<column>\w+)' expression",
            "For the entity list “%(list)s” the column “%(column)s” is missing.",
        ),
        (r"is no longer supported on most devices", "Most phones no longer know this type."),
    )
)


def converter_said(message: str) -> Said:
    """One of pyxform's sentences; its English stays as it is."""
    for words, pattern in KNOWN:
        found = words.search(message)
        if found is not None:
            return _as(message, pattern, **{name: text or "" for name, text in found.groupdict().items()})
    return _as(message, "The converter says: %(text)s", text=message)


def _as(english: str, pattern: str, **facts: str) -> Said:
    made = Said(english)
    made.pattern, made.facts = pattern, say(pattern, **facts).facts
    return made
