"""First come, first served: one pack each, a code that opens for its owner and is redeemed once: `packs`."""

from datetime import timedelta

import pytest

from storage.base import CHINA
from tests.browsers import browsing, link_in
from tests.clocks import Clock
from tests.conftest import app_address
from tests.stories.offices import Office
from tests.stories.venues import Venue
from union.courses import Audience
from union.pack_plans import Unfit
from wechat.simulator import Phone, Platform


async def test_a_pack_is_taken_shown_and_handed_over_once(
    phone: Phone, platform: Platform, venue: Venue, office: Office
) -> None:
    await venue.gives()
    await phone.says("礼包", hears="还剩 2 份")
    await phone.says("1", hears="领到了")
    await phone.says("礼包", "1", hears="您已经领过了")
    await phone.says("我的礼包", hears="测试柜台")
    code = await venue.code_of(phone.openid)
    await phone.says("进度", hears="测试礼包")
    keeper = platform.phone("站长", following=True)
    await keeper.says(f"核销{code}", hears="由发礼包的工作人员来扫")
    await phone.says(code, hears="这是您自己的码")
    await office.sits_at_desk(keeper.openid)
    await keeper.says(f"核销 {code[:2]}-{code[2:6].lower()} {code[6:]}", hears="核销成功")
    await phone.hears("已经领走了")
    await keeper.says(code, hears="已经用过了")
    await keeper.says("LB22222222", hears="没有这个码")
    await phone.says("我的礼包", hears="领走了")
    await phone.says("礼包", "1", hears="领走了")
    assert "码在这里" not in phone.messages[-1].text


@pytest.mark.parametrize(
    "typed",
    ["{0}", "{1} {2}", "{0:l}", "核销 {1} {2}", "核销LB{0}", "lb {1} {2}", "请核销一下：LB-{1}-{2}", "LB{0} 核销", "礼包码是{0}"],
)  # fmt: skip
async def test_staff_type_the_code_as_it_comes(
    phone: Phone, platform: Platform, venue: Venue, office: Office, typed: str
) -> None:
    await venue.gives()
    await phone.says("礼包", "1", hears="领到了")
    code = (await venue.code_of(phone.openid))[2:]
    said = typed.replace("{0:l}", code.lower()).format(code, code[:4], code[4:])
    stranger = platform.phone("别的工友", following=True)
    assert "核销成功" not in (await stranger.says(said))[-1].text
    keeper = platform.phone("站长", following=True)
    await office.sits_at_desk(keeper.openid)
    await phone.says(said, hears="这是您自己的码")
    await keeper.says(said, hears="核销成功")
    await keeper.says(said, hears="已经用过了")


async def test_a_pack_is_found_by_its_name(phone: Phone, venue: Venue) -> None:
    await phone.says("有礼包领吗", hears="眼下没有可以领的礼包")
    await venue.gives("P-1", title="暖冬礼包")
    await venue.gives("P-2", title="夏日清凉礼包（样例）")
    for said in (
        "有礼包领吗",
        "现在还有礼包领吗？",
        "有没有礼包",
        "工会发礼包了吗",
        "领中秋礼包",
        "领个礼包",
    ):
        told = await phone.says(said, hears="现在的礼包，先到先得")
        assert "暖冬礼包" in told[-1].text
    for said in ("领取夏日清凉礼包", "清凉礼包还有吗", "我想领夏日清凉礼包"):
        told = await phone.says(said, hears="夏日清凉礼包（样例）：还剩 2 份")
        assert "暖冬" not in told[-1].text
    await venue.gives("P-3", title="劳模消费券")
    await phone.says("我要领消费券", hears="劳模消费券：还剩 2 份")
    for said in ("暖冬礼包", "领取暖冬礼包", "领暖冬礼包"):
        told = await phone.says(said, hears="暖冬礼包：还剩 2 份")
        assert "清凉" not in told[-1].text
    await phone.says("1", hears="领到了")
    await phone.says("我的礼包", hears="暖冬礼包（第 1 份）")
    for said in ("礼包被别人领走了怎么办", "中秋礼包", "怎么领中秋礼包", "领加班工资券"):
        assert "先到先得" not in (await phone.says(said))[-1].text


