"""What happens to a form between its questions: pauses of days, questions aside, delays, the clock; over the wire."""

import asyncio
from datetime import timedelta

import pytest

from bot.app import Bot, running
from bot.commands.console import teller
from bot.server import application, listen, serving
from bot.settings import Settings
from messages.journal import Status, messages
from scheduler import forms
from scheduler.clockwork import Clockwork
from tests.clocks import UNHURRIED, Clock
from tests.stories.conftest import Records
from tests.stories.offices import Office
from wechat.simulator import Phone, Platform

# What is told is a matter of words, whatever the database; walks and other stories are told on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

RIDER = ("入会", "2", "13800138000", "陈大文", "外卖骑手", "茂南河东", "样例外卖平台")
NAMES = ("李四", "郑十一", "陈大文")
WAITS, OVER = "入会”还差几项没填完", "入会”放了 7 天"


@pytest.mark.parametrize(
    "said", ["外卖骑手", "快递员", "货车司机", "零工或其他", "零工", "网约车、出租车司机"]
)
async def test_after_two_days_a_trade_of_the_list_is_taken(said: str, phone: Phone, clock: Clock) -> None:
    await phone.says(*RIDER[:4], hears="哪一行")
    clock.ahead = timedelta(days=2)
    await phone.says(said, hears="在哪里干活")


@pytest.mark.parametrize(
    "said", ["单位没有工会", "我是骑手", "骑手、司机等，或单位没有工会", "上班的单位已经有工会"]
)
async def test_after_two_days_the_door_is_taken(said: str, phone: Phone, clock: Clock) -> None:
    await phone.says("入会", hears="哪种情况")
    clock.ahead = timedelta(days=2)
    await phone.says(said, hears="您的手机号")


@pytest.mark.parametrize("said", ["可以的", "行", "嗯嗯", "对，没错"])
async def test_after_two_days_values_are_taken_and_any_yes_submits(
    said: str, phone: Phone, clock: Clock
) -> None:
    await phone.says(*RIDER[:5], hears="哪里干活")
    clock.ahead = timedelta(days=2)
    await phone.says("茂南河东", hears="哪个平台")
    clock.ahead = timedelta(days=4)
    await phone.says("没有", hears="请核对")
    clock.ahead = timedelta(days=6)
    await phone.says(said, hears="收到您的入会申请了")


async def test_a_form_goes_on_in_another_process(
    phone: Phone, platform: Platform, settings: Settings, clock: Clock
) -> None:
    await phone.says(*RIDER[:4], hears="哪一行")
    listener = listen("127.0.0.1", 0)
    async with running(settings, clock=clock, pace=UNHURRIED) as other, serving(application(other), listener):
        platform.callback = f"http://127.0.0.1:{listener.getsockname()[1]}/wechat"
        await phone.says("外卖骑手", hears="在哪里干活")
        *_, summary = await phone.says(*RIDER[5:], hears="请核对")
    assert "138****8000" in summary.text and "陈**" in summary.text


async def test_after_two_days_a_question_is_still_answered(phone: Phone, clock: Clock) -> None:
    await phone.says(*RIDER[:4], hears="哪一行")
    clock.ahead = timedelta(days=2)
    (aside,) = await phone.says("入会要交多少钱？")
    assert "0.5%" in aside.text
    assert "接着办“入会”" in aside.text or "回复“继续”" in aside.text


async def test_a_name_in_the_message_that_closes_its_form_stands_nowhere(
    phone: Phone, clock: Clock, records: Records
) -> None:
    await phone.says(*RIDER, hears="请核对")
    clock.ahead = timedelta(days=8)
    await phone.says("陈大文上次填的那个还在不在", hears=OVER)
    written = " ".join(row.body for row in await records.of(messages))
    assert "陈**上次填的那个还在不在" in written
    assert "陈大文" not in written


@pytest.mark.parametrize("asked", ["入会要交多少钱？", "入会怎么收费", "公司倒闭了怎么办"])
async def test_a_question_is_nobodys_employer(asked: str, phone: Phone) -> None:
    await phone.says(*RIDER[:6], hears="哪个平台")
    (aside,) = await phone.says(asked)
    assert "接着办“入会”" in aside.text or "（“入会”还没填完" in aside.text
    assert "请核对" not in aside.text
    await phone.says("饿了么", hears="饿了么")


