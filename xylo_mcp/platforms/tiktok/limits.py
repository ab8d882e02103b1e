"""How fast TikTok may be asked."""

from ...transport import Limits

LIMITS = Limits(per_second=10, per_minute=600)
"""Our own pace: the Basic tier, which every app starts with (TikTok API for Business docs, v1.3, "Rate limits").

TikTok sends no usage headers, so there is no pressure to follow.
"""

EVENTS = Limits(per_second=100)
"""Our own pace for events, which count apart from the app's other requests.

TikTok takes ten times as many (1,000 a second, 600,000 a minute, in every tier: same docs).
"""
