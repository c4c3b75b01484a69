"""Where to rest, eat and charge, and what is wrong there: the capabilities `stations` and `station_reports`."""

import re
from datetime import timedelta

import pytest

from bot.app import Bot
from messages.journal import messages
from tests.clocks import Clock
from tests.stories.conftest import Records
from tests.union.stations.listed import MIDDLE, listed
from union import staff, stations
from union.rights import Role
from wechat.simulator import Phone, Platform

OPEN = "24小时"
SHUT = "每天 0:00-0:01"


@pytest.fixture
async def known(bot: Bot, clock: Clock) -> None:
    async with bot.database.write() as session:
        await staff.add(session, "驿站管理员", {Role.DESK}, "", clock())
        await staff.bind(session, await staff.offer_code(session, "驿站管理员", clock()), "o-keeper", clock())
        await stations.bring(
            session,
            [
                listed(1, hours=SHUT),
                listed(2, hours=OPEN, services=("microwave", "water"), keeper="驿站管理员"),
                listed(3, hours=OPEN, services=("swap", "water"), kind="smart"),
                listed(4, hours=OPEN),
                listed(5, hours=OPEN, name="人民广场工会驿站"),
                listed(6, hours=OPEN, district="gaozhou", name="高州样例驿站", address="潘州街道测试路"),
                listed(7, hours=OPEN, kind="mothers", name="测试妈妈小屋"),
            ],
            clock(),
        )


async def told(phone: Phone, said: str) -> str:
    return (await phone.says(said))[-1].text


@pytest.mark.usefixtures("known")
async def test_a_location_finds_the_three_nearest_that_are_open(phone: Phone) -> None:
    answer = (await phone.sends_location(*MIDDLE, "某某路"))[-1].text
    assert re.findall(r"\d\. (.+?)（约 (\d+) 米）", answer) == [
        ("测试2号工会驿站", "200"), ("测试3号工会驿站", "350"), ("测试4号工会驿站", "450"),
    ]  # fmt: skip
    assert answer.count("地图导航") == 3
    assert "24 小时开 · 微波炉、饮水" in answer


@pytest.mark.usefixtures("known")
async def test_the_map_opens_at_the_station_without_a_key(phone: Phone, records: Records) -> None:
    await phone.sends_location(*MIDDLE, "某某路")
    body = (await records.of(messages))[-1].body
    assert "https://apis.map.qq.com/uri/v1/marker?marker=coord:21.662000,110.920000;title:" in body
    assert "key=" not in body
    assert [row.body for row in await records.of(messages) if row.kind == "location"] == ["[location]"]


@pytest.mark.usefixtures("known")
async def test_asked_without_a_place_it_asks_for_one_and_remembers_what_for(phone: Phone) -> None:
    for said, wanted in (("能换电", "有换电的驿站"), ("边度有得换电", "有换电的驿站"), ("附近驿站", "驿站")):
        assert f"最近、开着的{wanted}" in await told(phone, said)
    assert "24 小时开的驿站" in await told(phone, "24小时")
    await phone.says("能换电")
    answer = (await phone.sends_location(*MIDDLE))[-1].text
    assert "测试3号" in answer
    assert "测试2号" not in answer


@pytest.mark.usefixtures("known")
async def test_instead_of_a_location_a_district_can_be_tapped(phone: Phone) -> None:
    await phone.says("有微波炉")
    answer = (await phone.says("1"))[-1].text
    assert "茂南区的有微波炉的驿站" in answer
    assert "测试2号" in answer
    assert "还没有登记" in await told(phone, "信宜有微波炉的驿站")


@pytest.mark.usefixtures("known")
async def test_by_place_and_by_landmark(phone: Phone) -> None:
    assert "高州样例驿站" in await told(phone, "高州 驿站")
    assert "高州样例驿站" in await told(phone, "高州边度有驿站")
    assert "高州样例驿站" in await told(phone, "高州潘州街道附近驿站")
    answer = await told(phone, "人民广场附近有驿站吗")
    assert "从“人民广场工会驿站”算起" in answer
    await phone.says("哪里有母婴室", hears="开着的爱心妈妈小屋")
    assert "测试妈妈小屋" in (await phone.sends_location(*MIDDLE))[-1].text


