"""A form from its first question to its last word, with every wrong turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue import Capability, Choice, Clash, Context, Field, Invalid, Option, Text
from dialogue.answers import free_text, last_four, looked_up, masked_name, mobile, one_of, person_name, photo
from dialogue.fields import Malformed
from tests.dialogue.talks import Said, Talk

TOWNS = {"茂南": ["茂南区"], "山": ["山阁镇", "金山街道"]}


@dataclass(frozen=True, slots=True)
class Wish:
    course: str
    name: str
    phone: str
    place: str
    size: str | None = None
    note: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    image: str


def courses_of(courses: list[Option], taken: list[object]) -> list[Capability]:
    training = Capability("training", title="培训")

    async def open_courses(_: Context) -> Sequence[Option]:
        return courses

    def towns(text: str) -> list[Option]:
        return [Option(name, name) for key, names in TOWNS.items() if key in text for name in names]

    form = training.form(
        Wish,
        Field("course", "哪一门？\n{options}", accept=one_of(open_courses), label="课程"),
        Field("name", "姓名？", accept=person_name, label="姓名", show=masked_name, private=True),
        Field(
            "phone",
            "手机号？",
            accept=mobile,
            label="手机号",
            show=last_four,
            private=True,
            hint="比如 13800138000",
        ),
        Field("place", "在哪里？", accept=looked_up(towns, "没听过这个地方"), label="地方"),
        Field(
            "size",
            "尺码？",
            accept=free_text(),
            label="尺码",
            when=lambda answers: answers["course"] == "weld",
        ),
        Field("note", "备注？", accept=free_text(), label="备注", optional=True, words=True),
        confirm="核对：\n{summary}\n确认？",
        given=("source",),
    )

    @training.says("培训")
    @training.opens
    async def start(ctx: Context) -> Text:
        return await form.begin(ctx, source="chat")

    @form.submitted
    async def enrol(ctx: Context, wish: Wish) -> Text:
        if wish.phone == "13900139000":
            raise Invalid("这个号码报过了", field="phone")
        if wish.phone == "13700137000":
            raise Invalid("报名已经结束了")
        taken.append(wish)
        return Text("报好了")

    opinions = Capability("opinions", title="意见")
    said = opinions.form(
        Opinion, Field("words", "请说", accept=free_text(2), label="意见", words=True), confirm="{summary}"
    )
    pictures = opinions.form(
        Picture, Field("image", "照片？", accept=photo, label="照片"), confirm="{summary}"
    )

    @opinions.says("意见")
    async def ask(ctx: Context) -> Text:
        return await said.begin(ctx)

    @opinions.says("照片")
    async def picture(ctx: Context) -> Text:
        return await pictures.begin(ctx)

    @said.submitted
    async def keep(ctx: Context, opinion: Opinion) -> Text:
        taken.append(opinion)
        return Text("谢谢")

    @pictures.submitted
    async def see(ctx: Context, seen: Picture) -> Text:
        taken.append(seen)
        return Text("看到了")

    return [training, opinions]


@pytest.fixture
def taken() -> list[object]:
    return []


@pytest.fixture
def courses() -> list[Option]:
    return [Option("elec", "电工班"), Option("weld", "焊工班"), Option("cook", "粤菜师傅班")]


@pytest.fixture
def talk(courses: list[Option], taken: list[object]) -> Talk:
    return Talk(courses_of(courses, taken), {"要交钱吗": "不要钱", "你好": "您好", "有补贴吗": "有"})


@dataclass(frozen=True, slots=True)
class Trade:
    work: str
    course: str


async def test_what_fits_two_answers_changes_the_one_asked_for_by_number() -> None:
    trades = Capability("trades", title="工种")
    of = [Option("weld", "焊工"), Option("elec", "电工")]
    asked = (
        Field("work", "哪一行？\n{options}", accept=one_of(of), label="工种"),
        Field("course", "哪一门？\n{options}", accept=one_of([Option("w", "焊工班"), Option("e", "电工班")]), label="课程"),
    )  # fmt: skip
    form = trades.form(Trade, *asked, confirm="核对：{summary}")

    @trades.says("工种")
    async def begin(ctx: Context) -> Text:
        return await form.begin(ctx)

    talk = Talk([trades])
    assert "课程：焊工班" in await talk.says("工种", "1", "1")
    assert "您说的是哪一个" in await talk.says("电工")
    assert "课程：焊工班" in await talk.says("返回")
    assert (await talk.says("焊工")).startswith("工种还是焊工。课程还是焊工班。")
    assert "哪一门" in await talk.says("电工", "2")
    summary = await talk.says("2")
    assert "课程：电工班" in summary
    assert "工种：焊工" in summary


def asking(said: list[str]) -> Capability:
    """Somebody else's question, which may be put while a form is open."""
    one = Capability("news", title="消息", stores=False)
    choices = Choice("好，要", "news", "yes"), Choice("不用", "news", "no")

    @one.understands(lambda text, _: True if text.startswith("订阅") else None)
    async def ask(ctx: Context, _: bool) -> Text:
        ctx.ask(yes=choices[0], no=choices[1])
        return Text("要吗？")

    @one.picks
    async def answered(ctx: Context, what: str) -> Text:
        ctx.understood(None)
        said.append(what)
        return Text("记下了")

    return one


