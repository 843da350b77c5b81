/* The one function that Wine 8 lacks and cryptography's wheel imports: ProcessPrng, Windows 10's
 * random bytes. For the Wine of the tests only; nothing of it is shipped.
 */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID bytes, ULONG count); /* RtlGenRandom, in advapi32 */

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count)
{
    const SIZE_T most = 1 << 28;
    while (count > 0) {
        SIZE_T now = count < most ? count : most;
        if (!SystemFunction036(bytes, (ULONG)now)) return FALSE;
        bytes += now;
        count -= now;
    }
    return TRUE;
}
