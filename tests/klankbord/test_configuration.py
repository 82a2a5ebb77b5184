import re
from pathlib import Path

import pytest
import yaml

from core.errors import Misconfigured
from core.redaction import Kind
from klankbord import configuration, first
from klankbord.lending import tools
from klankbord.options import hush
from klankbord.privacy.joining import policy_of
from klankbord.registry import components
from klankbord.rules import Rules
from klankbord.understanding import understanding
from tests.enrich.small_model import make_model
from tests.enrich.texts import mention


def read(tmp_path, text):
    path = tmp_path / "klankbord.yaml"
    path.write_text(text)
    return configuration.read(path)


def mistakes(tmp_path, text):
    with pytest.raises(Misconfigured) as caught:
        read(tmp_path, text)
    return [sentence.removeprefix(f"{tmp_path}/") for sentence in caught.value.mistakes]


def test_paths_are_relative_to_the_file(tmp_path):
    found = read(tmp_path, "organisation: {name: Noorderlijn}\ndata: kept\n")
    assert (found.data, found.playbook) == (tmp_path / "kept", tmp_path / "playbook.yaml")


def test_every_mistake_is_told_at_once(tmp_path):
    told = mistakes(
        tmp_path,
        """
organisation: {name: Noorderlijn, time_zone: Europe/Amsterdm}
sources:
  - use: blusky
  - {use: rss, settings: {fedes: []}}
  - {use: rss, settings: {feeds: ["https://example.org/a.xml"]}}
""",
    )
    assert told[0].startswith('klankbord.yaml: organisation.time_zone: "Europe/Amsterdm" is no time zone')
    assert 'did you mean "Europe/Amsterdam"?' in told[0]
    assert 'klankbord.yaml: sources[0].use: there is no "blusky"; did you mean "bluesky"?' in told
    assert 'klankbord.yaml: sources[1].settings: fedes: unknown key; did you mean "feeds"?' in told
    assert 'klankbord.yaml: sources: the name "rss" is used twice; give each source a name of its own' in told


def test_component_mistakes_name_the_nearest(tmp_path):
    told = mistakes(tmp_path, "organisation: {name: N}\nsources:\n- use: blusky\n- {use: rss, settings: {fedes: []}}\n")
    assert 'klankbord.yaml: sources[0].use: there is no "blusky"; did you mean "bluesky"?' in told
    assert 'klankbord.yaml: sources[1].settings: fedes: unknown key; did you mean "feeds"?' in told


def test_two_sources_may_not_share_a_name(tmp_path):
    feed = '{use: rss, settings: {feeds: ["https://example.org/a.xml"]}}'
    told = mistakes(tmp_path, f"organisation: {{name: N}}\nsources: [{feed}, {feed}]\n")
    assert told == ['klankbord.yaml: sources: the name "rss" is used twice; give each source a name of its own']


def test_two_enrichers_may_not_give_one_finding(tmp_path):
    model = "{use: transformers, settings: {model: models/tone, finding: sentiment}}"
    told = mistakes(tmp_path, f"organisation: {{name: N}}\nenrich: [{{use: sentiment}}, {model}]\n")
    assert told == [
        'klankbord.yaml: enrich: two parts give the finding "sentiment"; take one away, or give it another name'
    ]


def test_mistakes_in_publishers_name_the_nearest_and_no_secret(tmp_path):
    one = "{use: mastodon, settings: {instance: https://a.nl, acount: a, token: s3cret}}"
    told = mistakes(tmp_path, f"organisation: {{name: N}}\npublishers: [{one}, {{use: blusky}}]\n")
    assert 'klankbord.yaml: publishers[0].settings: acount: unknown key; did you mean "account"?' in told
    assert "klankbord.yaml: publishers[0].settings: account: is missing" in told
    assert 'klankbord.yaml: publishers[1].use: there is no "blusky"; did you mean "bluesky"?' in told
    assert "s3cret" not in str(told)


def test_two_publishers_may_not_share_a_name(tmp_path):
    one = "{use: mastodon, settings: {instance: https://a.nl, account: a, token: t}}"
    told = mistakes(tmp_path, f"organisation: {{name: N}}\npublishers: [{one}, {one}]\n")
    assert told == [
        'klankbord.yaml: publishers: the name "mastodon" is used twice; give each publisher a name of its own'
    ]


def test_two_publishers_may_not_answer_as_one_account(tmp_path):
    one = "{{use: mastodon, name: {}, settings: {{instance: {}, account: '{}', token: t}}}}"
    written = [
        one.format("a", "https://a.nl", "noorderlijn"),
        one.format("b", "https://A.nl/", "@Noorderlijn"),
        one.format("c", "https://c.nl", "noorderlijn"),
    ]
    told = mistakes(tmp_path, f"organisation: {{name: N}}\npublishers: [{', '.join(written)}]\n")
    assert told == ['klankbord.yaml: publishers: "a" and "b" answer as one account; take one away']


