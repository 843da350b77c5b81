// Programs and commands that take passwords.
// A letter in brackets keeps this text, and the compiled rule, from matching themselves.

rule mimikatz_commands
{
    strings:
        $a = /[s]ekurlsa::/ ascii wide nocase
        $b = /[l]sadump::/ ascii wide nocase
        $c = /[p]rivilege::debug/ ascii wide nocase
    condition:
        any of them
}

rule mimikatz_program
{
    strings:
        $a = /[g]entilkiwi\.com/ ascii wide nocase
        $b = /[e]o\.oe\.kiwi/ ascii wide nocase
    condition:
        any of them
}

rule mimikatz_files
{
    strings:
        $a = /[m]imidrv\.sys/ ascii wide nocase
        $b = /[m]imilsa\.log/ ascii wide nocase
    condition:
        any of them
}

rule several_mimikatz
{
    condition:
        not many_files and 2 of (mimikatz_*)
}

rule kerberos_ticket_files
{
    strings:
        $a = /[a-z0-9_@~-]\.kirbi\b/ ascii wide nocase
    condition:
        any of them
}

rule kerberos_roasting
{
    strings:
        $a = /[a]sreproast\s/ ascii wide nocase
    condition:
        any of them
}

rule domain_database_copied
{
    strings:
        $a = /\b[a]c(tivate)?\s{1,3}i(n|nstance)?\s{1,3}ntds[^&|]{1,40}\b(ifm|cr(eate)?\s{1,3}fu(ll)?)\b/ ascii wide nocase
    condition:
        any of them
}

rule lsass_dumped_by_library
{
    strings:
        $a = /[c]omsvcs(\.dll)?[\"',]{0,3}\s{0,4},?\s{0,4}(MiniDump|#\+?0{0,4}24)[^\r\n]{1,160}full/ ascii wide nocase
    condition:
        any of them
}

rule lsass_dump_file
{
    strings:
        $a = /[l]sass(\.exe)?[_a-z0-9-]{0,20}\.dmp/ ascii wide nocase
    condition:
        any of them
}

rule lsass_procdump
{
    strings:
        $a = /[p]rocdump(64)?(\.exe)?\"?\s[^\r\n]{0,80}lsass/ ascii wide nocase
    condition:
        any of them
}

rule hives_saved
{
    strings:
        $a = /[r]eg(\.exe)?\"?\s{1,4}save\s{1,4}\"?hk(lm|ey_local_machine)\\(sam|security)\b/ ascii wide nocase
    condition:
        any of them
}

rule lazagne
{
    strings:
        $a = /[l]azagne\.softwares\./ ascii wide nocase
    condition:
        any of them
}
