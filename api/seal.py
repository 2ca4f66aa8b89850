"""Widget tokens: a session's token, sealed so that the site it is given to cannot use it as a cookie."""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class Seal:
    """Seals with a key that lives as long as the process: a restart ends the short-lived widget tokens."""

    def __init__(self) -> None:
        self._cipher = AESGCM(AESGCM.generate_key(128))

    def close(self, token: str) -> str:
        nonce = os.urandom(NONCE_BYTES)
        return urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, token.encode(), b"widget")).decode()

    def open(self, sealed: str) -> str | None:
        """Return the token inside, or None for anything this process did not seal."""
        try:
            raw = urlsafe_b64decode(sealed.encode("ascii"))
            return self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], b"widget").decode()
        except (ValueError, InvalidTag):
            return None
