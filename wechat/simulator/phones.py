"""A worker's telephone, as a test or a page holds it."""

import asyncio

from wechat.simulator.accounts import Account
from wechat.simulator.allowances import Deed
from wechat.simulator.chats import Card, Heard, Part
from wechat.simulator.deliveries import Delivery
from wechat.simulator.envelopes import Tree
from wechat.simulator.exchange import Exchange, Member
from wechat.simulator.quotas import beijing_month
from wechat.simulator.shelf import SAMPLE_VOICE, paint
from wechat.simulator.verdicts import Answer


class NotFollowing(Exception):
    """WeChat shows no input to somebody who does not follow."""


class Phone:
    """Every deed returns what the chat showed from its start until its answer was there."""

    def __init__(self, exchange: Exchange, member: Member) -> None:
        self._exchange = exchange
        self._member = member
        self._read = 0
        self.last: Delivery | None = None

    @property
    def account(self) -> Account:
        return self._exchange.account

    @property
    def name(self) -> str:
        return self._member.name

    @property
    def openid(self) -> str:
        return self._member.openid

    @property
    def following(self) -> bool:
        return self._member.following

    @property
    def messages(self) -> list[Heard]:
        return list(self._member.chat)

    # --- Following ---

    async def follows(self, scene: str = "") -> list[Heard]:
        """Follows; with `scene`, by the QR code that carries it."""
        self._member.following = True
        self._member.followed_at = self._exchange.clock()
        self._member.scene = scene
        self._member.subscribe_scene = "ADD_SCENE_QR_CODE" if scene else "ADD_SCENE_SEARCH"
        self._tell_following()
        tree = (
            {"EventKey": f"qrscene_{scene}", "Ticket": self._exchange.ticket_of(scene)}
            if scene
            else {"EventKey": ""}
        )
        return await self._does("subscribe", tree, "tap")

    async def unfollows(self) -> list[Heard]:
        self._member.following = False
        self._member.allowances.close()
        self._member.consents.clear()
        self._member.tags.clear()
        self._tell_following()
        return await self._does("unsubscribe", {"EventKey": ""})

    async def scans(self, scene: str) -> list[Heard]:
        """Somebody who does not follow yet follows by it."""
        if not self.following:
            return await self.follows(scene)
        return await self._does("SCAN", {"EventKey": scene, "Ticket": self._exchange.ticket_of(scene)}, "tap")

    # --- Talking ---

    async def says(self, *texts: str, hears: str | None = None) -> list[Heard]:
        """Each text in turn, each waiting for its answer; `hears` must occur in what answers the last.

        Where the last had no answer yet, `hears` waits for the one that comes later.
        """
        start = last = len(self._member.chat)
        for text in texts:
            last = len(self._member.chat)
            await self._sends("text", {"Content": text}, (Part(text),))
        if hears is not None:
            if not self._heard_since(last):
                await self.hears(hears)
            self._expect(hears, last)
        return self._heard_since(start)

    async def picks(self, choice: int | str) -> list[Heard]:
        """Taps a choice of the latest message that offers any: the n-th, from 1, or by its label."""
        offer = next(
            line for line in reversed(self._member.chat) if line.choices and line.author == "account"
        )
        labels = [part.text for part in offer.choices]
        place = labels.index(choice) if isinstance(choice, str) else choice - 1
        content, menu_id = offer.choices[place].menu_choice()
        return await self.chooses(content, menu_id)

    async def chooses(self, content: str, menu_id: str) -> list[Heard]:
        """A tap on a menu message: a text with an id, which opens only the window of a tap."""
        start = len(self._member.chat)
        tree = {"Content": content, "bizmsgmenuid": menu_id} if menu_id else {"Content": content}
        await self._sends("text", tree, (Part(content),), deed="tap")
        return self._heard_since(start)

    async def taps(self, key: str) -> list[Heard]:
        """A button of the menu that is a click."""
        return await self._does("CLICK", {"EventKey": key}, "tap")

    async def views(self, url: str) -> list[Heard]:
        """A button of the menu that opens a page."""
        return await self._does("VIEW", {"EventKey": url, "MenuId": 1})

    async def sends_image(self, content: bytes = b"", content_type: str = "image/png") -> list[Heard]:
        """Without `content`, a sample."""
        medium = self._exchange.shelf.put("image", content_type, content or paint())
        tree = {"PicUrl": f"http://mmbiz.qpic.cn/{medium.media_id}/0", "MediaId": medium.media_id}
        return await self.sends("image", media_id=medium.media_id, **tree)

    async def sends_voice(self) -> list[Heard]:
        """Without recognition, as WeChat sends voices since 2023."""
        medium = self._exchange.shelf.put("voice", "audio/amr", SAMPLE_VOICE)
        wide = self._exchange.shelf.put("voice", "audio/amr", SAMPLE_VOICE)
        tree = {"MediaId": medium.media_id, "Format": "amr", "MediaId16K": wide.media_id, "Recognition": ""}
        return await self.sends("voice", media_id=medium.media_id, **tree)

    async def sends_location(self, latitude: float, longitude: float, label: str = "") -> list[Heard]:
        start = len(self._member.chat)
        tree: Tree = {
            "Location_X": f"{latitude:.6f}",
            "Location_Y": f"{longitude:.6f}",
            "Scale": 15,
            "Label": label,
        }
        card = Card(label or "位置", f"{latitude:.6f}, {longitude:.6f}")
        await self._sends("location", tree, card=card)
        return self._heard_since(start)

    async def sends(self, kind: str, *, media_id: str = "", **fields: str | int) -> list[Heard]:
        """A message of any kind with raw fields, known to WeChat or not."""
        start = len(self._member.chat)
        await self._sends(kind, fields, media_id=media_id)
        return self._heard_since(start)

    async def reports(self, event: str, tree: Tree) -> list[Heard]:
        """An event of any kind with raw fields."""
        return await self._does(event, tree)

    async def subscribes(self, template_id: str, *, accepts: bool = True) -> list[Heard]:
        """Answers the pop-up that asks for consent to one notice of a template."""
        if accepts:
            self._member.consents[template_id] += 1
        said = {
            "TemplateId": template_id,
            "SubscribeStatusString": "accept" if accepts else "reject",
            "PopupScene": 1,
        }
        return await self._does("subscribe_msg_popup_event", {"SubscribeMsgPopupEvent": {"List": [said]}})

    async def again(self) -> Answer | None:
        """WeChat delivers the last message or event once more; what comes back is not shown."""
        if self.last is None:
            raise LookupError("nothing was sent yet")
        return await self._exchange.courier.attempt(self.last)

    # --- Before the story, of which the callback hears nothing ---

    def has_written(self) -> None:
        self._member.allowances.grant("message", self._exchange.clock())

    def was_told(self, times: int) -> None:
        """Customer-service messages of whoever else speaks for the account."""
        for _ in range(times):
            self._member.allowances.spend(self._exchange.clock())

    def was_massed(self, times: int) -> None:
        """Mass messages of this month, of whoever sent them."""
        self._member.mass_by_month[beijing_month(self._exchange.clock())] += times

    def has_left(self) -> None:
        self._member.following = False
        self._member.allowances.close()

    def has_agreed(self, template_id: str) -> None:
        self._member.consents[template_id] += 1

    def blocks_templates(self) -> None:
        """From now on the account's template messages are refused."""
        self._member.takes_templates = False

    def refuses_masses(self) -> None:
        """From now on mass messages leave them out, and no event says so."""
        self._member.takes_masses = False

    def misses_masses(self) -> None:
        """From now on mass messages to them fail on the platform's side."""
        self._member.masses_fail = True

    def massed(self) -> int:
        """How many mass messages of this month have arrived."""
        return self._member.mass_by_month[beijing_month(self._exchange.clock())]

    def consents(self, template_id: str) -> int:
        """How many notices of a template would still be taken."""
        return self._member.consents[template_id]

    # --- Listening ---

    async def hears(self, text: str, within: float = 30.0) -> Heard:
        """Waits for a line that no earlier call has returned; AssertionError after `within` seconds."""
        with self._exchange.listening() as changes:
            try:
                async with asyncio.timeout(within):
                    while (line := self._unread(text)) is None:
                        await changes.get()
            except TimeoutError:
                raise AssertionError(f"never heard {text!r}; the chat:\n{self.transcript()}") from None
        self._read = line.number
        return line

    def transcript(self) -> str:
        return "\n".join(f"{line.author} [{line.kind}] {line.text}" for line in self._member.chat)

    def _unread(self, text: str) -> Heard | None:
        lines = self._member.chat[self._read :]
        return next((line for line in lines if line.author != "worker" and text in line.text), None)

    def _heard_since(self, start: int) -> list[Heard]:
        self._read = max(self._read, len(self._member.chat))
        return [line for line in self._member.chat[start:] if line.author != "worker"]

    def _expect(self, text: str, start: int) -> None:
        answer = "\n".join(line.text for line in self._heard_since(start))
        if text not in answer:
            raise AssertionError(f"{text!r} is not in the answer:\n{answer or '(silence)'}")

    # --- Wire ---

    async def _sends(
        self,
        kind: str,
        tree: Tree,
        parts: tuple[Part, ...] = (),
        *,
        deed: Deed = "message",
        media_id: str = "",
        card: Card | None = None,
    ) -> None:
        if not self.following:
            raise NotFollowing(self.name)
        numbered = self._exchange.message(self._member, kind, tree, deed)
        self._exchange.show(
            self._member, "worker", kind, parts, wire_id=numbered[0], media_id=media_id, card=card
        )
        self.last = await self._exchange.carry(self._member, numbered)

    async def _does(self, event: str, tree: Tree, deed: Deed | None = None) -> list[Heard]:
        start = len(self._member.chat)
        self.last = await self._exchange.report(self._member, event, tree, deed)
        return self._heard_since(start)

    def _tell_following(self) -> None:
        change = {"event": "following", "openid": self.openid, "following": self.following}
        self._exchange.signal(change)
