"""`python3 install --host H`, `plan`, `uninstall` and `doctor --host H`."""

from __future__ import annotations

import os

from action import Action
from doctor_host import check_place, say_nothing_laid
from environment import Environment, clean_variables, is_ready, prepare, say
from hosts import Wish, find_laid, find_laid_for, make_places, plan, plan_removal
from place import Place
from product import read_product


def run_install(place: Environment, wish: Wish) -> int:
    """The plan first: where something is in the way, nothing is downloaded."""
    places, actions = look_through(wish)
    prepare(place)
    done = [perform(action) for action in actions]
    say(f"{sum(done)} changes" if any(done) else "all was in place; nothing was changed")
    for laid in places:
        say(f"{laid.host}: {laid.folder}; {laid.next}")
    return 0


def run_plan(place: Environment, wish: Wish) -> int:
    """What `install` would do, and nothing of it."""
    places, actions = look_through(wish)
    kept = "keep" if is_ready(place, []) else "make"
    print(f"{kept}    the environment {place.folder}")
    for action in actions:
        print(f"{'as is   ' if action.is_done() else '        '}{action.describe()}")
    for laid in places:
        print(f"then     {laid.host}: {laid.next}")
    return 0


def run_uninstall(wish: Wish) -> int:
    """Takes back what was laid and is unchanged. The environment stays: it is one folder, and other hosts use it."""
    folders = find_laid(wish)
    if not folders:
        say(f"nothing of Unreel was found for {', '.join(wish.hosts)}" + (f" in {wish.folder}" if wish.folder else ""))
        return 0
    plans = [plan_removal(folder) for folder in folders]
    for folder, (actions, kept) in zip(folders, plans, strict=True):
        for action in actions:
            perform(action)
        say(f"taken out of {folder}")
        for path in kept:
            say(f"kept, because it was changed: {path}")
    environments = [wish.python.parents[1]] if wish.folder is None else [wish.python.parents[1], wish.folder / "env"]
    for environment in dict.fromkeys(environments):
        if (environment / "pyvenv.cfg").exists():
            say(f"the environment is kept: {environment}; delete that folder when no host uses it any more")
    return 0


def run_host_doctor(wish: Wish) -> int:
    """0 where every place of every host works."""
    variables = clean_variables(os.environ)
    good = True
    for host in wish.hosts:
        folders = find_laid_for(wish, host)
        good &= all([check_place(folder, variables) for folder in folders] or [say_nothing_laid(host)])
    print("all is well" if good else "something is wrong: see FAIL above")
    return 0 if good else 1


def look_through(wish: Wish) -> tuple[list[Place], list[Action]]:
    places = make_places(wish)
    return places, plan(places, read_product(wish.root).version)


def perform(action: Action) -> bool:
    """Do it and tell it; whether there was anything to do."""
    if action.is_done():
        return False
    print(f"    {action.describe()}", flush=True)
    action.perform()
    return True
