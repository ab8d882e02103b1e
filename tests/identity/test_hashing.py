from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.ads.people import EmailForm, Forms, Kind, Known, PhoneForm
from xylo_mcp.identity import hashed, known

EMAIL = "e233d4a29013e9d87150c6237c6777bedf379ebf1acdc5d6126fec7e8bb74fb5"  # customer@example.com
PHONE_PLUS = "86d40e3443117dc424eca02378ba93aa57dbec61b704130458bcf2194d3c5da1"  # +15551230000
PHONE_DIGITS = "67f01a2b0e2c34277df586b5cc6e35a5f232494e64dc33b5f75f80bf568914f1"  # 34600111222
CUSTOMER = "04f18369b9f09f7908b299d2535b6d99d3df2e17e8f953553f269e38ed7281d8"  # cust-0042
ANA = "24d4b96f58da6d4a8512313bbd02a28ebf0ca95dec6e4c86ef78ce7f01e788ac"  # ana
POSTCODE = "44927de85a8f9b61f1f65cc121a91857b0d43784de44cf74121d7a9efa30a94e"  # 28013
SPAIN = "c0bc1e08f9743b2d50d5f1607503bf4e849af0e729fca896515bea955d70a33e"  # es

# Shapes as platforms have them: with a plus and all hashed; digits alone; and an address that is only partly hashed.
PLUS = Forms(
    takes=("email", "phone", "external_id"),
    plain=frozenset(),
    email="plain",
    phone="plus",
    enough=(frozenset({"email"}), frozenset({"phone"}), frozenset({"external_id"})),
)
DIGITS = Forms(
    takes=("external_id", "mobile_id", "email", "phone", "first_name", "postcode", "country"),
    plain=frozenset({"external_id", "mobile_id"}),
    email="plain",
    phone="digits",
    enough=(frozenset({"email"}), frozenset({"phone"}), frozenset({"external_id"}), frozenset({"mobile_id"})),
)
ADDRESS = Forms(
    takes=("email", "phone", "first_name", "last_name", "country", "postcode"),
    plain=frozenset({"country", "postcode"}),
    email="gmail",
    phone="plus",
    enough=(frozenset({"email"}), frozenset({"phone"}), frozenset({"first_name", "last_name", "country", "postcode"})),
)


def of_one(kind: Kind, email: EmailForm = "plain", phone: PhoneForm = "plus") -> Forms:
    return Forms((kind,), (frozenset({kind}),), frozenset(), email, phone)


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("kind", "phone", "given", "vector"),
    [
        ("email", "plus", " Customer@Example.com ", EMAIL),
        ("phone", "plus", "+1 (555) 123-0000", PHONE_PLUS),
        ("phone", "digits", "0034 600 111 222", PHONE_DIGITS),
        ("external_id", "plus", "cust-0042", CUSTOMER),
        ("first_name", "plus", "Ana", ANA),
        ("postcode", "plus", "28013", POSTCODE),
        ("country", "plus", "ES", SPAIN),
    ],
)
def test_a_known_value_has_its_known_digest(kind: Kind, phone: PhoneForm, given: str, vector: str) -> None:
    assert hashed(known({kind: given})[0], of_one(kind, phone=phone)) == (vector,)


def test_a_row_has_what_a_platform_takes_in_its_order_and_empty_where_it_is_missing() -> None:
    ana, _ = known(
        {"email": "customer@example.com", "phone": "+34600111222", "first_name": "Ana", "country": "ES", "city": "Lugo"}
    )

    assert hashed(ana, PLUS) == (EMAIL, digest("+34600111222"), "")
    assert hashed(ana, DIGITS) == ("", "", EMAIL, PHONE_DIGITS, ANA, "", SPAIN)
    assert hashed(ana, ADDRESS) == (EMAIL, digest("+34600111222"), ANA, "", "es", "")


def test_what_is_plain_is_not_hashed() -> None:
    someone = Known(external_id="Cust-0042", mobile_id="38400000-8cf0-11bd-b23e-10b96e40000d")

    assert hashed(someone, DIGITS) == ("Cust-0042", "38400000-8cf0-11bd-b23e-10b96e40000d", "", "", "", "", "")
    assert hashed(someone, PLUS) == ("", "", digest("Cust-0042"))


