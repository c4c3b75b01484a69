"""What two workers say in random walks: made-up people, and the words of every capability."""

import re

from wechat.simulator import Heard

MOBILES = ("13800138000", "13900139000")
NAMES = ("陈大文", "李小芳")
# However it is said, the journal shows no more than the first letter of the name.
INTRODUCED = "我叫陈大文"
# Of each of them there is one.
WISHES = ("电工培训", "活动", "礼包", "高州 电工")
BEGINNINGS = (
    *("入会", "报名", "找活", "驿站", "订阅", "算期限", "学历", "人工", "改资料", "退会", "转会", "补正"),
    *("我的资料", "删除我的资料", "导出我的资料", "撤回同意", "评价课程", "应聘", "接回会籍"),
)
WORDS = (
    "1", "2", "3", "确认", "取消", "返回", "继续", "跳过", "结束", "好", "不用", "修改", "改手机号", "改姓名",
    INTRODUCED, "李小芳", "13800138000", "一三九 0013 9000", "茂南河东", "电白水东", "没有", "骑手", "昨天",
    "进度", "培训", "我的培训", "取消报名", "要名额", "不要名额", "签到", "证书", "我的活动", "取消活动报名",
    "要活动名额", "我的礼包", "我的报名", "下一页", "我的订阅", "退订", "全部退订", "新岗位", "取消提醒",
    "撤回申请", "我的会员", "确认删除", "先不删", "99010119900101006X", "4111111111111111", "等一下",
    "要交钱吗", "你好", "帮助", "隐私", "试用期", "有人触电了", "老板拖欠工资怎么办", "乱七八糟的话", "没帮助",
)  # fmt: skip
# While a person speaks with the worker the bot has nothing to say to it.
IDLE = {
    "你好",
    "乱七八糟的话",
    "要交钱吗",
    "骑手",
    "昨天",
    "茂南河东",
    "老板拖欠工资怎么办",
    "帮助",
    "等一下",
}
# Heard whatever is open, and by whomever the worker is attended: who is called is told.
URGENT, HELP = "有人触电了", "120"
BACK = "返回"
# What is said to a form, or over it; among all the other words it would come once in a hundred steps.
TO_A_FORM = ("1", "2", "确认", BACK, BACK, "继续", "修改", "改手机号", "改姓名", INTRODUCED, URGENT)
# They send also what is no text.
MEDIA = ("image", "location", "voice")
# Of these none drops a form, hands it in or takes an answer from it.
TAKES_NOTHING = frozenset((
    "继续", "修改", "改手机号", "改姓名", INTRODUCED, "李小芳", "13800138000", "一三九 0013 9000", "茂南河东", "电白水东", "骑手",
    "昨天", "进度", "等一下", "要交钱吗", "你好", "帮助", "隐私", URGENT, "乱七八糟的话", "老板拖欠工资怎么办",
    "99010119900101006X", "4111111111111111", "电工培训", "活动", "礼包", "高州 电工", *MEDIA,
))  # fmt: skip
KEYS = ("JOIN", "PROGRESS", "TRAINING", "STATIONS", "JOBS", "EVENTS", "PACKS", "PRIVACY", "HELP", "HUMAN")
# What “入会” begins, or where it stands.
OPENS = re.compile("您是哪种情况|手机号|已经交过申请|要改一下|会员号|登记身份证")
# What is asked, by words of the question, and what is said to it.
ASKED = {
    "“确认”": "确认", "“同意”": "同意", "手机号": "", "姓名": "", "哪里干活": "茂南河东", "单位叫什么": "样例加工厂",
    "没有固定的就": "没有", "哪天": "昨天", "哪一天": "昨天", "哪年哪月哪日": "昨天", "发一张": "", "一句话": "挺好的",
}  # fmt: skip


def answer_to(asked: Heard, who: int, line: int) -> str:
    """What somebody says who just goes on: the last thing that was asked decides; "" where nothing was."""
    found = max(ASKED, key=asked.text.rfind)
    if asked.choices and (found != "“确认”" or found not in asked.text):
        return str(min(line, len(asked.choices)))
    if found not in asked.text:
        return ""
    return {"手机号": MOBILES[who], "姓名": NAMES[who]}.get(found, ASKED[found])
