"""The command line: `unreel train | export | import | propagate | info | sheet | demo`."""

from __future__ import annotations

import os

for _name, _value in (("OMP_WAIT_POLICY", "PASSIVE"), ("OMP_NUM_THREADS", "1"), ("OPENBLAS_NUM_THREADS", "1")):
    os.environ.setdefault(_name, _value)  # before numpy loads: frames run in parallel, the libraries under them do not

import logging  # noqa: E402
import sys  # noqa: E402
from enum import Enum  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Annotated, Any, Literal  # noqa: E402

import cv2  # noqa: E402
import typer  # noqa: E402

from . import tasks  # noqa: E402
from .cli_progress import Console, listen_for_stop  # noqa: E402
from .errors import OutOfMemory, UnreelError  # noqa: E402
from .settings import merged, nested, parse_assignments  # noqa: E402

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)


class Progress(str, Enum):
    bar = "bar"
    json = "json"
    none = "none"


class Mode(str, Enum):
    over = "over"
    replace = "replace"
    multiply = "multiply"
    add = "add"


class Kind(str, Enum):
    plate = "plate"
    solved = "solved"


class Space(str, Enum):
    scene_linear = "scene_linear"
    texture_paint = "texture_paint"


ProgressOption = Annotated[Progress, typer.Option(help="How progress is told, on standard error (json: one object a line).")]
Folder = Annotated[Path, typer.Argument(metavar="NAME.unreel", help="The unreel folder.")]


@app.command()
def train(
    plate: Annotated[str | None, typer.Argument(help="EXR sequence (####, %04d, folder), or a shot.yaml.")] = None,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="NAME.unreel")] = ...,  # type: ignore[assignment]
    frames: Annotated[str | None, typer.Option(help="Range such as 1001-1100 or 1-9x2.")] = None,
    matte: Annotated[str | None, typer.Option(help="Sequence of the wanted layer's matte.")] = None,
    key: Annotated[int | None, typer.Option(help="The frame whose picture the canonical is; by default chosen.")] = None,
    preset: Annotated[str | None, typer.Option(help="draft, standard or hero.")] = None,
    forward: Annotated[str | None, typer.Option(help="Motion vectors to the next frame.")] = None,
    backward: Annotated[str | None, typer.Option(help="Motion vectors to the frame before.")] = None,
    assignments: Annotated[list[str] | None, typer.Option("--set", help="Any setting: key=value.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from what an interrupted run reached.")] = False,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same result.")] = None,
    progress: ProgressOption = Progress.bar,
) -> None:
    """Solve a shot: where each frame's pixels lie on its key frame."""
    flags: dict[str, Any] = {
        "frames": frames,
        "matte.path": matte,
        "key": key,
        "preset": preset,
        "vectors.forward": forward,
        "vectors.backward": backward,
        "seed": seed,
    }
    values = nested({name: value for name, value in flags.items() if value is not None})
    values = merged(values, parse_assignments(assignments or []))
    console = Console(progress.value)
    with listen_for_stop() as should_stop:
        told = tasks.train(plate, output, values, resume, console.report, should_stop)
    console.result(told)


@app.command()
def export(
    folder: Folder,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="canonical.exr")],
    guides: Annotated[bool, typer.Option("--guides", help="Grid, coverage and confidence as extra layers.")] = False,
    space: Annotated[Space | None, typer.Option(help="By default scene_linear for .exr, texture_paint else.")] = None,
    kind: Annotated[Kind, typer.Option(help="plate: real pixels, key frame first. solved: the average of all.")] = Kind.plate,
    progress: ProgressOption = Progress.bar,
) -> None:
    """Write the picture to paint on."""
    console = Console(progress.value)
    wanted = space.value if space else ("scene_linear" if output.suffix.lower() == ".exr" else "texture_paint")
    console.result(tasks.export(folder, output, guides, wanted, kind.value, console.report))


