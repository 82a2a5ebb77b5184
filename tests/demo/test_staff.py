"""The demo's people: each role by one click, and somebody on duty whenever it runs."""

import pytest

from desk.entry.rights import OPERATOR, RIGHTS
from desk.foundation import policy as written
from desk.store import accounts, people, policies, roles
from klankbord.demo import staff
from klankbord.demo.material import FOLDER
from playbook.playbook import load
from tests.demo.conftest import NOW
from tests.desk.store.made import opened_desk


@pytest.fixture
async def desk(tmp_path):
    async with opened_desk(tmp_path) as opened:
        yield opened


async def test_each_role_is_held_by_somebody_who_is_there(desk):
    await staff.hire(desk, lambda: NOW)
    await staff.hire(desk, lambda: NOW)
    assert len(await people.every(desk)) == len(staff.STAFF)
    held = {(one.person, one.role) for one in await roles.held(desk)}
    for role, address in staff.stand_ins().items():
        person = await people.named(desk, address)
        assert (person.id, role) in held


async def test_most_read_the_policy_and_own_accounts_have_owners(desk):
    playbook = load(FOLDER / "playbook.yaml")
    ids = await staff.hire(desk, lambda: NOW)
    await policies.publish(desk, written.of(playbook, "nl"), by="playbook", at=NOW)
    for _ in range(2):
        await staff.settle(desk, ids, NOW)
    read = {ids[one.name] for one in staff.STAFF if one.read}
    assert set(await policies.acknowledged(desk, playbook.policy.version)) == read < set(ids.values())
    owned = await accounts.every(desk)
    assert {one.source for one in owned} == {"bluesky", "mastodon"}
    assert all(one.official and one.owner for one in owned)


def test_roles_and_units_are_those_of_the_demos_playbook():
    playbook = load(FOLDER / "playbook.yaml")
    assert {one.role for one in staff.STAFF} == set(playbook.all_roles())
    assert {one.unit for one in staff.STAFF if one.unit} == set(playbook.organisation.units)
    assert staff.TRAINING in playbook.trainings
    assert {"agent", "lead", "analyst", "hr"} <= set(staff.stand_ins())
    assert all(set(staff.stand_ins()) & roles for roles in RIGHTS.values() if roles != {OPERATOR})
