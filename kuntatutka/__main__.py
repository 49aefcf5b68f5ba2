"""`python -m kuntatutka`: the same as the command `kuntatutka`."""

from __future__ import annotations

from .cli import main

if __name__ == "__main__":
    main()
