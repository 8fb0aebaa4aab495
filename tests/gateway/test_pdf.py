"""PDF documents: pages, text, fonts and QR codes."""

import io
import json
import struct
from pathlib import Path
from typing import Any

import pypdf
import pytest

from gateway import pdf
from gateway.documents import fonts, typesetting

CARD = {
    "community_name": "昌宁社区",
    "household_code": "03-012-2",
    "row": 3,
    "courtyard_number": 12,
    "since": "2026-11-03",
    "card_code": "7K3M-9QRT-XW2E-H5NA-4BCD",
    "qr": pdf.qr_svg("7K3M9QRTXW2EH5NA4BCD"),
}


def card(data: dict[str, Any]) -> bytes:
    _, document = typesetting.typeset(json.dumps(data).encode(), "card")
    return document


def text_of(document: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(document)).pages)


def test_a_card_fits_one_page_and_names_its_household() -> None:
    rendered = card(CARD)

    assert len(pypdf.PdfReader(io.BytesIO(rendered)).pages) == 1
    assert {"昌宁社区", "03-012-2", "7K3M-9QRT-XW2E-H5NA-4BCD"} <= set(text_of(rendered).replace("·", " ").split())


@pytest.mark.parametrize("template", ["publication", "certificate", "statement", "card"])
def test_no_template_chooses_fonts_of_its_own(template: str) -> None:
    source = (Path(pdf.__file__).parent / f"{template}.typ").read_text()
    assert '#import "base.typ"' in source
    assert "font:" not in source


def test_chinese_text_uses_a_chinese_font() -> None:
    page = pypdf.PdfReader(io.BytesIO(card(CARD))).pages[0]

    fonts = {str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()}
    assert fonts
    assert all("NotoSansCJK" in font for font in fonts)


def font_with(first: str, last: str) -> bytes:
    """Return a font file that has nothing but a table of the characters from `first` to `last`."""
    group = struct.pack(">HHIIIIII", 12, 0, 28, 0, 1, ord(first), ord(last), 1)
    table = struct.pack(">HHHHI", 0, 1, 3, 10, 12) + group
    return struct.pack(">IHHHH", 0x10000, 1, 16, 0, 0) + struct.pack(">4sIII", b"cmap", 0, 28, len(table)) + table


def test_characters_that_no_font_has_are_found_once_in_order() -> None:
    assert fonts.missing_characters("李𪚥㛃𬎆𪚥·A", further="") == "𪚥"


def test_a_further_font_has_the_characters_of_its_table(tmp_path: Path) -> None:
    (tmp_path / "rare.ttf").write_bytes(font_with("𪚥", "𪚥"))
    assert fonts.missing_characters("李𪚥𪚦", further=str(tmp_path)) == "𪚦"


def test_a_folder_of_fonts_may_be_missing() -> None:
    assert fonts.missing_characters("李四", further="/nowhere") == ""


def test_data_is_never_interpreted_as_markup() -> None:
    rendered = card(CARD | {"community_name": '#read("base.typ") *x* $y$'})

    assert '#read("base.typ") *x* $y$' in text_of(rendered)


@pytest.mark.parametrize("text", ["7K3M9QRTXW2EH5NA4BCD", "https://example.org/v1/publications/pub_1"])
def test_a_qr_code_is_rendered_as_svg(text: str) -> None:
    assert pdf.qr_svg(text).startswith("<svg")
