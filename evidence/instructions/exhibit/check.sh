#!/bin/sh
# Are the items in this folder part of the sealed bundle that manifest.json stands for? Independent of hozen.
# usage: sh check.sh [--trust CERT.pem] [--tsa CERT.pem] [--root HEX] [EXHIBIT]     all from elsewhere than the exhibit:
#   --trust: the certificate of the signer, of its kit or its root; --tsa: the roots of the authorities that you trust for time
#   HEX: the root noted when the bundle was sealed
# Exit: 0 they are, 1 altered or signed by nobody whom you trust, 2 unusable, 3 something that was asked for could not be checked. It stops at what it finds first.
set -u; LC_ALL=C SSL_CERT_FILE=/dev/null SSL_CERT_DIR=/dev/null; export LC_ALL SSL_CERT_FILE SSL_CERT_DIR; unset IFS CDPATH GREP_OPTIONS OPENSSL_CONF OPENSSL_CONF_INCLUDE OPENSSL_MODULES OPENSSL_ENGINES
end() { printf '%s\n' "$2"; exit "$1"; }
altered() { end 1 "ALTERED: stage $1: $2"; }
untrusted() { end 1 "REFUSED: stage 5: $1; whether anything was altered was not looked at further"; }
open() { unsure=${unsure:-"NOT CHECKED: stage $1: $2"}; }                                    # asked for, and not to be had
pem() { openssl x509 -in "$2" -noout 2> /dev/null || end 2 "UNUSABLE: $1 needs a file of certificates in PEM form"
    ! grep -q 'X509 CRL' "$2" || end 3 "NOT CHECKED: stage $3: this script reads no revocation lists, hozen verify does"; }
case ":$PATH:" in *:[!/]*) end 2 'UNUSABLE: a relative place in PATH' ;; esac                 # no program comes from the exhibit
case $(openssl version 2> /dev/null) in     # of another one an option that it lacks would look like a forgery, or hide one
    'OpenSSL 1.1.1'*) ONLY=-no-CApath ;;
    'OpenSSL '[3-9].* | 'OpenSSL '[1-9][0-9].*) ONLY='-no-CApath -no-CAstore' ;;
    *) end 3 "NOT CHECKED: this needs OpenSSL 1.1.1 or later, and here is $(openssl version 2>&1 | tr -cd '[:print:]')" ;;
