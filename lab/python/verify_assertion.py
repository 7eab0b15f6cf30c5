"""Verifies the gateway's signed identity as a backend would: verify_assertion.py JWK_SET_URL ISSUER AUDIENCE

The assertion comes from LAB_ASSERTION. Prints its claims, or why it is not good.
"""

import json
import os
import sys

import jwt

key_set, issuer, audience = sys.argv[1:]
assertion = os.environ["LAB_ASSERTION"]
key = jwt.PyJWKClient(key_set).get_signing_key_from_jwt(assertion)
try:
    claims = jwt.decode(assertion, key, algorithms=["RS256"], issuer=issuer, audience=audience,
                        options={"require": ["exp", "iat", "sub"]})
except jwt.InvalidTokenError as error:
    claims = {"refused": type(error).__name__}
print(json.dumps(claims))
