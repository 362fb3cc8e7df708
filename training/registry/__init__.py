"""Here we keep the way to MLflow and back: one door, the runs that are written, the aliases and their log, the model that is served."""
