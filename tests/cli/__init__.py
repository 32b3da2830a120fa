"""The command line, in this process where that will do and in its own where it matters."""
