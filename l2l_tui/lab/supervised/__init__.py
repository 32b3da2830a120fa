"""Supervised training: several models side by side on the same minibatches, judged at the end.

A `Recipe` says how a model is trained, a `Problem` on what, an `Entrant` is one model with both;
a `Study` trains and judges all of them over several meta-seeds and can be left at any yield.
"""
