#!/bin/sh
# Are the items in this folder part of the sealed bundle that manifest.json stands for? Independent of hozen.
# usage: sh check.sh [--trust CERT.pem] [--root HEX] [EXHIBIT]     both from elsewhere than the exhibit:
#   CERT.pem: the certificate of the signer, of its kit or its root; HEX: the root noted when the bundle was sealed
# Exit: 0 they are, 1 altered, 2 unusable, 3 something that was asked for could not be checked. It stops at what it finds first.
set -u; LC_ALL=C; export LC_ALL; unset IFS CDPATH GREP_OPTIONS OPENSSL_CONF OPENSSL_CONF_INCLUDE OPENSSL_MODULES OPENSSL_ENGINES
end() { printf '%s\n' "$2"; exit "$1"; }
altered() { end 1 "ALTERED: stage $1: $2"; }
case ":$PATH:" in *:[!/]*) end 2 'UNUSABLE: a relative place in PATH' ;; esac                 # no program comes from the exhibit
TRUST='' ROOT=''
while [ $# -gt 1 ]; do
    case $1$2 in --trust/*) TRUST=$2 ;; --trust*) TRUST=$(pwd)/$2 ;; --root*) ROOT=${2:-none} ;; *) end 2 'UNUSABLE: usage: see the top of this file' ;; esac; shift 2
done
cd -- "${1:-$(dirname -- "$0")}" && [ -d items ] && [ -n "$(ls items)" ] || end 2 'UNUSABLE: not an exhibit'
hex='[0-9a-f]\{64\}' number='[1-9][0-9]\{0,7\}'
sum() { sha256sum | cut -c1-64; }
bytes() { printf "$(printf '\\%03o' $(printf %s "$1" | sed 's/../ 0x&/g'))"; }              # from hexadecimal digits
fact() { sed -n "s/.*\"$2\":\"\{0,1\}\($3\)[\",}].*/\1/p" "$1"; }                           # FILE KEY FORM, of canonical JSON
signed() { openssl cms -verify -binary -inform DER -in manifest.json.p7s -content manifest.json -signer /dev/stdout -out /dev/null "$@" 2> /dev/null; }
need() { for name; do [ -e "$name" ] || altered 3 "$name is missing"; kept="$kept ./$name"; done; }
about() { printf '%s\n' "$signer" | openssl x509 -noout "$@"; }

# 1 plain files only. 5 the manifest is what was signed, by the key that it names, whose role fits; trust comes from you alone.
[ -z "$(find . -name '*[!A-Za-z0-9._-]*' -o ! -type d ! -type f -o -type f -links +1)" ] || altered 1 'a link, a device or an unsafe name'
signer=$(signed -noverify) || altered 5 'manifest.json is not what was signed'
[ "$(about -fingerprint -sha256 | sed 's/.*=//' | tr -d : | tr A-F a-f)" = "$(fact manifest.json signer_certificate_sha256 "$hex")" ] ||
    altered 5 'signed by another certificate than the one that the manifest names'
who='the signer is tied to no trusted certificate, since none was given'
if [ -n "$TRUST" ]; then
    openssl x509 -in "$TRUST" -noout 2> /dev/null || end 2 'UNUSABLE: --trust needs a file of certificates in PEM form'
    ! grep -q 'X509 CRL' "$TRUST" || end 3 'NOT CHECKED: stage 5: this script reads no revocation lists, hozen verify does'
    set -- -CAfile "$TRUST" -partial_chain -purpose any -no-CApath -no-CAstore
    signed "$@" -no_check_time > /dev/null || altered 5 'the signer is tied to no trusted certificate'
    [ "$(about -subject -nameopt multiline | sed -n 's/^ *organizationalUnitName *= //p')" = 'hozen collection' ] || altered 5 'the role of the signer'
    signed "$@" -attime "$(date -u -d "$(fact manifest.json ended '[0-9T:.-]*Z' | sed 's/T/ /; s/[.Z].*//')" +%s)" > /dev/null ||
        end 3 'NOT CHECKED: stage 5: the time that the manifest claims is outside the dates of the signer'
    who='the signer is tied to a trusted certificate'
fi

# 4 from the parts of each record over its leaf up to the root that is signed (RFC 9162, 2.1.3.2), and from the record to the bytes.
root=$(fact manifest.json merkle_root "$hex") count=$(fact manifest.json count "$number") kept='./manifest.json ./manifest.json.p7s' items=''
for proof in items/*.proof; do
    n=${proof%.proof} record=$n.content.json; need "$proof" "$record"; seq=$(fact "$record" seq "$number")
    [ -n "$count" ] && [ -n "$seq" ] && [ "$n" = "items/$(printf %08d "$seq")" ] || altered 4 'an item under a number that is not its own'
    tr '\n' ' ' < "$proof" | grep -q "^hozen-exhibit/1 salt_content $hex \(salt_\)\{0,1\}meta $hex \(node $hex \)*\$" || altered 4 'a proof of another form'
    { read -r word; read -r word salt; read -r word meta
        if [ "$word" = salt_meta ]; then need "$n.meta.json"; meta=$({ bytes "$meta"; cat "$n.meta.json"; } | sum); fi
        hash=$(bytes "00$({ bytes "$salt"; cat "$record"; } | sum)$meta" | sum) at=$((seq - 1)) last=$((count - 1))
        while read -r word node; do
            [ $last != 0 ] || altered 4 "item $seq: its proof is too long"
            if [ $((at % 2)) = 0 ] && [ $at != $last ]; then hash=$(bytes "01$hash$node" | sum); else
                hash=$(bytes "01$node$hash" | sum)
                while [ $((at % 2)) = 0 ] && [ $at != 0 ]; do at=$((at / 2)) last=$((last / 2)); done
            fi
            at=$((at / 2)) last=$((last / 2))
        done
    } < "$proof"
    [ $last = 0 ] && [ "$hash" = "$root" ] || altered 4 "item $seq: its record and proof do not lead to the root that is signed"
    if ! grep -q '"status":"gap"}$' "$record"; then
        need "$n"; [ "$(sum < "$n")" = "$(fact "$record" sha256 "$hex")" ] || altered 4 "item $seq: its bytes are not those recorded"
    fi
    items="$items $seq"
done

# 8 what you noted. 3 all of these files, and no other. Nothing that is read above is unsigned; this page and README.md are.
[ -z "$ROOT" ] || [ "$(printf %s "$ROOT" | tr A-F a-f)" = "$root" ] || altered 8 'the root is not the one that you gave: another bundle, or one made anew'
[ -z "$(ls anchors 2> /dev/null)" ] || kept="$kept ./anchors"
[ "$(find . | grep -vxE '\.|\./(items|check\.sh|README\.md|anchors/00[0-9]{2}\.(tsr|tsq|pem|sums))' | sort)" = "$(printf '%s\n' $kept | sort)" ] ||
    altered 3 'a file is missing, or does not belong here'
echo "NO STAGE FAILED: items$items: part of the sealed bundle with the root $root; $who; other items, time stamps and custody: not checked"
