"""One person as a row for one platform, hashed where that platform wants it."""

from hashlib import sha256

from ..ads.people import Forms, Kind, Known

_ONE_MAILBOX = frozenset({"gmail.com", "googlemail.com"})


def hashed(known: Known, forms: Forms) -> tuple[str, ...] | None:
    """The row in the order of `forms.takes`, "" where something is missing; None where not enough is there.

    Digests are lower-case hexadecimal. What came as a digest goes as that digest, or not at all where the platform
    takes the text itself.
    """
    row: list[str] = []
    there: set[Kind] = set()
    for kind in forms.takes:
        value = getattr(known, kind)
        sent = _sent(kind, value, forms) if value else ""
        row.append(sent)
        if sent:
            there.add(kind)
    for needed in forms.enough:
        if needed <= there:
            return tuple(row)
    return None


def _sent(kind: Kind, value: str | bytes, forms: Forms) -> str:
    if isinstance(value, bytes):
        return "" if kind in forms.plain else value.hex()
    if kind == "email":
        value = _mailbox(value) if forms.email == "gmail" else value
    elif kind == "phone":
        value = value[1:] if forms.phone == "digits" else value
    return value if kind in forms.plain or not value else sha256(value.encode()).hexdigest()


def _mailbox(email: str) -> str:
    """The address without dots and tags where its domain ignores them; all others tell them apart.

    Google, Data Manager API, "Format user data", read 2026-11-28.
    """
    local, _, domain = email.rpartition("@")
    if domain not in _ONE_MAILBOX:
        return email
    local = local.partition("+")[0].replace(".", "")
    return f"{local}@{domain}" if local else ""