@pytest.mark.parametrize("said", ["等下再说", "等一下", "稍等", "晚点再填", "在忙", "哈哈"])
async def test_who_is_busy_is_waited_for(said: str, phone: Phone) -> None:
    await phone.says(*RIDER[:6], hears="哪个平台")
    await phone.says(said, hears="回复“继续”")
    await phone.says("样例外卖平台", hears="请核对")


async def test_words_that_name_nothing_are_no_employer(phone: Phone) -> None:
    await phone.says(*RIDER[:6], hears="哪个平台")
    await phone.says("听讲月球背面上个礼拜刮台风几时先会停落来先得呢", hears="单位的名称")
    await phone.says("好的", hears="单位的名称")


@pytest.mark.parametrize(
    ("said", "shown"), [("王要强", "王**"), ("我叫李小想，送外卖的", "李**"), ("我的名字叫做李小想", "李**")]
)
async def test_a_name_is_read_as_it_is_meant(said: str, shown: str, phone: Phone) -> None:
    await phone.says(*RIDER[:2], "0086 13800138000", hears="您的姓名")
    await phone.says("等一下", hears="回复“继续”")
    await phone.says(said, *RIDER[4:], hears=f"姓名：{shown}")


@pytest.mark.parametrize(
    ("said", "shown"), [("阿的江", "阿**"), ("Aisha Li", "A*******"), ("刘小华，电话同上", "刘**")]
)
async def test_names_of_all_kinds_are_taken(said: str, shown: str, phone: Phone) -> None:
    await phone.says(*RIDER[:3], said, *RIDER[4:], hears=f"姓名：{shown}")


@pytest.mark.parametrize(
    ("before", "said", "hears"),
    [
        (1, "我係騎手", "您的手机号"),
        (1, "我們單位冇工會", "您的手机号"),
        (1, "第二個", "您的手机号"),
        (4, "騎手", "在哪里干活"),
        (4, "外賣", "在哪里干活"),
        (4, "送外賣嘅", "在哪里干活"),
        (4, "送快遞嘅", "在哪里干活"),
        (4, "開貨車", "在哪里干活"),
        (4, "家政、護理", "在哪里干活"),
        (5, "茂南河東", "哪个平台"),
        (6, "沒有", "单位：没有固定的"),
        (6, "沒有固定嘅", "单位：没有固定的"),
        (6, "順豐速運", "单位：顺丰速运"),
        (7, "確認", "收到您的入会申请了"),
        (7, "確定", "收到您的入会申请了"),
        (7, "係", "收到您的入会申请了"),
        (7, "沒錯", "收到您的入会申请了"),
        (7, "冇問題", "收到您的入会申请了"),
        (7, "電話錯了", "您的手机号？"),
        (7, "單位是順豐", "单位：顺丰"),
    ],
)
async def test_traditional_letters_are_read_as_simplified_ones(
    before: int, said: str, hears: str, phone: Phone
) -> None:
    await phone.says(*RIDER[:before])
    await phone.says(said, hears=hears)


@pytest.mark.parametrize("said", ["陳國強", "我係陳國強", "我叫陳國強，送外賣嘅"])
async def test_a_name_is_kept_in_the_letters_in_which_it_is_written(
    said: str, phone: Phone, office: Office
) -> None:
    await phone.says(*RIDER[:3], said, *RIDER[4:], "确认", hears="收到您的入会申请了")
    assert (await office.application(phone.openid)).asked.name == "陳國強"


@pytest.mark.parametrize(
    "said", ["选2吧", "第二种吧", "我选第二个", "应该是2吧", "那就2", "我选2", "选第二项", "拣2啦", "就2吧"]
)
async def test_a_line_is_picked_by_its_number_in_many_words(said: str, phone: Phone) -> None:
    await phone.says("入会", hears="哪种情况")
    await phone.says(said, hears="您的手机号")


@pytest.mark.parametrize(
    "said", ["我的手机是13800138000，微信同号", "13800138000 微信同号", "电话13800138000，加我微信也是这个号"]
)
async def test_a_mobile_said_at_the_door_is_kept(said: str, phone: Phone) -> None:
    await phone.says("入会", hears="哪种情况")
    await phone.says(said, hears="记下了，手机号：138****8000")
    await phone.says("2", hears="请问您的姓名")


