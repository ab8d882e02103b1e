"""People's identifiers in normal form and hashed, and lists of people read; no platform is known here by name."""

from . import files, rows
from .hashing import hashed
from .knowing import known

__all__ = ["files", "hashed", "known", "rows"]