async def test_the_code_is_scanned_from_a_page_of_its_owner(
    phone: Phone, platform: Platform, venue: Venue, office: Office
) -> None:
    await venue.gives()
    await phone.says("礼包", "1", hears="二维码")
    address = link_in(phone.messages[-1].text)
    code = await venue.code_of(phone.openid)
    async with browsing(app_address[platform], phone.openid) as browser:
        page = await browser.opens(address)
        assert page.status == 200
        assert "data:image/svg+xml" in page.text
        assert f"{code[:2]} {code[2:6]} {code[6:]}" in page.words
        again = await browser.opens(address)
        assert again.status == 200
        assert (await browser.submits(again)).status == 403
        async with browsing(app_address[platform], platform.phone("阿珍").openid) as stranger:
            seen = await stranger.opens(address)
            assert (seen.status, code in seen.text) == (403, False)
        keeper = platform.phone("站长")
        await office.sits_at_desk(keeper.openid)
        await keeper.scans(f"pack:{code}")
        assert "核销成功" in keeper.messages[-1].text
        gone = await browser.opens(address)
        assert "已经领走" in gone.words
        assert "svg" not in gone.text


async def test_the_last_one_is_told_kindly_and_a_pack_given_back_is_there_again(
    phone: Phone, platform: Platform, venue: Venue
) -> None:
    given = await venue.gives(amount=1)
    other = platform.phone("阿珍")
    await phone.says("领礼包", "1", hears="领到了")
    await other.says("礼包", hears="已经领完")
    await other.says("1", hears="来晚了一步")
    await phone.says("我的礼包", "1", hears="会让给别的工友")
    await phone.says("1", hears="给您留着")
    assert await venue.left(given) == 0
    await phone.says("我的礼包", "1", "2", hears="让给别的工友了")
    assert await venue.left(given) == 1
    await other.says("礼包", "1", hears="第 2 份")
    await phone.says("礼包", "1", hears="来晚了一步")


async def test_a_members_pack_is_for_members_of_that_work(phone: Phone, venue: Venue, office: Office) -> None:
    await venue.gives(audience=Audience.MEMBERS, work="rider")
    await venue.gives("P-2", title="司机礼包", work="trucker")
    await phone.says("礼包", "1", hears="回复“入会”")
    await phone.says("入会", "2", "13800138000", "陈大文", "骑手", "茂南河东", "样例外卖平台", "确认")
    await office.admits(phone.openid)
    await phone.says("礼包", "1", hears="领到了")
    await phone.says("礼包", "2", hears="给货车司机的")


async def test_before_and_after_its_time_there_is_none(phone: Phone, venue: Venue, clock: Clock) -> None:
    now = clock()
    await venue.gives(opens_at=now + timedelta(hours=1))
    await phone.says("礼包", hears="开始领")
    await phone.says("1", hears="还没开始")
    clock.ahead = timedelta(hours=2)
    await phone.says("礼包", "1", hears="领到了")
    clock.ahead = timedelta(days=4)
    await phone.says("我的礼包", hears="码已经失效")
    await phone.says("礼包", hears="没有可以领的礼包")


async def test_who_leaves_and_comes_back_has_no_second_one(
    phone: Phone, venue: Venue, office: Office, platform: Platform
) -> None:
    given = await venue.gives()
    keeper = platform.phone("站长")
    await office.sits_at_desk(keeper.openid)
    await phone.says("礼包", "1", hears="领到了")
    await keeper.says(await venue.code_of(phone.openid), hears="核销成功")
    await phone.says("删除我的资料", "确认删除", hears="删好了")
    await phone.says("我的礼包", hears="还没有领过礼包")
    await phone.says("礼包", "1", hears="您已经领过了")
    assert await venue.left(given) == 1


async def test_a_pack_that_was_not_handed_over_goes_back_when_its_owner_leaves(
    phone: Phone, venue: Venue
) -> None:
    given = await venue.gives()
    await phone.says("礼包", "1", hears="领到了")
    await phone.says("删除我的资料", "确认删除", hears="删好了")
    assert await venue.left(given) == 2


async def test_old_and_odd_lines_do_no_harm(phone: Phone) -> None:
    for menu_id in ("take=99", "take=x", "back=", "back=LB22222222", "what", ""):
        (answer,) = await phone.chooses("点", f"packs:{menu_id}")
        assert "编号" not in answer.text, menu_id
    for scene in ("pack:", "pack:x", "pack:LB22222222"):
        await phone.scans(scene)
        assert "工作人员来扫" in phone.messages[-1].text


