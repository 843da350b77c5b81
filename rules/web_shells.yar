// Web shells and the requests that they answer.
// A letter in brackets keeps this text, and the compiled rule, from matching themselves.

rule php_request_to_eval
{
    strings:
        $a = /<\?[p]hp/ ascii wide nocase private
        $b = /([e]val|[a]ssert|[s]ystem|[p]assthru|[s]hell_exec)\s{0,4}\(\s{0,4}(base64_decode\s{0,4}\(\s{0,4})?\$_(GET|POST|REQUEST|COOKIE)\b/ ascii wide nocase
    condition:
        not many_files and filesize < 256KB and all of them
}

rule aspx_request_to_eval
{
    strings:
        $a = /[e]val\s{0,4}\(\s{0,4}Request\.Item\s{0,4}\[/ ascii wide nocase
    condition:
        not many_files and filesize < 256KB and any of them
}

rule request_runs_shell
{
    strings:
        $a = /=[c]md\+\/c\+/ ascii wide nocase
    condition:
        any of them
}

rule request_asks_whoami
{
    strings:
        $a = /=[w]hoami\b/ ascii wide nocase
    condition:
        any of them
}

rule request_opens_tunnel
{
    strings:
        $a = /[c]onnect&target/ ascii wide nocase
    condition:
        any of them
}
