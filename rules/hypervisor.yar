// Commands that end virtual machines and remove their snapshots.
// A letter in brackets keeps this text, and the compiled rule, from matching themselves.

rule hypervisor_machines_killed
{
    strings:
        $a = /[e]sxcli\s{1,4}vm\s{1,4}process\s{1,4}kill\s/ ascii wide nocase
    condition:
        any of them
}

rule hypervisor_snapshots_removed
{
    strings:
        $a = /[v]im-cmd\s{1,4}vmsvc\/snapshot\.removeall/ ascii wide nocase
    condition:
        any of them
}

rule attack_on_hypervisor
{
    condition:
        not many_files and hypervisor_machines_killed and hypervisor_snapshots_removed
}
