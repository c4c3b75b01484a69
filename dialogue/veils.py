"""What is kept of a text in which a worker's own name stands."""

from dialogue import earlier
from dialogue.contexts import Context
from dialogue.conversations import Conversation
from dialogue.earlier import LEAST_OF_NAME
from dialogue.filling import Route
from dialogue.replies import Text
from messages.ports import Incoming


def veiled(found: Route, incoming: Incoming, conversation: Conversation) -> Route:
    """Names of this worker are masked in their text, those that are held and those of a form, if it is closed by it too."""
    is_said = len(incoming.text) >= LEAST_OF_NAME and not incoming.menu_id and not incoming.text.isdecimal()
    if not is_said or not (conversation.names or conversation.forms):
        return found

    async def answer(ctx: Context) -> Text | None:
        reply = await found.handler(ctx)
        if ctx.hidden is None:
            ctx.names = earlier.own_names(ctx, conversation)
        return reply

    return Route(answer, found.stores, found.carries)
