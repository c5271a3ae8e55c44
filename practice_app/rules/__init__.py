"""Pure rules: no database, no Qt, no clock, no files."""
