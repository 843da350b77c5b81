/* A library that leaves a file beside itself when a program loads it, and a program that does when
   it is run. */
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE self, DWORD why, LPVOID reserved)
{
    char name[MAX_PATH + 8];

    (void)reserved;
    if (why == DLL_PROCESS_ATTACH) {
        name[GetModuleFileNameA(self, name, MAX_PATH)] = '\0';
        lstrcatA(name, ".loaded");
        CloseHandle(CreateFileA(name, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL));
    }
    return TRUE;
}

int main(void)
{
    return !DllMain(NULL, DLL_PROCESS_ATTACH, NULL);
}
