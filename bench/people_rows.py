"""People who do not exist, as a customer list: most of them as a shop knows them, a few per cent of no use."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

_GMAIL = "gmail.com"
_MAILS = (_GMAIL, _GMAIL, "hotmail.com", "yahoo.com", "icloud.com", "shop.example.net", "web.de", "mail.co.uk")
_EVERY = 40  # of so many rows one has a bad address, another a bad number, and a third both
COUNTRY = "US"
"""Where the numbers are at home that name no country."""


class Someone(NamedTuple):
    """A row, and what it should become: empty where nothing can be made of it."""

    given: Mapping[str, str]
    email: str
    phone: str

    @property
    def gmail(self) -> str:
        """The address where dots before Google's own domain do not count."""
        local, _, domain = self.email.partition("@")
        return f"{local.replace('.', '')}@{domain}" if domain == _GMAIL else self.email


def people(count: int) -> Iterator[Someone]:
    """The first `count` of them, always the same."""
    for number in range(count):
        written, email = _email(number)
        dialled, phone = _phone(number)
        match number % _EVERY:
            case 7:
                written, email = f"anna{number}.example.net", ""
            case 17:
                dialled, phone = f"+1 415 {number % 1000:03}", ""
            case 27:
                written, email, dialled, phone = "none", "", "n/a", ""
            case _:
                pass
        yield Someone({"email": written, "phone": dialled}, email, phone)


def chunks(count: int, size: int) -> Iterator[Sequence[Someone]]:
    """Likewise, so many at once."""
    found = people(count)
    while chunk := list(islice(found, size)):
        yield chunk


def write(place: Path, count: int) -> None:
    """The list as a file."""
    with place.open("w", encoding="utf-8") as file:
        file.write("email,phone\n")
        file.writelines(f"{one.given['email']},{one.given['phone']}\n" for one in people(count))


def _email(number: int) -> tuple[str, str]:
    domain = _MAILS[number % len(_MAILS)] if number % 25 else f"firm{number % 5000}.example.net"
    written = f"Anna.Field{number}@{domain}" if number % 3 else f"anna{number}@{domain}"
    return written, written.lower()


def _phone(number: int) -> tuple[str, str]:
    """Most as E.164, others as people write them."""
    last = f"{number % 10_000_000:07}"
    match number % 10:
        case 0 | 1:
            return f"(415) {last[:3]}-{last[3:]}", f"+1415{last}"
        case 2 | 3:
            return f"+49 151 {last[:4]} {last[4:]}0", f"+49151{last}0"
        case _:
            return f"+1628{last}", f"+1628{last}"
