"""Places as people name them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from union import places


def labels(text: str) -> list[str]:
    return [one.label for one in places.find(text)]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("茂南", "茂南区"),
        ("我在电白上班", "电白区"),
        ("广东省茂名市信宜市", "信宜市"),
        ("镇盛", "茂南区镇盛镇"),
        ("茂南区 镇盛镇", "茂南区镇盛镇"),
        ("化州河西", "化州市河西街道"),
        ("河东", "茂南区河东街道"),
        ("新时代农场", "化州市新时代农场"),
        ("水东", "电白区水东街道"),
        ("水东湾", "水东湾新城"),
        ("茂名高新区", "高新区"),
        ("茂名滨海新区", "滨海新区"),
    ],
)
def test_a_place_is_found_by_its_name(said: str, meant: str) -> None:
    assert labels(said) == [meant]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("茂港", "电白区"),
        ("电白县", "电白区"),
        ("化县", "化州市"),
        ("市区", "茂南区"),
        ("茂名市区", "茂南区"),
        ("我在茂名市区河东", "茂南区河东街道"),
        ("电白羊角", "茂南区羊角镇"),
    ],
)
def test_an_old_name_is_known(said: str, meant: str) -> None:
    assert labels(said) == [meant]


def test_a_zone_that_several_could_be_is_a_choice() -> None:
    assert labels("开发区") == labels("茂名开发区") == ["高新区", "滨海新区", "水东湾新城"]
    assert labels("高新开发区") == ["高新区"]
    assert labels("软件开发") == []
    assert len(labels("茂名市")) == len(places.DISTRICTS)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("店白", "电白区"),
        ("發州", "化州市"),
        ("妹花", "茂南区袂花镇"),
        ("茂南镇胜", "茂南区镇盛镇"),
        ("七径镇", "电白区七迳镇"),
        ("宝墟", "化州市宝圩镇"),
        ("水東鎮", "电白区水东街道"),
    ],
)
def test_a_name_is_known_by_its_sound(said: str, meant: str) -> None:
    assert labels(said) == [meant]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("高州城区", "高州市"),
        ("高州市 城区", "高州市"),
        ("高州市区", "高州市"),
        ("信宜老城区", "信宜市"),
        ("化州县城", "化州市"),
        ("化州街道", "化州市"),
        ("水东城区", "电白区水东街道"),
        ("茂名市区", "茂南区"),
        ("茂名城区", "茂南区"),
        ("我在城区", "茂南区"),
        ("东镇街道", "信宜市东镇街道"),
    ],
)
def test_the_middle_of_a_town_is_that_of_the_place_named_before_it(said: str, meant: str) -> None:
    assert labels(said) == [meant]
    assert [one.label for one in places.named(said)[0]] == [meant]


def test_two_places_of_one_name_are_both_offered() -> None:
    assert labels("河西") == ["茂南区河西街道", "化州市河西街道"]
    assert labels("新华农场") == ["电白区新华农场", "化州市新华农场"]


def test_what_contradicts_itself_is_offered_whole() -> None:
    assert labels("高州河西") == ["茂南区河西街道", "化州市河西街道", "高州市"]
    assert labels("茂南和电白") == ["茂南区", "电白区"]
    assert labels("高州到市区") == ["高州市", "茂南区"]


def test_the_city_alone_means_all_of_its_districts() -> None:
    assert places.find("茂名") == places.DISTRICTS
    assert len(places.DISTRICTS) == 8


@pytest.mark.parametrize(
    "said", ["", "  ", "2", "不知道", "不固定", "长期的", "北京", "湛江", "广州", "13800138000", "👍"]
)
def test_what_names_no_place_finds_none(said: str) -> None:
    assert labels(said) == []


@pytest.mark.parametrize(
    ("id", "short"), [("gaozhou:深镇镇", "深镇"), ("xinyi:东镇街道", "东镇"), ("gaozhou", "高州")]
)
def test_a_place_has_a_short_name(id: str, short: str) -> None:
    assert places.place(id).short == short


def test_every_place_is_found_by_its_full_name() -> None:
    for district in places.DISTRICTS:
        assert places.find(district.label) == (district,)
        assert places.place(district.id) == district
    town = places.place("maonan:镇盛镇")
    assert (town.label, town.district, town.is_district) == ("茂南区镇盛镇", "maonan", False)
    assert places.label("maonan:镇盛镇") == "茂南区镇盛镇"
    assert places.label("a row of before") == "a row of before"


@given(st.text(max_size=40))
def test_any_text_can_be_looked_up(text: str) -> None:
    found = places.find(text)
    assert len(set(found)) == len(found)
