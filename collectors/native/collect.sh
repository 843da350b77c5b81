#!/bin/sh
# hozen, native tier, Linux: takes what the tools of the machine itself can give. Needs a POSIX sh.
#
#   sh collect.sh [FOLDER]
#
# Writes to a new folder NATIVE_<host>_<UTC> in FOLDER (else beside this script, from a kit into the
# kit's "out") and nowhere else.
# Changes nothing on the machine, opens no network connection, ends no process but its own steps.
# Exit codes: 0 done, 2 wrong usage, 3 done but something is missing, 4 could not run.
# HOZEN_STEP_SECONDS: the longest that a step may take (120). Afterwards: docs/native.md.

# bash takes functions from its environment: by this assignment it stops to prefer them to unset and
# the like, and then those that bear a name of what is used here are forgotten.
POSIXLY_CORRECT=1
unset -f [ cat cd date dd df find grep id kill mkdir printf pwd rm sed sleep touch tr uname wait

# Names are looked up where the system keeps its own programs, whatever this machine's setting is.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
IFS=' 	
'
export PATH LC_ALL
unset ENV BASH_ENV CDPATH LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT PS_FORMAT TAR_OPTIONS GREP_OPTIONS
umask 077
set -f # patterns are expanded only where they are meant to be

TAB='	'
NEWLINE='
'
LIMIT=${HOZEN_STEP_SECONDS:-120}
case $LIMIT in 0* | *[!0-9]* | ?????*) LIMIT=120 ;; esac

say() { printf '%s\n' "$1" "$2" >&2; }

stop() {
    say "$2" "$3"
    exit "$1"
}

now() { date -u +%Y-%m-%dT%H:%M:%SZ 2>/dev/null || echo unknown; }

# A tab or a newline in a field would make other columns or rows of it.
flat() {
    flat=$1
    case $flat in
    *"$TAB"* | *"$NEWLINE"*) flat=$(printf '%s' "$flat" | tr '\t\n' '  ') ;;
    esac
}

# row STEP ORIGIN BEGIN END EXIT OUTCOME STDOUT STDERR: one line of the log.
row() {
    flat "$7"
    line="$3$TAB$4$TAB$5$TAB$6$TAB$flat$TAB$8"
    flat "$2"
    line="$1$TAB$flat$TAB$line"
    [ "$6" = ok ] || missing=$((missing + 1))
    write_line "$line" || {
        make_room
        write_line "$NEWLINE$line"
    }
}

write_line() { printf '%s\n' "$1" 2>/dev/null >>"$OUT/steps.tsv"; }

# A block more: what a program could not write it doesn't always say.
has_room() { printf '%8192s' x 2>/dev/null >"$OUT/probe"; }

# The medium is full: the room that was kept is given back, so that the log can still say so.
make_room() {
    if [ -z "$full" ]; then
        say '保存先がいっぱいです。残りは取れません。取れなかったものは steps.tsv に書きます。' \
            'The medium is full. The rest is not taken; steps.tsv says what is missing.'
    fi
    full=yes
    rm -f "$OUT/reserve" "$OUT/probe"
}

# Where a program is. A shell's own words (echo, kill) are no programs.
find_program() {
    program=
    for folder in /usr/sbin /usr/bin /sbin /bin; do
        if [ -f "$folder/$1" ] && [ -x "$folder/$1" ]; then
            program=$folder/$1
            return 0
        fi
    done
    return 1
}

# What every step begins with: no variable of this machine's reaches it.
clean=
find_program env && clean="$program -i PATH=$PATH LC_ALL=C"

# step NAME PROGRAM ARGUMENT...: run it, keep all that it says; its failure is a line of the log.
step() {
    name=$1
    shift
    origin="command:$*"
    begin=$(now)
    if [ -n "$full" ]; then
        row "$name" "$origin" "$begin" "$begin" - full - -
    elif ! find_program "$1"; then
        row "$name" "$origin" "$begin" "$begin" - absent - -
    else
        shift
        origin="command:$program${1:+ $*}"
        limited "$OUT/$name.txt" "$OUT/$name.err" "$program" "$@"
        row "$name" "$origin" "$begin" "$(now)" "$code" "$outcome" "$name.txt" "$name.err"
    fi
}

# limited STDOUT STDERR PROGRAM ARGUMENT...: sets code and outcome. A step that hangs is ended, and
# left behind where even that takes no effect: the watcher wakes us by a signal.
limited() {
    out=$1
    err=$2
    shift 2
    late=
    # shellcheck disable=SC2086 # words without blanks
    $clean "$@" </dev/null >"$out" 2>"$err" &
    child=$!
    watch &
    watcher=$!
    wait "$child"
    code=$?
    [ -z "$late" ] || kill -KILL "$child" 2>/dev/null
    child=
    kill -USR2 "$watcher" 2>/dev/null
    wait "$watcher" 2>/dev/null
    [ -n "$full" ] || has_room || make_room
    outcome=failed
    [ "$code" = 0 ] && outcome=ok
    if [ -n "$late" ]; then
        outcome=timeout
        code=-
    elif [ "$code" != 0 ] && grep -i -q -e 'permission denied' -e 'not permitted' "$err"; then
        outcome=denied
    fi
}

