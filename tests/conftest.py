"""What holds for every test."""

import signal

# Started in the background by a shell, this process ignores Ctrl-C, and so would every process that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
