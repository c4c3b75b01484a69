"""The shipped process with one capability that outlasts WeChat's patience. The argument moves its clock on, in seconds.

Leases of a process that was killed are over for one whose clock is a minute ahead, so that no test waits for them.
"""

import asyncio
import random
import signal
import sys
from datetime import datetime, timedelta

import uvloop

import handlers
from bot.app import running
from bot.logs import configure
from bot.platform import utc_now
from bot.server import application, listen, serving
from bot.settings import load
from dialogue import Capability, Context, Text

slow = Capability("slow", title="慢", stores=False)


@slow.answers
async def answer(ctx: Context) -> Text:
    await asyncio.sleep(random.uniform(3.8, 4.6))
    return Text(f"收到：{ctx.incoming.text}")


async def serve(ahead: timedelta) -> None:
    def clock() -> datetime:
        return utc_now() + ahead

    settings = load()
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    others = [one for one in handlers.discover() if one.answering is None]
    listener = listen(settings.host, settings.port)
    async with (
        running(settings, clock=clock, capabilities=[*others, slow]) as bot,
        serving(application(bot), listener),
    ):
        await stopped.wait()


if __name__ == "__main__":
    configure()
    uvloop.run(serve(timedelta(seconds=int(sys.argv[1]))))
