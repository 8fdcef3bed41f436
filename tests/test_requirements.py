"""The pins install what the ranges allow, and the README's commands are those the check runs."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def pins(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (ROOT / name).read_text().splitlines():
        if line and not line.lstrip().startswith("#"):
            requirement = Requirement(line)
            [pin] = requirement.specifier
            assert pin.operator == "=="
            found.setdefault(requirement.name.lower().replace("_", "-"), []).append(pin.version)
    return found


@pytest.mark.parametrize(
    ("ranges", "file"),
    [
        (PROJECT["dependencies"], "requirements.txt"),
        (PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"], "requirements-dev.txt"),
    ],
)
def test_every_range_has_a_pin_inside_it(ranges, file):
    pinned = pins(file)
    for text in ranges:
        requirement = Requirement(text)
        versions = pinned[requirement.name.lower().replace("_", "-")]
        assert all(requirement.specifier.contains(version) for version in versions), text


def test_both_files_pin_the_same_versions():
    users, developers = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: developers[name] for name in users} == users


def test_the_check_runs_the_test_command_of_the_readme():
    readme = (ROOT / "README.md").read_text().splitlines()
    commands = [line for line in readme if line.startswith("python3 -m venv") and "requirements-dev.txt" in line]
    assert len(commands) == 1
    assert "grep -m1 '^python3 -m venv .*requirements-dev.txt' README.md" in (ROOT / ".ci/run").read_text()
