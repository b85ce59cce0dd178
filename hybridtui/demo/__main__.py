"""`python -m hybridtui.demo`: the demo exchange alone."""

import asyncio
import sys
from pathlib import Path

import click

from hybridtui.demo.run import DemoSettings, run_demo
from hybridtui.errors import HybridtuiError


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8765, show_default=True, type=click.IntRange(0, 65535), help="TCP port; 0 takes any.")
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same market.")
@click.option("--rate", default=1.0, show_default=True, help="How much happens; speed of a recording.")
@click.option("--recording", type=click.Path(path_type=Path), help="Play recorded frames (.jsonl or .jsonl.gz).")
@click.option("--clock", "clock_file", type=click.Path(path_type=Path), help="Clock file of the recording.")
@click.option("--warmup", default=60.0, show_default=True, help="Minutes of the recording that are past at once.")
@click.option("--fault", "faults", multiple=True, help="What goes wrong: NAME[@START][:SECONDS].")
@click.option("--scenario", type=click.Path(path_type=Path), help="A file of faults and their times.")
@click.option("--until-eof", is_flag=True, help="End when standard input ends.")
def main(
    host: str,
    port: int,
    seed: int,
    rate: float,
    recording: Path | None,
    clock_file: Path | None,
    warmup: float,
    faults: tuple[str, ...],
    scenario: Path | None,
    until_eof: bool,
) -> None:
    """Serve a made-up or a recorded market as Bitfinex would, over REST and WebSocket."""
    settings = DemoSettings(
        host=host,
        port=port,
        seed=seed,
        rate=rate,
        recording=recording,
        clock_file=clock_file,
        warmup=warmup,
        faults=faults,
        scenario=scenario,
    )
    try:
        asyncio.run(run_demo(settings, click.echo, until_eof=until_eof))
    except HybridtuiError as error:
        click.echo(str(error), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
