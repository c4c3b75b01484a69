"""A number, a yes or a no may be for a message that came after the last answer; whoever sent it is asked first."""

from collections.abc import Sequence

from dialogue.capabilities import Awaited, Counted
from dialogue.contexts import Context
from dialogue.filling import Route
from dialogue.replies import Text


def counted(counting: Counted | None, number: int, otherwise: Route) -> Route:
    """A number may mean a line of a message that came later than the list on offer."""
    if counting is None:
        return otherwise

    async def count(ctx: Context) -> Text | None:
        return await counting(ctx, number) or await otherwise.handler(ctx)

    return Route(count, otherwise.stores, otherwise.carries)


def awaited(awaiting: Sequence[Awaited], yes: bool | None, otherwise: Route) -> Route:
    """A yes or a no may answer what waits for the worker's word; the first that knows of something has it."""
    if yes is None or not awaiting:
        return otherwise

    async def answer(ctx: Context) -> Text | None:
        for one in awaiting:
            if (reply := await one(ctx, yes)) is not None:
                return reply
        return await otherwise.handler(ctx)

    return Route(answer, otherwise.stores, otherwise.carries)
