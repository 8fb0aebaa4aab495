"""Checks of what residents write: the list of words, WeChat, and what neither answers (R31)."""

import threading

import pytest
from werkzeug.serving import make_server

from deploy.fake_wechat import app as fake_wechat
from gateway.content_check import WeChatCheck, WordList
from gateway.wechat import WeChat


@pytest.fixture(scope="module")
def wechat():
    server = make_server("127.0.0.1", 0, fake_wechat, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield WeChat(f"http://127.0.0.1:{server.port}", "wx1", "secret")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("text", ["有人赌博", "有人赌 博", "赌-博", "ＡＢ赌　博", "ab赌博"])
def test_a_listed_word_is_found_however_it_is_written(text):
    assert WordList(("赌博", "aB")).check(text, None) == "risky"


def test_a_text_without_listed_words_passes():
    assert WordList(("赌博", "---")).check("路灯坏了---", None) == "passed"


@pytest.mark.parametrize(
    ("text", "code", "verdict"),
    [
        ("路灯坏了", "fake-chen", "passed"),
        ("有风险的话", "fake-chen", "risky"),
        ("需要复审", "fake-chen", "risky"),
        ("超时", "fake-chen", "unanswered"),
        ("路灯坏了", None, "unanswered"),
        ("路灯坏了", "used-1", "unanswered"),
    ],
)
def test_wechat_passes_finds_risky_or_does_not_answer(wechat, text, code, verdict):
    assert WeChatCheck(wechat).check(text, code) == verdict


def test_wechat_that_is_away_does_not_answer():
    away = WeChat("http://127.0.0.1:9", "wx1", "secret", timeout=0.5)
    assert WeChatCheck(away).check("路灯坏了", "fake-chen") == "unanswered"


def test_a_post_carries_what_all_checks_say(client, services, sign_in, app, wechat):
    app.extensions["content_checks"] = [WordList(("赌博",)), WeChatCheck(wechat)]
    services.perform("engagement", "share_post", {})
    for text, code in (("路灯", "fake-chen"), ("路灯", None), ("赌博", None), ("风险", "fake-chen")):
        form = {"kind": "share", "title": "说事", "text": text} | ({"wechat_code": code} if code else {})
        client.post("/v1/posts", json=form, headers=sign_in())
    assert [call.kwargs["check"] for call in services.calls] == ["passed", "unanswered", "risky", "risky"]
    assert "wechat_code" not in services.calls[0].kwargs
