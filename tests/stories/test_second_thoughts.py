"""What was handed in is taken back, or put right, in the words of workers: `membership`."""

import pytest

from messages.journal import messages
from tests.stories.conftest import Records
from tests.stories.offices import Office
from tests.stories.test_membership import RIDER
from wechat.simulator import Phone

# What is told is a matter of words, whatever the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NEW = "13800138001"


@pytest.mark.parametrize(
    "said",
    ["撤回", "取消申请", "不入了", "不想入会了", "唔入喇", "我唔想入会喇", "撤销我的申请", "把申请撤回", "不加入工会了"],
)  # fmt: skip
async def test_an_application_is_taken_back_in_any_words(said: str, phone: Phone) -> None:
    (before,) = await phone.says(said)
    assert "申请（编号" not in before.text
    await phone.says("入会", *RIDER, "确认", hears="收到您的入会申请了")
    await phone.says("取消", hears="回复“撤回申请”")
    await phone.says(said, hears="要撤回吗")
    await phone.says("好", hears="还不够清楚")
    await phone.says("确定撤回", hears="已经撤回")


async def test_who_joins_no_more_in_the_middle_of_the_form_cancels_it(phone: Phone) -> None:
    await phone.says("入会", *RIDER, hears="请核对")
    await phone.says("不想入会了", hears="先不办了")
    await phone.says("进度", hears="没有正在办的事")


async def test_a_member_who_wants_out_hears_how(phone: Phone, office: Office) -> None:
    await phone.says("入会", *RIDER, "确认")
    await office.admits(phone.openid)
    await phone.says("不想入会了", hears="回复“退会”")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("改姓名", "请问您的姓名"),
        ("改地点", "平时在哪里干活"),
        ("改单位", "在哪个平台"),
        ("想改一下名字", "请问您的姓名"),
        ("姓名应该是王晓红", "3. 姓名：王**"),
        ("单位改成顺丰", "6. 单位：顺丰"),
        ("地点改成电白水东", "5. 地点：电白区水东街道"),
        ("单位应该系美团", "6. 单位：美团"),
        (f"我换号了，新号{NEW}", "2. 手机号：138****8001"),
        (f"电话应该是{NEW}", "2. 手机号：138****8001"),
    ],
)
async def test_what_was_handed_in_is_changed_by_its_name(
    said: str, shown: str, phone: Phone, records: Records
) -> None:
    await phone.says("入会", *RIDER, "确认", hears="收到您的入会申请了")
    await phone.says(said, hears=shown)
    assert "王晓红" not in " ".join(row.body for row in await records.of(messages))


@pytest.mark.parametrize(
    "said", ["姓名应该是王晓红", "名字写错了，是王晓红", "名字改成王晓红", "我姓名错咗，应该系王晓红", "姓名更正为王晓红"]
)  # fmt: skip
async def test_a_name_that_is_given_anew_is_not_kept_in_clear(
    said: str, phone: Phone, records: Records
) -> None:
    """The watch looks through the files after the story."""
    await phone.says(said)
    assert "王**" in " ".join(row.body for row in await records.of(messages))


@pytest.mark.parametrize(
    "said",
    [
        f"我换号了，新号{NEW}",
        f"我的新手机号是{NEW}",
        f"旧号码停机了，现在用{NEW}",
        f"我换咗个号，而家用{NEW}",
        f"以前个号唔用喇，用{NEW}",
        f"换了张卡，{NEW}",
        f"原来的手机号不用了，改成{NEW}",
        f"新号码 {NEW}",
    ],
)
async def test_a_member_says_their_new_mobile(said: str, phone: Phone, office: Office) -> None:
    await phone.says("入会", *RIDER, "确认")
    await office.admits(phone.openid)
    await phone.says(said, hears="手机号：138****8001")
    await phone.says("确认", hears="改好了")


@pytest.mark.parametrize("said", ["好的", "收到，谢谢", "知道了", "嗯嗯", "得"])
async def test_what_was_sent_back_is_asked_for_after_a_yes(said: str, phone: Phone, office: Office) -> None:
    await phone.says("入会", *RIDER, "确认", hears="收到您的入会申请了")
    await office.sends_back(phone.openid, "employer", "请写清楚站点")
    await phone.hears("请写清楚站点")
    await phone.says(said, hears="单位或平台要改一下：请写清楚站点")
    await phone.says("美团河东站", hears="单位：美团河东站")
    await phone.says("确认", hears="改好了，接着审核")


@pytest.mark.parametrize("said", ["电话没错啊", "冇错喎", "号码没问题", "就是这个号", "没换过"])
async def test_who_says_that_it_is_right_is_asked_to_send_it_again(
    said: str, phone: Phone, office: Office
) -> None:
    await phone.says("入会", *RIDER, "确认", hears="收到您的入会申请了")
    await office.sends_back(phone.openid, "mobile", "打不通")
    await phone.hears("打不通")
    await phone.says(said, hears="也麻烦照样再发一次")
    await phone.says("13800138000", hears="手机号：138****8000")
    await phone.says("确认", hears="改好了，接着审核")


async def test_a_mobile_that_was_sent_back_is_taken_after_other_talk_too(
    phone: Phone, office: Office
) -> None:
    await phone.says("入会", *RIDER, "确认", hears="收到您的入会申请了")
    await office.sends_back(phone.openid, "mobile", "打不通")
    await phone.hears("打不通")
    await phone.says("怎么会打不通呢", NEW, hears="是申请里要改的手机号")
