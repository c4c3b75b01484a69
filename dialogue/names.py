"""A person's name, in whatever words it comes."""

import re

from dialogue import assents, surnames, wording
from knowledge.normal import simplified
from union import job_words, places, work_words

HAN = r"[\u3400-\u9fff\U00020000-\U0002ebef]"
_CALLED = r"(?:(?:就?是|系)(?:叫做|叫作|叫)?|叫做|叫作|叫)"
_LEAD = re.compile(
    r"^(?:(?:你好|您好|好的?|是的|对|嗯|哦|喂)+[,。 ]+|(?:你好|您好|嗯|哦|喂)+)?"
    rf"(?:(?:我[的嘅]?个?|本人的?)?(?:名字|姓名|全名|大名)(?:{_CALLED}|为)?|本人名?{_CALLED}?|我(?:嘅?个?名)?{_CALLED}|我[嘅个]名|叫做|叫作|叫)"
    r"[: ]*|^(?i:my name is|my name's|i am|i'm)[: ]+"
)
# “姓张名小明”: what stands behind 姓.
APART = rf"({HAN}{{1,2}}?)[,， ]*(?:单?名字?(?:叫做|叫作|叫|是|为|:)?|叫做|叫)({HAN}{{1,2}}?)"
_SURNAME_AND_NAME = re.compile(rf"^(?:我|本人|免贵)*姓(?:是|:)?{APART}$")
# “我姓王名字叫王桂芳”, “姓王，王桂芳”: the surname is said again.
_SURNAME_TWICE = re.compile(
    rf"^(?:我|本人|免贵)*姓(?:是|:)?({HAN}{{1,2}})[,，。 ]*(?:我|叫|是|系|全名|名字?|为|[:： ])*(\1{HAN}{{1,2}})$"
)
_SURNAME_ALONE = re.compile(rf"^(?:我|本人|免贵)*姓{HAN}{{1,2}}$")
_DOT = r"[·•・‧.]"
_NAME = re.compile(rf"{HAN}{{1,6}}(?:{_DOT}{HAN}{{1,12}}){{0,3}}|{HAN}{{1,12}}(?:{_DOT}{HAN}{{1,12}}){{1,3}}")
_LATIN = r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff'’\-]"
_LATIN_NAME = re.compile(rf"{_LATIN}{{2,}}(?: {_LATIN}+){{1,5}}")
_LETTERS = re.compile(rf"(?:{HAN}|{_DOT}|{_LATIN}|\s)+")
_MOST_HAN, _MOST_LATIN = 20, 40
_NO_NAMES = re.compile(
    r"你好|谢谢|请问|什么|怎么|不知|没有|不想|不要|不用|不行|方便|帮助|确认|取消|继续|返回|人工|结束|"
    r"修改|更改|更正|改一下|改成|改名|重填|重新|填错|写错|打错|搞错|弄错|跳过|上一步|提交|接着填|不填|不办|入会"
)
# Behind a surname, in a name of usual length, they only make one ask back.
_TRADES = re.compile(r"工会|公司|单位|手机|电话|名字|姓名|骑手|司机|快递|外卖|工人|员工")
_ADDRESSES = re.compile(r"师傅|先生|女士|小姐|老板|可以")  # in a short name they only make one ask back
_WORKPLACE = re.compile(
    r"(?:站|公司|店|厂|平台|网点|中心|超市|酒楼|集团|事业部|车队)$|^(?:美团|饿了|京东|顺丰|滴滴|闪送|达达|中通|圆通|申通|韵达|极兔|菜鸟|货拉拉|盒马|叮咚)"
)
_SENTENCE = re.compile(r"^[我你您咱不想请别没唔冇]|[吗呢吧啊嘛咩]$")
_PARTICLES = re.compile(r"[我你您吗呢吧啊了的咩嘅唔冇]")
# In 陈了凡 and 阿的江; 花了钱 is no name.
_SMALL_WORD_WITHIN = re.compile(rf"{HAN}[的了](?![点些个钱单车事人话次天号家好多少]){HAN}")
_ENGLISH = wording.words_of(
    "i you we my me is am are the to how what where when who why want join union hello hi hey ok okay yes no not please "
    "thanks thank help test good morning work job money can do does name it this that in on for and of"
)
# Words of wishing, which stand in names too: 李想, 陈不凡. They come after one of the surnames that most have; 阿不都 is none.
_WISHES = re.compile(r"(?<!阿)不|[想要请]")
_NUMBER = "(?:电话|手机|号码|联系方式|微信)(?:号码?)?[:是]?(?:同上|一样|同号|没变|不变|见上|[0-9*]{4,})"
# What may follow a bare name without putting it in doubt.
_AFTER = re.compile(
    rf"(?:男|女|先生|女士|谢谢|汉族|你好|同上|{_NUMBER}|[0-9*]{{4,}}|(?:今年)?[0-9]{{1,2}}岁|骑手|司机|(?:(?:送|跑|开)?(?:外卖|快递|货车|网约车|滴滴))的?)*"
)
# How it is written: 桂花的桂, 木子李.
_SPELT = re.compile(
    rf"(?:(?:就?是)?{HAN}{{1,4}}[的嘅]那?个?({HAN})字?|(?:木子|弓长|立早|耳东|双口|口天|古月|言午|草头|三横|双木|人可|走之)({HAN}))+"
)
_SEX = re.compile(rf"(?<=^{HAN}{{3}})(?:女|(?<![亚若胜赛似如俊招引盼])男)$")
# Said instead of a name: that none is given, or where it may be looked up.
_UNWILLING = re.compile(
    r"(?:我|就|先|都|名字|姓名)*(?:不|唔|冇)(?:太|很|是很|大|会|要)?(?:想|愿意?|方便|便|能|可以)?(?:说|讲|填|给|告诉|透露|公开|留|写|话).{0,4}"
    r"|(?:我|都)*(?:不|唔)(?:太|很|是很)?(?:想|愿意?|方便)|(?:我|就|要|请|先|需要)*(?:保密|匿名|秘密|隐私)(?:用户|啊|吧|的)?"
    r"|没有?名?字?|无名?|冇名?|跳过|略过|暂无|不知道|.?某{1,2}|某人|.{0,4}(?:为什么|为何|干嘛|点解)要?.{0,6}"
)
_POINTER = re.compile(
    r".*(?:微信|昵称|网名|头像).*|(?:我|就|都|名字?|姓名)*(?:同上|如上|见上|(?:和|跟|同|与|按|照|看|见|就是)?(?:我的?)?(?:身份证|证件|上面|前面|上次|以前|之前|刚才)(?:的|那个?|上|填|写|说|名字?)*(?:一样|相同|一致|同|有|为准)?(?:的|啊)?)"
    r"|(?:都|就)?一样的?|照旧"
)
_SPOKEN_NUMBER = re.compile("[零〇幺一二两三四五六七八九十洞]{5,}[啊呀哦]?")
_NICKNAME = re.compile("^(?:小名|花名|外号|乳名|别名|绰号|网名)")
_WHOSE_PLACE = re.compile(r"(?:广东省?)?(?:(?:本地)?人|这边|那边|的)?")
# Those that no gazetteer has; 张路 and 李镇 are names.
_ENDS_AS_PLACE = re.compile(
    r".+村(?:委会?)?|.{2,}(?:[镇乡路街巷圩]|社区|街道|大道|小区|花园|公路|广场|工业园|开发区)"
)
# What somebody is called by others: 小陈, 陈生, 阿强哥, 陈大姐.
_CALLED_BY_OTHERS = re.compile(
    r"[小老阿大].|[小老阿大]?.[哥姐叔伯嫂婶姨爷仔总董工生太]|[小老阿].妹"
    r"|.{0,2}(?:大[哥姐叔爷]|阿[姨叔伯]|老师|同学|经理|队长|站长|主管|[靓帅美][仔女哥])"
)
_EXAMPLE = "比如：张小明。"
_WHY = "办这件事要核对是您本人，也好联系您"
_JUST = f"请发身份证上的姓名，{_EXAMPLE}"
_SO = f"身份证上就是这么写的，回复“是”或者再发一次；不是的话，请发身份证上的姓名，{_EXAMPLE}"


