"""The child process: one request in, measurements out to the run directory.

The only place where an experiment's procedure is called. It knows no screen and no plan; a
face and a trainer meet in the run directory and nowhere else.
"""
