"""Here we say how the fields of a record are written in JSON, so that both doors accept the same writing."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, Field, GetCoreSchemaHandler, StringConstraints
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core.core_schema import chain_schema, custom_error_schema, str_schema

from features.codes import ConcernStatus, Exposure, Perpetrator, YesNo
from features.kinds import CHARACTER, INSTANT, LOCAL, LONGEST, MONTH


class _WrittenOut:
    """Lets through what is written as a time, with or without offset; numbers and other dialects are refused."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Look at the writing first, then at what it says."""
        written = str_schema(pattern=f"^(?:{INSTANT}|{LOCAL})$", strict=True)
        first = custom_error_schema(written, "datetime_not_written_out", custom_error_message="not a time of ISO 8601")
        return chain_schema([first, handler(source)])


def _true_or_false(value: object) -> object:
    """Let through true and false, also as text, as the tables do; 1 and "yes" are refused."""
    text = str(value).lower()
    if not isinstance(value, (bool, str)) or text not in {"true", "false"}:
        raise PydanticCustomError("bool_type", "neither true nor false")
    return text == "true"


def _or_unknown(value: object) -> object:
    """Read null as unknown: an answer of its own, never "no"."""
    return "unknown" if value is None else value


Id = Annotated[str, StringConstraints(pattern=f"^{CHARACTER}+$", max_length=LONGEST)]  # a pattern that counts is slow
MonthText = Annotated[str, StringConstraints(pattern=MONTH)]
Instant = Annotated[AwareDatetime, _WrittenOut()]
Truth = Annotated[bool, BeforeValidator(_true_or_false)]
Total = Annotated[float, Field(ge=0, le=300, allow_inf_nan=False)]
Answer = Annotated[YesNo, BeforeValidator(_or_unknown)]
StatusOrUnknown = Annotated[ConcernStatus, BeforeValidator(_or_unknown)]
ExposureOrUnknown = Annotated[Exposure, BeforeValidator(_or_unknown)]
PerpetratorOrUnknown = Annotated[Perpetrator, BeforeValidator(_or_unknown)]
