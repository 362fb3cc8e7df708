"""Here we start the ``triage`` command, and say what is missing where the shell was not installed."""

from __future__ import annotations

import sys

_OURS = ("features", "triage", "training", "model_cards")


def main() -> None:
    """Run the command line; a plain install has the library but not the shell's libraries."""
    try:
        from training.cli.app import run
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".", maxsplit=1)[0] in _OURS:
            raise
        sys.stderr.write(
            f"The command line needs {missing.name}, which a plain install leaves out. "
            "Install it with: pip install 'orosanmalan-triage[training]'\n"
        )
        raise SystemExit(1) from None
    run()


if __name__ == "__main__":
    main()
