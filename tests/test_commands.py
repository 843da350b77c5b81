"""Every command that a page, a help text or a message prints can be typed as it stands."""

import ast
import re
import shlex
from itertools import chain, pairwise
from pathlib import Path

import click
import pytest

from chain_of_custody.sentences.roles import ROLES
from evidence.cli import MODULES, build
from evidence.cli.texts import TEXTS, Texts

HERE = Path(__file__).resolve().parent.parent
PAGES = sorted(
    path
    for path in (
        *HERE.glob("*.md"),
        *HERE.glob("docs/**/*.md"),
        *HERE.glob("evidence/instructions/**/*.md"),
        *HERE.glob("evidence/kit/doors/*.txt"),
    )
    if path.name != "CHANGELOG.md"
)
SOURCES = sorted(
    path
    for room in ("chain_of_custody", "collectors", "evidence")
    for path in HERE.glob(f"{room}/**/*.py")
)
VERBS = "|".join(MODULES)
CODE = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
QUOTED = re.compile(rf"`((?:hozen|sh) [^`\n]+|(?:{VERBS}) [^`\n]*--[^`\n]+)`")
IN_QUOTES = re.compile(r"'(hozen [^'\n]+)'")
PROSE = re.compile(rf"\bhozen ({VERBS})\b( [a-z]+)?((?:(?!hozen)[^.。;)(）（'`\n])*)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")
SCRIPTS = {"collect.sh", "COLLECT.cmd", "verify.sh", "check.sh", "collect-here.sh", "test.sh"}
LEFT_OUT = ("…", "...")


def strings(path):
    """What a module may say: its strings, whole, with {x} for what is filled in; no docstrings."""
    tree = ast.parse(path.read_text())
    silent = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    silent |= {
        id(part)
        for each in ast.walk(tree)
        if isinstance(each, ast.JoinedStr)
        for part in each.values
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in silent:
                yield node.value
        elif isinstance(node, ast.JoinedStr):
            parts = (p.value if isinstance(p, ast.Constant) else "{x}" for p in node.values)
            yield "".join(parts)


def tree():
    """All commands by their words; the one of none is the program."""
    found = {}

    def walk(words, command):
        found[words] = command
        if isinstance(command, click.Group):
            context = click.Context(command, info_name="hozen")
            for name in command.list_commands(context):
                walk((*words, name), command.get_command(context, name))

    walk((), build(Texts("en")))
    return found


@pytest.fixture(scope="module")
def commands():
    return tree()


def words_of(line):
    """A line's words, up to where the shell goes on with something else."""
    line = re.sub(r"\[,.*?\]", "", line.replace("\\\n", " "))
    line = re.sub(r"[\[\]]", " ", line)
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        words = line.split()
    ends = [at for at, word in enumerate(words) if word in ("|", "&&", ";", ">", "||")]
    return words[: ends[0]] if ends else words


def wrong(line, commands, whole):
    """Why a command can't be typed like this; None if it can, as far as it is there."""
    words = words_of(line)
    if words[0] == "hozen":
        words = words[1:]
    path = ()
    while words and (*path, words[0]) in commands:
        path, words = (*path, words[0]), words[1:]
    command = commands[path]
    if isinstance(command, click.Group):
        others = [word for word in words if word not in ("--help", "--version", *LEFT_OUT)]
        return f"no command: {others[0]}" if others else None
    return unparsed(command, path, words, whole)


def unparsed(command, path, words, whole):
    """Why a command doesn't take these words; what is needed is asked for of a whole line alone."""
    context = click.Context(command, info_name=" ".join(path))
    open_ended = not whole or any(word in LEFT_OUT for word in words)
    words = [
        word
        for before, word in pairwise(("", *words))
        if word not in LEFT_OUT or before.startswith("--")  # a value, not what is left out
    ]
    given = {option for each in command.get_params(context) for option in each.opts}
    unknown = [word for word in words if word.startswith("--") and word.split("=")[0] not in given]
    if unknown:
        return f"no option: {unknown[0]}"
    if open_ended and words and words[-1].startswith("-"):
        words = [*words, "VALUE"] if valued(command, context, words[-1]) else words
    try:
        values, rest, _ = command.make_parser(context).parse_args(list(words))
    except click.UsageError as error:
        return error.format_message()
    if rest:
        return f"too many arguments: {rest}"
    lacking = [
        each.name
        for each in command.get_params(context)
        if each.required and each.value_is_missing(values.get(each.name))
    ]
    return f"missing: {lacking}" if lacking and not open_ended else not_a_choice(command, values)


def valued(command, context, option):
    found = [each for each in command.get_params(context) if option in each.opts]
    return bool(found) and not getattr(found[0], "is_flag", False)


def not_a_choice(command, values):
    for each in command.params:
        if isinstance(each.type, click.Choice) and isinstance(values.get(each.name), str):
            value = values[each.name]
            if value not in each.type.choices and value.isascii() and value.islower():
                return f"{each.name} is none of {list(each.type.choices)}: {value}"
    return None


def lines_of(block):
    """The commands of a block of shell, continued lines joined."""
    return [line.strip() for line in block.replace("\\\n", " ").splitlines()]


def told(page):
    """Of a page its commands: whole ones of its blocks, those that are only spoken of."""
    text = page.read_text()
    blocks = [line for block in CODE.findall(text) for line in lines_of(block)]
    blocks += [line for line in lines_of(text) if page.suffix == ".txt"]
    whole = [line for line in blocks if re.match("hozen [a-z-]", line)]
    text = CODE.sub("", text)
    return whole, [found.strip() for found in QUOTED.findall(text)]


def of_hozen(line):
    """Whether a quotation is a command of ours, not a role of a certificate by its name."""
    first = line.split()[0]
    return (first == "hozen" and line not in ROLES) or first in MODULES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(HERE).as_posix())
