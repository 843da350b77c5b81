#!/bin/sh
# Verify a bundle of format hozen-bundle/1 with a POSIX shell, openssl and coreutils alone.
# Independent of hozen: it shares no code with it. The numbers are the stages of the format page, section 10.
#
# usage: sh verify.sh [--trust CERT.pem]... [--tsa CERT.pem]... [--root HEX] [--code "12345 ..."] [--head HEX] [--challenge TEXT] [--identity FILE] [BUNDLE]
#   BUNDLE      the bundle's folder; without it, the folder that this script lies in
#   --trust     a certificate that you got elsewhere and trust (may be repeated); what lies in the bundle is never trusted
#   --tsa       a root certificate of an authority that you trust for time (may be repeated)
#   --root --code --head    what was noted outside the bundle when it was sealed, or at the last hand-over
#   --challenge  what was given to whoever collected, before
#   --identity  an age identity file: opens the contents (needs age, zstd and tar); they are unpacked to a temporary folder,
#               volume by volume, which is removed at the end; some hundreds of items a second. Its passphrase is asked for once
# A signature takes a tenth of a second, and each volume has one; a terminal shows how far it is.
# Exit: 0 no stage failed, 1 altered or signed by nobody whom you trust, 2 unusable input, 3 incomplete.
set -u

# The bundle is hostile ground: no program, configuration or temporary file may come from it, wherever we are started.
unset IFS CDPATH OPENSSL_CONF OPENSSL_CONF_INCLUDE OPENSSL_MODULES OPENSSL_ENGINES RANDFILE
unset TAR_OPTIONS GREP_OPTIONS POSIXLY_CORRECT AWKPATH AWKLIBPATH ZSTD_CLEVEL ZSTD_NBTHREADS
LC_ALL=C SSL_CERT_FILE=/dev/null SSL_CERT_DIR=/dev/null; export LC_ALL SSL_CERT_FILE SSL_CERT_DIR; umask 077    # whom the machine trusts says nothing here, and openssl would read them all each time
whole() { case $1 in /*) printf %s "$1" ;; *) printf %s "$(pwd -P)/$1" ;; esac; }
usage() { [ $# = 0 ] || printf '%s\n' "$*" >&2; printf '%s\n' "$USAGE" >&2; exit 2; }
USAGE='usage: sh verify.sh [--trust CERT.pem]... [--tsa CERT.pem]... [--root HEX] [--code "12345 ..."] [--head HEX] [--challenge TEXT] [--identity FILE] [BUNDLE]
exit: 0 no stage failed, 1 altered or signed by nobody whom you trust, 2 unusable input, 3 incomplete'
BUNDLE='' ROOT='' CODE='' HEAD='' CHALLENGE='' IDENTITY='' TRUST='' TSA='' LINE='
'
while [ $# -gt 0 ]; do
    case $1 in
        --trust | --tsa | --root | --code | --head | --challenge | --identity) [ $# -ge 2 ] || usage "$1 needs a value" ;;
    esac
    case $1 in
        --trust) TRUST=$TRUST$(whole "$2")$LINE; shift 2 ;;
        --tsa) TSA=$TSA$(whole "$2")$LINE; shift 2 ;;
        --root) ROOT=${2:-none}; shift 2 ;;                     # an empty value is one that was not noted
        --code) CODE=${2:-none}; shift 2 ;;
        --head) HEAD=${2:-none}; shift 2 ;;
        --challenge) CHALLENGE=${2:-none}; shift 2 ;;
        --identity) IDENTITY=$(whole "$2"); shift 2 ;;
        -*) usage "unknown option" ;;
        *) [ -z "$BUNDLE" ] && [ -n "$1" ] || usage "one bundle at a time"; BUNDLE=$(whole "$1"); shift ;;
    esac
done
if [ -z "$BUNDLE" ]; then case $0 in */*) BUNDLE=$(whole "${0%/*}") ;; *) BUNDLE=$(pwd -P) ;; esac; fi
B=$(cd -P "$BUNDLE" 2>/dev/null && pwd -P) || usage 'not a bundle: no such folder'
outside() { case $1/ in "$B"/*) return 1 ;; /*) return 0 ;; *) return 1 ;; esac; }  # outside PATH: absolute, not in the bundle
kept=''; set -f; IFS=:
for part in ${PATH:-}; do
    case $part in /*) cd -P "$part" 2>/dev/null || continue ;; *) continue ;; esac
    if outside "$PWD"; then kept=$kept${kept:+:}$PWD; fi
done
unset IFS; set +f; PATH=$kept; export PATH
outside "$(cd -P "${TMPDIR:-/tmp}" 2>/dev/null && pwd -P)" && case ${TMPDIR:-/} in /*) ;; *) false ;; esac || TMPDIR=/tmp
export TMPDIR
for tool in awk cat cmp comm cp cut date find grep head mkdir mktemp mv openssl paste rm sed sha256sum sha512sum sort tail tr wc xargs; do
    command -v $tool > /dev/null || { echo "verify.sh needs the program $tool" >&2; exit 3; }
done
case $(openssl version 2>/dev/null) in     # of another one an option that it lacks would look like a forgery, or hide one
    'OpenSSL 1.1.1'*) ONLY=-no-CApath ;;
    'OpenSSL '[3-9].* | 'OpenSSL '[1-9][0-9].*) ONLY='-no-CApath -no-CAstore' ;;
    *) printf 'verify.sh needs OpenSSL 1.1.1 or later, and nothing was checked: this is %s\n' "$(openssl version 2>&1 | tr -cd '[:print:]')" >&2; exit 3 ;;
esac
W=$(mktemp -d) || exit 3; export W
trap 'rm -rf "$W"' EXIT; trap 'exit 130' HUP INT TERM
cd "$W" || exit 3
for list in trust unread garbled facts heads level.0 1 2 3 4 5 6 7 8 9; do : > $list; done
for list in large refused odd astray eventfiles signed documents readable signatures stored left anchored tokens missing extra tagged tags; do : > $list; done

# What you trust: certificates, and their revocation lists, each in a file of its own; `trust` has the fingerprints.
mkdir roots authorities lists ties t h v kept
parts_of() {        # FOLDER: certificates of the files named in standard input go there, revocation lists to `lists`
    while IFS= read -r file; do
        count=$((${count:-0} + 1))
        awk -v folder="$1" -v place="$1$(printf '%05d' $count)" '
            /^-----BEGIN CERTIFICATE-----/ { out = folder "/" place sprintf("%05d", ++n) ".pem" }
            /^-----BEGIN X509 CRL-----/ { out = "lists/" place sprintf("%05d", ++n) ".pem" }
            out { print > out }
            /^-----END / { if (out) close(out); out = "" }
            END { exit !n }' "$file" 2>/dev/null || exit 1
    done
}
prints_of() { for file in "$1"/*.pem; do [ ! -e "$file" ] || openssl x509 -in "$file" -noout -fingerprint -sha256 2>/dev/null || return 1; done; }
printf %s "$TRUST" | parts_of roots && prints_of roots > prints || usage '--trust needs a file of certificates in PEM form'
printf %s "$TSA" | parts_of authorities && prints_of authorities > /dev/null || usage '--tsa needs a file of certificates in PEM form'
[ -z "$TSA" ] || cat authorities/*.pem > tsa
digits() { awk 'sub(/.*Fingerprint=/, "") { gsub(/:/, ""); print tolower($0) }'; }          # of a fingerprint, as documents have it
[ ! -s prints ] || digits < prints > trust
listed_by() { openssl crl -in "$1" -noout -CAfile "$2" $ONLY 2>&1 | grep -q '^verify OK'; }    # LIST CERTIFICATE
for file in lists/*.pem; do
    [ -e "$file" ] || continue
    for root in roots/*.pem authorities/*.pem; do [ -e "$root" ] && listed_by "$file" "$root" && continue 2; done
    usage 'a revocation list that none of the given certificates signed'
done
# What people type: full-width digits (U+FF10 to U+FF19) count, and so does what stands between groups, or shows nothing at all (the
# format page, section 10).
typed() {
    printf '%s\n' "$1" | awk '{ for (i = 0; i < 10; i++) gsub(sprintf("\357\274%c", 144 + i), i)
        gsub(/[ \t\r\013\014\034-\037,.-]|\302[\205\240\267]|\341\232\200|\342\200[\200-\225\250\251\257]|\342\201[\237\240]|\342\210\222|\343\200[\200\201\202]|\343\203[\273\274]|\357\273\277|\357\274[\214\215\216]|\357\275[\241\244\245\260]/, "")
        printf "%s", $0 }'
}
plain() { typed "$1" | tr A-F a-f; }
digest() { case $2 in *[!0-9a-f]*) false ;; *) [ ${#2} = 64 ] ;; esac || usage "$1 needs the 64 hexadecimal digits that were noted"; }
[ -z "$ROOT" ] || { ROOT=$(plain "$ROOT"); digest --root "$ROOT"; }
[ -z "$HEAD" ] || { HEAD=$(plain "$HEAD"); digest --head "$HEAD"; }
if [ -n "$IDENTITY" ] && grep -qE '^(age-encryption.org/v1|-----BEGIN AGE ENCRYPTED FILE-----)$' "$IDENTITY" 2> /dev/null; then
    command -v age > /dev/null || { echo 'verify.sh needs the program age to open the identity' >&2; exit 3; }
    age -d -o identity "$IDENTITY" || usage '--identity: the passphrase does not open it'    # asked for once, not at each volume
    IDENTITY=$W/identity
fi
[ -z "$IDENTITY" ] || grep -q '^AGE-SECRET-KEY-1' "$IDENTITY" 2>/dev/null || usage '--identity needs a file with an AGE-SECRET-KEY-1... line'

# What the stages come to.
FAILED=' ' PASSED=' ' ALTERED=0 UNTRUSTED=0 UNUSABLE=0 INCOMPLETE=0
say() { printf '%s\n' "$2" >> "$1"; }
blame() { failed "$1" || FAILED="$FAILED$1 "; }            # once, however often: a list that grows makes each look longer
fail() { say "$1" "$2"; blame "$1"; ALTERED=1; }
untrusted() { say "$1" "$2"; blame "$1"; UNTRUSTED=1; }
unusable() { say "$1" "$2"; blame "$1"; UNUSABLE=1; }
open() { say "$1" "$2"; INCOMPLETE=1; }                    # asked for, and could not be checked
pass() { failed "$1" || { say "$1.pass" "$2"; PASSED="$PASSED$1 "; }; }
failed() { case $FAILED in *" $1 "*) return 0 ;; *) return 1 ;; esac; }
sum() { set -- "$(sha256sum < "$1")"; printf '%s\n' "${1%% *}"; }
progress() { [ ! -t 2 ] || printf '\r%-40s\r' "$*" >&2; }       # on a terminal alone, and gone at the end
has() { [ -f "$B/$1" ] && [ ! -h "$B/$1" ]; }              # what `files` has, of the bundle's own folder or of a real one in it
JA=$(printf '\346\244\234\350\250\274\346\211\213\351\240\206').md
# Names from a hostile place: everything but plain ASCII as \ooo, so that no terminal obeys them.
show() { tr '\n\000' '\001\n' | awk 'BEGIN { for (i = 2; i < 256; i++) C[sprintf("%c", i)] = i; C["\001"] = 10 }
    { o = ""; for (i = 1; i <= length($0); i++) { c = substr($0, i, 1); o = o (c ~ /[ -~]/ && c != "\\" ? c : sprintf("\\%03o", C[c])) } print substr(o, 1, 300) }'; }
# digests AWK-ARGUMENT...: the SHA-256 of all that an awk program hands to `hashed` as hexadecimal digits, in order, each the first
# word of a line; one process for all of them.
HASHED='BEGIN { for (i = 0; i < 256; i++) BYTE[sprintf("%02x", i)] = i }
    function hashed(digits,   f, i) { f = "h/" (++HASHES); for (i = 1; i < length(digits); i += 2) printf "%c", BYTE[substr(digits, i, 2)] > f; close(f); print f > "h.list" }
'
digests() { : > h.list; awk "$@"; [ ! -s h.list ] || xargs sha256sum < h.list; }

# A reader of canonical JSON with a closed schema, for manifest, events and records. Keys stand in one fixed order, so the
# table below is the whole grammar: a key that is missing, unknown, doubled or moved, a blank, a fraction or an exponent is
# simply not the token that comes next. Types: text, hash, ...; ? or null; * list; =a|b one of; #low-high an integer.
JSON='
BEGIN {
    D = "[0-9]"; OFMT = CONVFMT = "%.0f"   # integers up to 2^53 - 1 are exact
    LEAP = "(" D D "(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"     # a day that the calendar has
    DATE = "(" D D D D "-((0[13578]|1[02])-31|(0[13-9]|1[0-2])-(29|30)|(0[1-9]|1[0-2])-(0[1-9]|1" D "|2[0-8]))|" LEAP "-02-29)"
    O["manifest"] = "bindings:bindings,bundle_id:uuid,case_id:case,challenge:text?,clock:clock,custody:head,ended:utc,host_ref:host,items:items,kit:hash?,previous_bundle:text?,profile:=quick|standard|full,recipients:*text,salvaged:*volume,schema:=hozen-bundle/1,signer_certificate_sha256:hash,started:utc,tool:tool,volumes:*volume"
    O["bindings"] = "bag_info:hash,bagit:hash,manifest_sha256_txt:hash,verify_ja_md:hash,verify_md:hash,verify_sh:hash"
    O["clock"] = "end:reading,start:reading"; O["head"] = "head:hash,last_seq:number"
    O["reading"] = "mono:dec,reference:utc?,source:=host,synchronised:bool?,utc:utc,zone:text"
    O["items"] = "acquired:count,bytes:count,count:#0-99999999,gap:count,merkle_root:hash,partial:count,tree:=rfc9162-sha256"
    O["tool"] = "name:text,rules_sha256:hash,sha256:hash,version:text"
    O["volume"] = "name:volume_name,sha256:hash,size:count"
    O["event"] = "actor:person?,at:utc,at_source:text,authority:authority?,bundle:uuid,check:check?,counterpart:person?,detail:@,mono:dec?,place:text?,prev:hash,purpose:text?,refs:*ref,schema:=hozen-event/1,seq:number,storage:text?,text:text?,transport:transport?,type:=collection_started|volume_closed|interrupted|resumed|sealed|code_confirmed|released|received|refused|accessed|copied|verified|examined|triage|disclosed|timestamped|re_encrypted|key_revoked|corrected|returned|destroyed|note,witnesses:*person"
    O["person"] = "contact:text?,name:text?,organisation:text?,title:text?"
    O["authority"] = "basis:=contract|inquiry|warrant|voluntary|court|in-house,number:text?"
    O["transport"] = "method:text?,seal_no:text?,tracking:text?"; O["check"] = "result:text?,version:text?,what:text?"
    O["collection_started"] = "case_id:case,challenge:text?,clock:reading,host_ref:host,kit:hash?,previous_bundle:text?,profile:=quick|standard|full,recipients:*text,signer_certificate_sha256:hash,tool:tool"
    O["volume_closed"] = "cause:=phase_end|size|records|time|end|interrupted|limit,phase:text,progress:progress,tree:tree,volume:volume"
    O["progress"] = "chain:hash?,completed:*text,count:count,current:text?"
    O["tree"] = "acquired:count,bytes:count,gap:count,partial:count,peaks:*hash,root:hash,size:#0-99999999"
    O["interrupted"] = "cause:=signal|destination_full|error"
    O["resumed"] = "clock:reading,host_ref:host,salvaged:*volume,signer_certificate_sha256:hash,tool:tool,tree:tree"
    O["sealed"] = "manifest_sha256:hash,merkle_root:hash"; O["nothing"] = ""
    O["timestamped"] = "files:*anchor"; O["anchor"] = "name:anchor_name,sha256:hash"
    O["record"] = "content:content,meta:meta,salt_content:hash,salt_meta:hash"
    O["content"] = "parts:*part,ranges:*range,ranges_missing:*missing,seq:#1-99999999,sha256:hash?,size:count,status:=acquired|partial|gap"
    O["part"] = "first:#0-9999999,last:#0-9999999,size:count,volume:#1-99999"
    O["range"] = "offset:dec,size:count"; O["missing"] = "error:text,offset:dec,size:dec?"
    O["meta"] = "acquired:times,attrs:attrs?,changed_while_reading:bool?,collector:text,errors:*text,kind:=memory|process|network|system|log|registry|disk|image|command|photo|note|native,led_by:#1-99999999?,method:method,phase:=volatile|memory|logs|disk|image,reason:=absent|denied|unreadable|timed_out|not_local|skipped|unsupported?,same_as:#1-99999999?,source:source,times:macb?,yara:scan?"
    O["times"] = "end:utc,mono_end:dec,mono_start:dec,start:utc"; O["xattr"] = "name:text,value_b64:b64"
    O["attrs"] = "gid:count,mode:count,nlink:count,uid:count,xattrs:*xattr"
    O["method"] = "door:=system call|guarded system call|raw file system|program|made here,noatime:bool,program:program?"
    O["program"] = "arguments:*text,path:text,sha256:hash"; O["macb"] = "a:dec?,b:dec?,c:dec?,m:dec?"
    O["source"] = "device:text?,inode:dec?,length:dec?,origin:text,origin_b64:b64?,stream:text?"
    O["scan"] = "hits:*hit,mode:=whole|windows|none"; O["hit"] = "offset:dec?,rule:text,text:text"
}
function bad(why) { if (WHY == "") WHY = why }
function outside(c) {                       # between strings: punctuation, numbers, words; never long in these schemas
    if (length(c) > 64) bad("not canonical JSON")
    while (c != "" && WHY == "")
        if (match(c, /^[][{}:,]/) || match(c, /^-?[0-9]+/) || match(c, /^(null|true|false)/)) {
            T[++N] = substr(c, 1, RLENGTH); c = substr(c, RLENGTH + 1)
        } else bad("not canonical JSON")
}
function text(s,   t) {                     # a string; of escapes only the ones that RFC 8785 writes
    T[++N] = "\"" s; t = s
    if (index(t, "\\")) {
        gsub(/\\\\/, ".", t); gsub(/\\["bfnrt]/, ".", t); gsub(/\\u00(0[0-7bef]|1[0-9a-f])/, ".", t)
        if (index(t, "\\")) bad("an escape that is not canonical")
    }
}
function tokens(line,   q, n, i, s, inside) {
    split("", T); N = 0; n = split(line, q, "\"")
    for (i = 1; i <= n && WHY == ""; i++) {
        if (!inside) { outside(q[i]); s = ""; inside = 1; continue }
        s = s q[i]
        if (i == n) bad("a string without end")
        else if (match(q[i], /\\+$/) && RLENGTH % 2) s = s "\""        # an escaped quote: the string goes on
        else { text(s); inside = 0 }
    }
}
function fits(type, v,   s, r) {
    if (type == "count") type = "#0-9007199254740991"
    if (type == "number") type = "#1-9007199254740991"
    if (type == "bool") return v == "true" || v == "false"
    if (substr(type, 1, 1) == "#") {
        split(substr(type, 2), r, "-")
        return v ~ /^(0|[1-9][0-9]*)$/ && length(v) <= 16 && v + 0 >= r[1] + 0 && v + 0 <= r[2] + 0
    }
    if (substr(v, 1, 1) != "\"") return 0
    s = substr(v, 2)
    if (type == "text") return 1
    if (substr(type, 1, 1) == "=") return s !~ /[|]/ && index("|" substr(type, 2) "|", "|" s "|")
    if (type == "hash") return length(s) == 64 && s !~ /[^0-9a-f]/
    if (type == "host") return length(s) == 8 && s !~ /[^0-9a-f]/
    if (type == "dec") return s ~ /^(0|-?[1-9][0-9]*)$/ && length(s) <= 39 + (s ~ /^-/)
    if (type == "b64") return s ~ /^[A-Za-z0-9+\/]*=?=?$/
    if (type == "case") return s ~ /^[A-Za-z0-9-]+$/ && length(s) <= 32
    if (type == "utc") return s ~ ("^" DATE "T([01]" D "|2[0-3]):[0-5]" D ":[0-5]" D "([.]" D D D D D D ")?Z$") && s !~ /^0000/
    if (type == "uuid") return s !~ /[^0-9a-f-]/ && split(s, r, "-") == 5 && length(s) == 36 &&
        length(r[1]) == 8 && length(r[2]) == 4 && length(r[3]) == 4 && length(r[4]) == 4
    if (type == "volume_name") return s ~ ("^volume-" D D D D D "[.]tar[.]zst([.]age)?$") && s !~ /^volume-00000/
    if (type == "anchor_name") return s ~ ("^00" D D "[.](tsr|tsq|pem|sums)$") && s !~ /^0000/
    if (type == "ref") return (s ~ /^(item|volume|event):[1-9][0-9]*$/ && length(s) <= index(s, ":") + 8) ||
        (s ~ /^manifest:/ && length(s) == 73 && substr(s, 10) !~ /[^0-9a-f]/)
    return 0
}
function fact(path, v) { if (v != "\"null") sub(/^"/, "", v); F[path] = v; K[++KN] = path }      # the word null stays another thing than none
function take(token) { if (T[P++] != token) bad(token ~ /^"/ ? "the key " substr(token, 2) " is not where it belongs" : "not canonical JSON") }
function value(type, path,   n, i, f, key) {
    if (WHY != "") return
    if (type ~ /[?]$/) {
        if (T[P] == "null") { fact(path, "null"); P++; return }
        type = substr(type, 1, length(type) - 1)
    }
    if (type == "@") type = KIND ~ /^(collection_started|volume_closed|interrupted|resumed|sealed|timestamped)$/ ? KIND : "nothing"
    if (substr(type, 1, 1) == "*") {
        take("[")
        for (n = 0; WHY == "" && T[P] != "]"; ) { if (n) take(","); value(substr(type, 2), path "." (++n)) }
        if (path ~ /recipients$/ && n > 64 || path ~ /completed$/ && n > 100) bad("too long a list")
        take("]"); fact(path, n); return
    }
    if (type in O) {
        take("{"); n = split(O[type], f, ",")
        for (i = 1; i <= n && WHY == ""; i++) {
            key = f[i]; sub(/:.*/, "", key); if (i > 1) take(",")
            take("\"" key); take(":"); value(substr(f[i], length(key) + 2), path "." key)
        }
        take("}"); return
    }
    if (!fits(type, T[P])) bad("the value of " path " is not one that this schema knows")
    fact(path, T[P]); P++
}
function document(type, line,   i, depth) {  # the facts in F, or what is wrong in WHY
    WHY = ""; KN = 0; P = 1; KIND = ""; split("", F); tokens(line)
    for (i = 1; i <= N && type == "event"; i++) {
        depth += (T[i] == "{" || T[i] == "[") - (T[i] == "}" || T[i] == "]")
        if (depth == 1 && T[i] == "\"type" && T[i + 1] == ":") KIND = substr(T[i + 2], 2)
    }
    value(type, ""); if (P != N + 1) bad("something stands behind its end")
    return WHY == ""
}'
# What awk takes for granted: one line of UTF-8 without control characters.
printf '([ -\177]|[\302-\337][\200-\277]|\340[\240-\277][\200-\277]|[\341-\354\356\357][\200-\277][\200-\277]|\355[\200-\237][\200-\277]|\360[\220-\277][\200-\277][\200-\277]|[\361-\363][\200-\277][\200-\277][\200-\277]|\364[\200-\217][\200-\277][\200-\277])*' > utf8

