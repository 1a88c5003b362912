"""The command line: `unreel matte | estimate | train | export | import | propagate | run | batch | ... | panel`."""

from __future__ import annotations

from .quiet import ask_for_quiet, quieten

ask_for_quiet()  # before numpy loads

import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Annotated, Any  # noqa: E402

import typer  # noqa: E402

from . import history, rendering, tasks, training  # noqa: E402
from .batch import require_all, run_batch  # noqa: E402
from .cli_progress import Form, console_for, listen_for_stop  # noqa: E402
from .errors import Cancelled, UsageError  # noqa: E402
from .estimate import estimate as estimate_training  # noqa: E402
from .export import Kind, Space, space_for  # noqa: E402
from .farm import FRAMES_PER_TASK  # noqa: E402
from .farm import farm as write_farm  # noqa: E402
from .job import read_job, run_job  # noqa: E402
from .job_commands import COMMANDS  # noqa: E402
from .job_option import JobOption, job_values  # noqa: E402
from .report import never  # noqa: E402
from .request import parse_layers  # noqa: E402
from .settings import merged, nested, parse_assignments  # noqa: E402
from .start import open_panel  # noqa: E402
from .texture import ImportMode  # noqa: E402
from .tooltip import tooltip  # noqa: E402
from .unreel_folder import at_layer  # noqa: E402

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Unrolls a shot into one still picture: paint that once, and every frame follows.",
)

Folder = Annotated[Path, typer.Argument(metavar="NAME.unreel", help=tooltip("propagate", "folder"))]
LayerOption = Annotated[str | None, typer.Option("--layer", help="Of a shot that has several.")]
Assignments = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Any setting.")]
ProgressOption = Annotated[
    Form, typer.Option(help="How progress is told; json is one object a line, openjd what farms of that kind read.")
]


@app.command()
def matte(
    plate: Annotated[str, typer.Argument(help="EXR sequence (####, %04d, folder), or a shot.yaml.")],
    output: Annotated[str, typer.Option("-o", "--output", metavar="MATTE.####.exr", help="One # for each digit.")],
    frames: Annotated[str | None, typer.Option(help="Range such as 1001-1100 or 1-9x2.")] = None,
    assignments: Assignments = None,
    progress: ProgressOption = "bar",
) -> None:
    """Propose a matte of what moves on its own, to look at, fix and give to train."""
    with console_for(progress) as console, listen_for_stop(console) as should_stop:
        values = merged({} if frames is None else {"frames": frames}, parse_assignments(assignments or []))
        console.result(tasks.matte(plate, output, values, console.report, should_stop))


@app.command()
def train(
    context: typer.Context,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="NAME.unreel", help=tooltip("train", "folder"))],
    plate: Annotated[str | None, typer.Argument(help=f"{tooltip('train', 'plate')} Or a shot.yaml.")] = None,
    frames: Annotated[str | None, typer.Option(help=tooltip("train", "frames"))] = None,
    matte: Annotated[str | None, typer.Option(help=tooltip("train", "matte"))] = None,
    layer: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=MATTE", help=f"{tooltip('train', 'layers')} Again for each."),
    ] = None,
    key: Annotated[list[int] | None, typer.Option(help=f"{tooltip('train', 'key')} Again for more.")] = None,
    preset: Annotated[str | None, typer.Option(help=tooltip("train", "preset"))] = None,
    forward: Annotated[str | None, typer.Option(help=tooltip("train", "forward"))] = None,
    backward: Annotated[str | None, typer.Option(help=tooltip("train", "backward"))] = None,
    assignments: Assignments = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from what an interrupted run reached.")] = False,
    seed: Annotated[int | None, typer.Option(help=tooltip("train", "seed"))] = None,
    device: Annotated[str | None, typer.Option(help="What trains fields: auto, cpu, cuda, cuda:1 or mps.")] = None,
    job: JobOption = None,
    progress: ProgressOption = "bar",
) -> None:
    """Solve a shot: where each frame's pixels lie on its key frame."""
    flags: dict[str, Any] = {
        "frames": frames,
        "matte.path": matte,
        "layers": parse_layers(layer or []) or None,
        "key": key[0] if key else None,
        "further_keys": key[1:] if key else None,
        "preset": preset,
        "vectors.forward": forward,
        "vectors.backward": backward,
        "seed": seed,
        "fields.device": device,
    }
    given = nested({name: value for name, value in flags.items() if value is not None})
    with console_for(progress) as console, listen_for_stop(console) as should_stop:
        values = merged(job_values(context), merged(given, parse_assignments(assignments or [])))
        console.result(training.train(plate, output, values, resume, console.report, should_stop))


