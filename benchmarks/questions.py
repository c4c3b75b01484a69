"""Questions for the wire: every text differs, half of them are about what the knowledge base knows."""

import random

from benchmarks import matching
from knowledge import contents

_HELLO = ("", "你好，", "请问", "想问下，", "麻烦问一下，", "师傅，")
_WHERE = ("厂里", "工地", "商场", "码头", "镇上", "园区", "学校", "医院", "公司", "平台", "车队", "食堂")
_WORK = ("电工", "保安", "骑手", "司机", "焊工", "会计", "护士", "快递员", "环卫工", "厨师", "裁缝", "瓦工")
_SINCE = ("刚来", "干了半年", "干了一年", "干了三年", "干了十年", "快退休了")
_END = ("", "？", "呢", "啊", "，谢谢", "，急")


def distinct(number: int) -> list[str]:
    """So many texts of which no two are equal; the same ones at every call."""
    draw = random.Random(number)
    known = [
        phrasing for entry in contents.read().entries if not entry.is_aside for phrasing in entry.phrasings
    ]
    made = dict.fromkeys(matching.questions(number // 2))
    while len(made) < number:
        made[_dressed(draw, draw.choice(known))] = None
    texts = list(made)
    draw.shuffle(texts)
    return texts


def _dressed(draw: random.Random, question: str) -> str:
    """A phrasing as somebody would bring it forward."""
    where, work, since = draw.choice(_WHERE), draw.choice(_WORK), draw.choice(_SINCE)
    return f"{draw.choice(_HELLO)}我在{where}做{work}{since}，{question.rstrip('？')}{draw.choice(_END)}"
