"""Whose content stays where it is: patients' data, documents, keys; and who may take it."""