esac
TRUST='' TSA='' ROOT='' unsure=''
while [ $# -gt 1 ]; do
    case $1$2 in --trust/*) TRUST=$2 ;; --trust*) TRUST=$(pwd)/$2 ;; --tsa/*) TSA=$2 ;; --tsa*) TSA=$(pwd)/$2 ;; --root*) ROOT=$(printf %s "$2" | tr -cd 0-9A-Fa-f | tr A-F a-f); [ ${#ROOT} = 64 ] || end 2 'UNUSABLE: --root needs the 64 hexadecimal digits that were noted' ;; *) end 2 'UNUSABLE: usage: see the top of this file' ;; esac; shift 2
done
cd -- "${1:-$(dirname -- "$0")}" && [ -d items ] && [ -n "$(ls items)" ] || end 2 'UNUSABLE: not an exhibit'
case $(cd -P "${TMPDIR:-/tmp}" 2> /dev/null && pwd -P)/ in / | "$(pwd -P)"/*) TMPDIR=/tmp ;; esac; export TMPDIR
W=$(umask 077; mktemp -d 2> /dev/null) || end 3 'NOT CHECKED: no temporary folder can be made'    # not /dev/stdin and its like, which need /proc
trap 'rm -rf "$W"' EXIT; trap 'exit 130' HUP INT TERM
hex='[0-9a-f]\{64\}' number='[1-9][0-9]\{0,7\}'
sum() { set -- "$(sha256sum)"; printf '%s\n' "${1%% *}"; }
bytes() {                                  # from hexadecimal digits, two for each byte
    rest=$1 values=''; while [ ${#rest} -gt 1 ]; do values="$values 0x${rest%"${rest#??}"}" rest=${rest#??}; done
    printf "$(printf '\\%03o' $values)"
}
fact() { sed -n "s/.*\"$2\":\"\{0,1\}\($3\)[\",}].*/\1/p" "$1"; }                           # FILE KEY FORM, of canonical JSON
signed() { openssl cms -verify -binary -inform DER -in manifest.json.p7s -content manifest.json -signer "$W/signer" -out /dev/null "$@" 2> /dev/null; }
lines() { tr '\000' . < "$1"; }                                                             # a zero byte would end one for grep, and be nothing for read
need() { for name; do [ -e "$name" ] || altered 3 "$name is missing"; kept="$kept ./$name"; done; }
about() { printf '%s\n' "$signer" | openssl x509 -noout "$@"; }
plain() { sed 's/.*=//' | tr -d : | tr A-F a-f; }                                            # a fingerprint as documents have it
role() { sed -n 's/^ *organizationalUnitName *= //p'; }
whole() { [ "$(($(openssl asn1parse -inform DER -in "$1" 2> /dev/null | sed -n '1s/.*hl= *\([0-9]*\) l= *\([0-9]*\) .*/\1 + \2/p')))" = "$(wc -c < "$1" | tr -d ' ')" ]; }      # nothing behind its end
alone() { openssl ts -reply -in "$stamp.tsr" -token_out -out "$W/token" 2> /dev/null && openssl ts -reply -token_in -in "$W/token" -text 2> /dev/null; }     # nobody signed the words beside it
token() { alone | sed -n "s/^$1: //p"; }
status() { openssl ts -reply -in "$stamp.tsr" -text 2> /dev/null | sed -n '/^Status: /{s///p;q;}'; }
stamped() { said=$(openssl ts -verify "$@" -in "$stamp.tsr" -CAfile "$TSA" -auth_level 2 -verify_depth 5 2>&1 > /dev/null); }
links() {                                  # one or more certificates in PEM form, each of which can be read
    n=$(tr -d '\r' < "$1" | grep -c '^-----BEGIN CERTIFICATE-----$') && [ "$n" = "$(openssl crl2pkcs7 -nocrl -certfile "$1" 2> /dev/null | openssl pkcs7 -print_certs -noout 2> /dev/null | grep -c '^subject')" ]
}
issuers() {                                # the kits that issued the signer's certificate, of those that its signature and you bring
    pem=''
    { openssl pkcs7 -inform DER -in manifest.json.p7s -print_certs 2> /dev/null; [ -z "$TRUST" ] || cat "$TRUST"; } | while IFS= read -r line; do
        case $line in -----BEGIN*) pem=$line ;; *) pem=$(printf '%s\n%s' "$pem" "$line") ;; esac
        case $line in -----END*) kit ;; esac
    done
}
kit() {                                    # the fingerprint of `pem` where it is one of these
    [ "$(printf '%s\n' "$pem" | openssl x509 -noout -subject_hash)" = "$(about -issuer_hash)" ] && [ "$(printf '%s\n' "$pem" | openssl x509 -noout -subject -nameopt multiline | role)" = 'hozen kit' ] &&
        printf '%s\n' "$pem" > "$W/kit" && signed -CAfile "$W/kit" -partial_chain -purpose any $ONLY -no_check_time && printf '%s\n' "$pem" | openssl x509 -noout -fingerprint -sha256 | plain
}
renewal() {                                # its list is one, and holds what it has to as it lies here; the rest of it is in the bundle
    ! grep -qvE '^[0-9a-f]{128}  [^[:cntrl:]]+$' "$stamp.sums" && [ -z "$(tail -c 1 "$stamp.sums")" ] && cut -c131- "$stamp.sums" | sort -c -u 2> /dev/null || altered 6 "$stamp.sums: no list in order"
    for name in manifest.json manifest.json.p7s $(find anchors -type f | sort | sed "\\|^$stamp|,\$d"); do
        grep -qxF "$(sha512sum < "$name" | cut -c1-128)  $name" "$stamp.sums" || altered 6 "$stamp.sums: it lacks $name as it lies here"
    done
}

# 1 plain files only. 5 the manifest is what was signed, by the key that it names, whose role fits; trust comes from you alone.
[ -z "$(find . -name '*[!A-Za-z0-9._-]*' -o ! -type d ! -type f -o -type f -links +1)" ] || altered 1 'a link, a device or an unsafe name'
signed -noverify && signer=$(cat "$W/signer") && whole manifest.json.p7s || altered 5 'manifest.json is not what was signed'
[ "$(about -fingerprint -sha256 | plain)" = "$(fact manifest.json signer_certificate_sha256 "$hex")" ] ||
    altered 5 'signed by another certificate than the one that the manifest names'
named=$(fact manifest.json kit "$hex")
if [ "$(about -issuer -nameopt RFC2253 | sed 's/^issuer=//')" = "$(about -subject -nameopt RFC2253 | sed 's/^subject=//')" ]; then found=${named:+none}; else found=$(issuers); fi
[ "$(fact manifest.json schema '[^"]*')" = hozen-bundle/1 ] || end 2 'UNUSABLE: stage 1: manifest.json is of another schema than this script reads'
[ -z "$found" ] || printf '%s\n' "$found" | grep -qx "${named:-null}" || altered 5 'the kit that the manifest names did not certify the signer'

