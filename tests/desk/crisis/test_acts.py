"""What people do in a crisis: once, refused where another was first, four eyes for what is said, all of it in the timeline and the audit."""

from msgspec.structs import replace

from desk.crisis import acts, saying
from desk.crisis.acting import Done, Need, Refused, Why
from desk.store import audit, crises, roles
from desk.store.crises import Happened, State, StepState
from tests.desk.cases.book import EVERYBODY, agent
from tests.desk.crisis.book import ANNA, HOUR, LEAD, MINUTE, NOW, PLAN, alarmed, fired, kinds, owed, staff

BERT = agent("bert")
TERMINAL = replace(EVERYBODY, session="anna")


async def test_who_acknowledges_first_did(desk):
    crisis = await alarmed(desk)
    done = await acts.acknowledge(desk, ANNA, crisis.id, at=NOW + MINUTE)
    assert (done.crisis.acknowledged_by, done.crisis.acknowledged_at) == ("anna", NOW + MINUTE)
    refused = await acts.acknowledge(desk, BERT, crisis.id, at=NOW + 2 * MINUTE)
    assert refused == Refused(what=Happened.ACKNOWLEDGED, by="anna", at=NOW + MINUTE)
    await fired(desk, NOW + 30 * MINUTE)
    assert "escalated" not in await kinds(desk, crisis)


async def test_while_nobody_acknowledges_the_next_role_is_asked(desk):
    crisis = await alarmed(desk)
    await fired(desk, NOW + 9 * MINUTE)
    assert await kinds(desk, crisis) == ["opened"]
    await fired(desk, NOW + 10 * MINUTE)
    await fired(desk, NOW + 10 * MINUTE)
    await fired(desk, NOW + 20 * MINUTE)
    escalated = [one for one in await owed(desk, crisis) if one[0] == "crisis_escalated"]
    assert escalated == [("crisis_escalated", "lead"), ("crisis_escalated", "duty_manager")]


async def test_two_who_take_the_lead_are_one_after_another(desk):
    crisis = await alarmed(desk)
    done = await acts.take(desk, ANNA, crisis.id, saw=crisis.version, at=NOW)
    assert (done.crisis.lead, done.crisis.acknowledged_by) == ("anna", "anna")
    refused = await acts.take(desk, BERT, crisis.id, saw=crisis.version, at=NOW)
    assert (refused.what, refused.by) == (Happened.TAKEN, "anna")
    refused = await acts.take(desk, BERT, crisis.id, saw=done.crisis.version, at=NOW)
    assert refused.what is Why.FORBIDDEN
    assert isinstance(await acts.take(desk, LEAD, crisis.id, saw=done.crisis.version, at=NOW), Done)


async def test_what_is_handed_over_has_to_be_accepted_or_comes_back(desk):
    bert, press = await staff(desk, "bert"), await staff(desk, "press")
    for person, unit in ((bert, "webcare"), (press, "press")):
        await roles.give(desk, person, "agent", unit, by="page", at=NOW)
    crisis = (await acts.take(desk, ANNA, (await alarmed(desk)).id, saw=1, at=NOW)).crisis
    offered = (await acts.hand_over(desk, ANNA, crisis.id, bert, saw=crisis.version, at=NOW)).crisis
    assert (offered.lead, offered.offered_to) == ("anna", bert)
    assert ("handed_over", bert) in await owed(desk, crisis)
    await fired(desk, NOW + 15 * MINUTE)
    back = await crises.get(desk, crisis.id)
    assert (back.lead, back.offered_to) == ("anna", None)
    assert ("handed_over", "lead") in await owed(desk, crisis)  # anna is none of the staff
    again = (await acts.hand_over(desk, ANNA, crisis.id, bert, saw=back.version, at=NOW + HOUR)).crisis
    done = (await acts.accept(desk, agent(bert), crisis.id, saw=again.version, at=NOW + HOUR)).crisis
    assert (done.lead, done.offered_to) == (bert, None)
    for other in ("nobody", press):
        assert (await acts.hand_over(desk, agent(bert), crisis.id, other, saw=done.version, at=NOW)).what is Why.NOBODY


async def test_severity_is_said_by_who_leads_with_a_reason_and_starts_clocks(desk):
    crisis = await alarmed(desk)
    assert (await acts.severity(desk, ANNA, crisis.id, 2, "press", saw=1, at=NOW)).what is Why.FORBIDDEN
    assert (await acts.severity(desk, LEAD, crisis.id, 2, " ", saw=1, at=NOW)).what is Why.WRONG
    assert (await acts.severity(desk, LEAD, crisis.id, 4, "x", saw=1, at=NOW)).what is Why.WRONG
    risen = (await acts.severity(desk, LEAD, crisis.id, 2, "press", saw=1, at=NOW + HOUR)).crisis
    assert await due(desk, crisis, "inform") == NOW + 2 * HOUR
    assert len(await crises.evidence(desk, crisis.id)) == 2
    fallen = (await acts.severity(desk, LEAD, crisis.id, 1, "calmer", saw=risen.version, at=NOW + HOUR)).crisis
    assert (fallen.severity, await due(desk, crisis, "inform")) == (1, None)
    await fired(desk, NOW + 5 * HOUR)
    assert ("step_due", "agent") not in await owed(desk, crisis)
    assert [one.detail for one in await crises.events(desk, crisis.id)][1:3] == ["2: press", "1: calmer"]


