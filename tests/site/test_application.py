"""What `./rafid` notes in the database about its own work."""

from __future__ import annotations

from pathlib import Path

from rafid.site.cli.application import note, state_of
from rafid.site.cli.database import site_database
from rafid.site.cluster import data_dir


def test_a_note_comes_back_as_it_was_written(own_data):
    database = site_database()
    assert state_of(database) == {}
    lines = 'admin / rafid-demo\n\tOfficer\'s \\ "account" – مدير\n'
    note(database, "demo", lines)
    note(database, "tables", "1")
    note(database, "tables", "2")
    assert state_of(database) == {"demo": lines, "tables": "2"}


def test_what_is_compiled_at_run_time_lies_in_the_data_folder():
    """A service may write nowhere else, and numba fails where it can write nowhere."""
    from rafid.commons.products import fisher

    assert Path(fisher._running.stats.cache_path).is_relative_to(data_dir() / "cache")
