"""Here we say which concerns are usual at which age and sex, how they show, and how much need lies behind them."""

from __future__ import annotations

import numpy as np

from features.codes import Concern, ConcernDomain, Exposure, Perpetrator, Reporter
from training.synthetic.arrays import Floats, table

C, P, E, R = Concern, Perpetrator, Exposure, Reporter
CONCERNS = tuple(Concern)

USUAL: dict[Concern, tuple[float, float, float, float]] = {
    C.PARENT_MENTAL_ILL_HEALTH: (0.9, 0.9, 0.7, 1.0),
    C.PARENT_SUBSTANCE_MISUSE: (0.9, 0.8, 0.6, 1.0),
    C.NEGLECT: (1.2, 1.0, 0.9, 1.0),
    C.CUSTODY_CONFLICT: (0.5, 0.7, 0.4, 1.0),
    C.PARENT_CRIME: (0.3, 0.25, 0.15, 1.0),
    C.HOUSING_ECONOMY: (0.35, 0.3, 0.3, 1.0),
    C.NORM_BREAKING: (0.15, 0.8, 1.0, 1.5),
    C.YOUTH_CRIME: (0.0, 0.12, 1.0, 2.0),
    C.CHILD_SUBSTANCE_MISUSE: (0.0, 0.03, 0.8, 1.2),
    C.SCHOOL_ABSENCE: (0.02, 0.8, 0.9, 1.0),
    C.CHILD_MENTAL_ILL_HEALTH: (0.25, 0.7, 0.9, 0.75),
    C.SELF_HARM: (0.0, 0.10, 0.4, 0.4),
    C.ONLINE_VICTIMISATION: (0.0, 0.2, 0.3, 0.5),
    C.VIOLENCE_BY_OTHER: (0.15, 0.4, 0.4, 1.3),
    C.PHYSICAL_ABUSE: (0.8, 1.0, 0.8, 1.1),
    C.PSYCHOLOGICAL_ABUSE: (0.4, 0.6, 0.6, 1.0),
    C.SEXUAL_ABUSE: (0.15, 0.2, 0.3, 0.35),
    C.WITNESSED_VIOLENCE: (1.2, 0.9, 0.5, 1.0),
    C.HONOUR_RELATED: (0.02, 0.15, 0.3, 0.4),
    C.OTHER: (0.7, 0.7, 0.7, 1.0),
    C.NOT_STATED: (0.3, 0.3, 0.3, 1.0),
}
"""Weight at 0-5, 6-12 and 13-17 years, and how much more often for boys (X; signs from S11, S12, S14)."""

EFFECT: dict[Concern, float] = {
    C.PARENT_MENTAL_ILL_HEALTH: 0.35,
    C.PARENT_SUBSTANCE_MISUSE: 0.60,
    C.NEGLECT: 0.75,
    C.CUSTODY_CONFLICT: -0.85,
    C.PARENT_CRIME: 0.20,
    C.HOUSING_ECONOMY: -0.25,
    C.NORM_BREAKING: 0.30,
    C.YOUTH_CRIME: 0.35,
    C.CHILD_SUBSTANCE_MISUSE: 0.60,
    C.SCHOOL_ABSENCE: 0.10,
    C.CHILD_MENTAL_ILL_HEALTH: 0.45,
    C.SELF_HARM: 0.75,
    C.ONLINE_VICTIMISATION: -0.15,
    C.VIOLENCE_BY_OTHER: -0.10,
    C.PHYSICAL_ABUSE: 0.25,
    C.PSYCHOLOGICAL_ABUSE: 0.20,
    C.SEXUAL_ABUSE: 0.45,
    C.WITNESSED_VIOLENCE: -0.05,
    C.HONOUR_RELATED: 0.55,
    C.OTHER: -0.55,
    C.NOT_STATED: -0.65,
}
"""How much need lies behind a stated concern, against the average (X; violence near zero after S32)."""

REPORTER_EFFECT: dict[Reporter, float] = {
    R.POLICE: -0.45,
    R.SCHOOL: 0.25,
    R.PRESCHOOL: 0.15,
    R.HEALTH_CARE: 0.15,
    R.CHILD_PSYCHIATRY: 0.40,
    R.ADULT_PSYCHIATRY: 0.30,
    R.SOCIAL_SERVICES: 0.25,
    R.PARENT: 0.55,
    R.CHILD: 0.60,
    R.RELATIVE: -0.05,
    R.NEIGHBOUR: -0.45,
    R.ANONYMOUS: -0.55,
    R.SECURITY_GUARD: -0.50,
}
"""Reporters have thresholds of their own: who reports little has seen much (signs and order after S20, Norway)."""

