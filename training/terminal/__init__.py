"""Here we keep what is shown in a terminal."""
