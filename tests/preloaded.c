/* A library that makes the file MARK when a kit's interpreter loads it: a shell before it, which the
   host starts, loads it in any case. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

__attribute__((constructor)) static void loaded(void)
{
    static char words[1 << 16];
    int file = open("/proc/self/cmdline", O_RDONLY);
    ssize_t size = read(file, words, sizeof words - 1);

    close(file);
    for (char *word = words; size > 0 && word < words + size; word += strlen(word) + 1)
        if (strstr(word, "start.py"))
            close(open(MARK, O_CREAT | O_WRONLY, 0600));
}

/* What makes a library one that LD_AUDIT takes. */
unsigned la_version(unsigned version)
{
    return version;
}
