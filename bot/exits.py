"""Exit codes of the command line."""

from enum import IntEnum


class Exit(IntEnum):
    """What the process's exit code means."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    SETTINGS = 3
    TOKEN = 4
    DATABASE = 5
    ALREADY_RUNNING = 6
    INTERRUPTED = 130  # as shells tell of a process that Ctrl-C ended
