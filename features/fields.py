"""Here we say how the fields of a record are written in JSON, so that both doors accept the same writing."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from features.codes import ConcernStatus, Exposure, Perpetrator, YesNo
from features.kinds import IDENTIFIER, INSTANT, LOCAL, MONTH

_WRITTEN_OUT = re.compile(f"{INSTANT}|{LOCAL}")


def _written_out(value: object) -> object:
    """Let through what is written as a time, with or without offset; numbers and other dialects are refused."""
    if not isinstance(value, str) or _WRITTEN_OUT.fullmatch(value) is None:
        raise PydanticCustomError("datetime_not_written_out", "not a time of ISO 8601")
    return value


def _true_or_false(value: object) -> object:
    """Let through true and false, also as text, as the tables do; 1 and "yes" are refused."""
    text = str(value).lower()
    if not isinstance(value, (bool, str)) or text not in {"true", "false"}:
        raise PydanticCustomError("bool_type", "neither true nor false")
    return text == "true"


def _or_unknown(value: object) -> object:
    """Read null as unknown: an answer of its own, never "no"."""
    return "unknown" if value is None else value


Id = Annotated[str, StringConstraints(pattern=IDENTIFIER)]
MonthText = Annotated[str, StringConstraints(pattern=MONTH)]
Instant = Annotated[AwareDatetime, BeforeValidator(_written_out)]
Truth = Annotated[bool, BeforeValidator(_true_or_false)]
Total = Annotated[float, Field(ge=0, le=300, allow_inf_nan=False)]
Answer = Annotated[YesNo, BeforeValidator(_or_unknown)]
StatusOrUnknown = Annotated[ConcernStatus, BeforeValidator(_or_unknown)]
ExposureOrUnknown = Annotated[Exposure, BeforeValidator(_or_unknown)]
PerpetratorOrUnknown = Annotated[Perpetrator, BeforeValidator(_or_unknown)]
