"""Here we keep the pages that stand alone, and the words and templates they share."""
