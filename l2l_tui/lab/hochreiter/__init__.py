"""Learning to learn using gradient descent (Hochreiter, Younger, Conwell 2001).

`functions` draws what is to be learned, `network` is the learner and `meta_training` trains it,
`rivals` are networks trained from scratch and `contest` runs them all, `figures` says what was
found, `study` is the experiment's procedure.
"""
