"""Many processes at one cache: killed in the middle of writing, or all writing the same market."""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from hybridtui.market.timeframe import Timeframe
from hybridtui.store import last_seen
from hybridtui.store.database import FILE_NAME, open_database
from hybridtui.store.picture import FOLDER

ROOT = Path(__file__).resolve().parents[2]
NOW = 1_790_134_380_000

COMMON = """
import json, os, signal, sys
from contextlib import closing
from pathlib import Path
from hybridtui.market.candles import Candle
from hybridtui.market.timeframe import Timeframe
from hybridtui.store import last_seen
from hybridtui.store.database import open_database
from hybridtui.store.last_seen import LastSeen
from hybridtui.store.picture import Picture, load_picture, save_picture
folder, M1 = sys.argv[1], Timeframe.M1
def write(rounds, done):
    opened = open_database(Path(folder), 0)
    assert opened.notice is None, opened.notice
    with closing(opened.database) as database:
        for saved_at in rounds:
            rows = tuple(Candle(mts, saved_at, 1.0, 1.0, 1.0, 1.0) for mts in range(500))
            last_seen.save(database, "url", "tBTCUSD", M1, LastSeen(saved_at, candles=rows))
            words, size = [str(saved_at)] * 2, (100, 40)
            picture = Picture(saved_at=saved_at, size=size, colours="", title="", state="", header=words,
                rows=[f"{saved_at:0100}"] * 39)
            save_picture(folder, "url", "tBTCUSD", "1m", picture)
            done(saved_at)
def child(rounds, done):
    pid = os.fork()
    if pid == 0:
        try:
            write(rounds, done)
            os._exit(0)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
        os._exit(1)
    return pid
"""

KILLING = (
    COMMON
    + """
first, survived = 1, 0
for turn in range(50):
    reader, writer = os.pipe()
    pid = child(range(first, 1_000_000), lambda saved_at: os.write(writer, b"%d\\n" % saved_at))
    os.close(writer)
    with os.fdopen(reader, "rb") as lines:
        for _ in range(1 + turn % 5):
            written = int(lines.readline())
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    opened = open_database(Path(folder), 0)
    assert opened.notice is None, opened.notice
    with closing(opened.database) as database:
        seen = last_seen.load(database, "url", "tBTCUSD", M1)
    assert seen.saved_at >= written and {row.open for row in seen.candles} == {seen.saved_at}
    picture = load_picture(folder, "url", "BTCUSD", "1m", (100, 40))
    assert picture.saved_at >= written and set(picture.rows) == {f"{picture.saved_at:0100}"}
    first, survived = seen.saved_at + 1, survived + 1
print(json.dumps({"survived": survived}))
"""
)

CROWD = (
    COMMON
    + """
pids = [child(range(pane, 200, 20), lambda saved_at: None) for pane in range(20)]
print(json.dumps({"codes": [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]}))
"""
)


def result(script: str, folder: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=55,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_fifty_processes_killed_while_writing_harm_nothing(tmp_path: Path) -> None:
    assert result(KILLING, tmp_path) == {"survived": 50}
    assert not list(tmp_path.glob("*.damaged-*"))


def test_twenty_panes_on_one_market_keep_the_newest_of_it_in_little_room(tmp_path: Path) -> None:
    assert result(CROWD, tmp_path) == {"codes": [0] * 20}
    opened = open_database(tmp_path, NOW)
    assert opened.notice is None
    with closing(opened.database) as database:
        seen = last_seen.load(database, "url", "tBTCUSD", Timeframe.M1)
        assert database.rows("PRAGMA integrity_check", ()) == [("ok",)]
        assert database.rows("SELECT count(*) FROM last_seen", ()) == [(1,)]
    assert seen is not None
    assert seen.saved_at == 199
    assert {row.open for row in seen.candles} == {199}
    assert len(list((tmp_path / FOLDER).iterdir())) == 1
    assert (tmp_path / FILE_NAME).stat().st_size < 2_000_000