async def test_of_two_questions_the_one_put_last_is_answered(
    courses: list[Option], taken: list[object]
) -> None:
    said: list[str] = []
    talk = Talk([*courses_of(courses, taken), asking(said)])
    assert "姓名" in await talk.says("培训", "1")
    assert "要吗" in await talk.says("订阅高州普工")  # which would do for a name
    assert "姓名" in await talk.says("好")
    assert "手机号" in await talk.says("订阅电工", "陈大文")
    assert "在哪里" in await talk.says("订阅普工", "不用", "13800138000")
    assert said == ["yes", "no"]
    assert "要吗" in await talk.says("订阅焊工师傅")
    assert "在哪里" in await talk.says("继续")
    assert "核对" in await talk.says("茂南", "跳过")
    assert "报好了" in await talk.says("好")
    assert said == ["yes", "no"]
    assert len(taken) == 1


async def test_a_number_means_the_list_that_the_form_has_shown_last(
    courses: list[Option], taken: list[object]
) -> None:
    said: list[str] = []
    talk = Talk([*courses_of(courses, taken), asking(said)])
    await talk.says("培训", "1", "陈大文", "13800138000", "订阅电工")
    assert "金山街道" in await talk.says("山")
    assert "备注" in await talk.says("2")
    assert said == []


ANSWERS = ("培训", "1", "陈大文", "13800138000", "茂南", "跳过")


async def test_a_form_fills_its_dataclass(talk: Talk, taken: list[object]) -> None:
    assert "1. " in await talk.says("培训")
    assert "姓名" in await talk.says("1")
    assert "手机号" in await talk.says("我叫陈大文")
    assert "在哪里" in await talk.says("一三八 0013 8000")
    assert "备注" in await talk.says("茂南那边")
    summary = await talk.says("跳过")
    assert "1. 课程：电工班" in summary
    assert "2. 姓名：陈**" in summary
    assert "3. 手机号：138****8000" in summary
    assert await talk.says("确认") == "报好了"
    assert taken == [Wish("elec", "陈大文", "13800138000", "茂南区", source="chat")]
    assert talk.conversation.forms is None


async def test_private_answers_stay_out_of_the_journal(talk: Talk) -> None:
    await talk.says(*ANSWERS[:3], "138001380", "13800138000", "茂南", "改手机号13800138001")
    assert "138" not in "".join(talk.journal)
    assert "陈" not in "".join(talk.journal)
    assert "13800138001" not in (talk.conversation.forms or "")


