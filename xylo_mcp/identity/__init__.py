"""People's identifiers in normal form and hashed, and lists of people read; no platform is known here by name."""

from . import files, rows
from .hashing import Hashing, hashed
from .knowing import known
from .rows import Person

__all__ = ["Hashing", "Person", "files", "hashed", "known", "rows"]