@pytest.mark.parametrize("said", ["我单位有工会的，应该选1", "我们厂有工会的", "我公司有工会 选1"])
async def test_the_door_of_the_units_is_taken_back_to(said: str, phone: Phone) -> None:
    await phone.says("入会", "2", hears="您的手机号")
    await phone.says(said, hears="情况改成上班的单位已经有工会了")


@pytest.mark.parametrize("said", ["我唔识打字", "我不会打字", "看不懂"])
async def test_who_cannot_go_on_sees_the_lines_again(said: str, phone: Phone) -> None:
    await phone.says("入会", hears="哪种情况")
    (answer,) = await phone.says(said, hears="不着急")
    assert "2. 骑手、司机等，或单位没有工会" in answer.text


@pytest.mark.parametrize(
    "said",
    [
        *("算了没有固定", "现在没工作", "家附近接活", "跟着包工头干", "老板叫陈强,没有公司名", "没有，谢谢"),
        *(
            "没有没有",
            "我没有单位的，自己跑",
            "失业了",
            "冇公司，跟老板做",
            "打散工的",
            "而家冇返工",
            "沒有，唔該",
        ),
        *("待业在家", "自己接活"),
    ],
)
async def test_who_has_no_employer_says_so_in_many_words(said: str, phone: Phone) -> None:
    await phone.says(*RIDER[:6], hears="哪个平台")
    await phone.says(said, hears="单位：没有固定的")


@pytest.mark.parametrize("said", ["没有烦恼小吃店", "自己人餐厅", "打工人超市"])
async def test_an_employer_may_be_called_almost_so(said: str, phone: Phone) -> None:
    await phone.says(*RIDER[:6], hears="哪个平台")
    await phone.says(said, hears=f"单位：{said}")


async def test_an_odd_name_is_taken_at_the_second_time_and_a_station_never(
    phone: Phone, records: Records
) -> None:
    await phone.says(*RIDER[:3], hears="您的姓名")
    await phone.says("美团（茂名东汇城站）", hears="单位或站点的名字")
    await phone.says("买买提阿不都热合曼", hears="回复“是”")
    await phone.says("买买提阿不都热合曼", *RIDER[4:], hears="姓名：买********")
    assert "买买提" not in " ".join(row.body for row in await records.of(messages))


@pytest.mark.parametrize("said", ["茂名", "河东"])
async def test_a_place_is_a_name_only_for_who_says_so_again(
    said: str, phone: Phone, records: Records
) -> None:
    await phone.says(*RIDER[:3], hears="您的姓名")
    await phone.says(said, hears="这是地名，这里要填您的姓名：办这件事要核对是您本人")
    await phone.says("和微信一样", hears="请把姓名打出来")
    await phone.says("不想说", hears="核对是您本人")
    await phone.says("没有", hears="回复“人工”")
    await phone.says("马河东", *RIDER[4:], hears="姓名：马**")
    await phone.says("改姓名", "曹江", hears="这是地名")
    await phone.says("是", hears="姓名：曹*")
    written = " ".join(row.body for row in await records.of(messages))
    assert "马河东" not in written
    assert "曹江" not in written


@pytest.mark.parametrize(
    ("said", "why"),
    [("骑士", "这是工种"), ("小陈", "这一般是称呼"), ("陈生", "这一般是称呼"), ("李家村", "这像是地名")],
)
async def test_what_is_seldom_a_name_is_one_for_who_says_so_again(
    said: str, why: str, phone: Phone, records: Records
) -> None:
    await phone.says(*RIDER[:3], hears="您的姓名")
    await phone.says(said, hears=f"{why}，这里要填您的姓名：办这件事要核对是您本人")
    await phone.says(said, *RIDER[4:], hears=f"姓名：{said[0]}*")
    assert said not in " ".join(row.body for row in await records.of(messages))


async def test_back_at_the_summary_loses_nothing(phone: Phone) -> None:
    await phone.says(*RIDER, hears="请核对")
    await phone.says("返回", hears="原来填的是：样例外卖平台")
    await phone.says("确认", hears="请核对")
    await phone.says("确认", hears="收到您的入会申请了")


