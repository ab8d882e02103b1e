"""What platforms said before, so that a question asked again costs no request."""

from .told import Remembered, Restated

__all__ = ["Remembered", "Restated"]
