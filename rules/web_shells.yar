// Web shells and the requests that they answer.
// A letter in brackets keeps this text, and the compiled rule, from matching themselves.

rule php_request_to_eval
{
    strings:
        $a = /<\?([p]hp\b|=|\s)/ ascii wide nocase private
        $b = /([e]val|[a]ssert|[s]ystem|[p]assthru|[s]hell_exec|[p]cntl_exec|[p]open|[p]roc_open|[^a-z0-9_>:$][e]xec)\s{0,4}\(\s{0,4}(base64_decode\s{0,4}\(\s{0,4})?\$_(GET|POST|REQUEST|COOKIE)\b/ ascii wide nocase
    condition:
        not many_files and filesize < 256KB and all of them
}

// A page of a server of Microsoft's: ASP and ASP.NET.
private rule asp_page
{
    strings:
        $a = /<%|<script[^>]{1,80}[r]unat/ ascii wide nocase
    condition:
        not many_files and filesize < 256KB and any of them
}

rule aspx_request_to_eval
{
    strings:
        $a = /[e]val\s{0,4}\(\s{0,4}Request\.Item\s{0,4}\[/ ascii wide nocase
        $b = /[^a-z0-9_.]([e]val|[e]xecute(global)?)[\s(]{1,8}[r]equest\s{0,4}(\.\s{0,4}(item|form|querystring|params|headers|cookies|servervariables)\s{0,4})?[\[(]/ ascii wide nocase
    condition:
        not many_files and filesize < 256KB and ($a or (asp_page and $b))
}

// A page of a Java server that looks at its request.
private rule jsp_of_request
{
    strings:
        $page = /<(%[@!=\s]|[j]sp:(scriptlet|declaration|root)\b)/ ascii wide nocase
        $request = /[r]equest\s{0,4}\.\s{0,4}get(Parameter|ParameterValues|ParameterMap|Header|QueryString|Cookies|InputStream|Reader)\s{0,4}\(/ ascii wide nocase
    condition:
        not many_files and filesize < 256KB and all of them
}

rule jsp_request_to_command
{
    strings:
        $runtime = /[g]etRuntime\s{0,4}\(/ ascii wide nocase
        $exec = /\.\s{0,4}[e]xec\s{0,4}\(/ ascii wide nocase
        $builder = /[n]ew\s{1,4}(java\.lang\.)?ProcessBuilder\s{0,4}\(/ ascii wide nocase
    condition:
        jsp_of_request and (($runtime and $exec) or $builder)
}

rule jsp_request_to_class
{
    strings:
        $class = /\b[d]efineClass\b/ ascii wide nocase
        $coded = /\b([B]ase64|BASE64Decoder|Cipher|GZIPInputStream|DatatypeConverter)\b/ ascii wide nocase
    condition:
        jsp_of_request and all of them
}

rule jsp_request_to_script
{
    strings:
        $engine = /\b[S]criptEngineManager\b/ ascii wide nocase
        $eval = /\.\s{0,4}[e]val\s{0,4}\(/ ascii wide nocase
    condition:
        jsp_of_request and all of them
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
