"""What docs/events.md tells people to write is taken, and says what the code does."""

import re
from datetime import timedelta
from pathlib import Path

from klankbord import configuration
from sinks import _event, _post, _receiver, _schedule

PAGE = (Path(__file__).parents[2] / "docs" / "events.md").read_text(encoding="utf-8")


def test_the_example_is_taken(tmp_path, monkeypatch):
    monkeypatch.setenv("PARTNER_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    path = tmp_path / "klankbord.yaml"
    path.write_text(f"organisation: {{name: Noorderlijn}}\n{example}")
    assert [part.name for part in configuration.read(path).sending] == ["events", "partner"]


def test_it_names_the_types_and_their_schemas():
    assert _event.CHANGED in PAGE
    assert _event.REMOVED in PAGE
    assert all(f"(events/{name})" in PAGE for name in _event.schemas())


def test_it_tells_the_schedule():
    spans = [timedelta(seconds=delay) for delay in _schedule.DELAYS]
    assert [span // timedelta(hours=1) for span in spans[3:]] == [2, 5, 10, 14, 20, 24]
    assert spans[:3] == [timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30)]
    assert "after 5 s, 5 and 30 minutes, 2, 5, 10, 14, 20 and 24 hours" in PAGE
    assert _schedule.PAUSES == (5, 15, 60, 300)
    assert _receiver.FAILS == 3
    assert f"{_post.MOST_ANSWER // 1024} KiB" in PAGE


def test_the_way_to_make_a_secret_makes_one():
    import base64
    import secrets

    from sinks._signature import key

    assert "secrets.token_bytes(32)" in PAGE
    assert len(key("whsec_" + base64.b64encode(secrets.token_bytes(32)).decode())) == 32
