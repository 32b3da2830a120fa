"""The science: optimizers, optimizees, data sets. Pure: no screen, no clock, no files but data.

Randomness comes in as an explicit `torch.Generator`; what is measured is yielded.
This package's own module loads no torch, so that `Measurement` can be named anywhere.
"""