@app.command()
def estimate(
    plate: Annotated[str, typer.Argument(help=f"{tooltip('train', 'plate')} Or a shot.yaml.")],
    frames: Annotated[str | None, typer.Option(help=tooltip("train", "frames"))] = None,
    matte: Annotated[str | None, typer.Option(help=tooltip("train", "matte"))] = None,
    layer: Annotated[
        list[str] | None, typer.Option(metavar="NAME=MATTE", help=f"{tooltip('train', 'layers')} Again for each.")
    ] = None,
    preset: Annotated[str | None, typer.Option(help=tooltip("train", "preset"))] = None,
    assignments: Assignments = None,
    progress: ProgressOption = "bar",
) -> None:
    """How long a training would take, and how much memory: from a look at a few of its frames."""
    layers = parse_layers(layer or []) or None
    flags = {"frames": frames, "matte.path": matte, "layers": layers, "preset": preset}
    given = nested({name: value for name, value in flags.items() if value is not None})
    with console_for(progress) as console, listen_for_stop(console) as should_stop:
        values = merged(given, parse_assignments(assignments or []))
        console.result(estimate_training(plate, None, values, False, console.report, should_stop))


@app.command()
def restore(
    folder: Folder,
    version: Annotated[int | None, typer.Argument(help="One that info names; by default the newest.")] = None,
    layer: LayerOption = None,
    progress: ProgressOption = "bar",
) -> None:
    """Go back to what an earlier training led to; what is there now is kept in its place."""
    with console_for(progress) as console:
        console.result(history.restore(at_layer(folder, layer), version))


@app.command()
def discard(folder: Folder, progress: ProgressOption = "bar") -> None:
    """Throw away what a stopped training has reached; what was trained before it stays."""
    with console_for(progress) as console:
        console.result(history.discard(folder))


@app.command()
def export(
    folder: Folder,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="canonical.exr", help=tooltip("canonical_export", "file"))
    ],
    guides: Annotated[bool, typer.Option("--guides", help=tooltip("canonical_export", "guides"))] = False,
    space: Annotated[Space | None, typer.Option(help=tooltip("canonical_export", "space"))] = None,
    kind: Annotated[Kind, typer.Option(help=tooltip("canonical_export", "kind"))] = "plate",
    layer: Annotated[str | None, typer.Option(help=tooltip("canonical_export", "layer"))] = None,
    key: Annotated[int | None, typer.Option(help=tooltip("canonical_export", "key"))] = None,
    job: JobOption = None,
    progress: ProgressOption = "bar",
) -> None:
    """Write the picture to paint on."""
    with console_for(progress) as console:
        wanted = space or space_for(output)
        console.result(tasks.export(at_layer(folder, layer), output, guides, wanted, kind, key, console.report))


