"""What a worker wants to hear of when it is new; capabilities reach `messages.subscriptions` by this way."""

from messages.subscriptions import (
    Frequency,
    Shown,
    Subscription,
    TooMany,
    Topic,
    last_shown,
    of,
    switch_off,
    switch_on,
    switch_over,
)

__all__ = [
    "Frequency",
    "Shown",
    "Subscription",
    "TooMany",
    "Topic",
    "last_shown",
    "of",
    "switch_off",
    "switch_on",
    "switch_over",
]