def test_a_publisher_is_called_as_its_component_or_as_it_says(tmp_path):
    one, other = (f"settings: {{instance: https://a.nl, account: {name}, token: t}}" for name in "ab")
    given = f"[{{use: mastodon, {one}}}, {{use: mastodon, name: staff, {other}}}]"
    found = read(tmp_path, f"organisation: {{name: N}}\npublishers: {given}\n")
    assert [part.name for part in found.publishers] == ["mastodon", "staff"]


def test_the_publishers_of_the_example_have_no_mistakes(tmp_path):
    """They stand there as comments."""
    example = (Path(__file__).parents[2] / "deploy/example/klankbord.yaml").read_text()
    section = example.partition("publishers: []")[2].partition("\n\n")[0]
    written = "\n".join(line.removeprefix("#") for line in section.splitlines()[1:])
    for name in set(re.findall(r"\$\{file:([\w.-]+)\}", written)):
        (tmp_path / name).write_text("s3cret")
    found = read(tmp_path, f"organisation: {{name: N}}\npublishers:\n{written}\n")
    assert {part.use for part in found.publishers} == set(components("publish"))


async def test_a_model_stands_beside_the_file(tmp_path):
    make_model(tmp_path / "models/tone")
    given = "{use: transformers, settings: {model: models/tone, finding: tone}}"
    found = read(tmp_path, f"organisation: {{name: N}}\nenrich: [{given}]\n")
    found.playbook.write_text("monitors: {}")
    async with understanding(found, Rules(found.playbook, hush), tools(tmp_path, hush)) as understand:
        (understood,) = understand([mention("slecht")])
    assert [(finding.name, finding.labels) for finding in understood.findings] == [("tone", ("LABEL_0",))]


async def test_a_changed_vocabulary_is_looked_for_in_a_text_of_before(tmp_path):
    found = read(tmp_path, "organisation: {name: N}\nenrich: [{use: aspects}]\n")
    found.playbook.write_text("aspects: {trein: {}}")
    rules = Rules(found.playbook, hush)
    async with understanding(found, rules, tools(tmp_path, hush)) as understand:
        (before,) = understand([mention("de trein en de bus")])
        found.playbook.write_text("aspects: {trein: {}, bus: {}}")
        assert rules.refresh()
        await understand.renew()
        (after,) = understand([mention("de trein en de bus")])
    assert [len(one.findings[0].labels) for one in (before, after)] == [1, 2]


def test_the_first_sink_is_the_archive_and_called_so(tmp_path):
    found = read(tmp_path, "organisation: {name: N}\nsinks: [{use: sqlite}]\n")
    assert (found.sink_names, found.sending) == (("archive", "desk", "customers", "emerging", "cases"), ())
    assert read(tmp_path, "organisation: {name: N}\n").sink_names == (
        "archive",
        "desk",
        "customers",
        "emerging",
        "cases",
    )


def test_no_other_sink_is_an_archive(tmp_path):
    told = mistakes(tmp_path, "organisation: {name: N}\nsinks: [{use: sqlite}, {use: sqlite, name: second}]\n")
    assert told == ["klankbord.yaml: sinks[1].use: sqlite is an archive; the first sink, and no other, is the archive"]


HOOK = "{use: webhook, settings: {url: 'https://example.org/e', secrets: [whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw]}}"


def sinks(*more, log=""):
    return f"organisation: {{name: N}}\n{log}sinks: [{', '.join(['{use: sqlite}', *more])}]\n"


def test_a_sink_that_sends_is_called_as_its_component_or_as_it_says(tmp_path):
    found = read(tmp_path, sinks("{use: events}", HOOK.replace("webhook", "webhook, name: partner", 1)))
    assert [(part.use, part.name) for part in found.sending] == [("events", "events"), ("webhook", "partner")]


def test_two_sinks_may_not_share_a_name(tmp_path):
    told = mistakes(tmp_path, sinks(HOOK, HOOK))
    assert told == ['klankbord.yaml: sinks: the name "webhook" is used twice; give each sink a name of its own']


@pytest.mark.parametrize("name", ["ingest", "stream", "forgetting", "desk", "customers"])
def test_a_sink_is_not_called_as_another_part(tmp_path, name):
    told = mistakes(tmp_path, sinks(f"{{use: events, name: {name}}}"))
    assert told == [
        f'klankbord.yaml: sinks[1].name: "{name}" is the name of another part of klankbord; take another one'
    ]


def test_no_sink_tries_longer_than_the_log_remembers(tmp_path):
    told = mistakes(tmp_path, sinks(HOOK, log="log: {keep: 2d}\n"))
    assert told == [
        (
            "klankbord.yaml: sinks[1]: webhook tries again for 79 hours, and log.keep lets the log forget what is older "
            "than 48 hours: make log.keep longer or settings.gives_up_after shorter"
        )
    ]
    read(tmp_path, sinks(HOOK.replace("settings: {", "settings: {gives_up_after: 2d, "), log="log: {keep: 2d}\n"))


