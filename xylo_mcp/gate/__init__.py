"""The gate: every change passes here, or nowhere."""

from .gate import Gate
from .outcomes import Outcome, Wish
from .sending import Sender
from .settling import Settler

__all__ = ["Gate", "Outcome", "Sender", "Settler", "Wish"]
