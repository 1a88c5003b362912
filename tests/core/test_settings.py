import pytest
from unreel.core.errors import InputError, UsageError
from unreel.core.settings import (
    ShotSettings,
    make_settings,
    merged,
    names_of,
    nested,
    parse_assignments,
    read_preset,
    read_settings_file,
)

PLATE = {"plate": "plate.####.exr"}


def test_values_lie_over_their_preset():
    settings = make_settings({**PLATE, "preset": "draft", "solve": {"steps": 3}}, "here")
    assert (settings.solve.proxy, settings.solve.steps) == (480, 3)


@pytest.mark.parametrize("name", ["draft", "standard", "hero"])
def test_every_preset_fits_the_settings(name):
    assert make_settings({**PLATE, "preset": name}, "here").preset == name
    assert set(read_preset(name)) <= {"solve", "light"}


def test_a_preset_that_there_is_not_is_answered_with_those_there_are():
    with pytest.raises(UsageError, match="no preset 'heroic'; there are draft, standard, hero"):
        make_settings({**PLATE, "preset": "heroic"}, "here")


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("solve.proxi", "solve.proxy"),
        ("proxy", "solve.proxy"),
        ("solv.proxy", "solve"),
        ("mate.path", "matte"),
        ("seeed", "seed"),
        ("strength", "light.strength"),
    ],
)
def test_an_unknown_setting_is_answered_with_the_near_one(key, near):
    with pytest.raises(UsageError, match=r"here: there is no setting '\S+'; did you mean .*" + near):
        make_settings(merged(PLATE, nested({key: 1})), "here")


def test_a_setting_like_no_other_is_only_refused():
    with pytest.raises(UsageError, match="no setting 'qqqq'$"):
        make_settings({**PLATE, "qqqq": 1}, "here")


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("solve.proxy", "big", r"solve.proxy: .*integer.*'big'"),
        ("solve.proxy", 3, r"solve.proxy: .*greater than or equal to 64"),
        ("light.strength", 2, r"light.strength: .*less than or equal to 1"),
        ("missing", "ignore", r"missing: .*'error', 'black', 'nearest', 'hold' or 'skip'"),
        ("solve", 5, r"solve: .*not 5"),
        ("matte.channel", "A", r"matte.path: field required"),
    ],
)
def test_a_bad_value_is_told_with_its_key_and_bounds(key, value, words):
    with pytest.raises(UsageError, match=words):
        make_settings(merged(PLATE, nested({key: value})), "here")


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(UsageError, match=r"plate: field required.*; there is no setting 'seeed'"):
        make_settings({"seeed": 1}, "here")


def test_one_frame_as_a_number_is_a_range():
    assert make_settings({**PLATE, "frames": 1001}, "here").frames == "1001"


def test_assignments_are_yaml_and_tables_grow_together():
    texts = ["solve.proxy=640", "solve.cell=16", "matte.invert=true", "matte.path=a b.####.exr"]
    assert parse_assignments(texts) == {
        "solve": {"proxy": 640, "cell": 16},
        "matte": {"invert": True, "path": "a b.####.exr"},
    }


def test_a_later_assignment_wins():
    assert parse_assignments(["solve=5", "solve.proxy=640"]) == {"solve": {"proxy": 640}}
    assert parse_assignments(["seed=1", "seed=2"]) == {"seed": 2}


@pytest.mark.parametrize("text", ["solve.proxy", "=5", "solve.cell=[1, 2", "a={"])
def test_what_is_no_assignment_is_refused(text):
    with pytest.raises(UsageError, match=r"--set"):
        parse_assignments([text])


def test_names_reach_every_setting():
    names = list(names_of(ShotSettings))
    assert {"plate", "matte.path", "vectors.forward", "solve", "solve.proxy", "light.sigma"} <= set(names)
    assert "solve.nothing" not in names


def test_a_settings_file_must_be_a_table(tmp_path):
    with pytest.raises(InputError, match="nowhere.yaml: No such file"):
        read_settings_file(tmp_path / "nowhere.yaml")
    for text, words in (("- a\n- b\n", "holds no settings"), ("", "holds no settings"), ("a: [1", "is not YAML")):
        (tmp_path / "shot.yaml").write_text(text)
        with pytest.raises(InputError, match=words):
            read_settings_file(tmp_path / "shot.yaml")
    (tmp_path / "shot.yaml").write_bytes(b"plate: \xff\xfe\n")
    with pytest.raises(InputError, match="is not YAML"):
        read_settings_file(tmp_path / "shot.yaml")
