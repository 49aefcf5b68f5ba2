"""Texts of neighbours, minorities and newcomers are told from our languages, whatever the page says."""

from __future__ import annotations

import pytest

from analysis.page.language import vote_for
from analysis.page.quality import measure_page
from analysis.page.read import read_page
from study.document import primary_language
from taxonomy import load_taxonomy

TAXONOMY = load_taxonomy("fi")
TEXTS = {
    "nb": (
        "Kommunen har ansvar for barnehager og skoler. Du kan søke om plass på nettet, og du får svar "
        "etter noen uker. Hvis du ikke har fått plass, må du kontakte oss. Her finner du også "
        "informasjon om hvordan du skal betale."
    ),
    "da": (
        "Kommunen har ansvaret for skoler. Du kan søge om en plads på nettet, og du får svar efter nogle"
        " uger. Hvis du ikke har fået en plads, skal du kontakte os. Her finder du også information om, "
        "hvordan du betaler af."
    ),
    "ru": (
        "Вы можете подать заявление на место в детском саду через интернет. Если у вас есть вопросы, вы "
        "можете позвонить в отдел образования города."
    ),
    "uk": (
        "Ви можете подати заяву на місце в дитячому садку через інтернет. Якщо у вас є питання, ви "
        "можете зателефонувати до відділу освіти міста."
    ),
    "ar": (
        "يمكنك التقدم بطلب للحصول على مكان في الحضانة عبر الإنترنت. إذا كان لديك أسئلة يمكنك الاتصال "
        "بالمدينة من خلال الهاتف في أي وقت."
    ),
    "so": (
        "Waxaad codsan kartaa meel xannaanada carruurta adoo isticmaalaya internetka. Haddii aad su'aalo"
        " qabtid waxaad la xiriiri kartaa magaalada oo waxaa kuu jawaabi doona shaqaalaha."
    ),
    "et": (
        "Lasteaiakohta saab taotleda internetis. Kui teil on küsimusi, võite helistada linna "
        "haridusosakonda. Taotlus tuleb esitada enne kevadet ning see peab olema allkirjastatud. Võib ka"
        " tulla kohale."
    ),
    "krl": (
        "Päivykodikohtua voibi hakie verkos. Ku teil ollou kyzymyksii, voitto soittua linnah. Hakemus "
        "pidäy andua enne kevättiä, da sidä ei sua muuttua jälles. Kai lapset ollah tervehet tulemah."
    ),
    "se": (
        "Don sáhtát ohcat beaivedikšosaji neahtas. Juos dus leat jearaldagat, de sáhtát riŋget gildii. "
        "Ohcamuš galgá leat dahkkon ovdal giđa ja dat ii sáhte rievdaduvvot maŋŋil."
    ),
    "smn": (
        "Puáhtáh uuccâđ peivikiäččusaje neetist. Jis tust láá koččâmušah, te puáhtáh suáittiđ kieldân. "
        "Ohtsâmuš kalga leđe toohum ovdil kiiđâ já tot ij pyevti nuuvtuđ maŋa."
    ),
    "fa": (
        "شما می توانید از طریق اینترنت برای جای مهدکودک درخواست دهید. اگر سوالی دارید با شهرداری تماس بگیرید. "
        "این درخواست باید قبل از بهار انجام شود و با خدمات دیگر است."
    ),
    "tr": (
        "Kreş yeri için internetten başvuru yapabilirsiniz. Sorularınız için belediye ile iletişim kurun. Bu hizmet "
        "hakkında daha çok bilgi burada ve başvuru imzalı olarak verilir."
    ),
    "vi": "Bạn có thể nộp đơn cho trẻ tại đây. Nếu bạn có câu hỏi, hãy liên hệ với thành phố để được thông tin.",
    "zh": "您可以在网上申请幼儿园的名额。如果您有问题，请致电市政府。申请必须在春天之前提交并签名。",
    "th": "คุณสามารถสมัครทางอินเทอร์เน็ตได้ หากมีคำถามโปรดโทรหาเทศบาล",
    "fi": (
        "Päivähoitopaikkaa voi hakea verkossa. Jos sinulla on kysyttävää, voit soittaa kaupungille. "
        "Hakemus tulee tehdä ennen kevättä, ja se on allekirjoitettava."
    ),
    "sv": (
        "Kommunen ansvarar för daghem och skolor. Du kan söka om plats på nätet, och du får svar efter "
        "några veckor. Om du inte har fått plats ska du kontakta oss. Här finns också information om hur"
        " du betalar."
    ),
    "en": (
        "You can apply for a place online. If you have any questions, please call the city. The "
        "application must be made before the spring and it is to be signed."
    ),
}


@pytest.mark.parametrize("declared", ["fi", "sv", "en", ""])
@pytest.mark.parametrize("language", TEXTS)
def test_the_text_says_its_language_whatever_is_declared(language: str, declared: str) -> None:
    assert vote_for(TAXONOMY).of(TEXTS[language], declared) == language


@pytest.mark.parametrize("language", sorted(set(TEXTS) - {"fi"}))
def test_another_language_below_a_finnish_mark_is_not_rightly_marked(language: str) -> None:
    page = read_page(
        f"<html lang='fi'><title>x</title><main><p>{TEXTS[language]}</p></main></html>", "https://a.example/", TAXONOMY
    )
    measured = measure_page(page, TAXONOMY)
    assert (measured.marked_language, measured.language) == ("fi", language)


@pytest.mark.parametrize(
    ("tag", "language"),
    [("smn-FI", "smn"), ("krl", "krl"), ("sv_FI", "sv"), ("FI", "fi"), ("se-Latn-FI", "se"), ("", "")],
)
def test_tags_are_cut_at_their_first_part(tag: str, language: str) -> None:
    assert primary_language(tag) == language


def test_a_page_in_a_language_of_three_letters_is_rightly_marked() -> None:
    page = read_page(f"<html lang='smn-FI'><main><p>{TEXTS['smn']}</p></main></html>", "https://a.example/", TAXONOMY)
    measured = measure_page(page, TAXONOMY)
    assert measured.marked_language == measured.language == "smn"


def test_a_swedish_page_with_finnish_names_stays_swedish() -> None:
    body = f"<p>{TEXTS['sv']}</p><ul><li>Varhaiskasvatuksen sähköinen asiointi Eepos och Lupapiste</li></ul>"
    body += "<p>Du loggar in i tjänsten Tampereen kaupungin sähköinen asiointi med bankkoder.</p>"
    page = read_page(f"<html lang='sv'><main>{body}</main></html>", "https://a.example/", TAXONOMY)
    assert page.language == "sv"
    assert [block.language for block in page.blocks if block.kind == "paragraph"] == ["sv", "sv"]
