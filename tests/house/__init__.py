"""What holds for the house as a whole: arrows, start-up, the leaves, the README."""
