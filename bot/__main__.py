"""The command line: `python -m bot …`."""

import gc

gc.disable()  # nothing of what is imported is garbage, and looking for it takes a sixth of the time
from bot.commands import app  # noqa: E402 - the line before is for it

gc.enable()

if __name__ == "__main__":
    app()
