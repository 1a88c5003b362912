"""A strict reader of Nuke's node text, from TCL's rules for words and Nuke's commands; it knows nothing of our writer.

TCL: commands end at a newline; a word is in braces (nothing is evaluated, braces count unless escaped), in quotes
(backslashes are), or bare. Nuke: `Class {knob value ...}` takes `inputs` nodes off the stack, input 0 the topmost, and
lays the node on it; `set N [stack 0]`, `push $N`, `push 0`, `add_layer {...}`, `version ...`, `end_group`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field


class NotNk(ValueError):
    """Nuke would not read this, or read something else."""


@dataclass
class Parsed:
    nuke_class: str
    name: str
    knobs: dict[str, str]
    """As Nuke holds them; a value in braces is left as it stands between them."""
    user_knobs: list[list[str]]
    inputs: list[Parsed | None]
    inside: list[Parsed] = field(default_factory=list)


@dataclass
class Script:
    nodes: list[Parsed]
    layers: dict[str, list[str]]
    version: str | None = None


ESCAPES = {"n": "\n", "t": "\t"}


def words(text: str, at: int = 0) -> list[list[str]]:
    """Commands, each a list of words."""
    commands: list[list[str]] = [[]]
    while at < len(text):
        letter = text[at]
        if letter == "\n":
            commands.append([])
            at += 1
        elif letter in " \t":
            at += 1
        else:
            found, at = {"{": braced, '"': quoted}.get(letter, bare)(text, at)
            if at < len(text) and text[at] not in " \t\n":
                raise NotNk(f"after a word stands {text[at : at + 20]!r}")
            commands[-1].append(found)
    return [command for command in commands if command]


def braced(text: str, at: int) -> tuple[str, int]:
    depth, start = 0, at + 1
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] in "{}":
            depth += 1 if text[at] == "{" else -1
            if depth == 0:
                return text[start:at], at + 1
        at += 1
    raise NotNk(f"a brace is not closed: {text[start - 1 : start + 40]!r}")


def quoted(text: str, at: int) -> tuple[str, int]:
    found, at = "", at + 1
    while at < len(text) and text[at] != '"':
        if text[at] == "\\":
            at += 1
            found += ESCAPES.get(text[at], text[at])
        elif text[at] in "[$\n":
            raise NotNk(f"this would be evaluated: {text[at : at + 20]!r}")
        else:
            found += text[at]
        at += 1
    if at >= len(text):
        raise NotNk(f"a quote is not closed: {found[:40]!r}")
    return found, at + 1


def bare(text: str, at: int) -> tuple[str, int]:
    match = re.compile(r"[^\s]+").match(text, at)
    assert match is not None
    special = re.search(r'["{}\[\];\\#]|\$(?!N\d+$)', match[0])
    if special and match[0] not in ("[stack", "0]"):
        raise NotNk(f"{special[0]!r} is bare in {match[0]!r}")
    return match[0], match.end()


def parse(text: str) -> Script:
    """NotNk with what is wrong."""
    script = Script([], {})
    nodes, stack, variables = script.nodes, [], {}
    outer: list[tuple[list[Parsed], list[Parsed | None]]] = []
    for command in words(text):
        first, rest = command[0], command[1:]
        if first == "version":
            script.version = " ".join(rest)
        elif first == "add_layer" and len(rest) == 1:
            name, *channels = rest[0].split()
            script.layers[name] = channels
        elif first == "set" and rest[1:] == ["[stack", "0]"]:
            variables[rest[0]] = stack[-1]
        elif first == "push" and len(rest) == 1:
            if rest[0] != "0" and rest[0][1:] not in variables:
                raise NotNk(f"{rest[0]} was never set")
            stack.append(None if rest[0] == "0" else variables[rest[0][1:]])
        elif first == "end_group" and not rest and outer:
            nodes, stack = outer.pop()
        elif re.fullmatch(r"[A-Z]\w*", first) and len(rest) == 1:
            node = one_node(first, rest[0], stack)
            nodes.append(node)
            stack.append(node)
            if first == "Group":
                outer.append((nodes, stack))
                nodes, stack = node.inside, []
        else:
            raise NotNk(f"no command of Nuke's: {' '.join(command)[:60]!r}")
    if outer:
        raise NotNk("a group has no end_group")
    names = [node.name for node in script.nodes]
    if len(set(names)) != len(names):
        raise NotNk(f"a name is there twice: {names}")
    return script


def one_node(nuke_class: str, body: str, stack: list[Parsed | None]) -> Parsed:
    node = Parsed(nuke_class, "", {}, [], [])
    for line in words(body):
        if len(line) != 2:
            raise NotNk(f"{nuke_class}: {line} is not a knob and its value")
        knob, held = line
        if knob == "addUserKnob":
            node.user_knobs.append([one for command in words(held) for one in command])
        elif knob in node.knobs:
            raise NotNk(f"{nuke_class}: knob {knob} is set twice")
        else:
            node.knobs[knob] = held
    count = int(node.knobs.pop("inputs", "1"))
    if count > len(stack):
        raise NotNk(f"{nuke_class}: wants {count} inputs, and {len(stack)} nodes are on the stack")
    node.inputs = [stack.pop() for _ in range(count)]
    node.name = node.knobs.pop("name", "")
    if not node.name:
        raise NotNk(f"{nuke_class}: has no name")
    return node