@pytest.mark.usefixtures("known")
async def test_the_middle_of_a_town_is_not_that_of_the_city(phone: Phone) -> None:
    assert "也可以打一个地名或路名，比如“高州城区驿站”" in await told(phone, "附近驿站")
    answer = await told(phone, "高州城区驿站")
    assert "高州市的驿站" in answer
    assert "高州样例驿站" in answer
    assert "测试2号" not in answer
    assert "茂南区的驿站" in await told(phone, "市区驿站")


@pytest.mark.usefixtures("known")
async def test_by_place_the_middle_comes_first_and_no_distance_is_made_up(
    phone: Phone, bot: Bot, clock: Clock
) -> None:
    async with bot.database.write() as session:
        near = [listed(n, hours=OPEN, name=f"测试路{n}驿站", address="羊角镇测试路") for n in (300, 301, 302)]
        far = [listed(n, hours=OPEN, name=f"测试路{n}驿站") for n in (10, 14, 15)]
        await stations.bring(session, [*near, *far], clock())
    answer = await told(phone, "茂南驿站")
    assert re.findall(r"\d\. (\S+)", answer) == ["测试路10驿站", "人民广场工会驿站", "测试4号工会驿站"]
    assert "约" not in answer
    answer = await told(phone, "羊角镇驿站")
    assert "茂南区羊角镇一带的驿站" in answer
    assert re.findall(r"\d\. (\S+)", answer) == ["测试路301驿站", "测试路300驿站", "测试路302驿站"]
    assert "约" not in answer
    assert "从“人民广场工会驿站”算起" in (answer := await told(phone, "人民广场附近有驿站吗"))
    assert "（约 " in answer
    answer = await told(phone, "羊角镇有微波炉的驿站")
    assert "茂南区羊角镇一带没有登记的有微波炉的驿站，最近的也有些远" in answer


@pytest.mark.usefixtures("known")
async def test_a_name_of_two_places_is_a_choice(phone: Phone) -> None:
    answer = await told(phone, "河西街道有微波炉的驿站")
    assert "您说的是哪一个地方" in answer
    assert re.findall(r"\d\. (.+)", answer) == ["茂南区河西街道", "化州市河西街道"]
    answer = await told(phone, "1")
    assert "茂南区的有微波炉的驿站" in answer
    assert "测试2号" in answer
    await phone.says("河西街道有微波炉的驿站")
    assert "化州市的有微波炉的驿站，我这里还没有登记" in await told(phone, "2")
    assert "2. 高州市" in await told(phone, "茂南、高州的驿站")
    await phone.says("河西街道能换电的驿站")
    answer = (await phone.sends_location(*MIDDLE))[-1].text
    assert "测试3号" in answer
    assert "测试2号" not in answer


@pytest.mark.usefixtures("known")
async def test_a_tap_shows_the_details(phone: Phone) -> None:
    await phone.sends_location(*MIDDLE)
    answer = (await phone.picks(1))[-1].text
    for part in ("测试2号工会驿站（工会驿站）", "地址：茂南区测试路 2 号", "服务：微波炉、饮水", "门没开"):
        assert part in answer


@pytest.mark.usefixtures("known")
async def test_far_from_every_station_it_says_so(phone: Phone) -> None:
    assert "有些远" in (await phone.sends_location(23.13, 113.26))[-1].text


@pytest.mark.usefixtures("known")
async def test_questions_about_stations_are_still_answered(phone: Phone) -> None:
    assert "免费" in await told(phone, "驿站收费吗")
    assert "歇脚" in await told(phone, "驿站是什么")


async def test_while_no_station_is_known_the_knowledge_base_answers(phone: Phone) -> None:
    assert "高德地图" in await told(phone, "附近驿站")
    assert "还在登记" in (await phone.sends_location(*MIDDLE))[-1].text
    assert "12351" in await told(phone, "驿站没水了")


@pytest.mark.usefixtures("known")
async def test_several_who_agree_warn_the_others(
    platform: Platform, phone: Phone, bot: Bot, records: Records
) -> None:
    for number in range(3):
        worker = platform.phone(f"工友{number}")
        await worker.sends_location(*MIDDLE)
        await worker.says("没水了", hears="是哪一家没有水")
        await worker.says("1", hears="已经记下")
    assert "3 位工友说没有水" in (await phone.sends_location(*MIDDLE))[-1].text
    to_keeper = [row.body for row in await records.of(messages) if row.openid == "o-keeper"]
    assert len(to_keeper) == 2
    assert "已有 3 位工友反映：测试2号工会驿站，没有水" in to_keeper[1]


