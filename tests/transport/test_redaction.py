"""What remains of a text that held secrets."""

from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xylo_mcp.ads.errors import VendorWords
from xylo_mcp.transport import redacted, vendor_words

GONE = "[redacted]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET /v26.0/me?access_token=abc123&fields=id", f"GET /v26.0/me?access_token={GONE}&fields=id"),
        ("?appsecret_proof=0af1&limit=5", f"?appsecret_proof={GONE}&limit=5"),
        ("app_id=1&secret=s3cr3t", f"app_id=1&secret={GONE}"),
        ("client_secret=s3cr3t&x=1", f"client_secret={GONE}&x=1"),
        ("refresh_token=r3fr3sh", f"refresh_token={GONE}"),
        ("next%3Faccess_token%3Dabc%26x%3D1", f"next%3Faccess_token%3D{GONE}"),
        ("Authorization: Bearer abc.def-g", f"Authorization: Bearer {GONE}"),
        ("authorization: Basic dXNlcjpwYXNz", f"authorization: Basic {GONE}"),
        ("{'Authorization': 'Bearer abc', 'x': 1}", f"{{'Authorization': 'Bearer {GONE}', 'x': 1}}"),
        ("sent with bearer abc.def", f"sent with bearer {GONE}"),
        ("Access-Token: 0123abc", f"Access-Token: {GONE}"),
        ("developer-token: 0123abc", f"developer-token: {GONE}"),
        ('{"access_token": "abc", "expires_in": 5}', f'{{"access_token": "{GONE}", "expires_in": 5}}'),
        ("Malformed token ya29.a0Af_b-1", f"Malformed token {GONE}"),
        ("Malformed access token EAABsbCS1iHgBO7ZC", f"Malformed access token {GONE}"),
        ("grant 1//0gabcdefghijklmnopqrstuvw is gone", f"grant {GONE} is gone"),
        ("app GOCSPX-abc_def", f"app {GONE}"),
        ("https://user:pass@proxy.test:8080/x", f"https://{GONE}@proxy.test:8080/x"),
    ],
)
def test_what_looks_like_a_credential_is_taken_out(text: str, expected: str) -> None:
    assert redacted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The access token could not be decrypted",
        "Error validating access token: Session has expired on Sunday",
        "campaign EAABRAND spring sale",
        "https://ads.test/campaign?id=17&fields=name",
        "secretary = nobody",
        "(#100) Param name must be non-empty",
    ],
)
def test_an_ordinary_text_stays_as_it_is(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize(
    "spelling", ["p/q+r=s t&", quote("p/q+r=s t&", safe=""), quote_plus("p/q+r=s t&"), "P%2fQ%2br%3ds%20t%26"]
)
def test_a_known_secret_is_taken_out_however_it_is_written(spelling: str) -> None:
    assert redacted(f"before {spelling} after", ["p/q+r=s t&"]) == f"before {GONE} after"


def test_a_secret_within_a_longer_one_leaves_nothing_of_that() -> None:
    assert redacted("it was abcdef", ["abc", "abcdef"]) == f"it was {GONE}"


def test_settings_that_are_empty_take_nothing_out() -> None:
    assert redacted("nothing here", ["", ""]) == "nothing here"


_secrets = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8)


@settings(deadline=None)
@given(_secrets, st.text(), st.text())
def test_no_known_secret_survives(secret: str, before: str, after: str) -> None:
    remains = redacted(f"{before}{secret}{after} {quote(secret, safe='')}", [secret])

    assert secret not in remains.replace(GONE, " ")
    assert quote(secret, safe="") not in remains.replace(GONE, " ")


_pieces = st.sampled_from(
    ["access_token", "secret", "=", ": ", '"', "Bearer ", "Authorization: ", "ya29.x", "EAA0123456789", "&", " ", GONE]
)


@settings(deadline=None)
@given(st.lists(_pieces | st.text(max_size=3)).map("".join))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redacted(text)

    assert redacted(once) == once


def test_a_vendors_words_are_one_redacted_line() -> None:
    words = vendor_words(
        40105,
        "Access token\n\tis\x1b[31m incorrect\u202e: ya29.abc  s3cr3t-s3cr3t ",
        " 2026-x\n",
        secrets=["s3cr3t-s3cr3t"],
    )

    assert words == VendorWords("40105", f"Access token is [31m incorrect : {GONE} {GONE}", "2026-x")


def test_a_vendors_long_words_are_shortened() -> None:
    words = vendor_words("c" * 200, "m" * 400, "r" * 200)

    assert words == VendorWords("c" * 99 + "…", "m" * 299 + "…", "r" * 99 + "…")


def test_of_an_endless_text_only_the_beginning_is_looked_at() -> None:
    words = vendor_words("", "m" + " " * 20_000_000 + "n", "")

    assert words.message == "m"


@pytest.mark.parametrize("length", [299, 300])
def test_words_of_the_full_length_are_kept(length: int) -> None:
    assert vendor_words("", "m" * length, "").message == "m" * length


def test_shortening_leaves_no_part_of_a_secret() -> None:
    words = vendor_words("", "m" * 285 + " access_token=" + "s3cr3t" * 20, "")

    assert "s3" not in words.message
