"""How the files of the residents' app are served."""

import pytest
from flask.testing import FlaskClient

from web.resident_app import create_app

SCRIPT = b"console.log(1);" * 100


@pytest.fixture
def built(tmp_path) -> FlaskClient:
    """The app after a build."""
    folder = tmp_path / "h5"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text('<script type="module" src="/app/assets/index-1.js"></script>')
    (folder / "assets" / "index-1.js").write_bytes(SCRIPT)
    (tmp_path / "secret.js").write_text("outside")
    return create_app(folder).test_client()


def test_the_start_page_is_asked_for_again_each_time(built):
    answer = built.get("/app/")
    assert answer.status_code == 200
    assert "index-1.js" in answer.text
    assert answer.headers["Cache-Control"] == "no-cache"


def test_files_whose_names_change_are_kept_for_a_year(built):
    assert "immutable" in built.get("/app/assets/index-1.js").headers["Cache-Control"]


def test_scripts_are_compressed_for_those_who_can_read_it(built):
    plain = built.get("/app/assets/index-1.js")
    packed = built.get("/app/assets/index-1.js", headers={"Accept-Encoding": "gzip"})
    assert plain.data == SCRIPT
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(SCRIPT) / 5


def test_scripts_and_styles_come_from_this_address_only(built):
    policy = built.get("/app/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/app/assets/../../secret.js", "/app/../secret.js", "/app/assets/none.js"])
def test_files_outside_the_build_are_not_found(built, path):
    assert built.get(path, headers={"Accept-Encoding": "gzip"}).status_code == 404


def test_an_address_without_its_slash_leads_to_the_app(built):
    assert built.get("/app").headers["Location"] == "/app/"


def test_without_a_build_the_address_says_what_to_do(tmp_path):
    answer = create_app(tmp_path / "h5").test_client().get("/app/")
    assert answer.status_code == 503
    assert "make app" in answer.text
