"""Names that workers give of themselves, made unreadable where words are kept that anybody at work may read."""

import re

from dialogue import names

_HAN = names.HAN
_ENDS = rf"(?!{_HAN})"
_ENDS_SOFTLY = rf"(?=[啊呀哦呢]?{_ENDS})"
# What goes on right behind a name: 我叫张小明想入会.
_GOES_ON = rf"(?={_ENDS}|[想要来在是做送开住男女从到今电手干跑同和啊呀哦呢没])"
_CALLED = r"(?:(?:就?[是系])?叫(?:做|作)?|[是系为])?"
# “姓名应该是…”, “名字写错了，是…”: it is given anew.
_ANEW = r"(?:[打写填输发搞弄报留]?错[了咗]?[啦喇]?[\s,，。:：]*)?(?:应[该当]?|现在)?(?:[更修]?改[成为]|换[成为]|更正为)?"
_MASKED = r"1[3-9][0-9]\*{4}[0-9]{4}"
_BETWEEN = r"[\s,，。:：;；、]*(?:(?:我的?|本人)?(?:联系)?(?:电话|手机)号?码?[\s:：是]*)?"
_SAID = (
    re.compile(
        rf"(?:我|本人|俺)(?:[的嘅]?个?(?:名字?|姓名|全名|大名))?(?:就?[是系])?叫(?:做|作)?[\s:：]*({_HAN}{{2,4}}?){_GOES_ON}"
    ),
    re.compile(rf"(?:名字|姓名|全名|大名|我[嘅个]名){_ANEW}{_CALLED}[\s:：]*({_HAN}{{2,4}}?){_GOES_ON}"),
    # Whoever writes a mobile writes the name beside it.
    re.compile(rf"(?<!{_HAN})({_HAN}{{2,4}}){_BETWEEN}{_MASKED}"),
    re.compile(rf"{_MASKED}[\s,，。;；、]*({_HAN}{{2,4}}){_ENDS}"),
)
# 我是 is said before a trade, a place or a state as well, of which many begin like a name: 我是高州人.
_IS = re.compile(rf"(?:我|本人|俺)就?[是系][\s:：]*({_HAN}{{2,4}}?){_ENDS_SOFTLY}")
_NOT_CALLED = re.compile(
    r".+[人工员族户客部班匠农]|.州|.{1,2}工头|(?:高中|初中|练习|毕业|实习)生"
    r"|全职|单身.?|单亲|单干|房东|白领|安保|常住|高层|高血压|黄牛|路过|明天"
)
_APART = re.compile(rf"姓{names.APART}{_GOES_ON}")
_MAY = re.compile(r"[叫姓名*]|[我人俺]就?[是系]")  # most texts have none of these


def veil(text: str) -> str:
    """The text, its mobiles masked already, with names reduced to their first letter: 我叫陈**."""
    if not _MAY.search(text):
        return text
    for said in _SAID:
        text = said.sub(_veiled, text)
    text = _APART.sub(lambda match: match[0].removesuffix(match[2]) + "*" * len(match[2]), text)
    return _IS.sub(lambda match: match[0] if _NOT_CALLED.fullmatch(match[1]) else _veiled(match), text)


def is_called(name: str) -> bool:
    """Whether what is said behind 我是 is a name and no trade nor state: 陈大文, not 安保."""
    return names.is_likely(name) and not _NOT_CALLED.fullmatch(name)


def _veiled(match: re.Match[str]) -> str:
    start, end = match.start(1) - match.start(), match.end(1) - match.start()
    whole, name = match[0], match[1]
    if not names.is_likely(name):
        return whole
    return whole[: start + 1] + "*" * (len(name) - 1) + whole[end:]
