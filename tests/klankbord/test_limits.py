"""What runs out, and how long a source is usually silent."""

from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from core.ports import Measured
from core.telemetry import Gauge
from deploy.engines.certificates import DAYS, certificates
from desk.store.settings import Settings
from klankbord.configuration import Configuration, Organisation, PublisherPart, SinkPart, Source
from klankbord.health import limits, rhythm
from klankbord.health.heard import Heard
from klankbord.health.rhythm import Rhythm

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("name", ["ca", "certificate"])
def test_the_end_of_a_certificate_is_read(tmp_path, name):
    made = getattr(certificates(tmp_path), name)
    left = limits.end(made) - datetime.now(UTC)
    assert abs(left - timedelta(days=int(DAYS))) < timedelta(hours=1)


def test_a_date_beyond_2049_is_written_otherwise(tmp_path):
    (tmp_path / "ca.pem").write_bytes(authority(until=datetime(2061, 1, 2, 3, 4, 5, tzinfo=UTC)))
    assert limits.end(tmp_path / "ca.pem") == datetime(2061, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_authorities_serve_as_long_as_the_last_of_them(tmp_path):
    (tmp_path / "ca.pem").write_bytes(b"".join(authority(until=MONDAY + timedelta(days=days)) for days in (1, 3, 2)))
    assert limits.end(tmp_path / "ca.pem") == MONDAY + timedelta(days=3)


def authority(*, until):
    key, name = Ed25519PrivateKey.generate(), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "K")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, datetime(2026, 1, 1, tzinfo=UTC), until)
    return made.sign(key, None).public_bytes(Encoding.PEM)


@pytest.mark.parametrize(
    "content", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nMAo=\n-----END CERTIFICATE-----"]
)
def test_what_is_no_certificate_has_no_end(tmp_path, content):
    (tmp_path / "ca.pem").write_text(content)
    assert limits.end(tmp_path / "ca.pem") is None


def test_what_is_too_large_for_certificates_is_not_read(tmp_path):
    made = certificates(tmp_path).ca.read_bytes()
    (tmp_path / "ca.pem").write_bytes(made + b"#" * limits.MOST_BYTES)
    assert limits.end(tmp_path / "ca.pem") is None


def test_certificates_of_the_settings_are_measured_by_the_setting(tmp_path):
    certificates(tmp_path)
    sink = SinkPart(use="elasticsearch", name="archive", settings={"url": "https://127.0.0.1:9200", "ca": "ca.crt"})
    desk = Settings(url="postgresql+psycopg://klank@desk.example/klank", ca="ca.crt")
    configuration = Configuration(organisation=Organisation(name="K"), folder=tmp_path, sinks=(sink,), desk=desk)
    measured = Measured()
    limits.certificates(limits.files(configuration), measured)
    assert [labels for _, labels in measured.values] == [("desk.ca",), ("sinks.archive.ca",)]


def test_the_end_of_a_publishers_token_is_measured_by_its_name():
    publisher = PublisherPart(use="meta", name="facebook", token_ends=date(2027, 1, 1))
    measured = Measured()
    limits.tokens(Configuration(organisation=Organisation(name="K"), publishers=(publisher,)), measured)
    assert measured.values == {(Gauge.TOKEN_ENDS, ("publish", "facebook")): 1798761600}


def heard(*moments, bridged=False):
    found = Rhythm()
    for moment in moments:
        found.hear(moment.timestamp(), bridged=bridged)
    return found


def test_a_source_that_was_heard_for_a_day_has_no_usual_silence():
    assert heard(MONDAY, MONDAY + timedelta(hours=1)).usual is None


def test_the_usual_silence_is_the_night_and_not_the_outage():
    moments = [MONDAY + timedelta(days=day, hours=hour) for day in range(10) for hour in range(9)]
    outage = [moment for moment in moments if not 3 <= (moment - MONDAY).days < 6]
    assert heard(*outage).usual == timedelta(hours=16).total_seconds()


def test_weekends_are_usual_after_two_of_them():
    workdays = [MONDAY + timedelta(days=day, hours=hour) for day in range(16) for hour in range(9) if day % 7 < 5]
    assert heard(*workdays).usual == timedelta(days=2, hours=16).total_seconds()


def test_old_silences_are_forgotten():
    long = [MONDAY, MONDAY + timedelta(days=3), MONDAY + timedelta(days=6)]
    later = [MONDAY + timedelta(days=6, hours=hour) for hour in range(1, 24 * rhythm.DAYS)]
    assert heard(*long, *later).usual == 3600


def test_a_silence_in_which_nobody_listened_does_not_count():
    assert heard(MONDAY, MONDAY + timedelta(days=1), MONDAY + timedelta(days=2), bridged=True).usual == 0


def test_what_was_learnt_outlives_a_restart(tmp_path):
    path, sources = tmp_path / "rhythm.json", (Source(use="file", name="calls"),)
    for day in range(3):
        measured = Measured()
        run = Heard(sources, measured, path)
        for hour in (1, 5):
            measured.set(Gauge.LAST_SEEN, (MONDAY + timedelta(days=day, hours=hour)).timestamp(), "calls")
            run.note()
        run.keep()
    again = Measured()
    Heard(sources, again, path).note()
    assert again.values[Gauge.LAST_SEEN, ("calls",)] == (MONDAY + timedelta(days=2, hours=5)).timestamp()
    assert again.values[Gauge.USUAL_GAP, ("calls",)] == timedelta(hours=4).total_seconds()


def test_what_cannot_be_read_is_learnt_anew(tmp_path):
    (tmp_path / "rhythm.json").write_text("{")
    assert rhythm.read(tmp_path / "rhythm.json") == {}
