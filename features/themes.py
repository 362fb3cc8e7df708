"""Here we name what earlier reports are remembered for: that one of them told of violence, of neglect, of something acute.

>>> Theme.CHILD_HEALTH.sv, [concern.value for concern in Theme.CHILD_HEALTH.concerns]
('barnets psykiska ohälsa eller självskada', ['child_mental_ill_health', 'self_harm'])
"""

from __future__ import annotations

from features.codes import Code, Concern

ACUTE = ("injury_now", "afraid_to_go_home", "caregiver_incapable_now", "young_child_alone", "suicide_risk")
"""The facts that make a report acute when any of them is answered yes."""


class Theme(Code):
    """What an earlier report concerned. Whoever denies a concern does not erase it: its status is not asked for."""

    VIOLENCE = "violence", "våld eller övergrepp", "violence or abuse"
    NEGLECT = "neglect", "omsorgssvikt", "neglect"
    PARENT_SUBSTANCE = "parent_substance", "förälders missbruk", "a parent's substance misuse"
    CHILD_SUBSTANCE = "child_substance", "barnets eget missbruk", "the child's own substance misuse"
    CHILD_HEALTH = (
        "child_health",
        "barnets psykiska ohälsa eller självskada",
        "the child's mental ill-health or self-harm",
    )
    ACUTE = "acute", "något akut", "something acute"

    @property
    def concerns(self) -> tuple[Concern, ...]:
        """The concerns that it is about; a report that names one of them tells of it."""
        return _CONCERNS.get(self, ())

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that it is about; a report in which one of them is answered yes tells of it."""
        return ACUTE if self is Theme.ACUTE else ()


_CONCERNS = {
    Theme.VIOLENCE: (
        Concern.PHYSICAL_ABUSE,
        Concern.PSYCHOLOGICAL_ABUSE,
        Concern.SEXUAL_ABUSE,
        Concern.WITNESSED_VIOLENCE,
        Concern.HONOUR_RELATED,
    ),
    Theme.NEGLECT: (Concern.NEGLECT,),
    Theme.PARENT_SUBSTANCE: (Concern.PARENT_SUBSTANCE_MISUSE,),
    Theme.CHILD_SUBSTANCE: (Concern.CHILD_SUBSTANCE_MISUSE,),
    Theme.CHILD_HEALTH: (Concern.CHILD_MENTAL_ILL_HEALTH, Concern.SELF_HARM),
}
