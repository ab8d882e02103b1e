import subprocess
import sys
from hashlib import sha256

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from xylo_mcp.ads.people import KINDS, Kind, Known, Reason
from xylo_mcp.identity import known

DIGEST = sha256(b"customer@example.com").hexdigest()


@pytest.mark.parametrize(
    ("kind", "given", "normal"),
    [
        ("email", "  Customer@Example.COM\t", "customer@example.com"),
        ("email", "\ufeffana@example.com\u200b", "ana@example.com"),
        ("email", "\u00a0ana@example.com\u00a0", "ana@example.com"),
        ("email", "Ana.Lopez+Shop@gmail.com", "ana.lopez+shop@gmail.com"),
        ("email", "ana@Bücher.Example", "ana@xn--bcher-kva.example"),
        ("email", "ana@xn--bcher-kva.example", "ana@xn--bcher-kva.example"),
        ("email", "ana@faß.example", "ana@xn--fa-hia.example"),
        ("email", "ｍａｘ＠example.com", "max@example.com"),
        ("email", "JOSÉ@example.com", "josé@example.com"),
        ("email", "jose\u0301@example.com", "josé@example.com"),
        ("email", "o'hara_1@mail.example.co.uk", "o'hara_1@mail.example.co.uk"),
        ("phone", "+15551234567", "+15551234567"),
        ("phone", "+1 (555) 123-4567", "+15551234567"),
        ("phone", "001-555-123-4567", "+15551234567"),
        ("phone", "+00 1 555 123 4567", "+15551234567"),
        ("phone", "(+34) 600.111.222", "+34600111222"),
        ("phone", "'+34600111222", "+34600111222"),
        ("phone", "tel:+34-600-111-222", "+34600111222"),
        ("phone", "Tel: +34 600 111 222", "+34600111222"),
        ("phone", "+３４６００１１１２２２", "+34600111222"),
        ("phone", "\u202a+34\u00a0600111222\u202c", "+34600111222"),
        ("phone", "+34600111222.0", "+34600111222"),
        ("phone", "+44 (0)20 7946 0000", "+442079460000"),
        ("phone", "+39 06 1234567", "+39061234567"),
        ("first_name", " Ana ", "ana"),
        ("first_name", "Jean-Luc", "jeanluc"),
        ("first_name", "Mary   Ann", "mary ann"),
        ("first_name", "María", "maría"),
        ("first_name", "MARI\u0301A", "maría"),
        ("first_name", "太郎", "太郎"),
        ("first_name", "Ａｎａ", "ana"),
        ("last_name", "O'Brien, Jr.", "obrien jr"),
        ("last_name", "García-Pérez", "garcíapérez"),
        ("last_name", "y" * 64, "y" * 64),
        ("last_name", "Ἀλέξιος", "ἀλέξιος"),
        ("last_name", "कुमार", "कुमार"),
        ("city", "St. John's 2", "stjohns"),
        ("city", "São Paulo", "sãopaulo"),
        ("region", "CA", "ca"),
        ("region", "Île-de-France", "îledefrance"),
        ("postcode", "28013", "28013"),
        ("postcode", " SW1A 1AA ", "sw1a1aa"),
        ("postcode", "00-001", "00-001"),
        ("postcode", "28013.0", "28013"),
        ("country", "ES", "es"),
        ("country", "es", "es"),
        ("country", "uk", "gb"),
        ("external_id", " Cust-0042 ", "Cust-0042"),
        ("external_id", DIGEST.upper(), DIGEST.upper()),
        ("mobile_id", "38400000-8CF0-11BD-B23E-10B96E40000D", "38400000-8cf0-11bd-b23e-10b96e40000d"),
        ("birth_date", "1990-05-17", "19900517"),
        ("birth_date", "1990/5/7", "19900507"),
        ("birth_date", "19900517", "19900517"),
        ("gender", "F", "f"),
        ("gender", "Male", "m"),
    ],
)
def test_a_value_has_one_normal_form(kind: str, given: str, normal: str) -> None:
    assert known({kind: given}) == (replace(Known(), **{kind: normal}), ())
    assert known({kind: normal}) == (replace(Known(), **{kind: normal}), ())


