"""Arguments that several tools share."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

AccountIds = Annotated[
    Sequence[Annotated[str, Field(max_length=60)]],
    Field(max_length=200, description="ids from list_accounts; default: all"),
]
CampaignIds = Annotated[
    Sequence[Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]], Field(max_length=100, description="default: all")
]
Limit = Annotated[int, Field(ge=1, le=100)]
Cursor = Annotated[str, Field(max_length=40, description="next_cursor of the answer before")]
Format = Literal["concise", "detailed"]
