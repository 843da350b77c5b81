"""What can be done to an exhibit: its items, their proofs, the manifest that they lead to."""

from __future__ import annotations

import copy
import os
import socket
from collections.abc import Callable

import bundles
import rfc8785
from byhand import Json, leaf, proof_of, root_of
from forge import SECOND, Edit, Files
from worlds import World

from chain_of_custody.signing import cms
from chain_of_custody.signing.keys import SigningKey, kit_of

Rows = list[tuple[str, str]]


class Exhibit(Files):
    """An exhibit in the wrong hands."""

    def item(self, number: int, suffix: str = "") -> str:
        return f"items/{number:08d}{suffix}"

    def proof(self, number: int) -> Rows:
        """The words and values of a proof, its first line left out."""
        lines = self.read(self.item(number, ".proof")).decode().splitlines()[1:]
        return [(word, value) for word, value in map(str.split, lines)]

    def store_proof(self, number: int, rows: Rows) -> None:
        lines = "".join(f"{word} {value}\n" for word, value in rows)
        self.write(self.item(number, ".proof"), f"hozen-exhibit/1\n{lines}".encode())

    def edit_part(self, number: int, part: str, edit: Edit) -> None:
        name = self.item(number, f".{part}.json")
        document = self.json(name)
        edit(document)
        self.write(name, rfc8785.dumps(document))

    def files_of(self, number: int) -> list[str]:
        return [
            f"items/{p.name}"
            for p in sorted((self.path / "items").iterdir())
            if p.name.startswith(f"{number:08d}")
        ]

    def sign(self, edit: Edit, key: SigningKey = bundles.KEY) -> None:
        """Sign another manifest, as whoever has the key can."""
        manifest = self.json("manifest.json")
        manifest.update(signer_certificate_sha256=key.certificate_sha256, kit=kit_of(key))
        edit(manifest)
        data = rfc8785.dumps(manifest)
        self.write("manifest.json", data)
        self.write("manifest.json.p7s", cms.sign(data, key))


def records_of(world: World, name: str = "sealed") -> list[Json]:
    """All records of a good bundle."""
    bundle = world.forger(name)
    return [record for number in bundle.closed for record in bundle.records(number)]


def nothing_done(exhibit: Exhibit, world: World) -> None:
    """To see what begins the others."""


# Items.


def part_edited(exhibit: Exhibit, world: World, *, part: str) -> None:
    """What a record says of the bytes, or of where they were."""
    edits: dict[str, Edit] = {
        "content": lambda document: document.update(size=17),
        "meta": lambda document: document["source"].update(origin="/etc/motd"),
    }
    exhibit.edit_part(4, part, edits[part])


def gap_turned_into_an_item(exhibit: Exhibit, world: World) -> None:
    found = exhibit.json(exhibit.item(4, ".content.json")) | {"seq": 5}
    exhibit.write(exhibit.item(5, ".content.json"), rfc8785.dumps(found))
    exhibit.write(exhibit.item(5), exhibit.read(exhibit.item(4)))


def salt_replaced(exhibit: Exhibit, world: World, *, at: int) -> None:
    rows = exhibit.proof(4)
    rows[at] = (rows[at][0], "5a" * 32)
    exhibit.store_proof(4, rows)


def bytes_flipped(exhibit: Exhibit, world: World) -> None:
    exhibit.flip(exhibit.item(7), 1_050_000)


def bytes_flipped_in_the_only_item(exhibit: Exhibit, world: World) -> None:
    exhibit.flip(exhibit.item(4), 3)


def byte_added(exhibit: Exhibit, world: World, *, name: str) -> None:
    exhibit.write(name, exhibit.read(name) + b"\0")


def bytes_cut(exhibit: Exhibit, world: World) -> None:
    exhibit.write(exhibit.item(4), exhibit.read(exhibit.item(4))[:-1])


def bytes_replaced_and_recorded(exhibit: Exhibit, world: World) -> None:
    """Other bytes, and a record that fits them."""
    from byhand import digest

    data = b"another note\n"
    exhibit.write(exhibit.item(4), data)
    exhibit.edit_part(4, "content", lambda d: d.update(sha256=digest(data), size=len(data)))


