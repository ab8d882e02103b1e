"""One person as a row for one platform, hashed where that platform wants it."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from operator import attrgetter

from ..ads.people import Forms, Kind, Known

_NOTHING_YET = sha256()  # copied, since that is quicker than to begin anew, and of few bytes each most of the work
_ONE_MAILBOX = frozenset({"gmail.com", "googlemail.com"})
_Form = Callable[[str | bytes], str]


class Hashing:
    """Makes rows for one platform, many of them: what its forms say is looked up once."""

    def __init__(self, forms: Forms) -> None:
        # With one name more than it takes: of one alone, it would give no tuple.
        self._values: Callable[[Known], Sequence[str | bytes]] = attrgetter(*forms.takes, "consent")
        self._forms = [_form(kind, forms) for kind in forms.takes]
        taken = frozenset(forms.takes)
        self._enough = [tuple(map(forms.takes.index, needed)) for needed in forms.enough if needed <= taken]

    def row(self, known: Known) -> tuple[str, ...] | None:
        """The row in the order of `Forms.takes`, "" where something is missing; None where not enough is there.

        Digests are lower-case hexadecimal. What came as a digest goes as that digest, or not at all where the platform
        takes the text itself.
        """
        row = [form(value) if value else "" for form, value in zip(self._forms, self._values(known), strict=False)]
        for needed in self._enough:
            if all(map(row.__getitem__, needed)):
                return tuple(row)
        return None


def hashed(known: Known, forms: Forms) -> tuple[str, ...] | None:
    """One row alone; see `Hashing.row`."""
    return Hashing(forms).row(known)


def _form(kind: Kind, forms: Forms) -> _Form:
    """How a value of this kind becomes what is sent."""
    if kind in forms.plain:
        return _as_it_is
    if kind == "email" and forms.email == "gmail":
        return _mailbox_digest
    if kind == "phone" and forms.phone == "digits":
        return _digits_digest
    return _digest


def _sha256(text: str) -> str:
    digest = _NOTHING_YET.copy()
    digest.update(text.encode())
    return digest.hexdigest()


def _as_it_is(value: str | bytes) -> str:
    return "" if isinstance(value, bytes) else value


def _digest(value: str | bytes) -> str:
    return value.hex() if isinstance(value, bytes) else _sha256(value)


def _digits_digest(value: str | bytes) -> str:
    return value.hex() if isinstance(value, bytes) else _sha256(value[1:])


def _mailbox_digest(value: str | bytes) -> str:
    if isinstance(value, bytes):
        return value.hex()
    mailbox = _mailbox(value)
    return _sha256(mailbox) if mailbox else ""


def _mailbox(email: str) -> str:
    """The address without dots and tags where its domain ignores them; all others tell them apart.

    Google, Data Manager API, "Format user data", read 2026-11-28.
    """
    local, _, domain = email.rpartition("@")
    if domain not in _ONE_MAILBOX:
        return email
    local = local.partition("+")[0].replace(".", "")
    return f"{local}@{domain}" if local else ""
