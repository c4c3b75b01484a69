"""Every code of the platform says what to do next."""

import contextlib
from collections.abc import Iterator

import pytest

from wechat.errors import Fault, WeChatError, classify, refusal

NOON_IN_BEIJING = 1_800_000_000 - (1_800_000_000 + 8 * 3600) % 86400 + 12 * 3600


@pytest.mark.parametrize(
    ("errcode", "fault"),
    [
        (-1, Fault.RETRY),
        (45011, Fault.RETRY),
        (40001, Fault.TOKEN),
        (42001, Fault.TOKEN),
        (40003, Fault.USER),
        (43004, Fault.USER),
        (43101, Fault.USER),
        (70000, Fault.USER),
        (50002, Fault.USER),
        (45015, Fault.WINDOW),
        (45047, Fault.WINDOW),
        (45009, Fault.QUOTA),
        (45056, Fault.QUOTA),
        (45002, Fault.CONTENT),
        (87014, Fault.CONTENT),
        (40007, Fault.MEDIA),
        (40163, Fault.LOGIN),
        (65415, Fault.AGENT),
        (40164, Fault.CONFIGURATION),
        (48001, Fault.CONFIGURATION),
        (40200, Fault.CONFIGURATION),
        (45065, Fault.SENT),
        (40241, Fault.SENT),
        (89504, Fault.PENDING),
        (45081, Fault.HARMLESS),
        (40033, Fault.BUG),
        (41001, Fault.BUG),
        (99999, Fault.BUG),
    ],
)
def test_a_code_is_of_one_class(errcode: int, fault: Fault) -> None:
    assert classify(errcode) is fault


def test_some_codes_depend_on_the_call() -> None:
    assert classify(40001, "/cgi-bin/stable_token") is Fault.CONFIGURATION
    assert classify(50002, "/cgi-bin/message/custom/send") is Fault.USER
    assert classify(50002, "/cgi-bin/user/info") is Fault.CONFIGURATION


@pytest.mark.parametrize(
    ("errcode", "wait"),
    [(-1, 1), (45011, 60), (43117, 60), (45102, 300), (45009, 12 * 3600), (45028, 12 * 3600), (45015, 0)],
)
def test_an_error_says_when_a_retry_makes_sense(errcode: int, wait: float) -> None:
    assert refusal(errcode, "", "/cgi-bin/message/custom/send", NOON_IN_BEIJING).wait == wait


def test_the_platforms_own_reference_is_found_in_the_message() -> None:
    error = refusal(40003, "invalid openid rid: 65f2a1b3-1c2d3e4f-5a6b7c8d", "/x", 0)
    assert error.rid == "65f2a1b3-1c2d3e4f-5a6b7c8d"
    assert str(error) == "40003: invalid openid rid: 65f2a1b3-1c2d3e4f-5a6b7c8d"


def test_an_error_passes_through_a_context_manager_like_any_other() -> None:
    @contextlib.contextmanager
    def around() -> Iterator[None]:
        yield

    with pytest.raises(WeChatError, match="lost"), around():
        raise WeChatError(None, "lost", Fault.UNKNOWN)
