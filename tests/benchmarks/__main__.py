"""Runs the measurements: `python -m tests.benchmarks [NAME ...]`, all of them without a name.

Each measurement compares ours with its limit in one run, alternately, because machines are noisy. The
exit status is 0 only when every goal is kept.
"""

import importlib
import pkgutil
import sys
from pathlib import Path
from typing import Protocol, cast


class Measurement(Protocol):
    """A module beside this one."""

    NAME: str
    GOAL: float

    def measure(self) -> tuple[float, float]:
        """Ours and the limit, in the same unit; medians."""

    def extra(self) -> str:
        """One more line worth reading, or an empty string; a goal of its own that is missed says MISSED."""


def _all() -> dict[str, Measurement]:
    here = Path(__file__).parent
    names = [found.name for found in pkgutil.iter_modules([str(here)]) if not found.name.startswith("_")]
    modules = [cast(Measurement, importlib.import_module(f"tests.benchmarks.{name}")) for name in names]
    return {module.NAME: module for module in modules if hasattr(module, "NAME")}


def _report(measurement: Measurement) -> bool:
    ours, limit = measurement.measure()
    ratio = ours / limit
    extra = measurement.extra()
    is_kept = ratio <= measurement.GOAL and "MISSED" not in extra
    if extra:
        print(extra)
    print(
        f"{measurement.NAME}: ours {ours:.4g}, limit {limit:.4g}, ratio {ratio:.3g}, "
        f"goal {measurement.GOAL:g}, {'kept' if is_kept else 'missed'}",
        flush=True,
    )
    return is_kept


def main(names: list[str]) -> int:
    """Measure what was named, or everything; unknown names are wrong usage."""
    known = _all()
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"Unknown: {', '.join(unknown)}. Known: {', '.join(known)}.", file=sys.stderr)
        return 2
    kept = [_report(known[name]) for name in names or known]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
