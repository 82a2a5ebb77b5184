import stat
import subprocess
import sys
from functools import partial

import pytest

from klankbord.folder import Folder, Taken
from klankbord.privacy.erasures import Erasures


def test_a_second_holder_is_refused(tmp_path):
    with Folder(tmp_path).locked(), pytest.raises(Taken, match="another klankbord runs"), Folder(tmp_path).locked():
        pass


def test_who_shares_a_lock_holds_it_beside_others_who_do(tmp_path):
    folder = Folder(tmp_path)
    with folder.locked("stream"):
        pass
    shared = partial(folder.locked, "stream", shared=True)
    with shared(), shared(), pytest.raises(Taken, match="another klankbord stream runs"), folder.locked("stream"):
        pass
    with folder.locked("stream"), pytest.raises(Taken), shared():
        pass


def test_the_lock_is_free_again_after_a_kill(tmp_path):
    hold = (
        "import time; from pathlib import Path; from klankbord.folder import Folder\n"
        f"with Folder(Path({str(tmp_path)!r})).locked(): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", hold], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        process.kill()
    with Folder(tmp_path).locked():
        pass


def test_the_secret_is_made_once_and_private(tmp_path):
    folder = Folder(tmp_path)
    assert folder.secret() == folder.secret()
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_an_erasure_is_seen_by_who_opened_the_file_before(tmp_path):
    one, other = (Erasures(tmp_path / "erased", b"key") for _ in range(2))
    assert not other("bluesky:did:plc:a")
    one.add(["bluesky:did:plc:a"])
    assert other("bluesky:did:plc:a")
    assert not other("bluesky:did:plc:b")


def test_an_erasure_does_not_name_what_was_erased(tmp_path):
    Erasures(tmp_path / "erased", b"key").add(["mastodon:example.org/@someone"])
    assert b"someone" not in (tmp_path / "erased").read_bytes()
    assert not Erasures(tmp_path / "erased", b"other key")("mastodon:example.org/@someone")
