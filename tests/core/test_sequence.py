import pytest
from unreel.core.errors import InputError, MissingFrames, UsageError
from unreel.core.sequence import Sequence, format_range, output_path, parse_range, path_beside, pattern_of, pattern_with


@pytest.fixture
def plates(tmp_path):
    """1001-1010 without 1003 and 1007-1009."""
    make_files(tmp_path, [f"plate.{n}.exr" for n in (1001, 1002, 1004, 1005, 1006, 1010)])
    return tmp_path


def make_files(folder, names):
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).touch()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("5", (5,)),
        ("1001-1003", (1001, 1002, 1003)),
        ("1001-1009x4", (1001, 1005, 1009)),
        ("1001-1010x4", (1001, 1005, 1009)),
        ("1-3,7 9", (1, 2, 3, 7, 9)),
        ("1-3, 5", (1, 2, 3, 5)),
        ("7 1-2 2", (7, 1, 2)),
        ("-3--1", (-3, -2, -1)),
        ("-2-1", (-2, -1, 0, 1)),
        ("10 -5", (10, -5)),
        ("1001 - 1003", (1001, 1002, 1003)),
        ("0007", (7,)),
    ],
)
def test_ranges_are_read(text, numbers):
    assert parse_range(text) == numbers


@pytest.mark.parametrize(
    "text", ["", " , ", "a", "1-", "1-5x0", "1-5x-1", "1.5", "1-10y3", "5-1", "1--", "1-999999999"]
)
def test_what_is_not_a_range_is_a_usage_error(text):
    with pytest.raises(UsageError):
        parse_range(text)


def test_a_colon_is_refused_with_a_hint():
    with pytest.raises(UsageError, match="write a step with x, like 1-10x3"):
        parse_range("1-10:3")


def test_a_backward_range_says_how_to_write_it():
    with pytest.raises(UsageError, match="write 1-5"):
        parse_range("5-1")


@pytest.mark.parametrize(
    "numbers", [(1,), (1, 2), (1, 3), (1, 3, 5, 7), (-3, -2, -1, 4, 9), tuple(range(1001, 1101, 7))]
)
def test_format_range_is_the_inverse_of_parse_range(numbers):
    assert parse_range(format_range(numbers)) == numbers


def test_format_range_is_compact():
    assert format_range([1010, 1003, 1007, 1008, 1009]) == "1003,1007-1010"
    assert format_range(range(1, 100, 2)) == "1-99x2"


@pytest.mark.parametrize("token", ["####", "%04d", "$F4"])
def test_frame_tokens_stand_for_four_digits(plates, token):
    found = Sequence.find(plates / f"plate.{token}.exr")
    assert found.frames == tuple(range(1001, 1011))
    assert found.missing == (1003, 1007, 1008, 1009)
    assert found.path(1004) == plates / "plate.1004.exr"


def test_one_hash_is_one_digit(tmp_path):
    make_files(tmp_path, ["a.1.exr", "a.01.exr", "a.002.exr", "a.10.exr", "a.0001.exr", "b.1.exr"])
    assert Sequence.find(tmp_path / "a.##.exr").on_disk == (1, 10)
    assert Sequence.find(tmp_path / "a.%d.exr").on_disk == (1, 10)
    assert Sequence.find(tmp_path / "a.####.exr").on_disk == (1,)


def test_more_digits_than_the_padding_and_negative_frames_are_found(tmp_path):
    make_files(tmp_path, ["a.9999.exr", "a.10000.exr", "a.-001.exr"])
    assert Sequence.find(tmp_path / "a.####.exr").on_disk == (-1, 9999, 10000)


def test_odd_letters_in_folder_and_name_are_only_letters(tmp_path):
    folder = tmp_path / "sh[01] #2 (v1)"
    make_files(folder, ["pl+ate [a].0001.exr", "pl+ate [a].0002.exr"])
    found = Sequence.find(folder / "pl+ate [a].####.exr")
    assert found.frames == (1, 2) and found.path(2) == folder / "pl+ate [a].0002.exr"


