"""What somebody signed up for, as they call it, and that they do not go there: alike for courses and events."""

import re

from knowledge.normal import normalise

_LEAST, _MOST_LETTERS = 2, 24
_CANNOT = (
    "去不了|来不了|参加不了|去不成|上不了|学不了|(?<![出回进下过上起来去])不[去来]|(?:(?<=[班课训我也])不|不[想能])上(?!.?班)|不[想能]?学|不参加|不能去|不能来"
    "|没空[去上学]|冇时间[去上学]|去唔到|嚟唔到|上唔到|唔[去嚟上学]|唔得闲[去嚟上学]|请个?假|(?<=[班课训])退掉?"
)
_SIGNS = re.compile(
    "取消|退[出掉]|[不唔能空想][去来参上学]|[去来上学][不唔]|加不|间[去上学]|嚟唔|唔嚟|闲[去嚟上学]|请个?假|退.{2,12}[班课训]|[班课训]退"
)
_BEFORE = "(?:我|那|就|要|想|请|先|麻烦|帮我|帮忙|唔该|不好意思|又|还是|可能|应该|临时|突然|有事|暂时)*"
_AFTER = "(?:了|啦|喇|吧|啊)*"
_GIVES_UP = re.compile(
    rf"{_BEFORE}(?:取消|退出|退掉|退了?(?=.{{2,12}}[班课训])|不去|不参加|唔去|[不唔]想?(?:上(?!.?班)|学))(?:掉|参加)?(.{{2,14}}?)(?:的?(?:报名|名额|候补))?{_AFTER}"
    rf"|(.{{2,14}}?)(?:的?报名)?{_BEFORE}(?:{_CANNOT}|取消){_AFTER}|{_BEFORE}请个?假{_AFTER}"
)
_DAYS = "今[天日晚]|明[天日晚]|后天|听[日晚]|周[一二三四五六日]|星期[一二三四五六日天]|下午|上午|晚上"
_NAMES_NOTHING = re.compile(
    rf"(?:我|家里?|屋企|小孩|孩子|老人|身体|帮我|有事|加班|上班|开工|要|跑单|送[单餐货]|出差|生病|病|发烧|不舒服|走不开|好?忙|临时|突然|实在|了|{_DAYS})*"
)
_LIKE_A_NAME = re.compile("[班课训会]|活动|订阅|提醒|申请|应聘|礼包")
_GIVEN = ("包", "券")  # what nobody goes to
_AROUND = re.compile(
    r"^(?:我|请|帮我|把|报名|报了|报|的|[那这][个门场]|" + _DAYS + r")+"
    r"|(?:活动|会|培训|课程|课|班|[那这][个门场]|的)+$"
)


def gives_up(text: str, _: str | None = None) -> str | None:
    """What somebody calls that they do not go to, or want to cancel; None for anything else."""
    if len(text) > _MOST_LETTERS or not _SIGNS.search(text):  # as most texts are
        return None
    found = _GIVES_UP.fullmatch(normalise(text))
    if found is None or (found[1] or "").endswith(_GIVEN):
        return None
    return found[1] or found[2] or ""


def names_nothing(text: str, words: str, *, told: bool) -> bool:
    """Whether the `words` before “去不了” are a reason or a day; where it was `told` what one goes to, anything but a name."""
    if not normalise(text).startswith(words):
        return False
    return _NAMES_NOTHING.fullmatch(words) is not None or (told and _LIKE_A_NAME.search(words) is None)


def bare(words: str) -> str:
    """The name alone, without what stands around it: “报的电工班” is 电工."""
    return _AROUND.sub("", words)


def parts(words: str) -> list[str]:
    """The words, and the name alone, as far as they can be told from others."""
    return [one for one in dict.fromkeys((words, bare(words))) if len(one) >= _LEAST]


def is_called(title: str, words: str) -> bool:
    """Whether what has this title is called so: 电工入门班 is “电工班” too."""
    return any(part in normalise(title) for part in parts(words))
