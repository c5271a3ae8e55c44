"""Forms and the fields they are made of."""