def test_frames_asked_for_are_kept_in_order(plates):
    found = Sequence.find(plates / "plate.####.exr", "1010 1001-1004")
    assert found.frames == (1010, 1001, 1002, 1003, 1004)
    assert found.missing == (1003,)


def test_a_plate_on_twos_has_no_holes(tmp_path):
    make_files(tmp_path, [f"a.{n:04d}.exr" for n in (1, 3, 5, 9)])
    found = Sequence.find(tmp_path / "a.####.exr")
    assert found.frames == (1, 3, 5, 7, 9) and found.missing == (7,)


def test_a_folder_with_one_sequence_stands_for_it(plates):
    make_files(plates, ["notes.txt", "Thumbs.db", ".plate.1011.tmp.exr"])
    assert Sequence.find(plates).path(1001) == plates / "plate.1001.exr"
    assert Sequence.find(f"{plates}/").frames[-1] == 1010


def test_a_folder_with_several_sequences_lists_them(plates):
    make_files(plates, ["matte.0001.png", "still.exr"])
    with pytest.raises(InputError, match=r"holds 3 sequences, name one: matte.####.png, plate.####.exr, still.exr"):
        Sequence.find(plates)


def test_an_empty_folder_says_so(tmp_path):
    with pytest.raises(InputError, match="holds no pictures"):
        Sequence.find(tmp_path)


def test_a_wrong_name_is_answered_with_near_ones(plates):
    with pytest.raises(InputError, match=r"no such sequence; did you mean .*plate\.####\.exr\?"):
        Sequence.find(plates / "plates.####.exr")
    with pytest.raises(InputError, match=r"holds plate\.####\.exr"):
        Sequence.find(plates / "zzz.%04d.dpx")


def test_a_wrong_folder_is_answered_with_near_ones(plates):
    (plates / "renders").mkdir()
    with pytest.raises(InputError, match="did you mean .*renders"):
        Sequence.find(plates / "render" / "a.####.exr")


def test_one_file_is_its_frame_alone(plates):
    found = Sequence.find(plates / "plate.1004.exr")
    assert (found.frames, found.missing) == ((1004,), ())
    assert found.path(1004) == plates / "plate.1004.exr"
    with pytest.raises(UsageError, match=r"frame 1004 alone; for 1001-1002 name plate\.####\.exr"):
        Sequence.find(plates / "plate.1004.exr", "1001-1002")


def test_a_still_stands_for_every_frame(tmp_path):
    make_files(tmp_path, ["matte_v02.exr"])
    found = Sequence.find(tmp_path / "matte_v02.exr", "1001-1003")
    assert found.still and found.frames == (1001, 1002, 1003) and not found.missing
    assert found.source_frame(1002) == 1002 and found.path(1002) == tmp_path / "matte_v02.exr"


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("a/out.####.exr", "a/out_mask.####.exr"),
        ("v1.2.####.exr", "v1.2_mask.####.exr"),
        ("a.b/v1.2.%04d.exr", "a.b/v1.2_mask.%04d.exr"),
        ("out_$F4.exr", "out_mask_$F4.exr"),
        ("out####.exr", "out_mask####.exr"),
        ("out.####.left.exr", "out_mask.####.left.exr"),
        ("a/####.exr", "a/mask.####.exr"),
        ("v1.2.1001.exr", "v1.2_mask.1001.exr"),
        ("v1.2.exr", "v1_mask.2.exr"),  # one file of frame 2
        ("still.v2.exr", "still.v2_mask.exr"),
        ("C:\\x.y\\still.exr", "C:\\x.y\\still_mask.exr"),
    ],
)
def test_a_word_goes_to_the_end_of_the_name_before_the_frame(pattern, wanted):
    assert pattern_with(pattern, "mask") == wanted


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("a/out.####.exr", "a/out_live.json"),
        ("a/v1.2_%04d.exr", "a/v1.2_live.json"),
        ("a/out.exr", "a/out_live.json"),
        ("a/####.exr", "a/live.json"),
    ],
)
def test_a_file_that_there_is_once_has_no_frame_number(pattern, wanted):
    assert str(path_beside(pattern, "live.json")) == wanted