@pytest.mark.parametrize(
    ("said", "employer"),
    [
        *(("6.京东", "京东"), ("6 顺丰", "顺丰"), ("6、美团专送", "美团专送"), ("改6 饿了么", "饿了么")),
        *(
            ("单位是顺丰", "顺丰"),
            ("单位：顺丰", "顺丰"),
            ("平台是饿了么", "饿了么"),
            ("单位换成饿了么", "饿了么"),
        ),
        *(("换成饿了么", "饿了么"), ("改成饿了么", "饿了么"), ("改单位，改成饿了么众包", "饿了么众包")),
        *(("不是样例外卖，是饿了么", "饿了么"), ("样例外卖平台错了，是饿了么", "饿了么")),
    ],
)
async def test_a_line_is_given_anew_by_its_number_or_label(said: str, employer: str, phone: Phone) -> None:
    await phone.says(*RIDER, hears="请核对")
    (check,) = await phone.says(said, hears=f"单位改成{employer}了。")
    for line in (f"6. 单位：{employer}", "工种：外卖骑手", "地点：茂南区河东街道"):
        assert line in check.text


@pytest.mark.parametrize("said", ["京东", "我跑京东的"])
async def test_what_only_sounds_like_a_place_is_none_where_none_was_asked(said: str, phone: Phone) -> None:
    await phone.says(*RIDER, hears="请核对")
    (check,) = await phone.says(said, hears="就差您一句话")
    assert "地点：茂南区河东街道" in check.text
    await phone.says("信宜金垌", hears="地点改成信宜市金垌镇了。")
    await phone.says("2 13800138078", hears="手机号改成138****8078了。")


@pytest.mark.parametrize(
    ("said", "echoed"),
    [
        ("滴滴", "工种改成网约车、出租车司机了。"),
        ("货拉拉", "工种改成货车司机了。"),
        ("我开滴滴", "工种改成网约车、出租车司机了。"),
        ("我现在跑饿了么", "情况还是骑手、司机等，或单位没有工会。工种还是外卖骑手。"),
        ("单位没有工会", "情况还是骑手、司机等，或单位没有工会。"),
    ],
)
async def test_what_a_bare_correction_was_taken_for_is_said_back(
    said: str, echoed: str, phone: Phone
) -> None:
    await phone.says(*RIDER, hears="请核对")
    await phone.says(said, hears=echoed)


OPEN_DOOR = "情况改成骑手、司机等，或单位没有工会了。"


@pytest.mark.parametrize(
    "said",
    [
        *(
            "选错了，应该选2",
            "选错了 选第二种",
            "刚才点错了，我是骑手",
            "我单位没工会的",
            "其实我们公司没有工会",
        ),
        *("我是跑外卖的，不是单位的", "不是单位的，我是送快递的", "我没有单位的", "不对，我没有固定单位"),
    ],
)
@pytest.mark.parametrize("asked", [1, 2, 3, 4])
async def test_the_other_door_is_taken_while_something_else_is_asked(
    said: str, asked: int, phone: Phone
) -> None:
    given = ("入会", "1", "13800138000", "陈大文", "茂南河东")
    await phone.says(*given[: asked + 1])
    question = ("您的手机号", "请问您的姓名", "您平时做哪一行", "您平时做哪一行")[asked - 1]
    await phone.says(said, hears=f"{OPEN_DOOR}\n\n{question}")


async def test_the_door_of_the_units_is_taken_later_and_what_fits_is_no_correction(phone: Phone) -> None:
    await phone.says(*RIDER[:2], "我们厂有工会的", hears="情况改成上班的单位已经有工会了。\n\n您的手机号")
    await phone.says("选错了，选2", "13800138000", "陈大文", hears="哪一行")
    await phone.says("外卖骑手", "选错了，是快递员", hears="工种改成快递员了。\n\n平时在哪里干活")
    await phone.says("茂南河东", "样例没有工会的厂", hears="单位：样例没有工会的厂")


@pytest.mark.parametrize(
    ("said", "echoed"),
    [
        ("茂南官渡", "地点改成"),
        ("6.京东", "单位改成京东了。"),
        ("6 顺丰", "单位改成顺丰了。"),
        ("4.快递员", "工种改成快递员了。"),
        ("滴滴", "工种改成网约车、出租车司机了。"),
        ("2 13800138078", "138****8078"),
        ("13800138078", "138****8078"),
        ("6", "哪个平台"),
        ("取消修改", "请核对"),
        ("返回", "请核对"),
        ("不改了", "请核对"),
    ],
)
async def test_who_picked_another_line_than_they_meant_is_understood(
    said: str, echoed: str, phone: Phone
) -> None:
    await phone.says(*RIDER, "2", hears="您的手机号")
    await phone.says(said, hears=echoed)


