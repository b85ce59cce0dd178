"""The colours of studies. What has the colour of a state elsewhere means nothing here: a legend names each line."""

from collections.abc import Sequence

from rich.color import Color, ColorType, blend_rgb
from rich.style import Style

from hybridtui.market.indicators.study import StudyKind
from hybridtui.render.lower import SIGNAL
from hybridtui.render.palette import Palette, faint, on_ground
from hybridtui.render.profile import CONTROL, CONTROL_NAME, PROFILE
from hybridtui.render.studies import Shown


def study_styles(shown: Sequence[Shown], palette: Palette, *, old: bool) -> dict[str, Style]:
    """The style of every study's key, paler for a second one of a kind; `old` subdues what `palette` does not."""
    return {
        **{each.key: _style(each, palette, old) for each in shown},
        SIGNAL: _subdued(on_ground(palette.polling, palette.text), old),
        PROFILE: faint(palette.muted, 0.25),
        CONTROL: faint(palette.accent, 0.4),
        CONTROL_NAME: faint(palette.accent, 0.8),
    }


def _style(shown: Shown, palette: Palette, old: bool) -> Style:
    borrowed = {
        StudyKind.SMA: palette.connecting,
        StudyKind.EMA: palette.polling,
        StudyKind.VWAP: palette.maintenance,
        StudyKind.RSI: palette.maintenance,
        StudyKind.MACD: palette.connecting,
        StudyKind.ATR: palette.polling,
    }.get(shown.study.kind)
    if borrowed is None:
        return faint(palette.text, 0.6)
    return _subdued(_paler(on_ground(borrowed, palette.text), palette, 0.45 * shown.rank), old)


def _subdued(style: Style, old: bool) -> Style:
    return faint(style, 0.45) if old else style


def _paler(style: Style, palette: Palette, share: float) -> Style:
    """The style with its colour moved towards that of text, by a share from 0 to 1."""
    text = palette.text.color
    if not share or style.color is None or text is None:
        return style
    if {style.color.type, text.type} != {ColorType.TRUECOLOR}:
        return style
    blend = blend_rgb(style.color.get_truecolor(), text.get_truecolor(), min(share, 0.9))
    return style + Style(color=Color.from_triplet(blend))
