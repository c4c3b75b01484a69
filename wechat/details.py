"""What only one kind of message or event has: a frozen type for each, and the reader that fills it."""

from collections.abc import Callable
from dataclasses import dataclass

from wechat.elements import Element


@dataclass(frozen=True, slots=True)
class Media:
    """An image, voice or video; each media id can be fetched for three days."""

    format: str = ""
    media_id_16k: str = ""  # the same voice at 16 kHz, the one to use for speech recognition
    recognition: str = ""  # withdrawn by the platform: present but empty since 2023
    pic_url: str = ""
    thumb_media_id: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    title: str = ""
    description: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The rest of a position, whose coordinates and label stand in the message itself; precision in metres."""

    scale: float | None = None
    precision: float | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A tap on a link or mini-program of the menu."""

    menu: str = ""


@dataclass(frozen=True, slots=True)
class Scan:
    kind: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Announces pictures, by MD5, that follow as image messages of their own."""

    count: int | None = None
    md5: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleUrl:
    index: int | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class CopyrightCheck:
    """The platform's verdict on whether one article of a mass message is original."""

    index: int | None = None
    declared: int | None = None
    audited: int | None = None
    similar_url: str = ""
    can_reprint: int | None = None
    replace_content: int | None = None
    needs_source: int | None = None


@dataclass(frozen=True, slots=True)
class MassJob:
    """The end of a mass send; `filtered` are the people left after the platform's own filters."""

    total: int | None = None
    filtered: int | None = None
    sent: int | None = None
    failed: int | None = None
    copyright_state: int | None = None
    copyright: tuple[CopyrightCheck, ...] = ()
    urls: tuple[ArticleUrl, ...] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    publish_id: str = ""
    status: int | None = None
    article_id: str = ""
    urls: tuple[ArticleUrl, ...] = ()
    failed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """One template of a subscription event: accepted, rejected, or sent with an error code."""

    template_id: str = ""
    status: str = ""
    scene: int | None = None
    msg_id: str = ""
    error_code: int | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Notices:
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentSession:
    """A customer-service session opened, closed, or handed from `previous` to `account`."""

    account: str = ""
    previous: str = ""
    closed_by: str = ""


@dataclass(frozen=True, slots=True)
class Authorisation:
    """A person's profile was changed or their authorisation ended; `revoked` is the range withdrawn."""

    openid: str = ""
    union_id: str = ""
    appid: str = ""
    revoked: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """The account's own yearly verification; times in Unix seconds."""

    expires_at: int | None = None
    failed_at: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    source: str = ""


Detail = (
    Media
    | Link
    | Place
    | View
    | Scan
    | Pictures
    | MassJob
    | Publication
    | Notices
    | AgentSession
    | Authorisation
    | Verification
    | Entry
)


def _media(xml: Element) -> Media:
    return Media(
        xml.text("Format"),
        xml.text("MediaId16K"),
        xml.text("Recognition"),
        xml.text("PicUrl"),
        xml.text("ThumbMediaId"),
    )


def _link(xml: Element) -> Link:
    return Link(xml.text("Title"), xml.text("Description"), xml.text("Url"))


def _place(xml: Element) -> Place:
    chosen = xml.under("SendLocationInfo")
    scale = chosen.number("Scale") or xml.number("Scale")
    return Place(scale, xml.number("Precision"), chosen.text("Poiname"))


def _view(xml: Element) -> View:
    return View(xml.text("MenuId"))


def _scan(xml: Element) -> Scan:
    code = xml.under("ScanCodeInfo")
    return Scan(code.text("ScanType"), code.text("ScanResult"))


def _pictures(xml: Element) -> Pictures:
    sent = xml.under("SendPicsInfo")
    items = sent.under("PicList").each("item")
    return Pictures(sent.integer("Count"), tuple(item.text("PicMd5Sum") for item in items))


