"""The networks that the reading list recaps, one readable file each.

Sizes stand in a settings dataclass, shapes beside each line. A model draws its weights from an
explicit generator (`building.build`), never from torch's global one.
"""
