"""Here we keep what a board decides: written down, tagged, and asked about later."""
