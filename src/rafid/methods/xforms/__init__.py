"""The form language: XLSForm and XForm read and checked, submissions read, judged, flattened and compared.

Pure: bytes and frozen dataclasses in and out; the clock is a parameter. ODK Collect's engine is the measure of what an
expression answers. Kept differences: numbers are written without exponent; ``[2]`` is a position, as in XPath 1.0; ``=`` over
several nodes asks for any; ``decimal-time`` is local; patterns run in linear time, so that look-around and back-references
cannot be answered; names of months and days are English, and a calculation with them is not judged.
"""

from rafid.methods.xforms.asking import evaluate
from rafid.methods.xforms.checking import Problem, check_form, version_problem
from rafid.methods.xforms.converting import Conversion, convert_xlsform, converted_together
from rafid.methods.xforms.definition import parse_form
from rafid.methods.xforms.differ import Change, diff_submissions
from rafid.methods.xforms.entities import Declaration, EntityAct, entity_acts, is_dataset_name, is_property_name
from rafid.methods.xforms.errors import ExpressionError, FormError, SubmissionError
from rafid.methods.xforms.form import Choice, Field, Form, Group, Instance, Itemset, Repeat
from rafid.methods.xforms.judge import Finding, validate_submission
from rafid.methods.xforms.nodes import Node, table_tree
from rafid.methods.xforms.reading import Submission, read_submission
from rafid.methods.xforms.said import Said, packed, said_by, unpacked
from rafid.methods.xforms.tables import expected_attachments, flatten, table_columns
from rafid.methods.xforms.tracing import Sources, written_from

__all__ = [
    "Change",
    "Choice",
    "Conversion",
    "Declaration",
    "EntityAct",
    "ExpressionError",
    "Field",
    "Finding",
    "Form",
    "FormError",
    "Group",
    "Instance",
    "Itemset",
    "Node",
    "Problem",
    "Repeat",
    "Said",
    "Sources",
    "Submission",
    "SubmissionError",
    "check_form",
    "convert_xlsform",
    "converted_together",
    "diff_submissions",
    "entity_acts",
    "evaluate",
    "expected_attachments",
    "flatten",
    "is_dataset_name",
    "is_property_name",
    "packed",
    "parse_form",
    "read_submission",
    "said_by",
    "table_columns",
    "table_tree",
    "unpacked",
    "validate_submission",
    "version_problem",
    "written_from",
]