def test_every_command_of_a_page_is_one(page, commands):
    whole, spoken = told(page)
    lines = [(line, True) for line in whole]
    lines += [(line, False) for line in spoken if of_hozen(line)]
    found = {line: wrong(line, commands, full) for line, full in lines}

    assert {line: why for line, why in found.items() if why is not None} == {}


def test_every_script_that_a_page_names_is_there():
    spoken = chain.from_iterable(told(page)[1] for page in PAGES)
    started = [words_of(line)[1] for line in spoken if line.startswith("sh ")]
    scripts = [Path(word).name for word in started if word.endswith((".sh", ".cmd"))]

    assert scripts
    assert set(scripts) <= SCRIPTS


def unknown_options(text, commands):
    """Options that a sentence gives to a command that has none of these names."""
    for verb, below, rest in PROSE.findall(text):
        path = (verb, below.strip()) if (verb, below.strip()) in commands else (verb,)
        every = commands[path]
        if isinstance(every, click.Group):
            continue
        given = {option for each in every.params for option in each.opts}
        yield from (f"hozen {' '.join(path)} {each}" for each in set(OPTION.findall(rest)) - given)


def test_every_command_of_a_message_is_one(commands):
    said = [text for path in SOURCES for text in strings(path)]
    quoted = [line for text in said for line in (*QUOTED.findall(text), *IN_QUOTES.findall(text))]
    lines = {line for line in quoted if of_hozen(line)}
    found = {line: wrong(line, commands, False) for line in sorted(lines)}

    assert len(lines) > 10
    assert {line: why for line, why in found.items() if why is not None} == {}
    assert len([each for text in said for each in PROSE.findall(text)]) > 50
    assert [each for text in said for each in unknown_options(text, commands)] == []


OF_OTHERS = {"--data-binary", "--help"}  # of curl, and of every command


def test_every_option_that_a_sentence_names_is_one_of_ours(commands):
    ours = {option for each in commands.values() for one in each.params for option in one.opts}
    said = {each for both in TEXTS.values() for text in both for each in OPTION.findall(text)}

    assert len(said) > 40
    assert said - ours - OF_OTHERS == set()


WRONG = {
    "hozen colect --case X": "no command: colect",
    "hozen verify BUNDLE --trusted root.pem": "no option: --trusted",
    "hozen verify BUNDLE ANOTHER": "too many arguments: ['ANOTHER']",
    "hozen import --into case": "missing: ['bundle']",
    "hozen keys person --root root.key --role nurse --name N --output keys": "role is none of",
}


@pytest.mark.parametrize("line", WRONG)
def test_a_command_that_is_none_is_known(line, commands):
    assert wrong(line, commands, True).startswith(WRONG[line])
