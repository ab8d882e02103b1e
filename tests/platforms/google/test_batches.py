"""An array is cut into its elements exactly, however it arrives, or refused."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.platforms.google.batches import Batches

TEXTS = st.text(alphabet='a"\\{}[],:é\n ', max_size=12)
VALUES = st.recursive(
    st.none() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
ARRAYS = st.lists(st.dictionaries(TEXTS, VALUES, max_size=4), max_size=4)
LARGE = 1_000_000


def cut(body: bytes, size: int, largest: int = LARGE) -> Sequence[bytes]:
    batches = Batches(largest)
    found = [element for at in range(0, len(body), size) for element in batches.feed(body[at : at + size])]
    batches.end()
    return found


@given(ARRAYS, st.integers(1, 40), st.booleans(), st.sampled_from([None, 1]))
def test_every_array_is_cut_into_its_elements(
    array: list[object],
    size: int,
    ascii_only: bool,  # noqa: FBT001 - drawn
    indent: int | None,
) -> None:
    body = json.dumps(array, ensure_ascii=ascii_only, indent=indent).encode()

    assert [json.loads(element) for element in cut(body, size)] == array


@given(ARRAYS, st.integers(1, 40), st.data())
def test_an_array_that_is_cut_short_is_refused(array: list[object], size: int, data: st.DataObject) -> None:
    body = json.dumps(array).encode()
    short = body[: data.draw(st.integers(0, len(body) - 1))]

    with pytest.raises(ValueError, match="array"):
        cut(short, size)


def test_elements_larger_than_a_window_are_whole() -> None:
    array = [{"rows": [{"name": f'"{number}" \\ {{', "x": [number]} for number in range(9000)]} for _ in range(3)]
    body = json.dumps(array).encode()

    assert [json.loads(element) for element in cut(body, 65_000)] == array


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{}",
        b"[1]",
        b'["a"]',
        b"[{}{}]",
        b"[{},]",
        b"[,{}]",
        b"[{}]]",
        b"[{}] x",
        b"null",
        b"[}",
        b"]",
        b"<",
    ],
)
def test_what_is_no_array_of_objects_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="array"):
        cut(body, 100)


def test_an_element_of_no_documented_size_is_refused_before_it_is_whole() -> None:
    batches = Batches(100)

    with pytest.raises(ValueError, match="size"):
        list(batches.feed(b'[{"a": "' + b"x" * 200))
