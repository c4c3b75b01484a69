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
_WHEN = {
    Frequency.DAILY: "每天早上最多一次",
    Frequency.WEEKLY: "每周最多一次，早上发",
    Frequency.AT_ONCE: "有新的马上发，一天可能好几次",
}
_LATE = "微信有规定：您发来消息后 48 小时内，我才能主动找您。过了时间发不出去的，我先留着，您下次来说话时一起告诉您。"
# What is agreed to; a change of these words asks everybody who has not agreed yet anew.
_TERMS = (
    "您要订的：{what}\n\n"
    "· 多久一次：{when}，没有新的不打扰\n"
    "· 骑手跑单的高峰、夜里都不发\n"
    "· 只记您订了什么，不给别人\n"
    "· 随时能停：回复“退订”\n\n"
    "{late}"
)
VERSION = sha256(f"{_TERMS}{_LATE}{sorted(_WHEN.items())}".encode()).hexdigest()[:8]


def terms(topic: Topic, wish: str, frequency: Frequency) -> str:
    return _TERMS.format(what=titled(topic, wish), when=_WHEN[frequency], late=_LATE)


def titled(topic: Topic, wish: str) -> str:
    shown = wishes.told(wish)
    return f"{TITLES[topic]}（{shown}）" if shown else TITLES[topic]


def line(one: Subscription) -> str:
    return f"{titled(one.topic, one.wish)}，{OFTEN[one.frequency]}"


def choice(label: str, *what: object) -> Choice:
    return Choice(label, capability.name, ".".join(map(str, what)))
