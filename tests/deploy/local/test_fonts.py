"""The fonts with rare characters of names that the local stack prints with."""

import io
from pathlib import Path

import pypdf
import pytest
import typst

from deploy.local import debian
from deploy.local import fonts as local_fonts
from deploy.local.process import StackError
from deploy.local.stack import Stack
from gateway.documents import fonts


def test_the_stack_prints_the_rarest_characters_of_names(stack: Stack) -> None:
    folder = stack.settings["FONT_FOLDER"]
    typesetter = typst.Compiler(
        '#set text(font: ("Noto Sans CJK SC", "HanaMinB", "HanaMinA"))\n龙𪚥'.encode(),
        font_paths=fonts.folders(folder),
        ignore_system_fonts=True,
    )

    document = typesetter.compile(format="pdf")
    page = pypdf.PdfReader(io.BytesIO(document)).pages[0]

    assert fonts.missing_characters("龙𪚥㛃𬎆", folder) == ""
    assert page.extract_text().strip() == "龙𪚥"
    assert any("HanaMinB" in str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values())


def test_installed_fonts_are_used_as_they_are(tmp_path: Path) -> None:
    reported: list[str] = []

    assert local_fonts.find(tmp_path / "cache", reported.append, installed=tmp_path) == tmp_path
    assert reported == []


def test_without_fonts_the_stack_starts_and_says_what_is_printed_as_boxes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object) -> Path:
        raise StackError("apt-get update …: no route to host")

    monkeypatch.setattr(debian, "available", lambda: True)
    monkeypatch.setattr(debian, "unpack", unreachable)
    reported: list[str] = []

    assert local_fonts.find(tmp_path, reported.append, installed=tmp_path / "none") == tmp_path / "none"
    assert "no route to host" in reported[0]
    assert "FONT_FOLDER" in reported[1]
