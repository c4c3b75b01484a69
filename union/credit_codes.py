"""The codes of employers as people write them. Pure; the rule of the code stands in `storage.credit_codes`."""

import re

from storage.credit_codes import is_right, plain

__all__ = ["is_right", "looks_like_one", "plain", "written"]

_LIKE_ONE = re.compile(r"[0-9A-Z]{15,20}")
# “统一社会信用代码：…”, “营业执照上的代码是 …”: a label before it, and nothing else.
_LABEL = re.compile(
    r"(?:我们?|的|单位|公司|厂|平台|统一|社会|组织机构|机构|企业|工商|信用|营业|执照|注册|登记|纳税人|税务|识别|代码|编码|税号|号码?|上|是|系|为|[:：，。,.])*"
)
# No code has these letters, which look like those.
_LOOKS = str.maketrans("OISZ", "0152")


def looks_like_one(text: str) -> bool:
    """Whether somebody meant to write a code and not a name."""
    written = plain(text)
    return bool(_LIKE_ONE.fullmatch(written)) and sum(letter.isdigit() for letter in written) >= 8


def written(text: str) -> str:
    """The code that a text is, alone or behind its label, right or wrong; empty for anything else.

    A letter that no code has is the figure that it looks like, if that makes it right.
    """
    code = plain(text)
    code = code[len(label[0]) :] if (label := _LABEL.match(code)) else code
    if not looks_like_one(likely := code.translate(_LOOKS)):
        return ""
    return likely if is_right(likely) else code
