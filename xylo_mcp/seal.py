"""Seals: text given out of hand that comes back unread and unchanged, or is not taken back."""

import os
import re
import secrets
import stat
import tempfile
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .settings import Unset

LIFE = timedelta(minutes=10)
"""How long a seal opens."""
_KEY = re.compile(r"[0-9a-fA-F]{64}")
_NONCE = 12  # bytes, the only length that GCM takes as it is (NIST SP 800-38D, 5.2.1.1)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
# Windows has neither: there, the access list of the folder says who may read.
_NO_LINK: int = getattr(os, "O_NOFOLLOW", 0)
_OWNED = os.name == "posix"


class Unsealed(Exception):
    """Nothing that was sealed here for this purpose, or not any more. Which of these, nobody is told."""


class _Content(msgspec.Struct, frozen=True):
    expires: datetime
    text: str


class Seals:
    """Seals with the first key, opens with any (AES-256-GCM).

    Servers that share keys open each other's seals. To change keys, put the new one behind the old one on every
    server, then in front, and take the old one away ten minutes later.

    A seal opens as often as it comes back: what may be done only once is for the ledger to remember.
    """

    def __init__(self, keys: Sequence[bytes], clock: Callable[[], datetime]) -> None:
        self._ciphers = [AESGCM(key) for key in keys]
        self._clock = clock

    def seal(self, text: str, bound_to: bytes) -> str:
        """`text` for ten minutes, in letters that need no quoting; it opens only together with `bound_to`."""
        nonce = secrets.token_bytes(_NONCE)
        content = msgspec.json.encode(_Content(self._clock() + LIFE, text))
        return _letters(nonce + self._ciphers[0].encrypt(nonce, content, bound_to))

    def open(self, sealed: str, bound_to: bytes) -> str:
        """The text within.

        Raises:
            Unsealed: it was changed, has expired, or was sealed with another key or for another purpose.
        """
        try:
            raw = _bytes(sealed)
        except ValueError:
            raise Unsealed from None
        for cipher in self._ciphers:
            with suppress(InvalidTag):
                content = msgspec.json.decode(cipher.decrypt(raw[:_NONCE], raw[_NONCE:], bound_to), type=_Content)
                if self._clock() < content.expires:
                    return content.text
        raise Unsealed


def keys_of(given: str, file: Path, variable: str) -> Sequence[bytes]:
    """The keys in `given` (what the operator set as `variable`), else those in `file`, made where there is none.

    Of several processes that make it at once, the first one's key holds for all.

    Raises:
        Unset: they cannot be read, or others could read them.
    """
    if given:
        return _keys(given, variable)
    try:
        with suppress(FileNotFoundError):
            return _keys(_own_text(file), str(file))
        _make(file)
        return _keys(_own_text(file), str(file))
    except (OSError, UnicodeDecodeError):
        raise Unset(f"{file} cannot be read or made; set {variable} to 64 hexadecimal digits instead.") from None


def _keys(text: str, where: str) -> Sequence[bytes]:
    written = text.replace(",", " ").split()
    if not written or not all(map(_KEY.fullmatch, written)):
        raise Unset(
            f"{where} must hold 64 hexadecimal digits; or several such keys with commas between: the first seals."
        )
    return [bytes.fromhex(key) for key in written]


def _make(file: Path) -> None:
    """Put a new key there whole, unless another process was faster."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    try:
        with open(descriptor, "w", encoding="ascii") as writing:  # noqa: PTH123  # a descriptor, no path
            writing.write(f"{secrets.token_hex(32)}\n")
            writing.flush()
            os.fsync(descriptor)
        with suppress(FileExistsError):
            os.link(draft, file)  # whole or not at all, and never in another's place
    finally:
        Path(draft).unlink()


def _own_text(file: Path) -> str:
    """What is in `file`, if it is ours and nobody else can open it."""
    with open(file, encoding="ascii", opener=_itself) as reading:  # Path.open takes no opener
        found = os.fstat(reading.fileno())
        if _OWNED and (found.st_mode & _OTHERS or found.st_uid != os.geteuid()):
            raise Unset(f"{file} must belong to this server's user, and be closed to all others: chmod 600 {file}")
        return reading.read()


def _itself(path: str, flags: int) -> int:
    """Opens the file, never one that a link in its place points to."""
    return os.open(path, flags | _NO_LINK)


def _letters(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def _bytes(letters: str) -> bytes:
    """The reverse of `_letters`, for what it writes and nothing else.

    Raises:
        ValueError: it never wrote that.
    """
    raw = urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
    if len(raw) < _NONCE or _letters(raw) != letters:
        raise ValueError(letters)
    return raw
