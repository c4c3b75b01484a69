"""Words by which one line of a summary is given anew: its number, or its label and the value behind it."""

import re

from dialogue.wording import words_of

# What begins with the number of a line; after a dot one or two more figures make it a day or a time.
_OF_LINE = re.compile(
    r"第?([0-9]{1,2}) *(?:[项行][ .、,:)]*|[ 、,)]|[.:](?![0-9]{1,2}(?![0-9]))) *([^ .、,:)].*)"
)
_VALUE_FOLLOWS = re.compile(r"(?:的?(?:名字|名称|全称))? *(?:应该)?(?:改成|改为|换成|换为|是|为|[:=]| )+")
# “选错了，应该选2”: what was picked from a list is taken back.
_CHOSEN_ANEW = re.compile(
    r"(?:不好意思|哎呀?|啊|哦|我|刚才|刚刚|前面|上面|好像|不小心)*[选点按]错(?:了|咗)?[ ,，.。、:：!！]*"
    r"(?:我|应该|应当|要|想|是|系|改|换|成|为|选|的)*(.+)"
)
_NAMED_ALONE = words_of("名字 名称 全称 的名字 的名称 的全称")


def of_line(said: str) -> tuple[int, str] | None:
    """The line of a summary and its new value, as in “6.京东” and “2 13800138078”; “3.8” is a day."""
    found = _OF_LINE.fullmatch(said)
    return (int(found[1]), value_after(found[2])[0]) if found else None


def chosen_anew(said: str) -> str:
    """What is chosen instead where somebody says that they picked the wrong line; empty for anything else."""
    found = _CHOSEN_ANEW.fullmatch(said.rstrip(" 。.!！~"))
    return found[1] if found else ""


def value_after(said: str) -> tuple[str, bool]:
    """Of what stands behind a label the value, as in “是顺丰”, and whether it was said to be one."""
    said = "" if said in _NAMED_ALONE else said
    found = _VALUE_FOLLOWS.match(said)
    return (said[found.end() :], True) if found else (said, False)
