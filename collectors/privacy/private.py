"""What of people's own a file is, by its name and its first bytes: patients' data, documents.

A file that begins as a program does is none of it, whatever it is called.
"""

from __future__ import annotations

import re

HEAD = 132  # bytes that are looked at: a preamble of 128, then DICOM's mark (PS3.10, section 7.1)

DOCUMENT = "a document"
TABLE = "a table of values"
PICTURE = "a picture, sound or film"
MEDICAL = "a medical record or image"
DATABASE = "a database"
SQLITE = "an SQLite database"
EXPORT = "a backup or an export"
ENCRYPTED = "a file under an ending that was put behind its own"
KINDS = frozenset({DOCUMENT, TABLE, PICTURE, MEDICAL, DATABASE, SQLITE, EXPORT, ENCRYPTED})

_DOCUMENTS = (
    "doc docx docm dot dotx xls xlsx xlsm xlsb xlt xltx ppt pptx pptm pps ppsx pdf rtf odt ods "
    "odp odg ott ots fodt fods sxw sxc jtd jtdc jtt pst ost pab eml msg mbox dbx vsd vsdx pub one "
    "xps oxps dwg spl xdw xbd pages numbers wps wri wbk epub ics vcf"
)
_PICTURES = (
    "jpg jpeg jpe png gif bmp tif tiff heic heif webp raw cr2 nef psd mp4 mov avi wmv mpg mpeg m4v "
    "mp3 wav m4a wma jp2 avif 3gp aac flac"
)
_MEDICAL = "dcm dicom dic mwf hl7 nii ima mml scp ecg edf"
_DATABASES = "mdf ndf ldf mdb accdb dbf fdb gdb ibd myd myi frm ora dmp db2 fmp12 fp7 nsf edb wt"
_ENDINGS = {
    **dict.fromkeys(_DOCUMENTS.split(), DOCUMENT),
    "csv": TABLE,
    "tsv": TABLE,
    **dict.fromkeys(_PICTURES.split(), PICTURE),
    **dict.fromkeys(_MEDICAL.split(), MEDICAL),
    **dict.fromkeys(_DATABASES.split(), DATABASE),
    "bak": EXPORT,
    "sql": EXPORT,
}
_WHOLE_NAMES = re.compile(
    r"/(?:base/[0-9]+|global|pg_tblspc/.+)/[0-9]+(?:_(?:fsm|vm|init))?(?:\.[0-9]+)?$"
    r"|/pg_(?:wal|xlog)/[0-9a-f]{24}[^/]*$"
    r"|/(?:ibdata|ib_logfile|#ib_redo|undo_)[0-9]+$|/(?:mysql|mariadb)?-?bin(?:log)?\.[0-9]{6}$"
    r"|/(?:iris|cache)\.dat$",
    re.IGNORECASE,
)
"""Files of PostgreSQL, MySQL, IRIS and Caché, whose names have no ending that tells."""
_OF_SYSTEM = frozenset({DOCUMENT, TABLE, PICTURE, SQLITE, EXPORT})
"""Kinds that a system and its programs bring along themselves."""
_ON_ANY = r"(?:raw:|called:|deleted:|shadow:[^/]*)?(?:/partition-[0-9]+_*)?(?:/windows\.old)?"
_SYSTEM = re.compile(
    _ON_ANY + r"/(?!usr/local/|windows/(?:temp|serviceprofiles|system32/spool)/|"
    r"windows/(?:system32|syswow64)/config/systemprofile/)"
    r"(?:windows|usr|bin|sbin|lib[0-9]*|boot|etc)/",
    re.IGNORECASE,
)
"""Where a system alone puts files. Program Files is none: vendors keep patients' data there."""
_OF_PROGRAMS = re.compile(
    _ON_ANY + r"/(?:programdata/microsoft/|users/[^/]+/appdata/(?:local|locallow|roaming)/"
    r"(?:google|microsoft|mozilla|packages|opera software|bravesoftware|vivaldi)/|"
    r"(?:home/[^/]+|root)/\.(?:mozilla|cache|config/(?:google-chrome|chromium))/|"
    r"var/(?:cache|log|lib/(?:rpm|dpkg|packagekit|wtmpdb|fwupd|systemd))/)",
    re.IGNORECASE,
)
"""Where systems and browsers keep small databases of their own."""
# What runs, carries or tells something under two endings is evidence: invoice.pdf.exe, note.doc.txt
_TELLING = (
    "exe com scr pif js jse vbs vbe wsf hta bat cmd ps1 lnk url dll sys zip 7z rar lzh iso img txt "
    "log json xml html htm tmp part crdownload sh py pl rb so ko jar war class php php3 php4 php5 "
    "php7 php8 phtml phar jsp jspx asp aspx ashx asmx cgi conf cnf cfg ini "
    "cpl ocx drv ax efi psm1 psd1 wsh wsc sct msi msp mst pyw inf reg chm application appref-ms "
    "xll wll xlam dotm vhd vhdx svg tar tgz cab service timer socket desktop path mount "
    "xmp asc sig gpg meta"
)
_SECOND = frozenset(_TELLING.split())
_LATER = re.compile(r"[0-9]{1,8}|old|orig|save|backup|bkp|copy|gz|bz2|xz|zst")
"""Endings of copies and of what was only made smaller: the one before them tells what it is."""
_OF_THE_BIN = re.compile(r"/\$recycle\.bin/[^/]+/\$i[^/]*", re.IGNORECASE)
"""Names and times that the recycle bin keeps beside a file, under that file's ending."""
_DUMPS = (b"MDMP", b"PAGEDU")
"""How memory begins that Windows wrote down: of a process (minidumpapiset.h), of the kernel."""
_DICOM = slice(128, HEAD)
_HL7 = (b"MSH|", b"FHS|", b"BHS|")  # HL7 version 2.5, section 2.10: of a message, a file, a batch
_EXPORTS = (b"PGDMP", b"TAPE\0\0")  # of pg_dump; of SQL Server, in Microsoft's tape format
_SQLITE = (
    b"SQLite format 3\0", b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83",
    b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7",
)  # fmt: skip
"""How a database, its write-ahead log and its journal begin (sqlite.org/fileformat2.html)."""
_NAMELESS = {b"%PDF-": DOCUMENT, b"\xff\xd8\xff": PICTURE}
"""Told by their heads where a name has no ending; else the head may be there to deceive."""


