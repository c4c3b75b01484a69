"""Whom an announcement is for, in the words of staff."""

import pytest

from union import audience_words


@pytest.mark.parametrize(
    ("text", "conditions", "rest"),
    [
        ("全体 明天停水", ("everybody",), "明天停水"),
        ("全体会员 开大会", ("members",), "开大会"),
        ("茂南 骑手 明天发水", ("district:maonan", "work:rider"), "明天发水"),
        ("茂南骑手：请注意\n第二行", ("district:maonan", "work:rider"), "请注意\n第二行"),
        ("骑手\n台风来了：注意", ("work:rider",), "台风来了：注意"),
        ("茂南、电白 骑手 内容", ("district:maonan,dianbai", "work:rider"), "内容"),
        ("茂南 电白 各位工友好", ("district:maonan,dianbai",), "各位工友好"),
        ("茂南区全体会员 开会", ("district:maonan",), "开会"),
        ("高州根子 通知", ("place:gaozhou:根子镇",), "通知"),
        ("茂名市骑手 通知", ("work:rider",), "通知"),
        ("名单3 你好", ("list:3",), "你好"),
        ("课程T-1：改地方", ("course:T-1",), "改地方"),
        ("扫码station-hedong 你好", ("scene:station-hedong",), "你好"),
        ("单位=测试公司 通知", ("unit:测试公司",), "通知"),
        ("订阅培训 开班了", ("subscription:training",), "开班了"),
        ("订阅高州通知 开会", ("subscription:notices.gaozhou",), "开会"),
        ("茂南区的骑手：明天发水", ("district:maonan", "work:rider"), "明天发水"),
        ("茂南区里的外卖骑手 明天发水", ("district:maonan", "work:rider"), "明天发水"),
        ("高州的、电白的全体会员 开会", ("district:gaozhou,dianbai",), "开会"),
        ("发给茂南所有骑手：通知", ("district:maonan", "work:rider"), "通知"),
        ("的士司机 通知", (), "的士司机 通知"),
        # What only begins like an audience is none.
        ("骑手 活动明天开始", ("work:rider",), "活动明天开始"),
        ("工会驿站停水", (), "工会驿站停水"),
        ("明天停水", (), "明天停水"),
        ("", (), ""),
    ],
)
def test_the_audience_is_what_the_text_begins_with(text: str, conditions: tuple[str, ...], rest: str) -> None:
    assert audience_words.read(text) == (conditions, rest)


def test_conditions_are_shown_in_words() -> None:
    assert audience_words.label(["everybody"]) == "全体"
    assert audience_words.label(["district:maonan,dianbai", "work:rider"]) == "茂南区、电白区里的外卖骑手"
    assert audience_words.label(["list:3"]) == "名单3"
    assert audience_words.label(["subscription:training"]) == "订阅培训"
    assert audience_words.label(["subscription:notices.gaozhou"]) == "订阅高州市通知公告"
