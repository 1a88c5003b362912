"""The pages, in the order of the work. A page's module is imported when it is first shown."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

from ..model.session import Session
from ..model.stage import Stage
from .page import Page

if TYPE_CHECKING:
    from .main_window import MainWindow


@dataclass(frozen=True)
class PageSpec:
    id: str
    """As notices and shortcuts have it: `page.ID`."""
    title: str
    module: str
    """Beside this file."""
    name: str
    """Its class, a `Page`."""
    needs: Stage
    """Before that there is one line, and the button that leads to it."""
    wants_live: bool = False
    """Live maps are made when it is first shown."""


@dataclass(frozen=True)
class Need:
    text: str
    page: str
    """Where it is met."""
    button: str


PAGES = (
    PageSpec("shot", "Shot", "page_shot", "ShotPage", Stage.EMPTY),
    PageSpec("matte", "Matte", "page_matte", "MattePage", Stage.OPEN),
    PageSpec("train", "Train", "page_train", "TrainPage", Stage.OPEN),
    PageSpec("canonical", "Canonical", "page_canonical", "CanonicalPage", Stage.TRAINED, wants_live=True),
    PageSpec("paint", "Paint", "page_paint", "PaintPage", Stage.TRAINED, wants_live=True),
    PageSpec("propagate", "Propagate", "page_propagate", "PropagatePage", Stage.TRAINED, wants_live=True),
    PageSpec("sheet", "Sheet", "page_sheet", "SheetPage", Stage.TRAINED),
)

NEEDS = {
    Stage.OPEN: Need("No shot is open.", "shot", "Open a shot"),
    Stage.TRAINED: Need("This shot is not trained yet.", "train", "Go to Train"),
}


def need_of(page: PageSpec, stage: Stage) -> Need | None:
    """What has to be done first; None where the page can be worked on."""
    return next((need for needed, need in NEEDS.items() if stage < needed <= page.needs), None)


def make_page(spec: PageSpec, session: Session, window: MainWindow) -> Page:
    make = getattr(import_module(f".{spec.module}", __package__), spec.name)
    return cast(Page, make(session, window))
