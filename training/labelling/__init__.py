"""Here we keep what is predicted: outcomes as declarations, and the labels they give."""
