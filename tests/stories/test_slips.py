"""What a worker notices or says between the questions of a form: a wrong mobile, the next order, too much at once."""

import pytest

from bot.app import Bot
from messages.journal import messages
from tests.stories.conftest import Records
from tests.stories.offices import Office
from wechat.simulator import Phone, Platform

# What is told is a matter of words, whatever the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BEGUN = ("入会", "2", "13800138000")
STEPS = {
    "请问您的姓名": (),
    "您平时做哪一行": ("陈大文",),
    "平时在哪里干活": ("陈大文", "1"),
    "在哪个平台": ("陈大文", "1", "茂南河东"),
    "请核对": ("陈大文", "1", "茂南河东", "没有"),
}
ANEW = (
    "13800138001",
    "不对，手机号打错了，是13800138001",
    "电话写错了 138 0013 8001",
    "不好意思打错了，13800138001",
    "刚才我填的号码不对，应该是13800138001",
    "电话错了一位，是13800138001",
    "我写错咗电话，系13800138001",
    "我上一个发错了，是13800138001",
    "更正：13800138001",
    "手机号是13800138001",
    "不是0是1，13800138001",
    "不是13800138000，是13800138001",
    "换个号 13800138001",
    "一三八零零一三八零零一",
)


@pytest.mark.parametrize("asked", STEPS)
async def test_a_wrong_mobile_is_put_right_whatever_is_asked(
    asked: str, bot: Bot, platform: Platform, records: Records
) -> None:
    for said in ANEW:
        phone = platform.phone(said)
        await phone.says(*BEGUN, *STEPS[asked], hears=asked)
        await phone.says(said, hears=f"手机号改成138****8001了。\n\n{asked}")
    assert not [row for row in await records.of(messages) if "1380013800" in row.body]


@pytest.mark.parametrize(
    "said", ["上面手机号填错了", "我不小心把电话打错了", "sorry 号码错了", "电话号码写错了，我重新发"]
)
async def test_a_mobile_that_is_said_to_be_wrong_is_asked_for(said: str, phone: Phone) -> None:
    await phone.says(*BEGUN, *STEPS["在哪个平台"], said, hears="您的手机号？")
    await phone.says("手机号错了，是1380013800", hears="这里数到 10 位")
    await phone.says("13800138001", hears="在哪个平台")


async def test_another_mobile_beside_the_name_is_the_new_one(phone: Phone, office: Office) -> None:
    await phone.says(*BEGUN, "陈大文 13800138001", hears="记下了，姓名：陈**，手机号：138****8001。")
    await phone.says("1", "茂南河东", "姓名是陈大闻", hears="姓名改成陈**了。\n\n在哪个平台")
    await phone.says("没有", "确认", hears="收到您的入会申请了")
    asked = (await office.application(phone.openid)).asked
    assert (asked.name, asked.mobile, asked.employer) == ("陈大闻", "13800138001", "")


BUSY = (
    *(
        "先送一单",
        "来单先",
        "等我送完这单",
        "先跑单",
        "送完再说",
        "先这样",
        "开车中",
        "吃饭先",
        "红灯",
        "老板叫",
        "客人到了",
    ),
    *("有单了", "揸紧车", "手上还有两单", "忙完这单再填", "到楼下了", "得闲再搞"),
)
LOST = ("看不懂", "我不会打字", "太麻烦了", "唔识打字", "填不来")
NOTHING = ("谢谢", "唔知", "忘了", "随便", "同上", "收到", "不记得了", "跟身份证一样")


@pytest.mark.parametrize("asked", ["请问您的姓名", "在哪个平台"])
async def test_talk_between_two_orders_is_nobodys_name_nor_employer(asked: str, phone: Phone) -> None:
    await phone.says(*BEGUN, *STEPS[asked], hears=asked)
    for said in BUSY:
        await phone.says(said, hears="不急，“入会”给您留着")
    for said in LOST:
        await phone.says(
            said,
            hears=f"不着急，一项一项来。填不顺的话，回复“人工”，请工作人员帮您；不想办了就回复“取消”。\n\n{asked}",
        )
    for said in NOTHING:
        (told,) = await phone.says(said)
        assert "请核对" not in told.text
        assert "做哪一行" not in told.text
    await phone.says("不想填了", hears="“入会”先不办了")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("我姓王名字叫王桂芳", "王**"),
        ("我嘅名系王桂芳", "王**"),
        ("王桂芳 桂花的桂", "王**"),
        ("王桂芳女", "王**"),
        ("阿依古丽", "阿***"),
    ],
)
async def test_a_name_is_read_as_elders_say_it(said: str, shown: str, phone: Phone, records: Records) -> None:
    await phone.says(*BEGUN, said, "1", "茂南河东", "没有", hears=f"姓名：{shown}\n")
    assert "桂芳" not in " ".join(row.body for row in await records.of(messages))


async def test_what_begins_with_no_surname_is_asked_back_about(phone: Phone) -> None:
    await phone.says(*BEGUN, "小名阿芳", hears="“小名”不像姓名里的字")
    await phone.says("禚大山", hears="姓“禚”的少见")
    await phone.says("是", "1", "茂南河东", "没有", hears="姓名：禚**\n")


