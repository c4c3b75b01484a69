"""The service account that the stand-in plays, and the openids of its workers."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Literal

Mode = Literal["plain", "compatible", "safe"]


@dataclass(frozen=True, slots=True)
class Account:
    """What the operator would read and set in the WeChat back office; `aes_key` has 43 characters."""

    appid: str
    secret: str
    token: str
    aes_key: str
    name: str = "茂名市总工会（演示）"
    original_id: str = "gh_0a1b2c3d4e5f"
    mode: Mode = "safe"


def openid_of(account: Account, name: str) -> str:
    """The same name has the same openid in every run; another appid gives other openids, as in WeChat."""
    digest = hashlib.sha256(f"{account.appid}\0{name}".encode()).digest()
    return "o" + base64.urlsafe_b64encode(digest).decode()[:27]
