"""Encodings: by mark, by declaration, by what reads as a language; and what was assumed is said."""

from __future__ import annotations

import codecs

import pytest

from ingest.loaders.encoding import decode
from ingest.loaders.encoding_labels import codec_of
from ingest.loaders.html_encoding import decode_html

WESTERN = {
    "english": "Nestlé’s café in Malmö – “a fine place” – cost €3.50… Hélène Brière said so.",
    "one letter": "The naïve plan of the two firms was to share a depot, and it is a good plan.",
    "one quote": "It is the firm’s only plan, and it was made in the year of the merger.",
    "french": "L'été dernier, Hélène Brière a signé à Genève un « accord » de 5 €.",
    "german": "Die Übernahme wurde im März beschlossen; die „Erlöse“ fließen – wie immer – später.",
    "spanish": "¿Cuánto pagó la compañía española? El señor Muñoz dijo que nada. ¡Qué lástima!",
    "portuguese": "A ação não é uma opção, disse João Conceição em São Paulo. Estão avançadas.",
    "swedish": "Åkerlund köper växten i Malmö för 9 miljoner kronor och säljer den på våren.",
    "danish": "Selskabet køber aktierne på børsen i Århus og sælger dem ærligt til os.",
    "italian": "La società è più forte perché l’università ha già firmato. Così sarà anche là.",
    "dutch": "De coöperatie heeft geen idee; Daniël zei dat hij één reden had – “geloof” – om op.",
}


LINES = """
Renée Fleury joined the board of Citroën in May.
The Nestlé–Danone pact was signed in Zürich.
Señor Peña's “cordial” offer was refused by São Martinho.
Björn Borg's firm pays £5m a year.
Åsa Öberg runs Ångström AB.
The soirée cost €300 per person…
It’s a deal: Müller buys Weiß & Söhne.
Crème brûlée and pâté are sold by Façonnable.
The Curaçao branch closed in 2019 – two years late.
He said: ‘We don’t know yet.’
Søren Kjær leads Ørsted's Århus office.
José María Aznar met Íñigo Méndez.
Prices rose 5½ % at Société Générale.
Loïc Le Floch-Prigent left Elf; naïve, said critics.
The rôle of Hôtel Matignon was unclear.
“Plus ça change,” said Hervé.
The § 5 rule applies to Löwenbräu.
Temperatures of 30° were measured in Málaga.
A coöperative in Curaçao and a café in Nîmes merge.
Exposé: how Pelé became rich
Trademark™ and copyright © are held by Crédit Lyonnais®.
The Länder agreed; Thüringen did not.
El Niño cost Peru’s fishers millions.
The company — Gruppo Però — is from Forlì.
Voilà, the résumé of François Mitterrand.
Das Straßenfest in Köln wurde größer als geplant.
Où est l’élève? À l’école, où il a été reçu.
Él dijo que sí; ella también lo creyó, según María.
Não há razões para a demissão, diz a direção.
È più bello così, perché c’è libertà di città.
Før hadde vi råd til å kjøpe båt; nå må vi låne.
Hyvää päivää, sanoi pääministeri Jyväskylässä.
Één ding is zeker: de reünie is geannuleerd.
""".strip().split("\n")


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
@pytest.mark.parametrize("text", LINES)
def test_a_single_line_with_few_letters_beyond_ascii_is_read(text: str, encoding: str) -> None:
    if "½" in text and encoding == "mac_roman":
        text = text.replace("½", "")  # which it does not have
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
@pytest.mark.parametrize("text", WESTERN.values(), ids=WESTERN)
def test_a_western_text_is_read_whether_it_is_from_windows_or_an_old_mac(
    text: str, encoding: str
) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Spółka podpisała umowę z firmą w Łodzi, która będzie ważna przez lata.", "cp1250"),
        ("Spółka podpisała umowę z firmą w Łodzi, która będzie ważna przez lata.", "iso8859_2"),
        ("Společnost podepsala dohodu s firmou v Brně, která je pro ni důležitá.", "cp1250"),
        ("Společnost podepsala dohodu s firmou v Brně, která je pro ni důležitá.", "iso8859_2"),
        ("A cég megállapodást írt alá egy győri vállalattal, és ez nem csak hír.", "cp1250"),
        ("Şirket İstanbul'da bir anlaşma imzaladı ve bu anlaşma beş yıl için.", "cp1254"),
        ("Bendrovė pasirašė sutartį su įmone ir tai yra svarbus žingsnis, kad būtų.", "cp1257"),
        ("Компания объявила о сделке в понедельник, сообщила газета.", "cp1251"),
        ("Компания объявила о сделке в понедельник, сообщила газета.", "koi8_r"),
        ("Η εταιρεία ανακοίνωσε τη συμφωνία τη Δευτέρα, σύμφωνα με την εφημερίδα.", "cp1253"),
        ("会社は月曜日に提携を発表した、と新聞が伝えた。これは重要な一歩である。", "cp932"),
        ("公司星期一宣布了合作协议，报纸报道。这是重要的一步。", "gb18030"),
    ],
)
def test_a_neighbour_of_windows_1252_is_taken_where_its_language_is_plain(
    text: str, encoding: str
) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("İzmir Şişe ile Çelik Boğaz birleşiyor. Görüşmeler ağustosta başlamıştı.", "cp1254"),
        ("Bakan Güneş ve Işık'ın payını sattı. Anlaşma geçen ay açıklandı.", "iso8859_9"),
        ("Þjóðbankinn keypti Útgerðarfélag Akureyrar í gær. Það er stærsta félagið.", "cp1252"),
        ("Alþingi samþykkti lög um íþróttafélög á þriðjudag. Þau taka gildi í haust.", "cp1252"),
        ("Bendrovė „Žuvėdra“ ir Šiaulių bankas pasirašė sutartį. Jos vertė – 3 mln.", "cp1257"),
        ("Az Erőmű és a Gyűjtő Kft. egyesül. A közgyűlés júniusban döntött erről.", "cp1250"),
        ("Grupul Oţelul şi Fabrica Braşov au semnat. Valoarea depăşeşte 3 milioane.", "cp1250"),
        ("Zarząd ogłosił, że umowę podpisano we Wrocławiu. Wartość: 12 milionów.", "iso8859_2"),
        ("A união não será concluída até março, disse o Sr. Antônio Gonçalves.", "mac_roman"),
        ("Åhléns och Östgöta Kök går ihop. Vd:n Göran Sjöström är nöjd.", "cp850"),
    ],
)
def test_languages_whose_letters_stand_at_the_same_places_are_told_apart(
    text: str, encoding: str
) -> None:
    assert decode(text.encode(encoding)).text == text