@pytest.mark.parametrize(
    ("said", "employer"),
    [
        ("在美团", "美团"),
        ("是顺丰", "顺丰"),
        ("单位是速达配送", "速达配送"),
        ("我跑美团的", "美团"),
        ("我在高州水泥厂做保安", "高州水泥厂"),
        ("饿了吗", "饿了么"),
        ("系统集成公司", "系统集成公司"),
        ("顺丰 电话13800138005", "顺丰"),
        ("自己接单", "没有固定的"),
    ],
)
async def test_of_what_is_said_the_employers_name_is_kept(said: str, employer: str, phone: Phone) -> None:
    await phone.says(*BEGUN, *STEPS["在哪个平台"], said, hears=f"单位：{employer}\n")


async def test_a_sentence_is_an_employer_only_for_who_says_so_again(phone: Phone) -> None:
    await phone.says(*BEGUN, *STEPS["在哪个平台"], "我爱我家", hears="不太像单位的名字")
    await phone.says("我爱我家", hears="单位：我爱我家\n")


@pytest.mark.parametrize(
    "said",
    ["统一社会信用代码：91440904MA4UABCD1X", "代码是 91440904MA4UABCD1X", "信用代码 9144O9O4MA4UABCDIX"],
)
async def test_a_credit_code_is_checked_behind_its_label(said: str, phone: Phone) -> None:
    await phone.says(*BEGUN, *STEPS["在哪个平台"], said, hears="这个 18 位代码对不上")


@pytest.mark.parametrize(
    "said", ["不固定", "到处跑", "全茂名到处跑", "边度都去", "哪里都跑", "看单跑", "没有固定的"]
)
async def test_who_works_everywhere_is_asked_for_one_district(
    said: str, phone: Phone, office: Office
) -> None:
    await phone.says(
        *BEGUN, "陈大文", "1", said, hears="跑得最多的是哪里？选一个就行，以后可以改：\n1. 茂南区"
    )
    await phone.says("4", "没有", "确认", hears="收到您的入会申请了")
    assert (await office.application(phone.openid)).asked.place == "gaozhou"


OPEN = "情况：骑手、司机等，或单位没有工会"


@pytest.mark.parametrize(
    ("before", "said", "noted", "then"),
    [
        (("2",), "我叫张伟，送美团的", "姓名：张*，工种：外卖骑手", "您的手机号"),
        (("2",), "张伟 茂南河东 美团", "姓名：张*，地点：茂南区河东街道，工种：外卖骑手", "您的手机号"),
        (("2",), "张伟", "姓名：张*", "您的手机号"),
        (("2",), "我在茂南送外卖", "工种：外卖骑手，地点：茂南区", "您的手机号"),
        (("2", "13800138000"), "骑手", "工种：外卖骑手", "请问您的姓名"),
        (("2", "13800138000", "张伟"), "茂南送外卖的", "工种：外卖骑手，地点：茂南区", "在哪个平台"),
        ((), "骑手", f"{OPEN}，工种：外卖骑手", "您的手机号"),
        ((), "我是茂南跑美团的张伟", f"{OPEN}，工种：外卖骑手，姓名：张*，地点：茂南区", "您的手机号"),
        ((), "2 张伟 13800138000", f"{OPEN}，姓名：张*，手机号：138****8000", "您平时做哪一行"),
    ],
)
async def test_what_is_said_before_it_is_asked_is_taken(
    before: tuple[str, ...], said: str, noted: str, then: str, phone: Phone, records: Records
) -> None:
    *_, told = await phone.says("入会", *before, said, hears=f"。\n\n{then}")
    assert told.text.startswith("记下了，")
    assert sorted(told.text[4:].partition("。")[0].split("，")) == sorted(noted.split("，"))
    written = " ".join(row.body for row in await records.of(messages))
    assert "张伟" not in written


@pytest.mark.parametrize("said", ["2", "骑手、司机等，或单位没有工会", "我没有单位"])
async def test_a_bare_answer_is_that_alone(said: str, phone: Phone) -> None:
    *_, told = await phone.says("入会", said, hears="您的手机号")
    assert "记下了" not in told.text


async def test_who_wants_to_join_and_says_all_at_once_is_asked_what_is_left(
    phone: Phone, office: Office, records: Records
) -> None:
    said = "我要加入工会 我叫李建国 13800138000 送外卖的 在电白水东"
    (told,) = await phone.says(said, hears="。\n\n在哪个平台")
    assert "姓名：李**，手机号：138****8000" in told.text
    await phone.says("饿了么", "确认", hears="收到您的入会申请了")
    asked = (await office.application(phone.openid)).asked
    assert (asked.name, asked.work, asked.place, asked.employer) == (
        "李建国",
        "rider",
        "dianbai:水东街道",
        "饿了么",
    )
    assert "李建国" not in " ".join(row.body for row in await records.of(messages))
    await phone.says("我想入会，我叫李建国", hears="您已经交过申请")