async def test_a_conditional_field_is_asked_only_where_it_applies(talk: Talk, taken: list[object]) -> None:
    await talk.says("培训", "焊工", "陈大文", "13800138000", "茂南")
    assert "备注" in await talk.says("大号")
    summary = await talk.says("要靠窗")
    assert "尺码：大号" in summary
    await talk.says("1")
    summary = await talk.says("3")
    assert "尺码" not in summary
    await talk.says("确认")
    assert taken == [Wish("cook", "陈大文", "13800138000", "茂南区", note="要靠窗", source="chat")]


async def test_two_refusals_help_more_and_the_third_offers_a_person(talk: Talk) -> None:
    await talk.says("培训", "1", "陈大文")
    first = await talk.says("1380013800")
    assert "10 位" in first and "比如 13800138000" not in first
    second = await talk.says("138001380001")
    assert "12 位" in second and "别着急" in second
    assert "比如 13800138000" in second and "人工" not in second
    third = await talk.says("不记得")
    assert "人工" in third
    assert "在哪里" in await talk.says("13800138000")
    assert "人工" not in await talk.says("火星")


@pytest.mark.parametrize("again", ["买买提阿不都热合曼", "我叫买买提阿不都热合曼", "是", "是的", "确认"])
async def test_an_odd_name_is_taken_when_it_is_said_again(
    again: str, talk: Talk, taken: list[object]
) -> None:
    await talk.says("培训", "1")
    assert "回复“是”" in await talk.says("买买提阿不都热合曼")
    assert await talk.says(again) == "手机号？"
    assert "买买提" not in "".join(talk.journal)
    await talk.says("改姓名", "陈师傅")
    assert await talk.says("确认") == "手机号？"
    await talk.says("改姓名", "阿里木江艾山买买", "返回")
    await talk.says("13800138000", "茂南", "跳过", "确认")
    assert taken == [Wish("elec", "陈师傅", "13800138000", "茂南区", source="chat")]


async def test_another_odd_name_is_asked_about_anew_and_no_is_none(talk: Talk) -> None:
    await talk.says("培训", "1", "陈师傅")
    assert "回复“是”" in await talk.says("李师傅")
    assert "身份证上的姓名" in await talk.says("不是")
    assert "身份证上的姓名" in await talk.says("是")
    assert await talk.says("陈大文") == "手机号？"


async def test_back_asks_what_was_answered_before(talk: Talk) -> None:
    await talk.says("培训", "1", "陈大文")
    assert await talk.says("返回") == "姓名？"
    assert "哪一门" in await talk.says("上一步")
    assert "第一项" in await talk.says("返回")


async def test_an_answer_is_changed_by_number_by_name_or_at_once(talk: Talk, taken: list[object]) -> None:
    await talk.says(*ANSWERS)
    assert await talk.says("2") == "姓名？"
    assert "李**" in await talk.says("李小明")
    assert await talk.says("改手机") == "手机号？"
    assert "139****9001" in await talk.says("13900139001")
    assert "138****8002" in await talk.says("手机改成13800138002")
    assert "哪一门" in await talk.says("修改课程")
    assert "焊工班" not in await talk.says("3")
    await talk.says("确认")
    assert taken == [Wish("cook", "李小明", "13800138002", "茂南区", source="chat")]


async def test_a_changed_answer_in_the_middle_goes_on_where_it_was(talk: Talk) -> None:
    await talk.says("培训", "1", "陈大文", "13800138000")
    assert await talk.says("改名") == "姓名？"
    assert await talk.says("李小明") == "在哪里？"


async def test_an_answer_under_change_is_kept_until_there_is_another(talk: Talk, taken: list[object]) -> None:
    await talk.says(*ANSWERS, "3")
    assert "138****8000" in await talk.says("返回")
    await talk.says("3", "12345", "改姓名", "返回")
    await talk.says("1", "姓名改成李四")
    assert await talk.says("确认") == "报好了"
    assert taken == [Wish("elec", "李四", "13800138000", "茂南区", source="chat")]
    assert "李四" not in "".join(talk.journal)


