"""What is said to the summary of a form: several corrections at once, a yes in other words, what is no answer; over the wire."""

import pytest

from messages.journal import messages
from tests.stories.conftest import Records
from tests.stories.schools import School
from wechat.simulator import Phone

# What is understood is a matter of words, whatever the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

RIDER = ("入会", "2", "13800138000", "王小明", "外卖骑手", "茂南河东", "没有")
NAME, MOBILE, PLACE = "3. 姓名：李**", "2. 手机号：138****8001", "5. 地点：电白区水东街道"
UNIT, WORK = "6. 单位：美团", "4. 工种：快递员"


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("手机号改成13800138001，姓名改成李小红", (MOBILE, NAME)),
        ("电话错了是13800138001，名字错了是李小红", (MOBILE, NAME)),
        ("名字错了，是李小红，电话是13800138001", (MOBILE, NAME)),
        ("地点是电白水东，单位是美团", (PLACE, UNIT)),
        ("电话是13800138001，单位是美团", (MOBILE, UNIT)),
        ("单位是美团，工种是快递员", (UNIT, WORK)),
        ("姓名改成李小红，地点改成电白水东", (NAME, PLACE)),
        ("名写错咗，系李小红，同埋电话系13800138001", (NAME, MOBILE)),
        ("姓名：李小红 电话：13800138001", (NAME, MOBILE)),
        ("姓名李小红，电话13800138001，单位美团", (NAME, MOBILE, UNIT)),
        ("2.13800138001 3.李小红", (MOBILE, NAME)),
        ("3改成李小红，6改成美团", (NAME, UNIT)),
        ("李小红 13800138001", (NAME, MOBILE)),
        ("李小红，电话是13800138001", (NAME, MOBILE)),
        ("不好意思，名字应该是李小红，还有地点应该是电白水东，其他没错", (NAME, PLACE)),
        ("不对，姓名是李小红，手机是13800138001，谢谢", (NAME, MOBILE)),
        ("没有固定的改成美团，外卖骑手改成快递员", (UNIT, WORK)),
        ("手机号13800138001姓名李小红", (MOBILE, NAME)),
        ("电话没错，名字错了，是李小红", (NAME,)),
        ("把姓名改成李小红，把手机号改成13800138001，帮我改一下", (NAME, MOBILE)),
    ],
)
async def test_of_several_corrections_all_are_taken(
    said: str, lines: tuple[str, ...], phone: Phone, records: Records
) -> None:
    await phone.says(*RIDER, hears="请核对")
    (check,) = await phone.says(said, hears="改成")
    before = (
        "1. 情况：骑手、司机等，或单位没有工会",
        "2. 手机号：138****8000",
        "3. 姓名：王**",
        "4. 工种：外卖骑手",
        "5. 地点：茂南区河东街道",
        "6. 单位：没有固定的",
    )
    kept = [one for one in before if one[:2] not in {line[:2] for line in lines}]
    assert sorted([*kept, *lines]) == [one for one in check.text.split("\n") if one[1:2] == "."]
    assert "李小红" not in " ".join(row.body for row in await records.of(messages))


@pytest.mark.parametrize(
    "said",
    [
        *(
            "姓名和电话都写错了",
            "名字跟号码都不对",
            "个名同电话都打错咗",
            "修改姓名和手机号",
            "姓名、电话要改",
        ),
        *("2和3都错了", "修改2和3", "2、3", "第2项和第3项不对", "我要改2和3", "电话错了，名字也错了"),
    ],
)
async def test_of_several_that_are_wrong_each_is_asked_for(said: str, phone: Phone) -> None:
    await phone.says(*RIDER, hears="请核对")
    await phone.says(said, hears="您的手机号")
    await phone.says("13800138001", hears="您的姓名")
    (check,) = await phone.says("李小红", hears="请核对")
    assert MOBILE in check.text and NAME in check.text


