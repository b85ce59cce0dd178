"""What a key is: one row of the tables that bindings, footer, help screen, command palette and README are made from."""

import msgspec

DATA, CHART, VIEWS, BOOK, TAPE = "Data", "Chart", "Instead of the chart", "Order book", "Trades"
LAYOUT = "Layout"
CONNECTION, PROGRAM, PAGES = "Connection", "Program", "Pages"


class KeyBinding(msgspec.Struct, frozen=True):
    """One key and what it does."""

    id: str
    """Names the binding for good, whatever its key."""
    key: str
    """As Textual spells it; several keys are parted by commas."""
    shown: str
    """As people read it."""
    label: str
    """One or two words for the footer; empty keeps it out of there."""
    description: str
    """A sentence for the help screen and the command palette."""
    action: str
    """The action of the app, of a page, or of a panel: `chart.zoom(1)` is `action_zoom` of the panel `chart`."""
    group: str
    """The heading it stands under in the help."""
    rank: int = 0
    """The footer drops the highest rank first where there is no room."""
    priority: bool = False
    """True where nothing that has the focus may take the key."""

    @property
    def of_panel(self) -> bool:
        """Whether it speaks to a panel."""
        return "." in self.action.partition("(")[0]

    @property
    def spoken(self) -> str:
        """The action as Textual understands it: what is said to a panel goes over the app."""
        panel, _, rest = self.action.partition(".")
        return f"app.tell({panel!r}, {rest!r})" if self.of_panel else self.action