async def test_many_packs_with_much_to_say_still_fit(phone: Phone, venue: Venue) -> None:
    for number in range(7):
        await venue.gives(f"P-{number}", title=f"{number}" + "礼" * 63, place="台" * 128, details="物" * 300)
    (answer,) = await phone.says("礼包", hears="还剩 2 份")
    count = answer.text.count("还剩 2 份")
    assert count >= 2
    await phone.says(str(count), hears="物" * 300)
    await phone.says("礼包", str(count + 1), hears="序号")
    for number in range(7):
        await phone.says("礼包")
        await phone.chooses("领取", f"packs:take={number + 1}")
    (answer,) = await phone.says("我的礼包", hears="退掉：")
    assert answer.text.count("LB") == 6
    await phone.says(await venue.code_of(phone.openid), hears="台" * 128)


async def test_details_have_a_length(venue: Venue) -> None:
    with pytest.raises(Unfit, match="details"):
        await venue.gives(details="物" * 301)


async def test_a_pack_given_back_when_none_are_given_any_more(
    phone: Phone, venue: Venue, clock: Clock
) -> None:
    await venue.gives()
    await phone.says("礼包", "1", hears="领到了")
    clock.ahead = timedelta(days=2, hours=1)
    await phone.says("我的礼包", "1", hears="领不回来")
    await phone.says("嗯", hears="要办就回复“确定退掉”，不办就回复“留着”")
    (answer,) = await phone.says("退掉", hears="退掉了")
    assert "让给" not in answer.text


async def test_what_was_handed_over_cannot_be_given_back(
    phone: Phone, platform: Platform, venue: Venue, office: Office
) -> None:
    await venue.gives()
    await phone.says("礼包", "1", hears="领到了")
    await phone.says("我的礼包", "1", hears="确定退掉")
    keeper = platform.phone("站长")
    await office.sits_at_desk(keeper.openid)
    await keeper.says(await venue.code_of(phone.openid), hears="核销成功")
    await phone.says("确定退掉", hears="已经领走了，不能再退")


async def test_staff_do_not_hand_over_to_themselves(phone: Phone, venue: Venue, office: Office) -> None:
    await venue.gives()
    await office.sits_at_desk(phone.openid)
    await phone.says("礼包", "1", hears="领到了")
    code = await venue.code_of(phone.openid)
    await phone.says(code, hears="这是您自己的码")
    await phone.says(f"核销{code}", hears="这是您自己的码")
    await phone.says("我的礼包", hears="您的码")


async def test_it_is_said_for_whom_and_until_when(phone: Phone, venue: Venue, clock: Clock) -> None:
    midnight = (
        (clock() + timedelta(days=3)).astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    )
    before = midnight - timedelta(days=1)
    await venue.gives(work="rider", redeem_until=midnight)
    (answer,) = await phone.says("礼包", hears="只给外卖骑手会员")
    assert f"{before.month}月{before.day}日" in answer.text
    assert "24:00前领走" in answer.text


async def test_who_has_a_code_is_told_how_it_is_used(
    phone: Phone, platform: Platform, venue: Venue, clock: Clock
) -> None:
    await venue.gives()
    other = platform.phone("别的工友")
    await other.says("券码在哪里看", hears="还没有领过礼包。回复“礼包”")
    for said in ("码怎么用", "码给别人用得唔得", "过期了怎么办"):
        assert "测试礼包" not in (await other.says(said))[-1].text
    await phone.says("礼包", "1", hears="领到了")
    code = await venue.code_of(phone.openid)
    shown = f"{code[:2]} {code[2:6]} {code[6:]}"
    for said in ("券码在哪里看", "码怎么用", "怎么兑换", "礼包点样用", "码在边度睇", "礼包码不见了"):
        await phone.says(said, hears=f"您的码：{shown}")
    for said, hears in (("码给别人用得唔得", "请不要发出去"), ("过期了怎么办", "在那之前去领就行")):
        await phone.says(said, hears=hears)
        assert "退掉：测试礼包" in phone.messages[-1].text
    await phone.says("健康证过期了怎么办")
    assert shown not in phone.messages[-1].text
    clock.ahead = timedelta(days=4)
    await phone.says("码过期了还能用吗", hears="码就用不了了")
    assert "过了时间没领" in phone.messages[-1].text


