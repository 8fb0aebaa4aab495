"""`python -m directory` prints docs/permissions.md: which roles may do what."""

from directory.permissions import Role, actions

_TITLES = {
    Role.HEAD: "head 院长, own courtyard",
    Role.GRID_OFFICER: "grid officer 网格员, own grid",
    Role.ANY_GRID_OFFICER: "any grid officer",
    Role.OPERATOR: "merchant operator 商户经办人, own merchant",
    Role.CHAIR: "chair 组长",
    Role.GROUP: "working group 工作小组",
    Role.BRANCH: "branch 党支部",
    Role.COMMITTEE: "committee 社区党委",
    Role.PLATFORM: "platform 平台",
}
_INTRODUCTION = """\
# Permissions: role × action

Generated from `directory/permissions.py` by `make permissions`; do not edit. A role with a scope counts in its own
courtyard, grid or merchant. What residents may do for themselves is not listed. Roles are asked for on the day of the
act, from the service's own copy of the registry's appointments.
"""


def table() -> str:
    """Return the page."""
    lines = [_INTRODUCTION]
    found = list(actions().values())
    for area in dict.fromkeys(action.area for action in found):
        lines += [f"## {area}", "", "| action | " + " | ".join(_TITLES.values()) + " | rule | besides roles |"]
        lines += ["| --- |" + " :-: |" * len(_TITLES) + " --- | --- |"]
        for action in (each for each in found if each.area == area):
            marks = ["✓" if role in action.allowed else "" for role in _TITLES]
            lines.append(f"| {action.title} | " + " | ".join(marks) + f" | {action.rule} | {action.note} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    print(table(), end="")
