"""Making two records of one person one, and taking that apart again."""
