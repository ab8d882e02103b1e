"""What a field may hold."""

from typing import Literal

Kind = Literal[
    "int64", "int32", "double", "string", "name", "bool", "enum", "enums", "texts", "numbers", "date", "time"
]
"""`name` is a resource name, `date` a segment's day and `time` a local date and time.

`enums`, `texts` and `numbers` are lists of enums, strings and whole numbers of 64 bits.
"""