@app.command("import")
def import_texture(
    folder: Folder,
    edit: Annotated[Path, typer.Argument(help="A paint layer with alpha, or a whole edited picture.")],
    on: Annotated[str, typer.Option(metavar="canonical|FRAME", help="What it was painted on.")] = "canonical",
    mode: Annotated[Mode, typer.Option(help="How it meets the plate.")] = Mode.over,
    name: Annotated[str | None, typer.Option(help="Name of the texture; by default the file's.")] = None,
    opacity: Annotated[float, typer.Option(min=0, max=1)] = 1.0,
    space: Annotated[str | None, typer.Option(help="Colour space of the file; by default from its type.")] = None,
    progress: ProgressOption = Progress.bar,
) -> None:
    """Take in what the artist painted."""
    console = Console(progress.value)
    console.result(tasks.import_texture(folder, edit, on, mode.value, name, opacity, space, console.report))


@app.command()
def propagate(
    folder: Folder,
    output: Annotated[str, typer.Option("-o", "--output", metavar="OUT.####.exr")],
    frames: Annotated[str | None, typer.Option(help="By default all of the shot.")] = None,
    texture: Annotated[list[str] | None, typer.Option(help="By default all, in the order they were imported.")] = None,
    outputs: Annotated[str, typer.Option(help="comp,layer,stmap,inverse,visibility,confidence")] = "comp",
    no_light: Annotated[bool, typer.Option("--no-light", help="The paint keeps the light it was painted in.")] = False,
    assignments: Annotated[list[str] | None, typer.Option("--set", help="light.strength, light.sigma.")] = None,
    progress: ProgressOption = Progress.bar,
) -> None:
    """Carry the textures to the frames."""
    console = Console(progress.value)
    wanted = tuple(part.strip() for part in outputs.split(",") if part.strip())
    changes = merged(parse_assignments(assignments or []), {"light": {"strength": 0.0}} if no_light else {})
    with listen_for_stop() as should_stop:
        told = tasks.propagate(folder, output, frames, texture or [], wanted, changes, console.report, should_stop)
    console.result(told)


@app.command()
def info(
    folder: Folder, json_: Annotated[bool, typer.Option("--json", help="Everything, as one JSON object.")] = False
) -> None:
    """What is inside, how good the solve is, and what to do about it."""
    Console("none").information(tasks.info(folder), json_)


@app.command()
def sheet(
    folder: Folder,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="SHEET.png")],
    frames: Annotated[str | None, typer.Option(help="By default five, spread over the shot.")] = None,
    texture: Annotated[list[str] | None, typer.Option(help="By default all.")] = None,
    progress: ProgressOption = Progress.bar,
) -> None:
    """A contact sheet of plate, canonical, edit and result."""
    console = Console(progress.value)
    console.result(tasks.sheet(folder, output, frames, texture or [], console.report))


@app.command()
def demo(
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the results.")] = Path("demo_out"),
    progress: ProgressOption = Progress.bar,
) -> None:
    """The main job on the bundled sample: train, export, import, propagate, sheet."""
    console = Console(progress.value)
    with listen_for_stop() as should_stop:
        told = tasks.demo(output, console.report, should_stop)
    console.result(told)


def main(arguments: list[str] | None = None) -> int:
    """Run and return the exit code: 0 ok, 1 failed, 2 usage, 3 input, 4 model, 5 memory, 130 cancelled."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    cv2.setNumThreads(1)
    try:
        done = app(args=arguments, standalone_mode=False)
        return done if isinstance(done, int) else 0
    except UnreelError as error:
        return failed(str(error), error.exit_code)
    except MemoryError:
        return failed("the machine's memory is full; use a smaller solve.proxy or fewer threads", OutOfMemory.exit_code)
    except KeyboardInterrupt:
        return failed("cancelled", 130)
    except typer.Exit as error:
        return error.exit_code
    except Exception as error:
        usage = usage_error(error)
        if usage is None:
            raise
        return failed(usage, 2)


def usage_error(error: Exception) -> str | None:
    """The words of an error in the arguments, or None for any other error."""
    format_message = getattr(error, "format_message", None)
    return str(format_message()) if callable(format_message) else None


def failed(text: str, code: int) -> int:
    print(f"unreel: {text}", file=sys.stderr)
    return code


def run() -> None:
    """The console script."""
    sys.exit(main())


if __name__ == "__main__":
    run()

