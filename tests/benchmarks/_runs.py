"""What the measurements share: whole processes by their CPU time, and alternating medians."""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_BYTECODE = tempfile.TemporaryDirectory()
"""Where measured processes keep compiled modules, as an installed program does."""


def cpu_of_process(script: str, *arguments: str) -> float:
    """User and system seconds of `python -c script`, offscreen, as the operating system counted them."""
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPYCACHEPREFIX": _BYTECODE.name,
        "PYTHONDONTWRITEBYTECODE": "",
    }
    return cpu_of_command([sys.executable, "-c", script, *arguments], environment)


def cpu_of_command(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """User and system seconds of a process that ends by itself within a minute, and well."""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        guard = threading.Timer(60, process.kill)  # a window that never paints must not hang the run
        guard.start()
        _, status, usage = os.wait4(process.pid, 0)
        guard.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"a measured process ended with status {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def alternating(ours: Callable[[], float], limit: Callable[[], float], runs: int) -> tuple[float, float]:
    """Medians of `runs` of each, taken in turn after one warm-up of both."""
    ours()
    limit()
    pairs = [(ours(), limit()) for _ in range(runs)]
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)