def private(path: str, head: bytes) -> str | None:
    """What of people's own a file is; None: nothing.

    Args:
        path: as a collector gives it.
        head: its first bytes, `HEAD` of them if it has as many.
    """
    if _OF_THE_BIN.search(path) or _is_program(head) or head.startswith(_DUMPS):
        return None
    kind = by_name(path)
    return kind if kind is not None or of_system(path) else _by_head(path, head)


def of_system(path: str) -> bool:
    """Whether it lies where a system alone puts files."""
    return _SYSTEM.match(path) is not None


def by_name(path: str) -> str | None:
    """What of people's own a file is by its name alone."""
    inner, ending = _endings(path)
    kind = _ENDINGS.get(ending)
    if kind is EXPORT and inner and inner[-1] in _SECOND:  # run.exe.bak
        return None
    if of_system(path):
        return None if kind in _OF_SYSTEM else kind
    if kind is None and _WHOLE_NAMES.search(path):
        return DATABASE
    put_behind = ending not in _SECOND and any(each in _ENDINGS for each in inner)
    return ENCRYPTED if kind is None and put_behind else kind


def _endings(path: str) -> tuple[list[str], str]:
    """What stands behind each dot of a name but a first one: those before, and the one that tells.

    The last is an empty text where there is none.
    """
    name = path.rpartition("/")[2].casefold()
    *inner, ending = name.lstrip(".").split(".")[1:] or [""]
    while inner and _LATER.fullmatch(ending):
        ending = inner.pop()
    return inner, ending


def _by_head(path: str, head: bytes) -> str | None:
    if head[_DICOM] == b"DICM" or head.startswith(_HL7):
        return MEDICAL
    if head.startswith(_EXPORTS):
        return EXPORT
    if head.startswith(_SQLITE):
        return None if _OF_PROGRAMS.match(path) else SQLITE
    if "." in path.rpartition("/")[2]:
        return None
    return next((kind for mark, kind in _NAMELESS.items() if head.startswith(mark)), None)


def is_script(head: bytes) -> bool:
    """Whether it may be what an interpreter was told to run: text, and no record or document."""
    if not head or head.startswith((*_HL7, *_EXPORTS, *_NAMELESS, *_SQLITE, b"{\\rtf")):
        return False
    return not any(byte < 32 and byte not in b"\t\n\f\r\x1b" for byte in head)


def _is_program(head: bytes) -> bool:
    """Whether it begins as what Windows or Linux runs: MZ and no text behind it, ELF, a script."""
    return head.startswith((b"\x7fELF", b"#!")) or (head.startswith(b"MZ") and b"\0" in head)
