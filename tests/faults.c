/* Lets a system call on certain folders fail, or be met by a signal, when it is the n-th of its kinds:
   between the program and the C library, so that whatever the program is written in meets it. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { OPEN = 1, READ = 2, LOOK = 4, MAKE = 8, WRITE = 16, FLUSH = 32, NAME = 64, REMOVE = 128,
       CLOSE = 256, LOCK = 512, MODE = 1024, SAY = 2048 };

static struct { long seen; char what[1024]; } *told;
static char folder[1024];
static long at;
static int kinds, error, number, forever;
static unsigned char ours[1 << 16];

__attribute__((constructor)) static void begin(void)
{
    told = mmap(0, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

void faults_arm(const char *where, long when, int of, int what, int sent, int always)
{
    snprintf(folder, sizeof folder, "%s", where);
    kinds = of, error = what, number = sent, forever = always;
    told->seen = 0, told->what[0] = 0;
    ours[1] = 1;
    at = when;
}

long faults_seen(void) { return told->seen; }
const char *faults_what(void) { return told->what; }

static int held(int file) { return file >= 0 && file < 1 << 16 && ours[file]; }
static int below(int base, const char *path)
{
    size_t length = strlen(folder);
    if (!at || !path)
        return 0;
    return path[0] == '/' ? !strncmp(path, folder, length) : base >= 0 && held(base);
}

static int fails(const char *name, int kind, int relevant, const char *path, int file)
{
    if (!at || !relevant || !(kinds & kind))
        return 0;
    long seen = ++told->seen;
    if (seen < at || (seen > at && !forever))
        return 0;
    if (seen == at)
        snprintf(told->what, sizeof told->what, "%s(%s%d)", name, path ? path : "", file);
    if (number)
        kill(getpid(), number);
    errno = error;
    return error != 0;
}

#define NEXT(type, name, ...) static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static int opened(int file, int relevant)
{
    if (file >= 0 && file < 1 << 16)
        ours[file] = relevant;
    return file;
}

int open64(const char *path, int flags, ...)
{
    NEXT(int, "open64", const char *, int, ...);
    va_list rest; va_start(rest, flags); int mode = va_arg(rest, int); va_end(rest);
    int relevant = below(-1, path);
    if (fails("open", flags & O_CREAT ? MAKE : OPEN, relevant, path, -1))
        return -1;
    return opened(real(path, flags, mode), relevant);
}
int open(const char *path, int flags, ...)
{
    va_list rest; va_start(rest, flags); int mode = va_arg(rest, int); va_end(rest);
    return open64(path, flags, mode);
}
int openat64(int base, const char *path, int flags, ...)
{
    NEXT(int, "openat64", int, const char *, int, ...);
    va_list rest; va_start(rest, flags); int mode = va_arg(rest, int); va_end(rest);
    int relevant = below(base, path);
    if (fails("openat", flags & O_CREAT ? MAKE : OPEN, relevant, path, base))
        return -1;
    return opened(real(base, path, flags, mode), relevant);
}
DIR *opendir(const char *path)
{
    NEXT(DIR *, "opendir", const char *);
    int relevant = below(-1, path);
    if (fails("opendir", OPEN, relevant, path, -1))
        return 0;
    DIR *made = real(path);
    if (made)
        opened(dirfd(made), relevant);
    return made;
}
struct dirent64 *readdir64(DIR *folder_)
{
    NEXT(struct dirent64 *, "readdir64", DIR *);
    if (fails("readdir", READ, held(dirfd(folder_)), 0, dirfd(folder_)))
        return 0;
    return real(folder_);
}
ssize_t read(int file, void *data, size_t size)
{
    NEXT(ssize_t, "read", int, void *, size_t);
    return fails("read", READ, held(file), 0, file) ? -1 : real(file, data, size);
}
ssize_t pread64(int file, void *data, size_t size, off64_t from)
{
    NEXT(ssize_t, "pread64", int, void *, size_t, off64_t);
    return fails("pread", READ, held(file), 0, file) ? -1 : real(file, data, size, from);
}
ssize_t write(int file, const void *data, size_t size)
{
    NEXT(ssize_t, "write", int, const void *, size_t);
    return fails("write", file == 1 ? SAY : WRITE, held(file), 0, file) ? -1 : real(file, data, size);
}
int fsync(int file)
{
    NEXT(int, "fsync", int);
    return fails("fsync", FLUSH, held(file), 0, file) ? -1 : real(file);
}
int close(int file)
{
    NEXT(int, "close", int);
    int was = held(file) && file != 1;
    if (was)
        ours[file] = 0;
    int done = real(file);
    return fails("close", CLOSE, was, 0, file) ? -1 : done;
}
int flock(int file, int how)
{
    NEXT(int, "flock", int, int);
    return fails("flock", LOCK, held(file), 0, file) ? -1 : real(file, how);
}
int fchmod(int file, mode_t mode)
{
    NEXT(int, "fchmod", int, mode_t);
    return fails("fchmod", MODE, held(file), 0, file) ? -1 : real(file, mode);
}
#define ON_PATH(name, kind) int name(const char *path) { NEXT(int, #name, const char *); \
    return fails(#name, kind, below(-1, path), path, -1) ? -1 : real(path); }
ON_PATH(unlink, REMOVE)
ON_PATH(rmdir, REMOVE)
int unlinkat(int base, const char *path, int flags)
{
    NEXT(int, "unlinkat", int, const char *, int);
    return fails("unlinkat", REMOVE, below(base, path), path, base) ? -1 : real(base, path, flags);
}
#define ON_MODE(name, kind) int name(const char *path, mode_t mode) { \
    NEXT(int, #name, const char *, mode_t); \
    return fails(#name, kind, below(-1, path), path, -1) ? -1 : real(path, mode); }
ON_MODE(mkdir, NAME)
ON_MODE(chmod, MODE)
int rename(const char *old, const char *new)
{
    NEXT(int, "rename", const char *, const char *);
    return fails("rename", NAME, below(-1, new), new, -1) ? -1 : real(old, new);
}
#define LOOKING(name, type) int name(const char *path, struct type *found) { \
    NEXT(int, #name, const char *, struct type *); \
    return fails(#name, LOOK, below(-1, path), path, -1) ? -1 : real(path, found); }
LOOKING(stat64, stat64)
LOOKING(lstat64, stat64)
LOOKING(statvfs64, statvfs64)
int fstat64(int file, struct stat64 *found)
{
    NEXT(int, "fstat64", int, struct stat64 *);
    return fails("fstat", LOOK, held(file) && file != 1, 0, file) ? -1 : real(file, found);
}
int fstatat64(int base, const char *path, struct stat64 *found, int flags)
{
    NEXT(int, "fstatat64", int, const char *, struct stat64 *, int);
    return fails("fstatat", LOOK, below(base, path), path, base) ? -1 : real(base, path, found, flags);
}
