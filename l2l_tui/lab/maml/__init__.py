"""MAML (arXiv:1703.03400) and its kin, on batches of tasks whose weights lie side by side."""
