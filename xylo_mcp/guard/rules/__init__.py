"""The rules: one a file, each one function. What is not in this list is not asked."""

from collections.abc import Callable, Sequence

from ..case import Case
from ..verdicts import Finding
from . import (
    account_allowed,
    approval_threshold,
    committed_caps,
    cooldown,
    daily_raise,
    deep_cut,
    halted,
    loop,
    minimum_budget,
    name_pattern,
    new_campaigns,
    people_a_day,
    people_at_once,
    people_destinations,
    people_lists,
    policy_in_force,
    quiet_hours,
    single_raise,
    unbounded,
    unusable_facts,
    write_rate,
)

Rule = Callable[[Case], Finding | None]

RULES: Sequence[Rule] = (
    account_allowed.judge,
    halted.judge,
    policy_in_force.judge,
    unusable_facts.judge,
    unbounded.judge,
    committed_caps.judge,
    single_raise.judge,
    daily_raise.judge,
    deep_cut.judge,
    minimum_budget.judge,
    cooldown.judge,
    write_rate.judge,
    new_campaigns.judge,
    loop.judge,
    quiet_hours.judge,
    name_pattern.judge,
    approval_threshold.judge,
    people_lists.judge,
    people_destinations.judge,
    people_a_day.judge,
    people_at_once.judge,
)
