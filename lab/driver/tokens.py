"""Reading tokens, and spoiling them. Nothing here signs."""

import base64
import json


def claims(token: str) -> dict:
    return _decode(token.split(".")[1])


def key_id(token: str) -> str:
    return _decode(token.split(".")[0])["kid"]


def with_other_claims(token: str, **changes: object) -> str:
    """Other claims under the old signature."""
    header, payload, signature = token.split(".")
    return ".".join([header, _encode(_decode(payload) | changes), signature])


def with_broken_signature(token: str) -> str:
    head, _, signature = token.rpartition(".")
    other = "A" if signature[0] != "A" else "B"
    return f"{head}.{other}{signature[1:]}"


def unsigned(token: str) -> str:
    """The same claims as `alg: none`."""
    return ".".join([_encode({"alg": "none", "typ": "JWT"}), token.split(".")[1], ""])


def _decode(part: str) -> dict:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def _encode(value: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
