"""The board that holds everything, each in its place, and what the user does to the places."""

import msgspec
from msgspec.structs import replace
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.widget import Widget

from hybridtui.settings import Settings
from hybridtui.store.choices import Choices
from hybridtui.tui.layout import BOOK, CHART, DEPTH, FOOTER, HEATMAP, TAPE, MarketLayout, Plan, arrange, known
from hybridtui.tui.messages import Touched
from hybridtui.tui.panel import MarketPanel
from hybridtui.tui.presets import AUTO, layout_text, panels_of, parse_layout, parse_layouts
from hybridtui.tui.views import ViewChoice

_PANELS = frozenset({CHART, BOOK, TAPE, HEATMAP, DEPTH})
LAYOUTS = parse_layouts(Settings().layouts)
"""What `v` goes through where the settings say nothing else."""


class LayoutChoice(msgspec.Struct, frozen=True):
    """What is remembered of the layout, where the settings leave it to the program."""

    layout: str = AUTO
    hidden: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    footer: bool | None = None


class PlacesChanged(Message):
    """The user wants something else somewhere else; `said` names it."""

    def __init__(self, said: str) -> None:
        super().__init__()
        self.said = said


class Board(Widget):
    """Holds everything, each in its place."""

    BLANK = True

    def __init__(self, choices: Choices, layout: str = AUTO, layouts: tuple[str, ...] = LAYOUTS) -> None:
        """`layout` is what the settings say, without mistakes; only `auto` remembers what is chosen on the screen."""
        super().__init__(id="board")
        self._choices = choices
        self._remembers = layout == AUTO
        self._layouts = layouts
        self.places = MarketLayout()
        self.places.plan = _plan(choices.get("layout", LayoutChoice()) if self._remembers else LayoutChoice(layout))
        self.used = CHART
        """The panel that the user touched last."""

    @property
    def layout(self) -> MarketLayout:
        """The places of the children."""
        return self.places

    @property
    def needs(self) -> Size | None:
        """The least terminal on which all that was chosen can be read, where this one is smaller."""
        return self.places.arranged(self.app.size).needs

    @property
    def plan(self) -> Plan:
        """What the user wants to see."""
        return self.places.plan

    def shows(self, panel: str) -> bool:
        """Whether this panel has a place now."""
        return panel in self.places.places(self.app.size)

    def rearrange(self) -> None:
        """Let the children stand elsewhere. Textual forgets an arrangement only when a child asks for it."""
        for child in self.children[:1]:
            child.refresh(layout=True)

    @property
    def focused(self) -> str:
        """The panel that was used last, as far as it is shown; else what stands in the chart's place, or the first."""
        panels = [*self._panels(self.plan)]
        return next((name for name in (self.used, self.places.view) if name in panels), panels[0] if panels else CHART)

    def on_enter(self, event: events.Enter) -> None:
        """The mouse is over a panel now: that one has the focus."""
        self._touch(event.node)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A press on a panel gives it the focus, also where nobody tells how the mouse moves."""
        self._touch(event.widget)

    def on_mouse_up(self) -> None:
        """A mode may have begun or ended."""
        self.post_message(Touched())

    def _touch(self, widget: object) -> None:
        if isinstance(widget, MarketPanel) and widget.id:
            self.used = widget.id
            self.post_message(Touched())

    def use_layouts(self, layouts: tuple[str, ...]) -> None:
        """Let the layout key go through these, which are without mistakes."""
        self._layouts = layouts

    def use_layout(self, layout: str) -> None:
        """Obey the settings, which say this now, without mistakes; `auto` brings back what was chosen with the keys."""
        self._remembers = layout == AUTO
        chosen = self._choices.get("layout", LayoutChoice()) if self._remembers else LayoutChoice(layout)
        self._follow(_plan(chosen), "")

    # What the keys say

    def action_next_layout(self) -> None:
        """The next layout that this terminal is large enough for and that shows anything else."""
        now = self._panels(replace(self.plan, zoomed=None))
        names = list(self._layouts)
        current = layout_text(self.plan.shape)
        first = names.index(current) + 1 if current in names else 0
        for name in [*names[first:], *names[:first]]:
            plan = Plan(shape=parse_layout(name), footer=self.plan.footer)
            if name != current and arrange(self.app.size, plan).needs is None and self._panels(plan) != now:
                self._follow(plan, f"layout {name}")
                return
        self._follow(Plan(shape=self.plan.shape, footer=self.plan.footer), "no other layout fits here")

    def action_toggle_panel(self, panel: str) -> None:
        """Show this panel, or no longer."""
        if panel == FOOTER:
            self._follow(replace(self.plan, footer=not self.shows(FOOTER)), "")
            return
        plan = replace(self.plan, zoomed=None)
        if self.places.view != CHART and panel in (CHART, self.places.view):
            # The chart comes back, and what stood in its place gets its own where that is what was asked for.
            self.places.view = CHART
            self._choices.put("views", replace(self._choices.get("views", ViewChoice()), shown=CHART))
            seen = {*self._panels(plan)} - {panel}
        else:
            seen = {*self._panels(plan)}
        if panel not in seen:
            plan = replace(plan, hidden=plan.hidden - {panel}, shown=plan.shown | {panel})
        elif seen == {panel}:
            self._follow(plan, f"{panel} is the only panel; show another one first")
            return
        else:
            plan = replace(plan, hidden=plan.hidden | {panel}, shown=plan.shown - {panel})
        self._follow(plan, "")

    def action_zoom_panel(self) -> None:
        """Give the whole middle to the panel that was used last, or end that."""
        if self.plan.zoomed is not None:
            self._follow(replace(self.plan, zoomed=None), "")
            return
        used = self.focused
        self._follow(replace(self.plan, zoomed=self._slot(used)), f"{used} alone, f goes back")

    def action_leave(self) -> None:
        """End the zoom."""
        if self.plan.zoomed is not None:
            self._follow(replace(self.plan, zoomed=None), "")

    def _panels(self, plan: Plan) -> dict[str, Region]:
        """The panels that have a place in this plan."""
        places = arrange(self.app.size, plan, view=self.places.view).places
        return {name: place for name, place in places.items() if name in _PANELS}

    def _slot(self, panel: str) -> str:
        """The name that a layout has for the place of a panel: a view may stand in the chart's."""
        return CHART if panel == self.places.view and panel not in {*panels_of(self.plan.shape)} else panel

    def _follow(self, plan: Plan, said: str) -> None:
        """Obey a plan and remember it, but for the zoom."""
        self.places.plan = plan
        if self._remembers:
            chosen = LayoutChoice(layout_text(plan.shape), plan.hidden, plan.shown, plan.footer)
            self._choices.put("layout", chosen)
        self.rearrange()
        self.post_message(PlacesChanged(said))


def _plan(chosen: LayoutChoice) -> Plan:
    """What was remembered, of the panels that there are; the usual where that cannot be meant."""
    try:
        shape = parse_layout(chosen.layout)
    except ValueError:
        return Plan()
    return known(Plan(shape=shape, hidden=chosen.hidden, shown=chosen.shown, footer=chosen.footer))
