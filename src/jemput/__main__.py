"""`python -m jemput` is the `jemput` command."""

from jemput.cli import main

if __name__ == "__main__":
    main()
