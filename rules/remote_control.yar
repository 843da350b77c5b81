// Remote control and tunnels: an inventory, since they may be the hospital's own.
// A letter in brackets keeps this text, and the compiled rule, from matching themselves.

rule anydesk_settings
{
    strings:
        $a = /\\[a]nydesk\\(user|system|service)\.conf/ ascii wide nocase
    condition:
        any of them
}

rule anydesk_unattended
{
    strings:
        $a = /[a]nydesk(\.exe)?[^\r\n]{0,160}--(start-with-win|set-password)/ ascii wide nocase
        $b = /--[i]nstall\s[^\r\n]{1,160}--start-with-win/ ascii wide nocase
    condition:
        any of them
}

rule atera
{
    strings:
        $a = /[a]teraagent/ ascii wide nocase
        $b = /[a]tera\s{1,3}networks/ ascii wide nocase
    condition:
        any of them
}

rule splash_top
{
    strings:
        $a = /[s]plashtop/ ascii wide nocase
    condition:
        any of them
}

rule velociraptor
{
    strings:
        $a = /[v]elociraptor(\.exe|\.config|\s{1,3}service)/ ascii wide nocase
    condition:
        any of them
}

rule screenconnect
{
    strings:
        $a = /[s]creenconnect\.(clientservice|windowsclient)/ ascii wide nocase
    condition:
        any of them
}

rule chisel
{
    strings:
        $a = /-[t]ls-skip-verify\s/ ascii wide nocase
    condition:
        any of them
}

rule ngrok
{
    strings:
        $a = /\.exe\s{1,4}[a]uthtoken\s/ ascii wide nocase
    condition:
        any of them
}

rule cloudflared
{
    strings:
        $a = /[c]loudflared(\.exe)?\"?\s[^\r\n]{0,80}tunnel/ ascii wide nocase
    condition:
        any of them
}