async def due(desk, crisis, name):
    return next(one.due_at for one in await crises.steps(desk, crisis.id) if one.step == name)


async def test_a_step_is_due_once_and_no_more_when_it_is_done(desk):
    crisis = await alarmed(desk)
    for minutes in (14, 15, 15, 20, 40):
        await fired(desk, NOW + minutes * MINUTE)
    told = [kind for kind in await kinds(desk, crisis) if kind.startswith("step")]
    assert told == ["step_soon", "step_overdue"]
    assert (await owed(desk, crisis)).count(("step_due", "lead")) == 2


async def test_what_fell_due_before_a_severity_is_said_is_still_told(desk):
    crisis = await alarmed(desk)
    await acts.severity(desk, LEAD, crisis.id, 2, "press", saw=1, at=NOW + 21 * MINUTE)
    await fired(desk, NOW + 22 * MINUTE)
    told = [(one.kind.value, one.detail) for one in await crises.events(desk, crisis.id)]
    assert [one for one in told if one[0].startswith("step")] == [("step_soon", "verify"), ("step_overdue", "verify")]


async def test_who_does_a_step_second_is_told_who_did(desk):
    crisis = await alarmed(desk)
    await acts.step(desk, ANNA, crisis.id, "verify", saw=1, at=NOW + MINUTE)
    refused = await acts.step(desk, BERT, crisis.id, "verify", saw=1, at=NOW + 2 * MINUTE)
    assert (refused.what, refused.by) == (Happened.STEP_DONE, "anna")
    assert isinstance(await acts.step(desk, BERT, crisis.id, "thank", saw=1, at=NOW, skipped="no need"), Done)
    assert (await acts.step(desk, BERT, crisis.id, "veryfi", saw=1, at=NOW)).what is Why.GONE
    for who, skipped in ((BERT, None), (BERT, "not needed"), (ANNA, "not needed")):
        late = await acts.step(desk, who, crisis.id, "verify", saw=3, at=NOW, skipped=skipped)
        assert (late.what, late.by, late.at) == (Happened.STEP_DONE, "anna", NOW + MINUTE)
    assert isinstance(await acts.step(desk, ANNA, crisis.id, "verify", saw=3, at=NOW), Done)
    verify, _, thank = await crises.steps(desk, crisis.id)
    assert (verify.state, verify.done_by, thank.state) == (StepState.DONE, "anna", StepState.SKIPPED)
    await fired(desk, NOW + 20 * MINUTE)
    assert "step_soon" not in await kinds(desk, crisis)


async def draft(desk, who, crisis, text="Sorry", saw=1):
    return await saying.draft(desk, who, crisis.id, "nl", text, approves="lead", saw=saw, at=NOW)


async def approve(desk, who, crisis, number=1, saw=2):
    return await saying.approve(desk, who, crisis.id, "nl", number, approves="lead", saw=saw, at=NOW)


async def test_nobody_approves_what_they_drafted_themselves(desk):
    crisis = await alarmed(desk)
    await draft(desk, LEAD, crisis)
    assert ("approval", "lead") in await owed(desk, crisis)
    refused = await approve(desk, LEAD, crisis)
    assert (refused.what, refused.by) == (Why.SAME_PERSON, "lena")
    assert (await approve(desk, ANNA, crisis)).what is Why.FORBIDDEN
    assert isinstance(await approve(desk, agent("otto", role="lead"), crisis), Done)


async def test_what_is_edited_has_to_be_approved_again(desk):
    crisis = await alarmed(desk)
    await draft(desk, ANNA, crisis)
    approved = (await approve(desk, LEAD, crisis)).crisis
    assert (await draft(desk, BERT, crisis, "Very sorry", saw=1)).what is Happened.DRAFTED
    await draft(desk, BERT, crisis, "Very sorry", saw=approved.version)
    first, second = await crises.statements(desk, crisis.id)
    assert (first.approved_by, second.approved_by, second.number) == ("lena", None, 2)
    assert (await approve(desk, LEAD, crisis, number=1, saw=9)).what is Why.GONE


