"""Here we keep the pictures: the same bytes for the same numbers."""