async def test_the_pack_that_is_shown_is_taken_by_a_word(
    phone: Phone, platform: Platform, venue: Venue
) -> None:
    assert "礼包" not in (await phone.says("领取"))[-1].text  # of nothing that was shown
    await venue.gives(title="暖冬礼包", amount=4)
    await phone.says("暖冬礼包", "领取", hears="领到了")
    for name, said in (("阿珍", "我要领"), ("老黄", "领一份啦")):
        await platform.phone(name).says("暖冬礼包", said, hears="领到了")
    late = platform.phone("大李")
    await late.says("暖冬礼包", hears="1. 领取")
    await late.says("鹦鹉鳄鱼蜥蜴", "1", hears="领到了")


async def test_who_holds_a_code_is_told_where_and_until_when_it_is_handed_over_now(
    phone: Phone, platform: Platform, venue: Venue, office: Office, clock: Clock
) -> None:
    await venue.gives(amount=4, redeem_until=clock() + timedelta(days=9))
    served, gave_back, keeper = (platform.phone(name) for name in ("阿珍", "阿强", "站长"))
    for one in (phone, served, gave_back):
        await one.says("礼包", "1", hears="领到了")
    await office.sits_at_desk(keeper.openid)
    await keeper.says(await venue.code_of(served.openid), hears="核销成功")
    await served.hears("已经领走了")
    await gave_back.says("我的礼包", "1", "2", hears="让给别的工友了")
    heard = [len(one.messages) for one in (served, gave_back)]
    with pytest.raises(Unfit, match="1 codes are out"):
        await venue.gives(
            amount=4, closes_at=clock() + timedelta(hours=3), redeem_until=clock() + timedelta(hours=3)
        )
    until = clock() + timedelta(days=2, hours=1)
    await venue.gives(amount=4, place="测试北门", redeem_until=until)
    told = await phone.hears("领取的地点或时间改了")
    last = until.astimezone(CHINA)
    assert "去哪里领：测试北门" in told.text
    assert f"{last.month}月{last.day}日" in told.text
    assert [len(one.messages) for one in (served, gave_back)] == heard
    (answer,) = await phone.says("我的礼包", hears="测试北门")
    assert "测试柜台" not in answer.text
    await venue.gives(amount=5, place="测试北门", redeem_until=until, details="毛巾")
    await phone.says("我的礼包", hears="测试北门")
    assert sum("领取的地点或时间改了" in one.text for one in phone.messages) == 1


async def test_a_line_of_the_list_is_typed_as_it_is_shown_or_by_the_name(phone: Phone, venue: Venue) -> None:
    await venue.gives("P-1", title="暖冬礼包")
    await venue.gives("P-2", title="大礼包")
    for said in ("大礼包", "大礼包那个", "要大礼包", "大礼包还有吗"):
        await phone.says("礼包", hears="2. 领取：大礼包")
        told = await phone.says(said, hears="大礼包：还剩 2 份")
        assert "暖冬" not in told[-1].text
    await phone.says("新礼包", hears="现在的礼包，先到先得")
    await phone.says("领取：大礼包", hears="大礼包（第 1 份）")
    await phone.says("礼包", "领取:暖冬礼包", hears="暖冬礼包（第 1 份）")


async def test_a_pack_is_given_back_in_the_words_of_its_line(phone: Phone, venue: Venue) -> None:
    await venue.gives("P-1", title="暖冬礼包")
    await phone.says("退掉大礼包")
    assert "确定" not in phone.messages[-1].text
    await phone.says("礼包", "1", hears="领到了")
    for said in (
        "退掉",
        "我要退",
        "退了",
        "帮我退掉",
        "不要了",
        "退掉：暖冬礼包",
        "暖冬礼包唔要喇",
        "取消暖冬礼包",
    ):
        await phone.says("我的礼包", hears="1. 退掉：暖冬礼包")
        await phone.says(said, hears="确定退掉“暖冬礼包”吗")
        await phone.says("留着", hears="给您留着")
    for said in ("退掉", "不要红包", "退掉消费券"):
        await phone.says(said)
        assert "确定退掉" not in phone.messages[-1].text
    await venue.gives("P-2", title="大礼包")
    await phone.says("礼包", "领取：大礼包", hears="领到了")
    await phone.says("我的礼包", "退掉", hears="您要退哪一份")
    await phone.says("大礼包", hears="确定退掉“大礼包”吗")
    await phone.says("确定退掉", hears="让给别的工友了")
