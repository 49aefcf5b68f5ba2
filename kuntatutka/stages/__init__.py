"""The stages of a study as the command line runs them, one module a command.

Each holds the study's lock while it works, shows progress, prints what it made to stdout and gives an exit status. What
ends in `_now` does the work alone, for a caller that holds the lock.
"""