def test_a_receiver_is_named_and_its_secret_is_not_said(tmp_path):
    told = mistakes(tmp_path, sinks("{use: webhook, settings: {url: 'ftp://x', secrets: [whsec_geheim]}}"))
    assert told[0] == "klankbord.yaml: sinks[1].settings: url: should be an address like https://example.org/events"
    assert "24 to 64 random bytes" in told[1]
    assert "geheim" not in "".join(told)


def test_the_archive_keeps_its_name(tmp_path):
    told = mistakes(tmp_path, "organisation: {name: N}\nsinks: [{use: sqlite, name: store}]\n")
    assert told == [
        'klankbord.yaml: sinks: the first sink is the archive, and its name is "archive": leave the name out'
    ]


def test_a_secret_comes_from_environment_or_file(tmp_path, monkeypatch):
    monkeypatch.setenv("KLANKBORD_TEST_NAME", "Noorderlijn")
    (tmp_path / "zone.txt").write_text("Europe/Brussels\n")
    found = read(tmp_path, 'organisation: {name: "${KLANKBORD_TEST_NAME}", time_zone: "${file:zone.txt}"}\n')
    assert (found.organisation.name, found.organisation.time_zone) == ("Noorderlijn", "Europe/Brussels")


def test_a_missing_secret_is_told_with_its_path(tmp_path):
    told = mistakes(tmp_path, 'organisation: {name: "x${KLANKBORD_NOWHERE}"}\n')
    assert told == ["klankbord.yaml: organisation.name: the environment variable KLANKBORD_NOWHERE is not there"]


def test_the_first_configuration_has_no_mistakes(tmp_path, monkeypatch):
    monkeypatch.setenv("MASTODON_TOKEN", "t")
    monkeypatch.setenv("KLANKBORD_WEBHOOK_SECRET", "s" * 32)
    monkeypatch.setenv("PARTNER_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    found = read(tmp_path, first.configuration('Noorderlijn "N"', ["nl", "en"], list(first.SOURCES)))
    assert [source.use for source in found.sources] == list(first.SOURCES)


def test_the_shipped_example_has_no_mistakes(monkeypatch):
    monkeypatch.setenv("MASTODON_TOKEN", "t")
    monkeypatch.setenv("KLANKBORD_WEBHOOK_SECRET", "s" * 32)
    monkeypatch.setenv("PARTNER_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    example = Path(__file__).parents[2] / "deploy/example/klankbord.yaml"
    assert configuration.read(example).organisation.name == "Noorderlijn"


def test_the_distributed_example_has_no_mistakes():
    example = configuration.read(Path(__file__).parents[2] / "deploy/example/klankbord-distributed.yaml")
    assert (example.log.use, example.sinks[0].use, example.stream.workers) == ("kafka", "elasticsearch", 2)


def test_mistakes_in_the_log_and_the_workers_are_told_with_their_path(tmp_path):
    start = "organisation: {name: N}\n"
    told = mistakes(tmp_path, start + "stream: {workers: 2}\nlog: {settings: {servers: a}}\n")
    assert told == [
        "klankbord.yaml: log.settings: the log in files has none; they belong to `use: kafka`",
        "klankbord.yaml: stream.workers: the log in files has one reader; 2 workers need `log: {use: kafka}`",
    ]
    told = mistakes(tmp_path, start + "log: {use: kafka, settings: {servers: broker, partition: 3}}\n")
    assert any('log.settings.servers: "broker" is no address; write host:port' in one for one in told)
    assert any("partition" in one and '"partitions"' in one for one in told)


def test_a_key_that_stands_twice_is_told(tmp_path):
    told = mistakes(tmp_path, "organisation: {name: N}\nsources: [{use: hackernews}]\nsources: []\n")
    assert told == ["klankbord.yaml: sources: stands in the file twice, again in line 3"]


def test_certificates_are_found_beside_the_configuration(tmp_path):
    settings = {"servers": "broker:9092", "security": {"tls": True, "ca": "ca.pem", "key": None}}
    path = tmp_path / "klankbord.yaml"
    path.write_text(yaml.safe_dump({"organisation": {"name": "N"}, "log": {"use": "kafka", "settings": settings}}))
    assert configuration.log_settings(configuration.read(path)).security.ca == tmp_path / "ca.pem"


@pytest.mark.parametrize(
    ("written", "kinds"), [("true", tuple(Kind)), ("[IBAN, phone]", (Kind.IBAN, Kind.PHONE)), ("false", ())]
)
def test_a_source_says_which_personal_data_is_taken_out(tmp_path, written, kinds):
    found = read(tmp_path, f"organisation: {{name: N}}\nsources: [{{use: hackernews, redact: {written}}}]\n")
    assert found.sources[0].redact == kinds
    redactor = policy_of(found.sources[0], ("nl",)).redactor
    assert (redactor.redact("bel 06-12345678") if redactor else None) == ("bel [phone]" if kinds else None)


def test_personal_data_that_cannot_be_found_is_a_mistake(tmp_path):
    (told,) = mistakes(tmp_path, "organisation: {name: N}\nsources: [{use: hackernews, redact: [phones]}]\n")
    assert "sources[0].redact" in told
    assert '"phones" is no personal data that can be found; did you mean "phone"?' in told