async def test_a_choice_that_was_changed_to_nothing_shows_its_list_again(talk: Talk) -> None:
    await talk.says(*ANSWERS)
    refused = await talk.says("课程改成5")
    assert "1 到 3" in refused
    assert "焊工班" in refused
    assert "粤菜师傅班" in await talk.says("3")


CHANGES = ("修改", "改一下", "我要修改", "改", "填错了", "错了。", "我想改一下吧", "刚才有个地方写错了")


@pytest.mark.parametrize("said", CHANGES)
async def test_a_bare_change_shows_what_was_given_and_asks_which(said: str, talk: Talk) -> None:
    await talk.says("培训")
    asked = await talk.says(said)
    assert "还没填过什么" in asked
    assert "哪一门" in asked
    assert await talk.says("1") == "姓名？"
    asked = await talk.says(said)
    assert "要改哪一项" in asked
    assert "电工班" in asked
    assert "哪一门" in await talk.says("1")
    await talk.says("2", "陈大文")
    assert "陈**" in await talk.says(said)
    assert await talk.says("2") == "姓名？"
    assert await talk.says(said, "返回") == "手机号？"
    await talk.says("13800138000")
    assert await talk.says(said, "电话") == "手机号？"
    assert await talk.says(said, "13800138001") == "手机号改成138****8001了。\n\n在哪里？"
    assert await talk.says("茂南") == "尺码？"
    assert await talk.says("大号", said, "返回") == "备注？"
    summary = await talk.says("跳过")
    for line in ("焊工班", "陈**", "138****8001", "茂南区", "大号"):
        assert line in summary


async def test_which_to_change_is_tapped_even_late_and_a_wrong_word_is_met_with_the_list(talk: Talk) -> None:
    await talk.says(*ANSWERS[:4], "修改")
    refused = await talk.says("王小明")
    assert "1 到 3" in refused
    assert "138****8000" in refused
    assert talk.journal[-1] == "[要改的]"
    assert "人工" in await talk.says("9", "9")
    assert await talk.says("确认") == "在哪里？"
    assert await talk.sends(Said("姓名：陈**", menu_id="form:training.Wish.*=name")) == "姓名？"
    assert "用不上" in await talk.sends(Said("x", menu_id="form:training.Wish.*=place"))


@pytest.mark.parametrize("said", [*CHANGES, "不对", "修改资料", "改资料", "重新填"])
async def test_at_the_summary_a_bare_change_asks_which_and_no_is_one(
    said: str, courses: list[Option], taken: list[object]
) -> None:
    elsewhere = Capability("elsewhere", title="别处", stores=False)

    @elsewhere.says("不对", "改资料", "修改资料", "改电话")
    async def claims(_: Context) -> Text:
        return Text("别处")

    talk = Talk([*courses_of(courses, taken), elsewhere])
    await talk.says(*ANSWERS)
    asked = await talk.says(said)
    assert "要改哪一项" in asked
    assert "2. 姓名：陈**" in asked
    assert await talk.says("改电话") == "手机号？"
    assert "138****8001" in await talk.says("13800138001")
    assert await talk.says(said, "2") == "姓名？"
    assert "别处" in await talk.says("不对")
    await talk.says("李小明", said)
    assert await talk.says("确认") == "报好了"
    assert taken == [Wish("elec", "李小明", "13800138001", "茂南区", source="chat")]


@pytest.mark.parametrize(
    "said",
    ["改手机号13900139334", "手机号错了，是13900139334", "改 手机号：139 0013 9334", "改电话13900139334"],
)
async def test_a_value_in_the_same_message_is_acknowledged(said: str, talk: Talk) -> None:
    await talk.says(*ANSWERS[:4])
    assert await talk.says(said) == "手机号改成139****9334了。\n\n在哪里？"
    assert "10 位" in await talk.says("改手机号1390013933")
    assert await talk.says("返回") == "在哪里？"
    assert "山阁镇" in await talk.says("改姓名阿依古丽·买买提", "茂南", "改地方山")
    assert "地方：金山街道" in await talk.says("2", "跳过")
    assert "阿依古丽" not in "".join(talk.journal)
    assert "139" not in "".join(talk.journal)


