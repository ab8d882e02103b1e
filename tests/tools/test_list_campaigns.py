"""list_campaigns, as a model sees it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec
import pytest
from inline_snapshot import snapshot

from conftest import StandingClock
