"""Papers are read back as a reader sees them: pages, words, and a code that a till can scan."""

import io
from concurrent.futures import ThreadPoolExecutor

import pypdf
import pytest

from gateway import pdf

CARD = {
    "community_name": "昌宁社区",
    "household_code": "03-012-2",
    "row": 3,
    "courtyard_number": 12,
    "since": "2026-11-03",
    "card_code": "7K3M-9QRT-XW2E-H5NA-4BCD",
    "qr": pdf.qr_svg("7K3M9QRTXW2EH5NA4BCD"),
}


def words_of(document: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(document)).pages)


def test_a_card_fits_one_sheet_and_shows_whose_it_is() -> None:
    rendered = pdf.render("card", CARD)

    assert len(pypdf.PdfReader(io.BytesIO(rendered)).pages) == 1
    assert {"昌宁社区", "03-012-2", "7K3M-9QRT-XW2E-H5NA-4BCD"} <= set(words_of(rendered).replace("·", " ").split())


def test_chinese_is_set_in_a_type_that_has_it() -> None:
    page = pypdf.PdfReader(io.BytesIO(pdf.render("card", CARD))).pages[0]

    fonts = {str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()}
    assert fonts
    assert all("NotoSansCJK" in font for font in fonts)


def test_what_somebody_wrote_is_never_read_as_markup() -> None:
    rendered = pdf.render("card", CARD | {"community_name": '#read("base.typ") *x* $y$'})

    assert '#read("base.typ") *x* $y$' in words_of(rendered)


def test_papers_asked_for_at_once_are_all_made_and_none_takes_anothers_words() -> None:
    codes = [f"03-{n:03d}-1" for n in range(20)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda code: pdf.render("card", CARD | {"household_code": code}), codes))

    assert all(code in words_of(document) for code, document in zip(codes, made, strict=True))


@pytest.mark.parametrize("text", ["7K3M9QRTXW2EH5NA4BCD", "https://example.org/v1/publications/pub_1"])
def test_a_qr_code_is_a_drawing(text: str) -> None:
    assert pdf.qr_svg(text).startswith("<svg")
