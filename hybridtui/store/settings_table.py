"""Every setting as a row of one table, made from the structs of `hybridtui.settings`.

The file's template, its checks, the environment, `config show` and the page about settings read this table.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, get_origin

import msgspec

from hybridtui.settings import LIVE, REMEMBERED, Settings

Value = str | bool | int | float | tuple[str, ...] | None
KEYS = "keys"
"""The table of the file whose names are those of the keys, not ours."""
_PREFIX = "HYBRIDTUI_"
_WITHOUT_TABLE = "looks."
"""The environment variables of this table do not name it, because options on the command line do not either."""


class SettingField(msgspec.Struct, frozen=True):
    """One setting."""

    name: str
    """`fps`, `timings.grace`: as `config show` names it."""
    annotation: Any
    """What msgspec converts a value to."""
    default: Value
    description: str
    kind: type
    """`str`, `bool`, `int`, `float`, or `tuple` for words that may also be one text."""
    choices: tuple[str, ...] = ()
    """The only texts that it may be, where there are only so many."""
    least: float | None = None
    most: float | None = None
    below: float | None = None
    """Instead of `most`: the number that it must stay below."""
    example: Value = None
    """What it may be, where it has no default."""
    live: bool = False
    """Whether it is obeyed as soon as the file is saved."""
    remembered: bool = False
    """Whether, where nothing decides it, it is as it was on the screen the last time, and `default` only at first."""

    @property
    def table(self) -> str:
        """The `[table]` of the file it stands in; empty for the top."""
        return self.name.rpartition(".")[0]

    @property
    def last(self) -> str:
        """Its name within the table."""
        return self.name.rpartition(".")[2]

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return _PREFIX + self.name.removeprefix(_WITHOUT_TABLE).replace(".", "_").upper()

    @property
    def bounds(self) -> str:
        """What it may be: `a whole number from 1 to 60`."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        if self.kind is tuple:
            return "a text in quotes, or a list of them"
        if self.kind in (bool, str):
            return "true or false" if self.kind is bool else "a text in quotes"
        number = "a whole number" if self.kind is int else "a number"
        return f"{number} from {self.least} " + (f"to {self.most}" if self.below is None else f"to below {self.below}")

    def converted(self, value: object, *, text: bool = False) -> Value:
        """The value, checked; with `text` it may be written as in an environment variable.

        Raises ValueError with a sentence that says what it may be.
        """
        try:
            converted: Value = msgspec.convert(value, self.annotation, strict=not text)
        except (msgspec.ValidationError, OverflowError) as error:
            raise ValueError(f"{self.name} must be {self.bounds}, not {shown(value)}.") from error
        if self.choices and converted not in self.choices:
            raise ValueError(f"{self.name} must be {self.bounds}, not {shown(value)}.")
        return converted


def shown(value: object) -> str:
    """A value that somebody wrote, short and without control characters, as a TOML file would have it."""
    text = f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    text = "".join(char if char.isprintable() else "�" for char in text[:80])
    return text if len(text) <= 50 else f"{text[:49]}…"


@cache
def setting_fields() -> Mapping[str, SettingField]:
    """All settings by name, in the order of the file; the keys of the keyboard are not among them."""
    fields = []
    for name, annotation in Settings.__annotations__.items():
        default = getattr(Settings(), name)
        if isinstance(default, msgspec.Struct):
            parts = type(default).__annotations__
            fields += [_field(f"{name}.{part}", parts[part], getattr(default, part)) for part in parts]
        elif name != KEYS:
            fields.append(_field(name, annotation, default))
    return {field.name: field for field in fields}


def _field(name: str, annotation: Any, default: Value) -> SettingField:
    kind, metas = _parted(annotation)
    meta = {
        attribute: value
        for meta in metas
        for attribute in ("description", "ge", "le", "lt", "extra_json_schema", "examples", "extra")
        if (value := getattr(meta, attribute)) is not None
    }
    return SettingField(
        name=name,
        annotation=annotation,
        default=default,
        description=meta["description"],
        kind=kind,
        choices=tuple(meta.get("extra_json_schema", {}).get("enum", ())),
        least=meta.get("ge"),
        most=meta.get("le"),
        below=meta.get("lt"),
        example=next(iter(meta.get("examples", ())), None),
        live=meta.get("extra") == LIVE,
        remembered=meta.get("extra") == REMEMBERED,
    )


def _parted(annotation: Any) -> tuple[type, list[Any]]:
    """The type that an annotation means, None apart, and all that is said about it."""
    metas = list(getattr(annotation, "__metadata__", ()))
    inner = annotation.__origin__ if metas else annotation
    if get_origin(inner) is tuple:
        return tuple, metas
    kinds = []
    for choice in getattr(inner, "__args__", ()):
        if choice is not type(None):
            kind, more = _parted(choice)
            kinds.append(kind)
            metas = [*more, *metas]
    return (tuple if tuple in kinds else kinds[0]) if kinds else inner, metas


def values_of(settings: Settings) -> dict[str, Any]:
    """The values by name; `settings_of` makes the settings of them again, but for the keys."""
    fields = setting_fields().values()
    return {field.name: getattr(getattr(settings, field.table or "_", settings), field.last) for field in fields}


def settings_of(values: Mapping[str, Any], keys: Mapping[str, str] | None = None) -> Settings:
    """The settings with these values, by name; what is not named is the default."""
    tables: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        table, _, last = name.rpartition(".")
        tables.setdefault(table, {})[last] = value
    settings = msgspec.structs.replace(Settings(), **tables.pop("", {}), keys=dict(keys or {}))
    nested = {table: msgspec.structs.replace(getattr(settings, table), **parts) for table, parts in tables.items()}
    return msgspec.structs.replace(settings, **nested)
