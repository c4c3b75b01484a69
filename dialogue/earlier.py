"""What a worker gave to another form: offered once, masked, and used for this form only after a yes."""

from collections.abc import Sequence
from dataclasses import replace

from dialogue import assents, names, wording
from dialogue.answers import Doubtful, Invalid, OneOf, Said, person_name, plain, tried
from dialogue.contexts import Context
from dialogue.conversations import Conversation
from dialogue.fields import Field
from dialogue.unasked import is_meant
from dialogue.values import Answer, Earlier, Opened, Option
from dialogue.wording import Control

# Instead of a field: the question whether it is to be used.
SAME = "~"
_A_NUMBER = 7
LEAST_OF_NAME = 2  # letters
_YES, _NO = "yes", "no"
_CHOICES = Option(_YES, wording.USE_IT), Option(_NO, wording.ANEW)


class _Use(OneOf):
    async def __call__(self, ctx: Context, said: Said) -> Option:
        words = wording.bare(plain(said.text))
        if words in wording.USES or wording.keeps(words) or wording.control(words) is Control.CONFIRM:
            return _CHOICES[0]
        if words in wording.NEW_ONES or wording.control(words) is Control.CHANGE:
            return _CHOICES[1]
        agreed = assents.yes_or_no(words)
        if agreed is None:
            raise Invalid(wording.USE_OR_NOT)
        return _CHOICES[0] if agreed else _CHOICES[1]


def question(opened: Opened) -> Field:
    """Asks whether what is on offer is to be used; what is typed there instead may be anything."""
    return Field(SAME, f"{opened.offer}\n{{options}}", _Use(_CHOICES), wording.SAME_AS_BEFORE, private=True)


async def offered(ctx: Context, wanted: Sequence[Field]) -> str:
    """What is on offer for these fields, in words; empty where nothing is."""
    found = await _found(ctx, wanted) if wanted else None
    if found is None:
        return ""
    shown = "，".join(
        one.show(value)
        for known_as, value in found.values.items()
        for one in wanted
        if one.known_as == known_as
    )
    return wording.SAME.format(when=found.when, shown=shown)


async def settled(
    ctx: Context, opened: Opened, wanted: Sequence[Field], agreed: Answer
) -> tuple[Opened, str]:
    """The form after the yes or no, and why something of what was on offer cannot be taken here.

    What has changed or was erased since it was shown is not what the yes was to.
    """
    if agreed.value == _NO:
        return opened.declining(), ""
    found = await _found(ctx, wanted)
    if found is None or await offered(ctx, wanted) != opened.offer:
        return replace(opened, offer=""), ""
    filled, why = opened.declining(), ""
    for field in wanted:
        if value := found.values.get(field.known_as):
            refused = await tried(ctx, field.accept, Said(value))
            if isinstance(refused, Invalid) and not isinstance(
                refused, Doubtful
            ):  # it was said twice the first time
                why = str(refused)
                continue
            filled = filled.with_answer(field.name, Answer(value))
    return filled, why


async def instead(ctx: Context, asked: Field, wanted: Sequence[Field], said: Said) -> Field | None:
    """The field to which a new value was sent at once, instead of a no."""
    if asked.name != SAME:
        return None
    text = plain(said.text)
    meant = [one for one in wanted if await is_meant(ctx, one, said)]
    if not meant and names.is_likely(text):
        meant = [one for one in wanted if one.accept is person_name]
    if not meant and sum(map(str.isdigit, text)) >= _A_NUMBER:  # a wrong one is told what is wrong with it
        meant = [one for one in wanted if one.accept is not person_name]
    return meant[0] if len(meant) == 1 else None


def own_names(ctx: Context, before: Conversation) -> tuple[str, ...]:
    """The worker's names in the message: those that are held, and from the forms that lay open before it or do now."""
    said = plain(ctx.incoming.text)
    forms = (*ctx.opened(before), *ctx.forms)
    given = {answer.value for opened in forms for answer in opened.answers.values()}
    known = {
        *before.names,
        *(one for one in given if isinstance(one, str) and (names.is_likely(one) or "·" in one)),
    }
    return tuple(one for one in known if len(one) >= LEAST_OF_NAME and one in said)


async def _found(ctx: Context, wanted: Sequence[Field]) -> Earlier | None:
    """What was given last of all that these fields ask for."""
    usable = [one for one in await ctx.recall() if any(one.values.get(field.known_as) for field in wanted)]
    return max(usable, key=lambda one: one.at, default=None)
