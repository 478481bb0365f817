"""The one thing that environments need of gymnasium: the base class they derive from."""


class Env:
    """Base class of environments; everything else is the environment's own."""

    metadata: dict = {}


__all__ = ["Env"]