@pytest.mark.usefixtures("known")
async def test_the_keeper_says_by_a_tap_that_it_is_mended(platform: Platform, bot: Bot, clock: Clock) -> None:
    keeper, worker = platform.phone("管理员"), platform.phone("工友")
    async with bot.database.write() as session:
        code = await staff.offer_code(session, "驿站管理员", clock())
        await staff.bind(session, code, keeper.openid, clock())
    await keeper.says("你好")
    await worker.says("测试2号驿站没水了", "确认", hears="已经记下")
    await keeper.hears("有工友反映：测试2号工会驿站，没有水")
    await worker.chooses("已经处理好", "station_reports:fine.2.water")
    assert "发给驿站管理员的" in worker.messages[-1].text
    await keeper.chooses("已经处理好", "station_reports:fine.2.water")
    assert "辛苦您" in keeper.messages[-1].text
    async with bot.database.read() as session:
        assert await stations.reported(session) == []


@pytest.mark.usefixtures("known")
async def test_a_report_asks_which_station_and_what_is_wrong(phone: Phone) -> None:
    await phone.says("驿站没水了", hears="是哪一家驿站")
    await phone.says("不知道叫什么", hears="没找到这一家")
    answer = (await phone.sends_location(*MIDDLE))[-1].text
    assert "您说的是哪一个" in answer
    await phone.says("2", hears="1. 驿站：测试2号工会驿站")
    await phone.says("2", hears="那里怎么了")
    await phone.says("不好说", hears="1 到")
    await phone.says("1", hears="2. 情况：门没开")
    await phone.says("确认", hears="已经记下")


@pytest.mark.usefixtures("known")
async def test_a_report_may_be_dropped(phone: Phone, bot: Bot) -> None:
    await phone.says("测试2号驿站关门了", hears="请核对")
    await phone.says("取消", hears="先不办了")
    async with bot.database.read() as session:
        assert await stations.reported(session) == []


@pytest.mark.usefixtures("known")
async def test_a_redelivered_report_counts_once(phone: Phone, bot: Bot) -> None:
    await phone.sends_location(*MIDDLE)
    await phone.picks(1)
    await phone.picks("没有水")
    await phone.again()
    async with bot.database.read() as session:
        assert [one[:4] for one in await stations.reported(session)] == [
            ("T-2", "测试2号工会驿站", "water", 1)
        ]


@pytest.mark.usefixtures("known")
async def test_an_old_list_still_means_what_it_meant(phone: Phone, clock: Clock) -> None:
    await phone.sends_location(*MIDDLE)
    clock.ahead = timedelta(days=3)
    assert "测试2号工会驿站（工会驿站）" in (await phone.picks(1))[-1].text


@pytest.mark.usefixtures("known")
async def test_a_line_of_the_list_is_reported_by_its_number(phone: Phone, bot: Bot) -> None:
    before = await told(phone, "第二个关门了")
    for said, shown in (
        ("第二个关门了", "测试3号工会驿站"), ("第二家没开门", "测试3号工会驿站"), ("2号关门了", "测试2号工会驿站"), ("第一家没水", "测试2号工会驿站"),
    ):  # fmt: skip
        await phone.sends_location(*MIDDLE)
        await phone.says(said, hears=f"1. 驿站：{shown}")
        await phone.says("取消", hears="先不办了")
    await phone.sends_location(*MIDDLE)
    await phone.says("第九家没水", hears="是哪一家没有水")
    await phone.says("1", hears="已经记下")
    await phone.says("2", hears="测试3号工会驿站（智能驿站）")
    await phone.sends_location(*MIDDLE)
    await phone.says("没水了", "1", hears="已经记下")
    await phone.says("第三家没水", hears="驿站：测试4号工会驿站")
    await phone.says("确认", hears="已经记下")
    await phone.sends_location(*MIDDLE)
    await phone.picks(1)
    await phone.says("充电桩坏了", hears="1. 驿站：测试2号工会驿站\n2. 情况：充不了电")
    await phone.says("取消", hears="先不办了")
    await phone.sends_location(*MIDDLE)
    await phone.says("换电柜坏了", hears="是哪一家换电柜用不了")
    assert "会" in before


