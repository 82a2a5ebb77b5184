"""The set-up of a composed installation: what it makes, once, and who may read it."""

import ssl
import subprocess

import pytest

from core.errors import Stop
from deploy.setup import elasticsearch
from deploy.setup.beginning import begin
from deploy.setup.prepare import Folders, prepare


def quiet(_line: str) -> None: ...


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> Folders:
    made = Folders(tmp_path_factory.mktemp("secrets"))
    prepare(made, {}, quiet)
    return made


def contents(folders: Folders) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folders.root.rglob("*")) if path.is_file()}


def test_a_second_set_up_changes_nothing(folders):
    before = contents(folders)
    said: list[str] = []
    prepare(folders, {}, said.append)
    assert contents(folders) == before
    assert said == []


def test_secrets_are_readable_by_user_and_group_alone(folders):
    loose = {path.name for path in folders.root.rglob("*") if path.is_file() and path.stat().st_mode & 0o777 != 0o440}
    # The broker's image copies the first with its mode and adds to it; PostgreSQL lets nobody else read the second.
    assert loose == {"server.properties", "server.key"}
    assert (folders.postgres / "server.key").stat().st_mode & 0o777 == 0o400
    assert (folders.kafka / "server.properties").stat().st_mode & 0o777 == 0o640


def test_the_authority_verifies_both_certificates(folders):
    for folder, host in (
        (folders.kafka, "kafka"),
        (folders.elasticsearch, "elasticsearch"),
        (folders.postgres, "postgres"),
    ):
        command = [
            "openssl",
            "verify",
            "-CAfile",
            folders.klankbord / "ca.crt",
            "-verify_hostname",
            host,
            folder / "tls.crt",
        ]
        subprocess.run(command, check=True, capture_output=True)
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(folder / "tls.pem")


def test_the_parts_do_not_get_what_is_others_alone(folders):
    given = {path.name for path in folders.klankbord.iterdir()}
    assert given == {
        "ca.crt", "page.password", "kafka.password", "elasticsearch.password",
        "postgres.password",
    }  # fmt: skip
    assert {path.name for path in folders.grafana.iterdir()} == {"ca.crt", "admin.password", "elasticsearch.password"}


def test_each_user_has_the_hash_of_its_password(folders):
    lines = dict(line.split(":", 1) for line in (folders.elasticsearch / "users").read_text().splitlines())
    password = (folders.klankbord / "elasticsearch.password").read_text()
    assert elasticsearch.fits(lines["klankbord"], password)
    assert not elasticsearch.fits(lines["klankbord"], password + "x")
    assert set(lines) == set(elasticsearch.ROLE_OF)


def test_a_certificate_near_its_end_is_made_anew(tmp_path):
    made = Folders(tmp_path)
    prepare(made, {}, quiet)
    short = ["openssl", "x509", "-in", made.kafka / "tls.crt", "-signkey", made.kafka / "tls.key", "-days", "3"]
    near = subprocess.run(short, check=True, capture_output=True).stdout
    (made.kafka / "tls.crt").unlink()
    (made.kafka / "tls.crt").write_bytes(near)
    said: list[str] = []
    prepare(made, {}, said.append)
    assert said == ["made a certificate for Kafka"]


def test_what_is_managed_gets_the_given_password(tmp_path):
    given = tmp_path / "given"
    given.mkdir()
    (given / "kafka.password").write_text("from the provider\n")
    made = Folders(tmp_path / "secrets")
    prepare(made, {"kafka": given}, quiet)
    assert (made.klankbord / "kafka.password").read_text() == "from the provider"
    assert not made.kafka.exists()


def test_of_a_managed_elasticsearch_dashboards_get_the_given_key_and_authority(tmp_path):
    given = tmp_path / "given"
    given.mkdir()
    for name in ("elasticsearch.password", "elasticsearch.key", "elasticsearch.crt"):
        (given / name).write_text(f"{name} from the provider")
    made = Folders(tmp_path / "secrets")
    prepare(made, {"elasticsearch": given}, quiet)
    assert (made.grafana / "elasticsearch.key").read_text() == "elasticsearch.key from the provider"
    assert (made.grafana / "ca.crt").read_text() == "elasticsearch.crt from the provider"


def test_a_managed_engine_without_a_password_is_told(tmp_path):
    with pytest.raises(Stop, match=r"deploy/managed/kafka\.password cannot be read .*: write the password there"):
        prepare(Folders(tmp_path), {"kafka": tmp_path}, quiet)


def test_an_installation_begins_with_a_playbook_and_keeps_it(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    config = begin(tmp_path, own, demo=False, say=quiet)
    (tmp_path / "playbook.yaml").write_text("changed on the page")
    begin(tmp_path, own, demo=False, say=quiet)
    assert config.parent.resolve() == own
    assert (tmp_path / "playbook.yaml").read_text() == "changed on the page"


@pytest.mark.parametrize("first", [True, False])
def test_demo_and_own_are_never_mixed(tmp_path, first):
    begin(tmp_path, tmp_path / "own", demo=first, say=quiet)
    with pytest.raises(Stop, match="docker compose"):
        begin(tmp_path, tmp_path / "own", demo=not first, say=quiet)
