#!/bin/sh
# Takes evidence from this very machine, verifies what came of it and says where it is.
#
#   sh scripts/collect-here.sh [options of `hozen collect`]
#
# Works as root and, with less to be seen, as an ordinary user. Needs Python 3.11 or newer and the
# package index once. Writes to .venv and evidence-out in this clone, and to pip's cache; nowhere else.
set -eu
cd "$(dirname "$0")/.."
. scripts/environment.sh

install ''
umask 077 # the bundle of this trial is not encrypted
mkdir -p evidence-out

code=0
"$HOZEN_VENV/bin/hozen" collect --output evidence-out --profile quick "$@" || code=$?
case $code in
    0 | 3) ;; # 3: sealed, and something that was expected was refused; the list stands above
    *) exit "$code" ;;
esac

bundle=$(ls -td evidence-out/HZ_*/ | head -n 1)
bundle=${bundle%/}
printf '\n$ hozen verify %s\n' "$bundle"
"$HOZEN_VENV/bin/hozen" verify "$bundle"
printf '\nThe bundle: %s/%s\n' "$(pwd -P)" "$bundle"
printf 'Without hozen: sh %s/verify.sh\n' "$bundle"
