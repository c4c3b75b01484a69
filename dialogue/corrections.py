"""Words by which an answer is given anew or said to be wrong: a number, or a label, and maybe the value behind it."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from dialogue import wording
from knowledge.normal import simplified

# What begins with the number of a line; after a dot one or two more figures make it a day or a time.
_OF_LINE = re.compile(
    r"第?([0-9]{1,2}) *(?:[项行][ .、,:)]*|[ 、,)]|[.:](?![0-9]{1,2}(?![0-9]))) *([^ .、,:)].*)"
)
_VALUE_FOLLOWS = re.compile(
    r"(?:号码?|码|的?(?:名字|名称|全称))? *(?:应该)?(?:改成|改为|换成|换为|是|系(?![统列])|为|[:=]| )+"
)
_NAMED_ALONE = wording.words_of("号 号码 码 名字 名称 全称 的名字 的名称 的全称")
_LESSONS = "(?:课程?|培训班?|班)"
_THIS_ONE = f"(?:[这呢那嗰]一?门{_LESSONS}?|[这呢那嗰]一?个{_LESSONS}|{_LESSONS})"
# “选错了，应该选2”, “不报这门了，报焊工”, “换一门”: what was picked from a list is taken back.
_CHOSEN_ANEW = re.compile(
    r"(?:不好意思|唔好意思|对不起|哎呀?|啊|哦|我|还是|刚才|刚刚|前面|上面|好像|不小心|[,，。 ])*(?:"
    rf"[选点按报拣]错(?:了|咗)?(?P<wrong>{_THIS_ONE})?(?:了|咗|喇|啦)*[ ,，.。、:：!！]*"
    rf"|[不唔](?:再|想|要)*(?:(?P<other>{_THIS_ONE}|(?<!要)[报选学读](?:{_THIS_ONE}|[这呢那嗰]一?个)|[是系]{_THIS_ONE})|[报选学读要][^,，。 ]{{1,8}}?)"
    r"(?:的|嘅|了|喇|啦)*(?:[ ,，.。、:：!！]+|$|(?=我?[想要]?[报选学读要换改]))"
    rf"|(?:(?P<first>{_THIS_ONE}|[这呢那嗰]一?个)|[^,，。 ]{{2,8}}?)[不唔](?:再|想)*[报选学读要](?:了|喇|啦)+[ ,，.。、:：!！]*"
    rf"|(?P<next>换(?:过|一|另一|第二)*(?:门{_LESSONS}?|个{_LESSONS}))[吧啦喇]*(?:[ ,，.。、:：!！]+|$)"
    r"|(?:想|要)[报选学读](?:的|嘅)[是系]|(?<=还是)(?=[报选学读要])"
    r")(?:我|应该|应当|要|想|是|系|改|换|成|为|选|拣|报|学|读|去|的|嘅)*"
    rf"(?P<new>.*?)(?:的|嘅|[这那嗰]?[门个]|{_LESSONS}|[吧啊啦喇了])*"
)
_EDIT = re.compile(
    r"^(?:我?要|想|请)?(?:修改|更改|更正|改一下|改)(.{1,40}?)(?:(?:改?成|改?为|是|[:：])(.+))?$"
)
_MISTAKEN = "(?:[打写填输发搞弄报留]错(?:了|咗)?|错了|错咗|不对|唔啱|唔对|有误)(?:[一两几]个?[位字])?"
# “不对，…”, “不好意思，刚才我填的…”, “上面…”: what stands before a correction.
_BEFORE = re.compile(
    r"^(?:(?:不对|不是|唔对|唔啱|唔系|错了|错咗|(?i:sorry)|不好意思|唔好意思|对不起|抱歉|哎呀?|哎哟|啊|哦|噢|等等|等一?下)[啊呀哦了喇]*[,，。.!！、 ]+"
    r"|(?:我|俺)?(?:刚刚|刚才|刚|头先|啱啱|上面|前面|之前|上一个|上个(?![月周星礼]))(?:我|那个|个|填|写|发|打|输|留|报|给|的|嘅)*)+(?=.)"
)
_WISHES = r"(?:[，,。 ]+(?:我|要|想|请|帮我|能|再|重新?)*[发填写改换输打来](?:一?[次个遍下]|过)*吧?)?"
_WRONG = re.compile(rf"^(.{{1,12}}?)(?:系|是|都|好似)?{_MISTAKEN}[喇啦呀啊]?{_WISHES}$")
_WRONG_FIRST = re.compile(
    rf"^(?:我|不小心|好似|把|将)*[打写填输搞弄报]错(?:了|咗)?(.{{1,8}}?)[了咗]?[喇啦呀啊]?{_WISHES}$"
)
_SOMEHOW = re.compile(f"{_MISTAKEN}|改|更正|换[成为]|应[该当]?[是系]")
_OWN = re.compile(
    r"^(?:(?:我(?:的|嘅|个)?|不小心|可能|好[像似]|把|将)+|[個个條条](?=名|电话|手机|号|地|单位|公司))(?=.)"
)
# What is right, said to be so or right behind what is wrong; what goes on with a wish is no value.
_RIGHT = (
    r"(?:[，,。 ]*(?:现在|正确)?的?(?:应该|应当|应|要)?(?:[是系]|改成|改为)[:： ]*"
    r"|[，,。:： ]+(?![我你您不没唔重再请帮麻改要想怎那这等]))"
)
_EDIT_TO = re.compile(
    rf"^(?:(?:我?要|想|请)?(?:修改|更改|更正|改一下|改|换))?(.{{1,8}}?)(?:改成|改为|换成|换为|更正为|应该[是系]|(?:{_MISTAKEN}|[打写填输发搞弄]?错){_RIGHT})(.+)$"
)
_WRONG_FIRST_TO = re.compile(
    rf"^(?:我|不小心|好似|把|将)*[打写填输搞弄报发留]错(?:了|咗)?([^，,。:： ]{{1,8}}?)[了咗]?{_RIGHT}(.+)$"
)
# “我不在河东，我在化州”, “我是送快递的不是外卖”, “我不是这家公司的”: what was filled in for somebody is not so.
_IS_NOT = r"(?:我|俺|其实|但|那个|[,，。 ])*(?:[不唔][是系在喺]|[没冇]在)"
_SO = r"(?:我|其实|现在|而家|而|应该)*(?:[是系在喺]|应该[是系])?"
_OF = "(?:的|嘅|人|那边|这边|那里|这里|上班|返工|干活|做嘢|工作|啊|呀|了|喇|喔)*"
_DENIED = re.compile(
    rf"{_IS_NOT}(?P<not>[^,，。 ]{{2,16}}?){_OF}(?:[,，。 ]+{_SO}(?P<but>.+))?"
    rf"|(?:我|俺|其实)*[是系在喺](?P<first>[^,，。 不唔]{{2,12}})[,，。 ]*(?:[不唔][是系在喺])(?P<last>[^,，。 ]{{2,12}}?){_OF}"
)
_THIS_PLACE = re.compile(r"[这呢][家个间]?(?=公司|单位|平台|[厂店站]$)")
_NOT_BUT = re.compile(r"^(?:不是|唔系)(.{1,20}?)[，,、 ]+(?:而?是|应该是|系)(.+)$")
_REPLACED = re.compile(r"(?:我|要|想|请|帮我|已经|现在)*[换改][成为](.{2,})")
# A mobile with nothing around it but that it is the right one: “不好意思打错了，139…”, “换个号 139…”.
_MOBILE = re.compile(
    r"(?<![0-9])(?:(?:\+|00)?86[ \-]*)?(1[3-9](?:[ \-]*[0-9]){9})(?![0-9])|([零〇幺一二两三四五六七八九洞]{11})"
)
_MOBILE_CALLED = re.compile(
    rf"(?:我?的?(?:联系)?(?:手机|电话|号码)号?码?(?:[:：是系为 ])*)?(?:{_MOBILE.pattern})"
)
_AROUND_MOBILE = re.compile(
    r"(?:(?:不是|唔系)[0-9]{1,11}[,， ]*而?[是系][0-9]{0,4}|[0-9]{11}(?=不[对是]|[打写填发]?错)|不[对是]|唔[对啱系]|有误|不好意思|唔好意思|对不起|抱歉|哎呀?|刚[才刚]|头先|啱啱"
    r"|[上前]面|之前|上一?个|[那这]个|[一两几]个?[位字个]|(?:联系)?(?:手机|电话|号码|方式)|应[该当]|正确|[更改]正|[修更]改|现在|而家|一下|谢谢"
    r"|[错打写填输发搞弄报留我的嘅个号码是系为成改换新用请帮要想过了咗啦喇呀啊哦,，。.:：;；!！、~ \-])*"
)
_TO_CHANGE = re.compile(r"(?<=.)(?:都|也|全)*(?:要|需要|想|得)(?:[修更]?改|重填|换)(?:一?下)?[吧了]?$")
_BETWEEN = " ,，:：。"
_STOPS = r"[ ,，。;；、!！\n]+"
_AND = "(?:和|跟|同埋?|与|以及|及|还有|仲有|另外|而且|并且|然后)"
_BY_NUMBER = (
    r"第?[0-9]{1,2}[项行]?(?:$|[.:](?![0-9]{1,2}(?![0-9]))|[、和跟同改换是系错打写填都不唔也有要,]|应)"
)
# “…，其他没错”, “…，帮我改一下，谢谢” behind a correction is no part of it.
_REST_IS_RIGHT = re.compile(
    rf"(?:{_STOPS}(?:(?:其[他它余]|别的|剩下)[的嘅]?(?:都|没有?|冇|不|唔|无|用|[错对变改啱]|问题|照旧|一样|正确|[的嘅了])+|(?:请|麻烦|帮我?|你|您)*[修更]?改(?:一?下|过来|好)?[吧了]?"
    r"|谢谢[你您]?|多谢晒?|唔该晒?|麻烦[你您]?了?|辛苦(?:[你您]?了)?|确认|提交))+[。.!！~]*$"
)
_IS_RIGHT = re.compile(
    r"(?:[没冇无]有?(?:写|填|打)?错|[没冇无]有?问题|(?<![不唔])[对啱](?:的|嘅)?|正确|不变|[没冇]变|不用改|唔使改)(?:的|了|啦)?$"
)
_LONGEST_ANEW = 48
_LONGEST = 32  # letters of what says that something is wrong
_USUAL = {
    "手机号": "手机号",
    "手机": "手机号",
    "电话号码": "手机号",
    "电话": "手机号",
    "号码": "手机号",
    "名字": "姓名",
    "地址": "地点",
    "地方": "地点",
    "公司": "单位",
    "平台": "单位",
}


def edit(said: str) -> tuple[str, str] | None:
    """What is to be changed (a label or a number) and to what, as in “改手机号” and “不对，姓名改成张小明”."""
    bare = _BEFORE.sub("", said)
    if found := _WRONG.match(bare) or _WRONG_FIRST.match(bare):
        return thing(found[1]), ""
    found = _NOT_BUT.match(said) or _EDIT_TO.match(bare) or _WRONG_FIRST_TO.match(bare) or _EDIT.match(bare)
    return (thing(found[1]), (found[2] or "").strip(_BETWEEN)) if found else None


def mobile_anew(said: str) -> str:
    """The mobile of a text that holds one, and beside it only that it is the right one; empty for anything else."""
    found = next(reversed(list(_MOBILE.finditer(said))), None) if len(said) <= _LONGEST_ANEW else None
    if found is None or not _AROUND_MOBILE.fullmatch(said[: found.start()] + said[found.end() :]):
        return ""
    return found[1] or found[2]


@lru_cache(64)
def _apart(labels: tuple[str, ...], *, by_number: bool) -> re.Pattern[str]:
    named = "|".join(map(re.escape, (*labels, *_USUAL)))
    line = rf"(?:我(?:的|嘅)?|把|将|[个個])*(?:{named}|名(?=[写打填错系改同和跟]))" + (
        f"|{_BY_NUMBER}" if by_number else ""
    )
    changed = r"[^ ,，。;；、!！\n]{1,8}?(?:改成|改为|换成|换为)"
    return re.compile(
        rf"{_STOPS}(?:{_AND}|都|也)*(?={line}|{changed})|{_AND}+(?={line})|(?<=[0-9]{{4}})(?={named})"
    )


def pieces(said: str, labels: Sequence[str], *, by_number: bool) -> list[str]:
    """The parts of a text that begin with a line of the summary, by its label or by number; a whole text is one."""
    bare = _REST_IS_RIGHT.sub("", _BEFORE.sub("", said))
    return [one for one in map(str.strip, _apart(tuple(labels), by_number=by_number).split(bare)) if one]


def thing(what: str) -> str:
    """What is to be changed, without words for whose it is, or that it is to be: “个名”, “我嘅电话”, “电话要改”."""
    return _TO_CHANGE.sub("", _OWN.sub("", what.strip(_BETWEEN)))


def is_right(said: str) -> bool:
    """Whether a text says of something that it need not be changed: “电话没错”."""
    return bool(_IS_RIGHT.search(said))


def without_mobile(said: str) -> str:
    """The text without a mobile, and the word for it, that stands there."""
    return _MOBILE_CALLED.sub(" ", said).strip(_BETWEEN)


def mistaken(said: str) -> tuple[str, str] | None:
    """What is said to be wrong or to be changed, as labels call it, and what is right: “个名错咗”, “改姓名”, “单位改成美团”."""
    if len(said) > _LONGEST or not _SOMEHOW.search(said):
        return None
    plain = unicodedata.normalize("NFKC", said).strip(" 。.!！~")
    found = None if wording.sounds_asked(plain) else edit(plain)
    return (usual(found[0]), found[1]) if found else None


def replaced(said: str) -> str:
    """What something that is not named is changed to, as in “换成饿了么”; empty for anything else."""
    found = _REPLACED.fullmatch(said)
    return found[1].strip(_BETWEEN) if found else ""


def usual(what: str) -> str:
    """What is called otherwise, as labels call it."""
    if what == "名":
        return "姓名"
    simple = simplified(what)
    other = next((one for one in _USUAL if simple.startswith(one)), "")
    return _USUAL[other] + what[len(other) :] if other else what


def of_line(said: str) -> tuple[int, str] | None:
    """The line of a summary and its new value, as in “6.京东” and “2 13800138078”; “3.8” is a day."""
    found = _OF_LINE.fullmatch(said)
    return (int(found[1]), value_after(found[2])[0]) if found else None


def chosen_anew(said: str) -> tuple[str, bool] | None:
    """What is chosen instead of what was picked from a list, and whether that is surely not wanted; None for anything else."""
    found = _CHOSEN_ANEW.fullmatch(said.rstrip(" 。.!！~"))
    return (found["new"], any(found[one] for one in ("wrong", "other", "first", "next"))) if found else None


def denied(said: str) -> tuple[str, str, bool] | None:
    """What is said not to be so, what is instead, if that is said, and whether the first is pointed to, as “这家公司”."""
    found = _DENIED.fullmatch(said.rstrip(" 。.!！~"))
    if found is None:
        return None
    what, to = found["not"] or found["last"], found["but"] or found["first"] or ""
    return _THIS_PLACE.sub("", what), to, bool(_THIS_PLACE.match(what))


def value_after(said: str) -> tuple[str, bool]:
    """Of what stands behind a label the value, as in “是顺丰”, and whether it was said to be one."""
    said = "" if said in _NAMED_ALONE else said
    found = _VALUE_FOLLOWS.match(said)
    return (said[found.end() :], True) if found else (said, False)


def behind(label: str, said: str) -> tuple[str, bool] | None:
    """The value behind a label, however it is called, and whether it was said to be one; None where the text begins otherwise."""
    named = next((one for one in (said, usual(said)) if simplified(one).startswith(label)), None)
    return None if named is None else value_after(named[len(label) :])
