"""How any worker does its job: asked to stop or rest, and however it ends, its folder says so."""

from __future__ import annotations

import faulthandler
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import protocol
from .death import DOCTOR, lacks
from .stopping import Stopping
from .telling import Telling

Work = Callable[[Path, Telling, Stopping], dict[str, Any]]
"""Does what a job folder asks for; its result. KeyboardInterrupt: it stopped because it was asked to."""


def do(arguments: list[str], module: str, work: Work) -> int:
    """The exit code, as the command line's; all else is in the job folder, and on standard output."""
    names = [argument for argument in arguments if not argument.startswith("--")]
    if len(names) != 1 or not Path(names[0]).is_dir():
        print(f"usage: python -I -m {module} JOB_FOLDER [--detached]", file=sys.stderr)
        return protocol.USAGE
    folder = Path(names[0]).absolute()
    if sys.stderr is not None:
        faulthandler.enable(sys.stderr)  # a crash in a library leaves its traceback in the log
    telling = Telling(folder)
    telling.state(protocol.STARTING)
    stopping = make_stopping(folder, "--detached" not in arguments, telling)
    stopping.listen(telling.beat)
    code, message, more = ended(work, folder, telling, stopping)
    stopping.end()
    state = {protocol.OK: protocol.DONE, protocol.CANCELLED: protocol.STOPPED}.get(code, protocol.FAILED)
    if state == protocol.FAILED:
        telling.event("error", error=message, exit_code=code)
        print(f"unreel: {message}", file=sys.stderr)
    telling.state(state, message, exit_code=code, **more)
    return code


def make_stopping(folder: Path, attached: bool, telling: Telling) -> Stopping:
    """What it is asked shows in its state."""
    return Stopping(
        folder,
        attached,
        lambda why: telling.state(protocol.STOPPING, why),
        lambda rests: telling.state(protocol.PAUSED if rests else protocol.RUNNING),
    )


def ended(work: Work, folder: Path, telling: Telling, stopping: Stopping) -> tuple[int, str, dict[str, Any]]:
    """Exit code, message and what else the status says, however the work ends."""
    try:
        result = work(folder, telling, stopping)
    except protocol.JobTooNew as error:
        return protocol.INCOMPATIBLE, str(error), {}
    except protocol.NotAJob as error:
        return protocol.INPUT, str(error), {}
    except KeyboardInterrupt:
        return protocol.CANCELLED, f"{stopping.why or 'stopped'}; what was written before is whole", {}
    except ModuleNotFoundError as error:
        traceback.print_exc()
        return protocol.WENT_WRONG, lacks(error.name or str(error), sys.executable), {}
    except ImportError as error:
        traceback.print_exc()
        return protocol.WENT_WRONG, f"{sys.executable} cannot load what Unreel needs: {error}; {DOCTOR}", {}
    except Exception as error:  # the one broad catch: whatever it is, the node is told
        code = getattr(error, "exit_code", None)
        if code is None:
            traceback.print_exc()
            what = f"{type(error).__name__}: {error}"
            return protocol.WENT_WRONG, f"Unreel failed by a fault of its own, {what}; see {folder / protocol.LOG}", {}
        why = f"{stopping.why}; " if code == protocol.CANCELLED and stopping.why else ""
        return code, f"{why}{error}", {}
    telling.event("result", result=result)
    of_the_whole = {"verdict": str(result.get("verdict", ""))}
    return protocol.OK, "", {**of_the_whole, **({"psnr": result["psnr"]} if "psnr" in result else {})}
