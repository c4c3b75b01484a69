"""Files that commands write."""

from pathlib import Path

from bot.commands.failures import fail


def write(file: Path, content: bytes) -> None:
    """The whole file or none; one that is there may hold somebody's work."""
    try:
        with file.open("xb") as made:
            made.write(content)
    except FileExistsError:
        fail(f"{file} exists already")
    except OSError as error:
        fail(f"{file}: {error.strerror}")
