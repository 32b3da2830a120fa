"""Data sets, as tensors. The only files that the lab reads."""
