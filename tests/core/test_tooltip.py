"""What nodes and command line say of a knob."""

from __future__ import annotations

from unreel.core import tooltip as module
from unreel.core.tooltip import tooltip


def test_a_knobs_words_are_those_of_plugin_yaml():
    assert tooltip("texture_import", "opacity") == "0 is clear, 1 is as painted."


def test_an_unknown_knob_or_a_missing_twin_does_not_stop_the_command_line(tmp_path, monkeypatch):
    assert tooltip("train", "made_up") == ""
    monkeypatch.setattr(module, "files", lambda _: tmp_path)
    assert module._tooltips.__wrapped__() == {}