def bytes_for_a_gap(exhibit: Exhibit, world: World) -> None:
    exhibit.write(exhibit.item(5), b"what should have been there\n")


def path_made_up(exhibit: Exhibit, world: World) -> None:
    """A meta part beside a proof that keeps it closed."""
    exhibit.write(exhibit.item(4, ".meta.json"), rfc8785.dumps(records_of(world)[3]["meta"]))


def closed_part_guessed(exhibit: Exhibit, world: World, *, salt: str) -> None:
    """The right path, opened without its salt."""
    path_made_up(exhibit, world)
    rows = exhibit.proof(4)
    value = rows[1][1] if salt == "digest" else rows[0][1] if salt == "other" else "00" * 32
    exhibit.store_proof(4, [rows[0], ("salt_meta", value), *rows[2:]])


def closed_parts_swapped(exhibit: Exhibit, world: World) -> None:
    one, two = exhibit.proof(4), exhibit.proof(5)
    one[1], two[1] = two[1], one[1]
    exhibit.store_proof(4, one)
    exhibit.store_proof(5, two)


# Proofs.


def proof_of_another_item(exhibit: Exhibit, world: World) -> None:
    exhibit.store_proof(4, [*exhibit.proof(4)[:2], *exhibit.proof(2)[2:]])


def item_under_another_number(exhibit: Exhibit, world: World, *, number: int) -> None:
    for name in exhibit.files_of(4):
        exhibit.rename(name, name.replace("00000004", f"{number:08d}"))


def item_twice(exhibit: Exhibit, world: World) -> None:
    """The same item once more, under a number that was free."""
    for name in exhibit.files_of(4):
        exhibit.write(name.replace("00000004", "00000006"), exhibit.read(name))


def proof_changed(exhibit: Exhibit, world: World, *, way: str) -> None:
    rows = exhibit.proof(4)
    head, nodes = rows[:2], rows[2:]
    exhibit.store_proof(
        4,
        {
            "cut_at_its_end": [*head, *nodes[:-1]],
            "cut_at_its_beginning": [*head, *nodes[1:]],
            "lengthened": [*rows, ("node", "00" * 32)],
            "last_step_twice": [*rows, rows[-1]],
            "two_steps_swapped": [*head, nodes[1], nodes[0], *nodes[2:]],
            "nothing_left": head,
            "endless": [*rows, *nodes * 99],
        }[way],
    )


def proof_in_another_form(exhibit: Exhibit, world: World, *, form: str) -> None:
    name = exhibit.item(4, ".proof")
    data = exhibit.read(name)
    salt = data.splitlines()[1].split()[1]
    changed = {
        "capitals": data.replace(salt, salt.upper()),
        "carriage_returns": data.replace(b"\n", b"\r\n"),
        "no_last_newline": data[:-1],
        "a_word_more": data.replace(b"node", b"node left", 1),
        "unknown_word": data.replace(b"node", b"nod3", 1),
        "blanks_for_newlines": data.replace(b"\nnode", b" node"),
        "a_line_more": data + b"\n",
        "a_zero_byte_behind": data + b"\0more",
        "a_zero_byte_within": data.replace(b"\nnode", b"\n\0node", 1),
        "a_zero_byte_before": b"more\0" + data,
        "a_step_that_ends_in_a_blank": data + b"node " + b"ab" * 32 + b" ",
    }[form]
    assert changed != data
    exhibit.write(name, changed)


def schema_of_the_future(exhibit: Exhibit, world: World) -> None:
    name = exhibit.item(4, ".proof")
    exhibit.write(name, exhibit.read(name).replace(b"hozen-exhibit/1", b"hozen-exhibit/2"))