async def test_back_from_the_summary_keeps_the_answer_until_there_is_another(
    talk: Talk, taken: list[object]
) -> None:
    await talk.says(*ANSWERS[:-1], "要靠窗")
    asked = await talk.says("返回")
    assert "原来填的是：要靠窗" in asked
    assert "备注？" in asked
    assert "备注：要靠窗" in await talk.says("确认")
    assert "备注：要靠窗" in await talk.says("返回", "返回")
    assert "备注：靠门" in await talk.says("返回", "靠门")
    assert await talk.says("确认") == "报好了"
    assert taken == [Wish("elec", "陈大文", "13800138000", "茂南区", note="靠门", source="chat")]


async def test_back_from_the_summary_shows_no_more_of_a_private_answer_than_the_summary(talk: Talk) -> None:
    await talk.says("培训", "1", "茂南", "陈大文", "13800138000", "茂南", "跳过", "3", "13800138001")
    asked = await talk.says("返回")
    assert "138****8001" in asked


@pytest.mark.parametrize(
    "said",
    [
        "没错",
        "系",
        "冇错。",
        "得啦",
        "同意",
        "确认无误",
        "可以的",
        "行",
        "嗯嗯",
        "对，没错",
        "好的好的！",
        "没有问题",
        "没问题，辛苦了",
        "行，交吧",
        "冇错，帮我交啦",
        "👌",
        "👌🏻",
        "[OK]",
    ],
)
async def test_yes_has_many_words(said: str, talk: Talk) -> None:
    await talk.says(*ANSWERS)
    assert await talk.says(said) == "报好了"


@pytest.mark.parametrize("said", ["辛苦了", "谢谢", "交", "麻烦你了"])
async def test_thanks_alone_is_no_yes(said: str, talk: Talk) -> None:
    await talk.says(*ANSWERS)
    assert "就差您一句话" in await talk.says(said)


@pytest.mark.parametrize("said", ["改电话", "手机号错了", "电话打错了", "第3项", "改第3项", "3."])
async def test_a_field_goes_by_many_names(said: str, talk: Talk) -> None:
    await talk.says(*ANSWERS)
    assert await talk.says(said) == "手机号？"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("13800138009", "138****8009"),
        ("打错了，是 一三八 0013 8009", "138****8009"),
        ("焊工班", "尺码？"),
        ("我叫陈小文", "姓名：陈**"),
    ],
)
async def test_a_bare_value_instead_of_yes_corrects_the_one_answer_it_fits(
    said: str, shown: str, talk: Talk
) -> None:
    await talk.says(*ANSWERS)
    corrected = await talk.says(said)
    assert shown in corrected
    assert "就差您一句话" not in corrected


@pytest.mark.parametrize(
    ("said", "echoed"),
    [
        ("13800138009", "手机号改成138****8009了。"),
        ("13800238000", "手机号改成138****8000了。"),  # looks the same
        ("粤菜", "课程改成粤菜师傅班了。"),
        ("电工班", "课程还是电工班。"),
        ("5.要靠窗", "备注改成要靠窗了。"),
        ("5 要靠窗", "备注改成要靠窗了。"),
        ("5、要靠窗", "备注改成要靠窗了。"),
        ("改5 要靠窗", "备注改成要靠窗了。"),
        ("第5项是要靠窗", "备注改成要靠窗了。"),
        ("3 13800138009", "手机号改成138****8009了。"),
        ("3.138 0013 8009", "手机号改成138****8009了。"),
        ("1、3", "课程改成粤菜师傅班了。"),
        ("备注是电工班靠窗", "备注改成电工班靠窗了。"),
        ("备注：要靠窗", "备注改成要靠窗了。"),
        ("换成粤菜", "课程改成粤菜师傅班了。"),
        ("改成13800138009", "手机号改成138****8009了。"),
        ("换成要靠窗", "备注改成要靠窗了。"),
        ("不是电工班，是粤菜", "课程改成粤菜师傅班了。"),
        ("电工错了，应该是粤菜", "课程改成粤菜师傅班了。"),
        ("改备注，改成要靠窗", "备注改成要靠窗了。"),
    ],
)
async def test_what_was_corrected_is_said_back(said: str, echoed: str, talk: Talk) -> None:
    await talk.says(*ANSWERS)
    assert (await talk.says(said)).startswith(f"{echoed}\n\n核对")


