"""Broadcasts: one content to many, a delivery for each of them in the journal."""

from datetime import datetime
from enum import StrEnum
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, UTCDateTime


class State(StrEnum):
    """Where a broadcast stands. Rows of one that is not RUNNING are not sent."""

    DRAFT = "draft"
    APPROVED = "approved"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"


class Kind(StrEnum):
    """What is sent."""

    TEXT = "text"
    PICTURE = "picture"
    ARTICLE = "article"


class Broadcast(Base):
    """Who gets what, who wrote and who approved it, and how far it is.

    `edition` counts the changes of what is said to whom, so that nobody approves what they have not seen; the audience is
    who met it at `launched_at`. `audience` is JSON; `mass`: may use one of the month's four; `cursor`: the last openid that was given a delivery;
    `refusals`: how often the platform has refused it since it was launched or resumed; `media_id` is its picture on the
    platform until `media_until`; `closed_at`: since when nothing of it waits any more.
    """

    __tablename__ = "broadcasts"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(128))
    kind: Mapped[str] = mapped_column(sa.String(16))
    text: Mapped[str] = mapped_column(sa.Text)
    title: Mapped[str] = mapped_column(sa.String(128))
    url: Mapped[str] = mapped_column(sa.Text)
    picture: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    audience: Mapped[str] = mapped_column(sa.Text)
    safety: Mapped[bool] = mapped_column(sa.Boolean)
    mass: Mapped[bool] = mapped_column(sa.Boolean)
    topic: Mapped[str] = mapped_column(sa.String(32))
    state: Mapped[str] = mapped_column(sa.String(16))
    edition: Mapped[int] = mapped_column(sa.Integer, server_default="1")
    author: Mapped[str] = mapped_column(sa.String(64))
    approver: Mapped[str | None] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    launched_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    starts_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    cursor: Mapped[str] = mapped_column(sa.String(64), server_default="")
    expanded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str | None] = mapped_column(sa.String(255))
    refusals: Mapped[int] = mapped_column(sa.Integer, server_default="0")
    media_id: Mapped[str | None] = mapped_column(sa.String(255))
    media_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class StepRow(Base):
    """What was done about a broadcast, by whom (a staff id, or "bot"). Rows are only ever added.

    `told_at`: when staff were told of what the bot did.
    """

    __tablename__ = "broadcast_steps"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    broadcast_id: Mapped[int] = mapped_column(sa.ForeignKey("broadcasts.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[str] = mapped_column(sa.String(64))
    what: Mapped[str] = mapped_column(sa.String(16))
    edition: Mapped[int] = mapped_column(sa.Integer)
    reason: Mapped[str] = mapped_column(sa.String(255))
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


steps = cast(sa.Table, StepRow.__table__)
broadcasts = cast(sa.Table, Broadcast.__table__)
