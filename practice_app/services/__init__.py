"""The use cases, one module for each area of the practice."""
