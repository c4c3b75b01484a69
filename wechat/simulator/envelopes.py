"""The packet between platform and callback, from the platform's side.

Written from the public description and not with the bot's codec, so that a mistake there cannot hide here.
"""

import base64
import hashlib
import secrets
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from xml.parsers.expat import ExpatError

import xmltodict
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from wechat.simulator.accounts import Account

Node: TypeAlias = "str | int | float | Mapping[str, Node] | Sequence[Mapping[str, Node]]"
Tree: TypeAlias = Mapping[str, Node]
BLOCK = 32  # WeChat pads to 32 although AES has blocks of 16


class Unreadable(ValueError):
    """A reply that the platform cannot open; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Sealed:
    query: dict[str, str]
    body: bytes


def write_xml(tree: Tree) -> str:
    """Text stands in CDATA and numbers stand bare, as WeChat writes them; control characters pass."""
    return f"<xml>{''.join(_element(name, node) for name, node in tree.items())}</xml>"


def _element(name: str, node: Node) -> str:
    if isinstance(node, str):
        return f"<{name}><![CDATA[{node.replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"
    if isinstance(node, Mapping):
        return f"<{name}>{''.join(_element(key, value) for key, value in node.items())}</{name}>"
    if isinstance(node, Sequence):
        return "".join(_element(name, item) for item in node)
    return f"<{name}>{node}</{name}>"


def read_xml(raw: bytes) -> dict[str, object]:
    """The children of `<xml>`; raises Unreadable."""
    try:
        root = xmltodict.parse(raw, strip_whitespace=False)
    except (ExpatError, ValueError) as error:
        raise Unreadable(f"not XML: {error}") from error
    fields = root.get("xml")
    if not isinstance(fields, dict):
        raise Unreadable("no <xml> with children")
    return fields


def sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Envelopes:
    account: Account

    def verification(self, now: float, echo: str) -> dict[str, str]:
        """The query of the GET that WeChat sends when the operator saves the callback address."""
        return {**self._signed(str(int(now)), secrets.token_hex(8)), "echostr": echo}

    def seal(self, openid: str, tree: Tree, now: float) -> Sealed:
        """Query and body of one attempt; every attempt is signed afresh."""
        stamp, nonce = str(int(now)), str(secrets.randbelow(10**10))
        query = {**self._signed(stamp, nonce), "openid": openid}
        plain = write_xml(tree)
        if self.account.mode == "plain":
            return Sealed(query, plain.encode())
        encrypted = self.encrypt(plain)
        query |= {
            "encrypt_type": "aes",
            "msg_signature": sign(self.account.token, stamp, nonce, encrypted),
        }
        shown = tree if self.account.mode == "compatible" else {"ToUserName": self.account.original_id}
        return Sealed(query, write_xml({**shown, "Encrypt": encrypted}).encode())

    def open(self, body: bytes) -> dict[str, object]:
        """The fields of a reply, decrypted where the account's mode asks for it; raises Unreadable."""
        fields = read_xml(body)
        if "Encrypt" not in fields:
            if self.account.mode == "safe":
                raise Unreadable("a plain reply in safe mode")
            return fields
        if self.account.mode == "plain":
            raise Unreadable("an encrypted reply in plain mode")
        stamp, nonce, encrypted, signature = (
            _text(fields, name) for name in ("TimeStamp", "Nonce", "Encrypt", "MsgSignature")
        )
        if not secrets.compare_digest(sign(self.account.token, stamp, nonce, encrypted), signature):
            raise Unreadable("MsgSignature does not fit")
        return read_xml(self.decrypt(encrypted))

    def _signed(self, stamp: str, nonce: str) -> dict[str, str]:
        return {"signature": sign(self.account.token, stamp, nonce), "timestamp": stamp, "nonce": nonce}

    def _cipher(self) -> Cipher[modes.CBC]:
        key = base64.b64decode(self.account.aes_key + "=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    def encrypt(self, text: str) -> str:
        raw = text.encode()
        packet = secrets.token_bytes(16) + struct.pack(">I", len(raw)) + raw + self.account.appid.encode()
        pad = BLOCK - len(packet) % BLOCK
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(packet + bytes([pad]) * pad) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted: str) -> bytes:
        packet = self._unpadded(encrypted)
        (length,) = struct.unpack(">I", packet[16:20])
        text, appid = packet[20 : 20 + length], packet[20 + length :]
        if appid != self.account.appid.encode():
            raise Unreadable("the packet ends with another appid")
        return text

    def _unpadded(self, encrypted: str) -> bytes:
        try:
            raw = base64.b64decode(encrypted, validate=True)
        except ValueError as error:
            raise Unreadable("Encrypt is not base64") from error
        if not raw or len(raw) % BLOCK:
            raise Unreadable("the packet is not a multiple of 32 bytes")
        decryptor = self._cipher().decryptor()
        packet = decryptor.update(raw) + decryptor.finalize()
        pad = packet[-1]
        if not 1 <= pad <= BLOCK or packet[-pad:] != bytes([pad]) * pad or len(packet) - pad < 20:
            raise Unreadable("bad padding: another key, or not PKCS#7 with 32")
        return packet[:-pad]


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise Unreadable(f"{name} is missing")
    return value