@pytest.mark.parametrize("said", ["3.8", "9 要靠窗", "12:30", "换成李小明", "不是我的，是我哥的"])
async def test_what_begins_with_no_line_of_the_summary_corrects_none(said: str, talk: Talk) -> None:
    await talk.says(*ANSWERS)
    assert "就差您一句话" in await talk.says(said)


@pytest.mark.parametrize("said", ["不要", "陈小文", "1380013800", "随便", "13"])
async def test_what_fits_no_answer_or_any_corrects_none(said: str, talk: Talk, taken: list[object]) -> None:
    await talk.says(*ANSWERS)
    assert "就差您一句话" in await talk.says(said)
    await talk.says("确认")
    assert taken == [Wish("elec", "陈大文", "13800138000", "茂南区", None, None, "chat")]


async def test_a_corrected_number_stays_out_of_the_journal(talk: Talk) -> None:
    await talk.says(*ANSWERS)
    await talk.says("13800138009")
    assert talk.journal[-1] == "[手机号]"


async def test_what_is_said_instead_of_yes_stays_out_of_the_journal(talk: Talk) -> None:
    await talk.says(*ANSWERS, "我叫李小明")
    assert "李小明" not in "".join(talk.journal)


async def test_cancelling_forgets_everything(talk: Talk, taken: list[object]) -> None:
    await talk.says(*ANSWERS)
    assert "不办了" in await talk.says("取消")
    assert talk.conversation.forms is None
    assert "没有填到一半" in await talk.says("取消")
    assert await talk.says("确认") == "unknown"
    assert taken == []


async def test_a_number_means_the_list_as_it_was_shown(talk: Talk, courses: list[Option]) -> None:
    await talk.says("培训")
    courses.pop(0)
    await talk.says("2", "陈大文", "13800138000", "茂南", "大号")
    assert "焊工班" in await talk.says("跳过")


async def test_a_line_tapped_late_answers_its_own_question(talk: Talk) -> None:
    await talk.says("培训", "1", "陈大文")
    assert "手机号" in await talk.sends(Said("焊工班", menu_id="form:training.Wish.course=weld"))
    await talk.says("13800138000", "茂南", "大号")
    assert "焊工班" in await talk.says("跳过")
    assert "用不上" in await talk.sends(Said("x", menu_id="form:training.Wish.course=gone"))
    await talk.says("确认")
    assert "用不上" in await talk.sends(Said("焊工班", menu_id="form:training.Wish.course=weld"))


async def test_several_places_become_a_choice(talk: Talk) -> None:
    await talk.says("培训", "1", "陈大文", "13800138000")
    assert "没听过" in await talk.says("火星")
    which = await talk.says("山")
    assert "山阁镇" in which
    assert "金山街道" in which
    assert "备注" in await talk.says("2")
    assert "金山街道" in await talk.says("跳过")


async def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(talk: Talk) -> None:
    await talk.says("培训", "1")
    aside = await talk.says("要交钱吗")
    assert "不要钱" in aside
    assert "姓名？" in aside
    assert await talk.says("有补贴吗") == "有\n\n————\n接着办“培训”：\n姓名？"
    assert await talk.says("补贴") != "有"  # no question, and nobody's name
    assert "手机号" in await talk.says("陈大文")


async def test_a_field_of_words_takes_a_question_as_an_answer(talk: Talk) -> None:
    await talk.says(*ANSWERS[:5])
    assert "要交钱吗" in await talk.says("要交钱吗")


