"""The reasons in the workbook of what became of a broadcast: in words that staff read, every one that the code writes."""

import ast
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from bot.platform import delivery_error
from messages import reasons, verdicts
from messages.reasons import Reason
from union import broadcast_sheets
from union.broadcast_sheets import Head, Line, Step
from wechat.errors import Fault, WeChatError

_ROOT = Path(__file__).parents[2] / "messages"
# Of photos and pushes, and the words for a person's own step.
_OTHERS = {"photos.py"}
# What writes a reason down with a delivery, or carries it there.
_WRITERS = {"DeliveryError", "Shut", "Choice", "close", "hold", "mark"}


def _is_chinese(text: str) -> bool:
    return any("一" <= letter <= "鿿" for letter in text) and "{" not in text


@pytest.mark.parametrize("why", Reason)
def test_each_reason_of_the_bot_has_words(why: Reason) -> None:
    assert _is_chinese(broadcast_sheets.reason(why))


@pytest.mark.parametrize("fault", sorted(set(Fault) - {Fault.SENT}))  # that is none
@pytest.mark.parametrize("code", [45009, -1, None])
def test_each_refusal_of_the_platform_has_words_and_its_code(fault: Fault, code: int | None) -> None:
    refused = delivery_error(WeChatError(code, "some: words\nof theirs rid: 1", fault))
    told = broadcast_sheets.reason(refused.reason[:255])
    assert _is_chinese(told)
    assert "words" not in told
    assert told.endswith(f"（{code or '没有回答'}）")


def test_numbers_and_verdicts_are_kept() -> None:
    _, why = verdicts.verdict(3, 10)
    assert broadcast_sheets.reason(why or "") == "微信报告这一批 10 人里送到 3 人，没有说是谁"
    assert broadcast_sheets.reason(reasons.of_platform("err(20001)")) == "微信审核没有让发（err(20001)）"
    assert broadcast_sheets.reason(reasons.of_notice(43101, "refused")) == "微信没有送出订阅提醒（43101）"
    assert (
        broadcast_sheets.reason(reasons.of_template("failed:user block"))
        == "微信没有送出模板消息（failed:user block）"
    )


def test_what_a_person_wrote_and_nothing_stay_as_they_are() -> None:
    assert broadcast_sheets.reason("写错了字") == "写错了字"
    assert broadcast_sheets.reason("") == ""


async def test_they_stand_in_the_workbook(tmp_path: Path) -> None:
    async def lines() -> AsyncIterator[Line]:
        yield Line("M-1", "陈**", "", "held", Reason.NO_CREDIT, None)
        yield Line("", "", "customer_service", "refused", "content: 87014 risky content", None)

    now = datetime(2026, 11, 30, 2, tzinfo=UTC)
    head = Head(
        7, "停电", "text", "", "=1+1 明天停电", "", "茂南区", safety=True, mass=False, state="paused", author="甲", approver="",
        earliest=None, launched=None, until=now,
    )  # fmt: skip
    steps = [
        Step(now, "paused", "", "20 in a row: user: 40003 invalid openid"),
        Step(now, "paused", "甲", "等一等"),
    ]
    assert await broadcast_sheets.write(tmp_path / "result.xlsx", head, steps, (), lines()) == 2
    with CalamineWorkbook.from_path(tmp_path / "result.xlsx") as book:
        told, _, rows = (book.get_sheet_by_index(at).to_python() for at in (0, 1, 2))
    assert ["内容", "=1+1 明天停电"] in [row[:2] for row in told]
    assert ["怎么发", "安全公告（休息时间也发）"] in [row[:2] for row in told]
    assert [row[2:] for row in told[-2:]] == [
        ["系统", "接连 20 次：微信说这个人收不到（40003）"],
        ["甲", "等一等"],
    ]
    assert [row[5] for row in rows] == [
        "原因",
        "最近没找过我们，微信不让主动发，等他下次说话",
        "微信认为内容不合适，不让发（87014）",
    ]


@pytest.mark.parametrize(
    "module", [one for one in sorted(_ROOT.glob("*.py")) if one.name not in _OTHERS], ids=lambda one: one.name
)
def test_no_reason_is_written_that_is_not_one_of_them(module: Path) -> None:
    written = [one for node in ast.walk(ast.parse(module.read_text("utf-8"))) for one in _reasons(node)]
    assert [ast.unparse(one) for one in written if _is_literal(one)] == []


def _reasons(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.keyword(arg="reason", value=value):
            yield value
        case ast.Assign(targets=[ast.Name(id="reason")], value=value):
            yield value
        case ast.Dict(keys=keys, values=values):
            yield from (
                value
                for key, value in zip(keys, values, strict=True)
                if isinstance(key, ast.Constant) and key.value == "reason"
            )
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if name in _WRITERS:
            yield from args


def _is_literal(value: ast.expr) -> bool:
    """Whether some text stands in it that is no member of the register."""
    match value:
        case ast.IfExp(body=body, orelse=orelse):
            return _is_literal(body) or _is_literal(orelse)
        case ast.Subscript(value=whole):
            return _is_literal(whole)
        case ast.Constant(value=str(text)):
            return bool(text)
    return isinstance(value, ast.JoinedStr)
