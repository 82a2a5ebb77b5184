"""A desk database that names somebody wherever it can, and somebody else beside."""

from datetime import UTC, datetime

from sqlalchemy import func, insert, select

from core.emerging import Emergence, Member, Risen
from core.outward import WEBSITE, Kept, Told
from core.types import Judgement, Mute, Parent
from desk.alerts.alert import Alert
from desk.crisis.evidence import Driving, Evidence, written
from desk.foundation.lookalikes import Why
from desk.store import (
    accounts,
    alerts,
    answer_writing,
    audit,
    backlog,
    case_drafts,
    crises,
    crisis_evidence,
    crisis_writing,
    customers,
    emerging,
    facts,
    happenings,
    identities,
    planned,
    practice_writing,
)
from desk.store.accounts import Account, Lookalike
from desk.store.answer_writing import Deed, Draft
from desk.store.answers import State, Version
from desk.store.backlog import Known
from desk.store.case_tables import case_timers, cases, own_replies
from desk.store.case_writing import Happening, Opening, add_message, happen, open_case
from desk.store.cases import Happened, Message
from desk.store.every_table import metadata
from desk.store.judgements import JudgementSink
from desk.store.notices import Kind, Notice, owe
from desk.store.planned import Plan
from desk.store.practices import Text
from desk.store.shelf import DeskShelf

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
ANNA, BERT = "bluesky:did:quasimodo", "bluesky:bert"
HERS, HIS = "bluesky:quasimodo-1", "bluesky:2"


def not_erased(_):
    return False


async def authors_of(mentions):
    return {mention: ANNA if mention == HERS else BERT for mention in mentions}


async def fill(desk):
    """Two accounts of two customers, each with a mention, in every table that may name them."""
    sink = JudgementSink(desk, authors_of=authors_of, erased=not_erased)
    for author, mention, key in ((ANNA, HERS, "quasimodo-7"), (BERT, HIS, "8")):
        said = Judgement(mention=mention, name="tags", labels=("vip",), by="ruth", at=NOW)
        await sink.write([said, Mute(by="ruth", at=NOW, author=author)])
        for system in ("hubspot", "removed"):
            await DeskShelf(desk, system, erased=not_erased).put([Kept(mention=mention, author=author, value=b"1")])
        site = {WEBSITE: f"https://{key}.example"}
        told = [
            Told(system="hubspot", customer=key, accounts=(author,), facts={"segment": "gold", **site}, at=NOW),
            Told(system="hubspot", mention=mention, facts={"status": "open"}, at=NOW),
        ]
        await facts.tell(desk, told, may_join=lambda _: True, erased=lambda _: False)
        await audit.add(desk, audit.Entry(at=NOW, by="ruth", did="looked at", what="mention", subject=mention))
    await alerts.put(desk, Alert(name="all", to=("ruth@klank.example",)), by="ruth", at=NOW)
    (watched,) = await alerts.every(desk)
    hits = [alerts.Hit(mention=one, author=by, arrived_at=NOW) for one, by in ((HERS, ANNA), (HIS, BERT))]
    async with desk.writing() as connection:
        await alerts.found(connection, watched.id, hits)
    own = Account(id="", source="bluesky", handle="noorderlijn", official=True)
    account = await accounts.add(desk, own, by="ruth", at=NOW)
    alike = [
        Lookalike(author=one, account=account, why=Why.NEAR, seen_at=NOW, handle=one.partition(":")[2])
        for one in (ANNA, BERT)
    ]
    await accounts.looked(desk, alike, [account], NOW)
    await fill_cases(desk)
    await fill_crisis(desk)
    await fill_practices(desk)
    await fill_merged(desk)
    await fill_backlog(desk)
    members = (Member(HERS, ANNA, voice=True), Member(HIS, BERT, voice=True))
    risen = Risen(id="t", members=members, voices=2, usual=0.1, hours=2, trend=(2,))
    await emerging.put(desk, Emergence(at=NOW, learned=1.0, topics=(risen,)))
    topic = {"topic": "t", "system": "github klank/webcare", "voices": 2, "usual": 0.1, "hours": 2}
    await backlog.add(desk, backlog.Kept(**topic, first_at=NOW, last_at=NOW))
    await backlog.put_members(desk, "t", [Known(mention=HERS, author=ANNA, quoted=0), Known(mention=HIS, author=BERT)])
    outage = happenings.Happening(source="status", key="7", kind=happenings.Kind.OUTAGE, since=NOW, title="App down")
    await happenings.put(desk, [outage], by="token status", at=NOW)


