"""What is done for a host, as a list of actions: to show it, to do it, and to take it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import host_blender
import host_natron
import host_nuke
import host_zip
import runtime_file
import studio
from action import Action, EditStart, RemoveFile, RemoveFolder, WriteFile
from failure import InstallFailed
from place import Machine, Place
from product import Product, read_product
from record import NAME, Record, compute_sha256, read_record, record_bytes, sha256_on_disk, sum_files

HOSTS = ("nuke", "natron", "blender")


@dataclass(frozen=True)
class Wish:
    """What was asked for."""

    root: Path
    """The checkout that is installed from."""
    python: Path
    """The interpreter of Unreel's environment."""
    hosts: tuple[str, ...]
    machine: Machine
    folder: Path | None = None
    """Lay the files there and touch nothing of the user's; None: where the user's hosts look."""
    shared: bool = False
    """The folder serves a studio: each host's place is as a path variable wants it."""


def make_places(wish: Wish) -> list[Place]:
    """Where things lie, for each host. `InstallFailed` where a host can't be served."""
    product = read_product(wish.root)
    common = {
        host_zip.NAME: host_zip.make_host_zip(wish.root),
        runtime_file.NAME: runtime_file.make_runtime(wish.python, product.version),
    }
    places: list[Place] = []
    for host in wish.hosts:
        files = {**host_zip.read_start_files(wish.root, host), **common}
        folder = choose_folder(wish, host)
        places += user_places(wish.machine, host, files, product) if folder is None else []
        places += [] if folder is None else [chosen_place(folder, host, files, product, wish.shared)]
    if wish.shared and wish.folder is not None:
        places.append(studio.make_place(wish.folder, wish.python, product))
    return places


def choose_folder(wish: Wish, host: str) -> Path | None:
    """One host has the folder for itself, so that it can be put on a path as it is; several have one each in it."""
    if wish.folder is None:
        return None
    return wish.folder / host if wish.shared or len(wish.hosts) > 1 else wish.folder


def user_places(machine: Machine, host: str, files: Mapping[str, bytes], product: Product) -> list[Place]:
    if host == "nuke":
        return [host_nuke.user_place(machine, files)]
    if host == "natron":
        return [host_natron.user_place(machine, files)]
    return host_blender.user_places(machine, files, product)


def chosen_place(folder: Path, host: str, files: Mapping[str, bytes], product: Product, shared: bool) -> Place:
    if host == "nuke":
        return host_nuke.chosen_place(folder, files)
    if host == "natron":
        return host_natron.chosen_place(folder, files)
    return host_blender.shared_place(folder, files) if shared else host_blender.chosen_place(folder, files, product)


def find_laid(wish: Wish) -> list[Path]:
    """The folders in which something of this was laid."""
    folders = [folder for host in wish.hosts for folder in find_laid_for(wish, host)]
    is_all = wish.shared or set(wish.hosts) == set(HOSTS)
    return folders + ([wish.folder] if is_all and wish.folder is not None and is_laid(wish.folder, "studio") else [])


def find_laid_for(wish: Wish, host: str) -> list[Path]:
    """Those of one host. Below --dir each way of laying is looked for, so that it need not be said again."""
    if wish.folder is not None:
        below = wish.folder / host
        folders = [wish.folder, below, host_blender.shared_place(below, {}).folder]
    elif host == "nuke":
        folders = [host_nuke.user_place(wish.machine, {}).folder]
    elif host == "natron":
        folders = [host_natron.user_place(wish.machine, {}).folder]
    else:
        least = read_product(wish.root).least["blender"]
        found = host_blender.find_extension_folders(wish.machine, least)
        folders = [host_blender.user_place(folder, {}).folder for folder in found]
    return [folder for folder in folders if is_laid(folder, host)]


def is_laid(folder: Path, host: str) -> bool:
    record = read_record(folder)
    return record is not None and record.host == host


