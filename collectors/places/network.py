"""Places of the network: keys and settings of the ways in and out."""

from __future__ import annotations

from collectors.named import pointers
from collectors.places.place import SETTINGS, Place, Row


class Ssh(Place):
    """Takes SSH's settings, authorised keys and known hosts, of the server and of every home.

    Private keys are not taken: a gap tells their presence. It cannot show which key was used;
    that is in the logs.
    """

    name = "ssh"
    keys = True
    rows = (
        Row(patterns=("/etc/ssh/**",), references=pointers.sshd, limits=SETTINGS),
        Row(patterns=(".ssh/authorized_keys*",), homes=True, references=pointers.authorized_keys),
        Row(patterns=(".ssh/rc",), homes=True, references=pointers.shell),
        Row(patterns=(".ssh/**",), homes=True, references=pointers.sshd, limits=SETTINGS),
        Row(patterns=("/var/lib/*/.ssh/**", "/etc/dropbear/**", "/usr/local/etc/ssh/**"),
            optional=True, references=pointers.authorized_keys, limits=SETTINGS),
    )  # fmt: skip


class NetworkConfig(Place):
    """Takes network settings: addresses, names, firewall rules, shares, tunnels, servers.

    It cannot show what was set by hand and not stored. Key files are left where they are, but
    settings of WireGuard and Wi-Fi hold their secrets in the same file and are taken: a peer that
    an attacker added stands there.
    """

    name = "network-config"
    keys = True
    rows = (
        Row(patterns=("/etc/resolv.conf",)),
        Row(
            patterns=("/etc/network/**", "/etc/netplan/**", "/etc/systemd/network/**",
                      "/run/systemd/network/**", "/etc/NetworkManager/**", "/etc/dhcp*/**",
                      "/etc/dhcpcd.conf", "/etc/sysconfig/network-scripts/**",
                      "/etc/wpa_supplicant/**", "/etc/hosts.allow", "/etc/hosts.deny",
                      "/etc/host.conf", "/etc/gai.conf", "/etc/networks", "/etc/ethers",
                      "/var/lib/dhcp*/**", "/var/lib/NetworkManager/*", "/run/resolvconf/**",
                      "/etc/resolvconf/**", "/etc/proxychains*", "/etc/environment.d/*proxy*",
                      "/etc/networkd-dispatcher/**", "/usr/lib/networkd-dispatcher/**",
                      "/usr/lib/NetworkManager/dispatcher.d/**"),
            optional=True, references=pointers.shell, limits=SETTINGS,
        ),
        Row(
            patterns=("/etc/nftables*", "/etc/nftables/**", "/etc/iptables*", "/etc/iptables/**",
                      "/etc/sysconfig/ip*tables*", "/etc/sysconfig/nftables*", "/etc/firewalld/**",
                      "/etc/ufw/**", "/var/lib/iptables/*", "/etc/shorewall*/**",
                      "/etc/fail2ban/**"),
            optional=True, limits=SETTINGS,
        ),
        Row(
            patterns=("/etc/exports*", "/etc/exports.d/*", "/etc/samba/**", "/etc/auto*",
                      "/etc/iscsi/**", "/etc/vsftpd*", "/etc/proftpd/**", "/etc/inetd.conf",
                      "/etc/xinetd*", "/etc/xinetd.d/*", "/etc/bind/**", "/etc/named*",
                      "/etc/dnsmasq*", "/etc/dnsmasq.d/*", "/etc/squid*/**", "/etc/haproxy/**",
                      "/etc/syslog*", "/etc/syslog-ng/**", "/etc/snmp/**", "/etc/keepalived/**",
                      "/etc/containerd/**", "/etc/cni/**", "/etc/aliases", "/etc/mail/**",
                      "/etc/postfix/*", "/etc/exim4/**"),
            optional=True, references=pointers.lines, limits=SETTINGS,
        ),
        Row(patterns=("/etc/rsyslog*", "/etc/rsyslog.d/*"), optional=True,
            references=pointers.rsyslog, limits=SETTINGS),
        Row(patterns=("/etc/docker/**", "/etc/containers/**",
                      "/usr/share/containers/oci/hooks.d/*"),
            optional=True, references=pointers.quoted, limits=SETTINGS),
    )  # fmt: skip


class RemoteAccess(Place):
    """Takes settings and state of remote maintenance and VPN programs.

    Key files are left where they are; WireGuard's settings are taken with the secret in them. It
    cannot show sessions: those are in the logs. A name here doesn't tell who installed it.
    """

    name = "remote-access"
    keys = True
    rows = (
        Row(
            patterns=("/etc/openvpn/**", "/etc/wireguard/**", "/etc/ipsec*", "/etc/ipsec.d/**",
                      "/etc/strongswan*", "/etc/strongswan/**", "/etc/strongswan.d/**",
                      "/etc/swanctl/**", "/etc/ppp/**", "/etc/pptpd*", "/etc/xl2tpd/**",
                      "/etc/ocserv/**", "/usr/local/vpn*/*.config", "/opt/vpn*/*.config",
                      "/opt/softether/*.config", "/etc/pritunl*", "/etc/openfortivpn/**"),
            optional=True, references=pointers.lines, limits=SETTINGS,
        ),
        Row(
            patterns=("/etc/anydesk/**", "/etc/teamviewer/**", "/opt/teamviewer/config/**",
                      "/etc/rustdesk/**", "/root/.config/rustdesk/**", "/etc/xrdp/**",
                      "/etc/vnc*", "/etc/vnc/**", "/etc/tigervnc/**", "/etc/guacamole/**",
                      "/var/lib/tailscale/**", "/etc/default/tailscaled",
                      "/var/lib/zerotier-one/**", "/etc/ngrok*", "/opt/ngrok/*.yml",
                      "/etc/cloudflared/**", "/etc/frp/**", "/opt/frp*/*.toml", "/opt/frp*/*.ini",
                      "/etc/meshagent*", "/usr/local/mesh*/*.msh", "/opt/mesh*/*.msh",
                      "/etc/screenconnect*/**", "/opt/connectwise*/*.xml", "/opt/splasht?p*/*/*",
                      "/etc/atera*/**", "/etc/salt/**", "/etc/puppet*/*.conf", "/etc/ansible/**"),
            optional=True, references=pointers.lines, limits=SETTINGS,
        ),
        Row(
            patterns=(".anydesk/**", ".config/teamviewer/**", ".config/rustdesk/**", ".vnc/*",
                      ".config/remmina/*", ".local/share/remmina/*", ".config/ngrok/*",
                      ".ngrok2/*", ".cloudflared/*", ".config/rclone/*", ".config/tailscale/*",
                      ".config/freerdp/*", ".mobaxterm/**", ".config/filezilla/*", ".netrc"),
            homes=True, limits=SETTINGS,
        ),
    )  # fmt: skip
