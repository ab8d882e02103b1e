"""Meta's refusals around audiences (Marketing API docs, "Error Codes" and "Custom Audience", 2026-09)."""

from ..errors import GraphError
from ..refusals import rejected
from ..wire import Json


def terms_not_accepted() -> GraphError:
    """A customer list of a business that has not agreed to the terms of custom audiences."""
    text = "To create or edit an audience with an uploaded customer list, please agree to the Custom Audience terms."
    return _told(200, "(#200) Permissions error", 1870090, "Custom Audience terms not accepted", text, status=403)


def too_many(most: int) -> GraphError:
    """One more audience than an account may have of its kind. That the code comes without a subcode is inferred."""
    return GraphError(2654, f"(#2654) Failed to create custom audience: at most {most} of this kind are allowed")


def bad_rule() -> GraphError:
    """A rule that cannot be read."""
    return rejected(
        "The rule of this audience is not valid.", "rule", title="Invalid rule JSON format", subcode=1713098
    )


def flagged() -> GraphError:
    """Members of an audience whose name says what Meta does not want to know of people."""
    text = "Before updating user memberships, you must resolve integrity restrictions on this audience."
    return rejected(text, title="Audience Upload Blocked", subcode=1713230)


def seed_flagged() -> GraphError:
    """A lookalike of such an audience."""
    text = "The source of this lookalike is restricted."
    return rejected(text, "origin_audience_id", title="Audience Creation Blocked", subcode=1713232)


def no_list() -> GraphError:
    """Members for an audience that is no customer list."""
    return rejected("People can only be added to or removed from an audience of the subtype CUSTOM.")


def would_be_too_small() -> GraphError:
    """A removal that leaves too few people."""
    text = "Removing these people would leave the audience too small."
    return _told(200, "(#200) Permissions error", 1870047, "Audience size too low", text, status=403)


def in_use() -> GraphError:
    """An audience that lookalikes are made from."""
    return GraphError(2656, "(#2656) This audience cannot be deleted: lookalike audiences are made from it")


def out_of_sequence() -> GraphError:
    """A batch that is not the next of its session. Which subcode Meta has for it is not published."""
    return rejected("batch_seq must begin with 1 and go on by 1, until last_batch_flag is true.", "session")


def session_taken() -> GraphError:
    """A session's number that the account has used for something else."""
    return rejected("session_id must be unique within the ad account.", "session")


def schema_changed() -> GraphError:
    """Another schema in the middle of a session."""
    return rejected("The schema must not change within a session.", "payload")


def not_normal() -> GraphError:
    """A replacement of an audience whose operation status is not Normal."""
    return rejected("Only an audience whose operation status is Normal can be replaced.")


def being_updated() -> GraphError:
    """A change while another one goes on."""
    return _of_replacement(1870145, "This audience is being updated. Wait until that is done.")


def replacement_too_large() -> GraphError:
    """A replacement of or by too many people."""
    return _of_replacement(1870144, "The audience is too large to be replaced.")


def first_batch_missing() -> GraphError:
    """A session of a replacement that does not begin at its beginning."""
    return _of_replacement(1870147, "The first batch of this session is missing.")


def replacement_timed_out() -> GraphError:
    """A batch after the session's time."""
    return _of_replacement(1870158, "The session of this replacement has timed out.")


def replacement_finished() -> GraphError:
    """A batch after the last one."""
    return _of_replacement(1870159, "The session of this replacement is finished.")


def _of_replacement(subcode: int, text: str) -> GraphError:
    return _told(2650, "(#2650) Failed to update the custom audience", subcode, "Replace operation failed", text)


def _told(code: int, message: str, subcode: int, title: str, text: str, *, status: int = 400) -> GraphError:
    told: dict[str, Json] = {"is_transient": False, "error_user_title": title, "error_user_msg": text}
    return GraphError(code, message, subcode=subcode, status=status, extra=told)
