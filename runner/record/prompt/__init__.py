"""The embedded planner: from a sentence to actions, with no model and no network."""

from runner.record.prompt.mending import MendingPlanner
from runner.record.prompt.planner import PromptPlanner

__all__ = ["MendingPlanner", "PromptPlanner"]
