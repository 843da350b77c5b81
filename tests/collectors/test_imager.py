"""An imager that the operator brought: what it gives, how it may fail, and what is kept of that."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import cores
import hosts
import pytest

from collectors.artifact import Artifact, Gap, Reason, reason_of
from collectors.files.mounts import Mounts, parse
from collectors.files.source import Source
from collectors.ram.account import FACTS
from collectors.ram.destination import Destination
from collectors.ram.imager.imaged import ERRORS, LEFT, ORIGIN, OUTPUT, ImagedMemory
from collectors.ram.imager.program import Imager
from collectors.ram.imager.said import KEPT
from evidence.collecting.landing import Landing

MIB = 1 << 20
FOREVER = "sleep 1000"


def digest_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tight(path, left):
    """A destination with so many free bytes, which nobody else uses or gives back meanwhile."""
    return type("Tight", (Destination,), {"_free": left})(path)


class World:
    """A machine with a MiB of memory, a destination, and programs that say they read it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.memory = os.urandom(MIB)
        (folder / "memory").write_bytes(self.memory)
        (folder / "out").mkdir()
        self.landing = Landing(folder / "out/HZ_bundle")
        self.place = Destination(str(folder / "out"))
        cores.iomem(folder / "host/proc/iomem", "00100000-001fffff : System RAM")

    def program(self, *lines: str) -> Path:
        path = self.folder / "imager"
        path.write_text("\n".join(("#!/bin/sh", f"memory={self.folder}/memory", *lines)) + "\n")
        path.chmod(0o755)
        return path

    def taken(
        self, *lines, arguments=(), seconds=60, room=None, stop=lambda: False, pin=None,
        closing=contextlib.nullcontext,
    ):  # fmt: skip
        """What came of running such a program: items and gaps by origin."""
        path = self.program(*lines)
        digest = pin or digest_of(path)
        imager = Imager(str(path), digest, tuple(arguments), seconds)
        place = self.place
        if room is not None:
            place = tight(place.path, room)
        collector = ImagedMemory(imager, place, self.landing, stop)
        source = Source(str(self.folder / "host"), live=True)
        try:
            return {one.origin: poured(one, closing) for one in collector.collect(source)}
        finally:
            source.close()


def poured(one, closing=contextlib.nullcontext):
    """A gap, or what was read with the error that ended it, as the pipeline does it."""
    if isinstance(one, Gap):
        return one
    try:
        reading = one.open()
    except OSError as error:
        return error
    data, room, ended = bytearray(), memoryview(bytearray(32 << 10)), None
    try:
        while count := reading.readinto(room):
            data += room[:count]
    except OSError as error:
        ended = error
    finally:
        with closing():
            reading.close()
    return Poured(bytes(data), reading, ended)


class Poured:
    def __init__(self, data, reading, ended):
        self.data, self.reading, self.ended = data, reading, ended

    @property
    def why(self):
        """Why not all of it came; there is one reason."""
        if self.ended is not None:
            return self.ended.strerror
        (missing,) = self.reading.missing
        assert (missing.offset, missing.size) == (len(self.data), None)
        return missing.error


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


PIPE, FILE = "pipe", "file"
WAYS = pytest.mark.parametrize(
    ("arguments", "to"), [((), ""), (("--to", "{output}"), '> "$2"')], ids=[PIPE, FILE]
)


@WAYS
def test_what_the_program_gives_is_the_image_and_what_it_says_is_kept(world, arguments, to):
    found = world.taken(f"cat $memory {to}", "echo driver loaded >&2", arguments=arguments)
    image, facts = found[ORIGIN], json.loads(found[FACTS].data)

    assert (image.data, image.ended, list(image.reading.missing)) == (world.memory, None, [])
    assert found[ERRORS].data == b"driver loaded\n"
    method = image.reading.method
    assert (method.door, method.program.path) == ("program", str(world.folder / "imager"))
    assert method.program.sha256 == digest_of(world.folder / "imager")
    placed = ("--to", world.landing.path) if arguments else ()
    assert method.program.arguments == placed
    assert facts["door"] == "program"
    assert (facts["bytes_read"], facts["ram"]) == (MIB, [[MIB, 2 * MIB]])
    assert (facts["imager"]["status"], facts["imager"]["arguments"]) == (0, list(placed))
    assert facts["imager"]["sha256_afterwards"] == facts["imager"]["sha256"]
    assert [each.name for each in (world.folder / "out").iterdir()] == []


