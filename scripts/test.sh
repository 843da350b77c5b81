#!/bin/sh
# Passes the tests, with everything that they need.
#
#   sh scripts/test.sh [options of pytest]
#
# As root it installs the Debian packages that are missing; otherwise it names them, and the tests
# that need them will fail. Writes to this clone, to pip's cache and to the temporary folder.
set -eu
cd "$(dirname "$0")/.."
. scripts/environment.sh

# Strangers' tools: they must open our bundles and agree with us. program:package
STRANGERS='age:age zstd:zstd openssl:openssl strace:strace busybox:busybox tar:tar
certtool:gnutls-bin gpgsm:gpgsm softhsm2-util:softhsm2 mkfs.ext4:e2fsprogs mkfs.vfat:dosfstools
mcopy:mtools mkntfs:ntfs-3g genisoimage:genisoimage sgdisk:gdisk sfdisk:fdisk qemu-img:qemu-utils
icat:sleuthkit ewfacquirestream:ewf-tools mkfs.exfat:exfatprogs mkfs.xfs:xfsprogs
mkfs.btrfs:btrfs-progs mount.exfat-fuse:exfat-fuse losetup:mount
faketime:faketime vshadowinfo:libvshadow-utils hivexsh:libhivex-bin pahole:dwarves
journalctl:systemd /lib/systemd/systemd-journal-remote:systemd-journal-remote
bpftool:bpftool qemu-system-x86_64:qemu-system-x86 cpio:cpio tmux:tmux
wineserver:wine64 wine:wine x86_64-w64-mingw32-gcc:gcc-mingw-w64-x86-64-win32 locale-gen:locales
debootstrap:debootstrap zip:zip gcc:gcc gencat:libc6-dev original-awk:original-awk
lvm:lvm2 mdadm:mdadm'

missing=''
for stranger in $STRANGERS; do
    command -v "${stranger%%:*}" >/dev/null 2>&1 || missing="$missing ${stranger#*:}"
done
if [ ! -x "$HOZEN_VENV/bin/python" ] && ! python3 -c 'import ensurepip' 2>/dev/null; then
    missing="$missing python3-venv"
fi
if [ ! -x "$HOZEN_VENV/bin/python" ] && python=$(find_python 2>/dev/null) && ! can_install "$python"
then
    missing="$missing libc6-dev python3-dev"
fi
if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing Debian packages:$missing"
    apt-get update -qq
    # shellcheck disable=SC2086 # a list of names
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
elif [ -n "$missing" ]; then
    say "MISSING:$missing. As root, once: apt-get install -y$missing"
    say 'Without them tests below tests/evidence and tests/vectors fail.'
fi
[ "$(id -u)" = 0 ] || say 'NOTE: not root: tests that mount file systems or change users fail.'

install test
# A file's tests share what is made for them: they stay together, files are shared among processes.
exec "$HOZEN_VENV/bin/python" -m pytest -n auto --dist loadfile --no-loadscope-reorder "$@"
