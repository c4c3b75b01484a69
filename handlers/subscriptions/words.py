"""What is said alike wherever a subscription is spoken of."""

from hashlib import sha256

from dialogue import Capability, Choice
from dialogue.subscriptions import Frequency, Subscription, Topic
from union import wishes

capability = Capability("subscriptions", title="订阅")

TITLES = {
    Topic.JOBS: "新岗位",
    Topic.TRAINING: "培训",
    Topic.WELFARE: "活动和福利",
    Topic.NOTICES: "工会通知",
    Topic.STATIONS: "驿站消息",
}
OFTEN = {Frequency.DAILY: "每天最多一次", Frequency.WEEKLY: "每周最多一次", Frequency.AT_ONCE: "有了马上告诉"}
CHANGES = {
    Frequency.DAILY: "改成每天一次",
    Frequency.WEEKLY: "改成每周一次",
    Frequency.AT_ONCE: "改成有了马上告诉",
}
# Notices are written by people, and sent when there is one.
WHENEVER = "有通知才发"
_WHEN = {
    Frequency.DAILY: "每天早上最多一次",
    Frequency.WEEKLY: "每周最多一次，早上发",
    Frequency.AT_ONCE: "有新的马上发，一天可能好几次",
}
_LATE = "微信有规定：您发来消息后 48 小时内，我才能主动找您。过了时间发不出去的，我先留着，您下次来说话时一起告诉您。"
# What is agreed to; a change of these words asks everybody who has not agreed yet anew.
_NOTICES = "工会发了通知才发，不定时，一天可能不止一次"
_QUIET = "夜里不发；入会时说了是外卖骑手，或者订了骑手的活，跑单的高峰也不发"
_SAFETY = "（紧急的安全提醒除外）"
_TERMS = (
    "您要订的：{what}\n\n"
    "· 多久一次：{when}，没有新的不打扰\n"
    "· {quiet}\n"
    "· 只记您订了什么，不给别人\n"
    "· 随时能停：回复“退订”\n\n"
    "{late}"
)
_WORDS = f"{_TERMS}{_LATE}{sorted(_WHEN.items())}{_NOTICES}{_QUIET}{_SAFETY}"
VERSION = sha256(_WORDS.encode()).hexdigest()[:8]


def terms(topic: Topic, wish: str, frequency: Frequency) -> str:
    what = titled(topic, wish)
    if topic is Topic.NOTICES:
        return _TERMS.format(what=what, when=_NOTICES, quiet=f"{_QUIET}{_SAFETY}", late=_LATE)
    return _TERMS.format(what=what, when=_WHEN[frequency], quiet=_QUIET, late=_LATE)


def often(topic: Topic, frequency: Frequency) -> str:
    return WHENEVER if topic is Topic.NOTICES else OFTEN[frequency]


def titled(topic: Topic, wish: str) -> str:
    shown = wishes.told(wish)
    return f"{TITLES[topic]}（{shown}）" if shown else TITLES[topic]


def line(one: Subscription) -> str:
    return f"{titled(one.topic, one.wish)}，{often(one.topic, one.frequency)}"


def choice(label: str, *what: object) -> Choice:
    return Choice(label, capability.name, ".".join(map(str, what)))
