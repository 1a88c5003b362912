from __future__ import annotations

from unreel.qt_panel.model.notices import Notice, Notices


def test_a_notice_stands_where_it_belongs():
    notices = Notices()
    notices.add(Notice("a training is running"))
    notices.add(Notice("failed", where="train"))
    notices.add(Notice("Steps: 0 is out of its range", where="train", knob="train.steps"))
    assert [each.text for each in notices.at("")] == ["a training is running"]
    assert [each.text for each in notices.at("train")] == ["failed"]
    assert notices.under("train.steps") is notices.shown[2]
    assert notices.under("train.cell") is None


def test_the_same_text_stands_there_once_and_the_newest_under_a_knob():
    notices = Notices()
    notices.add(Notice("failed", where="train", details="first"))
    notices.add(Notice("failed", where="train", details="second"))
    notices.add(Notice("failed", where="paint"))
    notices.add(Notice("no number", where="train", knob="train.steps"))
    notices.add(Notice("out of its range", where="train", knob="train.steps"))
    assert [each.details for each in notices.at("train")] == ["second"]
    assert [each.text for each in notices.shown] == ["failed", "failed", "out of its range"]


def test_clearing_takes_what_is_named_and_tells_once():
    notices, told = Notices(), []
    question = Notice("Train it anew?", level="ask", where="train")
    for each in (question, Notice("failed", level="wrong", where="train"), Notice("no", where="train", knob="train.x")):
        notices.add(each)
    notices.changed.connect(told.append)
    notices.clear_at("train", "wrong")
    assert [each.text for each in notices.shown] == ["Train it anew?", "no"]
    notices.clear_under("train.x")
    notices.clear(question)
    notices.clear(question)
    assert notices.shown == () and len(told) == 3


def test_with_another_shot_only_what_is_of_the_whole_window_stays():
    notices = Notices()
    for each in (Notice("of all"), Notice("of a page", where="train"), Notice("of a knob", where="train", knob="a.b")):
        notices.add(each)
    notices.clear_pages()
    assert [each.text for each in notices.shown] == ["of all"]