# 1 structure. Links and devices would lead the later stages out of the bundle: from here on only names in `files` are opened.
cd "$B" || exit 2
[ "$(find . ! -name . -print0 | tr -dc '\000' | head -c 300001 | wc -c)" -le 300000 ] || usage 'not a bundle: more than 300,000 files and folders in it'
{ find . -type f ! -path '*[!A-Za-z0-9._/-]*'; [ ! -f "$JA" ] || [ -h "$JA" ] || printf '%s\n' "./$JA"; } | sed 's,^\./,,' | sort > "$W/files"
grep -qE '^(manifest\.json(\.p7s)?|custody/.*\.json)$' "$W/files" || usage 'not a bundle: no signed document in it'
find . -type d ! -name . ! -path '*[!A-Za-z0-9._/-]*' | sed 's,^\./,,' > "$W/folders"
odd() {             # what no writer makes: links, second links, devices, fetch.txt, names that some file system changes
    find . ! -name . \( \( ! -type f ! -type d \) -o \( -type f -links +1 \) -o -name fetch.txt -o -name '*.' \
        -o \( -name '*[!A-Za-z0-9._-]*' ! -name "$JA" \) \) "$@"
}
odd -print0 > "$W/odd.raw"
[ ! -s "$W/odd.raw" ] || odd ! -path '*[!A-Za-z0-9._/-]*' -print | sed 's,^\./,,' | sort -u > "$W/refused"
find . ! -name . -path '*[!A-Za-z0-9._/-]*' ! -path "./$JA" \( ! -name '*[!A-Za-z0-9._-]*' -o -name "$JA" \) -print0 > "$W/astray.raw"
for list in odd astray; do [ ! -s "$W/$list.raw" ] || show < "$W/$list.raw" > "$W/$list"; done
# A signature without an event, and what is half-written, is no document: an act that was cut off may have left it.
find . \( -path ./manifest.json -size +16777216c \) -o \( -path './custody/*.json' -size +1048576c \) -o \( -path './anchors/*.sums' -size +50331648c \) \
    -o \( -path ./manifest.json.p7s -size +65536c \) -o \( -path './custody/*.json.p7s' -size +65536c \) > "$W/big"
{ while IFS= read -r name; do case $name in
      ./custody/*.p7s) [ ! -e "${name%.p7s}" ] && [ ! -h "${name%.p7s}" ] || printf '%s\n' "${name#./}" ;;
      *) printf '%s\n' "${name#./}" ;; esac; done < "$W/big"
  # Events and their signatures together, too: readers hold them at once.
  ! find custody -type f \( -name '*.json' -o -name '*.json.p7s' \) -exec wc -c {} + 2>/dev/null | awk '
      $2 ~ /[.]json$/ { here[$2] = 1; sum += $1 } sub(/[.]json[.]p7s$/, ".json", $2) { size[$2] = $1 }
      END { for (name in size) if (name in here) sum += size[name]; exit !(sum > 268435456) }' || find custody -type f -name '*.json'
  anchors() { find anchors -type f ! -name '*.tmp' "$@"; }
  [ ! -d anchors ] || [ "$(anchors -exec cat {} + 2>/dev/null | head -c 134217729 | wc -c)" -le 134217728 ] || anchors; } > "$W/heavy"
[ ! -s "$W/heavy" ] || grep -Fx -f "$W/files" "$W/heavy" | sort > "$W/large"
cd "$W" || exit 3
while IFS= read -r name; do fail 1 "$name: a link, device, pipe or a name that a bundle does not use"; done < odd
while IFS= read -r name; do unusable 1 "$name: larger than this format allows"; done < large
# `readable` is what is not too large; of it `documents`, `signed` (events), and `signatures` (documents that have one).
awk '
    FILENAME == "large" { large[$0] = 1; next }
    { files++; event = /^custody\/.*[.]json$/ }
    event { print > "eventfiles" }
    ($0 in large) { next }
    { print > "readable" }
    event { print > "signed" }
    event || $0 == "manifest.json" { here[$0] = 1; documents++; print > "documents" }
    sub(/[.]p7s$/, "") && ($0 in here) { print > "signatures" }
    END { print files + 0, documents + 0 > "counts" }' large files
read -r FILES DOCUMENTS < counts
CUT_OFF=0; if ! has manifest.json && has manifest.json.tmp; then CUT_OFF=1; fi
SEALED=0; if [ $CUT_OFF = 0 ] && { has manifest.json || has manifest.json.p7s; }; then SEALED=1; fi

# Documents: a BOM, CR, newline or NUL; a doubled, unknown or missing key; a fraction or exponent; an unknown schema or type.
if [ -s documents ]; then
    controls=$(cd "$B" && xargs cat < "$W/documents" | tr -d '\040-\377' | wc -c)
    (cd "$B" && xargs grep -l -v -x -E -f "$W/utf8" < "$W/documents") > garbled
    [ "$controls" -eq 0 ] || while IFS= read -r name; do
        [ "$(tr -d '\040-\377' < "$B/$name" | wc -c)" -eq 0 ] || say garbled "$name"
    done < documents
fi
(cd "$B" && awk "$JSON"'
    BEGIN { W = ENVIRON["W"]; while ((getline name < (W "/garbled")) > 0) garbled[name] = 1 }
    {
        line = ""; if (!($0 in garbled)) getline line < $0
        close($0)
        if ($0 in garbled) WHY = "a control character, or not UTF-8"; else document($0 == "manifest.json" ? "manifest" : "event", line)
        for (i = 1; i <= KN && $0 == "manifest.json"; i++)         # one volume twice: which would be meant can not be known
            if (K[i] ~ /^[.](volumes|salvaged)[.][0-9]+[.]name$/ && seen[substr(F[K[i]], 8, 5)]++) bad("volume " substr(F[K[i]], 8, 5) " twice")
        if (WHY != "") print $0 ": not a document of a schema that this script reads: " WHY > (W "/unread")
        else for (i = 1; i <= KN; i++) print $0 "\t" K[i] "\t" F[K[i]]
    }' "$W/documents") > facts
while IFS= read -r line; do unusable 1 "$line"; done < unread
fact() { awk -F '\t' -v d="$1" -v p="$2" '$1 == d && $2 == p { print $3; exit }' facts; }
[ ! -s signed ] || (cd "$B" && xargs sha256sum < "$W/signed" 2>/dev/null) | awk '{ print $2 "\t@sha\t" $1 }' >> facts
# Volumes as lines "name sha256 size": `closed` and `salvaged` by the events, `entries` by the manifest or else by these; and what
# is asked for again and again: words of a narrow form all of them, each on a line of its own.
: > closed; : > entries
awk -F '\t' '
    BEGIN { D = "[0-9][0-9]" }
    function volume(list, key) { V[list, key] = $3; if (key == "size") L[list, ++count[list]] = V[list, "name"] " " V[list, "sha256"] " " $3 }
    function write(list, file,   i) { for (i = 1; i <= count[list]; i++) { print L[list, i] > file; if (file == "entries") listed[L[list, i]] = ++entries } }
    $2 == "@sha" { sha[$1] = $3; next }
    { split($2, k, ".") }
    $1 == "manifest.json" { M[$2] = $3; if (k[2] ~ /^(volumes|salvaged)$/ && k[4] != "") volume("manifest", k[4]); next }
    $1 == "custody/00001.json" { FIRST[$2] = $3 }
    $2 == ".at" { at = $3 }
    $2 == ".type" && $3 == "sealed" { sealed_at = at }
    $2 == ".seq" { events++; last = $1 }
    $2 ~ /^[.]detail[.]salvaged[.][0-9]+[.]/ { volume("salvaged", k[5]) }
    $2 ~ /^[.]detail[.]volume[.]/ { volume("closed", k[4]) }
    $2 == ".detail.recipients" && recipients == "" { recipients = $3 }
    END {
        write("closed", "closed")
        if (M[".schema"] != "") write("manifest", "entries"); else { write("closed", "entries"); write("salvaged", "entries") }
        for (i = 1; i <= count["closed"]; i++) { unlisted += !(L["closed", i] in listed); encrypted += L["closed", i] ~ /[.]age / }
        print M[".schema"]; print events + 0; print last; print sha[last]; print entries + 0; print unlisted + 0; print encrypted + 0
        print (M[".recipients"] != "" ? M[".recipients"] : recipients)
        n = split(".items.merkle_root .started .ended .clock.start.reference .clock.start.utc .bindings.bag_info .bindings.bagit" \
            " .bindings.manifest_sha256_txt .bindings.verify_ja_md .bindings.verify_md .bindings.verify_sh", k, " ")
        for (i = 1; i <= n; i++) print M[k[i]]
        print M[".clock.end.reference"]; print M[".clock.end.utc"]; print sealed_at; print M[".bundle_id"]
        print M[".kit"]; print FIRST[".type"]; print FIRST[".at"]; print FIRST[".detail.kit"]
        c = M[".challenge"]; sub(/^( |\343\200\200)+/, "", c); sub(/( |\343\200\200)+$/, "", c)
        told = c ~ "^" D D D D "T" D D D "Z-[0-9a-f]+$" && length(c) >= 33       # a time that it tells itself
        print (told ? substr(c, 1, 4) "-" substr(c, 5, 2) "-" substr(c, 7, 2) " " substr(c, 10, 2) ":" substr(c, 12, 2) ":" substr(c, 14, 2) : "")
    }' facts > known
{ for word in MANIFEST EVENTS LAST HEAD_HERE ENTRIES UNLISTED ENCRYPTED RECIPIENTS ROOT_HERE STARTED ENDED CLOCK_READ CLOCK_SHOWN \
    BAG_INFO BAGIT PAYLOAD VERIFY_JA VERIFY_MD VERIFY_SH END_READ END_SHOWN SEALED_AT IDENTIFIER KIT_NAMED FIRST_TYPE FIRST_AT FIRST_KIT CHALLENGED; do IFS= read -r $word; done; } < known
if [ -n "$MANIFEST" ]; then MANIFEST=1; else MANIFEST=0; fi
UNREAD=0                                                                                  # an event that can't be read,
if { [ -s unread ] || [ -s large ]; } && cat unread large | grep -qE '^custody/.*\.json(: |$)'; then UNREAD=1; fi
LISTED=1; [ $MANIFEST = 1 ] || [ $UNREAD = 0 ] || LISTED=0                                # and may have named any volume
if [ -n "$RECIPIENTS" ]; then                    # an encrypted bundle must not hold a volume that anyone can read
    while read -r name rest; do case $RECIPIENTS,$name in 0,*.zst) ;;
        0,*.age | *.zst) fail 1 "$name: its name contradicts the list of recipients" ;; esac; done < entries
fi
pass 1 "$FILES plain files, $DOCUMENTS signed documents read"

# What should lie here, and what does. `wanted`: what is named; `left`: what an act of custody, or a pulled plug, leaves behind.
NEXT=custody/$(printf %05d $((EVENTS + 1))).json
awk -v sealed=$SEALED -v manifest=$MANIFEST -v cut_off=$CUT_OFF -v listed=$LISTED -v event="$NEXT" -v ja="$JA" '
    BEGIN { D = "[0-9]"; VOLUME = "^data/volume-" D D D D D "[.]tar[.]zst([.]age)?$"; SIGNATURE = "^custody/" D D D D D "[.]json[.]p7s$" }
    function plain(s) { sub(/^0*/, "", s); return s + 0 }          # some awks read a leading 0 as octal
    function want(name) { if (!(name in wanted)) count++; wanted[name] = 1 }
    function leave(name) { if (name in here) { left[name] = 1; print name > "left" } }
    FILENAME == "large" { large[$0] = 1; next }
    FILENAME == "refused" { refused[$0] = 1; next }
    FILENAME == "files" { F[++files] = $0; here[$0] = 1; folder = $0; while (sub("/[^/]*$", "", folder)) full[folder] = 1; next }
    FILENAME == "folders" { folders[$0] = 1; next }
    FILENAME == "eventfiles" { want($0); want($0 ".p7s"); next }
    { want("data/" $1); if (("data/" $1) in here && !stored[$1]++) print "data/" $1 > "stored"; numbered[plain(substr($1, 8, 5))]++ }
    END {
        n = split("bagit.txt verify.sh VERIFY.md " ja (sealed ? " bag-info.txt manifest-sha256.txt tagmanifest-sha256.txt manifest.json manifest.json.p7s" : ""), top, " ")
        for (i = 1; i <= n; i++) { want(top[i]); bound[top[i]] = top[i] !~ /^tagmanifest/ }
        for (i = 1; i <= files; i++) {
            if (bound[F[i]]) print F[i] > "tagged"
            if (F[i] ~ ("^anchors/00" D D "[.]tsr$")) token = substr(F[i], 9, 4)
        }
        if (sealed && manifest) {                       # of a sealed bundle: what an act of custody leaves that was cut off before its event stood
            token = sprintf("anchors/%04d", plain(token) + 1)
            n = split(token ".sums " token ".sums.tmp " token ".tsq " token ".tsq.tmp " token ".tsr.tmp " event ".p7s " event ".p7s.tmp " event ".tmp", act, " ")
            for (i = 1; i <= n; i++) leave(act[i])
        }
        if (sealed && "anchors" in folders && !("anchors" in full)) print "anchors" > "left"
        for (i = 1; i <= files; i++) if (F[i] ~ ("^anchors/00" D D "[.](tsr|tsq|pem|sums)$") && F[i] !~ "/0000" && !(F[i] in left)) {
            want(F[i]); print F[i] > "anchored"; last = plain(substr(F[i], 9, 4)); list = F[i]; sub(/tsr$/, "sums", list)
            if (F[i] ~ /tsr$/ && !(F[i] in large) && !(list in large)) print substr(F[i], 9, 4) > "tokens"
        }
        for (i = 1; i <= last; i++) want(sprintf("anchors/%04d.tsr", i))
        for (name in wanted) if (!(name in here) && name !~ /[.]p7s$/) print name > "missing"     # a missing signature is told at stage 5 or 7
        if (!sealed) {                                  # what a pulled plug leaves: half-written files, one open volume
            for (i = 1; i <= files; i++) if (F[i] ~ /[.]tmp$/) leave(F[i])
            leave(event ".p7s")
            for (i = 1; i <= files; i++) if (F[i] ~ VOLUME && !(F[i] in wanted)) opened = F[i]
            leave(opened)
        }
        if (cut_off) { split("bag-info.txt manifest-sha256.txt tagmanifest-sha256.txt manifest.json.p7s", act, " "); for (i in act) left[act[i]] = 1 }
        for (i = 1; i <= files; i++) if (!(F[i] in wanted) && !(F[i] in left) && !(F[i] in refused) && (listed || F[i] !~ VOLUME && F[i] !~ SIGNATURE)) print F[i] > "extra"
        for (name in folders) if (name !~ /^(data|custody|anchors)$/ || !(name in full) && name != (sealed ? "anchors" : "data")) if (!(name in refused)) print name > "extra"
        for (i = 0; i <= 99999 && listed && !hole; i++) if (i in numbered) { if (i > volumes + 1) hole = volumes + 1; volumes += numbered[i] }
        print count + 0, hole > "counts"
    }' large refused files folders eventfiles entries