# 6 each token is over the signature or, where a list stands beside it, over the list (a renewal), and of an authority that you trust. It
# counts while that one's certificates are in date: until now, or until a renewal that counts; so the last comes first.
when='its time stamps: not checked, since no authority was given' proved='' strange='' held=$(date +%s)
if [ -n "$TSA" ]; then
    pem --tsa "$TSA" 6
    for stamp in $(find anchors -name '00[0-9][0-9].tsr' 2> /dev/null | sort -r); do
        stamp=${stamp%.tsr} over=manifest.json.p7s; set --
        [ ! -e "$stamp.pem" ] || { links "$stamp.pem" || altered 6 "$stamp.pem: not certificates alone"; set -- -untrusted "$stamp.pem"; }
        [ ! -e "$stamp.sums" ] || { over=$stamp.sums; renewal; }
        case $(status)$(token 'Hash Algorithm') in Granted.sha256 | Granted.sha384 | Granted.sha512) ;; *) altered 6 "$stamp.tsr: no token that this script reads" ;; esac
        case $(token Nonce) in *-*) altered 6 "$stamp.tsr: its nonce is below 0" ;; esac
        whole "$stamp.tsr" || altered 6 "$stamp.tsr: there is something behind its end"
        ! alone | sed '1,/^Extensions:$/d' | grep -q '^[^ ].*: critical$' || altered 6 "$stamp.tsr: it has a critical extension of unknown meaning"
        openssl cms -verify -inform DER -in "$W/token" -noverify -nosigs -no_content_verify -certsout "$W/sent" -out "$W/said" 2> /dev/null || altered 6 "$stamp.tsr: its signer's certificate is not in it"
        ! openssl asn1parse -inform DER -in "$W/said" 2> /dev/null | grep -E ' prim: *BOOLEAN|^ *[0-9]+:d=1 .* prim: *GENERALIZEDTIME' | grep -qvE ':(255|[0-9]{14}([.][0-9]*[1-9])?Z)$' || altered 6 "$stamp.tsr: not in the form of a token"
        [ "$(grep -c '^-----BEGIN' "$W/sent")" -le 16 ] || altered 6 "$stamp.tsr: more certificates in it than a token has"
        time=$(date -u -d "$(token 'Time stamp' | sed 's/[.][0-9]*//')" +%s 2> /dev/null) && [ -n "$time" ] || altered 6 "$stamp.tsr: its time can't be read"
        if ! stamped -data "$over" -attime "$time" "$@"; then
            printf %s "$said" | grep -qE 'unable to get (local )?issuer|self[- ]signed certificate' || altered 6 "$stamp.tsr: not over what it has to be, or not signed by an authority of that name"
            [ "$over" != manifest.json.p7s ] || strange="$stamp.tsr"
        elif [ -e "$stamp.tsq" ] && ! { whole "$stamp.tsq" && stamped -queryfile "$stamp.tsq" -attime "$time" "$@"; }; then altered 6 "$stamp.tsr: not the answer to the request beside it"
        elif ! stamped -data "$over" -attime "$held" "$@"; then :
        elif [ "$over" = manifest.json.p7s ]; then proved=$time
        else held=$time; fi
    done
    [ -z "$strange" ] || [ -n "$proved" ] || altered 6 "$strange: of no authority that you trust"
    if [ -n "$proved" ]; then when="sealed before $(date -u -d "@$proved" +%Y-%m-%dT%H:%M:%SZ), by a token of a trusted authority"
    else open 6 'no token, or its authority ran out and no renewal from before covers it'; fi
fi

# 5 whose key it is, by what you trust, at the proved time or else the claimed one.
who='the signer is tied to no trusted certificate, since none was given'
if [ -n "$TRUST" ]; then
    pem --trust "$TRUST" 5
    set -- -CAfile "$TRUST" -partial_chain -verify_depth 1 -purpose any $ONLY
    signed "$@" -no_check_time || untrusted 'the signer is tied to no trusted certificate'
    [ -n "$found" ] && [ "$found" != none ] || tr -d '\r\n' < "$TRUST" | grep -qF "$(sed '/^-/d' "$W/signer" | tr -d '\n')" || altered 5 'no kit certified the signer'
    [ "$(about -subject -nameopt multiline | role)" = 'hozen collection' ] || altered 5 'the role of the signer'
    if ! signed "$@" -attime "${proved:-$(date -u -d "$(fact manifest.json ended '[0-9T:.-]*Z' | sed 's/T/ /; s/[.Z].*//')" +%s)}"; then
        [ -z "$proved" ] || untrusted 'the proved time is outside the dates of the signer'
        open 5 'the time that the manifest claims is outside the dates of the signer'
    fi
    who='the signer is tied to a trusted certificate'
