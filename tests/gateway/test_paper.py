"""Papers are read back as a reader sees them: pages, words, and a code that a till can scan."""

import io
from concurrent.futures import ThreadPoolExecutor

import pypdf
import pytest

from gateway import paper

CARD = {
    "community_name": "昌宁社区",
    "household_code": "03-012-2",
    "row": 3,
    "courtyard_number": 12,
    "since": "2026-11-03",
    "card_code": "7K3M-9QRT-XW2E-H5NA-4BCD",
    "qr": paper.qr("7K3M9QRTXW2EH5NA4BCD"),
}


def words_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_a_card_fits_one_sheet_and_shows_whose_it_is() -> None:
    pdf = paper.render("card", CARD)

    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1
    assert {"昌宁社区", "03-012-2", "7K3M-9QRT-XW2E-H5NA-4BCD"} <= set(words_of(pdf).replace("·", " ").split())


def test_chinese_is_set_in_a_type_that_has_it() -> None:
    page = pypdf.PdfReader(io.BytesIO(paper.render("card", CARD))).pages[0]

    fonts = {str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()}
    assert fonts
    assert all("NotoSansCJK" in font for font in fonts)


def test_what_somebody_wrote_is_never_read_as_markup() -> None:
    pdf = paper.render("card", CARD | {"community_name": '#read("house.typ") *x* $y$'})

    assert '#read("house.typ") *x* $y$' in words_of(pdf)


def test_papers_asked_for_at_once_are_all_made_and_none_takes_anothers_words() -> None:
    codes = [f"03-{n:03d}-1" for n in range(20)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda code: paper.render("card", CARD | {"household_code": code}), codes))

    assert all(code in words_of(pdf) for code, pdf in zip(codes, made, strict=True))


@pytest.mark.parametrize("text", ["7K3M9QRTXW2EH5NA4BCD", "https://example.org/v1/publications/pub_1"])
def test_a_qr_code_is_a_drawing(text: str) -> None:
    assert paper.qr(text).startswith("<svg")
