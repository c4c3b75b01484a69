"""What the questions of membership have in common: the lists, and how answers to them are read."""

import re
from collections.abc import Mapping, Sequence

from dialogue import Capability, Context, Invalid, Option, Said, corrections, wording
from dialogue.answers import Ambiguous, Doubtful, OneOf, looked_up, mobile, plain
from dialogue.names import introduces, is_excuse
from union import credit_codes, mobile_checks, mobiles, organisations, places, work_words
from union.applications import IDENTITY, Door
from union.members import AlreadyApplied, AlreadyMember
from union.mobile_checks import TooManyChecks

capability = Capability("membership", title="入会")

SIGN_UPS = "mobiles"  # the capability that changes a mobile elsewhere, in the same words

_MOST_OF_A_NAME = 60
_NONE = "(?:没有?|无|冇)"
_ODD_JOBS = "(?:散工|零工|散活|零活|私活|日结|活|单|工|嘢|事)"
# Who has no employer that has a name, in parts of what they say: “没有，谢谢”, “跟着包工头干，没有公司名”.
_NOTHING = re.compile(
    r"(?:我们?|都|就|也|还|算了|暂时|目前|现在|而家|一直|是|系)*(?:"
    rf"{_NONE}+(?:固定|具体|特定|正式|什么|在)?(?:的|嘅)?(?:平台|单位|公司|站点|地方|老板|厂|店|工作|上班|返工|开工|做工|干活)?(?:名称?|名字)?"
    rf"|暂无|没什么.*|{_NONE}有?固定.*|[不唔]固定|自己(?:一个人)?(?:[接跑做干送开打找揾]{_ODD_JOBS}?|单干)?|个体户?|自由职业|跳过|失业|待业|下岗"
    rf"|(?:在|喺)?(?:家附近|家门口|附近|到处|四处|周围|本地|镇上|村里|路边|街边)?[打做接干找揾](?:点|些|啲)?(?:散工|零工|散活|零活|私活|日结|活)|[散零]工"
    r"|(?:跟着?|跟住|同)(?:一?个)?(?:包工头|工头|老板|师傅|老乡|亲戚|朋友|熟人|别人|人)(?:[干做跑]|打工|干活|做工|做嘢|揾食|接活)*"
    r")(?:的|嘅|啊|呀|哦|了|喇|在家|中)*"
)
_BESIDE = re.compile(
    r"(?:谢谢|多谢|唔该|算了|不好意思|好的?|嗯|哦)[你您了啊]*|(?:老板|包工头|工头|师傅)(?:叫|姓|是).{1,4}"
)
# “我在顺丰”, “单位是速达配送”, “跑美团的”: what stands around the name.
_STILL = "(?:现在|而家|目前|一直|平时|就|都|主要)*"
_EMPLOYED = re.compile(
    r"(?:我们?|俺|咱|本人)?(?:的|嘅)?(?:单位|公司|平台|站点|工厂|厂)(?:的?(?:名字|名称|全称))?(?:叫做?|[是系为:：])+ *"
    rf"|(?:我|俺|本人)?{_STILL}(?:是|系(?!统|列)|在(?!线)|喺|叫做?)+(?:[跑送做])?|(?:我|俺|本人){_STILL}(?:[跑送做开骑给帮跟同])(?:的是|着|紧|的)?"
    r"|[跑送做](?:的是|着|紧|的)?(?=美团|饿了|京东|顺丰|滴滴|闪送|达达|闪购|中通|圆通|申通|韵达|极兔|菜鸟|货拉拉)"
)
_EMPLOYED_AT = re.compile(
    r"(?:(?:的|嘅|那边|那里|里面?|上班|返工|干活|做事|做嘢|工作|打工|跑单|送餐|接单|[送跑]外卖)+|(?<=..)[做跑]的?"
    r"|(?:(?<=[厂店站院校部队局])|(?<=公司))里?[做当开送].{1,4})(?:啊|呀)?$"
)
_SENTENCE = re.compile(r"^(?:[我你您咱俺不没唔冇请先再等还怎忘谢只就想]|因为)|[了吗呢吧啊嘛咩喇啦先]$")
_ESTABLISHMENT = re.compile(
    r"(?:公司|厂|店|站|部|局|学校|幼儿园|医院|院|所|中心|集团|队|场|馆|行|社|超市|酒楼|物业|物流|科技|[快速]递|配送|服务|外卖|平台|餐厅|工地|项目|饿了么)$"
)
_CODE_LABEL = re.compile(
    r"(?:我们?|的|单位|公司|厂|平台|统一|社会|组织机构|机构|企业|工商|信用|营业|执照|注册|登记|纳税人|税务|识别|代码|编码|税号|号码?|上|是|系|为|[:：，。,.])*"
)
_WHAT_EMPLOYER = "请发平台、站点或单位的名称，比如合同、工牌上写的那个；没有固定的就回复“没有”。"
_DRIVES = r"(?:开|跑|拉|揸|驾)(?:着|紧)?(?:的士|出租|网约|滴滴|大车|货|车|单|腿)"


