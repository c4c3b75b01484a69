"""Words by which one line of a summary is given anew: its number, or its label and the value behind it."""

import re

from dialogue.wording import words_of

# What begins with the number of a line; after a dot one or two more figures make it a day or a time.
_OF_LINE = re.compile(
    r"第?([0-9]{1,2}) *(?:[项行][ .、,:)]*|[ 、,)]|[.:](?![0-9]{1,2}(?![0-9]))) *([^ .、,:)].*)"
)
_VALUE_FOLLOWS = re.compile(r"(?:的?(?:名字|名称|全称))? *(?:应该)?(?:改成|改为|换成|换为|是|为|[:=]| )+")
_NAMED_ALONE = words_of("名字 名称 全称 的名字 的名称 的全称")


def of_line(said: str) -> tuple[int, str] | None:
    """The line of a summary and its new value, as in “6.京东” and “2 13800138078”; “3.8” is a day."""
    found = _OF_LINE.fullmatch(said)
    return (int(found[1]), value_after(found[2])[0]) if found else None


def value_after(said: str) -> tuple[str, bool]:
    """Of what stands behind a label the value, as in “是顺丰”, and whether it was said to be one."""
    said = "" if said in _NAMED_ALONE else said
    found = _VALUE_FOLLOWS.match(said)
    return (said[found.end() :], True) if found else (said, False)