@pytest.mark.parametrize(
    ("given", "mailbox"),
    [
        ("Ana.Lopez+Shop@gmail.com", "analopez@gmail.com"),
        ("a.n.a@googlemail.com", "ana@googlemail.com"),
        ("ana+a+b@gmail.com", "ana@gmail.com"),
        ("Ana.Lopez+Shop@example.com", "ana.lopez+shop@example.com"),
        ("ana.lopez@gmail.com.example", "ana.lopez@gmail.com.example"),
        ("ana.lopez@mail.gmail.com", "ana.lopez@mail.gmail.com"),
    ],
)
def test_dots_and_tags_go_where_a_platform_wants_it_and_at_googles_two_domains_alone(given: str, mailbox: str) -> None:
    ana, _ = known({"email": given})

    assert hashed(ana, of_one("email", "gmail")) == (digest(mailbox),)
    assert hashed(ana, of_one("email", "plain")) == (digest(given.lower()),)


def test_an_address_of_which_nothing_is_left_is_missing() -> None:
    assert hashed(known({"email": "+shop@gmail.com"})[0], of_one("email", "gmail")) is None


@pytest.mark.parametrize("email", ["plain", "gmail"])
@pytest.mark.parametrize("written", [EMAIL, EMAIL.upper()])
def test_what_came_hashed_is_not_hashed_again(email: EmailForm, written: str) -> None:
    assert hashed(known({"email": written})[0], of_one("email", email)) == (EMAIL,)


def test_a_digest_is_left_out_where_the_platform_takes_the_text_itself() -> None:
    ana, _ = known({"email": EMAIL, "first_name": ANA, "last_name": ANA, "country": SPAIN, "postcode": "28013"})

    assert hashed(ana, ADDRESS) == (EMAIL, "", ANA, ANA, "", "28013")
    assert (
        hashed(known({"first_name": ANA, "last_name": ANA, "country": SPAIN, "postcode": "28013"})[0], ADDRESS) is None
    )


def test_a_row_with_too_little_in_it_is_none() -> None:
    address = {"first_name": "Ana", "last_name": "López", "country": "ES", "postcode": "28013"}

    assert hashed(Known(), PLUS) is None
    assert hashed(Known(city="lugo", gender="f"), DIGITS) is None
    for missing in address:
        assert hashed(known({kind: value for kind, value in address.items() if kind != missing})[0], ADDRESS) is None
    assert hashed(known(address)[0], ADDRESS) == ("", "", ANA, digest("lópez"), "es", "28013")


ROWS = st.fixed_dictionaries(
    {},
    optional={
        "email": st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,4})?@(gmail\.com|[a-z]{1,8}\.example)", fullmatch=True),
        "phone": st.from_regex(r"\+1 ?555[0-9]{7}", fullmatch=True),
        "first_name": st.text("aBcé- ", max_size=8),
        "external_id": st.text(max_size=8),
        "country": st.sampled_from(["ES", "us", "??"]),
    },
)


@given(ROWS, st.sampled_from([PLUS, DIGITS, ADDRESS]))
def test_the_same_person_is_the_same_row_again_and_nothing_but_digests_is_sent_of_what_is_hashed(
    given: dict[str, str], forms: Forms
) -> None:
    row = hashed(known(given)[0], forms)

    assert row == hashed(known(given)[0], forms)
    for kind, value in zip(forms.takes, row or (), strict=row is not None):
        assert kind in forms.plain or value == "" or (len(value) == 64 and set(value) <= set("0123456789abcdef"))


@given(ROWS)
def test_a_row_that_was_hashed_before_is_the_same_row(given: dict[str, str]) -> None:
    forms = Forms(PLUS.takes[:2], PLUS.enough[:2])
    row = hashed(known(given)[0], forms)

    again = known(dict(zip(forms.takes, row or (), strict=row is not None)))[0]
    assert hashed(again, forms) == row
