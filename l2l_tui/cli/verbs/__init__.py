"""The verbs, one module a subject: ``add(verbs)`` declares them, the rest does them."""