@pytest.mark.parametrize("said", ["名字错了，是李小红，电话是13800138001", "电话13800138001，名字李小红"])
async def test_of_a_course_too_both_are_taken(said: str, phone: Phone, school: School) -> None:
    await school.opens()
    await phone.says("培训", "1", "1", "王小明", "13800138000", hears="请核对")
    (check,) = await phone.says(said, hears="姓名：李**")
    assert "手机号：138****8001" in check.text


async def test_what_of_several_cannot_be_taken_is_asked_for(phone: Phone) -> None:
    await phone.says(*RIDER, hears="请核对")
    await phone.says("电话改成1380013800，姓名改成李小红", hears="姓名改成李**了。\n\n手机号是 11 位")
    (check,) = await phone.says("13800138001", hears="请核对")
    assert MOBILE in check.text and NAME in check.text
    await phone.says("姓名和电话都写错了", hears="您的手机号")
    await phone.says("不改了", hears="请核对")
    await phone.says("确认", hears="收到您的入会申请了")


@pytest.mark.parametrize(
    ("said", "hears"),
    [
        ("1、2", "情况还是骑手"),
        ("单位是美团，茂南站", "6. 单位：美团,茂南站"),
        ("姓名、地点和电话都没错", "就差您一句话"),
        ("3.李小红", "3. 姓名：李**"),
        ("手机号改成13800138001，其他没错", "138****8001"),
    ],
)
async def test_one_correction_is_one(said: str, hears: str, phone: Phone) -> None:
    await phone.says(*RIDER, hears="请核对")
    await phone.says(said, hears=hears)


@pytest.mark.parametrize(
    "said",
    [
        *(
            "我确认",
            "“确认”",
            "回复确认",
            "回复“确认”",
            "同意并确认",
            "嗯，对，就这样吧",
            "不改",
            "不用改，就这样",
        ),
        *("对，没错，帮我交上去", "都对的，麻烦尽快", "看过了，没有要改的", "确认，请尽快审批，我等着用"),
        *("资料没错", "系啊，冇错，唔使改", "啱晒，交啦", "冇嘢要改", "没有什么要改的", "信息无误，请提交"),
    ],
)
async def test_a_yes_in_more_words_hands_in(said: str, phone: Phone) -> None:
    await phone.says(*RIDER, hears="请核对")
    await phone.says(said, hears="收到您的入会申请了")


@pytest.mark.parametrize(
    "said",
    [
        *(
            "知道了",
            "收到",
            "明白",
            "对，但是电话不对",
            "好，等我看看",
            "先不提交",
            "我不确认",
            "看过了",
            "我等着用",
        ),
        *("确认什么", "有要改的", "电话没错"),
    ],
)
async def test_what_is_no_full_yes_hands_in_nothing(said: str, phone: Phone) -> None:
    await phone.says(*RIDER, hears="请核对")
    (answer,) = await phone.says(said)
    assert "收到您的入会申请了" not in answer.text
    assert "不问" not in answer.text
    await phone.says("继续", "确认", hears="收到您的入会申请了")


async def test_at_the_summary_help_grows_and_offers_a_person(phone: Phone) -> None:
    await phone.says(*RIDER, hears="请核对")
    await phone.says("知道了", hears="资料都齐了，就差您一句话。")
    await phone.says("嘟嘟嘟", hears="还是没对上，别着急。没错，回复“确认”两个字")
    await phone.says("啦啦啦啦", hears="回复“人工”，请工作人员帮您")
    await phone.says("手机号改成13800138001", hears="138****8001")
    await phone.says("知道了", hears="资料都齐了，就差您一句话。")


@pytest.mark.parametrize(
    "said", ["全部重填", "重新来", "重来", "从头再来", "都重新填", "重新填一遍", "由头嚟过"]
)
async def test_who_wants_to_start_over_does(said: str, phone: Phone) -> None:
    await phone.says(*RIDER, hears="请核对")
    await phone.says(said, hears="从头再填，前面填的已经清掉。\n\n入会不收报名费")
    await phone.says(*RIDER[1:3], hears="您的姓名")
    await phone.says(said, hears="您是哪种情况")
