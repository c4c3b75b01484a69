"""A person's name, in whatever words it comes."""

import re

from dialogue import wording

_HAN = r"[\u3400-\u9fff\U00020000-\U0002ebef]"
_CALLED = r"(?:(?:就?是|系)(?:叫做|叫作|叫)?|叫做|叫作|叫)"
_LEAD = re.compile(
    r"^(?:(?:你好|您好|好的?|是的|对|嗯|哦|喂)+[,。 ]+|(?:你好|您好|嗯|哦|喂)+)?"
    rf"(?:(?:我的?|本人的?)?(?:名字|姓名|全名|大名)(?:{_CALLED}|为)?|本人名?{_CALLED}?|我名?{_CALLED}|叫做|叫作|叫)"
    r"[: ]*"
)
_SURNAME_AND_NAME = re.compile(
    rf"^(?:我|本人|免贵)*姓(?:是|:)?({_HAN}{{1,2}}?)[, ]*(?:单?名字?(?:叫做|叫作|叫|是|为|:)?|叫做|叫)({_HAN}{{1,2}})$"
)
_SURNAME_ALONE = re.compile(rf"^(?:我|本人|免贵)*姓{_HAN}{{1,2}}$")
_NAME = re.compile(rf"{_HAN}{{1,6}}(?:[·•・.]{_HAN}{{1,8}}){{0,3}}")
_NO_NAMES = re.compile(
    r"[我你您吗呢吧啊了的咩嘅唔冇]|你好|谢谢|请问|什么|怎么|不知|没有|可以|不想|想要|不要|不用|不行|不是|帮助|确认|取消|继续|返回|人工|"
    r"入会|工会|公司|师傅|先生|女士|小姐|老板|手机|电话|名字|姓名|骑手|司机|快递|外卖|工人|员工"
)
# Words of wishing, which stand in names too: 李想, 陈不凡. They come after one of the surnames that most have; 阿不都 is none.
_WISHES = re.compile(r"(?<!阿)不|[想要请]")
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常傅卞齐康伍余元卜顾孟黄穆萧尹姚邵汪祁毛米贝明成戴宋茅庞熊纪舒屈项祝董梁杜阮"
    "蓝席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁"
    "荀甄曲封储靳段焦牧谷车侯全班仲伊宫宁仇甘厉祖武符刘景詹龙叶司黎印白蒲赖卓蒙池乔阴闻党翟谭贡劳姬申冉雍桑桂牛边温"
    "庄晏柴阎慕连艾容向古易戈廖耿满国文寇广欧沃利师巩聂曾关欧上司诸覃麦邝冼植揭佘游练缪涂肖付闫尚敖简兰"
)
_DOUBLE_SURNAMES = frozenset(
    [
        "欧阳",
        "司徒",
        "上官",
        "司马",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "夏侯",
        "令狐",
        "澹台",
        "长孙",
        "宇文",
        "端木",
    ]
)
# What may follow a bare name without putting it in doubt.
_AFTER = re.compile(r"(?:男|女|先生|女士|谢谢|汉族|你好)*")


class NoName(Exception):
    """The text is no name; it says what to send instead."""


def read(text: str) -> str:
    """Of a text in half width: “我叫陈大文，送外卖的”, “姓陈名大文”, “陈大文（男）” or the bare name. Raises NoName."""
    said = text.translate(str.maketrans("，：；、！～", ",:;,!~"))
    said = re.sub(r"[(（].*$", "", said).strip(" ,。.!~")
    if found := _SURNAME_AND_NAME.match(said):
        return found[1] + found[2]
    if _SURNAME_ALONE.match(said):
        raise NoName("请发全名，姓和名都要，比如：陈大文。")
    name = _bare(said)
    if re.search(r"[0-9]", name):
        raise NoName("姓名里有数字。请只发姓名，比如：陈大文。")
    if not _is_name(name):
        raise NoName("请发身份证上的姓名，两到四个字就行，比如：陈大文。")
    if len(name) < 2:
        raise NoName("请发全名，姓和名都要，比如：陈大文。")
    return re.sub(r"[•・.]", "·", name)


def introduces(text: str) -> bool:
    """Whether somebody says there what they are called."""
    for part in (text, *re.split(r"[,，。;；!！\n]+", text)):
        if _LEAD.match(part.strip()) or part.strip().startswith(("姓", "我姓", "免贵姓")):
            try:
                read(part)
            except NoName:
                continue
            return True
    return False


def is_likely(name: str) -> bool:
    """Whether letters without anything around them are most likely somebody's name in full: 陈大文, 欧阳修."""
    if len(name) > 3 and name[:2] not in _DOUBLE_SURNAMES:
        return False
    return len(name) > 1 and name[0] in _SURNAMES and _is_name(name)


def is_led(text: str) -> bool:
    """Whether a text in half width begins with words for what somebody is called."""
    return bool(_LEAD.match(text.replace("：", ":"))) or bool(_SURNAME_AND_NAME.match(text))


def _bare(said: str) -> str:
    """Without what stands around it; what follows a bare name counts, unless it is of no weight."""
    name = _LEAD.sub("", said)
    first, _, rest = name.partition(",")
    if name != said or _AFTER.fullmatch(re.sub(r"[\s,]", "", rest)):
        name = first
    return re.sub(r"\s+", "", name).rstrip("。.!~呀哦")


def _is_name(name: str) -> bool:
    if not _NAME.fullmatch(name) or _NO_NAMES.search(name):
        return False
    if wording.is_no_value(name):
        return False
    return not _WISHES.search(name) or (name[0] in _SURNAMES and len(name) <= 4)
