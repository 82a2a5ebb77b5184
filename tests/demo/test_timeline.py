from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from klankbord.demo.messages import Event, Source
from klankbord.demo.rhythm import crisis, gap
from klankbord.demo.timeline import timeline
from klankbord.demo.truth import expected


def test_the_same_seed_tells_the_same_story(told):
    assert timeline(told.now) == told


def test_another_seed_tells_another(told):
    other = timeline(told.now, seed=told.seed + 1)
    assert other.messages[0].wording != told.messages[0].wording


@pytest.mark.parametrize("now", ["2026-10-27T03:15", "2027-04-03T14:00", "2027-08-01T23:59"])
def test_any_moment_tells_a_story_of_the_same_size(now):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    told = expected(timeline(moment))
    assert 5_000 <= len(told.found) <= 5_900
    assert 400 < sum(told.crisis) < 900


def test_there_are_more_than_five_thousand_messages_to_keep(truth):
    assert 5_000 <= len(truth.found) <= 5_900


def test_six_in_ten_are_dutch_and_three_in_ten_english(truth):
    total = len(truth.found)
    shares = {language: count / total for language, count in truth.languages.items()}
    assert 0.55 < shares["nl"] < 0.65
    assert 0.25 < shares["en"] < 0.36
    assert shares["de"] > 0.02
    assert shares["fr"] > 0.015


def test_every_source_speaks(truth):
    assert truth.kept.keys() == {str(source) for source in Source}
    assert min(truth.kept.values()) > 150


def test_everything_lies_in_the_twenty_eight_days(told):
    since = told.now - timedelta(days=28)
    moments = [message.at for message in told.messages] + [change.at for change in told.accounts]
    moments += [at for message in told.messages for at in (message.edited_at, message.deleted_at) if at]
    assert all(since <= at < told.now for at in moments)


def test_messages_come_in_the_order_of_time(told):
    assert [message.at for message in told.messages] == sorted(message.at for message in told.messages)


def test_the_crisis_is_eight_times_an_ordinary_afternoon(told, truth):
    days = [timedelta(days=back) for back in (7, -7, 1, 2, -1)]
    usual = [
        sum(told.crisis.since + day <= meant.at < told.crisis.until + day for meant in truth.found.values())
        for day in days
    ]
    assert 4 < sum(truth.crisis) / (sum(usual) / len(usual)) < 14


def test_the_crisis_is_mostly_negative_and_in_both_languages(truth):
    inside = [meant for meant in truth.found.values() if truth.crisis_time.holds(meant.at)]
    assert sum(meant.sentiment == "negative" for meant in inside) / len(inside) > 0.65
    assert Counter(meant.language for meant in inside)["en"] > 80


def test_the_crisis_is_heard_at_several_sources(truth):
    sources = {source for (source, _), meant in truth.found.items() if truth.crisis_time.holds(meant.at)}
    assert sources >= {"bluesky", "mastodon", "webhook", "rss", "file"}


@pytest.mark.parametrize("weekday", range(7))
def test_the_crisis_is_on_a_working_day_whatever_day_it_is_now(weekday):
    now = datetime(2026, 11, 23, 3, tzinfo=UTC) + timedelta(days=weekday)
    found = crisis(now)
    assert found.since.weekday() in (1, 2, 3)
    assert timedelta(days=7) < now - found.since < timedelta(days=13)
    assert gap(now).until < found.since


def test_nothing_is_said_where_the_source_was_off(told):
    inside = [m for m in told.messages if m.source is told.gap_source and told.gap.holds(m.at)]
    assert inside == []
    assert told.gap.until - told.gap.since == timedelta(hours=14)


def test_some_are_edited_and_some_deleted(told):
    share = len(told.messages) / 100
    assert 1 * share < sum(message.edited_at is not None for message in told.messages) < 4 * share
    assert 1 * share < sum(message.deleted_at is not None for message in told.messages) < 4 * share


def test_accounts_go_hide_and_come_back(told):
    events = Counter(change.event for change in told.accounts)
    assert events == {Event.DELETED: 2, Event.DEACTIVATED: 4, Event.REACTIVATED: 2}


def test_an_account_is_silent_after_it_went(told):
    last = {change.author.number: change.at for change in told.accounts if change.event is not Event.REACTIVATED}
    late = [m for m in told.messages if m.source is Source.BLUESKY and last.get(m.author.number, told.now) < m.at]
    assert late == []


def test_the_truth_adds_up(told, truth):
    deleted = len(truth.deleted)
    assert len(truth.found) + deleted + truth.private + truth.unwanted == len(told.messages)
    assert sum(truth.kept.values()) == sum(truth.languages.values()) == len(truth.found)


def test_the_truth_counts_a_message_less(told, truth):
    shorter = replace(told, messages=told.messages[1:])
    assert len(expected(shorter).found) == len(truth.found) - 1