def test_what_a_program_says_while_it_writes_a_file_is_two_items(world):
    found = world.taken("cat $memory > $1; echo 50 %; echo 100 %; echo odd >&2",
                        arguments=["{output}"])  # fmt: skip

    assert found[OUTPUT].data == b"50 %\n100 %\n"
    assert found[ERRORS].data == b"odd\n"
    assert found[OUTPUT].reading.method.door == "program"


@pytest.mark.parametrize(
    ("said", "words"),
    [("driver refused\r\n".encode("utf-16-le"), "driver refused"),
     ("start\r\n拒否されました\r\n".encode("utf-16"), "拒否されました"),
     ("エラー: ドライバを読み込めません\r\n".encode("cp932"), "エラー: ドライバを読み込めません"),
     (b"no driver\0", "no driver\0"),
     (b"1 %\r2 %\rlost the device", "lost the device"),
     (b"A" * 70_000, f"{'A' * 300}…"),
     (b"\x82 \x82", "\ufffd \ufffd")],
    ids=["UTF-16", "UTF-16 with its mark", "cp932", "a zero", "progress", "no end", "no text"],
)  # fmt: skip
def test_last_words_are_read_in_whatever_a_program_writes(world, said, words):
    (world.folder / "said").write_bytes(said)
    image = world.taken("head -c 1000 $memory", f"cat {world.folder}/said >&2; exit 5")[ORIGIN]

    assert image.why == f"the imager ended with exit status 5: {words}"


@WAYS
def test_a_program_that_fails_leaves_a_partial_image_with_its_last_words(world, arguments, to):
    fails = "echo no driver >&2; exit 7"
    image = world.taken(f"head -c 300000 $memory {to}", fails, arguments=arguments)[ORIGIN]

    assert image.data == world.memory[:300_000]
    assert image.why == "the imager ended with exit status 7: no driver"


@WAYS
def test_a_program_that_fails_before_it_gave_anything_leaves_no_empty_image(world, arguments, to):
    found = world.taken("echo no rights >&2; exit 5", arguments=arguments)
    error = found[ORIGIN] if arguments else found[ORIGIN].ended

    assert isinstance(error, OSError)
    assert "exit status 5: no rights" in error.strerror
    assert found[ERRORS].data == b"no rights\n"
    assert json.loads(found[FACTS].data)["imager"]["status"] == 5


