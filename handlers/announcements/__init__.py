"""Announcements from the chat of a bound staff member: “#公告 …”, “#群发 …”, a second person's “#确认”, “#进度”, “#暂停”."""

from handlers.announcements import ordering, telling
from handlers.announcements.words import capability

__all__ = ["capability", "ordering", "telling"]
