"""The command line: reads what is asked for, refuses what cannot be meant in one line, and opens the screen.

Imports nothing heavy at its heads, so that `--version` and a refusal are instant; what is heavy about the feed is
imported in a thread beside the screen, and a command's module when the command is given.
"""

from hybridtui.cli.program import cli as cli
from hybridtui.cli.program import main as main
