"""A throw-away practice full of invented people, for trying the program out and for benchmarks.

The same seed and day give the same people and papers. Only keys, and the ids of the staff's accounts, are
random each time.
"""

from practice_app.services.demo.making import Demo, create, default_folder, throw_away
from practice_app.services.demo.staff import DemoUser

__all__ = ["Demo", "DemoUser", "create", "default_folder", "throw_away"]
