"""Here we keep the published figures that the synthetic municipality is tuned to, each with its source."""

from __future__ import annotations

from dataclasses import dataclass, field

from features.codes import ConcernDomain, Reporter

R = Reporter

REPORTER_SHARES: dict[Reporter, float] = {
    R.POLICE: 0.20,
    R.SCHOOL: 0.20,
    R.PRESCHOOL: 0.03,
    R.HEALTH_CARE: 0.12,
    R.CHILD_PSYCHIATRY: 0.03,
    R.DENTAL_CARE: 0.02,
    R.ADULT_PSYCHIATRY: 0.02,
    R.SOCIAL_SERVICES: 0.08,
    R.OTHER_MUNICIPALITY: 0.015,
    R.PRISON_PROBATION: 0.01,
    R.OTHER_AUTHORITY: 0.03,
    R.SECURITY_GUARD: 0.002,
    R.CIVIL_SOCIETY: 0.013,
    R.PARENT: 0.07,
    R.CHILD: 0.015,
    R.RELATIVE: 0.03,
    R.NEIGHBOUR: 0.03,
    R.ANONYMOUS: 0.08,
    R.OTHER_UNKNOWN: 0.005,
}
"""School ~.20 (S11); police, school, preschool, health and dental care together ~.60 (S15); anonymous .081
(Denmark 2020, S17 and S18); every other share is an assumption (X)."""

DOMAIN_SHARES: dict[ConcernDomain, float] = {
    ConcernDomain.PARENT: 0.39,
    ConcernDomain.CHILD: 0.33,
    ConcernDomain.VIOLENCE: 0.20,
    ConcernDomain.OTHER: 0.08,
}
"""What the primary concern is about (S1; the remainder derived)."""


@dataclass(frozen=True)
class Margins:
    """Figures a synthetic municipality should show, as shares unless another unit is named.

    Notes
    -----
    Codes such as S1 name the sources in ``reference/domain.md`` §11. X marks an assumption: no
    Swedish figure was found, and the number says nothing about the world.
    """

    reports_per_child_year: float = 1.839  # S1 (331 000 / 180 000, 2018)
    high_frequency_share: float = 0.015  # S23 (10 % of reports), share of children derived
    high_frequency_reports: tuple[int, int] = (9, 33)  # S23, fewest and most in a year
    high_frequency_mean: float = 11.6  # reports in a year; derived from S23
    boys: float = 0.55  # S1
    yearly_growth: float = 0.06  # S1, S2, S4 (331 000 in 2018, 514 000 in 2024)
    unit_year_spread: float = 0.08  # S23 (-11 % to +24 % between years), log scale
    shared_reports: float = 0.22  # X, reports that concern more than one child
    reporters: dict[Reporter, float] = field(default_factory=lambda: dict(REPORTER_SHARES))
    domains: dict[ConcernDomain, float] = field(default_factory=lambda: dict(DOMAIN_SHARES))
    denied: float = 0.04  # X, concerns that are recorded as denied
    acute: float = 0.04  # X, reports with at least one acute fact
    sheltered_housing: float = 0.007  # X
    unaccompanied: float = 0.004  # X
    taken_abroad: float = 0.003  # X
    suspected_of_crime: float = 0.05  # X
    eviction_notice: float = 0.003  # X
    outside_contact: float = 0.004  # X
    incomplete_form: float = 0.08  # X, forms on which several facts are unknown
    birth_month_missing: float = 0.01  # X
    application: float = 0.06  # X (S24: 9 % in five municipalities)
    opened: float = 0.38  # S1
    mandated_missed: float = 0.06  # X, violence by a close person that is not opened although it must be
    transferred: float = 0.015  # X
    girl_effect: float = 0.09  # S34, probability points on opening
    prior_effect_girl: float = 0.16  # S34, probability points on opening
    prior_effect_boy: float = 0.24  # S34, probability points on opening
    poverty_effect_girl: float = 0.09  # S34, probability points on opening
    protection_missing: float = 0.03  # X
    screening_median_days: float = 9.0  # X
    screening_over_14_days: float = 0.12  # X
    investigation_over_4_months: float = 0.33  # S27
    investigation_over_180_days: float = 0.05  # X
    support_given_investigation: float = 0.40  # X, between .29 (S32) and .60 (S31)
    declined_given_offer: float = 0.12  # X ("many", S41 and seed 004)
    discontinued: float = 0.03  # X
    recorded_late: float = 0.03  # X, events recorded weeks late
    withdrawn: float = 0.01  # X
