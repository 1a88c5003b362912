"""The fake does what the real Natron was seen to do: a caller who does not know it fails here."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

import pytest

from .fake_natron import FakeNatron, running
from .fake_natron_app import App
from .fake_natron_nodes import Effect

PYPLUG = """
def getLabel():
    return "Mine"
def getPluginID():
    return "my.id"
def createInstance(app, group):
    pass
"""


def start(tmp_path: Path, source: str = PYPLUG, name: str = "Trap_{}.py", background: bool = True) -> list[str]:
    """The ids of what Natron takes from a folder with one file."""
    file = tmp_path / name.format(abs(hash(tmp_path)))
    file.write_text(source)
    with running(str(tmp_path), background) as natron:
        return list(natron.ids.values())


@pytest.fixture
def app():
    with running("") as natron:
        yield natron.new_app()


def group_of(app: App) -> Effect:
    group = app.createNode("fr.inria.built-in.Group")
    assert group is not None
    return group


def test_a_pyplug_is_known_by_a_line_that_begins(tmp_path: Path):
    assert start(tmp_path) == ["my.id"]


@pytest.mark.parametrize(
    "source",
    [
        PYPLUG.replace("def createInstance", " def createInstance").replace("\n    pass", "").replace(" def", "# def"),
        "if True:\n" + "\n".join(" " + line for line in PYPLUG.splitlines()),
        PYPLUG + "import no_such_module\n",
        PYPLUG + "this is no Python\n",
        PYPLUG.replace("getLabel", "getName"),
        "from NatronGui import natron\n" + PYPLUG,
    ],
    ids=["no line", "indented", "import error", "syntax error", "no label", "gui import"],
)
def test_what_is_no_pyplug_is_dropped_without_a_word(tmp_path: Path, source: str):
    assert start(tmp_path, source) == []


def test_a_gui_import_hides_a_pyplug_from_the_renderer_only(tmp_path: Path):
    assert start(tmp_path, "from NatronGui import natron\n" + PYPLUG, background=False) == ["my.id"]


def test_an_init_file_is_no_pyplug(tmp_path: Path):
    assert start(tmp_path, name="init.py") == []


def test_the_path_is_split_at_colons(tmp_path: Path):
    place = tmp_path / "a:b"
    place.mkdir()
    assert start(place) == []


def test_an_unknown_plug_in_gives_none(app: App):
    assert app.createNode("net.sf.openfx.NoSuch") is None


def test_a_pyplug_that_raises_gives_none_and_leaves_its_group(tmp_path: Path):
    (tmp_path / "Raises_x.py").write_text(PYPLUG.replace("pass", "raise ValueError('no')"))
    with running(str(tmp_path)) as natron:
        app = natron.new_app()
        assert app.createNode("my.id") is None
        assert app.getNode("Mine1") is not None and natron.stderr == ["ValueError: no"]


def test_a_default_is_not_the_value(app: App):
    group = group_of(app)
    number, choice = group.createDoubleParam("n", "N"), group.createChoiceParam("c", "C")
    choice.setOptions([("a", ""), ("b", "")])
    number.setDefaultValue(0.5)
    choice.setDefaultValue(1)
    assert (number.get(), choice.get()) == (0.0, 0)
    number.restoreDefaultValue()
    assert number.get() == 0.5


def test_inputs_are_in_the_plug_ins_order(app: App):
    orders = {"net.sf.openfx.STMap": ["UV", "Source"], "net.sf.openfx.MergePlugin": ["B", "A"]}
    for plugin, order in orders.items():
        node = app.createNode(plugin)
        assert node is not None and [node.getInputLabel(index) for index in (0, 1)] == order


def test_wrappers_are_new_and_have_no_parameters(app: App):
    group = group_of(app)
    group.createIntParam("gain", "Gain")
    assert app.getNode(group.getScriptName()) != group
    with pytest.raises(AttributeError):
        group.gain  # type: ignore[attr-defined]  # noqa: B018


def test_a_taken_input_refuses(app: App):
    first, second, node = (
        app.createReader("/a.exr"),
        app.createReader("/b.exr"),
        app.createNode("net.sf.openfx.Clamp"),
    )
    assert node is not None
    assert node.connectInput(0, first)
    assert not node.connectInput(0, second)
    node.disconnectInput(0)
    assert node.connectInput(0, second)


def test_connecting_turns_premultiplication_on(app: App):
    node = app.createNode("net.sf.openfx.Invert")
    assert node is not None
    node.getParam("premult").set(False)
    node.connectInput(0, app.createReader("/a.exr"))
    assert node.getParam("premult").get() is True


def test_an_unknown_option_is_ignored(app: App):
    node = app.createNode("net.sf.openfx.STMap")
    assert node is not None
    node.getParam("filter").set("Catmull-Rom")
    assert node.getParam("filter").getOption(node.getParam("filter").get()) == "cubic"


def test_numbers_are_cut_to_their_limits(app: App):
    number = group_of(app).createIntParam("n", "N")
    number.setMaximum(3)
    number.set(7.9)
    assert number.get() == 3


def test_a_bad_expression_is_refused_without_an_exception(app: App):
    number = group_of(app).createIntParam("n", "N")
    assert not number.setExpression("thisGroup.nothing.get()", False, 0)
    assert number.setExpression("2 + 3", False, 0) and number.get() == 5


def test_a_number_follows_a_number_and_no_choice(app: App):
    group = group_of(app)
    choice, number = group.createChoiceParam("choice", "Choice"), group.createIntParam("number", "Number")
    child = app.createNode("net.sf.openfx.switchPlugin", -1, group)
    assert child is not None
    which = child.getParam("which")
    assert not which.slaveTo(choice, 0, 0)
    assert which.slaveTo(number, 0, 0) and not which.slaveTo(number, 0, 0)
    number.setValue(3)
    assert which.getValue() == 3


def test_a_script_name_that_is_taken_is_refused(app: App):
    first, second = group_of(app), group_of(app)
    assert first.setScriptName("a b") and first.getScriptName() == "a_b"
    assert not second.setScriptName("a_b")


def test_readers_of_one_name_share_their_pictures(app: App):
    """A new name alone is not enough: the cache hears of it when something changes."""
    inner, outer = app.createReader("/a.exr", group_of(app)), app.createReader("/b.exr")
    assert inner._node.cache_key() == outer._node.cache_key()
    inner.setScriptName("inner")
    assert inner._node.cache_key() == outer._node.cache_key()
    for option in (4, 3):
        for reader in (inner, outer):
            reader.getParam("onMissingFrame").setValue(option)
    assert inner._node.cache_key() != outer._node.cache_key()


def test_a_reader_of_rgb_is_opaque(app: App):
    app._data.natron.without_alpha.add("/rgb.exr")
    reader = app.createReader("/rgb.exr")
    reader.getParam("outputPremult").setValue(1)
    assert reader.getParam("outputPremult").getValue() == 0
    reader.getParam("outputComponents").setValue(0)
    reader.getParam("outputPremult").setValue(1)
    assert reader.getParam("outputPremult").getValue() == 1


def test_a_destroyed_node_stays_in_batch(app: App):
    """Until it is destroyed again; a writer would be waited for when the script ends."""
    group = group_of(app)
    writer = app.createWriter("/w.exr", group)
    writer.destroy(False)
    with pytest.raises(AssertionError, match="would be rendered again"):
        app._data.natron.finish(app)
    writer.destroy(False)
    app._data.natron.finish(app)
    assert group.getChildren() == []


def test_a_destroyed_node_goes_with_a_window():
    with running("", background=False) as natron:
        app = natron.new_app()
        group = group_of(app)
        app.createWriter("/w.exr", group).destroy(False)
        assert group.getChildren() == []


def test_an_output_keeps_the_name_it_was_given(app: App):
    output = app.createNode("fr.inria.built-in.Output", -1, group_of(app))
    assert output is not None and not output.setScriptName("out")
    assert output.getScriptName() != "out"


def test_a_child_hides_a_knob_of_its_name(app: App):
    group = group_of(app)
    group.createIntParam("plate", "Plate")
    child = app.createNode("net.sf.openfx.switchPlugin", -1, group)
    assert child is not None
    assert child.getParam("which").setExpression("thisGroup.plate.get()", False, 0)
    other = app.createNode("fr.inria.built-in.Input", -1, group)
    assert other is not None and other.setScriptName("plate")
    assert not child.getParam("which").setExpression("thisGroup.plate.get()", False, 0)


def test_a_node_of_another_group_is_not_connected(app: App):
    group = group_of(app)
    inner = app.createNode("net.sf.openfx.Clamp", -1, group)
    assert inner is not None and not inner.connectInput(0, app.createReader("/a.exr"))


CALLBACKS = """
def createInstance(app, group):
    pass
