"""The gate for people's data: the same claim, judgement, reservation and record, for rows instead of money."""
