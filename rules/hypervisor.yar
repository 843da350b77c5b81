// Commands that end virtual machines and remove their snapshots.
// Each first letter stands in brackets so that this text, and the compiled rule, don't match it.

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
        hypervisor_machines_killed and hypervisor_snapshots_removed
}