read -r WANTED HOLE < counts
for list in missing extra; do [ ! -s $list ] || sort -o $list $list; done

# 2 volumes: the signed size and SHA-256 of each, against any change, cut or addition.
[ -s entries ] || [ "$EVENTS" -gt 0 ] || open 2 'no readable document says which volumes there should be'
if [ -s stored ]; then
    (cd "$B" && xargs sha256sum < "$W/stored" 2>/dev/null) > hashed; (cd "$B" && xargs wc -c < "$W/stored" 2>/dev/null) > sized
    awk '
        FILENAME == "hashed" { sha[$2] = $1; next } FILENAME == "sized" { size[$2] = $1; next } FILENAME == "stored" { here[$1] = 1; next }
        { name = "data/" $1 } !(name in here) { next }
        !(name in sha) { print name ": cannot be read"; next }
        (size[name] "") != ($3 "") { print name ": expected " $3 " bytes, found " size[name] "; changed after it was closed"; next }
        (sha[name] "") != ($2 "") { print name ": expected sha256 " $2 ", found " sha[name] "; changed after it was closed" }' hashed sized stored entries > differing
    while IFS= read -r line; do fail 2 "$line"; done < differing
fi
if [ -s entries ] || [ "$EVENTS" -gt 0 ]; then pass 2 "$ENTRIES volumes"; fi

# 3 completeness: what is listed lies here, what lies here is listed; every list is bound by the signed manifest.
while IFS= read -r name; do fail 3 "$name is missing"; done < missing
for list in extra astray; do while IFS= read -r name; do case ${name##*/} in
    .DS_Store | ._* | Thumbs.db | desktop.ini) fail 3 "$name does not belong here. Windows and macOS put files of this name into folders that somebody looks at: if it is one, take it out and verify again" ;;
    *) fail 3 "$name does not belong here" ;; esac; done < $list; done
[ -z "$HOLE" ] || fail 3 "volume $HOLE is missing in the numbering"
bound() {           # NAME SHA-256, as the manifest has it
    [ -r "$B/$1" ] && has "$1" || return 0
    case $TAGS in *"$2  $1$LINE"*) ;; *) fail 3 "$1 is not the file that the signed manifest names" ;; esac
}
exact() { if has "$2" && ! cmp -s "$1" "$B/$2"; then fail 3 "$2 does not list exactly what lies here"; fi; }
TAGS='' own=''
if [ $SEALED = 1 ]; then
    [ ! -s tagged ] || (cd "$B" && xargs sha256sum < "$W/tagged" 2>/dev/null) > tags
    while IFS= read -r line; do TAGS=$TAGS$line$LINE; case $line in *'  manifest.json') own=${line%% *} ;; esac; done < tags
    if [ $MANIFEST = 1 ]; then
        bound bag-info.txt "$BAG_INFO"; bound bagit.txt "$BAGIT"; bound manifest-sha256.txt "$PAYLOAD"
        bound "$JA" "$VERIFY_JA"; bound VERIFY.md "$VERIFY_MD"; bound verify.sh "$VERIFY_SH"
    fi
    sort entries | while read -r name sha size; do printf '%s  data/%s\n' "$sha" "$name"; done > sums
    [ $LISTED = 0 ] || exact sums manifest-sha256.txt
    while IFS= read -r name; do [ -r "$B/$name" ] || echo "$name"; done < tagged > shut
    while IFS= read -r name; do unusable 3 "$name can't be read here: look at its permissions"; done < shut
    [ -s shut ] || exact tags tagmanifest-sha256.txt
fi
pass 3 "$WANTED files, none missing, none extra"

# A signature: sets SIGNER to the SHA-256 of the signer's certificate, or to `-` and WHY. openssl does the arithmetic; the
# outline of the DER is compared with the one that is allowed, against a second signer, attached content, missing or doubled
# attributes, SHA-1, BER, a namesake of the issuer, and bytes behind the end. Offsets must join, so a line break in a name can't add lines to the outline.
OUTLINE='^0-S 1-O:pkcs7-signedData 1-c0 2-S 3-I:01 3-T 4-S 5-O:sha256 (5-N )?3-S 4-O:pkcs7-data 3-c0 (4-C )+3-T 4-S 5-I:01 5-S 6-S 6-I 5-S 6-O:sha256 (6-N )?5-c0 (A )+5-S 6-O:ecdsa-with-SHA256 5-X $'
outlines() {        # of names of documents with a signature, in standard input: those whose signature has it
    while IFS= read -r name; do      # a line with $mark stands before each; whoever wrote the bundle could not know it
        printf '%s\t%s\n' "$mark" "$name"
        openssl asn1parse -inform DER -in "$B/$name.p7s" 2>/dev/null || printf '\n%s\n' "$mark"
    done | awk -v mark="$mark" -v outline="$OUTLINE" '
        BEGIN {
            CODE["SEQUENCE"] = "S"; CODE["SET"] = "T"; CODE["OBJECT"] = "O"; CODE["INTEGER"] = "I"; CODE["NULL"] = "N"; CODE["OCTET"] = "X"; CODE["cont"] = "c"
            while ((getline line < "sizes") > 0) { split(line, s, " "); size[s[2]] = s[1] }
        }
        function no() { wrong = 1 }
        function judge(  k, fits) {                                         # what was read of this document
            for (k = 1; k <= certificates; k++) fits += (id[k] == (serial issuer))
            if (document != "" && !wrong && out ~ outline && fits == 1 && name["contentType"] && name["messageDigest"]) print document
        }
        function next_one() { split("", id); split("", name); row = wrong = next_at = place = certificates = fields = attribute = values = length_of = 0; part = out = field = attr = issuer = serial = "" }
        $0 == mark { no(); next }
        index($0, mark "\t") == 1 { judge(); next_one(); document = substr($0, length(mark) + 2); next }
        wrong { next }
        {
            if (match($0, /^ *[0-9]*:d=[0-9]* *hl=[0-9]* *l= *[0-9a-z]* *[a-z]*: */)) {
                head = substr($0, 1, RLENGTH); gsub(/:d=|hl=|l=|:/, " ", head); $0 = head substr($0, RLENGTH + 1)
            }
            least = $4 < 128 ? 2 : $4 < 256 ? 3 : $4 < 65536 ? 4 : 5
            if ($4 !~ /^[0-9]+$/ || $3 != least || $1 + 0 != next_at + 0) no()
            next_at = $1 + $3 + ($5 == "prim" ? $4 : 0)
            if (++row == 1 && $3 + $4 != size[document ".p7s"]) no()
            tag = $6; what = $0; sub(/^[^:]*:/, "", what); if (what == $0) what = ""
            code = CODE[tag] (tag == "cont" ? $8 : "")
            if ($2 == 3) { part = code; place = 0 }
            if (part == "c0" && $2 > 3) {                                   # certificates: count them, keep serial number and issuer
                if ($2 == 4) { if (tag != "SEQUENCE" || ++certificates > 8 || $4 < length_of) no(); out = out "4-C "; fields = 0; alike = $4 == length_of; length_of = $4 }
                if ($2 == 5 && tag == "SEQUENCE" && !fields) inner = $4
                if ($2 == 6 && tag == "INTEGER" && fields == 1) {                # in order, as DER has it: their serial numbers stand first in them
                    id[certificates] = what; key = sprintf("%08d%04d%s", inner, $4, what)
                    if (what ~ /^-|^0*$/ || (alike && key < key_before)) no()
                    key_before = key
                }
                if ($2 <= 6 && $2 > 4 && tag == "SEQUENCE") fields++         # of these the second within is the issuer
                if ($2 > 6 && fields == 3) id[certificates] = id[certificates] " " $2 tag $4 what
                next
            }
            if (part == "T" && $2 >= 5) {
                if ($2 == 5) { field = code; place++ }
                if (field == "c0" && $2 > 5) {                               # signed attributes: known, once, one value, sorted
                    if ($2 == 6) { if (tag != "SEQUENCE" || $4 < attribute) no(); attribute = $4; out = out "A "; values = 0 }
                    if ($2 == 7 && tag == "OBJECT") { if (name[what]++) no(); if (what !~ /^(contentType|messageDigest|signingTime|S\/MIME Capabilities)$/) no() }
                    if ($2 == 7 && tag == "OBJECT") attr = what
                    if ($2 == 8 && (values++ || (attr == "contentType" && what != "pkcs7-data") || (attr == "messageDigest" && tag != "OCTET"))) no()
                    next
                }
                if ($2 > 6 && place == 2) issuer = issuer " " $2 tag $4 what
                if ($2 > 6) next
            }
            if ($2 == 6 && tag == "INTEGER") serial = what
            plain = tag == "OBJECT" || (tag == "INTEGER" && $2 != 6)
            out = out $2 "-" code (plain ? ":" what : "") " "
        }
        END { judge() }'
}
mark=${W##*/}
: > sizes; [ ! -s signatures ] || (cd "$B" && sed 's/$/.p7s/' "$W/signatures" | xargs wc -c 2>/dev/null) > sizes
outlines < signatures > outlined
# Each document with what its signature is so far: `fitting` or `odd` in its outline, or `missing`.
awk 'FILENAME != "documents" { how[$0] = FILENAME == "outlined" ? "fitting" : "odd"; next } { print ($0 in how ? how[$0] : "missing"), $0 }' signatures outlined documents > outlines

lines_of() { LINES_OF=''; while IFS= read -r line; do LINES_OF=$LINES_OF$line$LINE; done < "$1"; }
self_issued() {     # CERTIFICATE: two names that are one, to the letter: hashes of names take capitals for small ones
    openssl x509 -in "$1" -noout -subject -issuer -nameopt RFC2253 > names 2>/dev/null || : > names
    { IFS= read -r subject; IFS= read -r issuer; } < names; [ "${subject#subject=}" = "${issuer#issuer=}" ]
}
P256=MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE       # SubjectPublicKeyInfo up to the point itself
own_hand() {        # CERTIFICATE, whose public key `signer` has: that key signed it, whatever it says that the key may do
    openssl asn1parse -in "$1" 2>/dev/null | awk '
        /:d=0 / { from = $0; sub(/.*hl=/, "", from); from += 0 } /:d=1 .*prim: BIT STRING/ { sub(/:.*/, ""); to = $0 + 0 }
        /:d=2 .*OBJECT *:ecdsa-with-/ { sub(/.*:ecdsa-with-/, ""); hash = tolower($0) } END { print from, to, hash }' > t/own
    read -r from to hash < t/own
    openssl asn1parse -in "$1" -strparse "$from" -noout -out t/signed 2>/dev/null && openssl asn1parse -in "$1" -strparse "$to" -noout -out t/by 2>/dev/null &&
        openssl dgst "-$hash" -verify signer -signature t/by t/signed > /dev/null 2>&1
}
examine() {         # the signer that signer.pem has: sets SIGNER to what it says there, and SELF to 1 for one that signed itself
    WHY="the signer's key is not on P-256" SELF=0
    openssl x509 -in signer.pem -noout -pubkey -fingerprint -sha256 > signer 2>/dev/null || return 0
    lines_of signer; case $LINES_OF in *"$LINE$P256"*) ;; *) return 0 ;; esac
    WHY="the signer's certificate was altered"
    if self_issued signer.pem; then SELF=1; own_hand signer.pem || return 0; fi
    SIGNER=$(digits < signer)
}
KNOWN=''
signer() {          # NAME OUTLINE [CONTENT]: of this document, or of other bytes
    SIGNER=- WHY='its signature is missing'
    [ "$2" != missing ] || return 0
    WHY='not a detached CMS signature of the allowed form'
    [ "$2" = fitting ] || return 0
    WHY='the signature does not fit: altered, or by another key'
    openssl cms -verify -binary -inform DER -in "$B/$1.p7s" -content "$B/${3:-$1}" -noverify -signer signer.pem -certsout others.pem -out /dev/null > /dev/null 2>&1 || return 0
    seen=''; for file in signer.pem others.pem; do lines_of $file; seen=$seen$LINES_OF; done
    if [ "$seen" != "$KNOWN" ]; then                       # each signer, with the links of its signature, is looked at once
        KNOWN=$seen BY=$(printf %s "$seen" | sha256sum); BY=${BY%% *}
        [ -e "ties/$BY.signer" ] || { examine; printf '%s %s %s\n' "$SIGNER" "$SELF" "$WHY" > "ties/$BY.signer"; }
    fi
    read -r SIGNER SELF WHY < "ties/$BY.signer"
}