def inner_node_as_a_leaf(exhibit: Exhibit, world: World) -> None:
    """Items 3 and 4 as halves of one leaf, with the way that their node has."""
    leaves = [leaf(each) for each in records_of(world)]
    nodes = [("node", node.hex()) for node in proof_of(leaves, 3)[1:]]
    halves = [("salt_content", leaves[2].hex()), ("meta", leaves[3].hex())]
    exhibit.store_proof(4, [*halves, *nodes])
    exhibit.write(exhibit.item(4, ".content.json"), b"")
    exhibit.remove(exhibit.item(4, ".meta.json"))


# The manifest.


def manifest_flipped(exhibit: Exhibit, world: World) -> None:
    data = exhibit.read("manifest.json")  # a decimal digit of a digest stays a digit: well-formed
    exhibit.flip("manifest.json", next(at for at in range(200, 260) if data[at : at + 1].isdigit()))


def tree_size_altered(exhibit: Exhibit, world: World, *, count: int) -> None:
    old = b'"count":7,'
    new = f'"count":{count},'.encode()
    exhibit.write("manifest.json", exhibit.read("manifest.json").replace(old, new))


def signed_tree_size(exhibit: Exhibit, world: World, *, count: int) -> None:
    exhibit.sign(lambda manifest: manifest["items"].update(count=count))


def signed_tree_with_its_last_leaf_twice(exhibit: Exhibit, world: World) -> None:
    """The root over eight leaves, the last one twice, and the way to the copy."""
    leaves = [leaf(each) for each in records_of(world)]
    leaves.append(leaves[-1])
    for number in (2, 4, 5, 7):
        nodes = [("node", node.hex()) for node in proof_of(leaves, number - 1)]
        exhibit.store_proof(number, [*exhibit.proof(number)[:2], *nodes])
    root = root_of(leaves).hex()
    exhibit.sign(lambda manifest: manifest["items"].update(merkle_root=root))


def signed_root_of_a_subtree(exhibit: Exhibit, world: World) -> None:
    """The way of item 4 ends at its first node, and that is called the root of all seven."""
    for number in (2, 5, 7):
        exhibit.remove(*exhibit.files_of(number))
    leaves = [leaf(each) for each in records_of(world)]
    exhibit.store_proof(4, exhibit.proof(4)[:3])
    root = root_of(leaves[2:4]).hex()
    exhibit.sign(lambda manifest: manifest["items"].update(merkle_root=root))


def _records_signed(exhibit: Exhibit, records: list[Json]) -> None:
    """Sign a tree over these records, and show those of them that were shown."""
    leaves = [leaf(each) for each in records]
    for number in (n for n in (2, 4, 5, 7) if exhibit.has(exhibit.item(n, ".proof"))):
        content = records[number - 1]["content"]
        exhibit.write(exhibit.item(number, ".content.json"), rfc8785.dumps(content))
        nodes = [("node", node.hex()) for node in proof_of(leaves, number - 1)]
        exhibit.store_proof(number, [*exhibit.proof(number)[:2], *nodes])
    root = root_of(leaves).hex()
    exhibit.sign(lambda manifest: manifest["items"].update(merkle_root=root))


def signed_size_is_another(exhibit: Exhibit, world: World) -> None:
    """The record of item 4 tells the right digest, and one byte more than there are."""
    records = copy.deepcopy(records_of(world))
    content = records[3]["content"]
    content["size"] += 1
    content["parts"][0]["size"] += 1
    _records_signed(exhibit, records)


def signed_item_beyond_its_tree(exhibit: Exhibit, world: World, *, count: int) -> None:
    """A tree whose only leaf says that it is item 4, or that leaf with a neighbour."""
    for number in (2, 5, 7):
        exhibit.remove(*exhibit.files_of(number))
    other = bytes(32)
    nodes = [("node", other.hex())] * (count - 1)
    exhibit.store_proof(4, [*exhibit.proof(4)[:2], *nodes])
    own = leaf(records_of(world)[3])
    root = root_of([other, own][-count:]).hex()
    exhibit.sign(lambda manifest: manifest["items"].update(merkle_root=root, count=count))


def signed_manifest_of_the_future(exhibit: Exhibit, world: World) -> None:
    exhibit.sign(lambda manifest: manifest.update(schema="hozen-bundle/2"))


