"""The forms that workers have half done, as the database keeps them: nothing goes from them by itself."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dialogue import values
from dialogue.conversations import Conversation
from dialogue.values import Opened
from storage.encryption import Keyring, parse_keys
from tests.leaks import KEYS
from tests.stories.talk import BACK, MOBILES, NAMES, TAKES_NOTHING
from wechat.simulator import Phone, Platform
from wechat.simulator.envelopes import Tree

# As docs/dialogue.md has it: so long a form lies open, and so many do.
_LASTS, _AT_MOST = timedelta(days=7), 3
_EXPIRED = "为保护您的资料已经清掉了"
_ANSWERS = {"mobile": MOBILES, "phone": MOBILES, "name": NAMES}
_KEYRING = Keyring(parse_keys(KEYS))


@dataclass(frozen=True, slots=True)
class _Kept:
    forms: Mapping[str, Opened]
    since: datetime | None

    def is_over(self, now: datetime) -> bool:
        return self.since is not None and now - self.since > _LASTS


class Drawer:
    """What lay in it the last time, and up to where the phones had been listened to by then."""

    def __init__(self, platform: Platform, phones: Sequence[Phone]) -> None:
        self._platform = platform
        self._phones = phones
        self._kept = {phone.openid: _Kept({}, None) for phone in phones}
        self._delivered = 0

    def check(
        self, found: Mapping[str, Conversation], told: Mapping[str, Sequence[str]], now: datetime
    ) -> list[str]:
        """Returns who has said something, but nothing that takes anything.

        `told`: what each has heard since the last look who had not asked.
        """
        idle: list[str] = []
        deliveries = list(self._platform.deliveries)[self._delivered :]
        self._delivered += len(deliveries)
        for phone in self._phones:
            said = [_said(one.tree) for one in deliveries if one.openid == phone.openid]
            before, after = self._kept[phone.openid], _kept(found.get(phone.openid))
            self._kept[phone.openid] = after
            if not said:
                expired = any(_EXPIRED in text for text in told.get(phone.openid, ()))
                assert after == before or (not after.forms and before.is_over(now) and expired), before
            elif all(text in TAKES_NOTHING or text == BACK for text in said):
                if BACK not in said:
                    idle.append(phone.openid)
                if not before.is_over(now):
                    _check_whole(before, after, said)
        return idle


def _said(tree: Tree) -> str:
    """The text, else what kind of message it is."""
    return str(tree.get("Content") or tree["MsgType"])


def _check_whole(before: _Kept, after: _Kept, said: Sequence[str]) -> None:
    for name, opened in before.forms.items():
        if name not in after.forms:
            assert len(after.forms) == _AT_MOST, f"{name} went by {said}"
        else:
            lost = opened.answers.keys() - after.forms[name].answers.keys()
            assert len(lost) <= said.count(BACK), f"{lost} of {name} went by {said}"


def _check_answers(form: Opened) -> None:
    """None answers another question than it was given to."""
    for name, answer in form.answers.items():
        assert answer.value in _ANSWERS.get(name, (answer.value,)), (
            f"{answer.value} for {name} of {form.form}"
        )


def _kept(one: Conversation | None) -> _Kept:
    if one is None or one.forms is None:
        return _Kept({}, None)
    opened = values.load(_KEYRING.unseal("conversations.forms", base64.b64decode(one.forms)))
    assert opened
    for form in opened:
        _check_answers(form)
    return _Kept({form.form: form for form in opened}, one.form_at)
