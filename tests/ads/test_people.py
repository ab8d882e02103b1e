import pprint
import traceback
from typing import get_args

import msgspec
import pytest

from xylo_mcp.ads.people import KINDS, Kind, Known, Reason

ANA = Known(email="ana@example.com", phone=b"\x01" * 32, last_name="lopez", consent="granted")


def test_the_kinds_are_listed_in_one_order_and_are_what_is_known_of_a_person() -> None:
    assert get_args(Kind) == KINDS
    assert (*KINDS, "consent") == tuple(field.name for field in msgspec.structs.fields(Known))


def test_every_kind_can_be_invalid() -> None:
    assert {f"{kind}_invalid" for kind in KINDS} < set(get_args(Reason))


def test_a_person_is_shown_by_what_is_there_and_never_by_a_value() -> None:
    shown = "Known(email, phone, last_name; consent granted)"

    assert (repr(ANA), str(ANA), f"{ANA}", f"{ANA!r:s}") == (shown,) * 4
    assert repr([ANA]) == f"[{shown}]"
    assert pprint.pformat({"person": ANA}) == f"{{'person': {shown}}}"
    assert list(ANA.__rich_repr__()) == [("kinds", ["email", "phone", "last_name"]), ("consent", "granted")]
    assert repr(Known()) == "Known(nothing; consent unsaid)"


def test_a_traceback_with_its_variables_shows_no_value() -> None:
    def fails(person: Known, people: list[Known]) -> None:
        raise LookupError(person, people)

    with pytest.raises(LookupError) as caught:
        fails(ANA, [ANA])

    written = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "person = Known(email, phone, last_name; consent granted)" in written
    assert not [secret for secret in ("ana@", "lopez", "x01") if secret in written]


def test_a_person_does_not_change() -> None:
    with pytest.raises(AttributeError):
        setattr(ANA, "email", "other")  # noqa: B010  # the type checker knows it already