async def test_a_word_that_is_no_number_is_told_how_its_line_is_named(phone: Phone) -> None:
    await phone.says(*RIDER, "2", hears="您的手机号")
    await phone.says("京东", hears="就在前面写上“6.”再发一次；手机号不用改，回复“返回”")
    await phone.says("1380013807", hears="这里数到 10 位")
    await phone.says("李小明", hears="要改的是姓名，就在前面写上“3.”")
    await phone.says("6.京东", hears="单位改成京东了。")
    await phone.says("6", "6.顺丰", hears="单位改成顺丰了。")
    await phone.says("6", "2.13800138078", hears="手机号改成138****8078了。")
    await phone.says("确认", hears="收到您的入会申请了")


@pytest.mark.parametrize("said", ["修改", "我要修改", "改一下", "填错了"])
async def test_a_bare_change_is_nobodys_name_nor_employer(said: str, phone: Phone) -> None:
    await phone.says("入会", said, hears="您是哪种情况")
    await phone.says("2", "13800138000", said, hears="要改哪一项")
    await phone.picks("手机号：138****8000")
    await phone.says("13800138001", hears="您的姓名")
    await phone.says("李小明", "骑手", "茂南河东", said, hears="姓名：李**")
    await phone.says("返回", hears="哪个平台")
    (check,) = await phone.says("样例外卖平台", hears="请核对")
    for line in ("138****8001", "姓名：李**", "样例外卖平台"):
        assert line in check.text


@pytest.mark.parametrize("said", ["修改", "不对", "错了", "改资料", "修改资料"])
async def test_what_is_not_right_at_the_summary_is_asked_for(said: str, phone: Phone) -> None:
    await phone.says(*RIDER, hears="请核对")
    (asked,) = await phone.says(said, hears="要改哪一项")
    assert "2. 手机号：138****8000" in asked.text
    await phone.says("2", "13800138001", hears="138****8001")


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        *(("电话打错咗", "您的手机号"), ("电话唔啱", "您的手机号"), ("打错咗电话", "您的手机号")),
        *(("个名错咗", "您的姓名"), ("我个名写错咗", "您的姓名"), ("地址写错咗", "在哪里干活")),
        *(("单位唔啱", "哪个平台"), ("电话错咗，系13800138001", "手机号改成138****8001了。")),
    ],
)
async def test_what_is_wrong_is_said_in_cantonese_too(said: str, asked: str, phone: Phone) -> None:
    await phone.says(*RIDER, hears="请核对")
    await phone.says(said, hears=asked)


async def test_a_new_number_in_the_same_message_is_acknowledged(phone: Phone, records: Records) -> None:
    await phone.says(*RIDER[:4], hears="哪一行")
    await phone.says("改手机号13900139334", hears="手机号改成139****9334了。\n\n您平时做哪一行")
    await phone.says("改电话1390013933", hears="这里数到 10 位")
    await phone.says("改电话", hears="您的手机号")
    await phone.says("13800138001", *RIDER[4:], hears="138****8001")
    assert "1390013" not in " ".join(row.body for row in await records.of(messages))


@pytest.mark.parametrize(
    ("said", "noted"),
    [
        ("李四 13800138000", "手机号：138****8000，姓名：李*。\n\n您平时做哪一行"),
        (
            "郑十一 13800138000 美团骑手",
            "手机号：138****8000，姓名：郑**，工种：外卖骑手。\n\n平时在哪里干活",
        ),
        ("我叫陈大文，手机138 0013 8000", "手机号：138****8000，姓名：陈**。\n\n您平时做哪一行"),
        ("陈 大 文（138-0013-8000）", "手机号：138****8000，姓名：陈**。\n\n您平时做哪一行"),
        ("陈大文手机13800138000，茂南河东", "姓名：陈**，地点：茂南区河东街道。\n\n您平时做哪一行"),
    ],
)
async def test_what_is_said_together_is_taken_together(
    said: str, noted: str, phone: Phone, records: Records
) -> None:
    await phone.says("入会", "2", said, hears=noted)
    written = " ".join(row.body for row in await records.of(messages))
    for private in (*NAMES, "13800138000", "138 0013 8000"):
        assert private not in written


