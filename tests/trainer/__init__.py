"""The trainer, as parts and as a real child process."""