@WAYS
@pytest.mark.parametrize("size", [0, 1000, MIB * 89 // 100])
def test_an_end_without_an_error_but_with_too_little_is_a_failure(world, arguments, to, size):
    image = world.taken(f"head -c {size} $memory {to}", arguments=arguments)[ORIGIN]

    assert image.data == world.memory[:size]
    assert f"exit status 0, but gave {size} bytes" in image.why
    assert (image.ended is not None) == (size == 0)  # an error before the first byte is a gap


def test_an_image_that_is_packed_may_be_smaller_than_the_memory(world):
    image = world.taken("printf AVML; head -c 1000 $memory")[ORIGIN]

    assert (len(image.data), list(image.reading.missing)) == (1004, [])


@pytest.mark.parametrize("head", ["AVML", r"PK\003\004"])
def test_a_packed_image_that_is_hardly_more_than_its_beginning_is_a_failure(world, head):
    image = world.taken(f"printf '{head}'; head -c 900 $memory")[ORIGIN]

    assert "exit status 0, but gave 904 bytes where at least 943 were expected" in image.why


def test_where_the_kernel_hides_addresses_its_own_count_says_what_is_too_little(world):
    cores.iomem(world.folder / "host/proc/iomem", "00000000-00000000 : System RAM")
    (world.folder / "host/proc/meminfo").write_text("MemTotal:           1024 kB\nMemFree: 1 kB\n")
    assert list(world.taken("cat $memory")[ORIGIN].reading.missing) == []
    image = world.taken("head -c 900000 $memory")[ORIGIN]

    assert "gave 900000 bytes where at least 943718 were expected" in image.why


@WAYS
def test_a_program_that_hangs_is_ended_and_what_it_gave_is_kept(world, arguments, to):
    lines = (f"echo $$ > {world.folder}/number", f"head -c 70000 $memory {to}", FOREVER)
    found = world.taken(*lines, arguments=arguments, seconds=1)

    assert found[ORIGIN].data == world.memory[:70_000]
    assert "its time was over" in found[ORIGIN].why
    assert json.loads(found[FACTS].data)["imager"]["status"] is None
    wait_for_the_end(int((world.folder / "number").read_text()))


def wait_for_the_end(pid):
    """Of all that runs in a program's session, however long it takes; the test's limit ends it."""
    while running(pid):  # what nobody waited for is a zombie
        time.sleep(0.05)


def running(session):
    """Processes of a session, by /proc/PID/stat: the state is behind the name, the session 4th."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, _, found = path.read_text().rpartition(")")[2].split()[:4]
            if int(found) == session and state not in "ZX":
                return True
    return False


def test_a_program_that_hears_no_request_to_end_is_ended_all_the_same(world, monkeypatch):
    monkeypatch.setattr("collectors.ram.imager.execution.GRACE", 0.2)
    lines = (f"echo $$ > {world.folder}/number", "trap '' TERM", "cat $memory", FOREVER)
    found = world.taken(*lines, seconds=1)

    assert found[ORIGIN].data == world.memory
    wait_for_the_end(int((world.folder / "number").read_text()))


def test_what_a_program_leaves_running_is_ended_with_it(world):
    lines = (f"echo $$ > {world.folder}/number", f"{FOREVER} > /dev/null 2>&1 &", "cat $memory")
    image = world.taken(*lines)[ORIGIN]

    assert (image.data, list(image.reading.missing)) == (world.memory, [])
    wait_for_the_end(int((world.folder / "number").read_text()))


@pytest.mark.parametrize("alone", ["setsid", "env -i setsid -f", "env -i setsid -f setsid -f"])
def test_what_has_a_session_of_its_own_is_ended_all_the_same(world, alone):
    """Also where it threw away all variables, and its parent has long ended."""
    number = world.folder / "number"
    daemon = f"{alone} sh -c 'echo $$ > {number}; exec {FOREVER}' > /dev/null 2>&1 &"
    image = world.taken(daemon, f"until [ -s {number} ]; do :; done", "cat $memory")[ORIGIN]

    assert (image.data, list(image.reading.missing)) == (world.memory, [])
    wait_for_the_end(int(number.read_text()))


@pytest.fixture
def sleeper():
    """Begins a process that sleeps, and ends it with the test."""
    with contextlib.ExitStack() as stack:

        def begun(**options):
            process = subprocess.Popen(FOREVER.split(), **options)
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        yield begun


def test_what_others_began_before_or_we_begin_meanwhile_is_left_alone(world, sleeper):
    """Nothing but what the program began is ended, whatever else runs below this process."""
    theirs, ours = sleeper(start_new_session=True), []

    def stop():
        ours.extend([] if ours else [sleeper(process_group=0)])
        return False

    image = world.taken("cat $memory", stop=stop)[ORIGIN]

    assert image.data == world.memory
    assert [each.poll() for each in (theirs, *ours)] == [None, None]


ANOTHER_S = f"setpriv --reuid 1 --clear-groups {FOREVER}"


@pytest.fixture
def number(world):
    """Where a program writes the number of a process that becomes ours, and ends with the test."""
    path = world.folder / "number"
    yield path
    with contextlib.suppress(FileNotFoundError, ChildProcessError):
        if runs_on(int(path.read_text())):
            os.kill(int(path.read_text()), signal.SIGKILL)
            os.waitpid(int(path.read_text()), 0)


def runs_on(child):
    return os.waitpid(child, os.WNOHANG) == (0, 0)


def test_what_it_leaves_and_we_may_not_end_is_told_and_all_else_let_go(world, number, monkeypatch):
    """An imager may leave what is another user's, as a setuid program makes itself."""
    monkeypatch.setattr("collectors.ram.imager.execution.GRACE", 0.3)
    descriptors = len(os.listdir("/proc/self/fd"))
    found = world.taken(
        f"{ANOTHER_S} > /dev/null 2>&1 &", f"echo $! > {number}",
        'until [ "$(stat -c %u /proc/$!)" = 1 ]; do :; done', "cat $memory",
        closing=hosts.as_nobody,
    )  # fmt: skip
    told = json.loads(found[FACTS].data)["imager"]

    assert found[ORIGIN].data == world.memory
    assert told["left_running"] == [int(number.read_text())]
    assert runs_on(*told["left_running"])
    assert not adopting()
    assert len(os.listdir("/proc/self/fd")) == descriptors


def test_a_program_that_makes_itself_another_user_s_and_goes_on_is_told(world, number, monkeypatch):
    monkeypatch.setattr("collectors.ram.imager.execution.GRACE", 0.3)

    def another_s():
        return number.exists() and os.stat(f"/proc/{number.read_text().strip()}").st_uid == 1

    found = world.taken(
        f"echo $$ > {number}.new; mv {number}.new {number}; exec {ANOTHER_S}",
        stop=another_s, closing=hosts.as_nobody,
    )  # fmt: skip
    process = found[ORIGIN].reading._execution._process
    still = process.poll() is None
    process.kill()
    process.wait()

    assert still
    assert json.loads(found[FACTS].data)["imager"]["left_running"] == [process.pid]


def adopting():
    """Whether who loses its parent below this process gets it for one (prctl(2))."""
    found = ctypes.c_int()
    ctypes.CDLL(None).prctl(37, ctypes.byref(found), 0, 0, 0)  # PR_GET_CHILD_SUBREAPER
    return bool(found.value)


@WAYS
def test_what_is_left_running_and_holds_the_output_is_not_waited_for(
    world, arguments, to, monkeypatch
):
    """Its time would be over an hour later, and a whole image called one that was cut off."""
    monkeypatch.setattr("collectors.ram.imager.execution.GRACE", 0.3)
    found = world.taken(f"{FOREVER} &", f"cat $memory {to}", arguments=arguments)

    assert (found[ORIGIN].data, found[ORIGIN].ended) == (world.memory, None)
    assert list(found[ORIGIN].reading.missing) == []
    assert json.loads(found[FACTS].data)["imager"]["status"] == 0


@WAYS
def test_a_program_that_gives_more_than_there_is_room_for_is_ended(world, arguments, to):
    room = (4 if arguments else 2) * MIB  # a file lies there twice for a time
    image = world.taken(f"cat /dev/zero {to}", arguments=arguments, room=room)[ORIGIN]

    assert 0 < len(image.data) <= 2 * MIB
    assert "gave more than the" in image.why


def test_where_the_memory_does_not_fit_nothing_is_run(world):
    found = world.taken(f"touch {world.folder}/ran; cat $memory", room=MIB // 2)

    assert (found[ORIGIN].reason, found[ORIGIN].expected) == (Reason.SKIPPED, True)
    assert set(found) == {ORIGIN}
    assert not (world.folder / "ran").exists()


def test_a_program_that_is_not_the_one_that_was_named_is_not_run(world):
    found = world.taken(f"touch {world.folder}/ran; cat $memory", pin="ab" * 32)

    assert (found[ORIGIN].reason, found[ORIGIN].expected) == (Reason.SKIPPED, True)
    assert digest_of(world.folder / "imager") in found[ORIGIN].detail
    assert not (world.folder / "ran").exists()


def test_a_program_that_is_gone_or_may_not_run_is_a_gap(world):
    path = world.program("cat $memory")
    path.unlink()
    collector = ImagedMemory(Imager(str(path), "ab" * 32), world.place, world.landing)
    source = Source(str(world.folder / "host"), live=True)
    (only,) = collector.collect(source)
    source.close()

    assert (only.origin, only.reason, only.expected) == (ORIGIN, Reason.SKIPPED, True)
    assert only.detail == f"{path}: ENOENT: No such file or directory; not run"


def test_who_signed_it_is_asked_of_the_very_file_and_of_no_other(world):
    """`signed` stands for any format: what it finds is what the account tells."""
    path, asked = world.program("cat $memory"), []

    def signed(descriptor):
        asked.append(digest_of(Path(f"/proc/self/fd/{descriptor}")))
        return {"signer": "its maker"}

    told = []
    for pin in (digest_of(path), "ab" * 32):
        imager = Imager(str(path), pin, signature=signed)
        collector = ImagedMemory(imager, Destination(str(world.folder / "out")), world.landing)
        source = Source(str(world.folder / "host"), live=True)
        assert len(asked) == len(told)  # nothing is read before it is to be run
        found = {one.origin: poured(one) for one in collector.collect(source)}
        source.close()
        told += [json.loads(found[FACTS].data)["imager"]["signature"]] if FACTS in found else []

    assert (asked, told) == ([digest_of(path)], [{"signer": "its maker"}])


def test_a_program_that_vanishes_between_its_check_and_its_run_leaves_gaps_only(world):
    path = world.program("cat $memory")
    imager = Imager(str(path), digest_of(path))
    collector = ImagedMemory(imager, world.place, world.landing)
    source = Source(str(world.folder / "host"), live=True)
    things = collector.collect(source)
    first = next(things)
    path.unlink()
    found = {one.origin: poured(one) for one in (first, *things)}
    source.close()
    told = json.loads(found[FACTS].data)["imager"]

    assert "the imager can't be run: ENOENT" in found[ORIGIN].strerror
    assert reason_of(found[ORIGIN]) is Reason.UNREADABLE  # not as if there were no memory
    assert isinstance(found[ERRORS], FileNotFoundError)
    assert (told["began"], told["sha256_afterwards"]) == (False, None)


@pytest.mark.parametrize(
    ("does", "left"),
    [("rm -f {}", False), ("echo '# more' >> {}", True)],
    ids=["gone", "other"],
)
def test_a_program_that_is_gone_or_another_one_afterwards_is_told_of(world, does, left):
    found = world.taken(does.format(world.folder / "imager"), "cat $memory")
    told = json.loads(found[FACTS].data)["imager"]

    assert found[ORIGIN].data == world.memory
    assert told["sha256_afterwards"] != told["sha256"]
    assert (told["sha256_afterwards"] is not None) is left


@pytest.mark.parametrize("when", ["after the gaps were told", "right before it is run"])
def test_what_takes_the_program_s_name_meanwhile_is_never_run(world, when):
    path = world.program("cat $memory")
    digest, other = digest_of(path), world.folder / "other"
    other.write_text(f"#!/bin/sh\ntouch {world.folder}/ran\ncat {world.folder}/memory\n")
    other.chmod(0o755)
    collector = ImagedMemory(Imager(str(path), digest), world.place, world.landing)
    source = Source(str(world.folder / "host"), live=True)
    things = collector.collect(source)
    first = next(things)
    if when == "right before it is run":
        at_the_next("subprocess.Popen", lambda: other.rename(path))
    else:
        other.rename(path)
    found = {one.origin: poured(one) for one in (first, *things)}
    source.close()
    told = json.loads(found[FACTS].data)["imager"]

    assert not other.exists()
    assert not (world.folder / "ran").exists()
    assert told["began"] == (when == "right before it is run")
    if told["began"]:  # the one that was measured
        assert found[ORIGIN].data == world.memory
    else:
        assert "not the one that was named; not run" in found[ORIGIN].strerror
    assert told["sha256_afterwards"] not in (None, digest)


def at_the_next(event, act):
    """Do something once, at an event of Python's own (`sys.addaudithook`)."""
    waiting = [act]

    def hook(name, _arguments):
        if name == event and waiting:
            waiting.pop()()

    sys.addaudithook(hook)


def test_a_program_killed_midway_leaves_what_it_gave(world):
    image = world.taken("head -c 100000 $memory; echo oops >&2; kill -9 $$")[ORIGIN]

    assert image.data == world.memory[:100_000]
    assert image.why == "the imager ended with exit status -9: oops"


def test_a_flood_of_words_is_kept_to_its_beginning_and_stops_no_image(world):
    found = world.taken("head -c 3000000 /dev/zero >&2", "cat $memory")

    assert found[ORIGIN].data == world.memory
    assert found[ERRORS].data == bytes(KEPT)
    (beyond,) = found[ERRORS].reading.missing
    assert (beyond.offset, beyond.size) == (KEPT, 3_000_000 - KEPT)


@WAYS
def test_an_end_of_the_run_ends_the_program(world, arguments, to):
    asked = []

    def stop():
        asked.append(True)
        return len(asked) > 30

    lines = (f"echo $$ > {world.folder}/number", f"cat $memory {to}", FOREVER)
    image = world.taken(*lines, arguments=arguments, stop=stop)[ORIGIN]

    assert "the run was ended" in image.why
    wait_for_the_end(int((world.folder / "number").read_text()))


EARLIER = b"of an earlier run" * 100_000


def test_what_a_run_that_was_cut_off_left_is_taken_for_itself_and_taken_away(world):
    """After a restart it is the only image of what was in memory until then."""
    Path(world.landing.path).write_bytes(EARLIER)
    found = world.taken("cat $memory > $1", arguments=["{output}"])

    assert (found[LEFT].data, found[ORIGIN].data) == (EARLIER, world.memory)
    assert "nothing says whether it is whole" in found[LEFT].why
    assert list(found[ORIGIN].reading.missing) == []
    assert list((world.folder / "out").iterdir()) == []


def test_what_was_left_and_not_read_to_its_end_stays_and_no_program_is_run_over_it(world):
    Path(world.landing.path).write_bytes(EARLIER)
    path = world.program(f"touch {world.folder}/ran; cat $memory > $1")
    imager = Imager(str(path), digest_of(path), ("{output}",))
    source = Source(str(world.folder / "host"), live=True)
    things = ImagedMemory(imager, world.place, world.landing).collect(source)
    left = next(things).open()
    left.readinto(memoryview(bytearray(10)))
    left.close()
    found = poured(next(things))
    source.close()

    assert f"not run: an earlier run left {world.landing.path}" in found.strerror
    assert Path(world.landing.path).read_bytes() == EARLIER
    assert not (world.folder / "ran").exists()


def test_its_file_goes_when_what_was_read_of_it_is_bound_and_not_before(world):
    lay = []
    path = world.folder / "out/HZ_bundle"

    def bind():
        lay.append(Path(world.landing.path).exists())
        return True

    world.landing = Landing(path, bind=bind)
    found = world.taken("cat $memory > $1", arguments=["{output}"])

    assert found[ORIGIN].data == world.memory
    assert lay == [True]
    assert list((world.folder / "out").iterdir()) == []


def test_its_file_stays_where_the_medium_lost_what_was_read_of_it(world):
    world.landing = Landing(world.folder / "out/HZ_bundle", bind=lambda: False)
    world.taken("cat $memory > $1", arguments=["{output}"])

    assert Path(world.landing.path).read_bytes() == world.memory


@pytest.mark.parametrize("cut_off", [True, False])
def test_its_file_stays_where_the_reading_was_cut_off(world, cut_off):
    world.landing = Landing(world.folder / "out/HZ_bundle", cut_off=lambda: cut_off)
    path = world.program("cat $memory > $1")
    imager = Imager(str(path), digest_of(path), ("{output}",))
    source = Source(str(world.folder / "host"), live=True)
    image = next(ImagedMemory(imager, world.place, world.landing).collect(source)).open()
    image.readinto(memoryview(bytearray(10)))
    image.close()
    source.close()

    assert Path(world.landing.path).exists() is cut_off


def test_what_was_left_and_does_not_fit_is_a_gap_and_stays(world):
    Path(world.landing.path).write_bytes(EARLIER)
    found = world.taken("cat $memory > $1", arguments=["{output}"], room=MIB)

    assert (found[LEFT].reason, found[LEFT].expected) == (Reason.SKIPPED, True)
    assert f"it stays at {world.landing.path}" in found[LEFT].detail
    assert Path(world.landing.path).read_bytes() == EARLIER


@pytest.mark.parametrize(
    ("writes", "left"),
    [("cat $memory > $1.raw", "HZ_bundle.imager.raw"),
     ("mkdir $1; cat $memory > $1/001", "HZ_bundle.imager")],
    ids=["an ending", "a folder"],
)  # fmt: skip
def test_a_file_of_another_name_stays_and_is_told_of(world, writes, left):
    """It may be the only image there is, and it is the whole memory, unencrypted."""
    error = world.taken(writes, arguments=["{output}"])[ORIGIN]

    assert "it left no file" in error.strerror
    assert f"beside the bundle, unencrypted: {left}; seal that with `hozen ing" in error.strerror
    assert [each.name for each in (world.folder / "out").iterdir()] == [left]


def test_what_it_leaves_beside_its_image_is_told_of(world):
    found = world.taken("cat $memory > $1; echo done > $1.log", arguments=["{output}"])[ORIGIN]

    assert (found.data, list(found.reading.missing)) == (world.memory, [])
    assert "unencrypted: HZ_bundle.imager.log;" in found.reading.errors[0]


def test_a_link_that_the_program_leaves_is_not_followed(world):
    image = world.taken("ln -s $memory $1", arguments=["{output}"])[ORIGIN]

    assert isinstance(image, OSError)
    assert "it left no file" in image.strerror
    assert (world.folder / "memory").exists()


def test_a_destination_in_memory_is_refused(world):
    path = world.program("cat $memory")
    source = Source(str(world.folder / "host"), live=True)
    mount = next(m for m in source.mounts.all if m.filesystem == "tmpfs")
    imager = Imager(str(path), digest_of(path))
    (only,) = ImagedMemory(imager, Destination(mount.point), world.landing).collect(source)
    source.close()

    assert "in the memory that would be read" in only.detail


@pytest.mark.parametrize(
    ("filesystem", "size", "arguments", "refused"),
    [("vfat", 5 << 30, ["{output}"], True), ("vfat", 4 << 30, ["{output}"], True),
     ("vfat", (4 << 30) - 1, ["{output}"], False), ("vfat", 5 << 30, [], False),
     ("exfat", 5 << 30, ["{output}"], False)],
    ids=["larger", "as large", "a byte less", "to a pipe", "exFAT"],
)  # fmt: skip
def test_a_file_that_fat_can_not_hold_is_not_begun(world, filesystem, size, arguments, refused):
    """It would end at 4 GiB, after an hour, and the memory would have moved on."""
    cores.iomem(world.folder / "host/proc/iomem", f"00000000-{size - 1:08x} : System RAM")
    mounts = Mounts(parse(f"1 0 0:1 / / rw - {filesystem} /dev/sdb1 rw\n"))
    source = Source(str(world.folder / "host"), live=True, mounts=mounts)
    path = world.program("exit 0")
    imager = Imager(str(path), digest_of(path), tuple(arguments))
    place = tight(world.place.path, 1 << 40)
    first, *_ = ImagedMemory(imager, place, world.landing).collect(source)
    source.close()

    assert isinstance(first, Gap) is refused
    if refused:
        assert (first.reason, first.expected) == (Reason.SKIPPED, True)
        assert f"takes no file of {size} bytes" in first.detail


def test_the_program_sees_no_settings_of_ours(world, monkeypatch):
    monkeypatch.setenv("LD_PRELOAD", "/nonexistent")
    found = world.taken("env >&2; pwd >&2; cat $memory")
    said = found[ERRORS].data.decode()

    assert "LD_PRELOAD" not in said
    assert said.endswith("\n/\n")
    assert isinstance(found[ORIGIN], Poured)


def test_a_source_that_is_not_running_is_one_gap(world):
    source = Source(str(world.folder / "host"), live=False)
    found = list(ImagedMemory(Imager("/x", "0" * 64), Destination("/")).collect(source))
    source.close()

    assert [type(one) is Artifact for one in found] == [False]


def test_where_processes_cannot_be_listed_no_imager_is_run(world, monkeypatch):
    """What it left running could not be found, and would be taken for ended."""
    listdir = os.listdir

    def failing(path="."):
        if path == "/proc":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return listdir(path)

    monkeypatch.setattr(os, "listdir", failing)
    found = world.taken('touch "$0.ran"; cat "$memory"')

    assert "the imager can't be run: EACCES" in found[ORIGIN].strerror
    assert not (world.folder / "imager.ran").exists()