class NoName(Exception):
    """The text is no name; it says what to send instead."""


class Odd(NoName):
    """The text would be an odd name, which somebody may have: `name`, if they say so again."""

    def __init__(self, why: str, name: str) -> None:
        super().__init__(f"{why}{_SO}")
        self.name = name


def read(text: str) -> str:
    """Of a text in half width: “我叫张小明，送外卖的”, “姓张名小明”, “张小明（男）” or the bare name.

    Names are kept in the letters in which they are written, traditional ones too. Raises NoName.
    """
    simple = simplified(text)
    written = str.maketrans(simple, text)
    try:
        return _read(simple).translate(written)
    except Odd as odd:
        odd.name = odd.name.translate(written)
        raise


def _read(text: str) -> str:
    said = text.translate(str.maketrans("，：；、！～（）", ",:;,!~()"))
    said, _, behind = said.partition("(")
    if _WORKPLACE.search(behind.rstrip(") 。.")):
        raise NoName(f"这像是单位或站点的名字。请发您自己的姓名，{_EXAMPLE}")
    said = said.strip(" ,。.!~")
    if found := _SURNAME_TWICE.match(said):
        return found[2]
    if found := _SURNAME_AND_NAME.match(said):
        return found[1] + found[2]
    if _SURNAME_ALONE.match(said):
        raise NoName(f"请发全名，姓和名都要，{_EXAMPLE}")
    name = _bare(said)
    _refuse_excuse(name)
    _refuse(name)
    name = _in_doubt(re.sub(_DOT, "·", name))
    if what := _usually(name):
        raise Odd(f"这{what}，这里要填您的姓名：{_WHY}。", name)
    if surnames.is_odd(name):
        raise Odd(f"姓“{name[0]}”的少见。", name)
    return name


