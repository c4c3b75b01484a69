"""What a draft may hold."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from messages.broadcasts import Kind
from messages.drafts import Unfit
from tests.messages.broadcasting import PLAIN
from tests.messages.conftest import NOON

PNG, JPEG = b"\x89PNG\r\n\x1a\n" + b"0" * 100, b"\xff\xd8\xff" + b"0" * 100
ARTICLE = {"kind": Kind.ARTICLE, "title": "送清凉", "url": "https://example.org/a"}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"text": "长" * 682},
        {"text": "两行\n也行 🙂"},
        {"kind": Kind.PICTURE, "picture": PNG},
        {"kind": Kind.PICTURE, "picture": JPEG},
        ARTICLE,
        ARTICLE | {"text": ""},
        ARTICLE | {"picture": JPEG},
        {"starts_at": NOON + timedelta(hours=1)},
    ],
)
def test_good_ones_pass(changed: dict[str, Any]) -> None:
    replace(PLAIN, **changed).check(NOON)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"text": ""}, "the text is empty"),
        ({"text": " \n "}, "the text is empty"),
        ({"text": "长" * 683}, "the text has 2049 bytes, at most 2048"),
        ({"text": "响铃\x07"}, "the text holds control characters"),
        ({"text": "制表\t"}, "the text holds control characters"),
        ({"text": "倒写\u202e"}, "the text holds control characters"),
        ({"text": "半个\ud83d"}, "the text holds control characters"),
        ({"name": "名" * 65}, "the name has 65 letters"),
        ({"kind": Kind.PICTURE}, "the picture is missing"),
        ({"kind": Kind.PICTURE, "picture": PNG, "text": ""}, "a picture needs one too"),
        ({"kind": Kind.PICTURE, "picture": b"GIF89a"}, "the picture is neither JPEG nor PNG"),
        ({"kind": Kind.PICTURE, "picture": PNG + b"0" * 2**21}, "the picture has 2097260 bytes"),
        (ARTICLE | {"picture": PNG + b"0" * 2**20}, "the picture has 1048684 bytes, at most 1048576"),
        (ARTICLE | {"title": " "}, "the title has 1 letters"),
        (ARTICLE | {"title": "长" * 65}, "the title has 65 letters"),
        (ARTICLE | {"url": "weixin://x"}, "the link is not an address"),
        (ARTICLE | {"url": "https://example.org/a b"}, "the link is not an address"),
        (ARTICLE | {"text": "长" * 121}, "the description has 121 letters"),
        ({"until": NOON}, "the latest time is over already"),
        ({"until": NOON + timedelta(days=32)}, "more than 31 days away"),
        ({"starts_at": NOON}, "the time to begin is over already"),
        ({"starts_at": NOON - timedelta(days=365)}, "the time to begin is over already"),
        ({"starts_at": PLAIN.until}, "it would begin after its latest time"),
    ],
)
def test_bad_ones_are_refused_with_the_reason(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(Unfit, match=says):
        replace(PLAIN, **changed).check(NOON)
