// Commands that destroy backups and recovery. One alone may be an administrator's; two are medium,
// unless one program's own help would hold both.
// A letter in brackets keeps this text, and the compiled rule, from matching themselves.

rule recovery_shadows_vssadmin
{
    strings:
        $a = /[v]ssadmin(\.exe)?\"?\s{1,4}delete\s{1,4}shadows/ ascii wide nocase
    condition:
        any of them
}

rule recovery_shadows_wmic
{
    strings:
        $a = /[w]mic(\.exe)?\"?\s{1,4}shadowcopy\s{1,4}(\S{1,80}\s{1,4}){0,3}delete/ ascii wide nocase
    condition:
        any of them
}

rule recovery_shadows_powershell
{
    strings:
        $a = /[w]in32_shadowcopy[^\r\n]{1,80}(Remove-(WmiObject|CimInstance)|\.Delete\()/ ascii wide nocase
    condition:
        any of them
}

rule recovery_shadow_storage
{
    strings:
        $a = /[v]ssadmin(\.exe)?\"?\s{1,4}resize\s{1,4}shadowstorage\s[^\r\n]{1,120}maxsize=/ ascii wide nocase
    condition:
        any of them
}

rule recovery_boot_failures_ignored
{
    strings:
        $a = /[b]ootstatuspolicy\s{1,4}ignoreallfailures/ ascii wide nocase
    condition:
        any of them
}

rule recovery_console_off
{
    strings:
        $a = /[b]cdedit(\.exe)?\"?\s{1,4}\/set\s[^\r\n]{0,60}recoveryenabled\s{1,4}no/ ascii wide nocase
        $b = /[r]eagentc(\.exe)?\"?\s{1,4}\/disable/ ascii wide nocase
    condition:
        any of them
}

rule recovery_catalog_deleted
{
    strings:
        $a = /[w]badmin(\.exe)?\"?\s{1,4}delete\s{1,4}catalog/ ascii wide nocase
    condition:
        any of them
}

rule recovery_backups_deleted
{
    strings:
        $a = /[w]badmin(\.exe)?\"?\s{1,4}delete\s{1,4}(systemstate)?backup/ ascii wide nocase
        $b = /[k]eepversions:0/ ascii wide nocase
    condition:
        any of them
}

private rule inhibits_by_vssadmin
{
    condition:
        recovery_shadows_vssadmin or recovery_shadow_storage
}

private rule inhibits_by_wbadmin
{
    condition:
        recovery_catalog_deleted or recovery_backups_deleted
}

rule inhibition_of_recovery
{
    condition:
        not many_files and 2 of (inhibits_by_*, recovery_shadows_wmic, recovery_shadows_powershell,
            recovery_boot_failures_ignored, recovery_console_off)
}

rule own_file_zeroed
{
    strings:
        $a = /[f]sutil(\.exe)?\"?\s{1,4}file\s{1,4}setzerodata\s{1,4}offset=0\s{1,4}length=524288/ ascii wide nocase
    condition:
        any of them
}

rule wmic_batch_file
{
    strings:
        $a = /[t]empwmicbatchfile\.bat/ ascii wide nocase
    condition:
        any of them
}