_SO = "^(?:不对|不是|其实|那个|不好意思|哦|啊|[,，。 ])*"
_OURS = rf"{_SO}(?:我|咱|俺|单位|公司|厂)"
_LACKS = "(?:没有?|未|冇|无)"


class _Sorted(OneOf):
    """A choice from a short list that is also understood by other words for its lines."""

    def __init__(
        self, options: Sequence[Option], heard: Mapping[str, str], told: Mapping[str, str] | None = None
    ) -> None:
        """`told` are words that mean a line even where something else was asked."""
        super().__init__(options)
        self._lines = options
        self._heard = {value: re.compile(pattern) for value, pattern in heard.items()}
        self._told = {value: re.compile(pattern) for value, pattern in (told or {}).items()}

    async def __call__(self, ctx: Context, said: Said) -> Option:
        meant = self.meant(plain(said.text))
        return meant[0] if len(meant) == 1 else await super().__call__(ctx, said)

    def told(self, text: str) -> Option | None:
        return next(
            (named(self._lines, value) for value, words in self._told.items() if words.search(text)), None
        )

    def meant(self, text: str) -> Sequence[Option]:
        return [one for one in self._lines if self._heard[str(one.value)].search(text)]


# What can be sent back, as the worker knows it.
FIELDS = {
    "name": "姓名",
    "mobile": "手机号",
    "place": "工作地点",
    "work": "工种",
    "employer": "单位或平台",
    IDENTITY: "身份证号",
}
DOORS = (
    Option(Door.UNIT, "上班的单位已经有工会"),
    Option(Door.OPEN, "骑手、司机等，或单位没有工会"),
)
WORKS = (
    Option("rider", "外卖骑手"),
    Option("courier", "快递员"),
    Option("trucker", "货车司机"),
    Option("driver", "网约车、出租车司机"),
    Option("household", "家政、护理"),
    Option("guard", "保安、保洁"),
    Option("other", "零工或其他"),
)
door = _Sorted(
    DOORS,
    {
        Door.UNIT: r"^(?!.*(?:没有?|未|冇|无)[^，。]{0,4}工会).*(?:有工会|单位工会|厂里?工会|公司工会|有$)",
        Door.OPEN: (
            r"(?:没有?|未|冇|无)[^，。]{0,4}(?:工会|单位)|骑手|外卖|快递|司机|家政|保安|零工|散工|没有$"
            rf"|{_DRIVES}|(?:跑|送|做|骑)(?:着|紧|嘅)?(?:美团|饿了么|闪送|达达|闪购|众包|专送)"
            r"|自己(?:跑|干|接单)|自由职业|摆(?:地)?摊|个体|保洁|保姆|月嫂|钟点工"
        ),
    },
    {
        Door.OPEN: (
            rf"{_OURS}[^,，。]{{0,6}}{_LACKS}[^,，。]{{0,4}}工会|{_SO}我[^,，。]{{0,2}}{_LACKS}(?:固定)?的?(?:单位|公司)(?:的|嘅|啊|呀)*$"
            r"|^我[^。]{2,12}[,，。 ]*(?:不是|唔系)(?:在|有)?(?:单位|公司|厂)[里人的嘅]*$"
            r"|^(?:不是|唔系)(?:在|有)?(?:单位|公司|厂)里?[的嘅][,，。 ]*我?[是系](?!单位|公司|厂)"
        ),
        Door.UNIT: rf"(?!.*{_LACKS}[^,，。]{{0,4}}工会){_OURS}[^,，。]{{0,6}}有工会的?(?:$|[,，。 ])",
    },
)
work = _Sorted(
    WORKS,
    {work: "|".join(words) for work, words in work_words.HEARD.items()},
)


