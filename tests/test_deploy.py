"""The files in deploy/ say what is true: commands, settings, names that belong together."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from click import Command
from distributed.cli import dask_scheduler, dask_worker

from assist import __version__
from tests.test_docs import SETTINGS, problem_with

DEPLOY = Path(__file__).parent.parent / "deploy"
IMAGE = f"assist-batch:{__version__}"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
JOB, POLICY = yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text())
PARTS: dict[str, Any] = {
    "job": JOB["spec"]["job"],
    "worker": JOB["spec"]["cluster"]["spec"]["worker"],
    "scheduler": JOB["spec"]["cluster"]["spec"]["scheduler"],
}
DOCKERFILE = re.sub(r" *\\\n *", " ", (DEPLOY / "Dockerfile").read_text())

part = pytest.mark.parametrize("name", PARTS)
service = pytest.mark.parametrize("name", COMPOSE["services"])


def container(name: str) -> dict[str, Any]:
    (found,) = PARTS[name]["spec"]["containers"]
    return dict(found)


def wrong_with(words: list[str]) -> str | None:
    """Why a command of a container could not be run, or None."""
    if words[:2] == ["sh", "-c"]:
        words = shlex.split(words[2].partition("||")[0])
    if words[0] == "assist":
        return problem_with(words[1:])
    programs: dict[str, Command] = {
        "scheduler": dask_scheduler.main,
        "worker": dask_worker.main,
    }
    if words[0] != "dask" or words[1] not in programs:
        return f"no command {words[:2]}"
    options = {one for p in programs[words[1]].params for one in (*p.opts, *p.secondary_opts)}
    unknown = [word for word in words[2:] if word.startswith("--") and word not in options]
    return f"no options {unknown}" if unknown else None


@pytest.mark.parametrize(
    "line", ["assist score --wrong", "dask worker --wrong 1", "dask wrong", "sh -c 'assist wrong'"]
)
def test_a_command_that_is_none_is_found(line: str) -> None:
    assert wrong_with(shlex.split(line))


def test_one_worker_does_one_thing_and_all_know_the_scheduler() -> None:
    for words in (container("worker")["args"], COMPOSE["services"]["worker"]["command"].split()):
        assert words[words.index("--nthreads") + 1] == "1"
        assert words[words.index("--memory-limit") + 1] == "0"
    for name in ("worker", "score"):
        assert "tcp://scheduler:8786" in COMPOSE["services"][name]["command"]


@service
def test_compose(name: str) -> None:
    one = COMPOSE["services"][name]
    assert one["image"] == IMAGE
    assert wrong_with(shlex.split(one["command"])) is None
    assert set(one["networks"]) <= set(COMPOSE["networks"])
    assert set(one.get("depends_on", {})) <= set(COMPOSE["services"])
    for needed in one.get("depends_on", {}):
        assert "healthcheck" in COMPOSE["services"][needed]
    named = {volume.split(":")[0] for volume in one.get("volumes", ()) if volume[0] != "$"}
    assert named <= set(COMPOSE["volumes"])
    assert_settings(one.get("environment", {}))


def test_compose_builds_the_image_from_the_project() -> None:
    build = COMPOSE["services"]["scheduler"]["build"]
    folder = (DEPLOY / build["context"]).resolve()
    assert folder == DEPLOY.parent
    assert (folder / build["dockerfile"]).is_file()


def test_workers_and_the_run_see_recordings_at_the_same_place() -> None:
    services = COMPOSE["services"]
    (shared,) = services["worker"]["volumes"]
    assert shared in services["score"]["volumes"]
    (mount,) = container("worker")["volumeMounts"]
    assert mount in container("job")["volumeMounts"]
    assert f"assist score {mount['mountPath']} --out /results" in container("job")["command"][2]


def test_the_resources_are_those_of_the_operator() -> None:
    assert (JOB["apiVersion"], JOB["kind"]) == ("kubernetes.dask.org/v1", "DaskJob")
    assert JOB["spec"].keys() == {"job", "cluster"}
    assert JOB["spec"]["cluster"].keys() == {"spec"}
    assert PARTS["job"].keys() == {"spec"}
    assert PARTS["worker"].keys() == {"replicas", "spec"}
    assert PARTS["scheduler"].keys() == {"spec", "service"}
    name = {"dask.org/cluster-name": JOB["metadata"]["name"]}
    service = PARTS["scheduler"]["service"]
    assert service["selector"] == {**name, "dask.org/component": "scheduler"}
    ports = {port["name"]: port["containerPort"] for port in container("scheduler")["ports"]}
    # The operator looks for its scheduler by these names.
    assert ports == {"tcp-comm": 8786, "http-dashboard": 8787}
    assert {port["targetPort"]: port["port"] for port in service["ports"]} == ports
    assert POLICY["spec"]["podSelector"]["matchLabels"] == name


@part
def test_kubernetes(name: str) -> None:
    one, spec = container(name), PARTS[name]["spec"]
    assert one["image"] == IMAGE
    assert spec["securityContext"]["runAsUser"] == int(re.findall(r"--uid (\d+)", DOCKERFILE)[0])
    assert wrong_with(one.get("args") or one["command"]) is None
    assert {mount["name"] for mount in one.get("volumeMounts", ())} == {
        volume["name"] for volume in spec.get("volumes", ())
    }
    ports = {port["name"] for port in one.get("ports", ())}
    for probe in ("livenessProbe", "readinessProbe"):
        if probe in one:
            assert one[probe]["httpGet"]["port"] in ports
    assert_settings({setting["name"]: setting["value"] for setting in one.get("env", ())})


@pytest.mark.parametrize(("code", "ends"), [(0, 0), (3, 0), (9, 1), (137, 1)])
def test_a_run_begins_again_after_a_fault_but_not_for_bad_recordings(
    tmp_path: Path, code: int, ends: int
) -> None:
    (tmp_path / "assist").write_text(f"#!/bin/sh\nexit {code}\n")
    (tmp_path / "assist").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(container("job")["command"], env=environment, check=False)
    assert done.returncode == ends


def assert_settings(environment: dict[str, Any]) -> None:
    for name, value in environment.items():
        group, _, setting = name.removeprefix("ASSIST_").lower().partition("__")
        assert name.startswith("ASSIST_") and f"{group}.{setting}" in SETTINGS, name
        assert isinstance(value, str), name


def test_the_image() -> None:
    steps = [line.split(maxsplit=1) for line in DOCKERFILE.splitlines() if line[:1].isupper()]
    (base,) = [words for step, words in steps if step == "FROM"]
    assert re.fullmatch(r"python:3\.\d+\.\d+-[\w-]+", base)
    assert steps[-3][0] == "USER" and steps[-3][1] not in ("root", "0")
    for step, words in steps:
        if step == "COPY":
            for source in words.split()[:-1]:
                assert (DEPLOY.parent / source).exists(), source
                assert f"!{source}" in (DEPLOY / "Dockerfile.dockerignore").read_text().split()
    assert any("assist models fetch" in words for step, words in steps if step == "RUN")
    environment = next(words for step, words in steps if step == "ENV")
    pairs = dict(word.split("=", 1) for word in environment.split())
    assert_settings({name: value for name, value in pairs.items() if name.startswith("ASSIST_")})
