"""Saved mails and web pages saved as one file."""

from __future__ import annotations

from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from ingest.errors import EmptyDocumentError, MalformedFileError, TooLargeError
from ingest.loaders import mail
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Parsed

PAGE = (
    "<html><head><title>Dépôt</title></head><body><article><h1>Dépôt</h1>"
    "<p>Orrin partage son dépôt de Leith avec une rivale pendant dix ans.</p></article></body>"
)


def read(message: bytes | EmailMessage | MIMEMultipart) -> Parsed:
    content = message if isinstance(message, bytes) else message.as_bytes()
    return mail.parse(content, LoadLimits())


def a_mail(text: str = "The depot in Leith is let for ten years.\n") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Zoë Mayer <zoe@pier.example>"
    message["To"] = "ann@pier.example"
    message["Subject"] = "Dépôt: our lease"
    message["Date"] = "Fri, 05 Mar 2021 23:30:00 -0500"
    message.set_content(text)
    return message


def test_subject_sender_and_day_of_a_mail_are_its_metadata() -> None:
    found = read(a_mail())
    assert found.text == "The depot in Leith is let for ten years."
    assert {name: value for name, (value, _) in found.fields.items()} == {
        "title": "Dépôt: our lease",
        "authors": ["Zoë Mayer"],
        "published": "2021-03-05",
    }
    assert {source for _, source in found.fields.values()} == {"mail header"}


@pytest.mark.parametrize(
    ("sender", "author"),
    [
        ('"Mayer, Zoë" <z@pier.example>', "Zoë Mayer"),
        ('"Quay, Inc." <q@pier.example>', "Quay, Inc."),
        ('"Zoë Mayer, Pier Post" <z@pier.example>', "Zoë Mayer, Pier Post"),
    ],
)
def test_a_sender_whose_last_name_stands_first_is_named_as_others(sender: str, author: str) -> None:
    message = a_mail()
    message.replace_header("From", sender)
    assert read(message).fields["authors"][0] == [author]


def test_a_day_in_the_address_of_a_saved_page_is_its_day() -> None:
    head = "From: <Saved by Blink>\nSnapshot-Content-Location: https://pier.example/2023/02/11/dock"
    page = f"{head}\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n{PAGE}"
    assert read(page.encode()).fields["published"] == ("2023-02-11", "date in its address")


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-15", "windows-1252", "koi8-r"])
@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
def test_text_is_read_in_the_encoding_that_its_part_states(charset: str, encoding: str) -> None:
    text = "Аренда на десять лет.\n" if charset == "koi8-r" else "Die Miete beträgt 40 Euro.\n"
    message = a_mail()
    message.set_content(text, charset=charset, cte=encoding)
    assert read(message).text == text.strip()


def test_a_part_with_a_wrong_or_unknown_encoding_is_read_as_a_file_without_one() -> None:
    content = "Die Miete für das Lager beträgt 40 €, und zwar jährlich.".encode("cp1252")
    for charset in (b"utf-8", b"x-none"):
        head = b"From: a@b.example\nSubject: Lager\nContent-Type: text/plain; charset=" + charset
        found = read(head + b"\nContent-Transfer-Encoding: 8bit\n\n" + content)
        assert found.text == "Die Miete für das Lager beträgt 40 €, und zwar jährlich."
        assert found.remarks


def test_the_plain_part_is_read_before_the_page_and_attachments_are_named() -> None:
    message = a_mail()
    message.add_alternative("<p>Never read</p>", subtype="html")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="lease.pdf")
    attached = a_mail("Another mail\n")
    message.add_attachment(attached)
    found = read(message)
    assert found.text == "The depot in Leith is let for ten years."
    assert found.remarks == (
        "Attachments are not read: lease.pdf, message/rfc822. Save them as files.",
    )


def test_a_text_that_is_attached_is_not_the_text_of_the_mail() -> None:
    message = a_mail()
    message.set_content("<p>The depot is let.</p>", subtype="html")
    message.add_attachment("Not of the mail", filename="notes.txt")
    found = read(message)
    assert found.text == "The depot is let."
    assert found.remarks == ("Attachments are not read: notes.txt. Save them as files.",)


