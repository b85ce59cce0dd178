"""All measurements, one after the other; about five minutes."""

from benchmarks import (
    alerts,
    book_frame,
    cpu,
    delta,
    first_paint,
    heatmap,
    latency,
    memory,
    render,
    sources,
    startup,
    switching,
)


def main() -> None:
    """Print every table."""
    on_screen = (startup, first_paint, switching, latency, delta, alerts, render, book_frame, heatmap)
    for measure in (*on_screen, cpu, memory, sources):
        measure.main()


if __name__ == "__main__":
    main()
