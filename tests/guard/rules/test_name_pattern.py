from collections.abc import Callable

import msgspec
import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.guard.case import Case
from xylo_mcp.guard.rules.name_pattern import judge
from xylo_mcp.guard.verdicts import Finding

MakeCase = Callable[..., Case]
POLICY = "[names]\npattern = 'acme_[a-z]+'"


def called(case: Case, name: str) -> Case:
    return msgspec.structs.replace(case, change=msgspec.structs.replace(case.change, name=name))


@pytest.mark.parametrize("policy", ["", "[names]\nvisible_tag = true"])
def test_without_a_pattern_any_name_will_do(a_case: MakeCase, policy: str) -> None:
    assert judge(a_case("create", policy=policy)) is None


@pytest.mark.parametrize("word", ["create", "rename"])
def test_a_name_of_that_form_will_do(a_case: MakeCase, word: str) -> None:
    assert judge(called(a_case(word, policy=POLICY), "acme_spring")) is None


@pytest.mark.parametrize("word", ["pause", "raise", "enable"])
def test_what_names_nothing_is_not_its_business(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word, policy=POLICY)) is None


@pytest.mark.parametrize("word", ["create", "rename"])
@pytest.mark.parametrize("name", ["spring", "acme_", "acme_spring 2", "my acme_spring", "acme_spring\n", "ACME_spring"])
def test_the_whole_name_must_have_that_form_and_is_not_repeated(a_case: MakeCase, word: str, name: str) -> None:
    assert judge(called(a_case(word, policy=POLICY), name)) == Finding(
        "names",
        "refused",
        "Names of campaigns must match acme_[a-z]+.",
        "Choose a name of that form.",
        Limit("names", "acme_[a-z]+", "", "another form"),
    )