def introduces(text: str) -> bool:
    """Whether somebody says there what they are called."""
    text = simplified(text)
    for part in (text, *re.split(r"[,，。;；!！\n]+", text)):
        if _LEAD.match(part.strip()) or part.strip().startswith(("姓", "我姓", "免贵姓")):
            try:
                read(part)
            except Odd:
                return True
            except NoName:
                continue
            return True
    return False


def is_likely(name: str) -> bool:
    """Whether letters without anything around them are most likely somebody's name in full: 张小明, 欧阳修."""
    name = simplified(name)
    if len(name) > 3 and name[:2] not in surnames.DOUBLE:
        return False
    if len(name) < 2 or name[0] not in surnames.USUAL:
        return False
    try:
        _refuse(name)
        return bool(_in_doubt(name))
    except NoName:
        return False


def is_alone(text: str) -> bool:
    """Whether a text in half width is somebody's name and nothing else."""
    try:
        name = read(text)
    except NoName:
        return False
    return is_likely(text) or (is_led(text) and text.rstrip("。.!").endswith(name))


def is_excuse(text: str) -> bool:
    """Whether a text is said instead of a name: that none is given, or where it stands."""
    said = simplified(text).strip(" ,，。.!！~")
    return bool(_UNWILLING.fullmatch(said) or _POINTER.fullmatch(said))


def is_led(text: str) -> bool:
    """Whether a text in half width begins with words for what somebody is called."""
    said = simplified(text).replace("：", ":")
    return any(words.match(said) for words in (_LEAD, _SURNAME_TWICE, _SURNAME_AND_NAME))


def _bare(said: str) -> str:
    """Without what stands around it; what follows a bare name counts, unless it is of no weight."""
    name = _LEAD.sub("", said)
    parted = re.sub(rf"(?<={HAN})\s*(?=[0-9*]{{4}})", ",", name)
    for between in (r"[,;。]", r"\s"):
        first, *rest = re.split(between, parted, maxsplit=1)
        if rest and (
            (name != said and between != r"\s") or _weighs_nothing(re.sub(r"[\s,;。]", "", rest[0]), first)
        ):
            name = first
            break
    return _SEX.sub("", _joined(name.strip()).rstrip("。.!~呀哦"))


def _weighs_nothing(behind: str, name: str) -> bool:
    spelt = _SPELT.fullmatch(behind)
    return bool(_AFTER.fullmatch(behind)) or (spelt is not None and (spelt[1] or spelt[2]) in name)


def _joined(name: str) -> str:
    """Blanks belong to a name in Latin letters only; between two long parts they stand for the dot."""
    parts = name.split()
    if re.search(_LATIN, name):
        return " ".join(parts)
    apart = len(parts) > 1 and min(map(len, parts)) > 1 and sum(map(len, parts)) > 6
    return ("·" if apart else "").join(parts)


def _refuse_excuse(name: str) -> None:
    """Raises NoName, with what a name is needed for, where somebody gives none or says where it stands."""
    if _UNWILLING.fullmatch(name):
        raise NoName(
            f"姓名不能空着：{_WHY}，会加密保存。请发身份证上的姓名，{_EXAMPLE}不想办了，回复“取消”。"
        )
    if _POINTER.fullmatch(name):
        raise NoName(f"微信名和证件我这里看不到，请把姓名打出来，和身份证上一样，{_EXAMPLE}{_WHY}。")


