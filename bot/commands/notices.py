"""notice: the platform's templates for subscription notices, beside the routes that they are part of."""

from bot.commands.routes import notices

__all__ = ["app"]

app = notices
