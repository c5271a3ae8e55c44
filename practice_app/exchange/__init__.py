"""File formats: plain data in and out; nothing here knows the database."""