def getLabel():
    return "Calls"
told = []
def good(thisParam, thisNode, thisGroup, app, userEdited):
    told.append((thisParam.getScriptName(), userEdited))
def other(param, thisNode, thisGroup, app, userEdited):
    told.append("never")
def varied(*args):
    told.append("never")
def noted(thisParam, thisNode, thisGroup, app, userEdited: bool):
    told.append("never")
def raises(thisParam, thisNode, thisGroup, app, userEdited):
    raise ValueError("in a callback")
"""


def called(tmp_path: Path, name: str, signatures: bool = True) -> tuple[list[object], FakeNatron]:
    """What a callback was told, of a knob that is set and a button that is pressed."""
    module = f"Calls_{abs(hash(tmp_path))}_{name}"
    (tmp_path / f"{module}.py").write_text(CALLBACKS)
    with running(str(tmp_path)) as natron:
        if signatures and not hasattr(inspect, "getargspec"):
            inspect.getargspec = old_signature  # type: ignore[attr-defined]
        app = natron.new_app()
        group = app.createNode("Calls")
        assert group is not None
        group.getParam("onParamChanged").set(f"{module}.{name}")
        group.createIntParam("n", "N").set(1)
        group.createButtonParam("go", "Go").trigger()
        return list(natron.modules[module].told), natron


def old_signature(function: object) -> tuple[object, ...]:
    """As `inspect.getargspec` was before Python 3.11."""
    full = inspect.getfullargspec(function)  # type: ignore[arg-type]
    if full.kwonlyargs or full.annotations:
        raise ValueError("Function has keyword-only parameters or annotations")
    return full.args, full.varargs, full.varkw, full.defaults


def test_a_callback_is_told_whether_the_artist_did_it(tmp_path: Path):
    assert called(tmp_path, "good")[0] == [("n", False), ("go", True)]


@pytest.mark.parametrize("name", ["other", "varied", "noted", "missing"])
def test_a_callback_of_another_form_is_not_called(tmp_path: Path, name: str):
    told, natron = called(tmp_path, name)
    assert told == [] and "signature" in natron.stderr[0]


def test_what_goes_wrong_in_a_callback_is_printed(tmp_path: Path):
    assert "in a callback" in called(tmp_path, "raises")[1].stderr[0]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python has inspect.getargspec")
def test_newer_pythons_call_no_callback_at_all(tmp_path: Path):
    told, natron = called(tmp_path, "good", signatures=False)
    assert told == [] and "getargspec" in natron.stderr[0]


def test_a_render_that_fails_says_nothing(app: App, tmp_path: Path):
    writer = app.createWriter(str(tmp_path / "x.####.exr"))
    assert app.render(writer, 1, 2) is None
    assert list(tmp_path.iterdir()) == []


def test_with_a_window_render_does_not_wait(tmp_path: Path):
    with running("", background=False) as natron:
        app = natron.new_app()
        writer = app.createWriter(str(tmp_path / "x.####.exr"))
        writer.connectInput(0, app.createReader("/a.exr"))
        app.render(writer, 1, 1)
        assert list(tmp_path.iterdir()) == []


def test_a_writer_that_is_left_is_rendered_again(app: App):
    app.createWriter("/x.####.exr")
    with pytest.raises(AssertionError, match="rendered again"):
        app._data.natron.finish(app)


def test_a_reader_holds_beyond_its_frames_and_does_not_look_for_them(app: App):
    reader = app.createReader("/no/such.####.exr")
    assert reader.getParam("before").getOption(reader.getParam("before").get()) == "hold"


def test_one_hash_is_one_digit(app: App, tmp_path: Path):
    for number in (1001, 1002):
        (tmp_path / f"p.{number}.exr").touch()
    found = [app.createReader(str(tmp_path / name)).getParam("lastFrame").get() for name in ("p.#.exr", "p.####.exr")]
    assert found == [1, 1002]


def test_a_pyplugs_inside_is_not_saved(tmp_path: Path):
    """Only its knobs are, until it is converted to a group, which does nothing while it is made."""
    source = PYPLUG.replace("pass", "group.getParam('convertToGroup').trigger()")
    (tmp_path / "Saved_x.py").write_text(source)
    with running(str(tmp_path)) as natron:
        app = natron.new_app()
        node = app.createNode("my.id")
        assert node is not None
        app.createNode("net.sf.openfx.Clamp", -1, node)
        assert natron.reopened(app).getNode("Mine1").getChildren() == []
        node.getParam("convertToGroup").trigger()
        assert len(natron.reopened(app).getNode("Mine1").getChildren()) == 1


def test_a_parameter_of_another_kind_with_that_name_gives_none(app: App):
    group = group_of(app)
    group.createIntParam("n", "N")
    assert group.createStringParam("n", "N") is None