def test_the_euro_sign_of_iso_8859_15_is_read() -> None:
    text = "Le café coûte 5 € à Genève, et le cœur y est."
    assert decode(text.encode("iso8859_15")).text == text


def test_dos_letters_are_read() -> None:
    text = "Die Übernahme ist beschlossen; die Erlöse fließen später, sagte Müller."
    assert decode(text.encode("cp850")).text == text


@pytest.mark.parametrize(
    ("content", "assumed"),
    [
        ("Zoë".encode(), ""),
        (codecs.BOM_UTF8 + b"plain", ""),
        (b"plain", ""),
        ("The café".encode("cp1252"), "read as Windows-1252; its encoding is not declared"),
        ("Doré & Fils’".encode("mac_roman"), "read as Mac Roman; its encoding is not declared"),
        ("A plain text.".encode("utf-16-le"), "read as UTF-16 without its mark"),
        (
            ("Zoë, Chloë. " * 30).encode() + b"\xe2",
            "read as UTF-8; bytes that are none are Windows-1252 or left out",
        ),
    ],
)
def test_what_was_assumed_is_said(content: bytes, assumed: str) -> None:
    assert decode(content).assumed == assumed


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("ISO-8859-1", "cp1252"),
        (" latin1 ", "cp1252"),
        ("us-ascii", "cp1252"),
        ("windows-1252", "cp1252"),
        ("iso-8859-9", "cp1254"),
        ("gb2312", "gb18030"),
        ("shift_jis", "cp932"),
        ("ks_c_5601-1987", "cp949"),
        ("macintosh", "mac_roman"),
        ("utf8", "utf-8"),
        ("utf-16", "utf-8"),
        ("windows-1250", "cp1250"),
        ("iso-8859-2", "iso8859-2"),
        ("nonsense", None),
        ("base64", None),
        ("rot13", None),
        ("idna", None),
    ],
)
def test_a_label_means_what_the_encoding_standard_says(label: str, codec: str | None) -> None:
    assert codec_of(label) == codec


PAGE = "<html><head>{}</head><body><p>Hélène’s café – 5 €</p></body></html>"


@pytest.mark.parametrize(
    "declaration",
    [
        '<meta charset="iso-8859-1">',
        "<meta charset=latin1>",
        "<META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset=windows-1252'>",
        '<!-- <meta charset="utf-8"> --><meta charset="cp1252">',
        '<meta charset="utf-8">',
        "",
    ],
    ids=["iso", "unquoted", "http-equiv", "in a comment", "wrong", "none"],
)
def test_a_page_in_windows_1252_is_read_whatever_it_declares(declaration: str) -> None:
    page = PAGE.format(declaration)
    assert decode_html(page.encode("cp1252")).text == page


@pytest.mark.parametrize(
    ("declared", "encoding", "assumed"),
    [
        ("iso-8859-1", "cp1252", ""),
        ("utf-8", "utf-8", ""),
        ("iso-8859-1", "utf-8", "read as UTF-8, which it is; it declares iso-8859-1"),
        ("utf-8", "cp1252", "read as Windows-1252; it declares utf-8"),
        ("nonsense", "cp1252", "read as Windows-1252; it declares nonsense"),
        ("nonsense", "utf-8", ""),
    ],
)
def test_a_page_whose_declaration_is_wrong_says_how_it_was_read(
    declared: str, encoding: str, assumed: str
) -> None:
    page = PAGE.format(f'<meta charset="{declared}">')
    found = decode_html(page.encode(encoding))
    assert found.text == page
    assert found.assumed == assumed


