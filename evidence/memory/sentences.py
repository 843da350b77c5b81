"""Why there are no symbols or no analysis, in English and Japanese."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    # BTF
    "btf_large": ("BTF of {size} bytes: more than any kernel has", "BTF が {size} バイトあります。カーネルのものとしては大きすぎます"),
    "btf_types": ("BTF with more than {count} types", "BTF の型が {count} 個を超えています"),
    "btf_cut": ("BTF whose last type is cut off", "BTF の最後の型が途中で切れています"),
    "btf_name": ("BTF with a name at {offset} that lies beyond its strings or has no end", "BTF の名前の位置 {offset} が文字列の範囲外か、終わりがありません"),
    "btf_number": ("BTF that refers to type {number} of {count}", "BTF が {count} 個中の型 {number} を参照しています"),
    "btf_circle": ("BTF whose type {number} never ends", "BTF の型 {number} の参照が終わりません"),
    "btf_short": ("no BTF: too short", "BTF ではありません(短すぎます)"),
    "btf_order": ("no BTF of a little-endian machine", "リトルエンディアンの BTF ではありません"),
    "btf_version": ("BTF version {version}; this version of hozen reads {known}", "BTF の版 {version}。この hozen が読めるのは {known} です"),
    "btf_sections": ("BTF whose sections lie beyond its end", "BTF のセクションがファイルの外を指しています"),
    "btf_kind": ("BTF with types of kind {kind}, unknown to this version of hozen", "この hozen が知らない種類({kind})の型が BTF にあります"),
    "btf_room": ("BTF whose types come to more than {limit} bytes", "BTF の型が {limit} バイトを超えます"),
    "btf_deep": ("BTF with a type deeper than {limit} pointers and arrays", "BTF の型の入れ子が {limit} 段を超えています"),
    "btf_enumeration": ("BTF with an enumeration of {size} bytes", "BTF に {size} バイトの列挙型があります"),
    "btf_bits": ("BTF with a bit field of a type of {size} bytes", "BTF に {size} バイトの型のビットフィールドがあります"),
    "btf_integer": ("BTF with a number of {size} bytes", "BTF に {size} バイトの数値型があります"),
    # addresses
    "hidden": (
        "kallsyms shows no address: it was read without the right to (root, and kptr_restrict below 2)",
        "kallsyms にアドレスがありません。権限なしで読まれたものです(root と kptr_restrict 2未満が必要)",
    ),
    "no_symbol": ("{file}: line {line} names no symbol", "{file}: {line} 行目がシンボルの形ではありません"),
    "many_symbols": ("{file}: more than {count} symbols", "{file}: シンボルが {count} 個を超えています"),
    "kallsyms_lacks": (
        "kallsyms has no {names}: this kernel was built without CONFIG_KALLSYMS_ALL",
        "kallsyms に {names} がありません。CONFIG_KALLSYMS_ALL なしのカーネルです",
    ),
    "map_lacks": (
        "System.map has no {names}: some distributions ship a file without symbols",
        "System.map に {names} がありません。中身のないファイルを配るディストリビューションもあります",
    ),
    "moved": ("a kernel of x86-64 can't have been moved by {shift} bytes", "x86-64 のカーネルが {shift} バイト移動していることはありえません"),
    "neither": ("{first}; {second}", "{first}。{second}"),
    # what was taken
    "too_much": ("{origin}: {size} bytes, too much to make symbols from", "{origin}: {size} バイト。シンボルの元としては大きすぎます"),
    "not_taken": ("{origin}: was not taken", "{origin}: 採取されていません"),
    "lacking": ("{origin}: {why}", "{origin}: ありません({why})"),
    "no_account": ("{origin}: no account of an image", "{origin}: メモリイメージの記録ではありません"),
    "no_linux": ("{origin}: doesn't name a Linux kernel", "{origin}: Linux カーネルの名前ではありません"),
    # symbols of a Windows
    "no_shelf": ("{path}: neither a folder nor a zip file with symbols", "{path}: シンボルを入れたフォルダーでも zip ファイルでもありません"),
    "symbols_large": ("{path}: more than {limit} bytes, too much for symbols", "{path}: {limit} バイトを超えています。シンボルとしては大きすぎます"),
    "symbols_other": (
        "{path}: says that it is of another build: {found}, where {wanted} is wanted",
        "{path}: 別の版のシンボルです({wanted} が必要ですが {found} のものです)",
    ),
    "pdb_lacking": (
        "{file}.json.xz is needed: exactly these symbols belong to what was running. On a machine with a network: python -m volatility3.framework.symbols.windows.pdbconv -p {pdb} -g {number}; put what it writes into a folder under that name, and give the folder with --symbols",
        "{file}.json.xz が必要です(動いていた版のシンボルはこれだけです)。ネットワークのある端末で python -m volatility3.framework.symbols.windows.pdbconv -p {pdb} -g {number} を実行し、出力をこの名前でフォルダーに置き、そのフォルダーを --symbols で指定してください",
    ),
    "pdb_many": (
        "{name}: memory names {most} builds of it or more, which no machine runs: somebody wrote them there. Only the first of them were looked for",
        "{name}: メモリに {most} 種類以上の版の名前があります。1台で動く数ではなく、誰かが書き込んだものです。最初の {most} 種類までを探しました",
    ),
    "no_kernel": (
        "{path}: names no symbols of a Windows kernel anywhere: it is no image of a Windows's memory, or one in a format of its imager's own (compressed, encrypted)",
        "{path}: Windows カーネルのシンボル名がどこにもありません。Windows のメモリイメージではないか、メモリ取得プログラム独自の形式(圧縮・暗号化)です",
    ),
    "aff4": (
        "{path}: is a zip file, as AFF4 is, which Volatility 3 does not read: have the imager's own program write the memory in it as a raw image, and run Volatility 3 on that",
        "{path}: zip 形式(AFF4 など)で、Volatility 3 では読めません。メモリ取得プログラムの付属機能で raw イメージに書き出し、それに Volatility 3 を実行してください",
    ),
    "image_empty": ("{path}: is empty: nothing of any memory is in it", "{path}: 空です。メモリの内容はありません"),
    "lime_header": (
        "{path}: begins as LiME, but at byte {offset} there is no header of it, so that Volatility 3 would take it for bare memory and find nothing; what stands before that byte is LiME: copy that part alone (head -c), and run Volatility 3 on the copy",
        "{path}: LiME 形式で始まりますが、{offset} バイト目に LiME のヘッダーがありません。このままでは Volatility 3 が別の形式とみなし、何も見つけられません。その手前までは LiME です。その部分だけの写しを作り(head -c)、写しに Volatility 3 を実行してください",
    ),
    "lime_range": (
        "{path}: begins as LiME, but its header at byte {offset} tells of addresses that can't be: {start} to {end}",
        "{path}: LiME 形式ですが、{offset} バイト目のヘッダーの番地({start}~{end})がありえません",
    ),
    "lime_many": (
        "{path}: begins as LiME, but with more than {most} records, which no machine's memory has",
        "{path}: LiME 形式ですが、記録が {most} 個を超えています。1台のメモリではありえません",
    ),
    # the case
    "nothing_imported": ("{path}: no {file} in it, or nothing was imported yet", "{path}: {file} がないか、まだ何も取り込まれていません"),
    "no_bundle": ("{names}: not in this case: {known}", "{names}: この案件にありません。あるもの: {known}"),
    "no_image": ("no image of memory was taken: {bundles}", "メモリイメージは採取されていません: {bundles}"),
    "not_looked_for": (
        "not looked for (the profile quick takes none); where that machine has not been switched off since, 'hozen memory acquire' there may still take one",
        "取得の対象に入っていませんでした(範囲 quick では取りません)。その端末の電源が切られていなければ、端末上の 'hozen memory acquire' でまだ取れるかもしれません",
    ),
    "only_unfinished": (
        "no whole image of memory was taken: {bundles}. BUT A PART OF ONE IS THERE, without a record: {files}. It is LiME from its first byte to where the run was cut off; copy it, and run Volatility 3 on the copy with the symbols of 'hozen memory symbols'",
        "完全なメモリイメージは採取されていません: {bundles}。ただし、項目記録のない一部が残っています: {files}。先頭から中断した所までの LiME 形式です。写しを作り、'hozen memory symbols' のシンボルを使って写しに Volatility 3 を実行してください",
    ),
    "folder_taken": ("{path}: exists already; try again", "{path}: すでにあります。もう一度実行してください"),
    "copy_differs": ("{path}: not as the import left it: {why}", "{path}: 取込み時のままではありません: {why}"),
    "file_gone": ("{path}: is gone from the working copy", "{path}: 作業用コピーからなくなっています"),
    "file_unreadable": ("{path}: {why}", "{path}: 読めません({why})"),
    "no_file": ("{path}: is no file any more", "{path}: ファイルではなくなっています"),
    "file_differs": (
        "{path}: expected sha256 {expected}, found {found}; changed since the import: import the bundle into another case",
        "{path}: sha256 は {expected} のはずが {found} でした。取込み後に変わっています。別の案件に取り込み直してください",
    ),
    # Volatility 3
    "no_program": (
        "{program}: no such program; Volatility 3 comes with: pip install 'hozen[memory]'",
        "{program}: プログラムがありません。Volatility 3 を入れるには: pip install 'hozen[memory]'",
    ),
    "no_script": ("{program}: is no script of Python, so that it can't be asked", "{program}: Python のスクリプトではないため、版を確かめられません"),
    "no_version": ("{program}: doesn't say which Volatility 3 it is: {why}", "{program}: Volatility 3 の版が分かりません({why})"),
}  # fmt: skip
