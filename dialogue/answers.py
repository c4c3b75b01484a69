"""A stand-in until the engine lands."""


class Invalid(Exception):
    """An answer that cannot be taken; the text tells the worker what to send instead."""

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field
