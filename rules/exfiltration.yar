// Programs and services by which data leaves.
// A letter in brackets keeps this text, and the compiled rule, from matching themselves.

rule rclone_program
{
    strings:
        $a = /[r]sync\s{1,3}for\s{1,3}cloud\s{1,3}storage/ ascii wide nocase
    condition:
        any of them
}

rule rclone_traffic
{
    strings:
        $a = /[r]clone\/v[0-9]/ ascii wide nocase
    condition:
        any of them
}

rule rclone_settings
{
    strings:
        $a = /\\\.config\\[r]clone\\/ ascii wide nocase
    condition:
        any of them
}

rule rclone_unchecked
{
    strings:
        $a = /[r]clone(\.exe)?\"?\s[^\r\n]{1,300}--no-check-certificate\s/ ascii wide nocase
    condition:
        any of them
}

rule mega
{
    strings:
        $a = /\b[m]ega\.(co\.)?nz\b/ ascii wide nocase
    condition:
        any of them
}
