"""New databases are made in one step a room; the steps before it, which older ones go on with, lead to the same tables."""

import pytest
from django.apps import apps
from django.db import connection, migrations, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models.signals import pre_migrate
from pgtrigger import Insert, Protect
from pgtrigger.migrations import AddTrigger

from rafid.commons.at_once import AtOnce, together

ROOMS = sorted(app.label for app in apps.get_app_configs() if app.name.startswith("rafid."))


def described(state: ProjectState) -> dict:
    """All that a migration says of a table but the order of its columns, constraints and indexes."""
    plain = MigrationAutodetector(ProjectState(), ProjectState()).deep_deconstruct
    found = {}
    for (room, name), model in state.models.items():
        if room not in ROOMS:
            continue
        fields = {field: plain(value) for field, value in model.fields.items()}
        options = {key: value for key, value in model.options.items() if value or key not in ("indexes", "constraints")}
        lists = {key: {one.name: plain(one) for one in options.pop(key, [])} for key in ("indexes", "constraints")}
        triggers = {(one.name, one.hash) for one in options.pop("triggers", [])}
        found[room, name] = (fields, lists, triggers, options, model.bases)
    return found


def test_one_step_says_what_the_steps_before_it_said():
    at_once = described(MigrationLoader(None).project_state())
    step_by_step = described(MigrationLoader(None, replace_migrations=False).project_state())
    assert at_once.keys() == step_by_step.keys()
    for table, said in at_once.items():
        assert said == step_by_step[table], table


OPERATIONS = [
    migrations.CreateModel(
        "Spring", [("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=9))]
    ),
    migrations.CreateModel("Basin", [("id", models.BigAutoField(primary_key=True))]),
    migrations.AddField("spring", "basin", models.ForeignKey("springs.basin", models.CASCADE)),
    migrations.AddConstraint("spring", models.UniqueConstraint(fields=["name"], name="spring_name_once")),
    migrations.AddIndex("spring", models.Index(fields=["name", "basin"], name="spring_by_name")),
]


@pytest.fixture
def springs(db):
    """Makes the tables of a migration, and unmakes them."""

    def run(operations: list, state: ProjectState, backwards: bool = False) -> ProjectState:
        migration = migrations.Migration("0001_tables", "springs")
        migration.operations = operations
        with connection.schema_editor() as editor:
            return migration.unapply(state, editor) if backwards else migration.apply(state, editor)

    return run


def constraints(table: str) -> dict:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return {name: {key: value for key, value in one.items() if key != "definition"} for name, one in found.items()}


def test_the_tables_are_the_same_as_step_by_step(springs):
    springs(OPERATIONS, ProjectState())
    expected = constraints("springs_spring")
    assert {"spring_name_once", "spring_by_name"} < expected.keys()
    springs(OPERATIONS, ProjectState(), backwards=True)
    assert not constraints("springs_spring")
    springs([AtOnce(OPERATIONS)], ProjectState())
    assert constraints("springs_spring") == expected


def test_it_can_be_undone(springs):
    springs([AtOnce(OPERATIONS)], ProjectState())
    springs([AtOnce(OPERATIONS)], ProjectState(), backwards=True)
    assert not {"springs_spring", "springs_basin"} & set(connection.introspection.table_names())


def test_columns_are_added_to_a_table_that_stands_and_triggers_to_a_new_one(springs):
    state = springs(OPERATIONS, ProjectState())
    new = migrations.CreateModel("Gauge", [("id", models.BigAutoField(primary_key=True))])
    refusal = AddTrigger("gauge", Protect(name="closed", operation=Insert))
    column = migrations.AddField("spring", "depth", models.IntegerField(null=True))
    state = springs([AtOnce([new, column, refusal])], state)
    state.apps.get_model("springs", "Spring").objects.filter(depth=None).count()
    with pytest.raises(Exception, match="Cannot insert"):
        state.apps.get_model("springs", "Gauge").objects.create()


def test_what_can_go_at_once_is_gathered_between_what_cannot():
    renamed = migrations.RenameField("spring", "name", "title")
    gathered = together([*OPERATIONS, renamed, OPERATIONS[0]])
    assert [type(one) for one in gathered] == [AtOnce, migrations.RenameField, migrations.CreateModel]
    assert gathered[0].operations == OPERATIONS
    assert together(gathered) == gathered


CHANGES = [
    migrations.RemoveConstraint("spring", "spring_name_once"),
    migrations.AlterField("spring", "name", models.CharField(max_length=40, null=True)),
    migrations.AddField("spring", "depth", models.IntegerField(null=True)),
    migrations.AddConstraint("spring", models.UniqueConstraint(fields=["name", "depth"], name="spring_name_once")),
    migrations.RemoveIndex("spring", "spring_by_name"),
    migrations.AlterField("basin", "size", models.BigIntegerField(default=0)),
]


def columns(table: str) -> dict:
    with connection.cursor() as cursor:
        return {one.name: one for one in connection.introspection.get_table_description(cursor, table)}


def test_what_stands_is_altered_at_once_as_step_by_step(springs):
    size = migrations.AddField("basin", "size", models.IntegerField(null=True))
    done = []
    for change in (lambda operations: operations, together):
        state = springs([*OPERATIONS, size], ProjectState())
        springs(change(CHANGES), state)
        done.append([(constraints(table), columns(table)) for table in ("springs_spring", "springs_basin")])
        assert "spring_by_name" not in done[-1][0][0]
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE springs_spring, springs_basin")
    assert [type(one) for one in together(CHANGES)] == [AtOnce]
    assert done[0] == done[1]
    assert done[0][0][1]["name"].display_size == 40


def test_what_was_done_in_it_and_comes_again_begins_the_next():
    wider = migrations.AlterField("spring", "name", models.CharField(max_length=20))
    widest = migrations.AlterField("Spring", "name", models.CharField(max_length=40))
    undone = migrations.RemoveConstraint("spring", "spring_name_once")
    gathered = together([*OPERATIONS, wider, widest, undone, OPERATIONS[3]])
    assert [one.operations for one in gathered] == [[*OPERATIONS, wider], [widest, undone, OPERATIONS[3]]]


def test_a_key_is_altered_by_itself():
    key = migrations.AlterField("basin", "id", models.IntegerField(primary_key=True))
    assert [type(one) for one in together([*OPERATIONS, key, OPERATIONS[2]])] == [
        AtOnce, migrations.AlterField, migrations.AddField
    ]  # fmt: skip


def test_migrate_gathers_all_that_it_is_about_to_do_and_leaves_what_it_undoes():
    done, undone = migrations.Migration("0001_tables", "springs"), migrations.Migration("0002_more", "springs")
    done.operations, undone.operations = list(OPERATIONS), list(OPERATIONS)
    pre_migrate.send(apps.get_app_config("rafid_places"), plan=[(done, False), (undone, True)])
    assert [type(one) for one in done.operations] == [AtOnce]
    assert undone.operations == OPERATIONS
