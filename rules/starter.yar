// A small set to begin with. Each rule makes one claim; the next version has an index of claims.
// Words come from public descriptions of what ransomware does; no rule is another project's text.

rule recovery_inhibition_commands
{
    meta:
        claim_en = "two or more commands that destroy backups or recovery appear together"
        claim_ja = "バックアップや復旧手段を壊すコマンドが2種類以上見つかりました"
        confidence = "medium"
    strings:
        $a = "vssadmin delete shadows" ascii wide nocase
        $b = "wbadmin delete catalog" ascii wide nocase
        $c = "bcdedit /set {default} recoveryenabled no" ascii wide nocase
        $d = "wmic shadowcopy delete" ascii wide nocase
        $e = "bootstatuspolicy ignoreallfailures" ascii wide nocase
    condition:
        2 of them
}

rule ransom_note_wording
{
    meta:
        claim_en = "text in the manner of a ransom note appears"
        claim_ja = "脅迫文によく見られる文言があります"
        confidence = "weak"
    strings:
        $a = "your files have been encrypted" ascii wide nocase
        $b = "all your files are encrypted" ascii wide nocase
        $c = "to decrypt your files" ascii wide nocase
        $d = "your data are stolen and encrypted" ascii wide nocase
        $onion = /[a-z2-7]{56}\.onion/ ascii wide nocase
    condition:
        filesize < 256KB and ($onion and any of ($a, $b, $c, $d) or 2 of ($a, $b, $c, $d))
}

rule shell_pipe_from_network
{
    meta:
        claim_en = "a line fetches something from the network and runs it in a shell"
        claim_ja = "ネットワークから取得したものをそのままシェルで実行する行があります"
        confidence = "weak"
    strings:
        $a = /(curl|wget)[^\n|;]{1,160}https?:\/\/[^\n|;]{1,160}\|\s{0,4}(ba|da|z)?sh\b/
    condition:
        filesize < 1MB and $a
}

rule php_request_to_eval
{
    meta:
        claim_en = "PHP code runs what a web request sends"
        claim_ja = "Webリクエストの内容を実行するPHPコードがあります"
        confidence = "medium"
    strings:
        $open = "<?php" nocase
        $run = /(eval|assert|system|passthru|shell_exec)\s{0,4}\(\s{0,4}(base64_decode\s{0,4}\(\s{0,4})?\$_(GET|POST|REQUEST|COOKIE)\b/ nocase
    condition:
        filesize < 1MB and $open and $run
}

rule reverse_shell_line
{
    meta:
        claim_en = "a line connects a shell to a network address"
        claim_ja = "シェルを外部アドレスにつなぐ行があります"
        confidence = "medium"
    strings:
        $a = /(ba|z)?sh\s+-i\s{0,4}>&\s{0,4}\/dev\/(tcp|udp)\/[^\s\/]{1,80}\/\d{1,5}/
        $b = /nc(at)?\s[^\n]{0,80}-e\s{0,4}\/bin\/(ba|da)?sh/
    condition:
        filesize < 1MB and any of them
}
