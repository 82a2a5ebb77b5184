"""The page behind the personal link, in a browser."""

from datetime import timedelta

import pytest

from desk.store import people, policies
from desk.store.people import Details
from desk.store.policies import Policy
from desk.web.site import SITE
from tests.desk import corpus
from tests.desk.axe import faults

POLICY = Policy(version="1", title={"nl": "Beleid", "en": "Policy"}, text={"nl": "Wees aardig.", "en": "Be kind."})


@pytest.mark.parametrize(("language", "button"), [("nl", "Ik heb dit gelezen"), ("en", "I have read this")])
def test_everybody_can_read_and_acknowledge_it(guest, language, button):
    served, at = guest.served, corpus.NOW
    served.do(policies.publish(served.desk, POLICY, by="ruth", at=at))
    anna = served.do(people.add(served.desk, Details(name="Anna"), by="ruth", at=at))
    path = f"/policy/{served.app[SITE].access.policy_key(anna.id, '1', at + timedelta(days=1))}"
    page = guest.enter(path, language=language, bypass=True)
    assert faults(page) == []
    page.get_by_role("button", name=button).click()
    assert "Anna" in page.get_by_role("status").inner_text()
    assert anna.id in served.do(policies.acknowledged(served.desk, "1"))
