"""Files that commands write and read."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


@contextmanager
def making(file: Path) -> Iterator[None]:
    """What is written into the file meanwhile is there whole or not at all; that it can be made is known before."""
    write(file, b"")
    try:
        yield
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def text(file: Path) -> str:
    """In UTF-8, or as Chinese Windows saves it."""
    content = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            return content.decode(encoding).strip()
    return fail(f"{file}: no text in UTF-8 or GB18030")
