// Attacks on VPN and other network appliances, as their logs and exports show them.
// A letter in brackets keeps this text, and the compiled rule, from matching themselves.

rule fortinet_session_file
{
    strings:
        $a = /\/[d]ev\/cmdb\/sslvpn_websession/ ascii wide nocase
    condition:
        any of them
}

rule fortinet_language_path
{
    strings:
        $a = /[l]ang=\/\.\.\/\.\.\// ascii wide nocase
    condition:
        any of them
}

rule fortinet_2018_13379
{
    condition:
        not many_files and all of (fortinet_session_file, fortinet_language_path)
}

rule fortinet_2022_42475_file
{
    strings:
        $a = /\/[d]ata\/lib\/libips\.bak/ ascii wide nocase
        $b = /\/[v]ar\/\.sslvpnconfigbk/ ascii wide nocase
        $c = /\/[d]ata\/etc\/wxd\.conf/ ascii wide nocase
    condition:
        any of them
}

rule fortinet_2022_42475
{
    strings:
        $a = /\/[d]ata\/lib\/libips\.bak/ ascii wide nocase
        $b = /\/[v]ar\/\.sslvpnconfigbk/ ascii wide nocase
        $c = /\/[d]ata\/etc\/wxd\.conf/ ascii wide nocase
    condition:
        not many_files and 2 of them
}

rule pulse_2019_11510
{
    strings:
        $a = /\/[d]ana\/html5acc\/guacamole\/\.\.\// ascii wide nocase
    condition:
        any of them
}

rule citrix_2019_19781
{
    strings:
        $a = /\/[v]pn\/\.\.\/vpns\// ascii wide nocase
    condition:
        any of them
}

rule bigip_2020_5902
{
    strings:
        $a = /\/[t]mui\/login\.jsp\/\.\.;\// ascii wide nocase
    condition:
        any of them
}
