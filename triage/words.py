"""Here we hold a text in both languages, always together, so that neither can be forgotten."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in Swedish and in English."""

    sv: str
    en: str

    def __post_init__(self) -> None:
        """Refuse an empty language."""
        if not self.sv or not self.en:
            msg = f"A text needs both languages; got sv={self.sv!r}, en={self.en!r}."
            raise ValueError(msg)

    def to_dict(self) -> dict[str, str]:
        """Give both languages."""
        return {"sv": self.sv, "en": self.en}

    def say(self, language: str) -> str:
        """Give one language."""
        return self.sv if language == "sv" else self.en


@dataclass(frozen=True, slots=True)
class CodedText:
    """A text that a program can recognise by its code."""

    code: str
    text: Text

    def to_dict(self) -> dict[str, str]:
        """Give the code and both languages."""
        return {"code": self.code, **self.text.to_dict()}
