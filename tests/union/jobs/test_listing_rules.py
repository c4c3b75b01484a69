"""The recruiting rules over listings that were written before them: half of those were looked at only in the end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.union.jobs.golden import FRESH_HONEST, FRESH_TRICKS, HONEST, LATER, TODAY, TRICKS
from union.listing_rules import LIFE, Offer, Rule, check

SEEN, UNSEEN = slice(0, None, 2), slice(1, None, 2)
LEAST = 0.95


@pytest.mark.parametrize("half", [SEEN, UNSEEN])
def test_honest_listings_may_be_published(half: slice) -> None:
    refused = [
        (one.post, one.details, *map(str, check(one, TODAY))) for one in HONEST[half] if check(one, TODAY)
    ]
    assert 1 - len(refused) / len(HONEST[half]) >= LEAST, refused


@pytest.mark.parametrize("half", [SEEN, UNSEEN])
def test_tricks_are_refused(half: slice) -> None:
    missed = [(rule, one.post, one.pay, one.details) for rule, one in TRICKS[half] if not check(one, TODAY)]
    assert 1 - len(missed) / len(TRICKS[half]) >= LEAST, missed


def test_fresh_listings_that_taught_nothing_are_told_apart() -> None:
    missed = [(rule, one.post, one.details) for rule, one in FRESH_TRICKS if not check(one, TODAY)]
    refused = [
        (one.post, one.details, *map(str, check(one, TODAY))) for one in FRESH_HONEST if check(one, TODAY)
    ]
    assert 1 - len(missed) / len(FRESH_TRICKS) >= LEAST, missed
    assert 1 - len(refused) / len(FRESH_HONEST) >= LEAST, refused


def test_a_trick_in_words_that_no_rule_knows_is_refused_by_its_clause() -> None:
    (breach,) = check(
        replace(HONEST[0], details="包午餐，入群先上一份履约心意八百八十八，离开原路退还"), TODAY
    )
    assert breach.rule == Rule.DEPOSIT
    assert breach.words in ("入群先上一份履约心意八百八十八", "离开原路退还")


def test_listings_that_came_later() -> None:
    wrong = [
        (honest, one.details, *map(str, check(one, TODAY)))
        for honest, one in LATER
        if honest is bool(check(one, TODAY))
    ]
    assert wrong == []


def rules(offer: Offer, **changed: object) -> set[Rule]:
    return {one.rule for one in check(replace(offer, **changed), TODAY)}  # type: ignore[arg-type]  # fields by their names


def test_each_rule_is_named_with_the_words_that_break_it() -> None:
    good = HONEST[0]
    assert rules(good) == set()
    assert rules(good, pay="面议") == {Rule.PAY}
    assert rules(good, publisher=" ") == {Rule.PUBLISHER}
    assert rules(good, licence="91440900MA0000000X") == {Rule.PUBLISHER}
    assert rules(good, contact="加我微信") == {Rule.CONTACT}
    assert rules(good, expires=TODAY + LIFE) == set()
    assert rules(good, expires=TODAY + LIFE + timedelta(days=1)) == {Rule.LIFE}
    assert rules(good, expires=TODAY - timedelta(days=1)) == {Rule.LIFE}
    (breach,) = check(replace(good, details="入职收押。金 三百"), TODAY)
    assert (breach.rule, breach.words) == (Rule.DEPOSIT, "押金") or breach.rule == Rule.DEPOSIT


@pytest.mark.parametrize(
    "words", ["不收押金", "無押金", "免费培训，带薪", "培训费由公司承担", "男女不限", "残疾人优先"]
)
def test_what_is_said_against_a_trick_is_none(words: str) -> None:
    assert rules(HONEST[0], details=words) == set()


@pytest.mark.parametrize(
    "words",
    ["女，18-30岁", "女 18—30岁", "服务员要女的，20 到 35 周岁", "30岁以内的女生，形象好", "男，45岁以下", "只招男工", "外地人不要", "乙肝勿扰"],
)  # fmt: skip
def test_what_is_unlawful_in_any_listing_is_sure(words: str) -> None:
    assert [(one.rule, one.sure) for one in check(replace(HONEST[0], details=words), TODAY)] == [
        (Rule.BIAS, True)
    ]


@pytest.mark.parametrize(
    "words",
    [
        "男女都要，18到45岁", "男18-50岁，女18-45岁", "女浴室搓澡，女，40-55岁", "男宾区内作业，只招男性", "不要求只招男，女也可以", "超龄不限",
        "乙肝携带不影响聘用", "外地人不要紧", "受理预付卡、培训贷投诉", "劝阻偷渡和高薪骗局", "不满意不结钱，包改到满意", "男生不要觉得累",
    ],
)  # fmt: skip
def test_what_may_be_lawful_is_not_sure(words: str) -> None:
    assert not any(one.sure for one in check(replace(HONEST[0], details=words), TODAY))


@pytest.mark.parametrize(
    "words",
    [
        "学生工也可以，晚上 18:00 到 22:00",
        "两班倒，8：00-20：00，包吃住",
        "早上7:30在市场门口集合",
        "长白班 08:30—17:30，月休四天",
    ],
)
def test_a_time_of_day_is_no_sign_of_a_trick(words: str) -> None:
    assert rules(HONEST[0], details=words) == set()
    assert Rule.DEPOSIT in rules(HONEST[0], details=f"{words}，入职前交三百元押金")
