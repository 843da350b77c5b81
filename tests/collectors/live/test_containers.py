"""Containers by control group, namespace and the runtimes' notes."""

from __future__ import annotations

import json

import pytest

from collectors.artifact import Reason
from collectors.live.containers import PRODUCTS, Containers, container_of

ID = "ab" * 32


@pytest.mark.parametrize(
    ("cgroup", "runtime", "ident"),
    [
        (f"0::/system.slice/docker-{ID}.scope", "docker", ID),
        (f"12:cpu:/docker/{ID}", "docker", ID),
        (f"0::/machine.slice/libpod-{ID}.scope/container", "podman", ID),
        (f"0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-{ID}.scope", "containerd", ID),
        (f"0::/kubepods.slice/kubepods-pod1.slice/crio-{ID}.scope", "cri-o", ID),
        (f"4:cpu:/kubepods/burstable/pod1/{ID}", "containerd", ID),
        ("0::/lxc.payload.web/init.scope", "lxc", "web"),
        ("0::/machine.slice/systemd-nspawn@deb.service/payload", "systemd-nspawn", "deb"),
        (f"0::/something/{ID}", "unknown", ID),
    ],
)
def test_containers_are_told_by_their_control_group(cgroup, runtime, ident):
    assert container_of(cgroup + "\n") == {"runtime": runtime, "id": ident}


@pytest.mark.parametrize("cgroup", ["0::/", "0::/system.slice/docker.service", "0::/user.slice"])
def test_ordinary_processes_are_in_no_container(cgroup):
    assert container_of(cgroup) is None


def test_processes_in_other_namespaces_are_told(machine, collected):
    machine.process(4, b"closed")
    for pid, net in ((1, 10), (2, 10), (3, 11)):
        machine.process(pid, b"p%d" % pid).link(f"/proc/{pid}/ns/net", f"net:[{net}]")
    result = collected(Containers, machine.source())
    document = result.document

    assert result.gap("/proc/*/ns").reason is Reason.DENIED
    assert document["processes_not_readable"] == [4]
    assert document["compared_with_process_1"] is True
    (row,) = document["processes"]
    assert (row["pid"], row["name"], row["namespaces"]) == (3, "p3", ["net"])


def test_what_docker_notes_is_taken_and_read(machine, collected):
    folder = f"/var/lib/docker/containers/{ID}"
    state = {"Pid": 77, "Running": True, "StartedAt": "2026-11-22T00:00:00Z"}
    note = {"Name": "/pacs", "Config": {"Image": "pacs:1"}, "State": state}
    machine.file(f"{folder}/config.v2.json", json.dumps(note)).file(
        f"{folder}/hostconfig.json", "{}"
    )
    machine.file("/var/lib/docker/containers/torn/config.v2.json", '{"Name": [[')
    machine.process(1)
    result = collected(Containers, machine.source())

    row = result.row("containers", id=ID)
    assert (row["name"], row["image"], row["pid"], row["running"]) == ("/pacs", "pacs:1", 77, True)
    assert result.row("containers", id="torn") == {"id": "torn", "product": "docker"}
    assert result.raw[f"{folder}/hostconfig.json"] == b"{}"


def test_a_note_with_half_a_character_costs_the_document_nothing(machine, collected):
    state = {"Pid": 1, "Running": True, "StartedAt": "x"}
    note = {"Name": "/\udcff\ud800", "Config": {"Image": "pacs"}, "State": state}
    machine.file(f"/var/lib/docker/containers/{ID}/config.v2.json", json.dumps(note)).process(1)
    result = collected(Containers, machine.source())

    row = result.row("containers", id=ID)
    assert (row["name"], row["image"]) == ("/\\xff\\ud800", "pacs")


def test_a_product_that_is_not_there_is_one_gap(machine, collected):
    machine.process(1).link("/proc/1/ns/net", "net:[10]")
    result = collected(Containers, machine.source())

    assert [gap.origin for gap in result.gaps] == [root for _, root, _ in PRODUCTS]
    assert {gap.reason for gap in result.gaps} == {Reason.ABSENT}


def test_says_when_hozen_itself_is_inside(machine, collected):
    machine.process(1).file("/.dockerenv").file("/run/systemd/container", "docker\n")
    document = collected(Containers, machine.source()).document

    assert document["hozen_inside"] == {
        "marks": ["/.dockerenv", "/run/systemd/container"],
        "named": "docker",
    }
