async def creates(given: bytes) -> str:
    return ""


async def settle(given: bytes) -> str:
    return ""
