"""The child process: one request in, measurements out to the run directory."""
