"""Here we keep everything of the model card: its facts, what is missing from them, and the pages that show them.

::

    training + validation ─► facts ─► gaps (none, or no page) ─► view ─► page
"""
