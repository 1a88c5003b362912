from __future__ import annotations

from pathlib import Path

from unreel.qt_panel.model.user_settings import FILE, RECENTS, config_folder, read_settings


def test_what_is_saved_is_read_again(config: Path):
    settings = read_settings(config)
    settings.opened("/shots/one")
    settings.layout["page"] = "train"
    settings.language = "de"
    settings.save()
    again = read_settings(config)
    assert (again.recents, again.layout, again.language, again.damaged) == (["/shots/one"], {"page": "train"}, "de", "")


def test_recent_shots_are_once_each_and_the_newest_first(config: Path):
    settings = read_settings(config)
    for number in range(RECENTS + 3):
        settings.opened(f"/shots/{number}")
    settings.opened("/shots/5")
    assert settings.recents[:2] == ["/shots/5", f"/shots/{RECENTS + 2}"]
    assert len(settings.recents) == RECENTS


def test_a_damaged_file_is_set_aside_and_told(config: Path):
    config.mkdir()
    (config / FILE).write_text('{"recents": ["/a"', encoding="utf-8")
    settings = read_settings(config)
    assert settings.recents == [] and "panel.damaged.json" in settings.damaged
    assert (config / "panel.damaged.json").read_text(encoding="utf-8") == '{"recents": ["/a"'
    assert not read_settings(config).damaged


def test_a_value_of_a_wrong_type_is_left_out(config: Path):
    config.mkdir()
    (config / FILE).write_text('{"recents": ["/a", 3], "language": 4, "frames_megabytes": 128}', encoding="utf-8")
    settings = read_settings(config)
    assert (settings.recents, settings.language, settings.frames_megabytes) == (["/a"], "", 128)


def test_the_config_folder_can_be_said(tmp_path: Path):
    assert config_folder({"UNREEL_CONFIG": str(tmp_path)}) == tmp_path
    assert config_folder({}).name.lower() == "unreel"
