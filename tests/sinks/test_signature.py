"""Standard Webhooks: the public vectors pass, and the public library takes what we sign."""

from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from sinks._signature import headers, key

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NEW = "whsec_bmV3IHNlY3JldCBvZiAyNCBieXRlcyEh"


def test_the_public_vector_is_signed_as_published():
    """libraries/javascript/src/webhook.test.ts, "sign function works", and the same in every other library."""
    signed = headers([key(SECRET)], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_secret_is_the_same_with_and_without_its_prefix():
    assert key(SECRET) == key(SECRET.removeprefix("whsec_"))


def test_the_public_library_takes_either_secret_while_one_replaces_the_other():
    body = '{"type":"é"}'
    signed = headers([key(NEW), key(SECRET)], "msg_1", int(datetime.now(UTC).timestamp()), body.encode())
    for secret in (SECRET, NEW):
        assert Webhook(secret).verify(body, signed) == {"type": "é"}


@pytest.mark.parametrize("changed", [{"webhook-id": "msg_2"}, {"webhook-timestamp": "1614265331"}, {"body": "{}"}])
def test_the_public_library_refuses_what_was_changed_on_the_way(changed):
    signed = headers([key(SECRET)], "msg_1", int(datetime.now(UTC).timestamp()), b'{"a":1}')
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(changed.get("body", '{"a":1}'), signed | changed)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "not base64!", "whsec_" + "QUFB" * 30])
def test_a_secret_that_is_none_is_refused_without_being_said(secret):
    with pytest.raises(ValueError, match="24 to 64 random bytes") as caught:
        key(secret)
    assert len(secret) < 8 or secret not in str(caught.value)
