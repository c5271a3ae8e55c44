"""Practice management for small UK clinics."""