def test_a_missing_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        Sequence.find(tmp_path / "a.exr")


def test_a_range_beside_what_is_there_names_what_is_there(plates):
    with pytest.raises(MissingFrames, match="none of 2000-2010 is on disk; there are 1001-1002, 1004-1006, 1010"):
        Sequence.find(plates / "plate.####.exr", "2000-2010")


@pytest.mark.parametrize(
    ("policy", "frame", "source"),
    [
        ("error", 1004, 1004),
        ("black", 1003, None),
        ("skip", 1003, None),
        ("nearest", 1003, 1002),
        ("nearest", 1009, 1010),
        ("nearest", 1008, 1006),
        ("nearest", 2000, 1010),
        ("hold", 1009, 1006),
        ("hold", 1000, 1001),
        ("hold", 2000, 1010),
        ("hold", 1010, 1010),
    ],
)
def test_missing_policies(plates, policy, frame, source):
    assert Sequence.find(plates / "plate.####.exr").source_frame(frame, policy) == source


def test_missing_frames_are_named_with_what_to_do(plates):
    found = Sequence.find(plates / "plate.####.exr")
    text = "plate.####.exr: 1003, 1007-1009 are missing; render them, or set missing to nearest, hold, black or skip"
    assert found.missing_text() == text
    with pytest.raises(MissingFrames, match="1003, 1007-1009 are missing"):
        found.require_all()
    with pytest.raises(MissingFrames, match="1003, 1007-1009 are missing"):
        found.source_frame(1003)
    one = Sequence.find(plates / "plate.####.exr", "1001-1004")
    assert one.missing_text().startswith("plate.####.exr: 1003 is missing; render it,")


def test_nothing_missing_is_nothing_to_say(plates):
    Sequence.find(plates / "plate.####.exr", "1004-1006").require_all()


def test_its_text_is_short(plates):
    assert repr(Sequence.find(plates / "plate.####.exr")).endswith("plate.####.exr 1001-1010, 4 missing)")


@pytest.mark.parametrize(
    ("pattern", "name"),
    [("o.####.exr", "o.0007.exr"), ("o.%03d.exr", "o.007.exr"), ("o_$F.exr", "o_7.exr"), ("#.exr", "7.exr")],
)
def test_output_names(tmp_path, pattern, name):
    assert output_path(tmp_path / pattern, 7, count=2) == tmp_path / name


def test_one_output_file_serves_one_frame_only(tmp_path):
    assert output_path(tmp_path / "o.exr", 7) == tmp_path / "o.exr"
    with pytest.raises(UsageError, match=r"like .*o\.####\.exr"):
        output_path(tmp_path / "o.exr", 7, count=2)


def test_an_output_folder_or_two_tokens_are_refused():
    with pytest.raises(UsageError, match="NAME.####.exr"):
        output_path("out/", 7)
    with pytest.raises(UsageError, match="two frame tokens, #### and %04d"):
        output_path("a.####.%04d.exr", 7)


@pytest.mark.parametrize(
    ("file", "pattern"),
    [
        ("/a.1/plate.1001.exr", "/a.1/plate.####.exr"),
        ("plate_07.png", "plate_##.png"),
        ("0012.jpg", "####.jpg"),
        ("shot_v02.exr", "shot_v02.exr"),
        ("still.exr", "still.exr"),
        ("plate.%04d.exr", "plate.%04d.exr"),
        ("take.2.####.exr", "take.2.####.exr"),
    ],
)
def test_a_file_tells_the_pattern_that_it_is_of(file, pattern):
    assert pattern_of(file) == pattern