@app.command("import")
def import_texture(
    folder: Folder,
    edit: Annotated[Path, typer.Argument(help=tooltip("texture_import", "file"))],
    on: Annotated[str, typer.Option(metavar="canonical|FRAME", help=tooltip("texture_import", "on"))] = "canonical",
    layer: Annotated[str | None, typer.Option(help=tooltip("texture_import", "layer"))] = None,
    key: Annotated[int | None, typer.Option(help=tooltip("texture_import", "key"))] = None,
    mode: Annotated[ImportMode, typer.Option(help=tooltip("texture_import", "mode"))] = "over",
    name: Annotated[str | None, typer.Option(help=tooltip("texture_import", "name"))] = None,
    opacity: Annotated[float, typer.Option(min=0, max=1, help=tooltip("texture_import", "opacity"))] = 1.0,
    space: Annotated[str | None, typer.Option(help=tooltip("texture_import", "space"))] = None,
    job: JobOption = None,
    progress: ProgressOption = "bar",
) -> None:
    """Take in what the artist painted."""
    with console_for(progress) as console, listen_for_stop(console) as should_stop:
        told = tasks.import_texture(
            at_layer(folder, layer), edit, on, key, mode, name, opacity, space, console.report, should_stop
        )
        console.result(told)


@app.command()
def propagate(
    context: typer.Context,
    folder: Folder,
    output: Annotated[str, typer.Option("-o", "--output", metavar="OUT.####.exr", help=tooltip("propagate", "file"))],
    frames: Annotated[str | None, typer.Option(help=tooltip("propagate", "frames"))] = None,
    texture: Annotated[
        list[str] | None, typer.Option(help=f"{tooltip('propagate', 'texture')} Again for more.")
    ] = None,
    layer: Annotated[str | None, typer.Option(help=tooltip("propagate", "layer"))] = None,
    outputs: Annotated[str, typer.Option(help=f"{tooltip('propagate', 'outputs')} Commas between.")] = "comp",
    no_light: Annotated[bool, typer.Option("--no-light", help="The paint keeps the light it was painted in.")] = False,
    times: Annotated[str | None, typer.Option(metavar="FIRST-LASTxSTEP", help=tooltip("propagate", "times"))] = None,
    onto: Annotated[str | None, typer.Option(metavar="PLATE", help=tooltip("propagate", "onto"))] = None,
    shutter: Annotated[
        float | None, typer.Option(min=0, max=360, metavar="DEGREES", help=tooltip("propagate", "shutter"))
    ] = None,
    proxy: Annotated[
        int | None,
        typer.Option(min=64, metavar="PIXELS", help="Live maps at this size at most, as the panel shows them."),
    ] = None,
    chunk: Annotated[str | None, typer.Option(help="Write this part of the frames; others write the rest.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Frames that are finished are not written again.")] = False,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Any of light.* and match.*.")
    ] = None,
    job: JobOption = None,
    progress: ProgressOption = "bar",
) -> None:
    """Carry the textures to the frames. Of the settings, light.* and match.* can be set here."""
    wanted = tuple(part.strip() for part in outputs.split(",") if part.strip())
    with console_for(progress) as console, listen_for_stop(console) as should_stop:
        flags = {"light.strength": 0.0 if no_light else None, "match.shutter": shutter}
        given = nested({name: value for name, value in flags.items() if value is not None})
        changes = merged(job_values(context), merged(parse_assignments(assignments or []), given))
        told = rendering.propagate(
            at_layer(folder, layer),
            output,
            frames,
            texture or [],
            wanted,
            changes,
            console.report,
            should_stop,
            times,
            onto,
            proxy,
            chunk,
            resume,
        )
        console.result(told)