def test_quotes_of_windows_1252_show_that_another_declaration_is_wrong() -> None:
    text = "La société Brière a versé 3 millions d’euros à Noëlle. Le père s’est réjoui."
    found = decode_html(f"<meta charset=iso-8859-2><p>{text}</p>".encode("cp1252"))
    assert text in found.text
    assert "which it is not" in found.assumed


def test_an_xml_declaration_is_a_declaration() -> None:
    page = '<?xml version="1.0" encoding="iso-8859-2"?><html><p>Łódź</p></html>'
    assert decode_html(page.encode("iso-8859-2")).text == page


OTHERS = {
    "cp1250": "Spółka Żabka i Łódź podpisały umowę na pięć lat. Wartość wynosi 3 mln złotych.",
    "iso8859_2": "Škoda a Třinec uzavřely dohodu. Příští rok začne výroba v Žilině, řekl Šimon.",
    "cp852": "Škoda a Třinec uzavřely dohodu. Příští rok začne výroba v Žilině.",
    "cp1253": "Η εταιρεία Άλφα και η τράπεζα Βήτα υπέγραψαν συμφωνία. Η αξία είναι 3 ευρώ.",
    "iso8859_7": "Η εταιρεία Άλφα και η τράπεζα Βήτα υπέγραψαν συμφωνία. Η αξία είναι 3 ευρώ.",
}


@pytest.mark.parametrize("codec", OTHERS)
def test_letters_between_letters_tell_the_encoding_where_words_do_not(codec: str) -> None:
    assert decode(OTHERS[codec].encode(codec)).text == OTHERS[codec]


def test_a_text_that_was_encoded_twice_is_decoded_twice() -> None:
    text = "Nestlé and Crédit Agricole – “a pact” of five years"
    spoilt = "".join(
        bytes([byte]).decode("latin-1" if byte in b"\x81\x8d\x8f\x90\x9d" else "cp1252")
        for byte in text.encode()
    )
    assert decode(spoilt.encode()) == (text, "read as UTF-8 that was encoded twice")
    assert decode("SÃO PAULO – Ânia".encode()).text == "SÃO PAULO – Ânia"


def test_a_text_of_parts_in_two_encodings_is_read_in_both() -> None:
    content = "Café Lumière and ".encode("cp1252") + "Müller – sign".encode()
    found = decode(content)
    assert found.text == "Café Lumière and Müller – sign"
    assert found.assumed.endswith("and parts of it as UTF-8")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Firma Škoda potvrdila dohodu se společností Tatra o výrobě vozů.", "iso8859_2"),
        ("Az Orbán-kormány szerződést kötött a győri üzemmel.", "cp1250"),
        ("Zarząd spółki zatwierdził sprzedaż udziałów Łódzkiej Fabryce Włókien.", "cp1250"),
        ("Şirketin hisseleri yüzde beş düştü; yönetim kurulu başkanı açıklama yapmadı.", "cp1254"),
        ("Компанія підписала угоду зі Львова на три роки, її вартість невідома.", "koi8_u"),
        ("החברה חתמה על הסכם עם הספק מחיפה לשלוש שנים.", "cp1255"),
        ("会社は供給業者と三年間の契約を結んだ。金額は明らかにされていない。", "euc_jp"),
        ("会社は供給業者と三年間の契約を結んだ。", "iso2022_jp"),
        ("公司與供應商簽訂了為期三年的協議，金額未公開。", "big5"),
    ],
)
def test_a_single_line_is_read_by_the_letters_of_one_alphabet(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
@pytest.mark.parametrize(
    "text",
    [
        "Zürich, Genève, Neuchâtel, Délémont",
        "Muñoz Peña Ibáñez Nuñez Güell",
        "João Gonçalves, Antônio Simões, Conceição Falcão",
        "Registered® film, 10 µm, ¶ 4, § 12",
        "Räksmörgås, köttbullar, blåbärssoppa",
        "crédits alloués: 12 000 €; dépenses: 9 500 €",
    ],
)
def test_western_names_without_a_common_word_stay_western(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


def test_a_text_of_which_only_parts_were_encoded_twice_is_read_whole() -> None:
    twice = "Nestlé’s café, 3 €".encode().decode("cp1252")
    found = decode(f"{twice} – à Genève, œuvre, NAÏVETÉ".encode())
    assert found.text == "Nestlé’s café, 3 € – à Genève, œuvre, NAÏVETÉ"
    assert found.assumed == "parts of it read as UTF-8 that was encoded twice"


def test_a_letter_that_was_pasted_from_windows_into_utf_8_is_not_lost() -> None:
    long = "Zoë and Chloë pay 3 € for “tea” – each. " * 9
    assert decode(long.encode() + "Café de René\n".encode("cp1252")).text == f"{long}Café de René\n"


def test_a_text_cut_off_within_a_letter_loses_that_letter_alone() -> None:
    assert decode("Le café de Hélène ferme cet été".encode()[:-1]).text == (
        "Le café de Hélène ferme cet ét"
    )