fi

# 4 from the parts of each record over its leaf up to the root that is signed (RFC 9162, 2.1.3.2), and from the record to the bytes.
shown_acquired=0 shown_partial=0 shown_gap=0 stored=0
root=$(fact manifest.json merkle_root "$hex") count=$(fact manifest.json count "$number") kept='./manifest.json ./manifest.json.p7s' items=''
for proof in items/*.proof; do
    n=${proof%.proof} record=$n.content.json; need "$proof" "$record"; seq=$(fact "$record" seq "$number")
    [ -n "$count" ] && [ -n "$seq" ] && [ "$seq" -le "$count" ] && [ "$n" = "items/$(printf %08d "$seq")" ] || altered 4 'an item under a number that is not its own'
    lines "$proof" | tr '\n' ' ' | grep -q "^hozen-exhibit/1 salt_content $hex \(salt_\)\{0,1\}meta $hex \(node $hex \)*\$" && ! lines "$proof" | grep -vx "[a-z_]* $hex" | grep -qvx hozen-exhibit/1 || altered 4 'a proof of another form'
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
        need "$n"; [ "$(sum < "$n")" = "$(fact "$record" sha256 "$hex")" ] && grep -q "\"size\":$(($(wc -c < "$n"))),\"status\":\"[a-z]*\"}\$" "$record" || altered 4 "item $seq: its bytes are not those recorded"
    fi
    status=$(sed 's/.*"status":"\([a-z]*\)"}$/\1/' "$record"); eval "shown_$status=\$((shown_$status + 1))"; stored=$((stored + $(fact "$record" size '[0-9]*')))
    case $status,$(cat "$record") in partial,*'"ranges_missing":[]'* | acquired,*'"ranges_missing":[{'* | gap,*'"ranges_missing":[{'*) altered 4 "item $seq: what was taken in part, and only that, lacks ranges" ;; esac
    for volume in $(tr ',{}' '\n\n\n' < "$record" | sed -n 's/^"volume":\([0-9]*\)$/\1/p'); do
        grep -q "\"volume-$(printf %05d "$volume")[.]tar" manifest.json || altered 4 "item $seq: its record names a volume that the manifest does not"
    done
    items="$items $seq"
done
acquired=$(fact manifest.json acquired '[0-9]*') partial=$(fact manifest.json partial '[0-9]*') gap=$(fact manifest.json gap '[0-9]*')
[ $((acquired + partial + gap)) = "$count" ] && [ $shown_acquired -le "$acquired" ] && [ $shown_partial -le "$partial" ] && [ $shown_gap -le "$gap" ] && [ $stored -le "$(fact manifest.json bytes '[0-9]*')" ] ||
    altered 4 'the items that are shown are not among those that the manifest counts'

# 8 what you noted. 3 all of these files, and no other. Nothing that is read above is unsigned; this page and README.md are.
[ -z "$ROOT" ] || [ "$ROOT" = "$root" ] || altered 8 'the root is not the one that you gave: another bundle, or one made anew'
last=0
for name in $(find anchors -type f 2> /dev/null | sed 's/[.].*//' | sort -u); do
    last=$((last + 1)); [ "$name" = "anchors/$(printf %04d $last)" ] && [ -f "$name.tsr" ] || altered 3 'a token is missing in anchors/'
done
[ -z "$(ls anchors 2> /dev/null)" ] || kept="$kept ./anchors"
[ ! -d check.sh ] && [ ! -d README.md ] && [ -z "$(find anchors/* -type d 2> /dev/null)" ] && [ "$(find . | grep -vxE '\.|\./(items|check\.sh|README\.md|anchors/00([1-9][0-9]|0[1-9])\.(tsr|tsq|pem|sums))' | sort)" = "$(printf '%s\n' $kept | sort)" ] ||
    altered 3 'a file is missing, or does not belong here'
[ -z "$unsure" ] || end 3 "$unsure"
echo "NO STAGE FAILED: items$items: part of the sealed bundle with the root $root; $who; $when; other items and custody: not checked"
