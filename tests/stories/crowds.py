"""Many workers who sign up for the same thing, whoever serves them."""

import asyncio
import re

from wechat.simulator import Phone, Platform

SEATED, FULL = "报上了", "第 {} 位"
_NUMERALS = "零一二三四五六七八九"
_RESULT = re.compile(r"报上了|第 \d+ 位")


def contact(number: int) -> tuple[str, str]:
    """A name and a mobile of nobody."""
    spoken = "".join(_NUMERALS[int(digit)] for digit in f"{number:03}")
    return f"陈小{spoken}", f"138001{number:05}"


async def joins(word: str, phone: Phone, *who: str, hears: str = "") -> None:
    """The first of the list that answers the word."""
    await phone.says(word, "1", "报名", *who, "确认", hears=hears)


async def queue(word: str, platform: Platform, count: int) -> list[Phone]:
    """So many workers who join one after the other, each with a name and a number of their own."""
    phones = [platform.phone(f"职工{number}") for number in range(count)]
    for number, phone in enumerate(phones):
        await joins(word, phone, f"陈小{'甲乙丙丁戊己庚辛壬癸'[number]}", f"1380013801{number}")
    return phones


async def signs_up(phone: Phone, number: int, patience: float = 60) -> None:
    """All the way, each message after the answer to the one before; the last answer may come late."""
    for said, hears in (
        ("培训", "电工入门班"),
        ("1", "报名"),
        ("报名", "姓名"),
        (contact(number)[0], "手机号"),
        (contact(number)[1], "请核对"),
    ):
        await asks(phone, said, hears, patience)
    await insists(phone, "确认")
    async with asyncio.timeout(patience):
        while not told(phone):
            await asyncio.sleep(0.05)


async def asks(phone: Phone, said: str, hears: str, patience: float) -> None:
    """Says it, and waits for the answer also where it comes as a message of its own."""
    start = len(phone.messages)
    await insists(phone, said)
    async with asyncio.timeout(patience):
        while not any(hears in one.text for one in phone.messages[start:] if one.author != "worker"):
            await asyncio.sleep(0.05)


async def insists(phone: Phone, said: str) -> None:
    """Says it again where WeChat showed that the service is not there, as after a process was killed."""
    await phone.says(said)
    while phone.last is None or phone.last.fault:
        await phone.says(said)


def told(phone: Phone) -> list[str]:
    """What this worker heard of how it ended, each time it was heard."""
    said = (one.text for one in phone.messages if one.author != "worker")
    return [found[0] for text in said if (found := _RESULT.search(text)) and "培训：" not in text]