# Ended by USR2, which nobody else listens to: the beginning of a forked shell, which still has the
# traps of its parent, would lose a signal that is trapped there.
watch() {
    nap=
    trap 'kill $nap 2>/dev/null; exit 0' USR2
    sleep "$LIMIT" >/dev/null 2>&1 &
    nap=$!
    wait $nap
    kill -USR1 $$
}

# Nothing of ours goes on after us: a watcher would send its signal to whoever has our number then.
interrupted() {
    trap '' INT TERM HUP
    [ -z "$child" ] || kill -KILL "$child" 2>/dev/null
    kill -USR2 "$watcher" 2>/dev/null
    rm -f "$OUT/reserve" "$OUT/probe"
    stop 3 "中断しました。取れた分は残っています: $OUT" "Interrupted; what was taken stays: $OUT"
}

# copy NAME PATH...: whole files; a path that isn't there is told, too.
copy() {
    name=$1
    shift
    for path; do
        begin=$(now)
        origin=$path
        if [ -n "$full" ]; then
            row "$name" "$origin" "$begin" "$begin" - full - -
        elif [ ! -e "$path" ]; then
            row "$name" "$origin" "$begin" "$begin" - absent - -
        elif [ ! -f "$path" ] || users_link "$path"; then
            row "$name" "$origin" "$begin" "$begin" - skipped - -
        else
            copy_file "$path"
        fi
    done
}