def plan(places: Sequence[Place], version: str) -> list[Action]:
    """All that is to be done, looked through before the first step. `InstallFailed` where something is in the way."""
    return [action for place in places for action in plan_place(place, version)]


def plan_place(place: Place, version: str) -> list[Action]:
    old = read_record(place.folder)
    if old is not None and old.host != place.host:
        raise InstallFailed(
            f"{place.folder} holds what was installed for {old.host.capitalize()}.",
            "A host would find the other's files there.",
            "Choose another folder with --dir DIR, or name both: each then gets a folder of its own in DIR.",
        )
    known = {} if old is None else old.files
    refuse_what_is_not_ours(place, known)
    gone = sorted(set(known) - set(place.files))
    actions: list[Action] = [
        WriteFile(place.folder / name, content, name.startswith("bin/"))
        for name, content in sorted(place.files.items())
    ]
    actions += [RemoveFile(place.folder / name) for name in gone if is_unchanged(place.folder, name, known[name])]
    made = {} if old is None else dict(old.start)
    if place.start is not None:
        edit = EditStart(place.start.path, place.start.lines)
        edit.wanted()
        made.setdefault(str(place.start.path), not place.start.path.exists())
        actions.append(edit)
    folders = sorted({*([] if old is None else old.made_folders), *map(str, missing_folders(place))})
    record = Record(place.host, version, sum_files(place.files), made, folders)
    # Last: what was laid before a run was broken off is known by its content.
    return [*actions, WriteFile(place.folder / NAME, record_bytes(record))]


def missing_folders(place: Place) -> list[Path]:
    """Those that the files need and that are not there, outermost first."""
    wanted = {place.folder}
    for name in place.files:
        wanted |= {place.folder / folder for folder in Path(name).parents}
    all_of_them = {folder for path in wanted for folder in (path, *path.parents)}
    return sorted(folder for folder in all_of_them if not folder.exists())


def is_unchanged(folder: Path, name: str, sha256: str) -> bool:
    return sha256_on_disk(folder / name) == sha256


def refuse_what_is_not_ours(place: Place, known: Mapping[str, str]) -> None:
    """Never write over a file that someone else made or changed."""
    for name, content in place.files.items():
        there = sha256_on_disk(place.folder / name)
        if there not in (None, known.get(name), compute_sha256(content)):
            whose = "was changed after it was installed" if name in known else "was not written by this program"
            raise InstallFailed(
                f"{place.folder / name} is left as it is, and nothing was installed.",
                f"It {whose}.",
                "Move it away, or choose an empty or new folder with --dir DIR.",
            )


def plan_removal(folder: Path) -> tuple[list[Action], list[Path]]:
    """What takes a place back, and the files that are kept because they were changed. Nothing where nothing lies."""
    record = read_record(folder)
    if record is None:
        return [], []
    ours = {name for name, sha256 in record.files.items() if is_unchanged(folder, name, sha256)}
    kept = [folder / name for name in sorted(set(record.files) - ours) if (folder / name).exists()]
    actions: list[Action] = [EditStart(Path(path), None, made) for path, made in record.start.items()]
    for action in actions:
        assert isinstance(action, EditStart)
        action.wanted()
    actions += [RemoveFile(folder / name) for name in sorted(ours)]
    caches = sorted({cache for name in ours for cache in find_caches(folder / name)})
    actions += [RemoveFile(cache) for cache in caches]
    actions += [RemoveFolder(cache) for cache in sorted({cache.parent for cache in caches})]
    actions.append(RemoveFile(folder / NAME))
    actions += [RemoveFolder(Path(path)) for path in sorted(record.made_folders, reverse=True)]
    return actions, kept


def find_caches(path: Path) -> list[Path]:
    """What the hosts' Pythons left of a source beside it."""
    return list((path.parent / "__pycache__").glob(f"{path.stem}.*.pyc")) if path.suffix == ".py" else []