async def test_an_emergency_is_heard_inside_a_form(talk: Talk) -> None:
    await talk.says("培训", "1")
    card = await talk.says("救命啊")
    assert card.startswith("rescue danger")
    assert "表格帮您留着" in card
    assert "姓名" in await talk.says("继续")
    assert "手机号" in await talk.says("陈大文")


async def test_after_days_a_form_goes_on_where_it_stopped(talk: Talk, taken: list[object]) -> None:
    await talk.says(*ANSWERS[:3])
    talk.waits(timedelta(days=2))
    assert "有\n" in await talk.says("有补贴吗")
    again = await talk.says("继续")
    assert "都还在" in again
    assert "手机号" in again
    await talk.says("13800138000", "茂南", "跳过", "确认")
    assert taken == [Wish("elec", "陈大文", "13800138000", "茂南区", source="chat")]


@pytest.mark.parametrize("said", ["电工班", "电工"])
async def test_after_days_a_line_of_the_list_is_the_answer_whatever_else_it_may_mean(
    said: str, courses: list[Option], taken: list[object]
) -> None:
    talk = Talk(courses_of(courses, taken), {said: "招电工"})
    await talk.says("培训")
    talk.waits(timedelta(days=2))
    assert await talk.says(said) == "姓名？"


async def test_after_days_a_value_that_fits_is_the_answer(courses: list[Option], taken: list[object]) -> None:
    known = {"茂南": "茂南的驿站", "茂南那边现在还招不招电工呀": "招", "行": "好", "我叫陈小文": "您好"}
    talk = Talk(courses_of(courses, taken), known)
    await talk.says(*ANSWERS[:4])
    talk.waits(timedelta(days=2))
    assert (await talk.says("茂南那边现在还招不招电工呀")).startswith("招")
    assert await talk.says("茂南") == "备注？"
    await talk.says("跳过")
    talk.waits(timedelta(days=2))
    assert "姓名：陈**" in await talk.says("我叫陈小文")
    talk.waits(timedelta(days=2))
    assert await talk.says("行") == "报好了"


@pytest.mark.parametrize(
    "said",
    [
        "等下再说",
        "等一下",
        "稍等",
        "晚点再填",
        "在忙",
        "哈哈",
        "我现在在忙，等下",
        "等我下班再填",
        "我在送单",
    ],
)
async def test_who_wants_to_wait_is_told_how_it_goes_on(said: str, talk: Talk) -> None:
    for answered in range(1, 7):
        await talk.says("取消", *ANSWERS[:answered])
        before = talk.conversation.forms
        assert "回复“继续”" in await talk.says(said)
        assert talk.conversation.forms == before


@pytest.mark.parametrize("said", ["我叫王大锤，电工", "你好，我是李四", "电工，姓陈名大文"])
async def test_a_name_stays_out_of_the_journal_wherever_it_is_said(said: str, talk: Talk) -> None:
    await talk.says("培训", said)
    assert talk.journal[-1] == "[培训]"
    await talk.says("有补贴吗")
    assert talk.journal[-1] == "有补贴吗"


async def test_asking_for_the_same_thing_again_goes_on_too(talk: Talk) -> None:
    await talk.says(*ANSWERS[:3])
    assert "手机号" in await talk.says("培训")


async def test_a_form_left_too_long_is_over(talk: Talk) -> None:
    await talk.says(*ANSWERS[:3])
    talk.waits(timedelta(days=8))
    assert "放了 7 天" in await talk.says("继续")
    assert talk.conversation.forms is None
    assert "没有填到一半" in await talk.says("继续")


async def test_another_form_lets_the_first_one_wait(talk: Talk, taken: list[object]) -> None:
    await talk.says(*ANSWERS[:3], "意见")
    await talk.says("很好很好")
    thanks = await talk.says("确认")
    assert "谢谢" in thanks
    assert "培训" in thanks
    assert "手机号" in await talk.says("继续")
    assert taken == [Opinion("很好很好")]


