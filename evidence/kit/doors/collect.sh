#!/bin/sh
# Collects evidence from this Linux machine with what is in this folder, and nothing else.
# この端末(Linux)の証拠を、このフォルダーの中身だけで保全します。
#
#   sh collect.sh              as root / root で
#   sh collect.sh --help       what else it can do / ほかにできること
#
# Start it with "sh": a FAT or exFAT stick carries no executable bit. Needs no program but a shell.

# An infected machine may have set any of these, and bash takes functions from its environment: by
# this assignment it stops to prefer them to exec, unset and the like, and then they are forgotten.
POSIXLY_CORRECT=1
unset -f [ cd pwd printf read say otherwise noexec ulimit
unset LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT LD_DEBUG LD_DEBUG_OUTPUT LD_PROFILE LD_PROFILE_OUTPUT \
    LD_ORIGIN_PATH LD_BIND_NOW LD_BIND_NOT LD_DYNAMIC_WEAK LD_SHOW_AUXV LD_HWCAP_MASK LD_USE_LOAD_BIAS \
    LD_ASSUME_KERNEL LD_TRACE_LOADED_OBJECTS LD_WARN LD_VERBOSE GLIBC_TUNABLES \
    GCONV_PATH LOCPATH NLSPATH MALLOC_TRACE MALLOC_CHECK_ MALLOC_PERTURB_ MALLOC_ARENA_MAX \
    MALLOC_ARENA_TEST MALLOC_MMAP_MAX_ MALLOC_MMAP_THRESHOLD_ MALLOC_TOP_PAD_ \
    MALLOC_TRIM_THRESHOLD_ TZ TZDIR HOSTALIASES \
    OPENSSL_CONF OPENSSL_MODULES OPENSSL_ENGINES SSL_CERT_FILE SSL_CERT_DIR \
    CDPATH PYTHONHOME PYTHONPATH PYTHONSTARTUP PYTHONINSPECT PYTHONPLATLIBDIR PYTHONWARNINGS \
    PYTHONBREAKPOINT PYTHONMALLOC PYTHONTRACEMALLOC PYTHONPROFILEIMPORTTIME PYTHONFAULTHANDLER
# By this name alone it is told in which letters the terminal reads Japanese.
export HOZEN_LETTERS="${LC_ALL:-${LC_CTYPE:-${LANG-}}}"
# Any other locale is files of the host's, and may be a converter of its own: code in our process.
export LC_ALL=C

say() { printf '%s\n' "$@" >&2; }

case $0 in /*) here=${0%/*}/ ;; */*) here=./${0%/*} ;; *) here=. ;; esac
kit=$(cd -P -- "$here" && pwd -P && printf x) || {
    say "This folder can't be entered: $here" "このフォルダーに入れません: $here"
    exit 4
}
kit=${kit%?x} # names may end with a newline
linux=$kit/app/linux
for loader in "$linux"/glibc/ld-linux*; do :; done

# What the machine's own programs give can be had all the same.
otherwise() {
    say "Without it, less is taken, and NOT encrypted, by the machine's own programs:" \
        "これが使えない場合、端末自身のプログラムで取れるものだけを取ります(暗号化されません):" \
        "" "    sh \"$kit/native/collect.sh\""
    exit 4
}

# The mount that this folder is on, when programs may not be started from it.
noexec() {
    [ -r /proc/self/mounts ] || return 1
    found='' options=''
    while read -r _ where _ how _; do
        case $where in *\\*) where=$(printf '%b' "$where") ;; esac # a space stands there as \040
        case "${kit%/}/" in "${where%/}/"*)
            [ ${#where} -lt ${#found} ] || { found=$where options=$how; } ;;
        esac
    done < /proc/self/mounts
    case ",$options," in *,noexec,*) return 0 ;; esac
    return 1
}

if [ ! -f "$loader" ]; then
    say "This kit is damaged: $linux is not complete. Use another one." \
        "キットが壊れています($linux が不完全)。別のキットを使ってください。"
    otherwise
fi
if noexec; then
    say "This medium is mounted 'noexec': nothing can be started from it. It is your decision to allow it:" \
        "この媒体は noexec でマウントされていて、起動できません。許可するかどうかはあなたの判断です:" \
        "" "    mount -o remount,exec \"$found\"" "" \
        "That changes how the medium is mounted, and nothing on the machine's disk. Write down that you did it, and when." \
        "媒体のマウント方法だけが変わり、端末のディスクは変わりません。実行したことと時刻を書き留めてください。"
    exit 4
fi

# As an unpacked zip or a copy by way of another file system leaves it.
if [ ! -x "$loader" ]; then
    say "This copy of the kit has lost the permission to be started. That changes files of the stick alone:" \
        "このキットの写しは、プログラムを起動する許可(実行権)を失っています。次はスティックのファイルだけを変えます:" \
        "" "    chmod -R a+x \"$linux\"" "" \
        "Then start it again. Where that is refused, the medium is mounted so: use another kit." \
        "その後、もう一度起動してください。拒否される場合は媒体のマウントがそうなっています。別のキットを使ってください。"
    otherwise
fi

# Whether it can start at all: `exec` itself could not say so any more.
"$loader" --verify "$linux/python/bin/python3"
case $? in 0 | 2) ;; *)
    say "This kit can't be started here. It needs a 64-bit x86 Linux, and a medium from which programs may be started." \
        "このキットはここでは起動できません。64ビット x86 の Linux と、プログラムを起動できる媒体が必要です。"
    otherwise
    ;;
esac

# With too small a stack the interpreter ends without a word. Raised for this run alone.
stack=$(ulimit -S -s)
case $stack in '' | *[!0-9]*) ;; *)
    [ "$stack" -ge 8192 ] || ulimit -s 8192 2> /dev/null || ulimit -S -s "$(ulimit -H -s)"
    stack=$(ulimit -S -s)
    case $stack in *[!0-9]*) stack=8192 ;; esac
    if [ "$stack" -lt 256 ]; then
        say "This kit can't be started with a stack of $stack KiB, and that can't be raised here (ulimit -s). Start it as root, or from a login without this limit." \
            "スタックの上限が $stack KiB で、ここでは引き上げられないため起動できません(ulimit -s)。root で、またはこの上限のないログインから起動してください。"
        otherwise
    fi
    ;;
esac
# From a slow stick that takes a while, and with options it says at once what it does.
if [ $# -eq 0 ] && [ -t 0 ] && [ -t 2 ]; then
    say "Starting. Press nothing before the first question; that can take a minute." \
        "起動しています。最初の質問が出るまで、1分ほど何も押さずにお待ちください。"
fi
exec "$loader" --inhibit-cache --library-path "$linux/glibc" "$linux/python/bin/python3" \
    -I -S -B -X utf8 "$kit/app/start.py" "$@"
