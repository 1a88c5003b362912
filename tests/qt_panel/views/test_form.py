from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QSpinBox
from unreel.plugin.face import read_face
from unreel.qt_panel.model.session import Session
from unreel.qt_panel.views.form import KnobForm


@pytest.fixture
def form(qtbot, shown: Session) -> KnobForm:
    made = KnobForm(shown, "train", ("preset", "key", "further_keys", "matte_invert"), ("seed", "steps", "around"))
    qtbot.addWidget(made)
    made.show()
    return made


def test_it_shows_what_the_knobs_hold(form: KnobForm):
    assert form.fields["preset"].widget.currentText() == "standard"
    assert form.fields["key"].widget.text() == "" and form.fields["key"].widget.placeholderText() == "automatic"
    assert form.fields["around"].widget.currentText() == "automatic"


def test_what_the_artist_puts_in_is_the_knobs(form: KnobForm, shown: Session, qtbot):
    knobs = shown.nodes["train"].knobs
    qtbot.keyClicks(form.fields["further_keys"].widget, "3, 9")
    qtbot.keyClick(form.fields["further_keys"].widget, Qt.Key.Key_Return)
    form.fields["preset"].widget.activated.emit(0)
    qtbot.mouseClick(form.fields["matte_invert"].widget, Qt.MouseButton.LeftButton, pos=_middle_left(form))
    form.fields["seed"].widget.setValue(7)
    assert (knobs["further_keys"], knobs["preset"], knobs["matte_invert"], knobs["seed"]) == ((3, 9), "draft", True, 7)
    assert form.fields["further_keys"].widget.text() == "3 9"


def _middle_left(form: KnobForm):
    point = form.fields["matte_invert"].widget.rect().center()
    point.setX(8)
    return point


def test_what_cannot_be_is_told_under_the_knob_until_it_is_mended(form: KnobForm, shown: Session, qtbot):
    line = form.fields["key"].widget
    qtbot.keyClicks(line, "middle")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    told = [label.text() for label in form.findChildren(QLabel) if label.isVisible() and "whole number" in label.text()]
    assert told == ["Key frame: 'middle' is no whole number"] and line.property("wrong")
    line.clear()
    qtbot.keyClicks(line, "12")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert shown.nodes["train"].knobs["key"] == 12 and not line.property("wrong")


def test_a_value_from_elsewhere_shows(form: KnobForm, shown: Session):
    shown.set_knob("train", "key", 7)
    assert form.fields["key"].widget.text() == "7"


def test_folded_knobs_open_and_stay_open(form: KnobForm, shown: Session, qtbot):
    assert not form.fields["seed"].widget.isVisible()
    form.unfold("seed")
    assert form.fields["seed"].widget.isVisible()
    again = KnobForm(shown, "train", ("preset",), ("seed",))
    qtbot.addWidget(again)
    again.show()
    assert again.fields["seed"].widget.isVisible()


@pytest.mark.parametrize("node", [node.id for node in read_face().nodes])
def test_every_knob_of_the_face_has_a_field_with_a_name_and_an_explanation(qtbot, shown: Session, node: str):
    knobs = read_face().node(node).knobs
    form = KnobForm(shown, node, [knob.name for knob in knobs])
    qtbot.addWidget(form)
    kinds = {"choice": QComboBox, "frames": QLineEdit, "numbers": QLineEdit}
    for knob in knobs:
        widget = form.fields[knob.name].widget
        assert widget.accessibleName() == knob.label and knob.tooltip[:20] in widget.accessibleDescription()
        if knob.type in kinds and not knob.read_only and knob.choices is not None:
            assert isinstance(widget, QComboBox if knob.type == "choice" else kinds[knob.type])
    assert all(isinstance(form.fields[k.name].widget, QCheckBox) for k in knobs if k.type == "bool" and not k.optional)
    assert all(isinstance(form.fields[k.name].widget, QSpinBox) for k in knobs if k.type == "int" and not k.optional)
