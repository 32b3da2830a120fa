"""Many runs that belong together: the same experiment over a grid of settings, with some seeds.

A sweep has no file of its own. Each of its runs names it in the request, and which point it is;
everything else is derived from the runs.
"""