def test_a_mail_that_is_a_page_is_read_as_one_with_the_title_of_the_mail() -> None:
    message = a_mail()
    message.set_content(PAGE, subtype="html", charset="iso-8859-1")
    found = read(message)
    assert "Orrin partage son dépôt de Leith avec une rivale pendant dix ans." in found.text
    assert found.fields["title"] == ("Dépôt: our lease", "mail header")


def test_what_a_mail_quotes_stands_under_the_line_that_says_whose_words_they_are() -> None:
    found = read(a_mail("Agreed.\n\nOn 4 March 2021 Ann wrote:\n> The rent is too high.\n"))
    before, _, after = found.text.partition("On 4 March 2021 Ann wrote:")
    assert before.startswith("Agreed.")
    assert before.rstrip().endswith("#")
    assert "The rent is too high." in after


def a_saved_page() -> MIMEMultipart:
    whole = MIMEMultipart("related")
    whole["From"] = "<Saved by Blink>"
    whole["Snapshot-Content-Location"] = "https://quay.example/depot"
    whole["Subject"] = "Never the title"
    whole["Date"] = "Fri, 05 Mar 2021 23:30:00 -0500"
    whole.attach(MIMEText(PAGE, "html", "utf-8"))
    whole.attach(MIMEText("p { color: red }", "css", "utf-8"))
    return whole


def test_a_page_saved_as_one_file_is_read_as_that_page() -> None:
    found = read(a_saved_page())
    assert found.text.startswith("# Dépôt\n\nOrrin partage son dépôt")
    assert found.fields["title"][0] == "Dépôt"
    assert found.fields["url"] == ("https://quay.example/depot", "saved page")
    assert "published" not in found.fields  # the day on which it was saved
    assert found.remarks == ()


def test_a_saved_page_without_a_page_is_refused() -> None:
    whole = MIMEMultipart("related")
    whole["From"] = "<Saved by Blink>"
    whole.attach(MIMEText("p { color: red }", "css"))
    with pytest.raises(EmptyDocumentError, match="no HTML part"):
        read(whole)


def test_a_mail_of_attachments_alone_is_refused() -> None:
    message = a_mail("\n")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="a.pdf")
    with pytest.raises(EmptyDocumentError, match="no text"):
        read(message)


def test_what_is_no_mail_is_refused() -> None:
    with pytest.raises(MalformedFileError, match="no header lines"):
        read(b"\nThe depot is let.\n")


def test_a_mail_of_too_many_or_too_deep_parts_is_refused() -> None:
    many = (
        b"Content-Type: multipart/mixed; boundary=a\n\n"
        + b"--a\nContent-Type: text/plain\n\n" * 2000
    )
    with pytest.raises(TooLargeError, match="parts"):
        read(many)
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(900)
    )
    with pytest.raises((MalformedFileError, EmptyDocumentError)):
        read(deep)


@pytest.mark.parametrize("label", ["iso-8859-1", "us-ascii", "windows-1252", "unknown-8bit"])
def test_a_mail_from_windows_is_read_as_such_whatever_western_label_it_has(label: str) -> None:
    content = (
        b"From: =?iso-8859-1?Q?H=E9l=E8ne_=96_Orvane?= <h@orvane.example>\n"
        b"Subject: =?iso-8859-1?Q?Sign=E9_=96_3_=80?=\nContent-Type: text/plain; charset="
        + f"{label}\nContent-Transfer-Encoding: 8bit\n\n".encode()
        + "L’accord « Orvane » vaut 3 €.\n".encode("cp1252")
    )
    found = read(content)
    assert found.text == "L’accord « Orvane » vaut 3 €."
    assert found.fields["title"][0] == "Signé – 3 €"
    assert found.fields["authors"][0] == ["Hélène – Orvane"]


def test_utf_8_under_a_western_label_is_read_as_what_it_is() -> None:
    head = b"From: a@b.example\nSubject: x\nContent-Type: text/plain; charset=iso-8859-1\n\n"
    assert read(head + "Le café coûte 3 €.".encode()).text == "Le café coûte 3 €."
