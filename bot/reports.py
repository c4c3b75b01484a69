"""Events that tell what became of messages sent, or of consents, as `messages` takes them."""

from collections.abc import Callable, Mapping, Sequence

from messages.reports import ConsentChanged, MassFinished, NoticeFinished, Report, TemplateFinished
from wechat.details import MassJob, Notices
from wechat.incoming import Incoming

# Sent in the name of whoever looks after the account, not of a worker.
OF_THE_ACCOUNT = frozenset({"masssendjobfinish"})


def reports_of(incoming: Incoming) -> Sequence[Report]:
    """None of most."""
    read = _READERS.get(incoming.event)
    return () if read is None else read(incoming)


def _mass(incoming: Incoming) -> Sequence[Report]:
    job = incoming.detail if isinstance(incoming.detail, MassJob) else MassJob()
    counts = job.total or 0, job.sent or 0, job.filtered, job.failed
    return (MassFinished(incoming.msg_id, incoming.status, *counts),)


def _consents(incoming: Incoming) -> Sequence[Report]:
    detail = incoming.detail if isinstance(incoming.detail, Notices) else Notices()
    in_settings = incoming.event == "subscribe_msg_change_event"
    return [
        ConsentChanged(incoming.openid, one.template_id, one.status == "accept", in_settings)
        for one in detail.notices
        if one.template_id and one.status
    ]


def _sent(incoming: Incoming) -> Sequence[Report]:
    detail = incoming.detail if isinstance(incoming.detail, Notices) else Notices()
    return [
        NoticeFinished(incoming.openid, one.template_id, one.error_code or 0, one.error)
        for one in detail.notices
        if one.template_id
    ]


def _template(incoming: Incoming) -> Sequence[Report]:
    return (TemplateFinished(incoming.openid, incoming.msg_id, incoming.status),) if incoming.msg_id else ()


_READERS: Mapping[str, Callable[[Incoming], Sequence[Report]]] = {
    "masssendjobfinish": _mass,
    "subscribe_msg_popup_event": _consents,
    "subscribe_msg_change_event": _consents,
    "subscribe_msg_sent_event": _sent,
    "templatesendjobfinish": _template,
}
