"""Which of their events somebody means, and what for, in their own words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dialogue import titles, wording
from handlers.events.words import TOPICS
from knowledge.normal import normalise
from union import job_words, places, work_words
from union.events import Kind
from union.signups import Place

_OF_KIND = {
    Kind.COOLING: "送清凉|清凉",
    Kind.WARMTH: "送温暖",
    Kind.DELIVERIES: "四送|八送|四送八送",
    Kind.REST: "疗休养|疗养",
    Kind.OUTING: "春游|秋游|春秋游",
    Kind.FRIENDS: "联谊|交友联谊|相亲|交友",
    Kind.SPORTS: "文体",
    Kind.CHECKUP: "体检|免费体检",
    Kind.TALK: "宣讲|讲座",
    Kind.CONTEST: "竞赛|技能竞赛|劳动竞赛",
    Kind.FAIR: "招聘会|招工会|专场招聘",
    Kind.BENEFIT: "普惠",
}
CALLED = {name: kind for kind, names in _OF_KIND.items() for name in names.split("|")}
_TOPICS = frozenset(TOPICS.values())
_LEAST, _MOST_LETTERS = 2, 24
_BEGINS = "开始|集合|集中|开场|入场|报到"
_SIGNS_OF_BEGINNING = re.compile(_BEGINS)
_WHEN_OR_WHERE = re.compile(
    rf"(?:请问|问下|想问|咨询|我|我们|你们)*(.*?)(?:是|系|在|去|到|喺|的|到底|大概|要)*"
    rf"(?:几点钟?|几多点|几时|什么时候|什么时间|哪天|几号|哪里|哪儿|哪个地方|什么地方|边度|边处|哪)(?:去|到|正式)?(?:{_BEGINS})(?:呀|啊|呢|嘅|的)*"
)
# Said around it by who asks of it or wants to go, and has not seen it in a list.
_ASKED = re.compile(
    r"^(?:请问|你好|您好|问下|问一下|我们?|想|要|能|可以|怎么|怎样|如何|点样|去|参加|报名?|看看?|了解|关于|那个|这个|有没有|有|工会的?)+"
    r"|(?:的|我|想|要|能|可以|怎么|怎样|如何|点样|在|喺|哪里|哪儿|哪|边度|边处|几时|几点|什么时候|什么|地方|时间|开始|报名?|参加|去|还|有|没有|冇|没"
    r"|名额|吗|呢|啊|呀|了|活动|详情|介绍|是|系|办|截止|样例)+$"
)
_MOST_ASKED, _MANY_LETTERS = 12, 4
# What stands around a place where somebody says that it is theirs.
_THERE = re.compile("[我们哋系是在住喺属于归的嘅人区市县这那嗰𠮶边本地要选报名去啊呀啦喇吧]*")
_SIGNS_UP = re.compile(r"^我?(?:要|想)?(?:报名?|参加)|报名$")


@dataclass(frozen=True, slots=True)
class Whose:
    """Of which kinds of work and of which districts somebody is."""

    works: tuple[str, ...]
    districts: tuple[str, ...]


def says_whose(text: str, topic: str | None) -> Whose | None:
    """Where somebody lives or what they do, said below an answer about an event; None for anything else."""
    if topic not in _TOPICS or len(text) > _MOST_ASKED:
        return None
    found, rest = places.named(text)
    works = work_words.told(rest)
    if not works and not (found and _THERE.fullmatch(normalise(rest))):
        return None
    return Whose(tuple(works), tuple(one.district for one in found))


def begins(text: str, _: str | None) -> str | None:
    """What somebody calls of which they ask when or where it begins, empty where they name nothing; None for anything else."""
    if len(text) > _MOST_LETTERS or not _SIGNS_OF_BEGINNING.search(text):  # as most texts are
        return None
    found = _WHEN_OR_WHERE.fullmatch(normalise(text))
    return titles.bare(found[1]) if found else None


def named(mine: Sequence[Place], words: str) -> list[Place]:
    """Those whose title holds the words, or whose kind they are; where none is meant for sure, none."""
    by_title = [one for one in mine if titles.is_called(one.event.title, words)]
    return by_title or [one for one in mine if one.event.kind in map(CALLED.get, titles.parts(words))]


def signs_up(text: str) -> bool:
    """Whether a text that names an event asks for a place at it too."""
    return _SIGNS_UP.search(normalise(text)) is not None and not wording.sounds_asked(text)


def may_name(text: str, _: str | None) -> str | None:
    """What may be the name of an event, asked for or written as it is; a trade or a place alone is none."""
    words = _ASKED.sub("", normalise(text))
    if not _LEAST <= len(words) <= _MOST_ASKED:
        return None
    return words if words in CALLED or job_words.read(words).rest else None


def is_whole(title: str, text: str) -> bool:
    """Whether all of a title stands in a text."""
    name = _ASKED.sub("", normalise(title))
    return len(name) >= _LEAST and name in normalise(text)


def is_called(title: str, words: str) -> bool:
    """Whether the words are enough of a title to mean it and no other."""
    whole = normalise(title)
    return words in whole and (len(words) >= _MANY_LETTERS or 2 * len(words) >= len(whole))
