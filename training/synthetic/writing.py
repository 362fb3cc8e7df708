"""Here we write everything down: five tables as the case system keeps them, and the truth beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from training.synthetic import (
    blocks,
    casework,
    concerns,
    decisions,
    facts,
    groups,
    instruments,
    plants,
    registry,
    support,
)
from training.synthetic.arrays import Objects, Streams
from training.synthetic.clock import instant
from training.synthetic.filing import Filed, People
from training.synthetic.settings import UNDER_REPORTED_GROUP, Settings


def written(
    town: People,
    file: Filed,
    said: concerns.Concerns,
    asked: facts.Facts,
    come: decisions.Incoming,
    made: decisions.Decisions,
    settings: Settings,
    rng: Streams,
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Write the five tables and the truth, rows ordered by arrival."""
    group = town.traits.member(*UNDER_REPORTED_GROUP)[file.rows.child]
    said = plants.under_recorded(said, group, settings.plants, rng["plants"])
    asked = plants.under_answered(asked, group, settings.plants, rng["plants"])
    named = registry.ids(int(file.rows.key.max()) + 1, town.kids, town.homes, rng["registry"])
    report, child = named.report[file.rows.key], named.child[file.rows.child]
    given = support.give(made, come.severity, file.age, rng["support"])
    happened = _events(file, asked, made, given, settings, rng)
    own = np.flatnonzero(made.screening == decisions.OPEN)
    end = instant(settings.end)
    reported = np.unique(file.rows.child)
    tables = {
        "reports": _reports(town, file, asked, named, settings, rng),
        "concerns": concerns.concerns_table(said, report, child),
        "events": blocks.events_table(happened, report, child),
        "instruments": instruments.instruments_table(
            own, made, file.age, come.severity, child, end, rng["instruments"]
        ),
        "groups": groups.groups_table(town.traits, reported, named.child, rng["groups"]),
    }
    return _by_arrival(tables, _truth(file, come, made, report, child), file)


def _events(
    file: Filed,
    asked: facts.Facts,
    made: decisions.Decisions,
    given: support.Help,
    settings: Settings,
    rng: Streams,
) -> blocks.Block:
    """Make every event, with both clocks, as known at the data end."""
    helped = casework.helped(file.rows.child, file.at, given.started, given.ended)
    case = casework.Case(file.at, file.age, asked.acute, helped)
    happened = blocks.join(
        [
            *casework.first_steps(case, made, settings.margins, rng["casework"]),
            *casework.investigations(case, made, rng["casework"]),
            *casework.endings(case, made, rng["casework"]),
            *support.help_events(given, made),
        ]
    )
    recorded = blocks.record(happened, settings.margins, rng["recording"])
    leaked = plants.leaks(made, file.at, settings.plants, rng["plants"])
    return blocks.until(blocks.join([recorded, leaked]), instant(settings.end))


def _reports(
    town: People, file: Filed, asked: facts.Facts, named: registry.Ids, settings: Settings, rng: Streams
) -> pd.DataFrame:
    """Write the reports table; what a report says about its reporter is the same on all its rows."""
    form, key = rng["registry"], file.rows.key
    first, back = np.unique(key, return_index=True, return_inverse=True)[1:]
    incomplete = asked.incomplete[first]
    born = registry.birth_months(town.kids, settings.margins, form)
    forms = registry.Forms(
        key,
        file.rows.child,
        file.at,
        file.reporter,
        file.referral,
        registry.anonymous(file.reporter[first], form)[back],
        registry.feedback(file.reporter[first], incomplete, form)[back],
        asked,
    )
    return registry.reports_table(forms, named, town.kids, town.homes, born)


def _truth(
    file: Filed, come: decisions.Incoming, made: decisions.Decisions, report: Objects, child: Objects
) -> pd.DataFrame:
    """Write what nobody in the municipality knows."""
    return pd.DataFrame(
        {
            "report_id": pd.Series(report, dtype=object),
            "child_id": pd.Series(child, dtype=object),
            "severity": come.severity,
            "need": made.need,
            "label_probability": made.label_probability,
            "opening_probability": made.opening_probability,
            "high_frequency": file.rows.high_frequency,
        }
    )


def _by_arrival(
    tables: dict[str, pd.DataFrame], known: pd.DataFrame, file: Filed
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Order reports, concerns and truth by arrival."""
    order = np.argsort(file.rows.key, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    said = tables["concerns"]
    row = said["primary"].to_numpy().cumsum() - 1
    ordered = {
        "reports": tables["reports"].take(order).reset_index(drop=True),
        "concerns": said.take(np.argsort(place[row], kind="stable")).reset_index(drop=True),
    }
    return tables | ordered, known.take(order).reset_index(drop=True)
