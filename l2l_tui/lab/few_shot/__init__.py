"""Few-shot learning: episodes of characters, learners that name them, intervals."""
