"""`python -m talent`."""

from talent.cli import main

if __name__ == "__main__":
    main()
