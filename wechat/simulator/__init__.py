"""A stand-in for WeChat, and telephones. It speaks to the bot over HTTP only and imports nothing of ours."""

from wechat.simulator.accounts import Account
from wechat.simulator.chats import Card, Heard, Part
from wechat.simulator.deliveries import Delivery
from wechat.simulator.faults import Fault
from wechat.simulator.phones import NotFollowing, Phone
from wechat.simulator.platforms import Platform

__all__ = ["Account", "Card", "Delivery", "Fault", "Heard", "NotFollowing", "Part", "Phone", "Platform"]
