"""The documents: what they say, and that nothing in them breaks them."""
