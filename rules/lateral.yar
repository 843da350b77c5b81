// Ways to run something on another machine.
// A letter in brackets keeps this text, and the compiled rule, from matching themselves.

rule psexec_service
{
    strings:
        $a = /[p]sexesvc/ ascii wide nocase
    condition:
        any of them
}

rule psexec_key
{
    strings:
        $a = /\\[p]sexec-[a-z0-9-]{1,64}\.key/ ascii wide nocase
        $b = /[c]:\\windows\\psexec-/ ascii wide nocase
    condition:
        any of them
}

rule impacket_powershell
{
    strings:
        $a = /-[n]oP\s{1,3}-NoL\s{1,3}-sta\s{1,3}-NonI\s{1,3}-W\s{1,3}Hidden\s{1,3}-Exec\s{1,3}Bypass\s{1,3}-Enc/ ascii wide nocase
    condition:
        any of them
}

rule impacket_output
{
    strings:
        $a = /\\\\127\.0\.0\.1\\[a]dmin\$\\__/ ascii wide nocase
        $b = /\\\\127\.0\.0\.1\\[c]\$\\__output/ ascii wide nocase
    condition:
        any of them
}

rule program_run_by_regsvr32
{
    strings:
        $a = /[r]egsvr32(\.exe)?\"?\s{1,4}\/n\s{1,4}\/i:/ ascii wide nocase
    condition:
        any of them
}
