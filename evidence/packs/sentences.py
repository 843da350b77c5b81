"""Why a set of rules is not used, in English and Japanese."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "at": ("{path}: {why}", "{path}: {why}"),
    # folders, and sets of either kind
    "no_set": ("no folder of rules, and no pack", "規則のフォルダーでも規則パックでもありません"),
    "no_sigma": ("no folder and no file of rules", "規則のフォルダーでもファイルでもありません"),
    "no_rules": ("no file ending in any of {endings}", "{endings} のいずれかで終わるファイルがありません"),
    "no_licence": (
        "nobody says under which licence it stands: say it with --licence TEXT, or in {table}",
        "利用許諾が分かりません。--licence で指定するか、{table} に書いてください",
    ),
    "no_licence_said": (
        "nobody says under which licence it stands: say it with --licence TEXT",
        "利用許諾が分かりません。--licence で指定してください",
    ),
    "set_name": (
        "{name}: no name for a set of rules: letters, digits, . _ -",
        "{name}: 規則一式の名前に使えません(使えるのは英数字と . _ -)",
    ),
    "file_name": (
        "{name}: no name for a file of rules",
        "{name}: 規則のファイル名に使えません",
    ),
    "no_plain_file": (
        "{name}: a link or no plain file, which is not followed. Put what it leads to in its place, or take it out",
        "{name}: リンクまたは通常のファイルではないもので、たどりません。実体を同じ場所に置くか、取り除いてください",
    ),
    "too_large": (
        "more than {files} files or {size} bytes of rules",
        "規則のファイルが {files} 個または {size} バイトを超えています",
    ),
    "too_many": ("more than {most} rules", "規則が {most} 件を超えています"),
    # packs
    "no_pack": ("no pack of rules: {why}", "規則パックではありません({why})"),
    "pack_too_large": ("no pack of rules: over {most} bytes", "規則パックではありません({most} バイト超)"),
    "sums_differ": (
        "its files are not those that {list} names",
        "ファイルが {list} の内容と一致しません(変更されています)",
    ),
    "rules_differ": (
        "its rules are not those that {list} names",
        "規則が {list} の内容と一致しません(変更されています)",
    ),
    "odd_member": ("{name}: no plain file of a pack", "{name}: 規則パックにあってはならないものです"),
    "signature": ("its signature does not hold: {why}", "署名が成り立ちません({why})"),
    "signer": ("its signer is not trusted: {why}", "署名者を信頼できません: {why}"),
    "out_of_dates": (
        "the certificate of its signer is out of its dates",
        "署名者の証明書が有効期間外です",
    ),
    "revoked": ("the certificate of its signer is revoked", "署名者の証明書は失効しています"),
}  # fmt: skip
