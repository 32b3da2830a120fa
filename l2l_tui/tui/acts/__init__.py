"""What the main screen's commands do: the runs' half and the plan's half."""
