"""Keyed digests: what comes again is recognised, and nothing can be read back out of them."""

import hashlib
from collections.abc import Iterable

_SIZE = 16  # bytes: two of a billion digests are alike once in 10^20 worlds


class Digests:
    """Digests by one key (BLAKE2b, RFC 7693). Whoever has not got the key cannot try out what a digest is of."""

    def __init__(self, key: bytes) -> None:
        self.key = key

    @property
    def fingerprint(self) -> str:
        """What tells this key from others, and nothing about it."""
        return self.of("fingerprint")

    def of(self, *parts: str) -> str:
        """The digest of these texts in this order."""
        return self.joined(part.encode() for part in parts)

    def joined(self, parts: Iterable[bytes]) -> str:
        """The digest of these bytes in this order, each told apart from the next."""
        digest = hashlib.blake2b(key=self.key, digest_size=_SIZE)
        for part in parts:
            digest.update(len(part).to_bytes(8))
            digest.update(part)
        return digest.hexdigest()
