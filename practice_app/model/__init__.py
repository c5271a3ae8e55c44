"""Mapped classes, with the invariants that need one object only."""