@pytest.mark.usefixtures("known")
async def test_a_station_is_known_by_its_name_and_address(phone: Phone, bot: Bot, clock: Clock) -> None:
    async with bot.database.write() as session:
        swap = ("aircon", "microwave", "phone", "swap", "water")
        await stations.bring(
            session,
            [
                listed(20, hours=OPEN, name="样例一号工会驿站", address="样例路 22 号", services=swap),
                listed(21, hours=OPEN, name="样例零工驿站", kind="job"),
                listed(22, hours=OPEN, name="样例二号智能驿站", kind="smart"),
            ],
            clock(),
        )
    for said in ("样例二号智能驿站", "样例一号工会驿站在哪", "样例零工驿站怎么走"):
        answer = await told(phone, said)
        assert answer.startswith(said[:6]), answer
        assert "地址：茂南区" in answer
    assert "从“样例一号工会驿站”算起" in await told(phone, "样例路22号附近有没有开的驿站")
    await phone.says("样例一号驿站关门", hears="1. 驿站：样例一号工会驿站\n2. 情况：门没开")
    await phone.says("1", "样例二号智能驿站", hears="1. 驿站：样例二号智能驿站")
    await phone.says("取消", hears="先不办了")
    await phone.says("样例一号驿站", hears="空调、微波炉、手机充电、换电")
    await phone.says("样例路22号附近有饮水的驿站", hears="24 小时开 · 饮水、")
    await phone.says("没有这一家驿站", "菜鸟驿站")
    assert "地址" not in phone.messages[-1].text


@pytest.mark.usefixtures("known")
async def test_a_second_question_is_about_the_list_that_was_shown(phone: Phone) -> None:
    await phone.sends_location(*MIDDLE)
    nearest = await told(phone, "边间最近")
    assert nearest.startswith("刚才这几家里，离得最近的驿站：") and "测试2号工会驿站（约 200 米）" in nearest
    for said, shown, other in (
        ("边间有得换电", "测试3号工会驿站（约 350 米）", "测试4号工会驿站"),
        ("有冇热水", "测试4号工会驿站（约 450 米）", "请把位置发给我"),
        ("有微波炉的呢", "测试2号工会驿站（约 200 米）", "测试3号工会驿站"),
        ("而家开紧嘅", "测试4号工会驿站（约 450 米）", "请把位置发给我"),
        ("24小时嘅", "测试4号工会驿站（约 450 米）", "请把位置发给我"),
    ):
        await phone.sends_location(*MIDDLE)
        answer = await told(phone, said)
        assert answer.startswith("刚才这几家里，") and shown in answer and other not in answer, answer
    await phone.sends_location(*MIDDLE)
    answer = await told(phone, "第二间远唔远")
    assert answer.startswith("测试3号工会驿站（智能驿站）") and "距离：约 350 米" in answer
    await phone.sends_location(*MIDDLE)
    assert "刚才这几家都没有。茂南区的" in await told(phone, "有冇空调")
    await phone.says("附近驿站", hears="请把位置发给我")


@pytest.mark.usefixtures("known")
async def test_with_no_list_it_is_asked_where(phone: Phone) -> None:
    await phone.says("附近驿站", hears="请把位置发给我")
    await phone.says("边间最近", hears="请把位置发给我")
    await phone.says("高州驿站", hears="高州样例驿站")
    await phone.says("边间最近", hears="请把位置发给我")  # from nowhere in particular none is the nearest


@pytest.mark.usefixtures("known")
async def test_what_is_looked_for_beside_a_report_is_found_and_the_report_waits(phone: Phone) -> None:
    await phone.sends_location(*MIDDLE)
    await phone.says("第一间冇水", hears="1. 驿站：测试2号工会驿站")
    for said, shown in (("边间有得换电", "请把位置发给我"), ("高州有喝水的驿站", "高州样例驿站")):
        answer = await told(phone, said)
        assert shown in answer and "回复“继续”" in answer, answer
    await phone.sends_location(*MIDDLE)
    await phone.says("第二间远唔远", hears="距离：约 350 米")
    await phone.says("确认", hears="已经记下")
    await phone.says("高州边度有得停大车", hears="有停车位的驿站，我这里还没有登记")
    await phone.sends_location(*MIDDLE)
    await phone.says("呢度停水喇", hears="是哪一家没有水")


