"""What holds projects back: which constraint blocks or exempts which of them, and since when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

from builder.explainer.counting import Effect, effect_of, is_lifted, lifted
from builder.explainer.linking import Explainer
from builder.records.models.constraint import Constraint, Exemption
from builder.records.models.project import Obstacle, Project
from builder.records.safe_text import Text


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldBack:
    """A project, its obstacles that come from one constraint, the exemptions of that constraint for it, and when the
    constraint holds it back.

    `lifted` are the obstacles from paragraphs that are lifted while the rest of the constraint is in force; they are
    not in `obstacles`.
    """

    project: Project
    obstacles: tuple[Obstacle, ...]
    exemptions: tuple[Exemption, ...]
    effect: Effect = "now"
    lifted: tuple[Obstacle, ...] = ()

    @property
    def of_all(self) -> tuple[Obstacle, ...]:
        """The obstacles, with those that are lifted."""
        return (*self.obstacles, *self.lifted)


def held_back(explainer: Explainer) -> dict[str, tuple[HeldBack, ...]]:
    """By constraint: the projects that it blocks or exempts, or did while it was in force.

    Constraints and projects are in the site's order.
    """
    obstacles: dict[tuple[str, str], list[Obstacle]] = defaultdict(list)
    for project in explainer.projects:
        for obstacle in project.obstacles:
            if obstacle.constraint:
                obstacles[obstacle.constraint, project.id].append(obstacle)
    exemptions: dict[tuple[str, str], list[Exemption]] = defaultdict(list)
    for constraint in explainer.constraints:
        for exemption in constraint.exemptions:
            for id in dict.fromkeys(exemption.projects):
                exemptions[constraint.id, id].append(exemption)
    effects = {constraint.id: effect_of(constraint) for constraint in explainer.constraints}
    gone = {constraint.id: lifted(constraint) for constraint in explainer.constraints}
    projects = {project.id: project for project in explainer.projects}
    order = explainer.places_in_order
    found: dict[str, list[HeldBack]] = defaultdict(list)
    for key in sorted({*obstacles, *exemptions}, key=lambda key: (order[key[0]], order[key[1]])):
        constraint_id, project_id = key
        lifts = [is_lifted(each, gone[constraint_id]) for each in obstacles.get(key, ())]
        held = HeldBack(
            project=projects[project_id],
            obstacles=tuple(each for each, is_gone in zip(obstacles.get(key, ()), lifts, strict=True) if not is_gone),
            exemptions=tuple(exemptions.get(key, ())),
            effect=effects[constraint_id],
            lifted=tuple(compress(obstacles.get(key, ()), lifts)),
        )
        found[constraint_id].append(held)
    return {id: tuple(members) for id, members in found.items()}


def blocks(explainer: Explainer, held_back: Mapping[str, Sequence[HeldBack]]) -> dict[str, dict[str, HeldBack]]:
    """The obstacles and exemptions, by project and then by constraint; projects without any left out."""
    table: dict[str, dict[str, HeldBack]] = {project.id: {} for project in explainer.projects}
    for constraint, members in held_back.items():
        for held in members:
            table[held.project.id][constraint] = held
    return {project: row for project, row in table.items() if row}


def unnamed_paragraphs(table: Mapping[str, Mapping[str, HeldBack]]) -> bool:
    """Whether there is an obstacle or exemption whose paragraph is not known."""
    found = [held for row in table.values() for held in row.values()]
    paragraphs = [each.para for held in found for each in held.of_all]
    paragraphs += [each.para for held in found for each in held.exemptions]
    return None in paragraphs


def short_labels(constraints: Sequence[Constraint]) -> Mapping[str, Text]:
    """The labels of constraints by their id, without the words before their numbers if all have the same."""
    labels = {constraint.id: constraint.label for constraint in constraints}
    words = [label.split() for label in labels.values()]
    shared = next((at for at, each in enumerate(zip(*words, strict=False)) if len(set(each)) > 1), 0)
    if any(not each[shared][0].isdigit() for each in words if shared):
        return labels
    return {id: Text(" ".join(label.split()[shared:])) for id, label in labels.items()}
