"""Plan and runs become documents."""
