"""What is told where the desk database cannot be used, and what is never told."""

import asyncio
import re

import pytest
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.errors import Retry, Unwritable
from desk.store.database import LOCKED_SECONDS, open_desk
from desk.store.settings import Settings


async def opened(settings, file, **how):
    async with open_desk(settings, file, report=lambda _: None, **how):
        return True


async def test_a_server_that_is_away_is_waited_for_and_named_without_its_password(tmp_path):
    settings = Settings(url="postgresql+psycopg://desk:quasimodo@127.0.0.1:9/desk", password="esmeralda")
    said = []
    with pytest.raises(Retry, match=re.escape("postgresql://desk@127.0.0.1:9/desk does not answer")) as error:
        async with open_desk(settings, tmp_path / "desk.db", report=said.append, patience=5):
            pass
    assert len(said) == 1
    assert not re.search("quasimodo|esmeralda", f"{said}{error.value}{settings!r}")


async def test_what_was_to_be_written_is_in_no_error(tmp_path):
    async with open_desk(Settings(), tmp_path / "desk.db", report=lambda _: None) as desk:
        with pytest.raises(DBAPIError) as error:
            async with desk.writing() as connection:
                await connection.execute(text("INSERT INTO nowhere VALUES (:said)"), {"said": "quasimodo"})
    assert "quasimodo" not in str(error.value)


async def test_a_wrong_password_is_told_without_it(postgresql_server, tmp_path):
    settings = Settings(url=postgresql_server.create(), password="quasimodo")
    with pytest.raises(Retry, match="password authentication failed") as error:
        await opened(settings, tmp_path / "desk.db")
    assert "quasimodo" not in str(error.value)


async def test_a_server_that_another_authority_vouches_for_is_refused(postgresql_server, tmp_path):
    stranger = tmp_path / "ca.crt"
    stranger.write_bytes(await certificate_of_a_stranger(tmp_path))
    settings = Settings(url=postgresql_server.create(), password=postgresql_server.password, ca=stranger)
    with pytest.raises(Retry, match="certificate verify failed"):
        await opened(settings, tmp_path / "desk.db")


async def certificate_of_a_stranger(folder):
    from deploy.engines.certificates import certificates

    return (await asyncio.to_thread(certificates, folder / "stranger")).ca.read_bytes()


async def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(Unwritable, match=r"none/desk\.db cannot be opened"):
        await opened(Settings(), tmp_path / "none" / "desk.db")


async def test_a_file_that_another_holds_is_tried_again(tmp_path, monkeypatch):
    monkeypatch.setattr("desk.store.database.LOCKED_SECONDS", 0.05)
    async with open_desk(Settings(), tmp_path / "desk.db", report=lambda _: None) as desk:
        async with desk.writing() as holding:
            await holding.execute(text("DELETE FROM audit"))
            with pytest.raises(Retry, match="locked"):
                async with desk.writing():
                    pass
        async with desk.writing():
            assert LOCKED_SECONDS > 1


async def test_who_writes_to_a_file_is_served_in_turn(tmp_path, monkeypatch):
    monkeypatch.setattr("desk.store.database.LOCKED_SECONDS", 300)
    served = []
    async with open_desk(Settings(), tmp_path / "desk.db", report=lambda _: None) as desk:

        async def write(number):
            async with desk.writing() as connection:
                served.append(number)
                await connection.execute(text("DELETE FROM audit"))

        await asyncio.gather(*(write(number) for number in range(30)))
    assert served == list(range(30))


@pytest.mark.parametrize(
    "url",
    [
        "postgres://desk@host/desk", "postgresql+psycopg://host/desk", "postgresql+psycopg://desk@host",
        "postgresql+psycopg://desk@host:x/desk", "postgresql+psycopg://desk@host/desk?sslmode=disable", "sqlite:///x",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_with_an_example(url):
    with pytest.raises(ValidationError, match=re.escape("postgresql+psycopg://USER@HOST:5432/NAME")):
        Settings(url=url)
