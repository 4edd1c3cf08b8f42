"""Help is complete: a public object has a docstring, its own or inherited, that names its arguments."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
import re

import pytest

import contests

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(contests.__path__, "contests.")
    if not any(part.startswith("_") for part in module.name.split("."))
)
PROPERTIES = (property, functools.cached_property)


def public_callables(module):
    """Every public function, class and method of a module: its name, itself, and where it may be told."""
    names = getattr(module, "__all__", [name for name in vars(module) if not name.startswith("_")])
    for name in names:
        thing = getattr(module, name)
        if getattr(thing, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(thing):
            yield name, thing, [thing]
        elif inspect.isclass(thing):
            yield name, thing, [thing]
            for attribute, member in vars(thing).items():
                if attribute.startswith("_"):
                    continue
                if isinstance(member, PROPERTIES) or inspect.isroutine(getattr(member, "__func__", member)):
                    bound = getattr(thing, attribute)
                    yield f"{name}.{attribute}", bound, [bound, thing]


def arguments(thing):
    """The names of the arguments that a caller may give."""
    if isinstance(thing, PROPERTIES):
        return []
    if inspect.isclass(thing) and (issubclass(thing, BaseException) or getattr(thing, "_is_protocol", False)):
        return []  # the library raises errors itself, and nobody constructs a protocol
    try:
        parameters = inspect.signature(thing).parameters
    except ValueError:  # built in, without a signature
        return []
    return [name for name in parameters if name not in {"self", "cls"} and not name.startswith("_")]


@pytest.mark.parametrize("name", MODULES)
def test_public_names_are_documented_with_all_their_arguments(name):
    module = importlib.import_module(name)
    assert module.__doc__, f"{name} has no docstring"
    gaps = []
    for label, thing, told_in in public_callables(module):
        own = inspect.getdoc(thing)
        if not own:
            gaps.append(f"{label}: no docstring")
            continue
        text = "\n".join(inspect.getdoc(place) or "" for place in told_in)
        gaps += [
            f"{label}: does not name {argument}"
            for argument in arguments(thing)
            if not re.search(rf"\b{re.escape(argument)}\b", text)
        ]
    assert not gaps, f"{name}:\n" + "\n".join(gaps)