@pytest.mark.usefixtures("known")
async def test_a_place_typed_below_the_question_keeps_what_was_asked_for(platform: Platform) -> None:
    for wanted, place, shown in (
        ("哪里有母婴室", "茂南区", "茂南区的爱心妈妈小屋：\n\n1. 测试妈妈小屋"),
        ("换电", "我在茂南", "茂南区的有换电的驿站：\n\n1. 测试3号工会驿站"),
        ("换电", "我喺高州", "高州市的有换电的驿站，我这里还没有登记"),
        ("换电", "高州城区驿站", "高州市的有换电的驿站，我这里还没有登记"),
        ("换电", "人民广场驿站", "从“人民广场工会驿站”算起，最近的有换电的驿站"),
        ("24小时", "茂南呢", "茂南区的24 小时开的驿站："),
        ("半夜两点还开的驿站", "茂南", "茂南区的24 小时开的驿站："),
        ("换电", "高州有饮水的驿站", "高州市的有饮水的驿站："),
    ):
        phone = platform.phone(f"工友{wanted}{place}")
        await phone.says(wanted, hears="请把位置发给我")
        await phone.says(place, hears=shown)
    phone = platform.phone("工友")
    await phone.says("换电", "附近驿站", "茂南", hears="茂南区的驿站：")


@pytest.mark.usefixtures("known")
async def test_a_location_below_an_answer_about_a_kind_of_station_finds_that_kind(phone: Phone) -> None:
    for said, shown in (
        ("妈妈小屋是做什么的", "离您最近的爱心妈妈小屋：\n\n1. 测试妈妈小屋"),
        ("智能驿站是什么", "离您最近的智能驿站：\n\n1. 测试3号工会驿站"),
        ("心灵驿站", "离您最近的心灵驿站，我这里还没有登记"),
        ("驿站是什么", "离您最近的驿站：\n\n1. 测试2号工会驿站"),
    ):
        await phone.says(said)
        assert shown in (await phone.sends_location(*MIDDLE))[-1].text
    await phone.says("智能驿站是什么")
    await phone.says("高州驿站", hears="1. 高州样例驿站")


@pytest.mark.usefixtures("known")
async def test_another_problem_told_with_the_name_is_the_one_that_is_reported(phone: Phone) -> None:
    await phone.says("工会驿站微波炉坏咗", hears="是哪一家驿站")
    await phone.says("测试3号驿站换电柜坏了", hears="1. 驿站：测试3号工会驿站\n2. 情况：换电柜用不了")
    await phone.says("测试2号驿站没水了", hears="1. 驿站：测试2号工会驿站\n2. 情况：没有水")
    assert "还在" not in phone.messages[-1].text
    await phone.says("1", hears="是哪一家驿站")
    await phone.says("测试4号驿站停电", hears="1. 驿站：测试4号工会驿站\n2. 情况：没有电")
    await phone.says("确认", hears="已经记下")


@pytest.mark.usefixtures("known")
async def test_a_report_is_heard_in_the_words_of_who_stands_there(platform: Platform) -> None:
    for said, station, problem in (
        ("测试2号驿站冇水饮", "测试2号工会驿站", "没有水"),
        ("测试2号工会驿站没有热水", "测试2号工会驿站", "没有水"),
        ("测试2号工会驿站今天没开门，我白跑一趟", "测试2号工会驿站", "门没开"),
        ("测试2号工会驿站的饮水机坏了好几天", "测试2号工会驿站", "没有水"),
        ("测试3号工会驿站空调没开", "测试3号工会驿站", "空调坏了"),
        ("最近嗰个没水了", "测试2号工会驿站", "没有水"),
        ("近啲嗰间冇水饮", "测试2号工会驿站", "没有水"),
        ("第一间锁咗门入唔到", "测试2号工会驿站", "门没开"),
        ("第二家今日停电", "测试3号工会驿站", "没有电"),
    ):
        phone = platform.phone(f"工友{said}")
        await phone.sends_location(*MIDDLE)
        await phone.says(said, hears=f"1. 驿站：{station}\n2. 情况：{problem}")
    phone = platform.phone("工友")
    await phone.sends_location(*MIDDLE)
    await phone.says("有冇水饮", hears="刚才这几家里，有饮水的驿站")
    await phone.says("茂南驿站", "最近嗰个没水了", hears="是哪一家没有水")


@pytest.mark.usefixtures("known")
async def test_below_one_station_the_way_is_to_that_one(phone: Phone) -> None:
    for said in ("这个怎么走", "嗰间点去", "喺边度", "地址", "那怎么过去啊"):
        await phone.says("人民广场工会驿站")
        assert (await told(phone, said)).startswith("人民广场工会驿站（工会驿站）"), said
    await phone.says("高州驿站", "怎么走", hears="地址：高州市潘州街道测试路")
    await phone.sends_location(*MIDDLE)
    await phone.says("哪里有开着的", hears="刚才这几家里，开着的驿站")
