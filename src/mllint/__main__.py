"""``python -m mllint``."""

from mllint.cli.main import main

main()
