"""What staff are told of announcements without having asked."""

from dialogue import Notice
from handlers.announcements.words import TROUBLES, capability
from union.announcements import AnnouncementMoved, AnnouncementProposed, Trouble


@capability.tells(AnnouncementProposed)
def proposed(fact: AnnouncementProposed) -> Notice:
    return Notice(
        f"{fact.author}写了一条公告，{'用一次本月的群发，' if fact.mass else ''}发给{fact.audience}，等您确认。工友看到的是这样：\n———\n{fact.text}\n———\n"
        f"请先回复“#查看 {fact.id}”，核对人数和内容；没有问题，再回复“#确认 {fact.id}”，就会发出。不该发，请回复“#停止 {fact.id}”。",
        at_once=True,
    )


@capability.tells(AnnouncementMoved)
def moved(fact: AnnouncementMoved) -> Notice:
    which = f"{fact.id} 号公告“{fact.name}”"
    why = TROUBLES[fact.trouble or Trouble.PLATFORM]
    waits = f"，还有 {fact.held} 人等下次说话时告诉" if fact.held else ""
    said = {
        "launched": f"{which}开始发了" + (f"，是{fact.by}确认的" if fact.by else "") + "。",
        "paused": f"{which}自动停了下来：{why}。处理好了，请回复“#继续 {fact.id}”；不发了，请回复“#停止 {fact.id}”。",
        "stopped": f"{which}到了最晚的时间还没有发，停止了，工友不会收到。需要的话，请重新写一条“#公告 …”。",
        "done": f"{which}过了最晚的时间，停止了：送到 {fact.sent} 人，其余不再发。"
        if fact.late
        else f"{which}发完了，送到 {fact.sent} 人{waits}。",
    }
    return Notice(said[fact.what] + f"看详情，请回复“#进度 {fact.id}”。", at_once=True)
