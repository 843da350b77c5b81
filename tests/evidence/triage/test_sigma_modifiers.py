"""Every modifier that Sigma's specification names: run with the right verdict, or said not to be.

Forms that are about SQLite's own ways are in test_sigma.py. What the second event of a form says
is a near miss.
"""

import base64

import pytest
from eventlogs import Event
from sigmas import SYSMON, followed, here, judged, rule


def b64(text: str, encoding: str = "ascii") -> str:
    return base64.b64encode(text.encode(encoding)).decode()


NOW = "2024-05-19T03:34:56.1234567Z"
RUN = {
    # Texts.
    "contains": ("A|contains: b", {"A": "xBx"}, {"A": "xcx"}),
    "startswith": ("A|startswith: ab", {"A": "ABc"}, {"A": "xab"}),
    "endswith": ("A|endswith: ab", {"A": "xAB"}, {"A": "abx"}),
    "endswith a backslash": ("A|endswith: '\\'", {"A": "x\\"}, {"A": "x"}),
    "contains, all": ("A|contains|all: [x, y]", {"A": "yx"}, {"A": "xx"}),
    "all, with wildcards": ("A|all: ['a*', '*b']", {"A": "a1b"}, {"A": "a1"}),
    "neq": ("A|neq: x", {"A": "y"}, {"A": "X"}),
    "neq of several": ("A|neq: [x, y]", {"A": "z"}, {"A": "Y"}),
    "neq of what is missing": ("A|neq: x", {"B": "y"}, {"A": "x"}),
    "contains, neq": ("A|contains|neq: x", {"A": "z"}, {"A": "yXy"}),
    "cased": ("A|cased: aB", {"A": "aB"}, {"A": "ab"}),
    "cased, with wildcards": ("A|cased: 'a*[b]?'", {"A": "aXX[b]c"}, {"A": "AXX[b]c"}),
    "startswith, cased": ("A|startswith|cased: aB", {"A": "aBc"}, {"A": "abc"}),
    "endswith, cased": ("A|endswith|cased: aB", {"A": "xaB"}, {"A": "xab"}),
    "cased, contains": ("A|cased|contains: aB", {"A": "xaBx"}, {"A": "xabx"}),
    "windash, cased": ("A|windash|contains|cased: ' -X'", {"A": "p /X"}, {"A": "p /x"}),
    "cased, windash": ("A|cased|windash|contains: ' -X'", {"A": "p /X"}, {"A": "p /x"}),
    "cased, base64": (
        "A|cased|base64|contains: xyz", {"A": b64("xyz")}, {"A": b64("xyz").upper()},
    ),
    "cased, wide, base64offset": (
        "A|cased|wide|base64offset|contains: whoami", {"A": b64("xwhoami!", "utf-16-le")},
        {"A": b64("xwhoami!", "utf-16-le").lower()},
    ),
    "cased, in a list of selections": (
        "s: [{A: x}, {A|cased|windash: '-X'}]\ncondition: s", {"A": "/X"}, {"A": "/x"},
    ),
    # Expressions.
    "re": ("A|re: 'a.b'", {"A": "xa1bx"}, {"A": "a\nb"}),
    "re, i": ("A|re|i: 'ÄB'", {"A": "xäb"}, {"A": "xab"}),
    "re, s": ("A|re|s: 'a.b'", {"A": "a\nb"}, {"A": "ab"}),
    "re, m": ("A|re|m: '^b$'", {"A": "a\nb\nc"}, {"A": "a b c"}),
    "re, i, m, s": ("A|re|i|m|s: '^B.c$'", {"A": "a\nb\nC"}, {"A": "a b c"}),
    "re, the long names": ("A|re|ignorecase|multiline|dotall: '^B.c$'", {"A": "a\nb\nC"}, {}),
    # Encodings.
    "base64": ("A|base64: 'who /all'", {"A": b64("who /all")}, {"A": "who /all"}),
    "base64, contains": (
        "A|base64|contains: 'who /all '", {"A": f"x {b64('who /all ')}"}, {"A": b64("1who /all ")},
    ),
    "base64offset at 0": ("A|base64offset|contains: who", {"A": b64("who")}, {"A": b64("wo")}),
    "base64offset at 1": ("A|base64offset|contains: whoami", {"A": b64("1whoami!")}, {"A": "who"}),
    "base64offset at 2": ("A|base64offset|contains: whoami", {"A": b64("12whoami!")}, {"A": "who"}),
    "wide": (
        "A|wide|base64offset|contains: whoami", {"A": b64("xwhoami!", "utf-16-le")},
        {"A": b64("xwhoami!")},
    ),
    "utf16be": (
        "A|utf16be|base64offset|contains: whoami", {"A": b64("xwhoami!", "utf-16-be")},
        {"A": b64("xwhoaki!", "utf-16-be")},
    ),
    "utf16": (
        "A|utf16|base64offset|contains: whoami", {"A": b64("whoami!", "utf-16")},
        {"A": b64("whoami!", "utf-16-be")},
    ),
    **{
        f"windash, {sign!a}": (
            "A|windash|contains: ' -enc'", {"A": f"p {sign}ENC"}, {"A": "p +enc"},
        )
        for sign in "-/\N{EN DASH}\N{EM DASH}\N{HORIZONTAL BAR}"
    },
    "windash of a slash": ("A|windash|contains: ' /enc'", {"A": "p -enc"}, {"A": "p enc"}),
    "windash, all": ("A|contains|windash|all: [' -a', ' -b']", {"A": "p /b /a"}, {"A": "p /a /c"}),
    # Numbers.
    "gt": ("A|gt: 5", {"A": "10"}, {"A": "5"}),
    "gte": ("A|gte: 5", {"A": "5"}, {"A": "4"}),
    "lt": ("A|lt: 5", {"A": "-10"}, {"A": "5"}),
    "lte": ("A|lte: 5", {"A": "5.0"}, {"A": "5.1"}),
    "lt of what is negative": ("A|lt: -1", {"A": "-1.5"}, {"A": "-0.5"}),
    "gt of a part": ("A|gt: 1.5", {"A": "1.6"}, {"A": "1.5"}),
    "gt of what is missing": ("A|gt: 1", {"A": "2"}, {"B": "2"}),
    **{
        f"gt, and {text!a}": ("A|gt: 5", {"A": "6"}, {"A": text})
        for text in (
            "Infinity", "inf", "1_0", "0x1_0", "\N{ARABIC-INDIC DIGIT NINE}", "1e999", " 10",
        )
    },
    "gt of what has a sign": ("A|gt: 5", {"A": "+6.0"}, {"A": "-6"}),
    "a number in hexadecimal in a rule": (
        "A: 0xC000006D", {"A": "0xc000006d"}, {"A": "0xc000006e"},
    ),
    "a number in hexadecimal in an event": ("A: 31", {"A": "0x1F"}, {"A": "0x31"}),
    "a number with a point": ("A: 1.0", {"A": "1.0"}, {"A": "1.01"}),
    "a part of a number": ("A: 1.5", {"A": "1.50"}, {"A": "1"}),
    "a number of 63 bits": (
        "A: 9223372036854775807", {"A": "0x7fffffffffffffff"}, {"A": "9223372036854775806"},
    ),
    **{
        f"a number of 64 bits as {text}": (
            "A: 18446744073709551615", {"A": text}, {"A": "18446744073709551614"},
        )
        for text in ("18446744073709551615", "0xFFFFFFFFFFFFFFFF")
    },
    "neq of a number": ("A|neq: 31", {"A": "0x1e"}, {"A": "0x1f"}),
    "neq of a number, and a text": ("A|neq: 31", {"A": "x"}, {"A": "31.0"}),
    "gt beyond 64 bits": ("A|gt: 18446744073709551615", {"A": "1" + "0" * 30}, {"A": "3"}),
    # Times.
    "minute": ("A|minute: 34", {"A": NOW}, {"A": "2024-05-19T03:35:00Z"}),
    "hour": ("A|hour: 3", {"A": "2024-05-19 03:34:00.123"}, {"A": "2024-05-19T04:34:00Z"}),
    "hour, gte": ("A|hour|gte: 3", {"A": NOW}, {"A": "2024-05-19T02:34:00Z"}),
    "hour, of no time": ("A|hour: 12", {"A": "2024-05-19T12:00:00Z"}, {"A": "3"}),
    "year, of no time": ("A|year|gt: 2000", {"A": NOW}, {"A": "now"}),
    "day": ("A|day: 19", {"A": NOW}, {"A": "2024-05-18T03:34:00Z"}),
    "week": ("A|week: 20", {"A": NOW}, {"A": "2024-05-29T03:34:00Z"}),
    "month": ("A|month: 5", {"A": NOW}, {"A": "2024-06-19T03:34:00Z"}),
    "year": ("A|year: 2024", {"A": NOW}, {"A": "2023-05-19T03:34:00Z"}),
    # Networks, and other fields.
    "cidr": ("A|cidr: 192.168.0.0/16", {"A": "192.168.3.4"}, {"A": "192.169.3.4"}),
    "cidr of several": ("A|cidr: [10.0.0.0/8, 'fc00::/7']", {"A": "fd00::1"}, {"A": "::1"}),
    "cidr of no address": ("A|cidr: 10.0.0.0/8", {"A": "10.0.0.1"}, {"A": "10.0.0.1.example"}),
    "fieldref": ("A|fieldref: B", {"A": "x", "B": "X"}, {"A": "x", "B": "xy"}),
    "fieldref in either case beyond ASCII": (
        "A|fieldref: B", {"A": "Ä", "B": "ä"}, {"A": "Ä", "B": "Ö"},
    ),
    "fieldref to what is missing": ("A|fieldref: B", {"A": "", "B": ""}, {"C": "x"}),
    "fieldref, neq": ("A|fieldref|neq: B", {"A": "x", "B": "y"}, {"A": "x", "B": "X"}),
    "fieldref, startswith": (
        "A|fieldref|startswith: B", {"A": "Äyz", "B": "ä"}, {"A": "zx", "B": "x"},
    ),
    "fieldref, endswith": (
        "A|fieldref|endswith: B", {"A": "xyÄ%", "B": "ä%"}, {"A": "zx", "B": "%"},
    ),
    "fieldref, endswith what is longer": (
        "A|fieldref|endswith: B", {"A": "ab", "B": "ab"}, {"A": "b", "B": "ab"},
    ),
    "fieldref, contains": (
        "A|fieldref|contains: B", {"A": "xÄz", "B": "ä"}, {"A": "xz", "B": "_"},
    ),
    "fieldref, to what is long": (
        "A|fieldref|contains: B", {"A": "x" * 5001, "B": "X" * 5000}, {"A": "x", "B": "x" * 5000},
    ),
    # Whether something is there.
    "exists": ("A|exists: true", {"A": ""}, {"B": "y"}),
    "exists, not": ("A|exists: false", {"B": "y"}, {"A": ""}),
    "null": ("A: null", {"B": "x"}, {"A": ""}),
    "null or a text": ("A: [null, x]", {"A": "X"}, {"A": "y"}),
    "an empty text": ("A: ''", {"A": ""}, {"B": "x"}),
    "anything": ("A: '*'", {"A": "x"}, {"B": "x"}),
    "true": ("A: true", {"A": "True"}, {"A": "false"}),
    "one of several numbers": ("A: [3, 4]", {"A": "4"}, {"A": "34"}),
    # Wildcards, and what is none.
    "a letter": ("A: 'a?c'", {"A": "aäc"}, {"A": "ac"}),
    "a star that is meant": (r"A: 'a\*c'", {"A": "a*c"}, {"A": "abc"}),
    "a question mark that is meant": (r"A: 'a\?c'", {"A": "a?c"}, {"A": "abc"}),
    "a backslash before a wildcard": (r"A: 'a\\*c'", {"A": r"a\xc"}, {"A": "a*c"}),
    "a backslash before a star that is meant": (r"A: 'a\\\*c'", {"A": r"a\*c"}, {"A": r"a\xc"}),
    "a backslash before a letter": (r"A: 'C:\a\b'", {"A": r"c:\A\B"}, {"A": "c:ab"}),
    "two backslashes": (r"A: '\\\\srv\c$'", {"A": r"\\srv\c$"}, {"A": r"\srv\c$"}),
    "contains a wildcard": ("A|contains: 'a*c'", {"A": "xabcx"}, {"A": "xcax"}),
    "contains a star that is meant": (r"A|contains: 'a\*c'", {"A": "xa*cx"}, {"A": "xabcx"}),
    "wildcards beside letters beyond ASCII": (
        r"A: 'Ä?\*b*'", {"A": "ä1*bcc"}, {"A": "ä1xbcc"},
    ),
    # Keywords.
    "a keyword": ("k: foo\ncondition: k", {"A": "xFOOx"}, {"A": "fo o"}),
    "a number as keyword": ("k: [4711]\ncondition: k", {"A": "x4711x"}, {"A": "471 1"}),
    "a keyword with a star that is meant": (
        "k: ['f\\*o']\ncondition: k", {"A": "xF*Ox"}, {"A": "foo"},
    ),
    "keywords, re": ("k: {'|re': 'fo{2}'}\ncondition: k", {"A": "xfoox"}, {"A": "FOO"}),
    "keywords, cased": ("k: {'|cased': foo}\ncondition: k", {"A": "xfoox"}, {"A": "FOO"}),
    "keywords, cased, windash": (
        "k: {'|cased|windash': [' -X']}\ncondition: k", {"A": "p /X"}, {"A": "p /x"},
    ),
    "keywords, contains": ("k: {'|contains': foo}\ncondition: k", {"A": "xfoox"}, {"A": "FO O"}),
    "keywords, all": (
        "k: {'|all': [a1, b1]}\ncondition: k", {"A": "a1", "B": "b1"}, {"A": "a1"},
    ),
    "keywords, base64offset": (
        "k: {'|base64offset': [whoami]}\ncondition: k", {"A": b64("1whoami2")}, {"A": "whoami"},
    ),
    "keywords, windash": (
        "k: {'|windash': [' -enc']}\ncondition: k", {"A": "p /enc"}, {"A": "p enc"},
    ),
    "a keyword or a field": ("k: [foo, {A: x}]\ncondition: k", {"A": "X"}, {"A": "y"}),
    # Conditions.
    "a list of selections": ("s: [{A: x, B: y}, {C: z}]\ncondition: s", {"C": "z"}, {"A": "x"}),
    "all of them": (
        "a: {A: x}\nb: {B: y}\ncondition: all of them", {"A": "x", "B": "y"}, {"A": "x"},
    ),
    "1 of them": ("a: {A: x}\nb: {B: y}\ncondition: 1 of them", {"B": "y"}, {"C": "x"}),
    "not 1 of": (
        "a: {A: x}\nf_1: {B: y}\nf_2: {B: z}\ncondition: a and not 1 of f_*", {"A": "x"},
        {"A": "x", "B": "z"},
    ),
    "brackets": (
        "a: {A: x}\nb: {B: y}\nc: {C: z}\ncondition: a and (b or c)", {"A": "x", "C": "z"},
        {"B": "y", "C": "z"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", RUN)
def test_a_modifier_fits_its_event_and_no_near_miss(form, tmp_path):
    assert judged(RUN[form], tmp_path) == ("", [2])


NOT_RUN = {
    "wide without base64": ("A|wide|contains: who", "a zero byte, which no event has"),
    "utf16 without base64": ("A|utf16|contains: who", "a zero byte, which no event has"),
    "utf16le, which pySigma calls wide": ("A|utf16le|base64: who", "Unknown modifier 'utf16le'"),
    "a modifier in capitals": ("A|CONTAINS: x", "Unknown modifier 'CONTAINS'"),
    "expand": ("A|expand: '%x%'", "unhandled placeholder 'x'"),
    "cased, fieldref": ("A|cased|fieldref: B", "SigmaCaseSensitiveModifier incompatible"),
    "gt of a text": ("A|gt: abc", "SigmaGreaterThanModifier incompatible"),
    "exists of a text": ("A|exists: maybe", "SigmaExistsModifier incompatible"),
    "contains of a number": ("A|contains: 5", "SigmaContainsModifier incompatible"),
    "contains of nothing": ("A|contains: null", "SigmaContainsModifier incompatible"),
    "base64 of a number": ("A|base64: 5", "SigmaBase64Modifier incompatible"),
    "base64 of a wildcard": ("A|base64: 'a*'", "strings with wildcards is not allowed"),
    "i without re": ("A|i: x", "IgnoreCaseFlagModifier incompatible"),
    "windash of an expression": ("A|re|windash: a", "SigmaWindowsDashModifier incompatible"),
    "an expression that goes back": (r"A|re: '(a)\1'", "invalid escape sequence"),
    "cidr of no network": ("A|cidr: nonsense", "does not appear to be an IPv4 or IPv6 network"),
    "cidr of an address": ("A|cidr: 10.1.2.3/8", "has host bits set"),
    "2 of them": ("a: {A: x}\nb: {B: y}\ncondition: 2 of them", "Expected end of text"),
    "near": ("a: {A: x}\nb: {B: y}\ncondition: a | near b", "pipe syntax"),
}


@pytest.mark.parametrize("form", NOT_RUN)
def test_what_is_not_run_says_so_with_its_reason(form, tmp_path):
    detection, why = NOT_RUN[form]
    found = followed(here(rule(detection)), tmp_path, Event(id=7, data={"A": "x"}, **SYSMON))
    (row,) = found.tables["sigma_rules"]

    assert why in row["not_run"]
    assert found.observations == []
