"""Face 1: the command line. Every action of the app is a verb here too."""
