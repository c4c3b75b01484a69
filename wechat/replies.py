"""The XML of a passive text reply, which WeChat shows at once and counts against no quota."""

import re

MAX_BYTES = 2048
# What XML 1.0 cannot hold, and lone surrogates, which UTF-8 cannot.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def passive_text(to: str, account: str, created: int, text: str) -> str:
    """Raises `ValueError` for a text that is empty or longer than 2,048 bytes: WeChat would show an error instead."""
    if not text.isprintable():
        text = _FORBIDDEN.sub("", text)
    if not text.strip() or len(text.encode()) > MAX_BYTES:
        raise ValueError(f"a reply has 1 to {MAX_BYTES} bytes of text, not {len(text.encode())}")
    return (
        f"<xml><ToUserName>{_cdata(to)}</ToUserName><FromUserName>{_cdata(account)}</FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content>{_cdata(text)}</Content></xml>"
    )


def _cdata(text: str) -> str:
    # The one sequence that ends a CDATA section is put half into one section and half into the next.
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"
