"""Free words that a capability is sure of."""

from collections.abc import Sequence
from typing import Any

from dialogue.capabilities import Reader, Understood
from dialogue.contexts import Context
from dialogue.filling import Route
from dialogue.replies import Text

Readers = Sequence[tuple[Reader[Any], Understood[Any], bool]]


def understood(readers: Readers, text: str, topic: str | None, usual: Route | None = None) -> Route | None:
    """Of the one reader that is sure of the text, if it is one; `usual` answers where that finds nothing to say."""
    meant = [
        (found, handler, stores)
        for reader, handler, stores in readers
        if (found := reader(text, topic)) is not None
    ]
    if len(meant) != 1:
        return None
    ((found, handler, stores),) = meant

    async def answer(ctx: Context) -> Text | None:
        if (reply := await handler(ctx, found)) is not None or usual is None:
            return reply
        await ctx.attach()
        return await usual.handler(ctx)

    return Route(answer, stores, usual is None or usual.carries)
