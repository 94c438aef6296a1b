"""What pyxform says, known by its words: the same fault as a sentence with facts, so that it can be said in any language.

pyxform's own English stays the English text. What is not known here is told as pyxform said it, in a fact ``english``, so
that a page can mark it as English.
"""

from __future__ import annotations

import re
from typing import Final

from rafid.methods.xforms.said import Said, say

# pyxform's words → the pattern; the groups are its facts.
KNOWN: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(words, re.DOTALL), pattern)
    for words, pattern in (
        (r"You must have a sheet named 'survey'", "The workbook has no sheet “survey”."),
        (r"There should be an? (?P<sheet>\w+) sheet in this xlsform", "The workbook has no sheet “%(sheet)s”."),
        (
            r"(?P<one>form_id) and (?P<other>id_string) column headers are both",
            "“%(one)s” and “%(other)s” are names of the same column; leave one out.",
        ),
        (
            r"The '(?P<column>disabled)' column header is not part",
            "The column “%(column)s” is out of use; write “relevant” instead.",
        ),
        (r"Duplicate column header: (?P<column>.+?)\.?$", "The column “%(column)s” stands twice."),
        (
            r"Invalid headers provided for sheet: '(?P<sheet>[^']*)'. For XLSForms",
            "The sheet “%(sheet)s” has no row of headings.",
        ),
        (
            r"invalid date on the (?P<sheet>.+?) sheet, under the .+? column on row number (?P<row>\d+)",
            "In the sheet “%(sheet)s” row %(row)s has a date that does not exist.",
        ),
        (r"Audits must always be named", "A row of type audit is named “audit” or not at all."),
        (
            r"(?P<name>track-changes-reasons) must be set to (?P<known>on-form-edit)",
            "The parameter “%(name)s” is one of: %(known)s.",
        ),
        (
            r"Parameter (?P<name>location-priority) must be set to (?P<known>[^:]+):",
            "The parameter “%(name)s” is one of: %(known)s.",
        ),
        (
            r"(?P<name>track-changes|identify-user|randomize) must be set to true or false",
            "The parameter “%(name)s” is either true or false.",
        ),
        (r"Parameter (?P<name>[\w-]+) must have an integer value", "The parameter “%(name)s” is a whole number."),
        (
            r"Parameter (?P<name>[\w-]+) must be greater +than or equal to zero",
            "The parameter “%(name)s” is not below zero.",
        ),
        (
            r"Parameter (?P<name>[\w-]+) must be greater than or equal to (?P<other>[\w-]+)",
            "The parameter “%(name)s” is not smaller than “%(other)s”.",
        ),
        (
            r"To include location information in the audit, (?P<names>.+?) are required",
            "To record places in the audit, these parameters are needed together: %(names)s.",
        ),
        (
            r"(?P<name>seed) value must be a number",
            "The parameter “%(name)s” is a number or a reference to a question.",
        ),
        (
            r"Parameters must include (?P<other>randomize=true) to use a (?P<name>seed)",
            "The parameter “%(name)s” needs “%(other)s”.",
        ),
        (r"Parameter '(?P<name>app)' has an invalid Android", "The parameter “%(name)s” is no name of an Android app."),
        (r"Invalid value for (?P<name>[\w-]+)\.?$", "The parameter “%(name)s” has a value that does not fit."),
        (
            r"'(?P<name>reference-geometry)' parameter must either match",
            "The parameter “%(name)s” names no list, no file and no repeat of this form.",
        ),
        (r"the '(?P<name>incremental)' parameter may either", "The parameter “%(name)s” is true, or left out."),
        (
            r"parameters 'tick_interval', 'placeholder', and 'tick_labelset' are only supported",
            "Ticks and a placeholder go with the appearances vertical and no-ticks alone.",
        ),
        (r"Missing calculation", "This row of type calculate has no calculation."),
        (
            r"not in external choices sheet: (?P<list>\S+?)\.?$",
            "The list “%(list)s” has no choices in the sheet “external_choices”.",
        ),
        (
            r"List name not in columns sheet: (?P<list>\S+?)\.?$",
            "The list “%(list)s” has no choices in the sheet “choices”.",
        ),
        (
            r"Repeat loop without list name|There should be choices for this",
            "This question has no choices to select from.",
        ),
        (r"select one external is only meant", "select_one_external is meant for lists with a choice_filter."),
        (
            r"Choice names with spaces.*?See \[(?P<name>.*?)\] in \[(?P<list>.*?)\]",
            "The choice “%(name)s” of the list “%(list)s” has a blank in its name, where another answer would begin.",
        ),
        (r"Choice filter not supported with (?P<name>or_other)", "“%(name)s” and a choice_filter do not go together."),
        (
            r"Choice filter not supported for (?P<name>table-list)",
            "“%(name)s” and a choice_filter do not go together.",
        ),
        (r"Please specify choices for this 'or other'", "This question has no choices to select from."),
        (
            r"Badly formatted table list, list names don't match: (?P<one>\S+) vs\. (?P<other>\S+?)\.?$",
            "The questions of a table-list select from the same list; here they select from “%(one)s” and “%(other)s”.",
        ),
        (
            r"uses or_other and translations",
            "“or_other” stays untranslated in a form of several languages; write the choice “other” yourself.",
        ),
        (r"Cannot omit instanceID", "An encrypted form needs its instanceID."),
        (r"element named '(?P<name>[^']*)' has no label or hint", "“%(name)s” has no label and no hint."),
        (r"To use big-image.*named (?P<name>\S+?)\.?$", "big-image of “%(name)s” needs an image, too."),
        (r"Survey cannot have an empty id_string", "The form has no form_id, so nobody can send to it."),
        (
            r"same instance id will be generated.*?Instance name: '(?P<name>[^']*)'",
            "Several files or lists of the form would be called “%(name)s”; give one another name.",
        ),
        (
            r"Instance names must be unique within a form\. The name '(?P<name>[^']*)'",
            "Several files or lists of the form would be called “%(name)s”; give one another name.",
        ),
        (
            r"Question '(?P<name>[^']*)' is a select from file type, using 'search\(\)'",
            "“%(name)s” selects from a file and uses search(); only one of both works.",
        ),
        (
            r"Question '(?P<name>[^']*)' uses 'search\(\)'.*?choice list name '(?P<list>[^']*)'",
            "“%(name)s” uses search() with the list “%(list)s”, which others use without; give it a list of its own.",
        ),
        (
            r"The question \$\{(?P<name>[^}]*)\} is not user-visible.*?question \$\{(?P<other>[^}]*)\}",
            "“%(name)s” is not shown to anybody, so it cannot trigger “%(other)s”.",
        ),
        (r"There is no survey element named '(?P<name>[^']*)'", "There is no question “%(name)s”."),
        (
            r"There are multiple survey elements named '(?P<name>[^']*)'",
            "There are several questions “%(name)s”, so the reference could mean any of them.",
        ),
        (
            r"For 'background-geopoint' questions",
            "A question of type background-geopoint has a trigger and no calculation.",
        ),
        (
            r"more than one entity declaration, 'save_to' names must be prefixed",
            "The form has several entities; write list#property in save_to.",
        ),
        (r"'save_to' value must have at most one '#'", "In save_to stands one # at most."),
        (
            r"may have only one entity declaration.*?on row '(?P<row>[^']*)'",
            "A form, group or repeat can hold one entity; that of row %(row)s holds its place already.",
        ),
        (
            r"list name '(?P<list>[^']*)' has a reference in container scope",
            "The entity of “%(list)s” takes answers from different repeats; bring them into one with a calculate.",
        ),
        (
            r"'list_name' column must not have any duplicate",
            "This entity list stands twice in the sheet “entities”.",
        ),
        (r"Entity lists must have a name", "This entity list has no name."),
        (
            r"does not appear to be a valid XLSForm",
            "The workbook has none of the sheets of a form: survey, choices, settings.",
        ),
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
            r"following sheets with similar names were found: (?P<sheets>.*?)\.?(?= If you|$)",
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
    failed = re.match(r"The form cannot be converted: (?P<english>.*)", message, re.DOTALL)
    if failed is not None:
        return _as(message, "The form cannot be converted. The converter says: %(english)s", english=failed["english"])
    return _as(message, "The converter says: %(english)s", english=message)


def _as(message: str, pattern: str, /, **facts: str) -> Said:
    made = Said(message)
    made.pattern, made.facts = pattern, say(pattern, **facts).facts
    return made