# How the signer is tied to what you trust: sets WAY to `exact` (it is itself trusted), `chain` (a trusted certificate issued it,
# or issued the kit that did), `none` (a stranger), `alone` (one that certified itself, in a trusted one's name) or `bad` (issued, but the certificates don't fit), ROLE to what its
# organizational unit says, CHAIN to the certificates from the signer up. Dates are judged apart. Asked once for each signer.
verified() { openssl verify -partial_chain -purpose any $ONLY "$@" > /dev/null 2>&1; }
role_of() {         # CERTIFICATE: one part of a subject may hold several words, with an unescaped plus between them
    openssl x509 -in "$1" -noout -subject -nameopt multiline,utf8,-esc_msb,esc_2253 2>/dev/null | awk '
        { m = split($0, part, " [+] "); for (i = 1; i <= m; i++) if (part[i] ~ /^ *organizationalUnitName +=/) { n++; role = part[i]; sub(/^[^=]*= /, "", role) } }
        END { print (n == 1 ? role : "") }'
}
fitting() {         # CERTIFICATE USAGE: on P-256 with SHA-256, and made for this use, to certify or not; nothing is read from its names, which may say anything
    openssl x509 -in "$1" -noout -pubkey -ext basicConstraints,keyUsage > text 2>/dev/null
    openssl x509 -in "$1" -noout -text -certopt no_header,no_version,no_serial,no_issuer,no_subject,no_pubkey > t/text 2>/dev/null
    grep -q "^$P256" text && ! grep -E '^ {4,8}Signature Algorithm:' t/text | grep -qv 'ecdsa-with-SHA256' && grep -q "$2" text || return 1
    if grep -q 'CA:TRUE' text; then [ "$2" = 'Certificate Sign' ]; else [ "$2" != 'Certificate Sign' ]; fi &&
        awk '/^            [^ ]/ { sub(/: *(critical)?$/, ""); if (seen[$0]++) exit twice = 1 } END { exit twice }' t/text &&     # each extension once (RFC 5280, section 4.2)
        ! grep -E '^ {12}[^ ].*: critical' t/text | grep -Evq '^ *X509v3 (Basic Constraints|Key Usage): critical'
}
named_by() {  # CERTIFICATE: it names a trusted certificate as its issuer
    for root in roots/*.pem; do [ "$(openssl x509 -in "$1" -noout -issuer_hash)" != "$(openssl x509 -in "$root" -noout -subject_hash)" ] || return 0; done
    return 1
}
issued_amiss() {  # CERTIFICATE: the signer names it as its issuer, a trusted one issued it, and it is none that may issue any
    [ "$(openssl x509 -in "ties/$TIED.pem" -noout -issuer_hash)" = "$(openssl x509 -in "$1" -noout -subject_hash 2>/dev/null)" ] || return 1
    ! fitting "$1" 'Certificate Sign' || return 1
    for root in roots/*.pem; do ! verified -no_check_time -CAfile "$root" "$1" || return 0; done
    return 1
}
tie_of() { { IFS= read -r WAY; IFS= read -r CHAIN; IFS= read -r ROLE; } < "ties/$1"; }
tie() {
    WAY=none ROLE='' CHAIN='' TIED='' SINCE=''
    [ -s trust ] && [ "$SIGNER" != - ] || return 0
    TIED=$BY                                               # by the links of this very signature
    if [ -e "ties/$TIED" ]; then tie_of "$TIED"; else judge_tie; fi
    IFS= read -r SINCE < "ties/$TIED.since"
}
judge_tie() {
    ROLE=$(role_of signer.pem); mv signer.pem "ties/$TIED.pem"; mkdir "ties/$TIED.d"
    awk -v d="ties/$TIED.d/" '/^-----BEGIN CERTIFICATE-----/ { out = d (++n) ".pem" } out { print > out } /^-----END / { if (out) close(out); out = "" }' others.pem
    if grep -Fxq "$SIGNER" trust; then WAY=exact CHAIN=ties/$TIED.pem
    else
        for root in roots/*.pem; do for kit in '' "ties/$TIED.d"/*.pem; do
            [ "$WAY" = none ] || continue
            verified -no_check_time -CAfile "$root" ${kit:+-untrusted "$kit"} "ties/$TIED.pem" || continue
            [ -z "$kit" ] || [ "$(print_of "$kit")" != "$SIGNER" ] || continue
            WAY=chain CHAIN="ties/$TIED.pem $kit $root"
            fitting "ties/$TIED.pem" 'Digital Signature' && fitting "$root" 'Certificate Sign' || WAY=bad
            [ -z "$kit" ] || fitting "$kit" 'Certificate Sign' || WAY=bad
            above=$(role_of "$root"); [ -z "$kit" ] || above="$(role_of "$kit"), $above"       # as the table of section 9 has it
            case $ROLE in
                'hozen collection') case $above in 'hozen kit' | 'hozen kit, hozen root') ;; *) WAY=bad ;; esac ;;
                *) [ "$above" = 'hozen root' ] || WAY=bad ;;
            esac
        done; done
        [ "$WAY" != none ] || ! named_by "ties/$TIED.pem" || WAY=bad
        for kit in "ties/$TIED.d"/*.pem; do [ "$WAY" != none ] || ! issued_amiss "$kit" || WAY=bad; done
        [ "$WAY" != bad ] || [ -n "$CHAIN" ] || ! self_issued "ties/$TIED.pem" || WAY=alone
    fi
    # shellcheck disable=SC2086 # a list of files with plain names
    if revocations; then revoked $CHAIN | first_time; fi > "ties/$TIED.since"
    printf '%s\n' "$WAY" "$CHAIN" "$ROLE" > "ties/$TIED"
}
# The kit that a document names has to be one that issued its signer's certificate: of this signature's links, or of what you trust.
# Where none of them is at hand, nothing contradicts; who vouches for itself has no kit.
kit_fits() {        # KIT that a document names, after `signer`
    named=$1 issuers=''
    [ -n "$named" ] && [ "$SIGNER" != - ] || return 0
    if [ $SELF = 1 ]; then [ "$named" = null ]; return; fi
    issuer=$(openssl x509 -in signer.pem -noout -issuer_hash)
    rm -rf k; mkdir k
    cat others.pem roots/*.pem 2>/dev/null | awk '/^-----BEGIN CERTIFICATE-----/ { out = "k/" (++n) ".pem" } out { print > out } /^-----END / { if (out) close(out); out = "" }'
    for kit in k/*.pem; do
        [ "$(openssl x509 -in "$kit" -noout -subject_hash)" = "$issuer" ] && [ "$(role_of "$kit")" = 'hozen kit' ] || continue
        fitting "$kit" 'Certificate Sign' && verified -no_check_time -ignore_critical -CAfile "$kit" signer.pem || continue
        [ "$(print_of "$kit")" != "$named" ] || return 0
        issuers=1
    done
    [ -z "$issuers" ]
}
kit_claimed() {     # KIT, after `tie`: nobody but the bundle says so
    named=$1; case $named in '' | null) return ;; esac
    # shellcheck disable=SC2086 # a list of files with plain names
    set -- $CHAIN
    [ "$WAY" = chain ] && [ "$ROLE" = 'hozen collection' ] && [ "$(print_of "$2")" = "$named" ] || say 9 "the kit $named is named by the bundle alone: no trusted certificate leads over it to the signer"
}
print_of() { openssl x509 -in "$1" -noout -fingerprint -sha256 2>/dev/null | digits; }
first_time() { while IFS= read -r line; do date -u -d "$line" +%s 2>/dev/null; done | sort -n | head -n 1; }
seconds() { set -- "${1%%[.Z]*}"; case $1 in *T*) set -- "${1%%T*} ${1#*T}" ;; esac; date -u -d "$1" +%s 2>/dev/null; }
# Since when certificates are revoked by whoever issued them, each date that the entries name; nothing when none is. The issuer may
# be another one of them, or one that you trust: of a kit that is trusted itself, the root is not in its chain.
revocations() { for file in lists/*.pem; do [ -e "$file" ]; return; done; }                   # whether any list was given
revoked() {         # CERTIFICATE...
    for file in lists/*.pem; do
        [ -e "$file" ] || return 0
        for low; do for high in "$@" roots/*.pem authorities/*.pem; do
            [ -e "$high" ] && listed_by "$file" "$high" && verified -no_check_time -CAfile "$high" "$low" && ! same "$high" "$low" || continue
            openssl crl -in "$file" -noout -text | awk -v serial="$(openssl x509 -in "$low" -noout -serial | sed 's/.*=0*//')" '
                /^ *Serial Number:/ { found = $3; sub(/^0*/, "", found); hit = (found == serial) } hit && /^ *Revocation Date:/ { sub(/^ *Revocation Date: /, ""); print }
                hit && dated { sub(/^ */, ""); print } { dated = /^ *Invalidity Date:/ }'
        done; done
    done
}
same() { [ "$(print_of "$1")" = "$(print_of "$2")" ]; }
KIT=custody/00001.json; [ "$FIRST_TYPE" = collection_started ] || KIT=''
OUTLINED=missing turn=0                                       # the manifest's, which is judged at stage 5
while read -r outline name; do
    turn=$((turn + 1)); progress "signature $turn of $DOCUMENTS"
    if [ "$name" = manifest.json ]; then OUTLINED=$outline; continue; fi
    signer "$name" "$outline"; amiss=''; [ "$name" != "$KIT" ] || kit_fits "$FIRST_KIT" || amiss=1
    tie; [ "$name" != "$KIT" ] || [ $SEALED = 1 ] || kit_claimed "$FIRST_KIT"
    for said in "@signer	$SIGNER" "@why	$WHY" "@way	$WAY" "@role	$ROLE" "@since	$SINCE" "@tied	$TIED" ${amiss:+"@kit	amiss"}; do printf '%s\t%s\n' "$name" "$said"; done
done < outlines >> facts
progress

# The roots over perfect subtrees of trees (RFC 9162): lines "name peak peak ..." become "name root", the last two of each at a time.
tree_root() {       # FILE...
    cat "$@" > folding.0; : > folded.0; k=0
    while
        : > folding.$((k + 1))
        digests -v k=$k "$HASHED"'
            NF > 2 && (getline hash < ("folded." k)) > 0 { sub(/ .*/, "", hash); line = $1; for (i = 2; i < NF - 1; i++) line = line " " $i; $0 = line " " hash }
            NF > 2 { hashed("01" $(NF - 1) $NF) }
            { print > ("folding." (k + 1)) }' folding.$k > folded.$((k + 1))
        k=$((k + 1)); [ -s folded.$k ]
    do :; done
    awk -v empty=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 '{ print $1, (NF > 1 ? $2 : empty) }' folding.$k
}
# What each event signs of its tree; stage 4 adds what it finds, so that all are folded at once.
awk -F '\t' '$2 == ".type" { if ($3 == "volume_closed") print $1 peaks; peaks = "" } $2 ~ /^[.]detail[.]tree[.]peaks[.]/ { peaks = peaks " " $3 }' facts > peaks

