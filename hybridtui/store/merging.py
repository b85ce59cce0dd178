"""What two processes chose at the same time, put together: each changed only what differs from what it had read. PURE.

Of a struct the fields are merged, of a dictionary the entries, of a tuple of names the names; anything else is one
thing, and the later choice of it holds.
"""

from collections.abc import Mapping
from itertools import takewhile
from typing import Any, TypeVar, cast

import msgspec

Chosen = TypeVar("Chosen")
_ABSENT = object()


def merged(base: Any, ours: Chosen, theirs: Any) -> Chosen:
    """`ours` with all that `theirs` changed of the `base` which both began with."""
    if theirs in (base, ours) or type(theirs) is not type(ours):
        return ours
    if ours == base:
        return theirs
    if type(base) is not type(ours):
        return ours
    return cast(Chosen, _parts_merged(base, ours, theirs))


def _parts_merged(base: Any, ours: Any, theirs: Any) -> Any:
    if isinstance(ours, msgspec.Struct):
        names = ours.__struct_fields__
        fields = {name: merged(getattr(base, name), getattr(ours, name), getattr(theirs, name)) for name in names}
        return msgspec.structs.replace(ours, **fields)
    if isinstance(ours, dict):
        return _entries_merged(base, ours, theirs)
    if isinstance(ours, tuple) and all(isinstance(name, str) for name in (*base, *ours, *theirs)):
        return _names_merged(base, ours, theirs)
    return ours


def _entries_merged(base: Mapping[Any, Any], ours: Mapping[Any, Any], theirs: Mapping[Any, Any]) -> dict[Any, Any]:
    """An entry that one side deleted is gone, unless the other one changed it."""
    found = {}
    for key in dict.fromkeys((*theirs, *ours)):
        before, mine, other = (entries.get(key, _ABSENT) for entries in (base, ours, theirs))
        if _ABSENT in (mine, other):
            value = mine if other in (before, _ABSENT) else other
        else:
            value = merged(before, mine, other)
        if value is not _ABSENT:
            found[key] = value
    return found


def _names_merged(base: tuple[str, ...], ours: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    """What either added is there, in front or behind as it was, and what either removed is not.

    The order is ours, unless only they changed it.
    """
    both = [name for name in base if name in ours and name in theirs]
    kept_order, their_order = ([name for name in names if name in both] for names in (ours, theirs))
    first, second = (theirs, ours) if kept_order == both != their_order else (ours, theirs)
    fresh = [name for name in second if name not in base and name not in first]
    leading = {*takewhile(lambda name: name not in base, second)}
    front = [name for name in fresh if name in leading]
    back = [name for name in fresh if name not in leading]
    return (*front, *(name for name in first if name not in base or name in both), *back)
