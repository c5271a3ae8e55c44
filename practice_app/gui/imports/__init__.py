"""The import screen and its pages."""
