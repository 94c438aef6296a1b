"""Any sequence of decisions and corrections by three people, against a plain model of the rules."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from rafid.commons.forms.accept import accept
from rafid.commons.forms.models import Form, Submission
from rafid.commons.forms.refusals import Refused
from rafid.commons.forms.sender import of_account
from rafid.commons.forms.submissions import office
from rafid.commons.forms.submissions.review import NotDecided, decide
from rafid.commons.forms.versions import publish_draft, put_draft
from rafid.commons.people.models import Account, Grant, Organisation
from tests.methods.xforms.conftest import T1_XFORM, t1_xml

PEOPLE = ("ann", "ben", "cem")
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("decide"),
            st.sampled_from(PEOPLE),
            st.sampled_from(("approved", "has_issues", "rejected")),
            st.booleans(),
        ),
        st.tuples(st.just("edit"), st.sampled_from(PEOPLE), st.just(""), st.booleans()),
    ),
    max_size=12,
)


class Model:
    """The rules as a person would say them. ``writers``: who sent or corrected; ``yes``: who approved in this round."""

    def __init__(self, sender: str, needed: int) -> None:
        self.state, self.writers, self.yes, self.needed = "received", {sender}, set(), needed

    def decide(self, who: str, new: str, reason: bool) -> bool:
        if new == self.state or (new == "has_issues" and self.state == "has_issues"):
            return False
        if self.state in ("approved", "rejected") and not reason:
            return False
        if new != "approved":
            self.state, self.yes = new, set()
            return True
        if who in self.writers or who in self.yes:
            return False
        self.yes.add(who)
        if len(self.yes) == self.needed:
            self.state = "approved"
        return True

    def edit(self, who: str, reason: bool) -> bool:
        if reason:
            self.state, self.yes = "edited", set()
            self.writers.add(who)
        return reason


class Decisions(TestCase):
    @settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(steps=STEPS, needed=st.sampled_from((1, 2)), sender=st.sampled_from(PEOPLE))
    def test_follow_the_rules(self, steps, needed, sender):
        owner = Organisation.objects.create(ref="WA", name_en="Water authority")
        form = Form.objects.create(
            xform_id="t1", title_en="Visit", programme="wells", owner=owner, reviews_needed=needed
        )
        put_draft(form, T1_XFORM.encode())
        publish_draft(form)
        accounts = {}
        for name in PEOPLE:
            accounts[name] = Account.objects.create_user(name, password="pass", organisation=owner)
            Grant.objects.create(account=accounts[name], role="wells.officer", organisation=None, place=None)
        sent = accept(t1_xml(), of_account(accounts[sender]))
        row, model = Submission.objects.get(pk=sent.submission), Model(sender, needed)
        decisions, versions = 0, 1
        for number, (what, who, new, reason) in enumerate(steps):
            said = "because" if reason else ""
            try:
                if what == "decide":
                    decide(form, [row.pk], new, by=accounts[who], reason=said)
                else:
                    row.refresh_from_db()
                    office.changed(form, row, {"/data/deminers": str(20 + number)}, by=accounts[who], reason=said)
                happened = True
            except (NotDecided, Refused):
                happened = False
            expected = model.decide(who, new, reason) if what == "decide" else model.edit(who, reason)
            assert happened == expected, (what, who, new, reason)
            row.refresh_from_db()
            assert row.state == model.state
            decisions += happened and what == "decide"
            versions += happened and what == "edit"
        assert row.events.count() == decisions
        assert row.versions.count() == versions
