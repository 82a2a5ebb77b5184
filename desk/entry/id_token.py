"""What has to hold of an ID token before it says who somebody is (OpenID Connect Core 1.0, 3.1.3.7)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from core.errors import Reject

ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512")
"""Signatures by a key of the provider's own: never none, and none by a secret that both sides know."""
USUAL = ("RS256",)
KINDS = ("RSA", "EC")
"""Of keys; others are passed over (RFC 7517, 5)."""
LEEWAY = 60
"""Seconds by which clocks may differ."""

Claims = Mapping[str, Any]  # Any: as the provider sends them


class UnknownKey(Reject):
    """The token was signed by a key that is not among these: the provider may have changed its keys."""


def claims_of(
    token: str,
    keys: Mapping[str, Any],
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: str,
    supported: Sequence[str],
    at: datetime,
) -> Claims:
    """The claims of a token that is from that issuer, for us, for this sign-in, and of now. Raises Reject, UnknownKey.

    keys       the provider's, as a JWK Set (RFC 7517)
    supported  the algorithms that it says it signs with
    """
    allowed = [one for one in supported or USUAL if one in ALGORITHMS]
    try:
        known = [one for one in keys["keys"] if one.get("kty") in KINDS and one.get("use", "sig") == "sig"]
        read = jwt.decode(token, KeySet.import_key_set({"keys": known}), algorithms=allowed)
        options = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}}
        params = {"nonce": nonce, "client_id": client_id, "access_token": access_token}
        claims = CodeIDToken(read.claims, read.header, options, params)
        claims.validate(now=int(at.timestamp()), leeway=LEEWAY)
    except InvalidKeyIdError as error:
        raise UnknownKey("the ID token is signed by a key that nobody knows", reason="token") from error
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Reject(f"the ID token does not hold: {type(error).__name__}", reason="token") from None
    return dict(claims)
