"""What `./rafid` notes in the database about its own work."""

from __future__ import annotations

from rafid.site.cli.application import note, state_of
from rafid.site.cli.database import site_database


def test_a_note_comes_back_as_it_was_written(own_data):
    database = site_database()
    assert state_of(database) == {}
    lines = 'admin / rafid-demo\n\tOfficer\'s \\ "account" – مدير\n'
    note(database, "demo", lines)
    note(database, "tables", "1")
    note(database, "tables", "2")
    assert state_of(database) == {"demo": lines, "tables": "2"}
