"""Allure's formatter for behave, taught about Rules: on its own it leaves out every scenario that stands in one."""

from typing import Any

from allure_behave.formatter import AllureFormatter


class AllureRulesFormatter(AllureFormatter):  # type: ignore[misc]
    """Wraps the scenarios of each Rule as the formatter itself wraps those of a Feature."""

    description = "Allure results, scenarios in Rules included"

    def rule(self, rule: Any) -> None:
        """Called by behave before the scenarios of a rule run."""
        self._wrap_scenario(rule.scenarios)