async def test_beside_a_name_the_other_answers_are_taken(phone: Phone, office: Office) -> None:
    await phone.says("接回会籍", hears="入会时登记的手机号")
    await phone.says("138 0013 8000，我是陈大文，会员号：MM2026000001", hears="请核对")
    await phone.says("取消", "入会", "2", "13800138000", hears="您的姓名")
    await phone.says("陈大文 茂南河东", hears="姓名：陈**，地点：茂南区河东街道。")
    await phone.says("骑手", "没有", "确认", hears="收到您的入会申请了")
    asked = (await office.application(phone.openid)).asked
    assert (asked.name, asked.mobile, asked.place) == ("陈大文", "13800138000", "maonan:河东街道")


@pytest.mark.parametrize("said", ["13800138000 13800138001 陈大文", "陈大文 1380013800"])
async def test_of_two_mobiles_none_is_taken(said: str, phone: Phone) -> None:
    await phone.says("入会", "2", said, hears="手机号")
    await phone.says("13800138000", hears="您的姓名")


async def test_of_an_identity_number_no_figures_are_counted(phone: Phone) -> None:
    await phone.says("入会", "2", hears="您的手机号")
    (told,) = await phone.says("99010119900101006X", hears="只发 11 位手机号")
    assert "数到" not in told.text


async def test_a_name_said_too_early_stays_out_of_the_journal(phone: Phone, records: Records) -> None:
    await phone.says("入会", "我叫王大锤，骑手", hears="手机号")
    assert "王大锤" not in " ".join(row.body for row in await records.of(messages))


async def test_a_form_left_open_is_called_to_mind_once(bot: Bot, phone: Phone, clock: Clock) -> None:
    await phone.says(*RIDER[:4], hears="哪一行")
    clock.goes_to(10, 15, days=1)
    assert await strikes(bot, clock) == 1
    await phone.hears(WAITS)
    clock.goes_to(11, 15)
    assert await strikes(bot, clock) == 0
    await phone.says("继续", hears="哪一行")


async def test_without_a_credit_nobody_is_reminded_and_the_end_is_told_with_the_next_answer(
    bot: Bot, phone: Phone, clock: Clock, records: Records
) -> None:
    await phone.says(*RIDER[:4], hears="哪一行")
    clock.goes_to(10, 15, days=3)
    assert await strikes(bot, clock) == 1
    await settled(records)
    clock.goes_to(10, 15, days=5)
    assert await strikes(bot, clock) == 1
    await settled(records)
    assert [row.status for row in await records.of(messages) if OVER in row.body] == [Status.HELD]
    await phone.says("怎么入会", hears=OVER)
    assert not any(WAITS in line.text for line in phone.messages)
    await phone.says("继续", hears="没有填到一半的事")


async def strikes(bot: Bot, clock: Clock) -> int:
    run = await Clockwork(bot.database, [forms.push], teller(), clock).strike_now(forms.push.name)
    assert run is not None
    return run.found


async def settled(records: Records) -> None:
    """Until nothing is on its way."""
    async with asyncio.timeout(20):
        while {Status.QUEUED, Status.SENDING} & {row.status for row in await records.of(messages)}:
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("asked", "told"),
    [("身份证要吗", "身份证"), ("要不要钱", "会费"), ("超过六十岁行不行", "退休"), ("外省户口行吗", "户口"), ("多少钱", "会费")],
)  # fmt: skip
async def test_a_question_that_leaves_out_what_it_is_about_is_about_the_form(
    asked: str, told: str, phone: Phone
) -> None:
    await phone.says(*RIDER[:3], hears="姓名")
    (aside,) = await phone.says(asked, hears=told)
    assert "接着办“入会”：\n请问您的姓名" in aside.text
    assert "派出所" not in aside.text


async def test_a_greeting_is_no_answer_and_no_failure(phone: Phone) -> None:
    await phone.says(*RIDER[:3], hears="姓名")
    for said in ("你好", "在吗", "谢谢", "收到"):
        await phone.says(said, hears="接着办“入会”：\n请问您的姓名")
    await phone.says("13", hears="姓名")
    await phone.says("陈大文", "骑手", "茂南河东", "您好", hears="在哪个平台")
    await phone.says("样例外卖平台", hears="请核对")
    await phone.says("谢谢", hears="没错就回复“确认”")
    await phone.says("入会要交多少钱", hears="没错就回复“确认”")
    await phone.says("确认", hears="收到您的")