async def fill_cases(desk):
    for mention, author, answer in ((HERS, ANNA, "bluesky:own-1"), (HIS, BERT, "bluesky:own-2")):
        opening = Opening(
            author=author, thread=mention, source="bluesky", severity="minor", outcome="restore", since=NOW
        )
        reply = {"mention": answer, "at": NOW, "order": 2}
        async with desk.writing() as connection:
            first = Message(mention=mention, at=NOW, own=False, order=1, severity="minor")
            case = await open_case(connection, opening, first, at=NOW)
            await add_message(connection, case, Message(**reply, own=True))
            await happen(connection, case, Happening(kind=Happened.ATTACHED, detail=mention), by="klankbord", at=NOW)
            await connection.execute(insert(case_timers), {"case": case.id, "kind": "overdue", "due_at": NOW})
            told = Notice(case=case.id, event_number=1, kind=Kind.OPENED, at=NOW, to_unit="webcare")
            await owe(connection, told)
            row = reply | {"author": "bluesky:own", "thread": mention, "reply_to": mention, "to_author": author}
            await connection.execute(insert(own_replies), row)
            await fill_answer(connection, case, answer)


async def fill_answer(connection, case, mention):
    """One that stands at its source, and is to be withdrawn."""
    words = Version(number=1, text="Sorry", by="anna", at=NOW)
    draft = Draft(case=case.id, answers=case.first_message, publisher="bluesky", words=words, state=State.SENT)
    made = await answer_writing.add(connection, draft, mention=mention, sends="anna")
    parent = Parent(id=case.first_message, author=case.author, created_at=NOW)
    await answer_writing.put(connection, made, parent=parent)
    await answer_writing.ask(connection, case.id, Deed.HIDE, case.first_message, "bluesky", by="anna", at=NOW)


async def fill_crisis(desk):
    """One that both messages drive and both cases belong to, each with an answer that lies ready."""
    async with desk.writing() as connection:
        told = {"since": NOW, "last_alarm_at": NOW, "plan": "p", "unit": None, "drill": None, "at": NOW}
        crisis = await crisis_writing.open_crisis(connection, **told)
        opened = crisis_writing.Happening(kind=crises.Happened.OPENED, detail="trein")
        crisis = await crisis_writing.happen(connection, crisis, opened, by="klankbord", at=NOW)
        await crisis_writing.freeze(connection, crisis, written(()), at=NOW)
        for case in (await connection.execute(select(cases.c.id))).scalars().all():
            await crisis_writing.attach(connection, crisis, [case], by="klankbord", at=NOW)
            draft = {"case": case, "crisis": crisis.id, "language": "nl", "number": 1, "text": "Sorry", "by": "anna"}
            await case_drafts.lay(connection, case_drafts.Draft(**draft, at=NOW))
    (wanted,) = await crisis_evidence.waiting(desk)
    messages = tuple(Driving(id=one, source="bluesky") for one in (HERS, HIS))
    authors = tuple(Driving(id=one, source="bluesky") for one in (ANNA, BERT))
    document = written(Evidence(since=NOW, until=NOW, messages=messages, authors=authors))
    await crisis_evidence.frozen(desk, wanted, lambda: document, at=NOW)


async def fill_practices(desk):
    """One that was used in both cases, with a comment and thanks, and a plan."""
    text = Text(language="nl", question="Waar blijft mijn geld?", answer="Onderweg.")
    post = Plan(kind=planned.Kind.POST, says="Actie", since=NOW, until=NOW, by="ruth", at=NOW)
    told = {"title": "Geld", "topics": (), "unit": "webcare", "owner": None, "from_case": 1, "by": "ruth", "at": NOW}
    async with desk.writing() as connection:
        made = await practice_writing.propose(connection, texts=[(text, b"1")], **told)
        await practice_writing.comment(connection, made, "Werkt", by="ruth", at=NOW)
        await practice_writing.thank(connection, made, by="ruth", at=NOW)
        for case in (await connection.execute(select(cases.c.id))).scalars().all():
            await practice_writing.use(connection, made, case, "webcare", by="ruth", at=NOW)
    await planned.add(desk, post)


async def fill_merged(desk):
    """Each customer stands for another one, whom nobody is linked to."""
    for author in (ANNA, BERT):
        customer = (await identities.of_authors(desk, [author]))[author].customer
        other = await customers.add(desk, name=None, by="ruth", at=NOW)
        await customers.merge(desk, other, customer, by="ruth", at=NOW)


async def fill_backlog(desk):
    topic = {"topic": "t", "system": "jira", "voices": 2, "usual": 0.1, "hours": 2}
    await backlog.add(desk, backlog.Kept(**topic, first_at=NOW, last_at=NOW))
    known = [backlog.Known(mention=one, author=by) for one, by in ((HERS, ANNA), (HIS, BERT))]
    await backlog.put_members(desk, "t", known)


async def rows(desk):
    async with desk.reading() as connection:
        counts = {t.name: await connection.scalar(select(func.count()).select_from(t)) for t in metadata.sorted_tables}
        texts = [str(tuple(row)) for t in metadata.sorted_tables for row in await connection.execute(select(t))]
    return counts, [text for text in texts if "quasimodo" in text]
