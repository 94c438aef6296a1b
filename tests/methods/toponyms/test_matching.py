"""Names of Iraq as people write them, in three scripts."""

import pytest

from rafid.methods.toponyms import REASONS, Match, Toponym, ToponymIndex

PLACES = [
    Toponym("IQG17", ["Thi Qar", "ذي قار", "زیقار", "IQG17", "IQ-DQ"], "IQ", 46.2, 31.1),
    Toponym("IQG17Q04", ["الناصرية", "IQG17Q04"], "IQG17", 46.26, 31.05),
    Toponym("IQG17Q05", ["سوق الشيوخ", "IQG17Q05"], "IQG17", 46.47, 30.89),
    Toponym("IQG17Q03", ["الشطرة", "IQG17Q03"], "IQG17", 46.17, 31.41),
    Toponym("IQG11", ["Erbil", "أربيل", "هەولێر", "IQG11", "IQ-AR"], "IQ", 44.0, 36.19),
    Toponym("IQG06", ["السليمانية", "سلێمانی", "IQG06", "IQ-SU"], "IQ", 45.43, 35.56),
    Toponym("IQG09", ["دهوك", "دهۆک", "IQG09"], "IQ", 43.0, 36.87),
    Toponym("IQG02", ["البصرة", "IQG02", "IQ-BA"], "IQ", 47.78, 30.51),
    Toponym("IQG08", ["بغداد", "IQG08"], "IQ", 44.4, 33.3),
    Toponym("IQG08Q01", ["الأعظمية"], "IQG08"),
    Toponym("IQG08Q02", ["الكاظمية"], "IQG08"),
    Toponym("IQG02Q04", ["المدينة"], "IQG02"),
    Toponym("IQG15Q08", ["تلعفر"], "IQG15"),
    Toponym("IQG06Q09", ["رانية", "ڕانیە"], "IQG06"),
    Toponym("IQG09Q05", ["شێخان", "الشيخان"], "IQG09"),
    Toponym("IQG15Q01", ["عقرة", "ئاکرێ"], "IQG15"),
    Toponym("v1", ["قرية الرمانة"], "IQG17Q04", 46.3, 31.1),
    Toponym("v2", ["عرب سكبان ابراهيم"], "IQG17Q04"),
    Toponym("v3", ["البو ناصر"], "IQG17Q03", 46.1, 31.4),
    Toponym("v4", ["عبد الله الحمد"], "IQG17Q03"),
    Toponym("v5", ["الحسينية"], "IQG17Q03", 46.0, 31.5),
    Toponym("v6", ["الحسينية"], "IQG08", 44.4, 33.4),
    Toponym("v7", ["البصرة القديمة"], "IQG02"),
    Toponym("v8", ["مجيد عبدالله"], "IQG17Q05"),
]


