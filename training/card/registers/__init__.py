"""Here we write a card in the shape of a public register: Dutch, British, and the header of a model hub.

What each register publishes of its shape, and what of that could be checked, stands in ``docs/registers.md``.
"""

from training.card.registers.export import REGISTERS, export

__all__ = ["REGISTERS", "export"]
