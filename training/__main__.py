"""Here we let ``python -m training`` do what ``triage`` does."""

from training.command import main

if __name__ == "__main__":
    main()