# A link of a user's own could lead to what must stay: hashes of passwords, keys.
users_link() {
    case $1 in /home/* | /root/*) [ -h "$1" ] ;; *) return 1 ;; esac
}

copy_file() {
    place=files$1
    mkdir -p "$OUT/${place%/*}" 2>/dev/null
    limited "$OUT/$place" "$OUT/$name.err.part" cat -- "$1"
    cat "$OUT/$name.err.part" >>"$OUT/$name.err" 2>/dev/null
    rm -f "$OUT/$name.err.part"
    touch -r "$1" "$OUT/$place" 2>/dev/null
    row "$name" "$origin" "$begin" "$(now)" "$code" "$outcome" "$place" "$name.err"
}

# each NAME PATTERNS: the same of all files that each pattern names; one that names none is told.
each() {
    name=$1
    for pattern in $2; do
        set +f
        # shellcheck disable=SC2086 # patterns are to be expanded
        set -- $pattern
        set -f
        if [ -e "$1" ] || [ -h "$1" ]; then
            copy "$name" "$@"
        else
            row "$name" "$pattern" "$(now)" "$(now)" - absent - -
        fi
    done
}

[ $# -le 1 ] || stop 2 '使い方: sh collect.sh [保存先フォルダー]' 'Usage: sh collect.sh [FOLDER]'
case $0 in */*) here=${0%/*}/ ;; *) here=. ;; esac
[ ! -f "$here/../kit.json" ] || here=$here/../out
here=${1:-$here}
case $here in /*) ;; *) here=./$here ;; esac
base=$(cd -P -- "$here" 2>/dev/null && pwd -P && printf x) ||
    stop 2 "保存先のフォルダーがありません: $here" "No such folder: $here"
base=${base%?x} # names may end with a newline
host=$(uname -n 2>/dev/null | tr -c 'A-Za-z0-9.\n-' '_')
OUT=$base/NATIVE_${host:-unknown}_$(date -u +%Y%m%dT%H%M%SZ)
mkdir "$OUT" 2>/dev/null ||
    stop 4 "保存先に書けません: $base (別の媒体を使ってください)" "Can't write to $base; use another medium."

full=
missing=0
child=
watcher=
trap 'late=yes' USR1
trap interrupted INT TERM HUP

say '証拠を集めています。電源を切らず、再起動しないでください。' \
    'Collecting. Do not switch off, do not restart.'
printf 'hozen-native/1\tlinux\nstep\torigin\tbegin\tend\texit\toutcome\tstdout\tstderr\n' \
    >"$OUT/steps.tsv" || stop 4 "保存先に書けません: $OUT" "Can't write to $OUT"
dd if=/dev/zero of="$OUT/reserve" bs=65536 count=8 >/dev/null 2>&1

begin=$(now)
if [ "$(id -u)" = 0 ]; then
    row rights 'rights:root' "$begin" "$begin" 0 ok - -
else
    say '★ 管理者(root)ではありません。取れるものが減ります。記録に残します。' \
        'NOT ROOT: much will be refused. The log says so.'
    row rights "rights:uid $(id -u)" "$begin" "$begin" - denied - -
fi
disk_of() { df -P "$1" 2>/dev/null | sed -n '2s/ .*//p'; }
disk=$(disk_of "$OUT")
if [ -z "$disk" ]; then
    row destination 'destination:on a disk that df does not tell' "$begin" "$begin" - absent - -
elif [ "$disk" = "$(disk_of /)" ]; then
    say '★ 保存先がこの端末のディスクです。USB媒体から実行するほうが証拠を上書きしません。' \
        'The destination is on the disk of this machine: run it from a USB medium instead.'
    row destination 'destination:same disk as /' "$begin" "$begin" - skipped - -
fi

# Most fleeting first. /proc rather than ss, iptables and the like, which load kernel modules, and
# than ifconfig, which opens a socket of the network.
step clock date
step clock-utc date -u
step uptime cat /proc/uptime
step who who -a
step processes ps -ef
step processes-busybox ps
step process-details sh -c 'for p in /proc/[0-9]*; do echo "== $p"; tr "\000" " " <"$p/cmdline"; echo; cat "$p/status"; readlink "$p/exe" "$p/cwd" "$p/root"; done; true'
step process-files sh -c 'for p in /proc/[0-9]*; do echo "== $p"; ls -l "$p/fd"; done; true'
step process-maps sh -c 'for p in /proc/[0-9]*; do echo "== $p"; cat "$p/maps"; done; true'
for table in tcp tcp6 udp udp6 raw raw6 unix packet arp route ipv6_route if_inet6 dev fib_trie netlink; do
    step "net-$table" cat "/proc/net/$table"
done
step addresses ip addr show
step routes ip route show table all
step neighbours ip neigh show
step modules cat /proc/modules
step mounts cat /proc/self/mountinfo
step kernel-log dmesg
step logins last -w
step logins-busybox last
step logins-failed lastb
step services systemctl list-units --all --no-pager --plain
step service-files systemctl list-unit-files --no-pager
step timers systemctl list-timers --all --no-pager
step sessions loginctl list-sessions --no-pager
step shared-memory cat /proc/sysvipc/shm

# Logs: they roll over.
each logs '/var/log/wtmp* /var/log/btmp* /var/log/lastlog /run/utmp /var/run/utmp'
each logs '/var/log/auth.log* /var/log/secure* /var/log/syslog* /var/log/messages* /var/log/kern.log* /var/log/audit/audit.log*'
each logs '/var/log/cron* /var/log/daemon.log* /var/log/user.log* /var/log/dmesg* /var/log/boot.log*'
each journal '/var/log/journal/*/*.journal /run/log/journal/*/*.journal'

# Then what stays.
step kernel uname -a
step command-line cat /proc/cmdline
step partitions cat /proc/partitions
step space df -P -l
step block-devices lsblk -P -o NAME,SIZE,TYPE,FSTYPE,MOUNTPOINT,MODEL,SERIAL,RO
copy system /etc/hostname /etc/os-release /etc/machine-id /etc/hosts /etc/resolv.conf /etc/nsswitch.conf /etc/fstab
copy accounts /etc/passwd /etc/group /etc/sudoers /etc/login.defs
each accounts '/etc/sudoers.d/* /etc/pam.d/* /etc/security/*.conf /root/.ssh/authorized_keys /home/*/.ssh/authorized_keys'
copy services /etc/ssh/sshd_config /etc/rc.local /etc/inittab /etc/ld.so.preload
each services '/etc/ssh/sshd_config.d/* /etc/systemd/system/*.service /etc/systemd/system/*.timer /etc/profile'
each schedules '/etc/crontab /etc/cron.d/* /etc/cron.hourly/* /etc/cron.daily/* /var/spool/cron/* /var/spool/cron/crontabs/*'
each shells '/root/.bash_history /root/.ash_history /home/*/.bash_history /home/*/.ash_history /root/.profile /root/.bashrc /home/*/.profile /home/*/.bashrc'
step packages dpkg-query -W
step packages-alpine apk info -v
step temporary ls -laR /tmp /var/tmp /dev/shm
row packages-rpm 'command:rpm -qa' "$(now)" "$(now)" - skipped - -

# The room that was kept is part of the folder no longer; then everything is listed by its digest.
rm -f "$OUT/reserve" "$OUT/probe"
if [ -z "$full" ] && find_program sha256sum; then
    LIMIT=$((LIMIT * 30))
    has_room() { :; } # the folder is complete: nothing may be added while it is listed
    cd "$OUT" && limited "$OUT/SHA256SUMS.txt" /dev/null find . -type f ! -name SHA256SUMS.txt -exec sha256sum '{}' ';'
    [ "$outcome" = ok ] || full=digests
else
    say '★ ハッシュ値の一覧は作れませんでした。' 'NO LIST OF DIGESTS could be made.'
    full=digests
fi
say "終わりました。取れなかったもの: $missing 件(steps.tsv)。フォルダー: $OUT" \
    "Done. Not taken: $missing (see steps.tsv). Folder: $OUT"
say '次に: 媒体を外し、別のPCで「hozen ingest」を実行する担当者に渡してください。' \
    "Next: take the medium to a PC of the examiner, where 'hozen ingest' seals it."
[ "$missing" = 0 ] && [ -z "$full" ] || exit 3