@pytest.fixture(scope="module")
def index() -> ToponymIndex:
    return ToponymIndex(PLACES)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("IQG17Q04", "Nasiriyah | Al-Nasiriya | Nasriya | An Nasiriyah | an-Nāşirīyah | Nassiriya | الناصريه | ناصرية"),
        ("IQG17Q05", "Suq Al-Shoyokh | Suq ash Shuyukh | Souq Alshuyoukh | سوق الشیوخ | Sooq al-Shiyukh"),
        ("IQG17", "Thi Qar | Dhi Qar | ذى قار | Dhiqar | Zi Qar | DHI-QAR | محافظة ذي قار | Thi-Qar Governorate"),
        ("IQG11", "Hawler | هەولێر | Erbil | Hewlêr | Arbil | اربيل | Irbil | هه‌ولێر | پارێزگای هەولێر"),
        (
            "IQG06",
            "Sulaymaniyah | سلێمانی | السليمانية | Slemani | Silêmanî | As Sulaymānīyah | Sulaimaniya | سليمانيه",
        ),
        ("IQG09", "Duhok | Dohuk | Dahuk | دهوك | دهۆك | Dihok"),
        ("IQG02", "Basra | Al Basrah | Al Başrah | Basrah Province | البصره | بصرة | محافظه البصره"),
        ("v7", "Al Başrah al Qadīmah | Basra al-Qadima | البصره القديمه"),
        ("IQG17Q03", "Ash Shaţrah | Shatra | Al-Shatra | الشطره | قضاء الشطرة | Qadha al-Shatra | Shatra District"),
        ("IQG08Q01", "Adhamiya | Al-A'zamiyah | Azamiya | اعظمية"),
        ("IQG08Q02", "Kadhimiya | Al Kazimiyah | Kadhimiyah | الکاظمیة"),
        ("IQG15Q08", "Tal Afar | Talafar | Tall 'Afar | Tel-Afar"),
        ("IQG06Q09", "Rania | Ranya | Raniyah | Ranye | قەزای ڕانیە"),
        ("IQG09Q05", "Şêxan | Shekhan | Ash Shaykhan | Sheikhan"),
        ("IQG15Q01", "Aqra | Akre | 'Aqrah | Akrê"),
        ("v1", "Qaryat ar Rumanah | Garyat al-Rumana | Al Rumanah | قريه الرمانه | الرمانة"),
        ("v2", "'Arab Sakban Ibrahim | Arab Sakban Ibraheem | ‘Arab Sakbān Ibrāhīm"),
        ("v3", "Albu Nasir | Al-Bu Nasir | آل بو ناصر | البوناصر | Albu Naser"),
        ("v4", "'Abd Allah al Hamad | Abdullah al-Hamad | عبدالله الحمد"),
        ("v8", "Majid 'Abd Allah | Majeed Abdullah | مجيد عبد الله"),
        ("IQG02Q04", "Al Madinah | المدينه | Al-Midaina | Madina"),
    ],
)
def test_spellings_find_their_place(index: ToponymIndex, written: str, meant: str) -> None:
    for spelling in meant.split(" | "):
        first = index.match(spelling)[0]
        assert first.id == written, spelling
        assert first.score > 0.5, spelling


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("IQG17Q05", Match("IQG17Q05", 1.0, "code")),
        ("iqg17q05", Match("IQG17Q05", 1.0, "code")),
        ("iq-dq", Match("IQG17", 1.0, "code")),
        ("الناصرية", Match("IQG17Q04", 1.0, "exact")),
        ("  سوق  الشيوخ ", Match("IQG17Q05", 1.0, "exact")),
        ("الناصريه", Match("IQG17Q04", 0.98, "folded")),
        ("ERBIL", Match("IQG11", 0.98, "folded")),
        ("ناصريه", Match("IQG17Q04", 0.96, "article")),
        ("قضاء الناصرية", Match("IQG17Q04", 0.94, "kind")),
        ("ابراهيم سكبان عرب", Match("v2", 0.92, "order")),
    ],
)
def test_rules_have_their_reason_and_score(index: ToponymIndex, text: str, match: Match) -> None:
    assert index.match(text)[0] == match


def test_alike_names_stay_below_equal_ones(index: ToponymIndex) -> None:
    assert index.match("An Nasiriyah")[0].reason == "transliteration"
    assert index.match("الناصريا")[0].reason == "spelling"
    for text in ("An Nasiriyah", "الناصريا", "Duhok"):
        assert index.match(text)[0].score < 0.94


def test_all_reasons_are_documented(index: ToponymIndex) -> None:
    texts = ["IQG17", "الناصرية", "الناصريه", "ناصريه", "قضاء الناصرية", "ابراهيم سكبان عرب", "Nasriya", "الناصريا"]
    reasons = {match.reason for matches in index.match_many(texts) for match in matches}
    reasons |= {match.reason for match in index.match("الحسينية", near=(44.4, 33.3))}
    reasons |= {match.reason for match in index.match("الحسينية", parent="IQG17")}
    reasons |= {match.reason for match in index.match("Duhok (الناصرية)")}
    assert reasons == set(REASONS)


def test_an_unknown_code_is_not_taken_for_a_name(index: ToponymIndex) -> None:
    assert index.match("IQG99Q01") == []
    assert index.match("SYR-0203") == []


def test_two_places_of_one_name_come_back_equal(index: ToponymIndex) -> None:
    for text in ("الحسينية", "الحسينيه", "Husayniyah", "Al-Hussainiya", "ناحية الحسينية"):
        first, second = index.match(text)[:2]
        assert {first.id, second.id} == {"v5", "v6"}
        assert first.score == second.score


def test_the_parent_comes_first_at_any_depth(index: ToponymIndex) -> None:
    assert index.match("Husayniyah", parent="IQG08")[0].id == "v6"
    inside, outside = index.match("الحسينية", parent="IQG17")[:2]
    assert (inside.id, inside.reason) == ("v5", "exact")
    assert (outside.id, outside.reason) == ("v6", "outside")
    assert outside.score <= 0.5


def test_a_wrong_parent_does_not_hide_a_name_that_is_exact(index: ToponymIndex) -> None:
    for text in ("سوق الشيوخ", "Suq ash Shuyukh"):
        first = index.match(text, parent="IQG02")[0]
        assert (first.id, first.reason) == ("IQG17Q05", "outside")


def test_a_parent_that_is_no_place_of_the_index_is_a_key_of_its_own(index: ToponymIndex) -> None:
    assert index.match("Akre", parent="IQG15")[0].id == "IQG15Q01"
    assert index.match("Akre", parent="nobody knows")[0].id == "IQG15Q01"


