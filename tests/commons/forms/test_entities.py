"""Things that are visited again: made and changed by submissions, conflicts, chains of a phone without a line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from rafid.commons.forms.entities.told import apply_late, apply_on_approval
from rafid.commons.forms.models import Entity, EntityVersion, Finding, Form, HeldUpdate, Submission
from rafid.commons.forms.refusals import Refused
from rafid.commons.forms.sender import of_account
from rafid.commons.forms.versions import publish_draft, put_draft
from tests.commons.forms.entities import BRANCH, NEW_TREE, OTHER, TREE, new_tree, visit

pytestmark = pytest.mark.django_db


def tree(uuid: str = TREE) -> Entity:
    return Entity.everything.get(uuid=uuid)


def numbers(uuid: str = TREE) -> list[int]:
    return list(EntityVersion.objects.filter(entity__uuid=uuid).order_by("number").values_list("number", flat=True))


def problems(accepted) -> list[str]:
    told = Finding.objects.filter(submission=accepted.submission, kind="entity_problem")
    return [finding.evidence["problem"] for finding in told]


def test_publishing_makes_the_list_with_its_properties(grove):
    trees = grove.trees
    assert (trees.programme, trees.owner, trees.source) == ("wells", grove.world.authority, "own")
    assert trees.properties == ["species", "keeper", "geometry", "girth", "state"]
    assert trees.written_by["girth"] == [[str(grove.visits.pk), "/data/girth"]]
    file = grove.visits.versions.get().files.get()
    assert (file.kind, file.entity_list) == ("dataset", trees)


def test_another_programme_s_form_cannot_write_to_the_list(grove):
    form = Form.objects.create(xform_id="tree_new2", programme="jobs", owner=grove.world.authority)
    put_draft(form, NEW_TREE.replace('id="tree_new"', 'id="tree_new2"').encode())
    with pytest.raises(Refused, match="trees"):
        publish_draft(form)
    grove.trees.refresh_from_db()
    assert str(form.pk) not in str(grove.trees.written_by)


def test_a_registration_makes_a_thing(grove):
    accepted = grove.send(new_tree())
    made = tree()
    assert (made.label, made.version, made.owner, made.conflict) == ("Oak 1", 1, grove.world.branch, "none")
    assert made.data == {"species": "oak", "keeper": "Zaynab", "geometry": "33.31 44.36 0 0"}
    kept = Submission.objects.get(pk=accepted.submission)
    assert kept.entity == made
    assert made.versions.get().source_submission == kept.current
    assert problems(accepted) == []


def test_a_visit_of_the_version_that_is_newest_is_applied(grove):
    grove.send(new_tree())
    grove.send(visit("v1", base="1", girth="40", state="good"))
    found = tree()
    assert (found.version, found.conflict, found.data["girth"], found.data["species"]) == (2, "none", "40", "oak")
    newest = found.versions.get(number=2)
    assert (newest.changed, newest.against, newest.base_version) == (["girth", "state"], 1, 1)
    assert Submission.objects.get(instance_id="uuid:v1").entity == found


def test_an_older_version_and_other_properties_is_a_soft_conflict(grove):
    grove.send(new_tree())
    grove.send(visit("v1", base="1", girth="40"))
    grove.send(visit("v2", base="1", state="ill"))
    found = tree()
    assert (found.version, found.conflict) == (3, "soft")
    assert (found.data["girth"], found.data["state"]) == ("40", "ill")
    assert found.versions.get(number=3).conflicting == []


def test_an_older_version_and_the_same_property_is_a_hard_conflict(grove):
    grove.send(new_tree())
    grove.send(visit("v1", base="1", girth="40"))
    grove.send(visit("v2", base="1", girth="55", state="good"))
    found = tree()
    assert (found.version, found.conflict, found.data["girth"]) == (3, "hard", "55")
    newest = found.versions.get(number=3)
    assert (newest.conflicting, newest.against, newest.conflict) == (["girth"], 1, "hard")


def test_two_who_say_the_same_do_not_conflict_hard(grove):
    grove.send(new_tree())
    grove.send(visit("v1", base="1", girth="40"))
    grove.send(visit("v2", base="1", girth="40"))
    assert tree().conflict == "soft"


def test_a_value_that_was_only_passed_on_does_not_undo_a_newer_one(grove):
    grove.send(new_tree())
    grove.send(visit("v1", base="1", girth="40", state="good"))
    grove.send(visit("v2", base="2", girth="44", state="good"))
    grove.send(visit("v3", base="2", girth="40", state="ill"))
    assert tree().data["girth"] == "44"
    assert tree().conflict == "soft"


def test_what_was_not_asked_stays_and_what_was_emptied_goes(grove):
    grove.send(new_tree())
    grove.send(visit("v1", base="1", girth="40", state="good"))
    grove.send(visit("v2", base="2", state=""))
    assert tree().data == {"species": "oak", "keeper": "Zaynab", "geometry": "33.31 44.36 0 0", "girth": "40"}


def test_a_chain_of_one_phone_without_a_line(grove):
    """It got version 1, made three visits, and sent them in their order."""
    grove.send(new_tree())
    for number, base in (("v1", "1"), ("v2", "2"), ("v3", "3")):
        grove.send(visit(number, base=base, trunk="1", branch=BRANCH, girth=f"4{base}"))
    found = tree()
    assert (found.version, found.conflict, found.data["girth"]) == (4, "none", "43")


def test_a_chain_that_arrives_in_the_wrong_order_is_put_in_order(grove):
    grove.send(new_tree())
    third = grove.send(visit("v3", base="3", trunk="1", branch=BRANCH, girth="43"))
    second = grove.send(visit("v2", base="2", trunk="1", branch=BRANCH, girth="42"))
    assert HeldUpdate.objects.count() == 2
    assert tree().version == 1
    grove.send(visit("v1", base="1", trunk="1", branch=BRANCH, girth="41"))
    found = tree()
    assert (found.version, found.conflict, found.data["girth"]) == (4, "none", "43")
    assert HeldUpdate.objects.count() == 0
    assert [problems(third), problems(second)] == [[], []]
    assert Submission.objects.get(pk=third.submission).entity == found


def test_somebody_else_changed_in_between(grove):
    """The phone's second visit builds on its own first one; the other's change of the same property conflicts with it."""
    grove.send(new_tree())
    grove.send(visit("v1", base="1", trunk="1", branch=BRANCH, girth="41"))
    grove.send(visit("x1", base="2", girth="99"))
    grove.send(visit("v2", base="2", trunk="1", branch=BRANCH, girth="42"))
    found = tree()
    assert (found.version, found.conflict, found.data["girth"]) == (4, "hard", "42")
    assert found.versions.get(number=4).against == 2


def test_a_thing_made_without_a_line_and_visited_at_once(grove):
    """The visit arrives before the registration."""
    waiting = grove.send(visit("v1", base="1", trunk="", branch=BRANCH, girth="41"))
    assert Entity.everything.count() == 0
    grove.send(new_tree())
    found = tree()
    assert (found.version, found.conflict, found.data["girth"], found.data["species"]) == (2, "none", "41", "oak")
    assert Submission.objects.get(pk=waiting.submission).entity == found


def test_who_waits_in_vain_is_applied_after_five_days_with_a_mark(grove):
    grove.send(new_tree())
    grove.send(visit("v2", base="2", trunk="1", branch=BRANCH, girth="42"))
    assert apply_late(timezone.now() + timedelta(days=4, hours=23)) == 0
    assert tree().version == 1
    assert apply_late(timezone.now() + timedelta(days=5, minutes=1)) == 1
    found = tree()
    assert (found.version, found.conflict, found.data["girth"]) == (2, "soft", "42")
    assert HeldUpdate.objects.count() == 0
    # What follows on the branch is not held again.
    grove.send(visit("v3", base="3", trunk="1", branch=BRANCH, girth="43"))
    assert tree().version == 3


def test_who_waits_in_vain_for_a_thing_that_never_came(grove):
    told = grove.send(visit("v1", base="1", branch=BRANCH, girth="41"))
    apply_late(timezone.now() + timedelta(days=6))
    assert problems(told) == ["unknown"]
    named = grove.send(visit("v2", uuid=OTHER, base="1", branch=BRANCH, girth="41", label="Ash"))
    apply_late(timezone.now() + timedelta(days=6))
    assert problems(named) == []
    assert (tree(OTHER).label, tree(OTHER).conflict) == ("Ash", "soft")


def test_create_or_update(grove):
    grove.send(visit("v1", base="", create="1", label="Fig", girth="10"))
    assert (tree().version, tree().label) == (1, "Fig")
    grove.send(visit("v2", base="1", create="1", label="Fig", girth="12"))
    assert (tree().version, tree().data["girth"], tree().conflict) == (2, "12", "none")


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (new_tree("n2", uuid="oak-1"), "no_id"),
        (new_tree("n2", uuid=OTHER, label=" "), "no_label"),
        (new_tree("n2"), "exists"),
        (visit("v9", uuid=OTHER, base="1", girth="1"), "unknown"),
        (visit("v9", base="7", girth="1"), "unknown_version"),
    ],
)
def test_a_faulty_entity_part_never_loses_the_submission(grove, xml, code):
    grove.send(new_tree())
    accepted = grove.send(xml)
    kept = Submission.objects.get(pk=accepted.submission)
    assert problems(accepted) == [code]
    assert (kept.findings_open >= 1, kept.worst) == (True, 2)
    assert numbers() == [1]


def test_without_a_base_version_all_that_others_said_counts_as_newer(grove):
    grove.send(new_tree())
    grove.send(visit("v1", base="1", girth="40"))
    grove.send(visit("v2", base="", girth="50"))
    assert (tree().conflict, tree().data["girth"]) == ("hard", "50")


def test_a_thing_of_another_organisation_is_not_changed(grove):
    grove.send(new_tree())
    accepted = grove.send(visit("v1", base="1", girth="40"), owner=grove.world.other)
    assert problems(accepted) == ["unknown"]
    assert tree().version == 1


def test_to_read_of_a_thing_is_not_to_change_it(grove):
    """Somebody fills forms for one organisation and reads what is approved of all."""
    world = grove.world
    grove.send(new_tree())
    Submission.objects.update(state="approved")
    both = world.person("both", ("wells.collector", world.other, None), ("wells.donor", None, None))
    assert Entity.objects.visible_to(both).exists()
    assert problems(grove.send(visit("v1", base="1", girth="40"), sender=of_account(both))) == ["unknown"]
    assert tree().version == 1
    colleague = world.person("colleague", ("wells.collector", world.branch, None))
    assert problems(grove.send(visit("v2", base="1", girth="40"), sender=of_account(colleague))) == []
    assert tree().version == 2


def test_the_same_submission_again_changes_nothing(grove):
    grove.send(new_tree())
    grove.send(visit("v1", base="1", girth="40"))
    assert grove.send(visit("v1", base="1", girth="40")).what == "same"
    assert numbers() == [1, 2]


def test_a_corrected_submission_corrects_the_thing(grove):
    grove.send(new_tree(species="oka"))
    grove.send(new_tree("n1b", species="oak", edits="uuid:n1"))
    found = tree()
    assert (found.version, found.data["species"], found.conflict) == (2, "oak", "none")
    grove.send(new_tree("n1c", species="oak", edits="uuid:n1b"))
    assert tree().version == 2


def test_a_correction_of_what_was_changed_since_is_a_conflict(grove):
    grove.send(new_tree())
    grove.send(visit("v1", base="1", girth="40"))
    grove.send(visit("v2", base="2", girth="44"))
    grove.send(visit("v1b", base="1", girth="41", edits="uuid:v1"))
    assert (tree().version, tree().conflict, tree().data["girth"]) == (4, "hard", "41")


def test_a_list_that_needs_approval(grove):
    grove.trees.needs_approval = True
    grove.trees.save()
    accepted = grove.send(new_tree())
    assert Entity.everything.count() == 0
    early = grove.send(visit("v1", base="1", girth="40"))
    apply_on_approval(Submission.objects.get(pk=accepted.submission))
    found = tree()
    assert (found.version, found.data["girth"]) == (2, "40")
    assert problems(early) == []
    apply_on_approval(Submission.objects.get(pk=accepted.submission))
    assert numbers() == [1, 2]


def test_an_approval_makes_what_waited_for_it(grove):
    from rafid.commons.forms.submissions.review import decide

    grove.trees.needs_approval = True
    grove.trees.save()
    accepted = grove.send(new_tree())
    reviewer = grove.world.person("reviewer", ("wells.reviewer", None, None))
    decide(grove.register, [accepted.submission], "has_issues", by=reviewer)
    assert Entity.everything.count() == 0
    decide(grove.register, [accepted.submission], "approved", by=reviewer)
    assert tree().label == "Oak 1"


def test_a_draft_s_test_makes_nothing(grove):
    from rafid.commons.forms.sender import Sender

    draft = put_draft(grove.register, NEW_TREE.replace('version="1"', 'version="2"').encode())
    officer = grove.world.person("officer", ("wells.officer", None, None))
    grove.send(new_tree(version="2"), sender=Sender(account=officer, draft=draft.pk))
    assert Entity.everything.count() == 0
    assert grove.trees.properties == ["species", "keeper", "geometry", "girth", "state"]


def test_versions_stay(grove):
    from django.db import DatabaseError, transaction

    grove.send(new_tree())
    with pytest.raises(DatabaseError), transaction.atomic():
        EntityVersion.objects.all().delete()


def test_a_site_s_code_links_the_visit_after_its_arrival(grove):
    """The site question of another form holds a code, as property ``code`` of a thing of the same programme."""
    from rafid.commons.forms.entities.told import link_by_code

    grove.send(new_tree())
    grove.trees.properties = [*grove.trees.properties, "code"]
    grove.trees.save()
    found = tree()
    found.data["code"] = "TPM-0001"
    found.save()
    Submission.objects.update(entity=None, site="TPM-0001")
    visited = Submission.objects.get()
    link_by_code([visited.pk])
    visited.refresh_from_db()
    assert visited.entity == found
    Submission.objects.update(entity=None, site="TPM-0002")
    link_by_code([visited.pk])
    visited.refresh_from_db()
    assert visited.entity is None