@pytest.mark.parametrize(
    ("kind", "given", "reason"),
    [
        ("email", "ana", "email_invalid"),
        ("email", "ana@", "email_invalid"),
        ("email", "ana@localhost", "email_invalid"),
        ("email", "ana..lopez@example.com", "email_invalid"),
        ("email", "Ana <ana@example.com>", "email_invalid"),
        ("email", '"ana lopez"@example.com', "email_invalid"),
        ("email", "ana@[127.0.0.1]", "email_invalid"),
        ("email", "a@example.com;b@example.com", "email_invalid"),
        ("email", f"{'a' * 500}@example.com", "email_invalid"),
        ("email", "\ud800@example.com", "email_invalid"),
        ("email", DIGEST[:40], "email_invalid"),
        ("email", True, "email_invalid"),
        ("email", ["ana@example.com"], "email_invalid"),
        ("phone", "600111222", "phone_without_country"),
        ("phone", "15551234567", "phone_without_country"),
        ("phone", "n/a", "phone_invalid"),
        ("phone", "+34 12", "phone_invalid"),
        ("phone", "+999 1234567", "phone_invalid"),
        ("phone", "+1 555 123 4567 ext. 12", "phone_with_extension"),
        ("phone", "+1 555 123 4567 x12", "phone_with_extension"),
        ("phone", "+1 800 FLOWERS", "phone_invalid"),
        ("phone", "+1.55512E+10", "phone_invalid"),
        ("phone", "+" + "1" * 300, "phone_invalid"),
        ("phone", "+1 555 123 4567" + " " * 50 + "1", "phone_invalid"),
        ("phone", -15551234567, "phone_invalid"),
        ("phone", 1.5, "phone_invalid"),
        ("phone", float("nan"), "phone_invalid"),
        ("phone", float("inf"), "phone_invalid"),
        ("first_name", "-", "first_name_invalid"),
        ("last_name", "123", "last_name_invalid"),
        ("last_name", "a" * 2_000, "last_name_invalid"),
        ("city", "12", "city_invalid"),
        ("region", "13", "region_invalid"),
        ("postcode", "none", "postcode_invalid"),
        ("postcode", "28013; 28014", "postcode_invalid"),
        ("country", "Spain", "country_invalid"),
        ("country", "ZZ", "country_invalid"),
        ("external_id", {"id": 1}, "external_id_invalid"),
        ("mobile_id", "384000008cf011bdb23e10b96e40000d", "mobile_id_invalid"),
        ("mobile_id", "00000000-0000-0000-0000-000000000000", "mobile_id_invalid"),
        ("birth_date", "17/05/1990", "birth_date_invalid"),
        ("birth_date", "1990-02-30", "birth_date_invalid"),
        ("birth_date", "1990517", "birth_date_invalid"),
        ("birth_date", "0001-01-01", "birth_date_invalid"),
        ("gender", "x", "gender_invalid"),
    ],
)
def test_what_has_no_normal_form_is_left_out_and_counted_by_a_reason(kind: str, given: object, reason: Reason) -> None:
    assert known({kind: given, "city": "Lugo"} if kind != "city" else {kind: given}) == (
        Known(city="lugo" if kind != "city" else ""),
        (reason,),
    )


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("external_id", "mobile_id")])
@pytest.mark.parametrize("written", [DIGEST, DIGEST.upper(), f" {DIGEST.title()} "])
def test_what_came_hashed_stays_that_digest(kind: Kind, written: str) -> None:
    assert known({kind: written}) == (replace(Known(), **{kind: bytes.fromhex(DIGEST)}), ())


def test_a_mobile_id_is_never_taken_for_a_digest() -> None:
    assert known({"mobile_id": DIGEST}) == (Known(), ("mobile_id_invalid",))


def test_the_digest_of_nothing_is_nothing() -> None:
    assert known({"email": sha256(b"").hexdigest(), "phone": "+15551234567"}) == (Known(phone="+15551234567"), ())


@pytest.mark.parametrize("empty", [None, "", "  ", "\t\n", "\u00a0"])
def test_what_is_empty_is_missing_and_no_fault(empty: object) -> None:
    assert known(dict.fromkeys((*KINDS, "consent"), empty)) == (Known(), ())


@pytest.mark.parametrize(
    ("said", "consent"),
    [
        ("granted", "granted"),
        ("YES", "granted"),
        ("true", "granted"),
        (True, "granted"),
        (1, "granted"),
        ("denied", "denied"),
        ("No", "denied"),
        (False, "denied"),
        (0, "denied"),
        ("unknown", "unsaid"),
        (None, "unsaid"),
    ],
)
def test_consent_is_what_the_person_said(said: object, consent: str) -> None:
    found, reasons = known({"consent": said})

    assert (found.consent, reasons) == (consent, ())


@pytest.mark.parametrize("said", ["nein", "maybe", 2, -1, 1.0, ["granted"], {}])
def test_consent_that_cannot_be_read_is_denied(said: object) -> None:
    assert known({"consent": said}) == (Known(consent="denied"), ("consent_invalid",))


def test_all_that_is_wrong_in_a_row_is_counted_and_the_rest_is_kept() -> None:
    row = {"email": "ana(at)example.com", "phone": "600111222", "first_name": "Ana", "shoe_size": 38, "gender": "?"}

    assert known(row) == (Known(first_name="ana"), ("email_invalid", "phone_without_country", "gender_invalid"))


VALUES = st.one_of(
    st.text(max_size=30),
    st.text("aA .'-+@éßΣİſﬁ０٣ ç\u0301\u200d\u00ad", max_size=12),
    st.from_regex(r"[A-Za-z.]{1,8}@[a-zß]{1,8}\.(com|example)", fullmatch=True),
    st.from_regex(r"(\+|00)?[0-9 ().-]{6,16}", fullmatch=True),
    st.integers(),
    st.floats(),
)


@given(st.dictionaries(st.sampled_from(KINDS), VALUES, max_size=5))
@example({"last_name": "ΑΣ'Β"})
@example({"first_name": "İ"})
@example({"email": "İ@example.com"})
@example({"city": "a-\u0301"})
def test_normal_form_of_the_normal_form_is_itself(row: dict[str, object]) -> None:
    once, reasons = known(row)
    values = {kind: value for kind in KINDS if (value := getattr(once, kind))}

    assert known(values) == (once, ())
    assert len(values) + len(reasons) <= len(row)


@given(st.dictionaries(st.sampled_from(KINDS), st.text("0123456789€@.λ", min_size=5, max_size=30), max_size=5))
def test_no_reason_and_no_repr_holds_a_value(row: dict[str, str]) -> None:
    found, reasons = known(row)

    assert not [value for value in row.values() if value in f"{found!r}{reasons!r}"]


def test_nothing_heavy_is_loaded_before_people_are_read() -> None:
    code = "import sys, xylo_mcp.identity; print({'phonenumbers', 'email_validator', 'idna'} & sys.modules.keys())"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"