def work_of(text: str) -> Option | None:
    """The kind of work that the words name, if it is one."""
    meant = work.meant(text)
    return meant[0] if len(meant) == 1 else None


_JOINS = re.compile(
    r"^(?:(?:你好|您好|在吗)?[,，。!！ ]*)(?:我|想|要|请|帮我|申请|报名|办|现在|马上)*(?:加入工会|入会|入工会|参加工会)(?:了|啊|吧|嘅|的)?[,，。:：;； !！\n]+(.+)$",
    re.S,
)
_MOBILE = re.compile(r"1[3-9](?:[ -]?[0-9]){9}")


def joining(text: str, _: str | None) -> str | None:
    """What somebody says of themselves behind the wish to join: “我要加入工会 我叫陈大文 138…”; None for anything else."""
    found = _JOINS.match(text)
    said = plain(found[1]) if found else ""
    return said if said and (_MOBILE.search(said) or introduces(said)) else None


def place_of(id: str) -> Option:
    return Option(id, places.label(id))


_ROAMS = re.compile(
    r"(?:我|都|就|平时|一般|也|很|现在)*(?:(?:[不没冇唔]有?(?:固定|一定|定)|流动|随机)(?:的|嘅|性)*(?:地方|地点|区域|位置|片区)?"
    r"|(?:到处|四处|周围|处处|各处|各区|哪里|哪儿|哪个区|边度|满城|满街|全城|茂名)?(?:都|也)?(?:全|整个?)?(?:茂名)?(?:地区|市|区)?(?:范围)?(?:内|里)?(?:都|也|到处)*(?:有得?|会|要)?(?:跑|去|送|走|接单|有)*"
    r"|[看跟随](?:着|系统)?(?:派?单|情况|订单)(?:跑|走|去|定|子)*|(?:哪里|边度)有单就?(?:[去跑]|送).{0,3})(?:的|嘅|啊|呀|啦|了)*"
)


def _places(text: str) -> list[Option]:
    """The places of a text; who goes everywhere is asked for the district where most is done. Raises Ambiguous."""
    found, said = places.find(text), places.plain(text)
    if found == places.DISTRICTS or (said and not found and _ROAMS.fullmatch(said)):
        raise Ambiguous(
            [place_of(one.id) for one in places.DISTRICTS], "跑得最多的是哪里？选一个就行，以后可以改："
        )
    return [place_of(one.id) for one in found]


place = looked_up(
    _places,
    unknown="没找到这个地方。请发区或镇街的名字，比如：茂南河东、电白水东、高州根子。不在茂名的，请找当地工会。",
    written=lambda text: bool(places.named(text)[0]),
)


def named(options: Sequence[Option], value: object) -> Option:
    """The line of a list by its value."""
    return next(one for one in options if one.value == value)


async def own_mobile(ctx: Context, said: Said) -> str:
    """A mobile that nobody else has joined or applied with."""
    number = await mobile(ctx, said)
    try:
        await mobile_checks.check(ctx.session, number, ctx.openid, ctx.now)
    except TooManyChecks:
        raise Invalid(
            "今天核对过好几个号码了，为了保护大家的资料，先停一停：明天接着填（回复“继续”），着急就回复“人工”。"
        ) from None
    except AlreadyMember:
        raise Invalid(
            "这个手机号在工会已经有登记了，不用再入一次。取消关注过又回来的，回复“接回会籍”，核对后帮您接上；"
            "号码发错了，请再发一次自己的手机号。"
        ) from None
    except AlreadyApplied:
        raise Invalid(
            "这个手机号已经交过一份申请，正在办。换了微信的，回复“人工”；号码发错了，请再发一次自己的手机号。"
        ) from None
    return number