# 4 items: with the key, every byte, record and number.
no() { fail 4 "$1: $2"; return 1; }
# Frames are walked by their own headers before anything unfolds (RFC 8878): no bomb, no dictionary, nothing in between or behind.
frames() {                                          # frames NAME FILE: sets UNFOLDED
    name=$1 file=$2 at=0 UNFOLDED=0; end=$(wc -c < "$file")
    while [ "$at" -lt "$end" ]; do
        set -- $(od -An -v -tu1 -j "$at" -N 17 "$file") 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0      # its header, and the first block's
        [ "$1 $2 $3 $4" = '40 181 47 253' ] || no "$name" 'bytes that are no zstd frame' || return 1
        flags=$5 window=0; shift 5; at=$((at + 5)); length=$((flags >> 6))
        [ $((flags & 15)) = 4 ] || no "$name" 'a zstd frame with a dictionary or without checksum' || return 1
        if [ $((flags & 32)) = 0 ]; then
            window=$(((1 << (10 + ($1 >> 3))) * (8 + ($1 & 7)) / 8)); shift; at=$((at + 1))
        else length=${length#0}; length=${length:-4}; fi
        case $length in
            4) size=$1; at=$((at + 1)); shift ;;
            1) size=$(($1 + $2 * 256 + 256)); at=$((at + 2)); shift 2 ;;
            2) size=$(($1 + $2 * 256 + $3 * 65536 + $4 * 16777216)); at=$((at + 4)); shift 4 ;;
            3) size=$(($1 + $2 * 256 + $3 * 65536 + $4 * 16777216)); [ "$5$6$7$8" = 0000 ] || size=999999999; at=$((at + 8)); shift 8 ;;
            *) size=999999999 ;;
        esac
        [ $((flags & 32)) = 0 ] || window=$size
        [ $size -ge 1 ] && [ $size -le 16777216 ] && [ $window -le 8388608 ] || no "$name" "a zstd frame beyond the format's limits" || return 1
        last=0
        while [ $last = 0 ]; do
            [ $((at + 3)) -le "$end" ] || no "$name" 'ends within a zstd frame' || return 1
            block=$(($1 + $2 * 256 + $3 * 65536)); last=$((block & 1))
            case $((block >> 1 & 3)) in 1) at=$((at + 4)) ;; *) at=$((at + 3 + (block >> 3))) ;; esac
            [ $last = 1 ] || [ "$at" -ge "$end" ] || set -- $(od -An -v -tu1 -j "$at" -N 3 "$file") 0 0 0
        done
        at=$((at + 4)); UNFOLDED=$((UNFOLDED + size))
        [ "$at" -le "$end" ] || no "$name" 'ends within a zstd frame' || return 1
    done
}
decrypt() {                                         # decrypt NAME: to v/zst, which stays only after the last chunk
    stanzas=$(head -c 20000 "$B/data/$1" | awk '
        NR == 1 && $0 != "age-encryption.org/v1" { no = 1; exit } /^-> / && (!/^-> X25519 / || ++n > 64) { no = 1; exit }
        /^--- / { closed = 1; exit } END { print n + 0; exit no || !closed }') || no "$1" 'not an age file of up to 64 X25519 recipients' || return 1
    [ "$stanzas" = "$RECIPIENTS" ] || say 9 "$1: encrypted to $stanzas recipients, $RECIPIENTS are listed"
    if age -d -i "$IDENTITY" -o v/zst "$B/data/$1" 2> why; then return; fi
    rm -f v/zst
    if grep -qiE 'no identity matched|no matching keys' why; then
        age-keygen -y "$IDENTITY" 2>/dev/null > own
        if [ -s own ] && awk -F '\t' '$2 ~ /recipients[.]/ { print $3 }' facts | grep -Fxq -f own; then
            no "$1" 'does not open for a recipient that is listed'; return 1
        fi
        open 4 "$1: the given identity does not open it"; return 1
    fi
    no "$1" 'decryption fails'
}
# The archive is built anew from what came out of it, each header as the format says, and compared byte for byte: that leaves
# no room for links, devices, pax fields, lying sizes, filled padding, or a second archive behind the first.
unpack() {                                          # unpack NAME: members to v/items, in v/members "size name"
    (cd v && tar -tf tar > names && tar -tvf tar > listing) 2>/dev/null || no "$1" 'not a whole tar archive' || return 1
    (cd v && awk '
        BEGIN { D = "[0-9][0-9][0-9][0-9][0-9][0-9][0-9]"; MEMBER = "^items/" D "[0-9]([.]" D ")?$" }
        FILENAME == "listing" { if (/^[^-]/) strange = 1; next }
        ($0 !~ MEMBER && $0 != "records.jsonl") || seen[$0]++ || last == "records.jsonl" { strange = 1 }
        { last = $0; item = substr($0, 1, 14); items += item != before; before = item }
        END { exit strange ? 1 : last != "records.jsonl" ? 2 : items > 131073 ? 3 : 0 }' listing names)
    case $? in 0) ;; 2) no "$1" 'no records.jsonl in it'; return 1 ;; 3) no "$1" 'more items than records can tell of'; return 1 ;; *) no "$1" 'a member of a strange name or kind, twice, or behind the records'; return 1 ;; esac
    (cd v && tar -xf tar) 2>/dev/null || no "$1" 'does not unpack' || return 1
    (cd v && xargs wc -c < names 2>/dev/null | awk '
        function zeros(n) { while (n-- > 0) printf "%c", 0 > f }
        function put(s) { printf "%s", s > f; for (k = 1; k <= length(s); k++) sum += C[substr(s, k, 1)] }
        BEGIN { for (k = 32; k < 127; k++) C[sprintf("%c", k)] = k }
        $2 == "total" { next }
        $1 > ($2 == "records.jsonl" ? 67108864 : 1048064) { large = 1; exit }
        {
            print $1, $2 > "members"
            f = "../h/" (++n); zeros(pad); sum = 256; put($2); zeros(100 - length($2)); put("0000644"); zeros(1)
            put("0000000"); zeros(1); put("0000000"); zeros(1); put(sprintf("%011o", $1)); zeros(1)
            put("00000000000"); zeros(1); sum += 48 + 559 + 96
            printf "%06o", sum > f; zeros(1); printf " 0" > f; zeros(100); printf "ustar" > f; zeros(1); printf "00" > f; zeros(247)
            close(f); pad = (512 - $1 % 512) % 512; print f; print $2
        }
        END { if (large) exit 1; f = "../h/end"; zeros(pad + 1024); print f }' > pieces) || no "$1" 'a member larger than the format allows' || return 1
    (cd v && xargs cat < pieces 2> /dev/null | cmp -s - tar) || no "$1" 'an archive that is not the canonical one of its members'
}
# Records: leaves of the tree, and for each item its number, status, hash, size and parts.
records() {                                         # records NAME NUMBER, and in v/told what events say of it; what is hashed are the volume's members, then what the tree is made of
    [ ! -s v/records.jsonl ] || tail -c 1 v/records.jsonl | read -r last || no "$1" 'the last record has no newline' || return 1
    ! tr '\000' '\001' < v/records.jsonl | grep -qvxE -f utf8 || no "$1" 'a record with a control character, or not UTF-8' || return 1
    : > h.list
    awk "$JSON"'
        function preimage(f, salt, json,   i) {     # SHA-256 is taken of the salt as bytes, then the text as it stands
            for (i = 1; i < 64; i += 2) printf "%c", HEX[substr(salt, i, 2)] > f
            printf "%s", json > f; close(f); print f > "h.list"
        }
        BEGIN {
            for (i = 0; i < 256; i++) { HEX[sprintf("%02x", i)] = i; if (i) OF[sprintf("%c", i)] = sprintf("%02x", i) }
            getline line < "v/told"; told = split(line, TOLD, "\t"); for (i = 4; i < told; i++) ran[TOLD[i]] = 1
            while ((getline line < "v/members") > 0) { sub(/^[0-9]* /, "", line); if (line != "records.jsonl") print "v/" line > "h.list" }
        }
        function less(a, b) {                       # integers of any length
            if (a ~ /^-/) return b !~ /^-/ || less(substr(b, 2), substr(a, 2))
            return b !~ /^-/ && (length(a) < length(b) || (length(a) == length(b) && (a "") < (b "")))
        }
        function plus(a, b,   n, m, s, c) {         # of such that are not negative, by fifteen digits
            n = length(a) - 15; m = length(b) - 15; s = substr(a, n > 0 ? n + 1 : 1) + substr(b, m > 0 ? m + 1 : 1)
            if (n <= 0 && m <= 0) return s ""
            c = s >= 1000000000000000
            return plus(plus(n > 0 ? substr(a, 1, n) : "0", m > 0 ? substr(b, 1, m) : "0"), c "") sprintf("%015.0f", s - c * 1000000000000000)
        }
        function unescaped(s,   o, c) {             # the bytes of a string as hexadecimal digits
            while (s != "") {
                c = substr(s, 1, 1); s = substr(s, 2)
                if (c != "\\") { o = o OF[c]; continue }
                c = substr(s, 1, 1)
                if (c == "u") { o = o substr(s, 4, 2); s = substr(s, 6); continue }
                o = o (c == "b" ? "08" : c == "t" ? "09" : c == "n" ? "0a" : c == "f" ? "0c" : c == "r" ? "0d" : OF[c]); s = substr(s, 2)
            }
            return o
        }
        function decoded(s,   o, i, k, n, c, bits) {
            for (i = 1; i <= length(s); i += 4) {
                n = 0; c = 3
                for (k = 0; k < 4; k++) { bits = index("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", substr(s, i + k, 1)); if (!bits) c--; n = n * 64 + (bits ? bits - 1 : 0) }
                o = o substr(sprintf("%06x", n), 1, 2 * c)
            }
            return o
        }
        function legible(h,   o, i, n, seq, marked) {   # UTF-8, and one mark for all that is none, or is U+FFFD
            for (i = 1; i < length(h); i += 2 * (n + 1)) {
                seq = substr(h, i, 2); n = seq ~ /^(c[2-9a-f]|d.)$/ ? 1 : seq ~ /^e/ ? 2 : seq ~ /^f[0-4]$/ ? 3 : 0
                seq = substr(h, i, 2 * (n + 1))
                if (n ? seq ~ /^([cd].[89ab].|(e0[ab].|e[1-9abcef][89ab].|ed[89].)[89ab].|(f0[9ab].|f[1-3][89ab].|f48.)[89ab].[89ab].)$/ && seq != "efbfbd" : seq ~ /^[0-7]/) { o = o seq; marked = 0; continue }
                if (!marked) o = o "?"
                marked = 1; if (seq != "efbfbd") n = 0
            }
            return o
        }
        function spells(origin, coded) {
            sub(/^"/, "", origin); sub(/^"/, "", coded)
            return length(coded) % 4 == 0 && legible(unescaped(origin)) == legible(decoded(coded))
        }
        function agree(gap,   i, end, at) {         # what a record says must hold together
            if (gap && F[".content.ranges"] > 0) bad("nothing is stored of a gap")
            if ((F[".content.status"] == "partial") != (F[".content.ranges_missing"] > 0)) bad("what was taken in part, and only that, lacks ranges")
            end = "0"
            for (i = 1; i <= F[".content.ranges"] + 0; i++) {
                at = F[".content.ranges." i ".offset"]
                if (less(at, end)) { bad("its ranges overlap, or are out of order"); break }
                end = plus(at, F[".content.ranges." i ".size"])
            }
            if (gap && (F[".meta.yara"] != "null" || F[".meta.changed_while_reading"] != "null")) bad("nothing was read of a gap")
            if (F[".meta.same_as"] + 0 >= F[".content.seq"] + 0 || F[".meta.led_by"] + 0 >= F[".content.seq"] + 0) bad("it speaks of an item that came later")
            if (less(F[".meta.acquired.mono_end"], F[".meta.acquired.mono_start"])) bad("its reading ended before it began")
            if ((F[".meta.method.door"] == "program") == (F[".meta.method.program"] == "null")) bad("a program, and only a program, is named")
            if (F[".meta.source.origin_b64"] != "null" && !spells(F[".meta.source.origin"], F[".meta.source.origin_b64"])) bad("its path is another than its bytes")
        }
        function fits_event() {
            if ((F[".meta.phase"] "") != (TOLD[3] "") || !(F[".meta.collector"] in ran) || (TOLD[1] != "null" && less(TOLD[1], F[".meta.acquired.mono_end"])) || (F[".meta.kind"] == "native" && !TOLD[2]))
                bad("it and the event that closed the volume disagree")
        }
        {
            if (length($0) > 4194304) WHY = "too long"; else document("record", $0)
            gap = F[".content.status"] == "gap"; total = 0; runs = ""
            for (i = 1; i <= F[".content.parts"] + 0; i++) {
                p = ".content.parts." i; total += F[p ".size"]
                runs = runs "," F[p ".first"] "-" F[p ".last"] "-" F[p ".size"] "-" F[p ".volume"]
            }
            for (i = 1; i <= F[".content.ranges"] + 0; i++) ranges += F[".content.ranges." i ".size"]
            if (gap != (F[".content.sha256"] == "null") || gap != (F[".content.parts"] == 0) || gap != (F[".meta.reason"] != "null"))
                bad("a gap, and only a gap, has a reason and neither hash nor parts")
            if (F[".meta.same_as"] != "null" && F[".meta.reason"] != "skipped") bad("only a thing that was skipped is the same as another")
            if (total != F[".content.size"] || (F[".content.ranges"] > 0 && ranges != F[".content.size"])) bad("its sizes do not add up")
            if (WHY == "") agree(gap)
            if (WHY == "") fits_event()
            if (WHY != "") { print "record line " NR ": " WHY > "v/why"; exit }
            ranges = 0; at = index($0, ",\"meta\":"); end = index($0, ",\"salt_content\":")
            preimage("h/c" NR, F[".salt_content"], substr($0, 12, at - 12))
            preimage("h/m" NR, F[".salt_meta"], substr($0, at + 8, end - at - 8))
            print F[".content.seq"], F[".content.status"], F[".content.sha256"], F[".content.size"], runs
        }' v/records.jsonl > v/rows
    if [ -s v/why ]; then no "$1" "$(cat v/why)"; return 1; fi
    : > v/held; [ -s h.list ] || return 0
    xargs sha256sum < h.list > v/hashed
    digests -v number="$2" "$HASHED"'
        BEGIN { while ((getline line < "v/members") > 0) { split(line, m, " "); name = m[2]; sub("^items/", "", name); if (name != "records.jsonl") here[++n] = m[1] " " number " v/" m[2] " " name } }
        NR <= n { print here[NR], $1 > "v/held"; next }
        (NR - n) % 2 { content = $1; next } { hashed("00" content $1) }' v/hashed >> level.0
}
# Items: members in order against records in order. An item may go on in the next volume: `carry` has one line of it (number, last
# part, parts, SHA-256 of the last, bytes, first and last volume), whatever has come of it; what grows with it is only added to,
# and read once, with its record: its runs in `carry.runs`, and where its parts are kept in `carry.files`.
dropped() { rm -rf kept; mkdir kept; : > carry; : > carry.runs; : > carry.files; }
items() {                                           # items NAME BASE, BASE: the items before this volume
    awk -v base="$2" '
        function plain(s) { sub(/^0*/, "", s); return s + 0 }          # some awks read a leading 0 as octal
        BEGIN { OFMT = CONVFMT = "%.0f"; while ((getline line < "v/rows") > 0) { split(line, r, " "); row[++rows] = line; later[r[1]] = rows }
            if ((getline line < "carry") > 0) {
                split(line, c, " "); current = carried = order[++items] = c[1] + 0; from[current] = 1
                last = c[2] + 0; count[current] = c[3] + 0; hash[current] = c[4]; bytes_of = c[5]; began = c[6]; volume = c[7]
                if ((current in later) && (getline line < "carry.runs") > 0) whole[current] = runs[current] = line
            }
        }
        function put(f, item,   j) { for (j = from[item]; j <= to[item]; j++) print file[j] > f; close(f) }        # the parts of it that are here
        function refuse(stage, why) { print stage, why > "v/why"; done = 1; exit }
        {
            split($4, n, "."); item = plain(n[1]); part = plain(n[2]); file[NR] = $3
            if (item == 0 || ($4 ~ /[.]/ && part == 0)) refuse(4, "a member of number 0")
            if (item != current) {
                if (item <= (current ? current : base)) refuse(4, "item " item " stands twice")
                if (part > 1) refuse(4, "item " item ": a part is missing")
                current = item; order[++items] = item; from[item] = NR; bytes_of = 0; began = $2
            } else if (last == 0 || part != last + 1) refuse(4, "item " item ": a part is doubled, missing or out of order")
            if (count[item]++ && volume == $2) { sizes += $1 } else { if (count[item] > 1) runs[item] = runs[item] run; first = part; sizes = $1 }
            run = "," first "-" part "-" sizes "-" $2; whole[item] = runs[item] run
            last = part; volume = $2; hash[item] = $5; to[item] = NR; bytes_of += $1
        }
        END {
            if (done) exit
            for (k = 1; k <= rows; k++) {
                split(row[k], r, " "); seq = r[1]; expected = base + k
                if (seq < expected) { print 4, "item " seq " stands twice" > "v/why"; exit }
                if ((whole[seq] "") != (r[5] "")) { print 4, "the record of item " seq " does not fit what is stored of it" > "v/why"; exit }
                if (count[seq] == 1 && (hash[seq] "") != (r[3] "")) { print 4, "item " seq ": expected sha256 " r[3] ", found " hash[seq] > "v/why"; exit }
                if (count[seq] > 1) { print seq, r[3] > "v/joined"; f = "v/joined." seq; if (seq + 0 == carried) while ((getline line < "carry.files") > 0) print line > f; put(f, seq) }
                if (seq > expected && later[expected] > k) { print 4, "records are out of order at item " seq > "v/why"; exit }
                if (seq > expected) { print 3, "item " expected " is missing in the numbering" > "v/why"; exit }
                tally[r[2]]++; bytes += r[4]; recorded[seq] = 1
            }
            for (k = 1; k <= items; k++) if (!recorded[order[k]]) left[++lefts] = order[k]
            if (lefts > 1 || (lefts == 1 && (last == 0 || left[1] != base + rows + 1))) { print 4, "item " left[1] " has no record" > "v/why"; exit }
            if (lefts) { print left[1], last, count[left[1]], hash[left[1]], bytes_of, began, volume > "v/carry"; printf "%s", whole[left[1]] > "v/runs"; put("v/goes_on", left[1]) }
            print rows + 0, tally["acquired"] + 0, tally["partial"] + 0, tally["gap"] + 0, bytes + 0 > "v/tally"
        }' v/held
    if [ -s v/why ]; then
        read -r stage why < v/why; fail "$stage" "$1: $why"
        [ "$stage" = 4 ] || say 4 "$1: read no further; see stage $stage"
        return 1
    fi
    [ ! -e v/joined ] || while read -r item expected; do      # by xargs: there may be more than one command takes
        case $(xargs cat < "v/joined.$item" | sha256sum) in "$expected "*) ;; *) false ;; esac || no "$1" "item $item: its bytes do not have the recorded sha256" || return 1
    done < v/joined
    if [ -e v/carry ]; then
        if ! { read -r before line && read -r item line < v/carry && [ "$before" = "$item" ]; } < carry; then dropped; fi
        if [ -s v/goes_on ]; then
            xargs sh -c 'mv "$@" kept/' mv < v/goes_on; sed 's,^v/items/,kept/,' v/goes_on >> carry.files
        fi
        cat v/runs >> carry.runs; mv v/carry carry
    elif [ -s carry ]; then dropped; fi
    read -r rows acquired partial gap bytes < v/tally
    N=$((N + rows)) ACQUIRED=$((ACQUIRED + acquired)) PARTIAL=$((PARTIAL + partial)) GAP=$((GAP + gap)) BYTES=$((BYTES + bytes))
}
volume() {                                          # volume EVENT NAME TOLD, the last: the clock of the event, whether others collected, phase, collectors
    rm -rf v/*; progress "$2"; printf '%s\n' "$3" > v/told
    case $2 in *.age) decrypt "$2" || return 1; packed=v/zst ;; *) packed=$B/data/$2 ;; esac
    frames "$2" "$packed" || return 1
    df -Pk . > t/df; { read -r line; read -r line blocks used room line; } < t/df
    [ $((UNFOLDED / 512)) -lt "$room" ] || { open 4 "$2: no room to unpack $UNFOLDED bytes; set TMPDIR"; return 1; }
    zstd -q -d -c < "$packed" > v/tar 2>/dev/null && [ "$(wc -c < v/tar)" -eq $UNFOLDED ] || no "$2" 'a zstd frame is damaged' || return 1
    number=${2#volume-}; number=${number%%.*}; number=${number#"${number%%[!0]*}"}
    unpack "$2" && records "$2" "$number" && items "$2" "$N" || return 1
    printf "%s %s %s %s %s %s\n" "$1" "$N" "$ACQUIRED" "$PARTIAL" "$GAP" "$BYTES" >> heads
}
# The tree after each volume, made of perfect subtrees, written as facts are: each of these lines must have been signed.
trees() {
    [ $MANIFEST = 0 ] || echo "manifest.json $N $ACQUIRED $PARTIAL $GAP $BYTES" >> heads
    k=0 size=$N
    while [ "$size" -gt 1 ]; do
        digests "$HASHED"'NR % 2 { left = $1; next } { hashed("01" left $1) }' level.$k > level.$((k + 1)); k=$((k + 1)) size=$((size / 2))
    done
    awk -v top=$k 'BEGIN { for (k = 0; k <= top; k++) { n = 0; while ((getline h < ("level." k)) > 0) { sub(/ .*/, "", h); L[k, n++] = h } } }
        BEGIN { leaves[0] = 1; for (k = 1; k <= top; k++) leaves[k] = 2 * leaves[k - 1] }
        { line = $1; at = 0; for (k = top; k >= 0; k--) if ($2 - at >= leaves[k]) { line = line " " L[k, at / leaves[k]]; at += leaves[k] } print line }' heads > built
    tree_root peaks built > t/roots
    awk '
        function signed(key, value) { if (!(($1 "\t" at key "\t" value) in facts)) differs = 1 }
        FILENAME == "facts" { facts[$0] = 1; next } FILENAME == "peaks" { others++; next }
        FILENAME == "t/roots" { root[FNR - others] = $2; next } FILENAME == "built" { built[FNR] = $0; next }
        {
            n = split(built[FNR], peak, " "); at = $1 == "manifest.json" ? ".items." : ".detail.tree."; differs = 0
            signed("acquired", $3); signed("partial", $4); signed("gap", $5); signed("bytes", $6)
            if ($1 == "manifest.json") { signed("count", $2); signed("merkle_root", root[FNR]) }
            else { signed("size", $2); signed("root", root[FNR]); signed("peaks", n - 1); for (i = 2; i <= n; i++) signed("peaks." (i - 1), peak[i]) }
            if (differs) print $1
        }' facts peaks t/roots built heads > differing
    while IFS= read -r name; do fail 4 "$name: the items do not give the tree and counts that it signs"; done < differing
}
# Where a session ended: what is left in `carry` has no record. Volumes that are closed at the end of something have no such item.
unfinished() {                                      # unfinished SESSION, SESSION: the event that began it
    [ -s carry ] || return 0
    case $(fact "$LAST" .detail.cause) in size | records | time | limit) ;; *) fail 4 "$LAST: an item of its volume has no record"; return 1 ;; esac
    read -r item line line line bytes first last < carry
    say 9 "$1: $bytes bytes in closed volumes $first to $last have no record: the session was cut off within item $item ($(printf %s "$(fact "$LAST" .detail.progress.current)" | show)). They count as no item; whether it was taken again is not told"
    dropped
}
under_way() {                                       # the same as far as events tell, of volumes that are not opened
    awk -F '\t' '
        function of(name) { name = substr(name, 8, 5); sub(/^0*/, "", name); return name }
        function tell() { if (first) printf "%s: closed volumes %d to %d (%.0f bytes as stored) hold no record, only part of an item: the session was cut off within it (%s). Whether it was taken again is not told\n", began, first, last, stored, current; first = stored = 0 }
        { V[$1, $2] = $3 } $2 == ".type" { E[++n] = $1 }
        END {
            for (i = 1; i <= n; i++) {
                d = E[i]; type = V[d, ".type"]
                if (type == "collection_started" || type == "resumed") { tell(); began = d; size = type == "resumed" ? V[d, ".detail.tree.size"] : 0 }
                if (type != "volume_closed" || began == "") continue
                if (V[d, ".detail.tree.size"] + 0 != size + 0) first = stored = 0
                else { last = of(V[d, ".detail.volume.name"]); if (!first) first = last; stored += V[d, ".detail.volume.size"]; current = V[d, ".detail.progress.current"] }
                size = V[d, ".detail.tree.size"]
            }
            tell()
        }' facts > t/under
    while IFS= read -r line; do say 9 "$(printf %s "$line" | show)"; done < t/under
}
all_items() {
    N=0 ACQUIRED=0 PARTIAL=0 GAP=0 BYTES=0 LAST=''; dropped; began=''
    awk -F '\t' '
        NR == 1 { first = $1 } $1 == first && $2 ~ /^[.]counterpart[.]/ { received = 1 }
        $2 ~ /^[.]detail[.]progress[.](completed[.][0-9]+|current)$/ && $3 != "null" { ran = ran "\t" $3 }
        $2 == ".detail.phase" { phase = $3 } $2 == ".detail.volume.name" { name = $3 } $2 == ".mono" { mono = $3 }
        $2 != ".type" { next }
        $3 == "collection_started" || $3 == "resumed" { on = 1; print "session", $1 }
        $3 == "volume_closed" && on { print $1, name, mono "\t" received + 0 "\t" phase ran "\t." }
        { ran = "" }' facts > order
    while read -r event name told <&3; do
        if [ "$event" != session ]; then volume "$event" "$name" "$told" || return 0; LAST=$event; continue; fi
        unfinished "$began" || return 0
        began=$name
    done 3< order
    [ $MANIFEST = 0 ] || [ ! -s carry ] || { fail 4 'an item of the last volume has no record'; return 0; }
    unfinished "$began" || return 0
    trees; pass 4 "$N items, every one as it was recorded"
}
lacks() {           # a program that opening needs: sets LACKING
    LACKING=''
    for tool in zstd tar od df head; do command -v $tool > /dev/null || LACKING=$tool; done
    [ -z "$IDENTITY" ] || [ "$ENCRYPTED" = 0 ] || command -v age > /dev/null || LACKING=age
    case $(awk 'BEGIN { for (i = 0; i < 256; i++) printf "%c", i }' | sha256sum) in 40aff2e9d2d8*) ;; *) LACKING='an awk that writes bytes' ;; esac
    [ -n "$LACKING" ]
}
if [ -s unread ] || [ -s large ] || [ "$EVENTS" = 0 ]; then say 4 'not possible without readable manifest and events'
elif failed 1 || failed 2 || failed 3 || [ "$UNLISTED" != 0 ]; then under_way; say 4 'contents not opened: stages 1 to 3 have to pass first'
elif [ -z "$IDENTITY" ] && [ "$ENCRYPTED" != 0 ]; then under_way; say 4 'contents not opened: no identity was given'
elif lacks; then under_way; say 4 "contents not opened: this needs $LACKING"; [ -z "$IDENTITY" ] || INCOMPLETE=1
else all_items; fi
[ -e t/roots ] || tree_root peaks > t/roots
awk 'FILENAME == "peaks" { signed++; next } FNR <= signed { print $1 "\t@root\t" $2 }' peaks t/roots >> facts

