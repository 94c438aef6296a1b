"""What a programme declares about itself, and how the declarations are found.

A programme is one folder with a ``programme.py`` that holds one :class:`Programme`. The commons read it;
nothing else registers anything. The classes here are plain frozen dataclasses: they import nothing of Rafid, so
that every room may read them.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

type_names = Mapping[str, str]
"""A name in three languages: ``{"ar": …, "ckb": …, "en": …}``."""

PUBLIC, PARTNER, RESTRICTED = 0, 1, 2
SENSITIVITIES = {"public": PUBLIC, "partner": PARTNER, "restricted": RESTRICTED}

LANGUAGES = ("ar", "ckb", "en")

PLATFORM = "platform"
"""Roles of the platform itself reach the records of every programme."""


@dataclass(frozen=True)
class Role:
    """What a person may read and do, within the scope of a grant (organisation × place).

    ``reads`` is the highest sensitivity that the role reads. ``may`` lists actions: ``add``, ``change``, ``delete``,
    ``import``, ``approve``, ``publish``, ``check`` and ``people`` are known to the commons; a programme may add its own.
    ``second_factor`` refuses sign-in without an authenticator app.
    """

    code: str
    names: type_names
    reads: str = "public"
    may: frozenset[str] = frozenset()
    second_factor: bool = False


@dataclass(frozen=True)
class Link:
    """An entry of a programme's navigation; ``action`` hides it from those who hold no role that may do it. ``holds``: other
    addresses below which the person is in this part, too."""

    url: str
    names: type_names
    action: str | None = None
    holds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Navigation:
    names: type_names
    links: tuple[Link, ...] = ()
    icon: str = ""
    about: type_names | None = None


@dataclass(frozen=True)
class Record:
    """A register: its model and which of its fields the list, the page and the search show."""

    model: str
    list: tuple[str, ...]
    page: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    code: str = ""
    """The word for it in addresses; the model's name in small letters when empty."""
    period: str = ""
    """The date field that the period filter asks; when it became known, when empty."""
    instead: Mapping[str, str] = field(default_factory=dict)
    """Where ``add``, ``change`` or ``delete`` is done when not by the register's own form: the address of a page, with
    ``{ref}`` for the record. Form, API and "bring back" refuse then and lead there, so that rules which look at more than
    the one record cannot be gone round. Bringing back an old version is a change."""


@dataclass(frozen=True)
class Column:
    """A column that an import understands.

    ``kind``: text, integer, number, date, period, place, choice, boolean, longitude, latitude, json. ``choices`` maps a
    stored code to its spellings. ``parent`` names the place column that narrows this one.
    """

    code: str
    names: type_names
    kind: str = "text"
    required: bool = False
    synonyms: tuple[str, ...] = ()
    choices: Mapping[str, Sequence[str]] | None = None
    parent: str | None = None
    levels: tuple[int, ...] = ()
    divisions: tuple[str, ...] = ()
    hxl: str | None = None
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class Import:
    """A table that can be imported under ``{programme}.{code}``.

    ``apply(batch)`` writes one prepared batch, set-wise, in the transaction that the importer holds; see
    ``rafid.commons.records.imports``. ``record`` names the model whose rows it makes when ``apply`` is left out: then
    each column is the field of the same name. ``unique`` are the columns that make two rows of a file duplicates.
    ``also`` names a right that opens this one table to those who may not import: ``apply`` must then look at each row.
    ``sourced``: the rows become published figures, so that each must say where it comes from; a column ``source``, where
    there is one, says it by row, else the whole file does.
    ``open(path, options, name)`` opens files in a way of its own, as a ``tabular.Table`` whose header holds the columns' codes;
    None from it is a file to be read as a table like any other. ``start``: the page where such a file is sent.
    """

    code: str
    columns: tuple[Column, ...]
    apply: Callable[..., Any] | None = None
    names: type_names | None = None
    record: str | None = None
    unique: tuple[str, ...] = ()
    about: type_names | None = None
    sourced: bool = False
    also: str = ""
    open: Callable[..., Any] | None = None
    start: str = ""