NO_PERPETRATOR = (C.HOUSING_ECONOMY, C.SCHOOL_ABSENCE, C.CHILD_MENTAL_ILL_HEALTH, C.OTHER, C.NOT_STATED)
BY_PARENT = (C.PARENT_MENTAL_ILL_HEALTH, C.PARENT_SUBSTANCE_MISUSE, C.NEGLECT, C.CUSTODY_CONFLICT, C.PARENT_CRIME)
BY_CHILD = (C.NORM_BREAKING, C.YOUTH_CRIME, C.CHILD_SUBSTANCE_MISUSE, C.SELF_HARM)
ACTS: dict[Perpetrator, float] = {P.CLOSE_PERSON: 0.84, P.OTHER_KNOWN: 0.05, P.STRANGER: 0.03, P.UNKNOWN: 0.08}
OUTSIDE: dict[Perpetrator, float] = {P.CLOSE_PERSON: 0.03, P.OTHER_KNOWN: 0.60, P.STRANGER: 0.25, P.UNKNOWN: 0.12}


def primary_weights() -> Floats:
    """Lay out the weights of concerns by domain, age band and sex (rows: domain * 6 + band * 2 + boy)."""
    rows = [
        [USUAL[code][band] * (USUAL[code][3] if boy else 1.0) * (code.domain is domain) for code in CONCERNS]
        for domain in ConcernDomain
        for band in range(3)
        for boy in range(2)
    ]
    return np.array(rows, dtype=np.float64) + 1e-12


def secondary_weights() -> Floats:
    """Lay out the weights of further concerns by the primary one's domain, age band and sex."""
    near = {domain: np.array([2.0 if code.domain is domain else 1.0 for code in CONCERNS]) for domain in ConcernDomain}
    violent = np.array([0.45 if code.domain is ConcernDomain.VIOLENCE else 1.0 for code in CONCERNS])
    allowed = np.array([code not in (C.NOT_STATED, C.OTHER) for code in CONCERNS])
    rows = [
        [USUAL[code][band] * (USUAL[code][3] if boy else 1.0) for code in CONCERNS]
        for band in range(3)
        for boy in range(2)
    ]
    base = np.array(rows)
    weights = np.concatenate([base * near[domain] * allowed for domain in ConcernDomain]) * violent
    return np.asarray(weights + 1e-12, dtype=np.float64)


def perpetrator_weights() -> Floats:
    """Lay out who is said to act, by concern."""
    people = tuple(Perpetrator)
    rows = []
    for code in CONCERNS:
        shares: dict[Perpetrator, float] = OUTSIDE if code is C.VIOLENCE_BY_OTHER else ACTS
        if code in NO_PERPETRATOR:
            shares = {P.NOT_APPLICABLE: 1.0}
        elif code in BY_PARENT:
            shares = {P.CLOSE_PERSON: 0.9, P.NOT_APPLICABLE: 0.08, P.UNKNOWN: 0.02}
        elif code in BY_CHILD:
            shares = {P.THE_CHILD: 0.94, P.NOT_APPLICABLE: 0.04, P.UNKNOWN: 0.02}
        elif code is C.ONLINE_VICTIMISATION:
            shares = {P.OTHER_KNOWN: 0.35, P.STRANGER: 0.45, P.UNKNOWN: 0.2}
        rows.append(table(shares, people))
    return np.array(rows) + 1e-12


def exposure_weights() -> Floats:
    """Lay out how the child meets it, by concern."""
    ways = tuple(Exposure)
    rows = []
    for code in CONCERNS:
        shares = {E.SUBJECTED: 0.72, E.WITNESSED: 0.06, E.AT_RISK: 0.17, E.UNKNOWN: 0.05}
        if code is C.WITNESSED_VIOLENCE:
            shares = {E.WITNESSED: 0.93, E.AT_RISK: 0.04, E.UNKNOWN: 0.03}
        elif code in BY_PARENT:
            shares = {E.SUBJECTED: 0.45, E.WITNESSED: 0.15, E.AT_RISK: 0.32, E.UNKNOWN: 0.08}
        elif code is C.NOT_STATED:
            shares = {E.UNKNOWN: 1.0}
        rows.append(table(shares, ways))
    return np.array(rows) + 1e-12
