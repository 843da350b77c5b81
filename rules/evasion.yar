// Commands that switch protection or records off.
// A letter in brackets keeps this text, and the compiled rule, from matching themselves.

rule evasion_logs_cleared_wevtutil
{
    strings:
        $a = /[w]evtutil(\.exe)?\"?\s{1,4}(cl|clear-log)\s/ ascii wide nocase
    condition:
        any of them
}

rule evasion_logs_cleared_powershell
{
    strings:
        $a = /[c]lear-eventlog\s{1,4}(-logname\s|[\"']?[a-z])/ ascii wide nocase
    condition:
        any of them
}

rule evasion_defender_monitoring_off
{
    strings:
        $a = /[s]et-mppreference\s[^\r\n]{0,120}-disablerealtimemonitoring\s/ ascii wide nocase
    condition:
        any of them
}

rule evasion_defender_exclusion
{
    strings:
        $a = /[a]dd-mppreference\s[^\r\n]{0,120}-exclusionpath\s/ ascii wide nocase
    condition:
        any of them
}

rule evasion_defender_service_off
{
    strings:
        $a = /[s]c(\.exe)?\"?\s{1,4}config\s{1,4}windefend\s{1,4}start=\s{0,4}disabled/ ascii wide nocase
    condition:
        any of them
}

rule evasion_firewall_off
{
    strings:
        $a = /[n]etsh(\.exe)?\"?\s[^\r\n]{0,60}opmode\s{1,4}(mode=)?disable/ ascii wide nocase
        $b = /[n]etsh(\.exe)?\"?\s{1,4}advfirewall\s{1,4}set\s{1,4}\w{4,15}\s{1,4}state\s{1,4}off/ ascii wide nocase
    condition:
        any of them
}

rule evasion_remote_links
{
    strings:
        $a = /[s]ymlinkevaluation\s{1,4}R2[LR]:1/ ascii wide nocase
    condition:
        any of them
}

rule evasion_remote_desktop_on
{
    strings:
        $a = /[r]eg(\.exe)?\"?\s{1,4}add\s[^\r\n]{1,160}fDenyTSConnections[^\r\n]{1,60}\/d\s{1,4}\"?(0x)?0{1,8}\b/ ascii wide nocase
    condition:
        any of them
}

rule evasion_safe_boot
{
    strings:
        $a = /[b]cdedit(\.exe)?\"?\s[^\r\n]{0,60}safeboot\s{1,4}(network|minimal)/ ascii wide nocase
    condition:
        any of them
}

rule several_evasions
{
    condition:
        not many_files and filesize < 256KB and 3 of (evasion_*)
}
