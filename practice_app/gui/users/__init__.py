"""The director's screen of users, and changing the keys."""
