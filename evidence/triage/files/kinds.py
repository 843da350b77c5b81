"""Endings of files: which ones people's own files have, and which ones are known at all."""

from __future__ import annotations

import re
from collections.abc import Mapping

_KINDS = {
    "document": "doc docx docm dot dotx odt rtf jtd one pub vsd vsdx",
    "pages": "pdf xps oxps",  # a kind of their own: of an office there may be no fourth
    "sheet": "xls xlsx xlsm xlsb xlt xltx csv ods",
    "slides": "ppt pptx pptm pps ppsx odp",
    "picture": "jpg jpeg jpe png gif bmp tif tiff heic webp raw cr2 nef psd dwg svg",
    "film or sound": "mp4 mov avi wmv mpg mpeg m4v mp3 wav m4a wma",
    "medical": "dcm dicom dic mwf hl7 nii",
    "database": "mdf ndf ldf mdb accdb dbf fdb gdb ibd myd myi frm ora dmp db2 fmp12 nsf sqlite db",
    "mail": "pst ost eml msg mbox dbx",
    "archive": "zip 7z rar lzh tar gz bz2 xz",
    "machine": "vmdk vhd vhdx vdi qcow2 vmem bak",
    "text": "txt log xml json html htm ini md",
}  # fmt: skip
KINDS: Mapping[str, str] = {
    ending: kind for kind, endings in _KINDS.items() for ending in endings.split()
}
"""Ending to what such a file is."""

_OTHERS = (
    "pom typed f f77 f90 f95 yar yara exe dll sys ocx cpl scr com drv mui msi msu msp cab cat "
    "inf pnf manifest mum man etl evtx evt lnk url ico cur ttf ttc otf woff woff2 eot fon js "
    "mjs cjs ts tsx jsx css scss less vue php asp aspx jsp py pyc pyo pyi pyx pxd so a o lo la "
    "h hh hpp hxx c cc cpp cxx m mm cs vb java class jar war go rs rb pl pm t tcl lua sh bash "
    "zsh fish bat cmd ps1 psm1 psd1 vbs vbe wsf hta reg map lock toml yaml yml cfg conf config "
    "properties plist rc in am ac mk cmake make ninja d po pot mo gmo qm rst tex adoc org texi "
    "info patch diff orig rej old new tmp temp swp swo bup backup save part partial crdownload "
    "download filepart aria2 !ut !qb opdownload fdmdownload drivedownload driveupload !sync "
    "nextcloud owncloud cloudf dvc par2 ots torrent meta license xmp thm aae "
    "supplemental-metadata icloud pp3 dop dat bin img iso dmg deb rpm apk whl egg gem nupkg zst "
    "lz4 lzma z br tgz tbz txz md5 sha1 sha256 sha512 sums asc sig gpg pgp p7s p7m pem crt cer "
    "der key csr crl pfx p12 pf db-wal db-shm db-journal idx pack rev sample gitignore "
    "gitattributes rules service socket target timer mount path slice wants device desktop "
    "theme list available enabled disabled dist example default tmpl tpl template j2 ejs "
    "mustache snap test spec txtar golden out err pid hist cache blf regtrans-ms "
    "customdestinations-ms automaticdestinations-ms library-ms search-ms contact search "
    "searchconnector-ms website xsl xslt xsd dtd rng wsdl pdb lib exp obj res resx nls tlb olb "
    "aux chm hlp cnt dic aff hyp lex ax acm rll msc mof mfl sdb nlp winmd xbf pri appx "
    "appxbundle msix xap admx adml pol evts jrs chk edb jfm log1 log2 wim esd swm efi mbr ldif "
    "schema ko mod symvers dep hwdb typelib gir vapi pc el elc scm go1 vim ppd afm pfb pfm tfm "
    "vf fd sty cls ltx bst bib kmap map8 trans inc ipp tcc xpm xbm pcf spl shd fp7 stl step stp "
    "igs dxf lua51 sql sqlite3 sqlite-wal sqlite-shm parquet npy npz h5 pkl pickle onnx pb "
    "tflite msg1 ics vcf kml gpx srt vtt ass sub mkv webm flv ogg ogv opus flac aac mid midi "
    "ape cue m3u m3u8 pls"
)
KNOWN = frozenset(_OTHERS.split()) | frozenset(KINDS)
_COUNTED = re.compile(r"v?[0-9~_+-]*|[0-9]{4}-?[0-9]{2}-?[0-9]{2}t[0-9]{2}[0-9_-]{0,6}z?")
"""A version or a time even behind a known ending; others with letters may be an attacker's."""
_NUMBERED = re.compile(r"[0-9~_-]*|[0-9]{1,4}[a-z]{0,2}|v?[0-9][0-9a-z_+~-]*")
_SYSTEM = re.compile(
    r"/(?:partition-[0-9]+_*/)?(?:windows|program files(?: \(x86\))?|programdata|usr|bin|sbin|"
    r"lib[0-9]*|boot|etc|var/lib|proc|sys|run|snap|nix)/",
    re.IGNORECASE,
)


def endings_of(path: str) -> list[str]:
    """What stands behind each dot of the last name but a first one, in lower case."""
    name = path.rpartition("/")[2].casefold()
    return name.lstrip(".").split(".")[1:]


def is_unknown(ending: str, *, behind: bool) -> bool:
    """Whether no program that we know of writes files of this ending; numbers are versions.

    Args:
        ending: the last one of a name.
        behind: whether it stands behind the ending of a kind of people's files.
    """
    version = _COUNTED if behind else _NUMBERED
    return ending not in KNOWN and version.fullmatch(ending) is None and len(ending) <= 40


def of_system(path: str) -> bool:
    """Whether a path is where systems and programs put their own files."""
    return _SYSTEM.match(path) is not None
