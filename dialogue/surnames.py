"""What names begin with. Pure."""

import re

from dialogue.wording import words_of

USUAL = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常傅卞齐康伍余元卜顾孟黄穆萧尹姚邵汪祁毛米贝明成戴宋茅庞熊纪舒屈项祝董梁杜阮"
    "蓝席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁"
    "荀甄曲封储靳段焦牧谷车侯全班仲伊宫宁仇甘厉祖武符刘景詹龙叶司黎印白蒲赖卓蒙池乔阴闻党翟谭贡劳姬申冉雍桑桂牛边温"
    "庄晏柴阎慕连艾容向古易戈廖耿满国文寇广欧沃利师巩聂曾关欧上司诸覃麦邝冼植揭佘游练缪涂肖付闫尚敖简兰"
)
# With these only what begins otherwise is odd; many other words begin with them.
_RARER = frozenset(
    "于岳鲍辛阳邬殷屠乐皮狄臧计伏谈闵沙敬鹿苟阙丘钮濮桑鄢鄂索咸籍蔺郁胥农莘卜扶堵冉宰郦雍晏尧亓融冷訾阚那饶空毋乜养鞠须丰巢蒯"
    "荆游竺权逯盖益桓公迟衣修苑隋宿母铁佟仝官楚车鱼招植区粟盘蓝兰岑禤邸智平湛邰撒雪展战习巫钱敦鄞郏班布郗邝宾苍占"
    "帅戚揭谌缑晁窦阎覃荀邱腾滑洛佴汝豆邢郄慈"
)
# Names of other peoples in Chinese letters, written without a dot.
_TRANSCRIBED = re.compile("[阿艾买吐努扎次丹尼拉巴旦朗普仁帕肉依玛迪萨斯色哈木图德央卓格尕].{2,5}")
DOUBLE = words_of("欧阳 司徒 上官 司马 诸葛 东方 皇甫 尉迟 公孙 慕容 夏侯 令狐 澹台 长孙 宇文 端木")
_LATIN = re.compile("[A-Za-z·]")


def is_odd(name: str) -> bool:
    """Whether a name in Chinese letters begins with no surname, as “随缘” does; it may be one all the same."""
    if name[:2] in DOUBLE or name[0] in USUAL or name[0] in _RARER:
        return False
    return not _LATIN.search(name) and not _TRANSCRIBED.fullmatch(name)
