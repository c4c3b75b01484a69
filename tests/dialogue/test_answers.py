"""What people really type is read as what was asked for; what cannot be read is refused with what to type instead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue import Invalid, Said
from dialogue.answers import (
    Accept,
    Doubtful,
    amount,
    free_text,
    last_four,
    masked_name,
    mobile,
    person_name,
    yes_no,
)
from tests.dialogue.talks import Said as Heard
from tests.dialogue.talks import Talk, context

_TALK = Talk([])
CTX = context(_TALK.router, Heard(), _TALK.conversation)


async def taken(accept: Accept, text: str) -> object:
    return await accept(CTX, Said(text))


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("陈大文", "陈大文"),
        ("我叫陈大文", "陈大文"),
        ("姓名：陈大文。", "陈大文"),
        ("你好，我的名字是陈大文", "陈大文"),
        ("我姓名系陈大文", "陈大文"),
        ("本人陈 大 文", "陈大文"),
        ("欧阳小明", "欧阳小明"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("我是李四", "李四"),
        ("李想", "李想"),
        ("王思想", "王思想"),
        ("陈梦想", "陈梦想"),
        ("陈不凡", "陈不凡"),
        ("王要强", "王要强"),
        ("欧阳不凡", "欧阳不凡"),
        ("我的名字叫做陈大文", "陈大文"),
        ("我名叫陈大文", "陈大文"),
        ("本人叫做陈大文", "陈大文"),
        ("名字是叫陈大文", "陈大文"),
        ("姓陈名大文", "陈大文"),
        ("我姓陈，名叫大文", "陈大文"),
        ("我叫陈大文，送外卖的", "陈大文"),
        ("好的，我叫陈大文", "陈大文"),
        ("陈大文（男）", "陈大文"),
        ("陈大文，男", "陈大文"),
        ("免贵姓陈，名大文", "陈大文"),
        ("买买提·阿不都热合曼", "买买提·阿不都热合曼"),
        ("买买提 阿不都热合曼", "买买提·阿不都热合曼"),
        ("阿卜杜热西提·阿卜杜喀迪尔", "阿卜杜热西提·阿卜杜喀迪尔"),
        ("阿的江", "阿的江"),
        ("陈了凡", "陈了凡"),
        ("Chen Dawen", "Chen Dawen"),
        ("我叫aisha  li", "aisha li"),
        ("My name is Aisha Li", "Aisha Li"),
        ("Do Van Nam", "Do Van Nam"),
        ("刘德华，电话同上", "刘德华"),
        ("刘德华 13800138000", "刘德华"),
        *(("陈茂名", "陈茂名"), ("马河东", "马河东"), ("高州生", "高州生"), ("陈不言", "陈不言")),
        *((name, name) for name in ("张路", "李镇", "陈水生", "黄阿妹", "阿的江", "王小明")),
        ("刘德华，男，今年30岁，骑手", "刘德华"),
    ],
)
async def test_names(said: str, name: str) -> None:
    assert await taken(person_name, said) == name


@pytest.mark.parametrize(
    "said",
    [
        *(
            "13800138000",
            "陈",
            "要身份证吗",
            "你好",
            "hello",
            "how are you",
            "a.com",
            "不想说",
            "😀",
            "",
            "我是外卖公司的陈师傅",
        ),
        *(
            "等一下",
            "稍等",
            "在忙",
            "哈哈",
            "等下再说",
            "我姓陈",
            "我是骑手",
            "马上，等我",
            "都不要",
            "想入工会",
            "嗯嗯",
            "可以的",
        ),
    ],
)
async def test_what_is_no_name(said: str) -> None:
    with pytest.raises(Invalid, match="张小明") as refused:
        await taken(person_name, said)
    assert not isinstance(refused.value, Doubtful)


@pytest.mark.parametrize(
    ("said", "odd"),
    [
        ("美团（茂名东汇城站）", "单位或站点"),
        ("美团", "单位或站点"),
        ("东汇城配送站", "单位或站点"),
        ("司机", "“司机”"),
        ("单位", "“单位”"),
        ("样例加工厂", "单位或站点"),
        ("王修改", "“修改”"),
        ("修改", "身份证上的姓名"),
        ("填错了", "身份证上的姓名"),
        ("跳过", "身份证上的姓名"),
        ("陈大文2", "数字"),
        ("陈@大文", "符号"),
        ("开车的", "一句话"),
        ("李" * 21, "太长"),
        *(
            ("没有", "核对是您本人"),
            ("不想说", "核对是您本人"),
            ("唔想讲", "核对是您本人"),
            ("保密", "加密保存"),
        ),
        *(("和微信一样", "打出来"), ("同微信名", "打出来"), ("微信名", "打出来"), ("同上", "打出来")),
        *(("跟身份证一样", "打出来"), ("美团骑手", "“骑手”"), ("为什么要名字", "核对是您本人")),
    ],
)
async def test_what_is_no_name_is_told_why(said: str, odd: str) -> None:
    with pytest.raises(Invalid, match=odd) as refused:
        await taken(person_name, said)
    assert not isinstance(refused.value, Doubtful)


@pytest.mark.parametrize(
    ("said", "odd"),
    [
        ("李了", "“了”"),
        ("马上的事", "“的”"),
        ("陈忘我", "“我”"),
        ("我是陈师傅", "“师傅”"),
        ("陈工人", "“工人”"),
        ("我叫李司机", "“司机”"),
        ("王建厂", "单位或站点"),
        ("欧阳公司", "“公司”"),
        ("买买提阿不都热合曼", "比一般的姓名长"),
        ("Aisha", "全名"),
        *(("茂名", "地名"), ("河东", "地名"), ("茂南河东", "地名"), ("我叫高州", "地名"), ("曹江", "地名")),
        *(
            ("高州人", "地名"),
            ("广东茂名", "地名"),
            ("河东村", "地名"),
            ("李家村", "地名"),
            ("迎宾二路", "地名"),
        ),
        *(("骑士", "工种"), ("众包骑士", "工种"), ("普工", "工种"), ("保安", "工种")),
        *(("小陈", "称呼"), ("我叫阿明", "称呼"), ("陈生", "称呼"), ("阿强哥", "称呼"), ("陈大姐", "称呼")),
    ],
)
async def test_an_odd_name_is_asked_back_about_without_being_said(said: str, odd: str) -> None:
    with pytest.raises(Doubtful, match=odd) as refused:
        await taken(person_name, said)
    assert refused.value.value in said
    assert refused.value.value not in str(refused.value)


@pytest.mark.parametrize(
    "said",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "１３８００１３８０００",
        "+86 138 0013 8000",
        "0086 13800138000",
        "0086-138-0013-8000",
        "8613800138000",
        "一三八零零一三八零零零",
        "幺三八零零幺三八零零零",
        "我的电话是13800138000",
        "手机：13800138000，谢谢",
        "13800138000（微信同号）",
        "李四 13800138000",
        "丁一，13800138000",
        "郑十一 13800138000 美团骑手",
        "张三13800138000送外卖",
        "李四 138 0013 8000",
        "13800138000 13800138000",
        "13800138000，28岁",
        "张三，一三八零零幺三八零零零",
    ],
)
async def test_mobiles(said: str) -> None:
    assert await taken(mobile, said) == "13800138000"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("1380013800", "10 位"),
        ("138001380000", "12 位"),
        ("12800138000", "不像手机号"),
        ("0086 1380013800", "10 位"),
        ("0668-1234567", "座机"),
        ("2812345", "座机"),
        ("没有", "11 位"),
        ("", "11 位"),
        ("李四 1380013800", "数到 10 位"),
        ("13800138000，13900139000", "不止一个手机号"),
        ("**************006X", "遮住的数字"),
        ("李四 **************006X", "遮住的数字"),
    ],
)
async def test_what_is_no_mobile(said: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        await taken(mobile, said)


@pytest.mark.parametrize(
    ("said", "yuan"),
    [
        ("3500", 3500),
        ("3,500元", 3500),
        ("三千五", 3500),
        ("一万二", 12000),
        ("3.5k", 3500),
        ("大概两千块", 2000),
        ("八百", 800),
        ("１２００", 1200),
        ("十五", 15),
        ("三千五百", 3500),
        ("99.5", 99.5),
    ],
)
async def test_amounts(said: str, yuan: float) -> None:
    assert await taken(amount, said) == yuan


@pytest.mark.parametrize(
    "said",
    [
        *("3000-4000", "很多", "0", "", "三千到四千"),
        *("大概三四千", "三五千", "一两万", "十七八", "三千四五", "3，4千", "3、4千"),
    ],
)
async def test_what_is_no_amount(said: str) -> None:
    with pytest.raises(Invalid, match="3500"):
        await taken(amount, said)


async def test_words_are_counted() -> None:
    accept = free_text(3, 5)
    assert await taken(accept, " 三个字 ") == "三个字"
    with pytest.raises(Invalid, match="至少 3"):
        await taken(accept, "两字")
    with pytest.raises(Invalid, match="最多 5"):
        await taken(accept, "一共是六个字")


async def test_yes_and_no() -> None:
    assert await taken(yes_no, "系。") is True
    assert await taken(yes_no, "唔使") is False
    with pytest.raises(Invalid, match="是"):
        await taken(yes_no, "也许")


def test_what_is_shown_again() -> None:
    assert last_four("13800138000") == "138****8000"
    assert last_four("12345") == "*2345"
    assert masked_name("陈大文") == "陈**"


@given(st.text(max_size=60), st.sampled_from([person_name, mobile, amount, yes_no, free_text()]))
async def test_anything_is_taken_or_refused(text: str, accept: Accept) -> None:
    try:
        await taken(accept, text)
    except Invalid as refused:
        assert str(refused)
