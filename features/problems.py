"""Here we say what is wrong with input: which table, row and column, what came, what is allowed, what to do.

A problem is data; its words come last and in two languages. A value that could name a person is
never shown.

>>> Problem("reports", "r1", "reporter", "unknown_code", "polisen", "one of: police, school").text("en")
"reports, row r1, column reporter: 'polisen' is not on the code list. Allowed: one of: police, school. \
Map the value to the code list, or use its unknown."
"""

from __future__ import annotations

from dataclasses import dataclass

from features.personal_numbers import contains

HIDDEN_CODES = frozenset({"personal_number"})
_LONGEST = 60

WORDS: dict[str, tuple[str, str, str, str]] = {
    "missing": (
        "värde saknas",
        "a value is missing",
        "Fyll i värdet i källsystemet.",
        "Fill in the value in the source system.",
    ),
    "missing_column": (
        "kolumnen saknas",
        "the column is missing",
        "Lägg till kolumnen i utläsningen.",
        "Add the column to the export.",
    ),
    "missing_table": (
        "tabellen saknas; den läses som tom",
        "the table is missing; it is read as empty",
        "Lägg till filen om uppgifterna finns.",
        "Add the file if the data exist.",
    ),
    "unknown_column": (
        "kolumnen finns inte i datakontraktet och läses inte",
        "the column is not in the data contract and is not read",
        "Ta bort den ur utläsningen.",
        "Leave it out of the export.",
    ),
    "unknown_code": (
        "{came} finns inte i kodlistan",
        "{came} is not on the code list",
        "Översätt värdet till kodlistan, eller använd dess okänt.",
        "Map the value to the code list, or use its unknown.",
    ),
    "not_an_identifier": (
        "{came} är inte en pseudonym",
        "{came} is not a pseudonym",
        "Ersätt med en kort pseudonym utan blanksteg.",
        "Replace it with a short pseudonym without spaces.",
    ),
    "not_a_time": (
        "{came} är inte en tidpunkt",
        "{came} is not an instant",
        "Skriv datum, klockslag och förskjutning enligt ISO 8601.",
        "Write date, time and offset as in ISO 8601.",
    ),
    "naive_time": (
        "{came} saknar förskjutning från UTC",
        "{came} has no offset from UTC",
        "Skriv ut förskjutningen, till exempel +01:00.",
        "Write the offset, for example +01:00.",
    ),
    "not_a_month": (
        "{came} är inte en månad",
        "{came} is not a month",
        "Skriv ÅÅÅÅ-MM.",
        "Write YYYY-MM.",
    ),
    "not_true_or_false": (
        "{came} är varken true eller false",
        "{came} is neither true nor false",
        "Skriv true eller false.",
        "Write true or false.",
    ),
    "not_a_number": (
        "{came} är inte ett tillåtet tal",
        "{came} is not an allowed number",
        "Kontrollera poängen mot instrumentet.",
        "Check the score against the instrument.",
    ),
    "personal_number": (
        "fältet innehåller ett personnummer",
        "the field holds a personal identity number",
        "Byt mot en pseudonym innan uppgifterna lämnas ut.",
        "Replace it with a pseudonym before the data leave the source.",
    ),
    "birth_after_report": (
        "barnet är fött efter att anmälan kom in ({came})",
        "the child is born after the report was received ({came})",
        "Kontrollera födelsemånad och ankomsttid.",
        "Check the month of birth and the time received.",
    ),
    "recorded_before_happened": (
        "händelsen är registrerad innan den inträffade ({came})",
        "the event was recorded before it happened ({came})",
        "Kontrollera de två tiderna.",
        "Check the two times.",
    ),
    "withdrawn_before_recorded": (
        "uppgiften är återkallad innan den registrerades ({came})",
        "the entry was withdrawn before it was recorded ({came})",
        "Kontrollera de två tiderna.",
        "Check the two times.",
    ),
    "duplicate_id": (
        "samma id förekommer på en tidigare rad",
        "the same id stands on an earlier row",
        "Behåll en rad; den första används tills vidare.",
        "Keep one row; the first is used until then.",
    ),
    "orphan": (
        "ingen läsbar anmälan har detta id för barnet",
        "no readable report has this id for the child",
        "Rätta anmälan eller id:t.",
        "Mend the report or the id.",
    ),
    "before_the_law": (
        "anmälan kom in före den första lag som biblioteket har ({came})",
        "the report was received before the first law the library holds ({came})",
        "Kontrollera ankomsttiden.",
        "Check the time received.",
    ),
    "too_long": (
        "raden har fler fält än tabellen har kolumner, så det går inte att veta vilket som är vilket",
        "the row has more cells than the table has columns, so which is which cannot be told",
        "Sätt fält som innehåller avgränsaren inom citattecken.",
        "Put cells that hold the separator in quotation marks.",
    ),
    "unreadable": (
        "kunde inte läsas",
        "could not be read",
        "Kontrollera formatet mot datakontraktet.",
        "Check the format against the data contract.",
    ),
    "not_expected": (
        "fältet finns inte i datakontraktet",
        "the field is not in the data contract",
        "Ta bort fältet.",
        "Remove the field.",
    ),
}
"""For every code: what is wrong (sv, en) and what to do (sv, en)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the input.

    Attributes
    ----------
    table : str
    row : str or None
        The row's id, or its number when the id cannot be shown; None for the whole table.
    column : str or None
    code : str
        A key of `WORDS`.
    came : str or None
        What came; hidden where it could name a person.
    allowed : str or None
        What is allowed.
    """

    table: str
    row: str | None
    column: str | None
    code: str
    came: str | None = None
    allowed: str | None = None

    def __post_init__(self) -> None:
        """Hide everything that could name a person, wherever it stands."""
        if self.code not in WORDS:
            msg = f"Unknown problem code {self.code!r}; allowed: {', '.join(WORDS)}."
            raise ValueError(msg)
        if self.came is not None and (self.code in HIDDEN_CODES or contains(self.came)):
            object.__setattr__(self, "came", None)
        if self.came is not None and len(self.came) > _LONGEST:
            object.__setattr__(self, "came", self.came[: _LONGEST - 1] + "…")
        for name in ("table", "row", "column"):
            if contains(getattr(self, name) or ""):
                object.__setattr__(self, name, "***")

    def text(self, language: str) -> str:
        """Say it in ``language``: where, what came, what is allowed, what to do."""
        sv, en, do_sv, do_en = WORDS[self.code]
        swedish = language == "sv"
        place = [self.table]
        if self.row is not None:
            place.append(f"{'rad' if swedish else 'row'} {self.row}")
        if self.column is not None:
            place.append(f"{'kolumn' if swedish else 'column'} {self.column}")
        hidden = "värdet" if swedish else "the value"
        what = (sv if swedish else en).format(came=hidden if self.came is None else f"'{self.came}'")
        allowed = "" if self.allowed is None else f" {'Tillåtet' if swedish else 'Allowed'}: {self.allowed}."
        return f"{', '.join(place)}: {what}.{allowed} {do_sv if swedish else do_en}"

    def to_dict(self) -> dict[str, str | None]:
        """Give the problem as plain data, with its words."""
        return {
            "table": self.table,
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "came": self.came,
            "allowed": self.allowed,
            "sv": self.text("sv"),
            "en": self.text("en"),
        }
