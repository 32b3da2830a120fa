"""Plan and runs become documents.

`summary` gathers what a week's summary says as one frozen value, `markdown` writes it in
the language of `words`, `svg` draws the curves, `export` puts the files on disk. What a
person wrote stands in the document as `prose` lets it. Nothing here draws with a library.
"""
