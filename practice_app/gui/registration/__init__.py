"""The one form about a patient, new or known."""