def test_a_weak_name_is_found_where_the_parent_is_known() -> None:
    places = [Toponym(1, ["كوناخان"], "A"), Toponym(2, ["الحمدانية"], "A"), Toponym(3, ["كونة كناو"], "B")]
    assert ToponymIndex(places).match("Kune Xanan", parent="A")[0].id == 1


def test_the_nearest_of_equals_comes_first(index: ToponymIndex) -> None:
    near_baghdad = index.match("الحسينية", near=(44.4, 33.3))
    near_nasiriyah = index.match("الحسينية", near=(46.2, 31.0))
    assert (near_baghdad[0].id, near_baghdad[0].reason) == ("v6", "near")
    assert (near_nasiriyah[0].id, near_nasiriyah[0].reason) == ("v5", "near")
    assert near_baghdad[0].score > near_baghdad[1].score


def test_a_far_exact_name_beats_a_near_one_that_is_only_alike(index: ToponymIndex) -> None:
    assert index.match("البصرة", near=(44.4, 33.3))[0].id == "IQG02"


def test_old_names_are_names() -> None:
    index = ToponymIndex([Toponym("kirkuk", ["كركوك", "التأميم"]), Toponym("qadisiya", ["الديوانية", "القادسية"])])
    assert index.match("At-Ta'mim Governorate")[0].id == "kirkuk"
    assert index.match("Al-Qadisiyyah")[0].id == "qadisiya"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Erbil (Hawler)", {"IQG11"}),
        ("هەولێر / أربيل", {"IQG11"}),
        ("Dhi Qar, Nasiriyah", {"IQG17", "IQG17Q04"}),
        ("الناصرية - ذي قار", {"IQG17", "IQG17Q04"}),
    ],
)
def test_parts_of_a_text(index: ToponymIndex, text: str, meant: set[str]) -> None:
    matches = {match.id: match for match in index.match(text)}
    assert meant <= set(matches)
    assert all(matches[place].reason == "part" and matches[place].score < 0.9 for place in meant)


def test_the_kind_tells_a_village_from_another() -> None:
    places = [Toponym("plain", ["العبارة"]), Toponym("village", ["قرية العبارة"]), Toponym("area", ["منطقة العبارة"])]
    index = ToponymIndex(places)
    assert index.match("Qaryat al 'Abbarah")[0].id == "village"
    assert index.match("Al 'Abbarah")[0].id == "plain"
    assert index.match("العبارة")[0].id == "plain"
    assert index.match("قرية العباره")[0].id == "village"


def test_digits_of_any_script_count() -> None:
    index = ToponymIndex([Toponym(n, [f"حي {n} نيسان"]) for n in (7, 9)])
    assert index.match("Hayy ٩ Nisan")[0].id == 9
    assert index.match("حي ۷ نيسان")[0].id == 7


def test_many_is_one_by_one(index: ToponymIndex) -> None:
    texts = ["Nasriya", "Erbil (Hawler)", "", "IQG17", "قضاء الشطرة", "Husayniyah"] * 3
    parents = ["IQG17", None, "IQG17", None, "IQG17", "IQG08"] * 3
    assert index.match_many(texts, parents=parents) == [
        index.match(text, parent=parent) for text, parent in zip(texts, parents, strict=True)
    ]
    assert index.match_many(texts) == [index.match(text) for text in texts]
    assert index.match_many([]) == []


def test_limit(index: ToponymIndex) -> None:
    same = ToponymIndex([Toponym(n, ["الزهراء"]) for n in range(30)])
    assert [match.id for match in same.match("Az Zahra'", limit=20)] == list(range(20))
    assert len(index.match("الحسينية", limit=1)) == 1


def test_what_is_no_name_finds_nothing(index: ToponymIndex) -> None:
    for text in ("", "   ", "…", "Москва", "\u200f"):
        assert index.match(text) == []
    assert ToponymIndex([]).match("Basra") == []


def test_names_without_a_known_script_are_found_as_they_are() -> None:
    assert ToponymIndex([Toponym(1, ["Москва"]), Toponym(2, [""])]).match("МОСКВА") == [Match(1, 0.98, "folded")]


def test_a_circle_of_parents_ends() -> None:
    index = ToponymIndex([Toponym("a", ["البصرة"], "b"), Toponym("b", ["الكوت"], "a")])
    assert index.match("Basra", parent="b")[0].id == "a"


def test_refuses_wrong_input(index: ToponymIndex) -> None:
    with pytest.raises(ValueError, match="twice"):
        ToponymIndex([Toponym(1, ["a"]), Toponym(1, ["b"])])
    with pytest.raises(ValueError, match="limit"):
        index.match("Basra", limit=0)
    with pytest.raises(ValueError, match="parents"):
        index.match_many(["Basra"], parents=[])
    for point in ((44.0, 133.0), (float("nan"), 3.0)):
        with pytest.raises(ValueError, match="point"):
            index.match("Basra", near=point)
