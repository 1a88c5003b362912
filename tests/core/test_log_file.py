import logging

from unreel.core.log_file import logged_to


def test_the_log_goes_into_the_folder_while_it_lasts(tmp_path):
    log = logging.getLogger("unreel.core.tasks")
    with logged_to(tmp_path / "log.txt"):
        log.warning("inside")
    log.warning("outside")
    assert "WARNING inside" in (tmp_path / "log.txt").read_text()
    assert "outside" not in (tmp_path / "log.txt").read_text()


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path, capsys):
    (tmp_path / "log.txt").mkdir()
    with logged_to(tmp_path / "log.txt"):
        logging.getLogger("unreel.core.tasks").warning("still here")
    assert "Traceback" not in capsys.readouterr().err