def _is_place(name: str) -> bool:
    """Whether there is nothing in it but a place; 马河东 has a surname, too."""
    said = places.plain(name)
    rest = places.named(said)[1]
    return rest != said and bool(_WHOSE_PLACE.fullmatch(rest))


def _usually(name: str) -> str:
    """What such words mean more often than a name; empty for most names."""
    if _is_place(name):
        return "是地名"
    if work_words.told(name) or job_words.is_trade(name):
        return "是工种"
    if _CALLED_BY_OTHERS.fullmatch(name):
        return "一般是称呼"
    return "像是地名" if _ENDS_AS_PLACE.fullmatch(name) else ""


def _refuse(name: str) -> None:
    """Raises NoName for what is no name however often it is said."""
    if re.search(r"[0-9]", name) or _SPOKEN_NUMBER.fullmatch(name):
        raise NoName(f"姓名里有数字。请只发姓名，{_EXAMPLE}")
    if re.search(r"[A-Za-z]\.[A-Za-z]", name) or not _LETTERS.fullmatch(name):
        raise NoName(f"里面有不是字的符号。{_JUST}" if name else _JUST)
    if (
        wording.is_no_value(name)
        or wording.control(wording.bare(name))
        or assents.yes_or_no(name) is not None
    ):
        raise NoName(_JUST)
    if len(name) < 2:
        raise NoName(f"请发全名，姓和名都要，{_EXAMPLE}")
    if len(name) > (_MOST_LATIN if re.search(_LATIN, name) else _MOST_HAN + name.count("·")):
        raise NoName(f"太长了，不像姓名。{_JUST}")
    if found := _NO_NAMES.search(name) or _NICKNAME.search(name):
        raise NoName(f"“{found[0]}”不像姓名里的字。{_JUST}")
    if (found := _TRADES.search(name)) and not _is_surnamed(name, found):
        raise NoName(f"“{found[0]}”不像姓名里的字。{_JUST}")
    if (found := _WORKPLACE.search(name)) and not _is_surnamed(name, found):
        raise NoName(f"这像是单位或站点的名字。请发您自己的姓名，{_EXAMPLE}")
    if _is_sentence(name):
        raise NoName(f"这像是一句话。请只发姓名，{_EXAMPLE}")


def _is_surnamed(name: str, word: re.Match[str]) -> bool:
    """Whether the word is all or part of what is given behind a surname: 陈工人, 王建厂."""
    surname = 2 if name[:2] in surnames.DOUBLE else 1
    return (
        (surname == 2 or name[0] in surnames.USUAL) and word.start() >= surname and len(name) <= surname + 2
    )


def _is_sentence(name: str) -> bool:
    words = name.split()
    if re.search(_LATIN, name):
        return not _ENGLISH.isdisjoint(word.lower() for word in words) and not all(map(str.istitle, words))
    if re.search(_DOT, name):
        return False
    surnamed = name[0] in surnames.USUAL
    if _SENTENCE.search(name) or (name[-1] in "的了" and not (surnamed and len(name) <= 3)):
        return True
    if _ADDRESSES.search(name) or re.search(r"[我你您]", name):
        return len(name) > 4
    return bool(_WISHES.search(name)) and not surnamed and len(name) <= 4


def _in_doubt(name: str) -> str:
    """The name, if it is one like most; raises Odd for any other."""
    if re.search(_LATIN, name):
        if _LATIN_NAME.fullmatch(name):
            return name
        raise Odd("这不像一个全名。", name)
    if "·" in name and _NAME.fullmatch(name):
        return name
    if not _NAME.fullmatch(name):
        raise Odd("这比一般的姓名长。", name)
    if found := _TRADES.search(name):
        raise Odd(f"姓名里少见“{found[0]}”。", name)
    if _WORKPLACE.search(name):
        raise Odd("这像是单位或站点的名字。", name)
    if found := _ADDRESSES.search(name):
        raise Odd(f"“{found[0]}”一般是称呼。" if found[0] != "可以" else "这不太像姓名。", name)
    within = _SMALL_WORD_WITHIN.fullmatch(name) and (name[0] in surnames.USUAL or name[0] == "阿")
    if not within and (found := _PARTICLES.search(name)):
        raise Odd(f"姓名里少见“{found[0]}”字。", name)
    if _WISHES.search(name) and not (name[0] in surnames.USUAL and len(name) <= 4):
        raise Odd("这不太像姓名。", name)
    return name
