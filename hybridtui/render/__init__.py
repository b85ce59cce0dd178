"""Drawing, pure: a slice of state, a size, options and a palette in; lines of Rich segments out.

Every `render_*` is total: any size from 1×1, any state; exactly `height` lines of exactly `width` cells; never raises.
"""
