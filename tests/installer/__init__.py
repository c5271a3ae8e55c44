"""What can be installed: what goes into it, under which licences, and how it is described to the system."""
