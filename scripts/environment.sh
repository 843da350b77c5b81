# Sourced by the scripts beside it, from the clone's root: makes a virtual environment in the clone.
# Needs Python 3.11 or newer; writes to $HOZEN_VENV (.venv in the clone) and pip's cache.
HOZEN_VENV=${HOZEN_VENV:-.venv}
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

say() { printf '%s\n' "$*" >&2; }

find_python() {
    for candidate in python3 python3.13 python3.12 python3.11 python3.14; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    say 'Python 3.11 or newer is needed; Debian 12 has it: apt-get install -y python3 python3-venv'
    exit 4
}

# Temporary files go beside what is installed: elsewhere deleted evidence may lie.
building() {
    mkdir -p "$HOZEN_VENV/building"
    TMPDIR=$(cd "$HOZEN_VENV/building" && pwd -P) "$@"
}

# For a Python later than 3.13 yara-python is published as source only, and compiled here.
can_install() {
    "$1" -c '
import os, shutil, sys, sysconfig
headers = os.path.join(sysconfig.get_path("include"), "Python.h")
compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
there = os.path.exists(headers) and shutil.which(compiler)
sys.exit(sys.version_info >= (3, 14) and not there)'
}

make_environment() {
    "$HOZEN_VENV/bin/python" -m pip --version >/dev/null 2>&1 && return
    python=$(find_python)
    if ! can_install "$python"; then
        say "$python is later than 3.13: a library has to be compiled." \
            'As root, once: apt-get install -y gcc libc6-dev python3-dev'
        exit 4
    fi
    rm -rf "$HOZEN_VENV"
    if ! building "$python" -m venv "$HOZEN_VENV" >/dev/null 2>&1; then
        rm -rf "$HOZEN_VENV"
        say "$python can't make virtual environments. As root, once: apt-get install -y python3-venv"
        exit 4
    fi
}

# install WHAT [pip's options]: hozen with these extras, unless that was done for this very state.
install() {
    make_environment
    done_before=$HOZEN_VENV/installed-${1:-plain}
    fresh=$(find pyproject.toml .ci/lock.txt -newer "$done_before" 2>/dev/null || echo unknown)
    [ -n "$fresh" ] || return 0
    say "Installing into $HOZEN_VENV (the first time, about a minute) ..."
    building "$HOZEN_VENV/bin/python" -m pip install --quiet --constraint .ci/lock.txt \
        --editable ".${1:+[$1]}"
    rm -rf "$HOZEN_VENV/building"
    # Now, as the program itself compiles nothing: it writes nowhere but to its destination.
    "$HOZEN_VENV/bin/python" -m compileall -q chain_of_custody collectors evidence
    touch "$done_before"
}