# Time-stamp tokens (RFC 3161), looked at before stage 5: they say when the signer's certificates have to have been in date. A token is
# over the manifest's signature or, where a list stands beside it, over that list of everything (a renewal). It counts while its
# authority's certificates are in date: until now, or until a renewal that counts. `t/wrong` gets what is refused.
ts_text() {         # -reply or -query, FILE: of a reply its status, then the token alone: nobody signed the words beside that
    [ "$1" = -reply ] || { openssl ts "$1" -in "$2" -text 2>/dev/null; return; }
    openssl ts -reply -in "$2" -text 2>/dev/null | sed -n '/^Status: /{p;q;}'
    openssl ts -reply -in "$2" -token_out -out t/alone 2>/dev/null && openssl ts -reply -token_in -in t/alone -text 2>/dev/null     # not by /dev/stdin, which needs /proc
}
ts_facts() {        # -reply or -query, FILE: status, algorithm, imprint, nonce, seconds since 1970, each on a line
    ts_text "$1" "$2" | awk '
        /^Status: / && status == "" { status = $2 } /^Version: / && version == "" { version = $2 } /^Hash Algorithm: / && algorithm == "" { algorithm = $3; hash = 1 }
        /^Message data:/ && hash == 1 { hash = 2; next }
        hash == 2 && /^    [0-9a-f][0-9a-f][0-9a-f][0-9a-f] - / { line = substr($0, 12, 48); gsub(/[^0-9a-f]/, "", line); data = data line; next }
        hash == 2 { hash = 3 } /^Nonce: / && nonce == "" { nonce = $2 }
        /^Time stamp: / && time == "" { time = substr($0, 13); sub(/[.][0-9]+/, "", time) }
        END { print status (version == "1" && nonce !~ /-/ ? "" : "?"); print algorithm; print data; print nonce; print time }' > t/text
    sed 4q t/text; date -u -d "$(sed -n 5p t/text)" +%s 2>/dev/null || echo
}
der_to_end() {      # FILE: one structure, from its first byte to its last
    openssl asn1parse -inform DER -in "$1" 2>/dev/null | awk -v size="$(wc -c < "$1")" '/^ *0:d=0 / { sub(/.*hl=/, ""); end = $1 + substr($0, index($0, "l=") + 2) } END { exit end != size }'
}
links() {           # FILE: one or more certificates in PEM form, each of which can be read
    rm -rf t/p; mkdir t/p
    tr -d '\r' < "$1" | awk '/^-----BEGIN CERTIFICATE-----$/ { out = "t/p/" (++n) ".pem" } out { print > out } /^-----END / { if (out) close(out); out = "" } END { exit !n }' || return 1
    for link in t/p/*.pem; do openssl x509 -in "$link" -noout 2>/dev/null || return 1; done
}
listed() {          # NUMBER: the renewal's list names what it has to, in order, each file as it lies here
    list=anchors/$1.sums
    ! grep -qvE '^[0-9a-f]{128}  [^[:cntrl:]]+$' "$B/$list" && [ -z "$(tail -c 1 "$B/$list")" ] && cut -c131- "$B/$list" | sort -c -u 2>/dev/null || { echo "$list: not a list in order, each file once"; return; }
    cut -c131- "$B/$list" > t/names; awk -v n="$1" 'substr($0, 9, 4) < n' anchored > t/earlier
    { printf '%s\n' manifest.json manifest.json.p7s; sed 's,^\([^ ]*\).*,data/\1,' entries; cat t/earlier
      awk -F '\t' '$2 == ".type" { seen[++n] = $1 } $2 == ".type" && $3 == "sealed" { last = n } END { for (i = 1; i <= last; i++) print seen[i] "\n" seen[i] ".p7s" }' facts; } | sort -u > t/needed
    lack=$(comm -23 t/needed t/names | head -n 1); [ -z "$lack" ] || { echo "$list: it lacks $lack"; return; }
    comm -23 anchored t/earlier | sort > t/later; comm -23 files t/later > t/there
    strange=$(comm -23 t/names t/there | head -n 1 | show); [ -z "$strange" ] || { echo "$list: $strange is not what it was"; return; }
    (cd "$B" && sha512sum --strict --quiet -c "$list") > /dev/null 2>&1 || echo "$list: a file is not what it was"
}
stamped() { openssl ts -verify -in "$B/anchors/$1.tsr" -data "$B/$2" -CAfile tsa -attime "$3" -auth_level 2 -verify_depth 5 ${4:+-untrusted "$4"} > t/said 2>&1; }
unknown_to_us() {   # what `ts_text` left in t/alone has a critical extension: its meaning is not known here, as of a certificate (RFC 3161, 2.4.2)
    openssl ts -reply -token_in -in t/alone -text 2>/dev/null | sed '1,/^Extensions:$/d' | grep -q '^[^ ].*: critical$'
}
signed_by() {       # FILE OUT: the certificate in a token that its signer names; whether the signature fits is seen elsewhere
    openssl ts -reply -in "$1" -token_out -out t/token.der 2>/dev/null &&
        openssl cms -verify -inform DER -in t/token.der -noverify -nosigs -no_content_verify -signer "$2" -certsout t/sent -out t/said.der > /dev/null 2>&1
}
strict() {          # what `signed_by` left in t/said.der is DER in its booleans and its time, which is of the form of RFC 3161, section 2.4.2
    openssl asn1parse -inform DER -in t/said.der 2>/dev/null | sed 's/^ *[0-9]*:d=\([0-9]*\) .* prim: *\(BOOLEAN\|GENERALIZEDTIME\) *:/\1 \2 /' |
        awk '/^[0-9]+ BOOLEAN / && $3 != 255 { exit bad = 1 } /^1 GENERALIZEDTIME / { time = $3 } END { exit bad || time !~ /^[0-9]+([.][0-9]*[1-9])?Z$/ || length(time) < 15 || substr(time, 15) !~ /^[.Z]/ }'
}
token_revoked() {   # NUMBER: since when a certificate of the way up from the token's signer is revoked; what else is sent along says nothing
    rm -rf t/d; mkdir t/d
    signed_by "$B/anchors/$1.tsr" t/d/signer
    { openssl pkcs7 -inform DER -in t/token.der -print_certs 2>/dev/null; [ ! -e "t/$1.pem" ] || cat "t/$1.pem"; cat tsa; } |
        awk '/^-----BEGIN CERTIFICATE-----/ { out = "t/d/" (++n) ".pem" } out { print > out } /^-----END / { if (out) close(out); out = "" }'
    set -- t/d/signer; way=''
    while [ $# -gt 0 ]; do
        low=$1; shift; way="$way $low"
        for high in t/d/*.pem; do
            case " $way $* " in *" $high "*) continue ;; esac
            verified -no_check_time -CAfile "$high" "$low" && ! same "$high" "$low" && set -- "$@" "$high"
        done
    done
    # shellcheck disable=SC2086 # a list of files with plain names
    revoked $way | first_time
}
before=0 PROVED='' HELD=''; [ ! -s tokens ] || HELD=$(date -u +%s)
began=$(seconds "$STARTED") claimed=$began
case $CLOCK_READ in '' | null) ;; *) began=$((began + $(seconds "$CLOCK_READ") - $(seconds "$CLOCK_SHOWN"))) ;; esac
ending=$(seconds "$ENDED")
case $END_READ in '' | null) ;; *) ending=$((ending + $(seconds "$END_READ") - $(seconds "$END_SHOWN"))) ;; esac
challenged=$CHALLENGED
[ -z "$challenged" ] || challenged=$(date -u -d "$challenged" +%s 2>/dev/null)
: > t/wrong
[ -z "$challenged" ] || [ $((${began:-0} + 600)) -ge "$challenged" ] || echo 'the collection says that it began before its challenge was made' >> t/wrong
while read -r number; do
    file=anchors/$number.tsr; subject=manifest.json.p7s; ! has "anchors/$number.sums" || subject=anchors/$number.sums
    if [ "$(wc -c < "$B/$file")" -gt 262144 ]; then echo "$file: larger than any token"; continue; fi
    der_to_end "$B/$file" || { echo "$file: no token, or something behind its end"; continue; }
    ts_facts -reply "$B/$file" > t/token; { read -r status; read -r algorithm; read -r imprint; read -r nonce; read -r time; } < t/token
    case $status,$algorithm in Granted.,sha256 | Granted.,sha384 | Granted.,sha512) ;; *) echo "$file: not granted, or no token that this script reads"; continue ;; esac
    [ -n "$time" ] && [ "$time" -ge 978307200 ] && [ "$time" -lt 221845392000 ] || { echo "$file: its time can't be read"; continue; }
    ! unknown_to_us || { echo "$file: it has a critical extension of unknown meaning"; continue; }
    signed_by "$B/$file" t/signer || { echo "$file: its signer's certificate is not in it"; continue; }
    strict || { echo "$file: not granted, or no token that this script reads"; continue; }
    [ "$(grep -c '^-----BEGIN' t/sent)" -le 16 ] || { echo "$file: more certificates in it than a token has"; continue; }
    has "$subject" && [ "$(openssl dgst "-$algorithm" -r < "$B/$subject" | cut -d ' ' -f 1)" = "$imprint" ] || { echo "$file: a token over something else"; continue; }
    [ $subject = manifest.json.p7s ] || listed "$number"
    if has "anchors/$number.tsq"; then
        ts_facts -query "$B/anchors/$number.tsq" | sed -n 2,4p > t/asked; sed -n 2,4p t/token | cmp -s - t/asked && der_to_end "$B/anchors/$number.tsq" || echo "$file: not the answer to the request that was kept with it"
    fi
    [ "$time" -ge $before ] || echo "$file: an earlier time than the token before it"; before=$time
    [ $((time + 600)) -ge "${began:-0}" ] || echo "$file: a time before the collection says that it began"
    [ -z "$challenged" ] || [ $((time + 600)) -ge "$challenged" ] || echo "$file: a time before the challenge was made"
    more=''; ! has "anchors/$number.pem" || { more=t/$number.pem; cp "$B/anchors/$number.pem" "$more"; links "$more" || echo "anchors/$number.pem: no certificate"; }
    [ $MANIFEST = 0 ] || [ $((time + 600)) -ge "${ending:-0}" ] || say 9 "$file: its time is before the end of the collection by the manifest: a clock was set meanwhile, or one of the two is wrong"
    printf '%s %s %s %s\n' "$number" "$subject" "$time" "$more" >> t/stamps
done < tokens >> t/wrong
if [ -n "$TSA" ] && [ ! -s t/wrong ] && [ -s tokens ]; then
    sort -r t/stamps | while read -r number subject time more; do
        if ! stamped "$number" "$subject" "$time" "$more"; then
            if grep -qE 'unable to get (local )?issuer|self[- ]signed certificate' t/said; then kind=stranger; else kind=broken; fi
        else
            since=''; ! revocations || since=$(token_revoked "$number")
            if [ -n "$since" ] && [ "$since" -le "$time" ]; then kind=broken
            elif { [ -n "$since" ] && [ "$since" -le "$HELD" ]; } || ! stamped "$number" "$subject" "$HELD" "$more"; then kind=aged
            else kind=good; [ $subject = manifest.json.p7s ] || HELD=$time; fi
        fi
        echo "$kind $number $subject $time"
    done > t/judged
    PROVED=$(awk '$1 == "good" && $3 == "manifest.json.p7s" { time = $4 } END { print time }' t/judged)
    awk -v proved="$PROVED" '$1 == "broken" { print "anchors/" $2 ".tsr: not what an authority of that name signed, or by means that are too weak, or revoked" }
        $1 == "stranger" && $3 == "manifest.json.p7s" && proved == "" { print "anchors/" $2 ".tsr: leads to none of the trusted authorities" }' t/judged >> t/wrong
fi

# 5 signature: the manifest's, by the certificate that it names, which was also the last session's. Trust comes from you alone.
if [ $SEALED = 0 ]; then open 5 'no manifest: this bundle was never sealed'
elif ! has manifest.json; then fail 5 'manifest.json is missing'
else
    signer manifest.json $OUTLINED
    strange=$(awk -F '\t' -v signer="$SIGNER" '$2 == ".signer_certificate_sha256" && ($3 "") != (signer "") { print } $2 == ".detail.signer_certificate_sha256" { last = $3 }
        END { if (last != "" && !unread && (last "") != (signer "")) print last }' unread=$UNREAD facts)
    if [ "$SIGNER" = - ]; then fail 5 "manifest.json.p7s: $WHY"
    elif [ -n "$strange" ]; then fail 5 'manifest.json: signed by another certificate than the one it names'
    elif ! kit_fits "$KIT_NAMED"; then fail 5 'manifest.json: the kit that it names did not certify its signer'
    elif [ ! -s trust ]; then
        say 5 'the signature fits the certificate in the bundle; the signer is not tied to a trusted certificate'
        tie; kit_claimed "$KIT_NAMED"
    else
        tie; kit_claimed "$KIT_NAMED"
        at=${PROVED:-$(seconds "$ENDED")}
        if [ "$WAY" = none ] || [ "$WAY" = alone ]; then untrusted 5 "signed by $SIGNER, which is tied to none of the trusted certificates"
        elif [ "$ROLE" != 'hozen collection' ]; then fail 5 "the signer's role is not hozen collection"
        elif [ "$WAY" = bad ]; then fail 5 'a certificate between the signer and the trusted one does not fit'
        else
            # shellcheck disable=SC2086 # a list of files with plain names
            set -- $CHAIN
            for root; do :; done
            [ $# = 3 ] && kit=$2 || kit=''
            if [ -n "$SINCE" ] && { [ -z "$PROVED" ] || [ "$SINCE" -le "$PROVED" ]; }; then untrusted 5 "the signer's certificate is revoked, and nothing proves that the signature is older"
            elif [ "$WAY" != exact ] && [ -n "$PROVED" ] && ! verified -attime "$at" -CAfile "$root" ${kit:+-untrusted "$kit"} "$1"; then untrusted 5 "the signer's certificate was not in its dates at the proved time"
            elif [ "$WAY" != exact ] && { [ -z "$at" ] || ! verified -attime "$at" -CAfile "$root" ${kit:+-untrusted "$kit"} "$1"; }; then open 5 "the time that the bundle claims is outside the signer's dates; a time token would decide"
            else
                pass 5 "signed by the trusted certificate $(print_of "$root")"
                [ "$WAY" = exact ] || [ -n "$PROVED" ] || say 5 'the dates hold at the time that the bundle claims itself'
                [ -z "$SINCE" ] || say 5 "the signer's certificate was revoked later; a time-stamp token proves that the signature is older"
            fi
        fi
    fi
fi

as_json() {         # what somebody typed, as RFC 8785 writes it between its quotes
    printf '%s\n' "$1" | awk 'BEGIN { for (i = 1; i < 32; i++) C[sprintf("%c", i)] = sprintf("\\u%04x", i); C["\b"] = "\\b"; C["\f"] = "\\f"; C["\n"] = "\\n"; C["\r"] = "\\r"; C["\t"] = "\\t"; C["\""] = "\\\""; C["\\"] = "\\\\" }
        { s = s (NR > 1 ? "\n" : "") $0 }
        END { sub(/^[ \t\n\013\f\r]+/, "", s); sub(/[ \t\n\013\f\r]+$/, "", s); for (i = 1; i <= length(s); i++) { c = substr(s, i, 1); printf "%s", c in C ? C[c] : c } }'
}
trimmed() { awk '{ sub(/^( |\343\200\200)+/, ""); sub(/( |\343\200\200)+$/, ""); printf "%s", $0 }'; }       # blanks, U+3000 among them
# 6 time: what the tokens came to, above; and the challenge that was to be bound in.
if [ -n "$CHALLENGE" ]; then
    bound=$(fact manifest.json .challenge); [ $MANIFEST = 1 ] || bound=$(awk -F '\t' '$2 == ".detail.challenge" { print $3; exit }' facts)
    case $bound in '' | null) bound='' ;; *) bound=x$(printf '%s\n' "${bound#\"}" | trimmed) ;; esac
    if [ "$bound" = "x$({ as_json "$CHALLENGE"; echo; } | trimmed)" ]; then say 6 'bound to the challenge that was given before it was made'
    else fail 6 'not bound to the challenge that was given: another collection, or one made without it'; fi
fi
if [ -s t/wrong ]; then while IFS= read -r line; do fail 6 "$line"; done < t/wrong
elif [ ! -s tokens ]; then say 6 "no time-stamp token: the time is only what the host's clock said"; [ -z "$TSA" ] || INCOMPLETE=1
elif [ -z "$TSA" ]; then say 6 'whose the time-stamp tokens are was not judged: no authority was given that is trusted for time'
elif [ -n "$PROVED" ]; then pass 6 "sealed before $(date -u -d "@$PROVED" +%Y-%m-%dT%H:%M:%SZ), by a token of a trusted authority"
elif ! grep -q ' manifest.json.p7s ' t/judged; then open 6 'no token is over the signature itself, only a renewal: it holds the time of earlier tokens, and there is none'
else open 6 'the certificates of the authority ran out or were revoked, and no renewal from before covers its token'; fi

# 7 custody: nothing removed, moved, inserted or pasted from elsewhere; each event signed by who may.
apart=$(seconds "$FIRST_AT"); apart=$((${claimed:-0} - ${apart:-0}))
late=$(seconds "$ENDED"); ended=$(seconds "$SEALED_AT"); late=$((${late:-0} - ${ended:-0}))
UNNAMED='' HALF=''; has manifest.json || UNNAMED=1
if [ -n "$UNNAMED" ] && has manifest.json.tmp && [ -r "$B/manifest.json.tmp" ]; then HALF=$(sum "$B/manifest.json.tmp"); fi
: > anchorsums; [ ! -s anchored ] || comm -23 anchored large > t/present
[ ! -s t/present ] || (cd "$B" && xargs sha256sum < "$W/t/present") | awk '{ sub("^anchors/", "", $2); print $2 "\t" $1 }' > anchorsums
awk -F '\t' -v own="$own" '
    function rule(why) { print d ": " why }
    function nobody(why) { if (!(why in told)) print "\t" why; told[why] = 1 }                # once for each signer
    function is(a, b) { return (a "") == (b "") }
    function before(a, b) { return a ~ /^-/ || length(a) < length(b) || (length(a) == length(b) && (a "") < (b "")) }     # exact beyond 2^53
    function of(name) { name = substr(name, 8, 5); sub(/^0*/, "", name); return name + 0 }     # the number of a volume
    function tree(d,  s, k) {           # all that an event says of it
        split("acquired bytes gap partial root size peaks", same, " "); for (k = 1; k <= 7; k++) s = s " " V[d, ".detail.tree." same[k]]
        for (k = 1; k <= V[d, ".detail.tree.peaks"] + 0; k++) s = s " " V[d, ".detail.tree.peaks." k]
        return s
    }
    function extends(d, from,   a, b, bit, x, k) {                                             # the tree is the one before it, with more items
        if (V[d, t "size"] + 0 == grown[1] + 0) return is(tree(d), before_it)
        a = V[d, t "size"] + 0; b = grown[1] + 0
        for (bit = 1; bit * 2 <= a || bit * 2 <= b; ) bit *= 2
        for (; bit >= 1; bit /= 2) {                                                         # perfect subtrees that both have
            x = int(a / bit) % 2; if (x != int(b / bit) % 2) break
            if (x && !is(V[d, t "peaks." ++k], V[from, t "peaks." k])) return 0
        }
        return V[d, t "acquired"] + V[d, t "partial"] > grown[2] + grown[3] || V[d, t "bytes"] + 0 == grown[5] + 0
    }
    function twofold(d,   text) {                                                            # received, and collected here
        text = V[d, ".text"]
        if ((d, ".counterpart") in V) return text ~ /^means: (native-linux|native-windows|cdir|kape|vendor|paper|other) [(](stated|recognised|not stated)[)]; handed over: ([0-9TZ:.-]+|[?]); collected by: /
        return text ~ /^source: (live|live windows|folder|disk)(; place: [0-9a-f]+)?$/ && (text !~ /;/ || length(text) == 88)
    }
    function alike(what, one, event, other, keys,   same, k) {                                # what the manifest and an event both say
        k = split(keys, same, " "); while (k && is(V[M, one "." same[k]], V[event, other "." same[k]])) k--
        if (k) rule("manifest and events disagree about " what)
    }
    function person(role, type) { return role ~ (type ~ /^(released|received|refused|returned|destroyed)$/ ? "^hozen (collector|custodian|provider)$" : "^hozen (collector|custodian|provider|witness)$") }
    FILENAME == "trust" { trusting = 1; next }
    FILENAME == "eventfiles" { present[$1] = 1; next }
    { V[$1, $2] = $3 }
    $2 == ".type" { E[++n] = $1 }
    $2 == ".detail.signer_certificate_sha256" { key[$3] = 1 }
    $2 == ".detail.volume.name" { closed[of($3)] = 1; list["closed"] = list["closed"] " " $3 }
    $2 ~ /^[.]detail[.]volume[.](sha256|size)$/ { list["closed"] = list["closed"] " " $3 }
    $2 ~ /^[.]detail[.]salvaged[.]./ { list["salvaged"] = list["salvaged"] " " $3 }
    $2 ~ /^[.]volumes[.]./ { list["volumes"] = list["volumes"] " " $3 }
    $2 ~ /^[.]salvaged[.]./ { list["kept"] = list["kept"] " " $3 }
    FILENAME == "anchorsums" { anchor[$1] = $2; next }
    $2 ~ /^([.]detail)?[.]recipients[.]./ { list[$1 == "manifest.json" ? "to" : "for"] = list[$1 == "manifest.json" ? "to" : "for"] "\t" $3 }      # a tab stands in no text of theirs
    END {
        M = "manifest.json"; sealed_at = ""; sealed = 0; mono = 0; split("size acquired partial gap bytes", grows, " ")
        if (unread) {                       # what can be said then: signatures, and the links between bytes
            for (d in present) if (V[d, "@signer"] == "-") rule(V[d, "@why"])
            for (i = 1; i <= n; i++) {
                d = E[i]; last = sprintf("custody/%05d.json", V[d, ".seq"] - 1); link = last in present ? V[last, "@sha"] : sprintf("%064d", 0)
                if (d != sprintf("custody/%05d.json", V[d, ".seq"]) || (link != "" && !is(V[d, ".prev"], link))) rule("does not follow the event before it")
            }
            exit
        }
        if (!n) { d = "custody/"; rule("there is no event"); exit }
        head = sprintf("%064d", 0); before_it = " 0 0 0 0 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 0 0"
        for (i = 1; i <= n; i++) {                                                           # the chain
            d = E[i]
            if (d != sprintf("custody/%05d.json", i) || V[d, ".seq"] != i || !is(V[d, ".prev"], head)) { rule("does not follow the event before it"); break }
            if (!is(V[d, ".bundle"], V[E[1], ".bundle"])) rule("an event of another bundle")
            head = V[d, "@sha"]
        }
        for (i = 1; i <= n; i++) {
            d = E[i]; type = V[d, ".type"]; collection = type ~ /^(collection_started|volume_closed|interrupted|resumed|sealed)$/
            opening = type == "collection_started" || type == "resumed"
            if (opening) { current = V[d, ".detail.signer_certificate_sha256"]; mono = 0; opened = d; sessions++ }
            if (is(V[d, "@signer"], "-")) rule(V[d, "@why"])
            else if (collection ? !is(V[d, "@signer"], current) : (V[d, "@signer"] in key)) rule("signed by a key that may not sign this")
            else if ((d, "@kit") in V) rule("the kit that it names did not certify its signer")
            else if (trusting && collection && V[d, "@way"] ~ /^(none|alone)$/) nobody("signed by " V[d, "@signer"] ", which is tied to none of the trusted certificates")
            else if (trusting && !(collection ? V[d, "@way"] ~ /^(exact|chain)$/ && V[d, "@role"] == "hozen collection" : \
                V[d, "@way"] == "none" || (V[d, "@way"] ~ /^(exact|chain)$/ && person(V[d, "@role"], type)))) rule("signed by a key that may not sign this")
            else if (trusting && collection && V[d, "@since"] != "" && (proved == "" || V[d, "@since"] + 0 <= proved + 0)) nobody("the certificate of " V[d, "@signer"] " is revoked, and nothing proves that the signature is older")
            if ((type == "collection_started") != (V[d, ".seq"] == 1)) rule("collection_started is event 1, and only that")
            if (sealed && collection) rule("the collection goes on after it was sealed")
            if (!sealed && !collection && (M, ".schema") in V) rule("an event of a holder before the sealing")
            if (collection) {
                if (held && !((M, ".schema") in V)) rule("the collection goes on after a holder signed for it")
                if (follow != "" && type !~ follow) rule("goes on after the end of its session")
                cause = V[d, ".detail.cause"]; follow = type == "interrupted" ? "^resumed$" : type != "volume_closed" ? "" : cause == "interrupted" ? "^(interrupted|resumed)$" : cause == "end" ? "^(resumed|sealed)$" : ""
            } else held = 1
            if (opening && V[d, ".mono"] != "null" && (V[d, ".detail.clock.mono"] ~ /^-/ || before(V[d, ".mono"], V[d, ".detail.clock.mono"]))) rule("the clock that it reads was read after it")
            if (type == "collection_started" && twofold(d)) rule("says both that hozen collected this and that it was received from others")
            if (collection && V[d, ".mono"] == "null") rule("an event of the collection without a reading of its monotonic clock")
            else if (collection) { if (before(V[d, ".mono"], mono)) rule("its monotonic clock runs backwards within a session"); mono = V[d, ".mono"] }
            if (type == "sealed") { sealed++; sealed_at = d }
            if (type == "volume_closed") {
                t = ".detail.tree."; size = V[d, t "size"]; bits = 0; for (b = size; b >= 1; b = int(b / 2)) bits += b % 2
                name = V[d, ".detail.volume.name"]
                if (of(name) != number + 1) rule("volume " number + 1 " was to be closed next")
                shrinks = 0; for (k = 1; k <= 5; k++) if (V[d, t grows[k]] + 0 < grown[k] + 0) shrinks = 1
                if (shrinks) rule("the tree shrinks")
                else if (!extends(d, volume)) rule("its tree is not the one before it with more items")
                for (k = 1; k <= 5; k++) grown[k] = V[d, t grows[k]]
                volume = d
                if (bits != V[d, t "peaks"] || !is(V[d, "@root"], V[d, t "root"]) || V[d, t "acquired"] + V[d, t "partial"] + V[d, t "gap"] != size) rule("its tree contradicts itself")
                if (V[d, ".text"] ~ /^missing so far: (0|[1-9][0-9]?[0-9]?[0-9]?[0-9]?[0-9]?[0-9]?[0-9]?)$/) {
                    s = substr(V[d, ".text"], 17) + 0
                    if (s < missing + 0) rule("less is missing than before it")
                    if (s > V[d, t "gap"] + 0) rule("more is missing than there are gaps")
                    missing = s
                }
                number = of(name); last_root = V[d, t "root"]; before_it = tree(d); if (size + 0 > most) most = size + 0
            }
            if (type == "resumed") {
                for (k = 1; k <= V[d, ".detail.salvaged"]; k++) {
                    name = V[d, ".detail.salvaged." k ".name"]; s = of(name)
                    if (s in closed) rule(name " was closed, so it can not be salvaged")
                    else if (s != number + 1) rule(name " can not have been open then")
                    if (s > number) number = s
                }
                if (!is(tree(d), before_it)) rule("does not go on from the tree before it")
            }
        }
        for (i = 1; i <= n; i++) for (k = 1; k <= V[E[i], ".refs"]; k++) {                     # references
            d = E[i]; split(V[d, ".refs." k], r, ":")
            if (!(r[1] == "manifest" ? is(r[2], own) : r[1] == "volume" ? (r[2] in closed) : r[2] + 0 <= (r[1] == "item" ? most : V[d, ".seq"] - 1))) rule("cites " r[1] ":" r[2] ", which is not there")
        }
        for (i = 1; i <= n; i++) for (k = 1; k <= V[E[i], ".detail.files"]; k++) {             # what lies in anchors/
            d = E[i]; name = V[d, ".detail.files." k ".name"]
            if (!(name in anchor) || !is(anchor[name], V[d, ".detail.files." k ".sha256"])) rule("anchors/" name " is not there as it was")
        }
        d = sealed_at; p = ".detail."
        if (unnamed && sealed && half == "") rule("seals a manifest that is not here under any of its names")
        else if (unnamed && sealed && !is(V[d, p "manifest_sha256"], half)) rule("seals another manifest")
        if (!((M, ".schema") in V)) exit
        if (sealed != 1) { d = "custody/"; rule(sealed ? "sealed more than once" : "sealing is missing"); exit }
        if (!is(V[d, p "manifest_sha256"], own)) rule("seals another manifest")
        else if (!is(V[d, p "merkle_root"], V[M, ".items.merkle_root"])) rule("seals another root")
        if (V[d, ".seq"] != V[M, ".custody.last_seq"] + 1 || !is(V[d, ".prev"], V[M, ".custody.head"])) rule("not the history that the manifest names")
        end = V[M, ".clock.end.mono"]; begun = V[opened, ".mono"]; over = V[d, ".mono"]
        d = M; if (V[E[1], ".type"] != "collection_started") exit
        if (before(end, begun == "null" ? 0 : begun) || before(over == "null" ? 0 : over, end)) rule("manifest and events disagree about clock")
        if (late + 0 > 600) rule("manifest and events disagree about ended")
        split("case_id challenge profile previous_bundle", same, " ")
        for (k = 1; k <= 4; k++) if (!is(V[M, "." same[k]], V[E[1], p same[k]])) rule("manifest and events disagree about " same[k])
        if (!is(V[M, ".bundle_id"], V[E[1], ".bundle"])) rule("manifest and events disagree about bundle_id")
        alike("clock", ".clock.start", E[1], p "clock", "mono reference source synchronised utc zone")
        alike("host_ref", "", opened, ".detail", "host_ref"); alike("tool", ".tool", opened, p "tool", "name rules_sha256 sha256 version")
        if (sessions == 1) alike("kit", "", E[1], ".detail", "kit")                           # who goes on may have another kit
        if (apart + 0 > 600) rule("manifest and events disagree about started")
        if (!is(list["to"], list["for"])) rule("manifest and events disagree about recipients")
        if (!is(list["volumes"], list["closed"])) rule("manifest and events disagree about volumes")
        if (!is(list["kept"], list["salvaged"])) rule("manifest and events disagree about salvaged")
        if (last_root == "") last_root = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"         # of no volume
        if (!is(last_root, V[M, ".items.merkle_root"])) rule("the tree of the last volume is not the sealed one")
        for (k = 1; k <= 5; k++) if (V[M, ".items." (k == 1 ? "count" : grows[k])] + 0 != grown[k] + 0) { rule("manifest and events disagree about items"); break }
    }' unread=$UNREAD proved="$PROVED" apart="${apart#-}" late="${late#-}" unnamed=$UNNAMED half=$HALF trust eventfiles anchorsums facts > broken
