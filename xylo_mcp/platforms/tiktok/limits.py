"""How fast TikTok may be asked."""

from ...transport import Limits

LIMITS = Limits(per_second=10, per_minute=600)
"""Our own pace: the Basic tier, which every app starts with (TikTok API for Business docs, v1.3, "Rate limits").

TikTok sends no usage headers, so there is no pressure to follow.
"""