async def test_a_refused_submission_asks_one_field_again(talk: Talk, taken: list[object]) -> None:
    await talk.says(*ANSWERS[:3], "13900139000", "茂南", "跳过")
    refused = await talk.says("确认")
    assert "报过了" in refused
    assert "手机号？" in refused
    await talk.says("13800138000")
    assert await talk.says("确认") == "报好了"
    await talk.says("培训", "1", "陈大文", "13700137000", "茂南", "跳过")
    assert await talk.says("确认") == "报名已经结束了"
    assert len(taken) == 1


async def test_a_photo_answers_only_where_one_is_asked(talk: Talk, taken: list[object]) -> None:
    await talk.says("照片")
    assert "照片" in await talk.says("没有照片啊")
    assert "照片：已收到 1 张" in await talk.sends(Said(kind="image", media_id="m1"))
    assert await talk.says("确认") == "看到了"
    (picture,) = taken
    assert isinstance(picture, Picture) and len(picture.image) == 16  # the key of what is fetched
    await talk.says("培训", "1")
    assert "rest" in await talk.sends(Said(kind="image", media_id="m2"))


async def test_a_list_that_is_empty_says_so(taken: list[object]) -> None:
    talk = Talk(courses_of([], taken))
    assert "没有可以选的" in await talk.says("培训")
    assert talk.conversation.forms is None


async def test_a_deploy_that_adds_a_field_asks_it_next(courses: list[Option], taken: list[object]) -> None:
    def version(*more: Field) -> Capability:
        one = Capability("opinions", title="意见")
        form = one.form(
            Wide, Field("words", "请说", accept=free_text(), label="意见"), *more, confirm="{summary}"
        )

        @one.says("意见")
        async def ask(ctx: Context) -> Text:
            return await form.begin(ctx)

        return one

    before = Talk([version()])
    await before.says("意见", "很好")
    after = Talk([version(Field("more", "还有呢？", accept=free_text(), label="更多"))])
    after.conversation = before.conversation
    assert await after.says("继续") == "接着办“意见”，前面填的都还在。\n\n还有呢？"
    gone = Talk([])
    gone.conversation = before.conversation
    assert await gone.says("什么") == "unknown"


@dataclass(frozen=True, slots=True)
class Wide:
    words: str
    more: str = ""


def test_a_form_that_does_not_fit_stops_the_process() -> None:
    words = Field("words", "？", accept=free_text(), label="意见")
    one = Capability("opinions", title="意见")
    for fields, confirm, why in (
        ((), "{summary}", "never asked"),
        ((words, words), "{summary}", "twice"),
        ((words, Field("none", "？", accept=free_text(), label="无")), "{summary}", "no field none"),
        ((words,), "确认？", "without its summary"),
    ):
        with pytest.raises(Malformed, match=why):
            one.form(Opinion, *fields, confirm=confirm)
    one.form(Opinion, words, confirm="{summary}")
    one.form(Opinion, words, confirm="{summary}")
    with pytest.raises(Clash, match="Opinion"):
        Talk([one])


SAYINGS = st.sampled_from(
    [
        *ANSWERS,
        "确认",
        "取消",
        "返回",
        "继续",
        "2",
        "9",
        "改姓名",
        "意见",
        "你好",
        "要交钱吗",
        "救命",
        "照片",
        "",
        "改手机号13800138009",
        "修改",
        "不对",
        "山",
    ]
)


@given(st.lists(SAYINGS, max_size=25))
async def test_whatever_is_said_nobody_is_stuck(said: list[str]) -> None:
    taken: list[object] = []
    talk = Talk(courses_of([Option("elec", "电工班"), Option("weld", "焊工班")], taken))
    for text in said:
        assert await talk.says(text)
    submitted = len(taken)
    while talk.conversation.forms:
        await talk.says("取消")
    await talk.says(*ANSWERS)
    assert await talk.says("确认") == "报好了"
    assert len(taken) == submitted + 1