while IFS= read -r line; do case $line in '	'*) untrusted 7 "${line#?}" ;; *) fail 7 "$line" ;; esac; done < broken
gone() {            # a whole signature of the next event, whose bytes are not here under its own name nor half-written
    has "$1.p7s" && grep -Fxq -e "$1.p7s" readable && [ "$(wc -c < "$B/$1.p7s")" -le 65536 ] || return 1
    openssl asn1parse -inform DER -in "$B/$1.p7s" 2>/dev/null | awk -v size="$(wc -c < "$B/$1.p7s")" '
        NR == 1 && / cons: SEQUENCE/ { sub(/.*hl=/, ""); whole = $1 + substr($0, index($0, "l=") + 2) == size + 0 } END { exit !whole }' || return 1
    if grep -Fxq -e "$1.tmp" readable; then
        (cd "$B" && wc -c "$1.p7s") > sizes; outline=$(echo "$1" | outlines); signer "$1" "${outline:+fitting}" "$1.tmp"; [ "$SIGNER" = - ] || return 1
    fi
    : > by
    digest=$(openssl asn1parse -inform DER -in "$B/$1.p7s" 2>/dev/null | awk '/:messageDigest/ { on = 1 } on && /HEX DUMP/ { sub(/.*:/, ""); print tolower($0); exit }')
    if openssl cms -verify -binary -inform DER -in "$B/$1.p7s" -content /dev/null -no_content_verify -noverify -signer signer.pem -out /dev/null > /dev/null 2>&1; then
        [ "$digest" != "$own" ] && ! grep -q "	@sha	$digest\$" facts || return 1                  # the copy of one that is here tells of nothing gone
        openssl x509 -in signer.pem -noout -subject -nameopt RFC2253 2>/dev/null | tr -d '\n' | show > by
    fi
    say 7 "$1.p7s: a signature ($(cat by)) in the place of event $((EVENTS + 1)), and what it signs (SHA-256 ${digest:-?}) is not here: the event was cut off or removed, or the signature is of another bundle and was put here; ask who signed it for their copy or their note of the head"
    INCOMPLETE=1
}
GONE=''; if [ $UNREAD = 0 ] && gone "$NEXT"; then GONE=$NEXT.p7s; fi
if [ $UNREAD = 1 ]; then say 7 'not possible without readable events'; elif [ -n "$GONE" ]; then :; else pass 7 "$EVENTS events, head $HEAD_HERE"; fi

# 8 anchors: against a bundle that was made anew, whole and consistent, by someone with a key.
differs() { fail 8 "$1 is not the one that was given: another bundle, or one made anew"; }
fits() { fitting="$fitting${fitting:+, }$1"; }
of_event() {            # NAME NUMBER: what was noted is the head of this event, or its code
    if [ "$2" -lt "$SEALING" ]; then open 8 "$1 is that of event $2, from before all contents were closed: it covers nothing that came later"; early=1
    else fits "$1 of event $2 ($((EVENTS - $2)) were signed after it)"; fi
}
[ -z "$HEAD$CODE" ] || SEALING=$(awk -F '\t' '$2 == ".type" { n = substr($1, 9, 5); sub(/^0*/, "", n); if ($3 == "sealed" && !sealed) sealed = n; if ($3 == "volume_closed" || $3 == "resumed") last = n } END { print sealed ? sealed : last ? last : 1 }' facts)
heads() {               # every event and the head that it makes
    [ -s t/heads ] || [ "$EVENTS" = 0 ] || awk -F '\t' '$2 == ".seq" { seq[$1] = $3 } $2 == "@sha" && ($1 in seq) { n = substr($1, 9, 5); sub(/^0*/, "", n); print n + 0, $3 }' facts > t/heads
    cat t/heads 2>/dev/null
}
codes() {               # of each line of hexadecimal digits the code, without its check digit: SHA-256 modulo 10^24
    digests "$HASHED"'{ hashed("686f7a656e2d636f64652f31" $0) }' |                           # hozen-code/1
    awk '{ split("", limb); for (i = 1; i <= 64; i++) { rest = index("0123456789abcdef", substr($1, i, 1)) - 1
            for (k = 1; k <= 4; k++) { rest += limb[k] * 16; limb[k] = rest % 1000000; rest = int(rest / 1000000) } }
        printf "%06d%06d%06d%06d\n", limb[4], limb[3], limb[2], limb[1] }'
}
check_digit() { awk -v s="$1" 'BEGIN { p = 10; for (i = 1; i <= length(s); i++) { t = (substr(s, i, 1) + p) % 10; p = (t ? t : 10) * 2 % 11 } print (11 - p) % 10 }'; }
fitting='' early=''
if [ -n "$ROOT" ]; then if [ "$ROOT" = "$ROOT_HERE" ]; then fits root; else differs root; fi; fi
if [ -n "$HEAD" ]; then
    number=$(heads | awk -v sought="$HEAD" '$2 "" == sought "" { print $1; exit }')
    if [ -z "$number" ]; then differs head; else of_event head "$number"; fi
