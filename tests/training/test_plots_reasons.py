"""Pictures of reasons are the same every time, say both languages, lose nothing in grey, and shap's own plots take what they take."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest

from features.build import REGISTRY
from training.explaining import as_explanation
from training.plots.of_reasons import LOWERS, RAISES, SAYS, beeswarm, dependence, waterfall
from training.reason_quality.measures import NOTHING, by_group
from triage.explanation import GROUPS, reasons

AT = {name: place for place, name in enumerate(REGISTRY.names)}
LANGUAGES = pytest.mark.parametrize("language", ["sv", "en"])


@pytest.fixture(scope="module")
def told() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows with contributions that follow their values, and the model's average."""
    draw = np.random.default_rng(3)
    values = np.tile(NOTHING, (200, 1))
    for name in ("concern_neglect", "acute_facts", "reports_90", "offered_1095", "reporter_police", "concern_school"):
        values[:, AT[name]] = draw.integers(0, 2 if REGISTRY[name].unit == "flag" else 4, size=200)
    values[:, AT["sdq_parent"]] = np.where(draw.random(200) < 0.5, draw.integers(0, 40, size=200), np.nan)
    parts = np.where(np.isnan(values), -0.05, 0.3 * (np.nan_to_num(values) - 0.4)) * (np.arange(len(NOTHING)) % 3 + 0.5)
    return values, parts, np.full(200, -1.2)


@LANGUAGES
@pytest.mark.parametrize("draw", [beeswarm, lambda found, language: waterfall(found[7], language=language)])
def test_a_picture_is_the_same_every_time_and_is_in_one_language(told, draw, language: str) -> None:
    found = as_explanation(*told, language=language)
    first = draw(found, language=language)
    assert first == draw(as_explanation(*told, language=language), language=language)
    text = first.decode()
    other = "en" if language == "sv" else "sv"
    assert SAYS["not_causes"].say(language) in text
    assert not any(say.say(other) in text for name, say in SAYS.items() if name in {"not_causes", "odds", "rest"})


@LANGUAGES
def test_the_waterfall_shows_the_reasons_of_the_answer_and_ends_at_the_margin(told, language: str) -> None:
    values, parts, base = told
    found = as_explanation(*told, language=language)
    for row in (0, 7, 30):
        text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", waterfall(found[row], language=language).decode()))
        margin = f"{base[row] + parts[row].sum():.2f}".replace("-", "\N{MINUS SIGN}")
        assert (margin.replace(".", ",") if language == "sv" else margin) in text
        for reason in reasons(values[row], parts[row]):
            assert re.sub(r"\s+", " ", reason.text.say(language)).split(";")[0][:40] in text


@LANGUAGES
def test_a_picture_says_of_a_reason_what_the_answer_says_and_not_what_moved_nothing(told, language: str) -> None:
    values, parts, base = told
    parts = np.where(np.arange(len(NOTHING)) % 2 == 0, parts, 0.0)
    found = as_explanation(values, parts, base, language=language)
    for row in range(40):
        for reason in reasons(values[row], parts[row]):
            assert found.display_data[row, GROUPS.index(reason.group)] == reason.text.say(language)


def test_what_raises_differs_from_what_lowers_in_darkness_and_hatching_too(told) -> None:
    from matplotlib.colors import to_rgb

    dark, light = (sum(np.array([0.299, 0.587, 0.114]) * to_rgb(colour)) for colour in (RAISES, LOWERS))
    assert light - dark > 0.4
    text = waterfall(as_explanation(*told)[7]).decode()
    assert RAISES in text
    assert "<pattern" in text  # the hatching


def test_explanations_add_up_by_feature_and_by_reason(told) -> None:
    values, parts, base = told
    by_feature, by_reason = as_explanation(*told, by="feature"), as_explanation(*told)
    assert by_feature.values.shape == values.shape
    assert by_reason.values.shape == (200, len(GROUPS))
    assert np.allclose(by_reason.values, by_group(parts))
    assert np.allclose(by_reason.base_values + by_reason.values.sum(axis=1), base + parts.sum(axis=1))
    assert by_reason.display_data[0][GROUPS.index(REGISTRY["age_months"].group)] == ""


@pytest.mark.parametrize("by", ["reason", "feature"])
def test_shaps_own_plots_take_it(told, by: str) -> None:
    import matplotlib as mpl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", (PendingDeprecationWarning))
        import shap
    mpl.use("agg")
    from matplotlib import pyplot as plt

    found = as_explanation(*told, by=by)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # shap's own
        shap.plots.waterfall(found[3], show=False)
        shap.plots.beeswarm(found, show=False)
        shap.plots.scatter(found[:, 0], show=False)
        shap.plots.bar(found, show=False)
    assert len(plt.get_fignums()) >= 1
    plt.close("all")


@LANGUAGES
def test_dependence_is_drawn_by_name_and_an_unknown_name_is_refused(told, language: str) -> None:
    found = as_explanation(*told, by="feature", language=language)
    text = dependence(found, REGISTRY["sdq_parent"].label(language), language=language).decode()
    assert SAYS["absent"].say(language) in text
    with pytest.raises(ValueError, match="allowed are"):
        dependence(found, "x", language=language)
