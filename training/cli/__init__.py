"""Here we keep the command line: a module per part of it, which reads arguments and calls."""