@app.command()
def farm(
    source: Annotated[
        Path, typer.Argument(help="NAME.unreel, or a job to train or propagate: its job.json, or its folder.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="BUNDLE", help="Folder of the job bundle.")],
    result: Annotated[
        str | None, typer.Option(metavar="OUT.####.exr", help="The frames; by default among the folder's renders.")
    ] = None,
    frames: Annotated[str | None, typer.Option(help=tooltip("propagate", "frames"))] = None,
    texture: Annotated[
        list[str] | None, typer.Option(help=f"{tooltip('propagate', 'texture')} Again for more.")
    ] = None,
    layer: Annotated[str | None, typer.Option(help=tooltip("propagate", "layer"))] = None,
    outputs: Annotated[str | None, typer.Option(help=f"{tooltip('propagate', 'outputs')} Commas between.")] = None,
    frames_per_task: Annotated[int, typer.Option(min=1, help="As many go to a machine at once.")] = FRAMES_PER_TASK,
    no_train: Annotated[bool, typer.Option("--no-train", help="Frames alone, of the folder as it is.")] = False,
    progress: ProgressOption = "bar",
) -> None:
    """Write a job for a farm that speaks Open Job Description, such as Deadline Cloud."""
    wanted = None if outputs is None else tuple(part.strip() for part in outputs.split(",") if part.strip())
    given = {
        "output": result,
        "frames": frames,
        "texture": tuple(texture or ()) or None,
        "layer": layer,
        "outputs": wanted,
    }
    changed = {name: value for name, value in given.items() if value is not None}
    with console_for(progress) as console, listen_for_stop(console) as should_stop:
        console.result(write_farm(source, output, changed, no_train, frames_per_task, console.report, should_stop))


@app.command()
def run(
    job: Annotated[Path, typer.Argument(metavar="JOB", help="A job's folder, or its job.json.")],
    progress: ProgressOption = "bar",
) -> None:
    """Do what a node asked for, as it asked for it."""
    with console_for(progress) as console:
        wanted = read_job(job)
        if not COMMANDS[wanted.command].stops:
            console.result(run_job(wanted, console.report, never))
            return
        with listen_for_stop(console) as should_stop:
            console.result(run_job(wanted, console.report, should_stop))


@app.command()
def batch(
    shots: Annotated[Path, typer.Argument(metavar="LIST.yaml", help="The shots, and what to do for each.")],
    progress: ProgressOption = "bar",
) -> None:
    """Many shots, one after the other; what is finished is skipped, and one that fails does not stop the rest."""
    with console_for(progress) as console, listen_for_stop(console) as should_stop:
        told = run_batch(shots, console.report, should_stop)
        console.batch(told)
        require_all(told)


@app.command()
def info(
    folder: Folder,
    layer: LayerOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, as one JSON object.")] = False,
) -> None:
    """What is inside, how good the solve is, and what to do about it."""
    with console_for("none") as console:
        console.information(tasks.info(at_layer(folder, layer)), as_json)


@app.command()
def sheet(
    folder: Folder,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="SHEET.png", help="Also .tif.")],
    frames: Annotated[str | None, typer.Option(help="By default five, spread over the shot.")] = None,
    layer: LayerOption = None,
    texture: Annotated[list[str] | None, typer.Option(help="By default all.")] = None,
    progress: ProgressOption = "bar",
) -> None:
    """A contact sheet of plate, canonical, edit and result."""
    with console_for(progress) as console, listen_for_stop(console) as should_stop:
        console.result(tasks.sheet(at_layer(folder, layer), output, frames, texture or [], console.report, should_stop))


@app.command()
def demo(
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the results.")] = Path("demo_out"),
    progress: ProgressOption = "bar",
) -> None:
    """The main job on the bundled sample: train, export, import, propagate, sheet."""
    with console_for(progress) as console, listen_for_stop(console) as should_stop:
        console.result(tasks.demo(output, console.report, should_stop))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def panel(context: typer.Context) -> None:
    """Open the panel: a whole shot in one window."""
    raise typer.Exit(open_panel(context.args))


def main(arguments: list[str] | None = None) -> int:
    """Run and return the exit code: 0 ok, 1 failed, 2 usage, 3 input, 4 model, 5 memory, 130 cancelled."""
    quieten()
    try:
        code = app(args=arguments, prog_name="unreel", standalone_mode=False)
    except KeyboardInterrupt:
        return Cancelled.exit_code
    except Exception as error:
        words = getattr(error, "format_message", None)  # the parser's own errors have it
        if words is None:
            raise
        if words():  # else it has shown the help already
            print(f"unreel: {words()}", file=sys.stderr)
        return UsageError.exit_code
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    sys.exit(main())