async def test_it_ends_with_a_reason_and_a_lesson_and_nothing_happens_by_itself_any_more(desk):
    crisis = await alarmed(desk)
    assert (await acts.stand_down(desk, ANNA, crisis.id, "solved", saw=1, at=NOW)).what is Why.FORBIDDEN
    done = await acts.stand_down(desk, LEAD, crisis.id, "solved", lesson="call earlier", saw=1, at=NOW + HOUR)
    assert (done.crisis.state, done.crisis.lesson) == (State.ENDED, "call earlier")
    await fired(desk, NOW + 9 * HOUR)
    assert await kinds(desk, crisis) == ["opened", "stood_down"]
    assert (await acts.step(desk, ANNA, crisis.id, "verify", saw=2, at=NOW)).what is Why.STATE
    assert isinstance(await acts.note(desk, ANNA, crisis.id, "afterwards", at=NOW), Done)


async def test_who_ends_it_has_to_have_seen_that_it_became_worse(desk):
    crisis = await alarmed(desk)
    await acts.severity(desk, agent("otto", role="lead"), crisis.id, 3, "shares fall", saw=1, at=NOW)
    refused = await acts.stand_down(desk, LEAD, crisis.id, "solved", saw=1, at=NOW)
    assert (refused.what, refused.by) == (Happened.RISEN, "otto")


async def test_a_person_opens_it_again_unless_another_runs(desk):
    crisis = await alarmed(desk)
    done = (await acts.stand_down(desk, LEAD, crisis.id, "solved", saw=1, at=NOW + MINUTE)).crisis
    again = (await acts.reopen(desk, LEAD, crisis.id, "not over", plan=PLAN, saw=done.version, at=NOW + HOUR)).crisis
    assert (again.state, again.ended_at) == (State.OPEN, None)
    await acts.stand_down(desk, LEAD, crisis.id, "solved", saw=again.version, at=NOW + HOUR)
    other = await alarmed(desk, at=NOW + 30 * HOUR)
    assert other.id != crisis.id
    assert (
        await acts.reopen(desk, LEAD, crisis.id, "x", plan=PLAN, saw=99, at=NOW + 31 * HOUR)
    ).what is Why.ANOTHER_RUNS


async def test_every_act_is_audited_by_ids(desk):
    crisis = await alarmed(desk)
    await acts.acknowledge(desk, ANNA, crisis.id, at=NOW)
    await acts.note(desk, EVERYBODY, crisis.id, "what I know", at=NOW)
    entries = await audit.latest(desk, subject=crisis.id)
    assert sorted((one.by, one.did) for one in entries) == [("anna", "acknowledged"), ("page", "noted")]


async def test_whoever_may_not_work_on_its_cases_may_nothing(desk):
    crisis = await alarmed(desk)
    assert (await acts.acknowledge(desk, agent(role="hr"), crisis.id, at=NOW)).what is Why.FORBIDDEN
    assert (await acts.acknowledge(desk, ANNA, "nothing", at=NOW)).what is Why.GONE


async def test_what_cannot_be_kept_is_refused(desk):
    crisis = await alarmed(desk)
    ended = await acts.stand_down(desk, LEAD, crisis.id, "x", lesson="a\0b", saw=1, at=NOW)
    noted = await acts.note(desk, ANNA, crisis.id, "a\0b", at=NOW)
    drafted = await saying.draft(desk, ANNA, crisis.id, "n" * 9, "x", approves="lead", saw=1, at=NOW)
    shouted = await saying.draft(desk, ANNA, crisis.id, "EN", "x", approves="lead", saw=1, at=NOW)
    assert {ended.what, noted.what, drafted.what, shouted.what} == {Why.WRONG}


async def test_no_operator_approves_as_whoever_drafted_it_may_be_at_the_terminal_too(desk):
    crisis = await alarmed(desk)
    await draft(desk, LEAD, crisis)
    for operator in (EVERYBODY, TERMINAL):
        refused = await approve(desk, operator, crisis)
        assert (refused.what, refused.needs) == (Why.FORBIDDEN, Need.ROLE)


async def test_what_an_operator_drafted_is_approved_once_somebody_else_has_drafted_it_again(desk):
    crisis = await alarmed(desk)
    otto = agent("otto", role="lead")
    for operator in (EVERYBODY, TERMINAL):
        drafted = (await draft(desk, operator, crisis, operator.by, saw=99)).crisis
        number = len(await crises.statements(desk, crisis.id))
        assert (await approve(desk, LEAD, crisis, number, saw=drafted.version)).what is Why.UNNAMED
    for _ in range(2):
        again = (await draft(desk, LEAD, crisis, TERMINAL.by, saw=drafted.version)).crisis
    assert [one.drafted_by for one in await crises.statements(desk, crisis.id)][1:] == [TERMINAL.by, "lena"]
    assert (await approve(desk, LEAD, crisis, number + 1, saw=again.version)).what is Why.SAME_PERSON
    assert isinstance(await approve(desk, otto, crisis, number + 1, saw=again.version), Done)
