"""Run directories: written, read, launched, steered, followed."""
