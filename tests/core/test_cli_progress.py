import logging
import re

import pytest
import typer
from unreel.core.cli_progress import Console, console_for
from unreel.core.errors import InputError
from unreel.core.report import Preview, Report
from unreel.core.verdict import Verdict

OPENJD = re.compile(r"^openjd_(progress|status|fail): (.+)$")
"""As its sessions read them, with progress from 0 to 100."""


def test_openjd_lines_are_on_standard_output_each_from_a_line_s_start(capsys):
    console = Console("openjd")
    console.report(Report("sheets", 12, 24, psnr=38.24, frame=1007))
    told = capsys.readouterr()
    assert told.out == "openjd_progress: 50\nopenjd_status: sheets: 12 of 24, 38.2 dB\n"
    assert told.err == ""


def test_why_it_ended_is_one_line_for_the_farm_and_one_in_the_log(capsys):
    with pytest.raises(typer.Exit) as ended, console_for("openjd"):
        logging.getLogger("unreel.core").warning("frame 1003 has NaN")
        raise InputError("plate.1004.exr is damaged:\n  it ends too early")
    told = capsys.readouterr()
    assert ended.value.exit_code == 3
    assert OPENJD.match(told.out)[2] == "plate.1004.exr is damaged: it ends too early" and told.out.count("\n") == 1
    assert told.err.startswith("frame 1003 has NaN\nunreel: plate.1004.exr is damaged")
    assert not re.search("^error:", told.err, re.IGNORECASE | re.MULTILINE)


def test_a_thousand_steps_are_a_hundred_lines(capsys):
    console = Console("plain")
    for done in range(1, 1001):
        console.report(Report("fields", done, 1000))
    told = capsys.readouterr()
    assert told.out == "" and len(told.err.splitlines()) == 101
    assert told.err.splitlines()[50] == "fields: 500 of 1000, 50%"


@pytest.mark.parametrize("form", ["plain", "openjd", "bar", "none"])
def test_what_programs_read_of_json_is_no_line_of_the_others(form, capsys):
    console = Console(form)
    console.report(Report("sheets", 1, 9, preview=Preview(4, {"plate": "p.exr"})))
    console.report(Report("sheets", 1, 9, early=Verdict("good", "all match")))
    assert capsys.readouterr() == ("", "")


def test_brackets_and_colons_of_a_path_stay_in_the_table_of_a_batch(capsys):
    error = "train: [/x]/[old]/:smile:"
    Console("plain").batch({"shots": {"a": {"state": "failed", "steps": {}, "seconds": 1.0, "error": error}}})
    assert error in capsys.readouterr().out
