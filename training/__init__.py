"""Here we keep the shell: arguments, files, fitting, tracking; the only floor that touches the world."""
