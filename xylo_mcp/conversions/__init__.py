"""Conversions read from what a caller gives or from a file: each becomes an event, or a word why it cannot."""

from .reading import Numbered, event, from_file, from_values

__all__ = ["Numbered", "event", "from_file", "from_values"]