@dataclass(frozen=True)
class Form:
    """A form that comes with the programme: ``code`` is its form id, ``file`` its XLSForm (a path below the country pack's
    ``forms`` folder, else below the programme's).

    ``on_state(submission, rows, place, entity, old, new)``, or its dotted path ``module:function``, hears of each submission:
    after arrival (``old`` is None; a task that may run twice) and in the transaction of each decision.
    ``on_publish(version)``, or its dotted path, hears of each version in the transaction that publishes it, and may refuse it
    by ``NotPublished``. ``names``: its title, which an XLSForm says in one language only.
    """

    code: str
    file: str
    on_state: Callable[..., Any] | str | None = None
    on_publish: Callable[..., Any] | str | None = None
    names: type_names | None = None


@dataclass(frozen=True)
class Check:
    """A rule beside the record: ``query(queryset)`` gives the rows that break it.

    ``severity``: 1 note, 2 check, 3 serious. ``message`` may use the record's fields as ``{field}``. ``field`` is what
    the finding points at. ``row(values)``, where given, judges one import row before it becomes a record.
    """

    code: str
    severity: int
    query: Callable[[Any], Any]
    record: str = ""
    message: type_names | None = None
    field: str = ""
    row: Callable[[Mapping[str, Any]], bool] | None = None


@dataclass(frozen=True)
class MadeUp:
    """How the demonstration makes figures of an indicator up, by district and month; a platform in use has none of them.

    ``usual``: of a count so many a month for each 100,000 inhabitants, or the share of another count where ``of`` names
    one; else the value itself. ``spread``: how far districts lie apart, ``season``: by how much more there is in the month
    ``peak``, ``north``: how much more in the north than in the south, ``trend``: the change in a year, all as shares of
    ``usual``. ``aim``: the target of the whole country.
    """

    usual: float = 0.0
    of: str = ""
    spread: float = 0.15
    season: float = 0.0
    peak: int = 1
    north: float = 0.0
    trend: float = 0.0
    aim: float | None = None


@dataclass(frozen=True)
class Indicator:
    """What is measured. ``rollup`` is a rule of ``commons.indicators.rollup``; ``by`` are the disaggregations allowed.
    ``page`` is the address of the programme's own page of these figures, where it has one; ``theme`` what it is about, as
    datasets say it.

    ``compute(places, period)``, where given, yields values from records; otherwise values are imported.
    """

    code: str
    names: type_names
    unit: str
    definition: type_names
    numerator: str = ""
    denominator: str = ""
    rollup: str = "sum"
    by: tuple[str, ...] = ()
    sensitivity: str = "public"
    kind: str = "count"
    multiplier: float = 1.0
    source: str = ""
    method: type_names | None = None
    direction: str = "neither"
    compute: Callable[..., Any] | None = None
    page: str = ""
    theme: str = ""
    made_up: MadeUp | None = None


