"""The pages say what the code does: options, settings, dependencies, functions, links."""

from __future__ import annotations

import json
import re
import runpy
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main
from unreel.core.cli import app
from unreel.core.cli_progress import Console
from unreel.core.report import Preview, Report
from unreel.core.settings import ShotSettings, names_of
from unreel.core.verdict import Verdict

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "core").rglob("*.md")])
COMMANDS: dict[str, Any] = typer.main.get_command(app).commands
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def first_cells(page: str) -> list[str]:
    """The first cell of each row of the tables, without heads and rules."""
    rows = [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("|")]
    return [cell for cell in rows if cell.startswith("`")]


# Commands


def described_options(page: str) -> dict[str, set[str]]:
    """Command -> options and arguments in the first cells of its section: `-o`, `--output`, `PLATE`."""
    sections = re.split(r"^## (\w+)$", page, flags=re.M)[1:]
    found = {}
    for name, section in zip(sections[::2], sections[1::2], strict=True):
        spans = [span for cell in first_cells(section) for span in re.findall(r"`([^`]+)`", cell)]
        found[name] = {span.split()[0] for span in spans}
    return found


def test_every_kind_of_json_line_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console("json")
    console.report(Report("read", 1, 2))
    console.report(Report("planes", 2, 2, early=Verdict("good", "nothing speaks against key frame 1")))
    console.report(Report("sheets", 1, 2, preview=Preview(1, {"canonical": "canonical.exr"})))
    console.log("info", "a line")
    console.error("it failed", 3)
    told = [set(json.loads(line)) for line in capsys.readouterr().err.splitlines()]
    cells = [cell for cell in first_cells(text_of("docs/commands.md")) if cell.startswith("`{")]
    assert [set(json.loads(cell.strip("`"))) for cell in cells] == told


def real_options(command: Any) -> set[str]:
    names = set()
    for each in command.params:
        if each.param_type_name == "argument":
            names.add(each.metavar or each.name.upper())
        elif each.name != "help":
            names |= {*each.opts, *each.secondary_opts}
    return names


def test_the_commands_page_has_every_command_and_option():
    assert described_options(text_of("docs/commands.md")) == {n: real_options(c) for n, c in COMMANDS.items()}


def test_a_missing_and_a_made_up_option_are_noticed():
    page = text_of("docs/commands.md")
    real = real_options(COMMANDS["train"])
    assert real - described_options(page.replace("| `--seed 1` |", "| seed |"))["train"] == {"--seed"}
    assert described_options(page.replace("| `--seed 1` |", "| `--sede 1` |"))["train"] - real == {"--sede"}


def command_lines(page: str) -> list[list[str]]:
    """The `unreel ...` lines of the code blocks, in words."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", page, flags=re.M | re.S)
    lines = [re.split(r"\s#|\s{3}", line)[0] for block in blocks for line in block.splitlines()]
    return [shlex.split(line) for line in lines if line.startswith("unreel ")]


def refused(words: list[str]) -> str | None:
    """What the command line has against these words; None if it takes them."""
    try:
        COMMANDS[words[1]].make_context(words[1], words[2:])
    except KeyError:
        return f"no command {words[1]}"
    except Exception as error:  # the classes of these errors differ between versions of typer
        return str(error) or type(error).__name__
    return None


LINES = [(page.name, line) for page in PAGES for line in command_lines(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("page", "words"), LINES, ids=lambda part: part if isinstance(part, str) else part[1])
def test_every_command_line_in_the_pages_is_understood(page: str, words: list[str]):
    assert refused(words) is None, page


def test_a_wrong_command_line_is_refused():
    assert len(LINES) > 20
    for words in (["unreel", "paint"], ["unreel", "train", "p.####.exr"], ["unreel", "info", "a", "--jason"]):
        assert refused(words)


# Settings


def real_settings() -> list[str]:
    """Without the tables that hold them."""
    names = list(names_of(ShotSettings))
    return [name for name in names if not any(other.startswith(f"{name}.") for other in names)]


def made_page() -> str:
    return runpy.run_path(str(ROOT / "docs" / "make_settings.py"))["make_page"]()


def described_settings(page: str) -> list[str]:
    return [cell.strip("`") for cell in first_cells(page.partition("## Presets")[0])]


def test_the_settings_page_has_every_setting():
    assert described_settings(text_of("docs/settings.md")) == real_settings()


def test_the_settings_page_is_up_to_date():
    assert text_of("docs/settings.md") == made_page(), "run: python docs/make_settings.py"


def test_every_setting_has_a_range_and_a_meaning():
    rows = [line.split("|") for line in made_page().splitlines() if line.startswith("| `")]
    assert [row for row in rows if any(not cell.strip() for cell in row[1:-1])] == []


def test_a_setting_missing_from_the_page_is_noticed():
    page = re.sub(r"^\| `solve\.steps`.*\n", "", text_of("docs/settings.md"), flags=re.M)
    assert set(real_settings()) - set(described_settings(page)) == {"solve.steps"}


# Nodes


def made_nodes_page() -> str:
    return runpy.run_path(str(ROOT / "docs" / "make_nodes.py"))["make_page"]()


def described_knobs(page: str) -> list[str]:
    """`train.plate` and so on, from the first cells of each node's section."""
    sections = re.split(r"^## .*\n\n`unreel (\w+)`", page, flags=re.M)[1:]
    pairs = zip(sections[::2], sections[1::2], strict=True)
    return [f"{command}.{cell.strip('`')}" for command, section in pairs for cell in first_cells(section)]


