"""`python -m hybridtui` and `hybridtui`: the picture of the last time first, then the program."""

import os
import sys

from hybridtui.firstpaint import first_paint


def main(prog_name: str = "hybridtui") -> None:
    """Run the program with the command line of this process."""
    with first_paint(sys.argv[1:], os.environ) as painted:
        from hybridtui.cli import main as run

        run(prog_name=prog_name, painted=painted)


if __name__ == "__main__":
    main()