async def followed(ctx: Context, before: str, number: str) -> str:
    """What else went by the mobile before, and goes by the new one now, in words."""
    found = await mobiles.follow(ctx.session, ctx.openid, before, number, ctx.now)
    return f"\n{'、'.join(f'“{one.title}”' for one in found)}留的号码也一起改了。" if found else ""


async def employer(ctx: Context, said: Said) -> str | Option:
    """A name or an 18-character credit code; who has no unit may say so."""
    text = corrections.without_mobile(plain(said.text)) or said.text
    if _has_none(text):
        if _current_door(ctx) == Door.UNIT:
            raise Invalid(
                "请发单位的名称，写在工资条或合同上的最好。单位没有工会也能入：回复“改情况”换成另一项。"
            )
        return Option("", "没有固定的")
    if wording.is_no_value(text) or wording.control(wording.bare(text)) or is_excuse(text):
        raise Invalid(_WHAT_EMPLOYER)
    if text.startswith(("我", "本人")) and introduces(text):
        raise Invalid(f"这像是姓名。{_WHAT_EMPLOYER}")
    if "**" in text:
        raise Invalid("这串数字像证件号，为了保护您已经遮住了。请直接发单位的名称。")
    label, code = credit_codes.written(text)
    if code and _CODE_LABEL.fullmatch(label):
        if not credit_codes.is_right(code):
            raise Invalid(
                "这个 18 位代码对不上，可能有一位看错了。请对着营业执照再发一次，或者直接发单位名称。"
            )
        text = code
    else:
        text = _employer_named(text)
    return await _unit(ctx, text)


def _has_none(text: str) -> bool:
    """Whether somebody says that they have no employer, and nothing else that counts."""
    parts = [one for one in re.split(r"[,，。;；、 ]+", text) if one and not _BESIDE.fullmatch(one)]
    return bool(parts) and all(map(_NOTHING.fullmatch, parts))


def _employer_named(said: str) -> str:
    """The name in what somebody says of where they work: “我在顺丰上班”. Raises Invalid."""
    led = _EMPLOYED.match(said)
    name = said[led.end() :] if led else said
    name = _EMPLOYED_AT.sub("", name) if led or name.endswith(("的", "嘅")) else name
    name = name.replace("饿了吗", "饿了么").replace("饿了嘛", "饿了么").strip(" ,，。")
    name = name if len(name) > 1 else said
    if not 2 <= len(name) <= _MOST_OF_A_NAME or not re.search(r"[\u3400-\u9fffA-Za-z]", name):
        raise Invalid(_WHAT_EMPLOYER)
    if _SENTENCE.search(name) and not _ESTABLISHMENT.search(name):
        raise Doubtful(
            f"这不太像单位的名字。就叫这个，回复“是”或者再发一次；不是的话，{_WHAT_EMPLOYER}", name
        )
    return name


async def _unit(ctx: Context, text: str) -> str | Option:
    """What the list of units makes of a name or code. Raises Ambiguous."""
    found = await organisations.units_called(ctx.session, text)
    if len(found) == 1 and text in (found[0].name, found[0].code):
        lacks = _current_door(ctx) == Door.UNIT and not found[0].has_union
        # Not refused here: what the knowledge base knows of such a name would be answered instead.
        return Option(found[0].name, f"{found[0].name}（名册上还没有工会）") if lacks else found[0].name
    if found:
        raise Ambiguous([*(Option(one.name, one.name) for one in found), Option(text, f"{text}（照我写的）")])
    return text


def no_union(unit: str) -> str:
    """Why the door of the units leads nowhere for this one, and which does."""
    return (
        f"“{unit}”在我们的名册上还没有工会，第一种办不了。请选 2，直接入区（市）的工会，维权、帮扶、培训一样能用。"
        "单位其实已经有工会的，回复“人工”告诉我们。"
    )


def _current_door(ctx: Context) -> str:
    known = ctx.forms[-1].answers.get("door") if ctx.forms else None
    return str(known.value) if known else ""
