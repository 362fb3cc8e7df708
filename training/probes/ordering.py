"""Here we hold a candidate to the practitioner's ordering table (F24): every pair in the order that a person signed for."""

from __future__ import annotations

from training.probes.ordering_table import OrderingTable, Pair
from training.probes.result import Compared, ProbeResult, Scorer, above, ask_pairs, judge, not_below
from triage.words import Text


def ordering(scorer: Scorer, table: OrderingTable) -> ProbeResult:
    """Ask whether every pair of the table stands in its order; an unsigned table is said to be one."""
    asked = ask_pairs(scorer, [(pair.first.case, pair.second.case) for pair in table.pairs])
    standing = table.standing
    return judge(
        "ordering",
        ("F24",),
        Text("De yrkesverksammas ordningstabell", "The practitioner's ordering table"),
        Text(
            f"varje par står i tabellens ordning. {standing.sv.rstrip('.')}",
            f"every pair stands in the table's order. {standing.en.rstrip('.')}",
        ),
        [_compare(pair, first, second) for pair, (first, second) in zip(table.pairs, asked, strict=True)],
    )


def _compare(pair: Pair, first: float, second: float) -> Compared:
    """Compare the two sides of a pair."""
    must = ("före", "before") if pair.relation == "before" else ("inte efter", "not after")
    case = Text(
        f"{pair.first.text.sv}, {must[0]}: {pair.second.text.sv}. {pair.why.sv.rstrip('.')}",
        f"{pair.first.text.en}, {must[1]}: {pair.second.text.en}. {pair.why.en.rstrip('.')}",
    )
    return (above if pair.relation == "before" else not_below)(case, first, second)
