"""Where everything stands, for every size of terminal: plain arithmetic first, then the Textual layout that obeys it.

The price and the state never drop out. Panels do where there is no room: the tape first, the order book last.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from hybridtui.tui.presets import PANELS, Beside, Shape, Stacked, joined, panels_of, replaced, without

HEADER, CHART, BOOK, TAPE, NOTICE, STATUS, FOOTER = "header", "chart", "book", "tape", "notice", "status", "footer"
HEATMAP: Final = "heatmap"
DEPTH: Final = "depth"

_GAP = 1
"""The blank column between neighbours."""
_BARS = 2
"""Rows of header and status bar."""
_DROPPED = (TAPE, DEPTH, HEATMAP, CHART, BOOK)
"""What is left out first where there is no room."""


class Wish(NamedTuple):
    """What something wants of the width or of the height, in cells or rows."""

    least: int
    """Below that it cannot be read."""
    good: int
    """With that nothing of it is missing."""
    weight: float
    """Its share of what is left when all have that."""


_WIDTHS = {
    CHART: Wish(24, 60, 8),
    BOOK: Wish(28, 44, 1),
    TAPE: Wish(24, 34, 0.5),
    HEATMAP: Wish(24, 60, 8),
    DEPTH: Wish(24, 60, 8),
}
_HEIGHTS = {
    CHART: Wish(5, 15, 3),
    BOOK: Wish(4, 14, 2),
    TAPE: Wish(3, 8, 1),
    HEATMAP: Wish(5, 13, 2),
    DEPTH: Wish(5, 13, 2),
}


class Plan(msgspec.Struct, frozen=True):
    """What the user wants to see."""

    shape: Shape | None = None
    """The chosen layout; None is the best one for the size."""
    hidden: frozenset[str] = frozenset()
    """Panels that are not wanted, whatever the layout says."""
    shown: frozenset[str] = frozenset()
    """Panels that are wanted beside those of the layout."""
    zoomed: str | None = None
    """The panel that has the whole middle for a while."""
    footer: bool | None = None
    """Whether there are keys at the bottom; None is where there is room for them."""


def known(plan: Plan) -> Plan:
    """The plan with the panels that there are: what was remembered may name those of another version."""
    zoomed = plan.zoomed if plan.zoomed in PANELS else None
    return msgspec.structs.replace(
        plan, hidden=plan.hidden.intersection(PANELS), shown=plan.shown.intersection(PANELS), zoomed=zoomed
    )


class Arranged(NamedTuple):
    """What stands where, and whether something had to go."""

    places: dict[str, Region]
    """The regions of everything that is shown; what is missing is hidden."""
    needs: Size | None
    """The least terminal on which all that was chosen can be read, where this one is smaller."""


def arrange(size: Size, plan: Plan = Plan(), *, refused: bool = False, view: str = CHART) -> Arranged:  # noqa: B008
    """The places at this size.

    `refused` gives the whole middle to one notice; `view` is what stands in the chart's place, or in the place of what
    there is where the chart has none. Names that are those of no panel change nothing.
    """
    width, height = size
    if width < 1 or height < 1:
        return Arranged({}, None)
    plan = known(plan)
    places = {HEADER: Region(0, 0, width, 1)}
    bottom = height
    if _has_footer(size, plan):
        bottom -= 1
        places[FOOTER] = Region(0, bottom, width, 1)
    if height >= 2:
        bottom -= 1
        places[STATUS] = Region(0, bottom, width, 1)
    middle = Region(0, 1, width, bottom - 1)
    wanted = _viewed(_wanted(middle.size, plan), view)
    fitting = _fitting(wanted, middle.size)
    if middle.height > 0:
        places |= {NOTICE: middle} if refused else _placed(fitting, middle)
    chosen = plan.shape is not None or bool(plan.shown) or plan.zoomed is not None
    if refused or not chosen or (fitting == wanted and _fits(wanted, middle.size)):
        return Arranged(places, None)
    least = wish(wanted, _WIDTHS, Beside).least
    needed = Size(least, wish(wanted, _HEIGHTS, Stacked).least + _BARS)
    return Arranged(places, Size(least, needed.height + _has_footer(needed, plan)))


def _has_footer(size: Size, plan: Plan) -> bool:
    if plan.footer is None:
        return size.height >= (18 if size.width >= 60 else 30)
    return plan.footer and size.height >= 3


# Which panels, and how they stand to each other


def _wanted(area: Size, plan: Plan) -> Shape:
    """The shape that is asked for, whether it fits or not."""
    if plan.zoomed is not None:
        return plan.zoomed
    base = natural(usual(area), area) if plan.shape is None else plan.shape
    present = set(panels_of(base))
    panels = (present | plan.shown) - plan.hidden or present
    if not panels <= present:
        return natural(panels, area)
    for panel in present - panels:
        left = without(base, panel)
        assert left is not None, "one panel is left"
        base = left
    return natural(panels, area) if plan.shape is None else base


def usual(area: Size) -> set[str]:
    """The panels that a middle of this size has where nothing is chosen."""
    width, height = area
    if width >= 116:
        return {CHART, BOOK, TAPE}
    if width >= 100:
        return {CHART, BOOK, TAPE} if height >= 22 else {CHART, BOOK}
    if width >= 60:
        return {BOOK} | ({CHART} if height >= 14 else set()) | ({TAPE} if width >= 72 else set())
    return {BOOK} | ({CHART} if height >= 18 else set()) | ({TAPE} if height >= 36 else set())


def natural(panels: set[str], area: Size) -> Shape:
    """These panels as they stand best on an area of this size; one panel at least."""
    plots = [panel for panel in (CHART, HEATMAP, DEPTH) if panel in panels]
    if not plots:
        return _natural(panels, area)
    shape = _natural((panels - {*plots}) | {CHART}, area)
    return replaced(shape, CHART, joined(Stacked, [*plots]))


def _natural(panels: set[str], area: Size) -> Shape:
    """Some of chart, book and tape."""
    width, height = area
    if len(panels) == 1:
        return next(iter(panels))
    if len(panels) == 2:
        first, second = (panel for panel in (CHART, BOOK, TAPE) if panel in panels)
        enough = 62 if CHART not in panels else 100
        if width >= enough or (width >= 60 and height < 12):
            return Beside((first, second))
        return Stacked((BOOK, CHART)) if width < 60 and panels == {CHART, BOOK} else Stacked((first, second))
    if width >= 140 or (width >= 100 and height < 24):
        return Beside((CHART, BOOK, TAPE))
    if width >= 100:
        return Beside((CHART, Stacked((BOOK, TAPE))))
    if width >= 60:
        return Stacked((CHART, Beside((BOOK, TAPE))))
    return Stacked((BOOK, CHART, TAPE))


def _viewed(shape: Shape, view: str) -> Shape:
    """The shape with the view in the chart's place, or, where there is no chart, in that of the first panel."""
    panels = list(panels_of(shape))
    if view == CHART or view in panels or view not in PANELS:
        return shape
    return replaced(shape, next(panel for panel in (CHART, BOOK, *panels) if panel in panels), view)