def _mass_job(xml: Element) -> MassJob:
    check = xml.under("CopyrightCheckResult")
    articles = xml.under("ArticleUrlResult", "ResultList").each("item")
    return MassJob(
        xml.integer("TotalCount"),
        xml.integer("FilterCount"),
        xml.integer("SentCount"),
        xml.integer("ErrorCount"),
        copyright_state=check.integer("CheckState"),
        copyright=tuple(_copyright(item) for item in check.under("ResultList").each("item")),
        urls=tuple(ArticleUrl(i.integer("ArticleIdx"), i.text("ArticleUrl")) for i in articles),
    )


def _copyright(item: Element) -> CopyrightCheck:
    return CopyrightCheck(
        item.integer("ArticleIdx"),
        item.integer("UserDeclareState"),
        item.integer("AuditState"),
        item.text("OriginalArticleUrl"),
        item.integer("CanReprint"),
        item.integer("NeedReplaceContent"),
        item.integer("NeedShowReprintSource"),
    )


def _publication(xml: Element) -> Publication:
    event = xml.under("PublishEventInfo")
    articles = event.under("article_detail").each("item")
    return Publication(
        event.text("publish_id"),
        event.integer("publish_status"),
        event.text("article_id"),
        tuple(ArticleUrl(i.integer("idx"), i.text("article_url")) for i in articles),
        event.integers("fail_idx"),
    )


def _notices(container: str) -> Callable[[Element], Notices]:
    def fill(xml: Element) -> Notices:
        return Notices(tuple(_notice(item) for item in xml.under(container).each("List")))

    return fill


def _notice(item: Element) -> Notice:
    return Notice(
        item.text("TemplateId"),
        item.text("SubscribeStatusString"),
        item.integer("PopupScene"),
        item.text("MsgID"),
        item.integer("ErrorCode"),
        item.text("ErrorStatus"),
    )


def _agent_session(xml: Element) -> AgentSession:
    account = xml.text("KfAccount") or xml.text("ToKfAccount")
    return AgentSession(account, xml.text("FromKfAccount"), xml.text("CloseType"))


def _authorisation(xml: Element) -> Authorisation:
    return Authorisation(xml.text("OpenID"), xml.text("UnionID"), xml.text("AppID"), xml.text("RevokeInfo"))


def _verification(xml: Element) -> Verification:
    expires, failed = xml.integer("ExpiredTime"), xml.integer("FailTime")
    return Verification(expires, failed, xml.text("FailReason"))


def _entry(xml: Element) -> Entry:
    return Entry(xml.text("SessionFrom"))


OF_MESSAGE: dict[str, Callable[[Element], Detail]] = {
    "image": _media,
    "voice": _media,
    "video": _media,
    "shortvideo": _media,
    "link": _link,
    "location": _place,
}
OF_EVENT: dict[str, Callable[[Element], Detail]] = {
    "location": _place,
    "location_select": _place,
    "view": _view,
    "view_miniprogram": _view,
    "scancode_push": _scan,
    "scancode_waitmsg": _scan,
    "pic_sysphoto": _pictures,
    "pic_photo_or_album": _pictures,
    "pic_weixin": _pictures,
    "masssendjobfinish": _mass_job,
    "publishjobfinish": _publication,
    "freepublishjobfinish": _publication,
    "subscribe_msg_popup_event": _notices("SubscribeMsgPopupEvent"),
    "subscribe_msg_change_event": _notices("SubscribeMsgChangeEvent"),
    "subscribe_msg_sent_event": _notices("SubscribeMsgSentEvent"),
    "kf_create_session": _agent_session,
    "kf_close_session": _agent_session,
    "kf_switch_session": _agent_session,
    "user_info_modified": _authorisation,
    "user_authorization_revoke": _authorisation,
    "user_authorization_cancellation": _authorisation,
    "qualification_verify_success": _verification,
    "qualification_verify_fail": _verification,
    "naming_verify_success": _verification,
    "naming_verify_fail": _verification,
    "annual_renew": _verification,
    "verify_expired": _verification,
    "user_enter_tempsession": _entry,
}
