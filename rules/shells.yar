// Shell lines that fetch and run, or connect outwards.
// A letter in brackets keeps this text, and the compiled rule, from matching themselves.

rule shell_pipe_from_network
{
    strings:
        $a = /curl\s[^\n|;]{3,120}\|\s{0,4}(sudo\s{1,4})?(ba|da|z)?sh\b/ ascii wide nocase
        $b = /wget\s[^\n|;]{3,120}\|\s{0,4}(sudo\s{1,4})?(ba|da|z)?sh\b/ ascii wide nocase
    condition:
        not many_files and filesize < 256KB and any of them
}

rule reverse_shell_line
{
    strings:
        $a = /sh\s+-i\s{0,4}>&\s{0,4}\/dev\/(tcp|udp)\/[^\s\/]{1,80}\/\d{1,5}/ ascii wide nocase
        $b = /\b[n]c(at)?\s[^\n]{0,80}-e\s{0,4}\/bin\/(ba|da)?sh/ ascii wide nocase
    condition:
        not many_files and filesize < 256KB and any of them
}
