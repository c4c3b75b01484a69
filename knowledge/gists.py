"""What is left of a question when the ways of asking are made alike and politeness is dropped."""

import re

# Words that ask the same thing, under the shortest of them; longer words are found first.
_ALIKE = {
    "怎": "怎么样 怎么办 怎样 怎么 如何 咋样 咋办 咋 怎么回事 咋回事 怎么弄 怎么做 点样 点做",
    "什": "什么样的 什么样 什么东西 些什么 什么 有啥 啥 哪些 哪种 哪几种 哪类 那些 乜嘢 乜野",
    "能": "能不能 可不可以 能否 可否 可以 能够 是否可以 是否能 行不行 行吗 可以吗 能吗 得唔得 可唔可以",
    "是": "是不是 是否 系咪 系唔系",
    "有": "有没有 有无 有冇",
    "要": "要不要 需不需要 是否需要 需要 用不用 必须 必要 得要 使唔使",
    "几": "多少 几多 多大 几个 多高",
    "久": "多久 多长时间 多长 多少时间 多少天 几天 几久 几耐",
    "时": "什么时候 啥时候 什么时间 什么时刻 何时 几时 几点",
    "哪": "哪里 哪儿 在哪 什么地方 哪个地方 何处 边度",
    "因": "为什么 为何 为啥 怎么会 是什么原因 什么原因 原因 点解",
    "谁": "什么人 哪个人 哪位 边个",
}
_FILLERS = (
    "请问一下 请问 我想问一下 想问一下 我想问 想问 问一下 请教一下 请教 咨询一下 想咨询 麻烦问 我想知道 想知道 "
    "有谁知道 谁知道 您好 你好 大家 谢谢 多谢 一下 就是 那个 呢 啊 呀 吧 吗 哦 嘛 的 了 么 地 得 啦 喔 唔该 咩 嘅 咗 嘞"
)

_alike = {word: letter for letter, words in _ALIKE.items() for word in words.split()} | dict.fromkeys(
    _FILLERS.split(), ""
)
_WORDS = re.compile("|".join(sorted(_alike, key=len, reverse=True)))


def gist(text: str) -> str:
    """A normalised text without fillers, its question words made alike; itself when nothing else is left."""
    return _WORDS.sub(lambda word: _alike[word[0]], text) or text
