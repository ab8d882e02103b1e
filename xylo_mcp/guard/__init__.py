"""The guardrails: pure functions from the operator's policy and the facts to a verdict."""
