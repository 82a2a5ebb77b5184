"""The secret that signs what a webhook is sent."""

import secrets
from base64 import b64encode


def new_secret() -> str:
    """32 random bytes as Standard Webhooks writes them: https://github.com/standard-webhooks/standard-webhooks, spec 1.0.0."""
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()
