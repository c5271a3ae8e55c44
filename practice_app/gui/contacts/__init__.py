"""The contacts tab: who is around a patient, and the forms about them."""
