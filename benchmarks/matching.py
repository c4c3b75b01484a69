"""Milliseconds that one question takes the matcher: `python -m benchmarks.matching` prints a line of JSON a case.

Phrasings and questions are made from the word lists below with a fixed seed; all questions differ, and half of them
are about nothing that the phrasings are about, which is the dear case.
"""

import json
import random
import time
from collections.abc import Iterator
from itertools import product

from knowledge.entries import Entry
from knowledge.matcher import Snapshot

QUESTIONS = 4000
PER_ENTRY = 40

_LISTS = {
    "who": "骑手 司机 快递员 保洁阿姨 电工 焊工 保安 临时工 实习生 退休职工 女职工 环卫工 厨师 会计 护士 老师傅 新员工 外地人",
    "what": "会员卡 入会申请 培训证书 法律援助 困难补助 互助保障 体检名额 助学金 高温津贴 加班工资 年假 产假 工伤认定 劳动合同 "
    "社保补缴 失业金 经济补偿 疗休养 电影票 驿站 图书室 招聘会 技能竞赛 劳模评选 心理热线 工会经费 会费 试用期 欠薪投诉 仲裁",
    "do": "申请 办理 查询 取消 修改 补办 领取 转移 报名 投诉 缴纳 延期 退回 打印 确认 代办",
    "ask": "怎么{} 在哪里{} 要什么材料才能{} 什么时候可以{} 多久能{}好 找谁{} 能不能网上{} {}要钱吗 {}不了怎么办 为什么不给{}",
    "where": "市里 县里 厂里 工地上 公司 平台上 学校 医院 商场 镇上 园区 码头",
    "elsewhere": "火车票 身份证 宽带 煤气表 驾照 房产证 快递柜 电饭锅 游戏账号 手机卡 护照 公交卡 空调 相册 菜谱 天气 彩票 猫粮",
}
_WHO, _WHAT, _DO, _ASK, _PLACE, _ELSEWHERE = (words.split() for words in _LISTS.values())
_HELLO = ["", "请问", "你好，", "想问一下", "麻烦问下，", "急！"]
_THANKS = ["", "？", "呢", "啊，谢谢", "，在线等"]


def phrasings(number: int) -> list[str]:
    """So many different questions about the things of the lists."""
    every = list(product(_PLACE, _WHO, _WHAT, _DO, _ASK))
    chosen = random.Random(number).sample(every, number)
    return [f"{place}{who}的{what}{ask.format(do)}" for place, who, what, do, ask in chosen]


def entries(number: int) -> Iterator[Entry]:
    texts = phrasings(number)
    for start in range(0, number, PER_ENTRY):
        question, *others = texts[start : start + PER_ENTRY]
        topic = f"topic-{start // PER_ENTRY}"
        yield Entry(topic, topic, question, tuple(others), "答案")


def questions(number: int) -> list[str]:
    """Different questions, half of them about things that no entry is about."""
    draw = random.Random(number + 1)
    made: dict[str, None] = {}
    while len(made) < number:
        what = draw.choice(_WHAT if len(made) % 2 else _ELSEWHERE)
        who = draw.choice([*_WHO, "我", "我老婆", "邻居家孩子"])
        made[
            f"{draw.choice(_HELLO)}{who}{what}{draw.choice(_ASK).format(draw.choice(_DO))}{draw.choice(_THANKS)}"
        ] = None
    return list(made)


def measure(number: int) -> dict[str, float]:
    started = time.perf_counter()
    snapshot = Snapshot(list(entries(number)))
    built = time.perf_counter() - started
    asked = questions(QUESTIONS + 200)
    for question in asked[:200]:
        snapshot.match(question)
    taken = sorted(_milliseconds(snapshot, question) for question in asked[200:])
    return {
        "phrasings": number,
        "questions": len(taken),
        "build_s": round(built, 2),
        "mean_ms": round(sum(taken) / len(taken), 4),
        "p50_ms": round(taken[len(taken) // 2], 4),
        "p99_ms": round(taken[len(taken) * 99 // 100], 4),
    }


def _milliseconds(snapshot: Snapshot, question: str) -> float:
    started = time.perf_counter()
    snapshot.match(question)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    for size in (5_000, 100_000):
        print(json.dumps({"benchmark": "matching", **measure(size)}))
