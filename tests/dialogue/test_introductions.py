"""Names that workers give of themselves, and what only begins like one."""

import pytest

from dialogue.introductions import veil


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("我是陈大文", "我是陈**"),
        ("我是陈大文，想入会", "我是陈**，想入会"),
        ("你好，我系陈大文啊", "你好，我系陈**啊"),
        ("我是欧阳小明。", "我是欧***。"),
        ("我叫黄阿妹啊", "我叫黄**啊"),
        ("我叫黄阿妹呢", "我叫黄**呢"),
        ("我叫陈大文没签合同", "我叫陈**没签合同"),
    ],
)
def test_a_name_is_veiled(said: str, kept: str) -> None:
    assert veil(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        *("我是工人", "我是高州人", "我是骑手", "我是司机", "我是高州", "我是广东人，在茂名打工"),
        *(
            "我是安装工",
            "我是保安",
            "我是党员",
            "我是高中生",
            "我是包工头",
            "我是单亲",
            "我是全职",
            "我是会员啊",
        ),
        *("我是陈大文的工友", "我是跑美团的", "我是新来的", "我叫师傅没来", "我叫老板没给钱", "是我不对"),
    ],
)
def test_what_somebody_is_is_no_name(said: str) -> None:
    assert veil(said) == said
