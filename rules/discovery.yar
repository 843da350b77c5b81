// Programs that look around in a network or a domain.
// A letter in brackets keeps this text, and the compiled rule, from matching themselves.

rule sharp_hound
{
    strings:
        $a = /[s]harphound/ ascii wide nocase
    condition:
        any of them
}

rule adfind_administrators
{
    strings:
        $a = /-[s]c\s{1,4}admincountdmp/ ascii wide nocase
    condition:
        any of them
}

rule advanced_scanner_ip
{
    strings:
        $a = /[a]dvanced_ip_scanner/ ascii wide nocase
    condition:
        any of them
}

rule advanced_scanner_port
{
    strings:
        $a = /[a]dvanced_port_scanner/ ascii wide nocase
    condition:
        any of them
}

rule softperfect_scanner
{
    strings:
        $a = /[a]pplication\s{1,3}for\s{1,3}scanning\s{1,3}networks/ ascii wide nocase
    condition:
        any of them
}