def real_knobs() -> list[str]:
    nodes = json.loads(text_of("core/nodes.json"))["nodes"]
    return [f"{node['command']}.{knob['name']}" for node in nodes for knob in node["knobs"]]


def test_the_nodes_page_is_up_to_date_and_has_every_knob():
    assert text_of("docs/nodes.md") == made_nodes_page(), "run: python docs/make_nodes.py"
    assert described_knobs(text_of("docs/nodes.md")) == real_knobs()


def test_a_knob_missing_from_the_page_is_noticed():
    page = re.sub(r"^\| `opacity`.*\n", "", text_of("docs/nodes.md"), flags=re.M)
    assert set(real_knobs()) - set(described_knobs(page)) == {"import.opacity"}


# Dependencies


def wanted_packages(project: dict[str, Any]) -> list[str]:
    wanted = project["dependencies"] + [r for extra in project["optional-dependencies"].values() for r in extra]
    return [re.split(r"[<>=!;\[ ]", requirement)[0] for requirement in wanted]


def test_the_dependencies_page_has_every_dependency():
    named = [cell.strip("`") for cell in first_cells(text_of("docs/dependencies.md"))]
    assert named == wanted_packages(PROJECT)


def test_a_new_dependency_is_noticed():
    more = PROJECT | {"dependencies": [*PROJECT["dependencies"], "pillow>=11"]}
    assert set(wanted_packages(more)) - set(wanted_packages(PROJECT)) == {"pillow"}


# The panel's keys


def test_the_keys_of_the_panels_page_are_up_to_date():
    page, make = text_of("docs/panel.md"), runpy.run_path(str(ROOT / "docs" / "make_panel.py"))["make_page"]
    assert page == make(page), "run: python docs/make_panel.py"
    stale = page.replace("| Play and stop |", "| Play |")
    assert stale != page and make(stale) == page


# Architecture and links


def missing_functions(page: str) -> list[str]:
    """Rows `function` | `file` whose file does not define the function."""
    rows = re.findall(r"^\| `(\w+)` \| `([\w/]+\.py)` \|", page, flags=re.M)
    assert rows
    return [f for f, file in rows if not re.search(rf"^\s*(def|class) {f}\b", text_of(file), flags=re.M)]


def test_the_functions_of_the_architecture_exist():
    assert missing_functions(text_of("ARCHITECTURE.md")) == []
    assert missing_functions("| `fit_all` | `core/engines/codef.py` | x |") == ["fit_all"]


def missing_paths(page: str, folder: Path) -> list[str]:
    """Links to files, and paths of ours in code spans, that are not there."""
    links = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", page) if "://" not in target]
    spans = re.findall(r"`((?:core|plugin|qt_panel|install|tests|bench|docs)/[\w/.]*)`", page)
    here = [link for link in links if link and not (folder / link).exists()]
    return here + [span for span in spans if not (ROOT / span).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_page_names_is_there(page: Path):
    assert missing_paths(page.read_text(encoding="utf-8"), page.parent) == []


def test_a_dead_link_is_noticed():
    assert missing_paths("[a](docs/gone.md) `core/gone.py` [b](https://example.org/x)", ROOT) == [
        "docs/gone.md",
        "core/gone.py",
    ]
