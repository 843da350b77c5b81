// Cobalt Strike, by what it does unless somebody changes it.
// A letter in brackets keeps this text, and the compiled rule, from matching themselves.

rule cobalt_pipes
{
    strings:
        $a = /\\[m]sagent_[0-9a-f]{1,4}\b/ ascii wide nocase
        $b = /\\[m]sse-[0-9]{1,5}-server/ ascii wide nocase
        $c = /\\[p]ostex_[0-9a-z]{3,12}\b/ ascii wide nocase
    condition:
        any of them
}

rule cobalt_start
{
    strings:
        $a = /[r]undll32(\.exe)?\"?\s[^\r\n]{1,160},\s{0,4}StartW\b/ ascii wide nocase
    condition:
        any of them
}

rule cobalt_service
{
    strings:
        $a = /[p]owershell(\.exe)?\"?\s{1,4}-nop\s{1,4}-w\s{1,4}hidden\s{1,4}-encodedcommand\s/ ascii wide nocase
    condition:
        any of them
}

rule several_cobalt
{
    condition:
        not many_files and 2 of (cobalt_*)
}

rule beacon_settings_in_memory
{
    strings:
        $a = /[s]png\x00/ ascii
        $b = /[i]iiiiiii/ ascii
    condition:
        in_memory and all of them
}
