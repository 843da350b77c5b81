// Programs and drivers that can end protection.
// A letter in brackets keeps this text, and the compiled rule, from matching themselves.

rule pchunter
{
    strings:
        $a = /[e]poolsoft\s{1,3}windows\s{1,3}information\s{1,3}view\s{1,3}tools/ ascii wide nocase
        $b = /[p]chunter(64|32)\.(exe|sys)/ ascii wide nocase
    condition:
        any of them
}

rule powertool
{
    strings:
        $a = /[p]owertool(64|32)?\.exe/ ascii wide nocase
    condition:
        any of them
}

rule gmer
{
    strings:
        $a = /[g]mer(64)?\.sys/ ascii wide nocase
    condition:
        any of them
}

rule process_hacker
{
    strings:
        $a = /[p]rocesshacker\.exe/ ascii wide nocase
    condition:
        any of them
}

rule nsudo
{
    strings:
        $a = /[n]sudolg\.exe/ ascii wide nocase
    condition:
        any of them
}

rule defender_control
{
    strings:
        $a = /[d]efender\s{1,3}control(\.|\s{1,3}v|\W{1,4}sordum)/ ascii wide nocase
        $b = /[s]ordum[^\r\n]{0,60}defender\s{1,3}control/ ascii wide nocase
    condition:
        any of them
}

rule tdss_killer
{
    strings:
        $a = /[t]dsskiller/ ascii wide nocase
    condition:
        any of them
}

rule iobit_unlocker
{
    strings:
        $a = /[i]obit\s?unlocker/ ascii wide nocase
    condition:
        any of them
}

rule vulnerable_drivers
{
    strings:
        $a = /\b[z]am64\.sys/ ascii wide nocase
        $b = /\b[r]wdrv\.sys/ ascii wide nocase
    condition:
        any of them
}

rule crazyhunter_driver
{
    strings:
        $a = /[c]razyhunter\.sys/ ascii wide nocase
    condition:
        any of them
}

rule mouse_lock
{
    strings:
        $a = /[m]ouse\s{1,3}lock_/ ascii wide nocase
    condition:
        any of them
}