def signed_record_of_another_number(exhibit: Exhibit, world: World) -> None:
    """Item 4's place holds a record that calls itself item 6: everything fits but that."""
    records = copy.deepcopy(records_of(world))
    records[3]["content"]["seq"] = 6
    _records_signed(exhibit, records)


def signed_counts(exhibit: Exhibit, world: World, **counts: int) -> None:
    """The root over all items, and counts that they, or those that are shown, do not fit."""
    exhibit.sign(lambda manifest: manifest["items"].update(counts))


def signed_record_says(exhibit: Exhibit, world: World, **said: object) -> None:
    """Of item 4, and the tree is made over that."""
    records = copy.deepcopy(records_of(world))
    records[3]["content"].update(said)
    _records_signed(exhibit, records)


def signed_record_of_a_volume_that_is_not_named(exhibit: Exhibit, world: World) -> None:
    records = copy.deepcopy(records_of(world))
    records[3]["content"]["parts"][0]["volume"] = 4
    _records_signed(exhibit, records)


def manifest_of_another_bundle(exhibit: Exhibit, world: World) -> None:
    for name in ("manifest.json", "manifest.json.p7s"):
        exhibit.write(name, world.forger("other").read(name))


def signature_of_another_bundle(exhibit: Exhibit, world: World) -> None:
    exhibit.write("manifest.json.p7s", world.forger("other").read("manifest.json.p7s"))


def signature_of_an_event(exhibit: Exhibit, world: World) -> None:
    exhibit.write("manifest.json.p7s", world.forger("sealed").read("custody/00001.json.p7s"))


def signed_by(exhibit: Exhibit, world: World, *, key: SigningKey) -> None:
    """The same manifest, naming and signed by another key."""
    exhibit.sign(lambda _: None, key)


def signed_kit_is_another(
    exhibit: Exhibit, world: World, *, named: str | None, key: SigningKey
) -> None:
    exhibit.sign(lambda document: document.update(kit=named), key)


def signed_by_one_who_is_not_named(exhibit: Exhibit, world: World) -> None:
    exhibit.write("manifest.json.p7s", cms.sign(exhibit.read("manifest.json"), SECOND))


# Files.


def removed(exhibit: Exhibit, world: World, *, name: str) -> None:
    exhibit.remove(name)


def planted(exhibit: Exhibit, world: World, *, name: str) -> None:
    exhibit.write(name, b"planted\n")


def empty_folder(exhibit: Exhibit, world: World, *, name: str) -> None:
    (exhibit.path / name).mkdir(parents=True)


def folder_for_a_file(exhibit: Exhibit, world: World, *, name: str) -> None:
    """An empty one, under the name of a file that may be missing."""
    exhibit.remove(name)
    (exhibit.path / name).mkdir()


def instructions_replaced(exhibit: Exhibit, world: World) -> None:
    """By ones that always agree. Nothing signs them, and every verdict says so."""
    exhibit.write("check.sh", b"echo NO STAGE FAILED\n")
    exhibit.write("README.md", b"All is well.\n")


def instructions_removed(exhibit: Exhibit, world: World) -> None:
    exhibit.remove("check.sh", "README.md")


def special_file(exhibit: Exhibit, world: World, *, kind: str) -> None:
    path = exhibit.path / "items" / "special"
    makers: dict[str, Callable[[], object]] = {
        "symlink": lambda: path.symlink_to("00000004"),
        "folder_link": lambda: path.symlink_to("."),
        "hard_link": lambda: os.link(exhibit.path / exhibit.item(4), path),
        "fifo": lambda: os.mkfifo(path),
        "socket": lambda: _socket(path),
    }
    makers[kind]()


def _socket(path: object) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(str(path)))


def replaced_by_a_link(exhibit: Exhibit, world: World, *, name: str) -> None:
    """To the same bytes, elsewhere."""
    elsewhere = exhibit.path.with_name("elsewhere")
    (exhibit.path / name).rename(elsewhere)
    (exhibit.path / name).symlink_to(elsewhere)