fi
if [ -n "$CODE" ]; then
    digits=$(typed "$CODE")
    case $digits in *[!0-9]*) digits='' ;; esac
    if [ ${#digits} != 25 ]; then unusable 8 'a spoken code has 25 digits; shorter ones can be forged'
    elif [ "$(check_digit "${digits%?}")" != "${digits#????????????????????????}" ]; then unusable 8 "the code's check digit does not fit: a digit was misread; have it read out again"
    elif [ -n "$ROOT_HERE" ] && [ "${digits%?}" = "$(printf '%s\n' "$ROOT_HERE" | codes)" ]; then fits code
    else
        heads | cut -d ' ' -f 2 | codes > t/codes
        number=$(heads | paste -d ' ' - t/codes | awk -v sought="${digits%?}" '$3 "" == sought "" { print $1; exit }')
        if [ -z "$number" ]; then differs code; else of_event code "$number"; fi
    fi
fi
if [ -n "$ROOT$HEAD$CODE" ]; then [ -n "$early" ] || pass 8 "$fitting: as it was given"; else say 8 'no root, code or head was given to compare with'; fi

# 9 statements: what is true and no failure.
IFS= read -r first < eventfiles || first=''
awk -F '\t' -v first="$first" '                # whose work it is, where others collected
    $1 == first { V[$2] = $3 }
    END {
        if (V[".type"] != "collection_started" || ".counterpart" in V) exit
        means = "other"; basis = "not stated"; handed = by = "?"; text = V[".text"]
        if (match(text, /^means: (native-linux|native-windows|cdir|kape|vendor|paper|other) [(](stated|recognised|not stated)[)]; handed over: ([0-9TZ:.-]+|[?]); collected by: /)) {
            by = substr(text, RLENGTH + 1); text = substr(text, 1, RLENGTH)
            means = basis = handed = text; sub(/^means: /, "", means); sub(/ .*/, "", means)
            sub(/^[^(]*[(]/, "", basis); sub(/[)].*/, "", basis); sub(/.* handed over: /, "", handed); sub(/;.*/, "", handed)
        }
        who = V[".counterpart.name"]; if (who == "" || who == "null") who = "?"
        printf "%s\n%s\n%s\n%s\n%s\n%s\n", by, means, basis, who, handed, V[".at"]
    }' facts > received
line() { sed -n "$1p" received | tr -d '\n' | show; }
[ ! -s received ] || say 9 "hozen did not collect this: $(line 1) did, by means of $(line 2) ($(line 3)); $(line 4) handed it over ($(line 5)), hozen received it at $(line 6) ('?': not known)"
if [ $SEALED = 0 ]; then
    say 9 'never sealed: what was closed until the interruption is here; an end is not attested'
    while IFS= read -r name; do case $name in
        data/*) say 9 "$name: was open when the run was cut off; $(wc -c < "$B/$name" | tr -d ' ') bytes, not attested" ;;
        *) say 9 "$name: written when the run was cut off; not evidence" ;; esac; done < left
else
    while IFS= read -r name; do [ "$name" = "$GONE" ] || say 9 "$name: left by an act of custody that was cut off before it was signed; not part of the log, not evidence"; done < left
fi
awk -F '\t' '
    function whole(t,   y, m) { y = substr(t, 1, 4) + 0; m = substr(t, 6, 2) + 0; if (m < 3) { y--; m += 12 }    # seconds since the year 0
        return (365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * (m - 3) + 2) / 5) + substr(t, 9, 2)) * 86400 + substr(t, 12, 2) * 3600 + substr(t, 15, 2) * 60 + substr(t, 18, 2) }
    function beside(at, mono) { return whole(at) - (length(mono) > 9 ? substr(mono, 1, length(mono) - 9) : 0) }
    function reading(d, utc, ticks,   by) {     # of the same clocks at the same moment
        by = stood - beside(utc, ticks); if (by > 2 || by < -2) print d ": its own time, and the reading of the same clock that belongs to it, are " (by < 0 ? -by : by) " s further apart than the time that passed between them" }
    function steady(d, type,   off, by) {       # the clock of the host against the one that nobody sets
        off = beside(at, mono); by = off - stood
        if (type ~ /^(volume_closed|interrupted|sealed)$/ && known && (by > 2 || by < -2))
            print d ": since the event before it the clock of the host went " (by > 0 ? by " s further than the time that passed: it was set forward, or the machine slept" : -by " s less than the time that passed: it was set back")
        stood = off; known = 1
        if (type == "sealed") over = d
        if (type ~ /^(collection_started|resumed)$/) reading(d, utc, ticks) }
    $2 ~ /^[.](detail[.]clock|clock[.]end)[.]utc$/ { utc = $3 }
    $2 ~ /^[.](detail[.]clock|clock[.]end)[.]mono$/ { ticks = $3 }
    $2 == ".clock.end.utc" && over != "" { reading(over, utc, ticks) }
    $2 == ".bundle" { comparable = substr($3, 15, 1) == "8" }
    $2 == ".detail.host_ref" && comparable { if (host == "") host = $3; if (($3 "") != (host "")) print $1 ": goes on on another machine (" $3 ", begun on " host "), or on one that had no number of its own then" }
    $2 == ".type" { type = $3; if (type == "resumed") resumed++ }
    $2 == ".mono" { mono = $3 }
    $2 == ".type" && $3 ~ /^(collection_started|volume_closed|interrupted|resumed|sealed)$/ && mono != "null" { steady($1, $3) }
    $2 == ".at" { sub(/Z$/, "", $3); if (($3 "") < (at "")) print $1 ": its time is earlier than that of the event before it: a clock was set back, or the signer states a time"; at = $3 }
    $2 ~ /^[.]detail[.]salvaged[.].*name$/ { print "data/" $3 ": kept as it lay after an interruption; nothing in it counts as an item" }
    $2 == ".detail.clock.synchronised" && $3 != "true" { print "the clock of the host was not known to be synchronised" }
    $1 == "manifest.json" && $2 == ".items.count" && $3 == 0 { print "no items: nothing was collected" }
    $1 == "manifest.json" && ($2 == ".items.gap" || $2 == ".items.partial") { C[$2] = $3; if ($2 == ".items.partial") print C[".items.gap"] " things were looked for and not obtained; " $3 " were obtained in part" }
    END { if (resumed) print resumed " interruptions, resumed" }' facts >> 9
dated() {           # TIME CERTIFICATE... up to the trusted one: each is in its dates at that time
    at=$(seconds "$1"); shift; leaf=$1; for top; do :; done
    verified -attime "$at" -CAfile "$top" "$leaf"
}
awk -F '\t' '{ V[$1, $2] = $3 } $2 == ".type" && $3 !~ /^(collection_started|volume_closed|interrupted|resumed|sealed)$/ { held[++n] = $1 }
    END { for (i = 1; i <= n; i++) print held[i], V[held[i], ".at"], V[held[i], "@tied"] }' facts > held
while read -r name at key; do                   # who signed as a holder; nobody but people whom a root certified is tied
    WAY=none ROLE=''; [ ! -f "ties/$key" ] || tie_of "$key"
    case $WAY,$ROLE in
        exact,'hozen collector' | exact,'hozen custodian' | exact,'hozen provider' | exact,'hozen witness') ;;
        chain,'hozen collector' | chain,'hozen custodian' | chain,'hozen provider' | chain,'hozen witness') ;;
        *) say 9 "$name: signed by a key that is not tied to a person"; continue ;;
    esac
    IFS= read -r since < "ties/$key.since"; [ -z "$since" ] || say 9 "$name: signed with a certificate of a person that is revoked since $(date -u -d "@$since" +%Y-%m-%dT%H:%M:%SZ); ask whether it was them"
    # shellcheck disable=SC2086 # a list of files with plain names
    dated "$at" $CHAIN || say 9 "$name: the time that it states, $at, is outside the dates of the signer's certificate"
done < held
awk -F '\t' '                                  # the two sides of each hand-over, and what was corrected
    BEGIN { D = "[0-9]"; SECOND = "^" D D D D "-" D D "-" D D "T" D D ":" D D ":" D D "Z$"; for (i = 45; i < 123; i++) { c = sprintf("%c", i); if (c ~ /[-0-9A-Za-z]/) WIDE[c] = sprintf("%c%c%c", 239, 188 + (i >= 96), 128 + (i - 32) % 64) } }
    function plain(s,   c) { gsub(/ |\343\200\200/, "", s); for (c in WIDE) gsub(WIDE[c], c, s); return tolower(s) "" }
    function said(d, key) { key = V[d, key]; return key == "null" ? "" : key }
    function known(d, key) { return said(d, key) == "" ? "?" : said(d, key) }
    function answers(d,   k, at, found) {                  # the open release that it names, else the last
        for (k = 1; k <= V[d, ".refs"] + 0; k++) { at = AT[V[d, ".refs." k]] + 0; if (at > shut && at > found) found = at }
        return found ? found : open
    }
    function astray(d,   k, named) {                       # an answer that names events, and none of them waits for one
        for (k = 1; k <= V[d, ".refs"] + 0; k++) if (V[d, ".refs." k] ~ /^event:/) { if (AT[V[d, ".refs." k]] + 0 > shut) return ""; named = named (named == "" ? "" : ", ") substr(V[d, ".refs." k], 7) }
        return named
    }
    function due(d,   t) { t = said(d, ".check.result"); return V[d, ".check.what"] == "declared arrival" && t ~ SECOND ? t : "" }
    function compare(given, d,   found, seal, to) {
        if (V[d, "@signer"] == V[given, "@signer"]) print d ": released and received with one key"
        found = said(d, ".transport.seal_no"); seal = said(given, ".transport.seal_no")
        if (differ(seal, found)) print d ": the seal is " found "; it was " seal " when this was handed over"
        found = said(d, ".transport.tracking"); seal = said(given, ".transport.tracking")
        if (differ(seal, found)) print d ": it came under the tracking number " found "; it was " seal " when this was handed over"
        if (due(given) != "" && (substr(V[d, ".at"], 1, 19) "") > (substr(due(given), 1, 19) "")) print d ": received at " V[d, ".at"] "; by " given " it was to arrive by " due(given)
        to = said(given, ".counterpart.name")
        if (differ(to, said(d, ".actor.name")) && plain(to) != plain(said(d, ".actor.organisation"))) print d ": received by somebody, and the release names another: " given
    }
    function same(a, b) { return V[a, "@signer"] == V[b, "@signer"] || said(a, ".actor.name") != "" && plain(said(a, ".actor.name")) == plain(said(b, ".actor.name")) }
    function differ(a, b) { return a != "" && b != "" && plain(a) != plain(b) }
    { V[$1, $2] = $3 "" }
    $2 == ".type" { E[++n] = $1 }
    END {
        for (i = 1; i <= n; i++) {
            d = E[i]; type = V[d, ".type"]
            if (type == "corrected") {
                what = ""; for (k = 1; k <= V[d, ".refs"] + 0; k++) if (V[d, ".refs." k] ~ /^event:/) what = what (what == "" ? "" : ", ") V[d, ".refs." k]
                print d (what != "" ? ": says that " what " was wrong; both stand, as they were signed" : ": says that something was wrong and names no event; what it corrects is not told")
            }
            if (type ~ /^(received|refused|returned)$/ && (what = astray(d)) != "") print d ": names event " what " as what it answers, and that is no release that was open"
            if (type ~ /^(accessed|copied|verified|examined|triage|disclosed|note)$/) worked = 1
            had = keeper
            if (type == "released") {                  # takes none back: what the one before it said is said again
                if (open > shut) print d ": handed over, though " W[open] " had handed it over (to " known(W[open], ".counterpart.name") ", seal " known(W[open], ".transport.seal_no") ") and nobody had signed for that; no event says that it came back"
                else if (keeper != "" && !same(keeper, d)) print d ": handed over by another than who had it by " keeper "; no event says how it got there"
                if (open <= shut && keeper != "" && !worked && differ(said(keeper, ".transport.seal_no"), said(d, ".transport.seal_no"))) print d ": handed over under the seal " said(d, ".transport.seal_no") "; by " keeper " it was " said(keeper, ".transport.seal_no") ", and no event says that it was opened"
                W[++open] = d; AT["event:" V[d, ".seq"]] = open
            } else if (type ~ /^(received|returned)$/ && open <= shut) print d ": received, though nobody had signed a release"
            else if (type ~ /^(received|refused|returned)$/ && open > shut) {
                at = answers(d)                        # and with it those before
                if (type == "received") compare(W[at], d)
                if (type == "refused") keeper = W[at]  # what nobody took stays where it was
                shut = at
            }
            if (type ~ /^(received|returned)$/) keeper = d
            if (keeper != had) worked = 0
        }
        if (open > shut && due(W[open]) != "") print W[open] ": handed over, to arrive by " due(W[open]) "; nobody has signed for it yet"
        else if (open > shut) print W[open] ": handed over, and nobody has signed for it yet"
    }' facts > handed
[ ! -s handed ] || tr '\n' '\000' < handed | show >> 9
if [ $MANIFEST = 1 ] && has bag-info.txt && [ -r "$B/bag-info.txt" ] && [ "$(wc -c < "$B/bag-info.txt")" -le 65536 ]; then
    tr '\000' '\001' < "$B/bag-info.txt" | awk -v id="$IDENTIFIER" -v started="$STARTED" '         # what the tools of others are told
        FILENAME == "entries" { size += $3; n++; next }
        { WANT["Payload-Oxum"] = (size + 0) "." (n + 0); low = tolower($0); for (k in WANT) if (index(low, tolower(k) ":") == 1) { seen[k]++; if ($0 "" != k ": " WANT[k]) odd[k] = 1 } }
        BEGIN { OFMT = CONVFMT = "%.0f"; WANT["Bagging-Date"] = substr(started, 1, 10); WANT["External-Identifier"] = id; WANT["Payload-Oxum"] }
        END { for (k in WANT) if (odd[k] || seen[k] != 1) print "bag-info.txt: " k " is not that of the signed manifest (" WANT[k] "); tools that read it are told something else" }' entries - >> 9
fi
[ "$RECIPIENTS" != 0 ] || say 9 'collected unencrypted: anyone who holds it can read it'
say 9 'nothing here proves that data was genuine before it was read'
passed() { case $PASSED in *" $1 "*) ;; *) return 1 ;; esac; }
if passed 5 && passed 6 && passed 8; then say 9 'level A: signed by a key tied to a trusted certificate, sealed before a proved time, and as noted outside'
elif passed 6 || passed 8; then say 9 'level B: held by something outside the bundle, a note or a time-stamp token'
else say 9 'level C: shows accidental change; does not exclude deliberate re-making by someone who had the medium'; fi
PASSED="${PASSED}9 "; : > 9.pass

progress
n=0
for name in structure volumes completeness items signature time custody anchors statements; do
    n=$((n + 1)) outcome='NOT CHECKED'
    case $PASSED in *" $n "*) outcome=PASS ;; esac
    if failed $n; then outcome=FAIL; fi
    printf '%s %-14s %s\n' $n $name "$outcome"
done > outcomes
awk '{ head = sprintf("%-21s   ", $0); lines = 0; passed = /PASS$/
    while (passed && (getline line < ($1 ".pass")) > 0) tell(line)
    while ((getline line < $1) > 0) tell(line)
    if (lines > 39) printf "%26s... and %d more\n", "", lines - 39 }
    function tell(line) { if (++lines < 40) { print head line; head = sprintf("%26s", "") } }' outcomes
case $PASSED in *' 4 '*) said='items opened and as recorded' ;; *) said='contents not opened' ;; esac
case $PASSED in *' 5 '*) said="$said; signer tied to a trusted certificate" ;; *) said="$said; signer not tied to a trusted certificate" ;; esac
case $PASSED in *' 8 '*) said="$said; compared with a note from outside" ;; *) said="$said; not compared with a note from outside" ;; esac
if [ $ALTERED = 1 ]; then echo 'VERDICT: ALTERED: something is not what was signed; see FAIL'; exit 1; fi
if [ $UNTRUSTED = 1 ]; then echo 'VERDICT: REFUSED: signed by nobody whom you trust; no alteration was found, but what somebody made anew would look the same; see FAIL'; exit 1; fi
if [ $UNUSABLE = 1 ]; then echo 'VERDICT: UNUSABLE: not a bundle of a form that this script reads; see FAIL'; exit 2; fi
if [ $SEALED = 0 ] || [ $INCOMPLETE = 1 ]; then echo "VERDICT: INCOMPLETE: no stage failed, but not all could be checked; $said"; exit 3; fi
case $PASSED in *' 6 '*) said="$said; time proved by a token" ;; *) said="$said; the time is the host's own" ;; esac
echo "VERDICT: NO STAGE FAILED: sealed volumes intact; $said"