@dataclass(frozen=True)
class Field:
    """A column of a dataset. ``role`` for disclosure: none, identifier, quasi, sensitive, geometry.

    ``choices``: what the codes in the column mean, in three languages; files carry the codes, pages say the words.
    ``sums``: groups of columns each of which adds up to this one. ``of``: the columns that it is computed from; it is
    withheld with any of them. ``measure``: what is counted, where several datasets count the same; else the dataset's own.
    ``hierarchy`` makes a quasi-identifier coarser: each level maps the values of the one before.
    """

    name: str
    names: type_names | None = None
    kind: str = "text"
    unit: str = ""
    hxl: str | None = None
    role: str = "none"
    choices: Mapping[str, type_names] | None = None
    sums: tuple[tuple[str, ...], ...] = ()
    of: tuple[str, ...] = ()
    measure: str = ""
    hierarchy: tuple[Mapping[str, str], ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Policy:
    """Disclosure: smallest cell ``k``, the least share of reporters, and how exactly ``points`` may leave: exact, on a grid of
    ``grid_m`` metres, displaced between ``inner_m`` and ``outer_m``, or as their district. ``may_leave``: nobody, partners,
    public.
    """

    k: int = 5
    points: str = "exact"
    least_share: float = 0.0
    grid_m: int | None = None
    inner_m: int | None = None
    outer_m: int | None = None
    may_leave: str = "public"


@dataclass(frozen=True)
class Dataset:
    """A table that leaves the platform. ``query(user)`` gives a queryset or SQL rows that the user may see."""

    code: str
    title: type_names
    query: Callable[..., Any]
    fields: tuple[Field, ...] = ()
    place: str | None = None
    licence: str = ""
    attribution: str = ""
    every: str = "as needed"
    sensitivity: str = "public"
    policy: Policy = Policy()
    about: type_names | None = None
    theme: str = ""
    method: type_names | None = None
    caveats: type_names | None = None
    contact: str = ""


@dataclass(frozen=True)
class MapLayer:
    code: str
    dataset: str
    style: str = "choropleth"
    label: type_names | None = None


@dataclass(frozen=True)
class Block:
    """A block of a dashboard. ``kind``: number, line, bar, pyramid, heat, map, points, table or text. ``what``:
    ``{"indicators": […]}`` or ``{"dataset", "field"}`` with ``across``, ``by``, ``place``, ``level``, ``periods``, ``latest``,
    ``scale``, ``target`` as charts understand them. ``width`` of 12 columns.
    """

    kind: str
    what: Mapping[str, Any] | None = None
    width: int = 6
    title: type_names | None = None
    text: type_names | None = None


@dataclass(frozen=True)
class Dashboard:
    """Blocks on a grid, shown live. What staff compose of it later stays theirs; the declaration is only its beginning."""

    code: str
    title: type_names
    blocks: tuple[Block, ...]
    filters: tuple[str, ...] = ("place", "period", "organisation")
    sensitivity: str = "public"


@dataclass(frozen=True)
class Bulletin:
    """A document that comes again: ``every`` period (ISO 8601) an edition. ``body`` are its blocks, as ``products.sheets``
    has them; or ``template`` names a JSON file of them below the programme's folder. ``kind``: ``bulletin``, or ``sheet`` for
    one of a page or two. What staff write of it later stays theirs; the declaration is only its beginning.
    """

    code: str
    title: type_names
    every: str = "P1M"
    template: str = ""
    body: Mapping[str, Any] | None = None
    kind: str = "bulletin"
    summary: type_names | None = None
    theme: str = ""
    sensitivity: str = "public"


@dataclass(frozen=True)
class Report:
    """A document of a programme's own figures that comes out edition by edition, as PDF, DOCX and XLSX, by way of review,
    approval and the gallery. ``gather``: dotted path ``module:function``, called as ``function(body, period, user)``; answers
    the figures as JSON with ``demonstration``, which get a ``sha256`` and freeze at approval. ``say``: dotted path, called
    as ``function(figures)``; answers in the active language the :class:`rafid.commons.products.reports.paper.Paper` of them.
    ``of_place``: each is about one place, whose reference is the body's ``place``. ``every``: the period of its editions.
    """

    code: str
    title: type_names
    gather: str
    say: str
    summary: type_names | None = None
    every: str = "P1Y"
    of_place: bool = False
    theme: str = ""
    sensitivity: str = "public"


@dataclass(frozen=True)
class Areas:
    """Whose ground is whose, as data with its source. ``authorities``: node → references of places. ``shared``: reference of a
    place → the nodes that must all consent to what closes ground there.
    """

    authorities: Mapping[str, Sequence[str]]
    shared: Mapping[str, Sequence[str]]
    source: str = ""


@dataclass(frozen=True)
class Exchange:
    """A kind of record that nodes exchange. ``kind``: ``programme.model``. ``fields``: those that go; what no node may get is
    never among them. ``rules``: a ``methods.exchange.Rules``, a function that makes one, or its dotted path
    ``module:function``, since rules read heavy libraries; its functions get fields as they travel (geometry as WKT, places and
    organisations by their reference). ``areas``: an :class:`Areas`, or what makes one. ``consent(change, before, after)``:
    whether a change inside a shared area needs the consent of all its nodes. ``panel``: dotted path ``module:function``;
    called with a request and a case, it gives the HTML of a map beside it. ``says``: dotted path; called with a field's name
    and a value of it that is a list or mapping, it gives the text that people read, or None. ``skips``: triggers
    (``app.Model:name``) that guard the steps of people; they were asked
    where the change was made, and are not asked again where it is taken.
    """

    kind: str
    fields: tuple[str, ...]
    rules: Any = None
    areas: Any = None
    consent: Callable[..., bool] | str | None = None
    panel: str = ""
    says: str = ""
    skips: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parcel:
    """What a node gives to one other node alone, by agreements between their organisations, where the log of all nodes is no
    way for it. ``give``: dotted path ``module:function``, called as ``give(own, receiver, marks)`` with both nodes and how far
    the last parcel came that the receiver has; answers the lines (JSON) and the new marks, or None for nothing. ``take``:
    dotted path, called as ``take(sender, lines, by)`` in the transaction that takes the file; answers how many things came, and
    sentences on what did not. The same lines twice must do nothing more than once.
    """

    code: str
    give: str
    take: str


@dataclass(frozen=True)
class Programme:
    """The one declaration of a programme; the commons read it and nothing else registers anything."""

    name: str
    names: type_names
    navigation: Navigation | None = None
    roles: tuple[Role, ...] = ()
    records: tuple[Record, ...] = ()
    forms: tuple[Form, ...] = ()
    checks: tuple[Check, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    datasets: tuple[Dataset, ...] = ()
    layers: tuple[MapLayer, ...] = ()
    dashboards: tuple[Dashboard, ...] = ()
    bulletins: tuple[Bulletin, ...] = ()
    reports: tuple[Report, ...] = ()
    notices: tuple[Any, ...] = ()
    exchange: tuple[Exchange, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    erasure: tuple[Any, ...] = ()
    imports: tuple[Import, ...] = ()
    tasks: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    """Dotted paths ``module:function``, called with the request: each answers :class:`rafid.commons.waiting.Panel` for what
    waits for that person on the first page."""
    verify: tuple[str, ...] = ()
    """Dotted paths ``module:function``, called as ``function(sha256, user)``: each answers what ``/verify`` knows of papers of
    its own with this hash (:class:`rafid.commons.products.gallery.verifying.Known`)."""
    alerts: tuple[str, ...] = ()
    """Dotted paths ``module:function``, called with the request: each yields
    :class:`rafid.commons.products.alerts.feed.Announced` for warnings that were issued to everybody, which ``/cap`` tells."""
    urls: str | None = None
    """Dotted module of its pages, mounted at ``/{name}/``."""
    roots: str | None = None
    """Dotted module of addresses at the root of the site: protocols of the field that stand under their own names."""
    api: str | None = None
    """Dotted path ``module:router`` of its django-ninja router, mounted at ``/api/v1/{name}``."""
    demo: str | None = None
    """Dotted path ``module:function``; called as ``function(today, scale)``: so many times what is made up, or below 1 a part.
    Where a function ``many(today, count)`` stands beside it, that makes so many more for benchmarks, in its own transactions.
    """


def packages(folders: Sequence[str] = ()) -> list[str]:
    """Importable names of the programmes: sub-packages of ``rafid.programmes`` and the ``folders`` given.

    A folder is itself the package (it holds ``programme.py``); its parent joins ``sys.path``. Raises
    ``FileNotFoundError`` where a folder holds no ``programme.py``.
    """
    own = Path(__file__).resolve().parents[1] / "programmes"
    found = [f"rafid.programmes.{module.name}" for module in pkgutil.iter_modules([str(own)]) if module.ispkg]
    for folder in folders:
        path = Path(folder).resolve()
        if not (path / "programme.py").is_file():
            raise FileNotFoundError(f"{path} holds no programme.py; RAFID_PROGRAMMES lists folders of programmes")
        if str(path.parent) not in sys.path:
            sys.path.append(str(path.parent))
        found.append(path.name)
    return found


def _declared(module: ModuleType) -> Programme:
    declared = [value for value in vars(module).values() if isinstance(value, Programme)]
    if len(declared) != 1:
        raise TypeError(f"{module.__name__} must hold exactly one Programme, not {len(declared)}")
    return declared[0]


@functools.cache
def installed() -> tuple[Programme, ...]:
    """All programmes of this installation, in the order of the menu. Needs the app registry to be ready."""
    from django.conf import settings

    return tuple(_declared(importlib.import_module(f"{name}.programme")) for name in settings.RAFID_PACKAGES)


def programme(name: str) -> Programme:
    """The programme of that name; ``KeyError`` where there is none."""
    for one in installed():
        if one.name == name:
            return one
    raise KeyError(name)