def _fitting(shape: Shape, area: Size) -> Shape:
    """As much of the shape as fits, one panel at least."""
    for panel in _DROPPED:
        if _fits(shape, area):
            break
        shape = without(shape, panel) or shape
    return shape


def _fits(shape: Shape, area: Size) -> bool:
    return wish(shape, _WIDTHS, Beside).least <= area.width and wish(shape, _HEIGHTS, Stacked).least <= area.height


# How much room each gets


def wish(shape: Shape, wishes: Mapping[str, Wish], along: type[Beside] | type[Stacked]) -> Wish:
    """What a shape wants: parts that stand `along` each other add up, of others the largest counts."""
    if isinstance(shape, str):
        return wishes[shape]
    parts = [wish(part, wishes, along) for part in shape.parts]
    if not isinstance(shape, along):
        return Wish(*(max(values) for values in zip(*parts, strict=True)))
    gaps = _GAP * (len(parts) - 1) if along is Beside else 0
    least, good, weight = (sum(values) for values in zip(*parts, strict=True))
    return Wish(int(least) + gaps, int(good) + gaps, weight)


def shared(total: int, wishes: Sequence[Wish]) -> list[int]:
    """`total`, at least the sum of all the least, divided: the least first, then what is good, then by weight."""
    sizes = [each.least for each in wishes]
    room = total - sum(sizes)
    assert room >= 0, "only what fits is placed"
    missing = [each.good - each.least for each in wishes]
    grown = _divided(min(room, sum(missing)), missing)
    more = _divided(room - sum(grown), [each.weight for each in wishes])
    return [sum(parts) for parts in zip(sizes, grown, more, strict=True)]


def _divided(total: int, weights: Sequence[float]) -> list[int]:
    """Whole parts of `total` in proportion to the weights; the sum is exact."""
    everything = sum(weights)
    parts, before, given = [], 0.0, 0
    for weight in weights:
        before += weight
        upto = round(total * before / everything) if everything else 0
        parts.append(upto - given)
        given = upto
    return parts


def _placed(shape: Shape, area: Region) -> dict[str, Region]:
    """The regions of all panels of a shape that fits, or of a single one."""
    if isinstance(shape, str):
        return {shape: area}
    places: dict[str, Region] = {}
    if isinstance(shape, Beside):
        x = area.x
        wishes = [wish(part, _WIDTHS, Beside) for part in shape.parts]
        for part, width in zip(shape.parts, shared(area.width - _GAP * (len(wishes) - 1), wishes), strict=True):
            places |= _placed(part, Region(x, area.y, width, area.height))
            x += width + _GAP
        return places
    y = area.y
    wishes = [wish(part, _HEIGHTS, Stacked) for part in shape.parts]
    for part, height in zip(shape.parts, shared(area.height, wishes), strict=True):
        places |= _placed(part, Region(area.x, y, area.width, height))
        y += height
    return places


class MarketLayout(Layout):
    """Gives each child the place that `arrange` has for its id."""

    name = "market"

    def __init__(self) -> None:
        self.refused = False
        """Whether the middle belongs to the notice."""
        self.view = CHART
        """What stands in the chart's place."""
        self.plan = Plan()
        """What the user wants to see."""

    def arranged(self, size: Size) -> Arranged:
        """What stands where on a terminal of this size."""
        return arrange(size, self.plan, refused=self.refused, view=self.view)

    def places(self, size: Size) -> Mapping[str, Region]:
        """The regions of everything that is shown."""
        return self.arranged(size).places

    def arrange(
        self,
        parent: Widget,  # noqa: ARG002 - Textual's signature
        children: list[Widget],
        size: Size,
        greedy: bool = True,  # noqa: ARG002
    ) -> ArrangeResult:
        """Place the children; one without a place is hidden."""
        places = self.places(size)
        return [
            WidgetPlacement(places[child.id], NULL_OFFSET, NULL_SPACING, child)
            for child in children
            if child.id is not None and child.id in places
        ]
