"""A photo as an answer: what stands for it, and what is told when it could not be fetched."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from dialogue import wording
from dialogue.contexts import Context
from dialogue.values import Option
from messages import photos


class Why(StrEnum):
    """Why a photo was not kept."""

    GONE = "gone"
    LARGE = "large"
    NO_PICTURE = "no picture"


@dataclass(frozen=True, slots=True)
class PhotoLost:
    """A photo could not be had from the platform: the worker is asked to send it again."""

    openid: str
    why: Why


async def taken(ctx: Context, media_id: str) -> Option:
    """The answer that stands for it; the file itself is fetched after the turn."""
    await ctx.attach()
    key = secrets.token_hex(8)
    form = ctx.forms[-1].form if ctx.forms else ""
    photos.want(ctx.session, key, ctx.openid, form, media_id, ctx.now)
    return Option(key, wording.ONE_PHOTO)


async def hand_in(ctx: Context, keys: Sequence[str]) -> None:
    await ctx.attach()
    await photos.hand_in(ctx.session, ctx.openid, keys, ctx.now)


async def drop(ctx: Context, form: str) -> None:
    """Those of a form that the worker has cancelled."""
    await ctx.attach()
    await photos.drop(ctx.session, ctx.openid, form)


async def send_again(ctx: Context) -> bool:
    """Whether the photo of this turn takes the place of one that was lost."""
    return await photos.send_again(ctx.session, ctx.openid, ctx.incoming.media_id, ctx.now)
