"""Queries are written so that no value can become anything but a value."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.platforms.google import gaql

LITERAL = re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL)
PLAIN = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")))
NASTY = st.text(st.sampled_from("ab'\"\\%_[] ()"), max_size=12)


def unescaped(body: str) -> str:
    return re.sub(r"\\(.)", r"\1", body)


def unbracketed(pattern: str) -> list[str]:
    """The literal texts between the wildcards of a LIKE pattern."""
    tokens = re.findall(r"\[(.)\]|(%)|(_)|(.)", pattern, re.DOTALL)
    pieces = [""]
    for literal, wildcard, single, plain in tokens:
        assert not single, "an unescaped wildcard for one character"
        if wildcard:
            pieces.append("")
        else:
            pieces[-1] += literal or plain
    return pieces


def test_a_query_has_its_clauses_in_the_order_of_the_grammar() -> None:
    query = gaql.select(("campaign.id", "campaign.name"), "campaign", where=("a.b = 1", "c.d = 2"), order="x", limit=5)

    assert query == "SELECT campaign.id, campaign.name FROM campaign WHERE a.b = 1 AND c.d = 2 ORDER BY x LIMIT 5"


def test_clauses_that_are_not_needed_are_left_out() -> None:
    assert gaql.select(("metrics.clicks",), "customer") == "SELECT metrics.clicks FROM customer"


def test_conditions_are_written_as_the_grammar_has_them() -> None:
    conditions = [
        gaql.number_in("campaign.id", {"30", "4", "100"}),
        gaql.number_below("campaign.id", "17"),
        gaql.word_not_in("campaign.status", ["REMOVED", "PAUSED"]),
        gaql.is_false("customer_client.hidden"),
        gaql.between("segments.date", date(2026, 2, 1), date(2026, 2, 28)),
        gaql.like("campaign.name", ["50% [new]", "it's"]),
    ]

    assert conditions == [
        "campaign.id IN (4, 30, 100)",
        "campaign.id < 17",
        "campaign.status NOT IN (PAUSED, REMOVED)",
        "customer_client.hidden = FALSE",
        "segments.date BETWEEN '2026-02-01' AND '2026-02-28'",
        r"campaign.name LIKE '%50[%] [[]new[]]%it\'s%'",
    ]


@given(PLAIN | NASTY)
def test_a_literal_reads_back_as_the_text_and_ends_where_it_should(text: str) -> None:
    literal = gaql.quoted(text)

    match = LITERAL.fullmatch(literal)

    assert match is not None
    assert unescaped(match[1]) == text


@given(st.lists((PLAIN | NASTY).filter(bool), min_size=1, max_size=4))
def test_a_pattern_reads_back_as_its_pieces_and_nothing_else_in_the_query_changes(pieces: list[str]) -> None:
    query = gaql.select(("campaign.id",), "campaign", where=[gaql.like("campaign.name", pieces)], limit=1)

    head, literal, tail = query.partition(" LIKE ")[0], LITERAL.search(query), query.rpartition("'")[2]

    assert literal is not None
    assert (head, tail) == ("SELECT campaign.id FROM campaign WHERE campaign.name", " LIMIT 1")
    assert query == f"{head} LIKE {literal[0]}{tail}"
    assert unbracketed(unescaped(literal[1])) == ["", *pieces, ""]


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "\0", "\x1f", "\x85", "\u2028", "\ud800"])
def test_what_no_literal_can_hold_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="control character"):
        gaql.quoted(text)


@pytest.mark.parametrize("number", ["", "-1", "1 OR 1", "1e3", "१", "12345678901234567890"])
def test_only_whole_numbers_are_numbers(number: str) -> None:
    with pytest.raises(ValueError, match="whole number"):
        gaql.number_below("campaign.id", number)


@pytest.mark.parametrize("word", ["", "paused", "PAUSED)", "'PAUSED'"])
def test_only_enum_words_are_words(word: str) -> None:
    with pytest.raises(ValueError, match="enum"):
        gaql.word_not_in("campaign.status", [word])
