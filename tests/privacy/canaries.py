"""A person nobody can be taken for, what they did, and every way in which something of them could be written."""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from hashlib import md5, sha1, sha256
from pathlib import Path
from urllib.parse import quote, quote_plus

MARK = "zqcanary"
"""What stands in all that is known of them, as far as letters fit: whoever finds it has found people's data."""

RAW: Mapping[str, str] = {
    "email": f"Ana.Paz@{MARK}-Mail.com",
    "phone": "+1 (555) 909-3877",
    "first_name": f"Zoë-{MARK}",
    "last_name": f"{MARK.title()}sson",
    "city": f"Ville {MARK}",
    "region": f"{MARK}land",
    "postcode": "ZQ7 4XK-9",
    "country": "PT",
    "external_id": f"crm/{MARK}?4711",
    "mobile_id": "5A9CA0A7-7ECA-4A12-8F5E-2B9C4D1E0F37",
}
"""The person, as the advertiser knows them."""

NORMAL: Mapping[str, str] = {
    "email": f"ana.paz@{MARK}-mail.com",
    "phone": "5559093877",
    "first_name": f"zoë{MARK}",
    "last_name": f"{MARK}sson",
    "city": f"ville{MARK}",
    "region": f"{MARK}land",
    "postcode": "zq74xk-9",
    "external_id": f"crm/{MARK}?4711",
    "mobile_id": "5a9ca0a7-7eca-4a12-8f5e-2b9c4d1e0f37",
}
"""The same in the forms in which it is hashed; a country alone is nobody's."""

TRACES: Mapping[str, str] = {
    "fbc": f"fb.1.1773800000000.{MARK}Click",
    "fbp": "fb.1.1773800000000.7719045528",
    "gclid": f"Cj0{MARK}Gclid",
    "ttclid": f"E.C.P.{MARK}Tt",
    "ttp": f"{MARK}Ttp",
    "ip": "203.0.113.237",
    "user_agent": f"Mozilla/5.0 ({MARK}; rv:7)",
    "url": f"https://shop.example/{MARK}/thanks?token=s3",
}
"""What their visit left behind: platforms take it as it is."""

IDS: Mapping[str, str] = {"id": f"event {MARK}".replace(" ", "-"), "order_id": f"order-{MARK}-88"}

DIGITS = "15559093877"
_PHONES = (f"+{DIGITS}", DIGITS)


def event(**other: object) -> dict[str, object]:
    """What they did, in the words of a call."""
    told = {"name": "purchase", **IDS, "time": "2026-03-18T10:00:00+00:00", "value": 49.99, "currency": "USD"}
    return {**told, "person": {**RAW, "consent": "granted"}, **TRACES, **other}


def spoilt() -> dict[str, object]:
    """The person with everything about them wrong: nothing of it can be used, and none of it may be said."""
    return {name: f"{value} \u2603 {MARK}" * 3 for name, value in RAW.items()}


def plainly(names: Iterable[str] = NORMAL) -> Iterator[str]:
    """What is known of them, as it was given and in its normal form."""
    for name in names:
        yield from (RAW[name], NORMAL[name])


def everything() -> Iterator[str]:
    """All that may be written nowhere."""
    yield from (MARK, *plainly(), *TRACES.values(), *IDS.values())


def _digests() -> Iterator[tuple[str, bytes]]:
    """Digests without a key of what is known of them: whoever has a list of addresses can try them all out."""
    for text in {*plainly(), *_PHONES, *TRACES.values(), *IDS.values()}:
        for made in (sha256, sha1, md5):
            digest = made(text.encode())
            yield digest.hexdigest(), digest.digest()


def spellings(text: str) -> Iterator[bytes]:
    """Every way in which `text` could stand in a file or on the wire."""
    yield text.encode()
    yield json.dumps(text)[1:-1].encode()
    yield repr(text)[1:-1].encode()
    yield from (quote(text, safe="").encode(), quote(text).encode(), quote_plus(text).encode())
    yield from (quote(quote(text, safe=""), safe="").encode(), text.encode("utf-16-le"), text.encode("utf-16-be"))
    yield text.encode().hex().encode()
    for encode in (b64encode, urlsafe_b64encode):
        for shift in range(3):  # whatever stands before it
            written = encode(b"\0" * shift + text.encode())
            yield written[(shift * 8 + 5) // 6 : len(written) - 4]


_DIGESTS = dict(_digests())
_HEX = re.compile(rb"[0-9a-f]{32,64}")
_PATTERNS = {spelling.lower(): text for text in everything() for spelling in spellings(text)} | {
    spelling.lower(): "a digest" for raw in _DIGESTS.values() for spelling in (raw, b64encode(raw).rstrip(b"="))
}


def found_in(content: bytes | str) -> set[str]:
    """What of the person stands in `content`, in any spelling."""
    there = (content.encode(errors="surrogatepass") if isinstance(content, str) else content).lower()
    digests = {"a digest" for run in _HEX.findall(there) if run.decode() in _DIGESTS}
    return digests | {text for spelling, text in _PATTERNS.items() if spelling in there}


def stands_in(text: str, content: bytes) -> bool:
    """Whether `text` stands in `content`, in any spelling."""
    there = content.lower()
    return any(spelling.lower() in there for spelling in spellings(text))


def found_below(folder: Path, but: Iterable[Path] = ()) -> Mapping[str, set[str]]:
    """Likewise in the files below `folder`, and in their names, `but` for some."""
    left_out = tuple(but)
    found = {
        str(file.relative_to(folder)): found_in(file.read_bytes()) | found_in(str(file.relative_to(folder)))
        for file in folder.rglob("*")
        if file.is_file() and not any(file.is_relative_to(one) for one in left_out)
    }
    return {name: what for name, what in found.items() if what}
