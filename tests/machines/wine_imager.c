/* An imager for tests on Windows: gives bytes that say "AVML" first, to its output or to a file.
   imager.exe HOW BYTES [FILE]; HOW: whole, fail, hang, leave (another one of it, which hangs), long. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <io.h>
#include <windows.h>

int main(int count, char **given) {
    static char zeros[1 << 16];
    char self[MAX_PATH], line[2 * MAX_PATH];
    const char *how = given[1];
    long long left = atoll(given[2]);
    FILE *to = count > 3 ? fopen(given[3], "wb") : stdout;
    STARTUPINFOA start = {sizeof start};
    PROCESS_INFORMATION begun;

    if (to == NULL) return 9;
    _setmode(_fileno(to), _O_BINARY);
    fprintf(stderr, "driver loaded\n");
    fflush(stderr);
    if (strcmp(how, "leave") == 0) {
        GetModuleFileNameA(NULL, self, sizeof self);
        snprintf(line, sizeof line, "\"%s\" hang 4", self);
        CreateProcessA(self, line, NULL, NULL, TRUE, DETACHED_PROCESS, NULL, NULL, &start, &begun);
        fprintf(stderr, "left %lu\n", begun.dwProcessId);
    }
    fwrite("AVML", 1, 4, to);
    for (left -= 4; left > 0; left -= sizeof zeros)
        fwrite(zeros, 1, left < (long long)sizeof zeros ? left : sizeof zeros, to);
    fclose(to);
    if (strcmp(how, "hang") == 0) Sleep(INFINITE);
    if (strcmp(how, "fail") == 0) {
        fprintf(stderr, "no driver\n");
        return 7;
    }
    return 0;
}
