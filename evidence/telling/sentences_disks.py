"""Why a disk, a partition or a file on one stays closed: what records say, and the same in Japanese.

As `sentences_missed`, of which these are a part.
"""

DISKS: tuple[tuple[str, str], ...] = (
    # Partition tables.
    (
        "a protective MBR without a GPT: neither copy of it can be read",
        "GPT のディスクのはずですが、GPT が2つとも読めません",
    ),
    (
        "the partition table's checksum is wrong, and no other copy is right",
        "パーティション表のチェックサムが合わず、正しい写しもありません",
    ),
    (
        "the partition table is of a disk of {size} bytes; {found} are here",
        "パーティション表は {size} バイトのディスクのものですが、ここには {found} バイトしかありません",
    ),
    (
        "another copy of the partition table names {count} more",
        "パーティション表のもう1つの写しには、ほかに {count} 個のパーティションがあります",
    ),
    (
        "the chain of logical partitions breaks off: {why}",
        "論理パーティションの表が途中で切れています({why})",
    ),
    ("no table in sector {number}", "セクター {number} に表がない"),
    ("it runs in a circle", "つながりが輪になっている"),
    # Partitions.
    (
        "the same range of the disk as partition {number}: not read again",
        "パーティション {number} と同じ範囲のため、重ねては読んでいません",
    ),
    (
        "the same file system, from the same place on, as partition {number}: not read again",
        "パーティション {number} と同じ場所から始まる同じファイルシステムのため、重ねては読んでいません",
    ),
    (
        "cut off: its file system is of {size} bytes; {found} are here; {why}",
        "途中で切れています: ファイルシステムは {size} バイトですが、ここには {found} バイトしかありません。{why}",
    ),
    (
        "cut off: its file system is of {size} bytes; {found} are here",
        "途中で切れています: ファイルシステムは {size} バイトですが、ここには {found} バイトしかありません",
    ),
    (
        "cut off: {found} of {size} bytes are in the image",
        "途中で切れています: {size} バイトのうち {found} バイトだけがイメージにあります",
    ),
    (
        "it bears marks of {names}, too: not read as such",
        "{names} の印もありますが、それとしては読んでいません",
    ),
    (
        "{kind}: its beginning is zeros, though there is data behind it",
        "{kind}: 先頭がゼロで消されていますが、後ろにデータがあります",
    ),
    (
        "{kind}: clusters of several blocks (bigalloc): this version can't read them",
        "{kind}: この版で読めない配置(bigalloc)です",
    ),
    (
        "{kind}: clusters of more than 64 KiB: this version can't read them",
        "{kind}: 64 KiB を超えるクラスターは、この版では読めません",
    ),
    (
        "{kind}: {count} groups of inodes: this version can't read them",
        "{kind}: inode のグループが {count} 個あり、この版では読めません",
    ),
    (
        "{kind}: the journal of another file system: it holds no files",
        "{kind}: 別のファイルシステムのジャーナルで、ファイルは入っていません",
    ),
    (
        "{kind}: more than {count} nodes in its {tree}",
        "{kind}: {tree} のノードが {count} 個を超えています",
    ),
    (
        "{kind}: one of several disks over which its content is spread: put them together first",
        "{kind}: 内容が複数のディスクに分けて書かれています。全部をそろえて、先に1つにまとめてください",
    ),
    (
        "no known file system; its bytes look random, as encrypted ones do (VeraCrypt, or LUKS whose header is kept elsewhere)",
        "分かるファイルシステムがありません。中身は乱数のように見え、暗号化されているかもしれません(VeraCrypt や、ヘッダーを別に持つ LUKS など)",
    ),
    (
        "a dynamic disk of Windows: this version can't read its own list of volumes: some may be missing, and of one over several disks the content is mixed",
        "Windows のダイナミックディスクです。この版ではボリュームの一覧を読めないため、取れていないボリュームがあるかもしれません。複数のディスクにまたがるものは、内容が混ざります",
    ),
    ("its own is no longer there", "元の先頭がなくなっています"),
    # Arrays and logical volumes.
    (
        "a copy of partition {number}, by their mirror: not read again",
        "パーティション {number} とミラー(RAID 1)の組になっている写しのため、重ねては読んでいません",
    ),
    (
        "the same physical volume as partition {number}, by its UUID: not read again",
        "パーティション {number} と UUID が同じ物理ボリュームのため、重ねては読んでいません",
    ),
    (
        "{kind}: a {role} of an array: what lies on it is not the array's content",
        "{kind}: アレイの予備など({role})で、そこにあるのはアレイの内容ではありません",
    ),
    (
        "{kind}: its array was being changed in shape, which this version can't read",
        "{kind}: アレイの構成を変えている途中のもので、この版では読めません",
    ),
    (
        "{kind}: it was being filled from the other members, and had nothing as yet",
        "{kind}: ほかのディスクから写している途中で、まだ何も写っていません",
    ),
    (
        "it was being filled from the other members: {count} bytes were",
        "ほかのディスクから写している途中で、{count} バイトまで写っています",
    ),
    (
        "{kind}: its array's content begins on another disk",
        "{kind}: アレイの内容の先頭は、別のディスクにあります",
    ),
    (
        "its array had given it up: what lies on it may be older",
        "アレイから切り離されたディスクで、内容が古いかもしれません",
    ),
    (
        "{kind}: the checksum of what it says of its array is wrong",
        "{kind}: アレイについての記録のチェックサムが合いません",
    ),
    (
        "the checksum of what it says of its array is wrong",
        "アレイについての記録のチェックサムが合いません",
    ),
    (
        "{kind}: it names {count} places of its text: {most} are read",
        "{kind}: 記録の場所が {count} か所と書かれており、{most} か所だけを読みました",
    ),
    (
        "{kind}: the checksum of its text about the volume group is wrong",
        "{kind}: ボリュームグループの記録のチェックサムが合いません",
    ),
    (
        "{kind}: its text about the volume group is longer than can be",
        "{kind}: ボリュームグループの記録が、ありえない長さです",
    ),
    (
        "{kind}: no text about its volume group is here: it may be on another disk",
        "{kind}: ボリュームグループの記録がここにありません。別のディスクにあるかもしれません",
    ),
    (
        "{kind}: the volume group {name} doesn't name it any more",
        "{kind}: ボリュームグループ {name} から外されています",
    ),
    (
        "{kind}: damaged structure: {why}",
        "{kind}: 記録が壊れています({why})",
    ),
    (
        "its text is of state {number} of its group; the newest is {newest}",
        "ボリュームグループの記録が古いものです(版 {number}。最新は {newest})",
    ),
    (
        "it has {count} logical volumes: {most} are read",
        "論理ボリュームが {count} 個あり、{most} 個だけを読みました",
    ),
    (
        "{name}: all of it lies on physical volumes that are not here",
        "論理ボリューム {name}: 全部が、ここにない物理ボリューム(別のディスク)にあります",
    ),
    (
        "{count} bytes of it lie on physical volumes that are not here",
        "{count} バイトが、ここにない物理ボリューム(別のディスク)にあります",
    ),
    ("on a physical volume that is not here", "ここにない物理ボリューム(別のディスク)にあります"),
    (
        "{name}: {kind}: this version can't put it together",
        "論理ボリューム {name}: この版で組み立てられない種類です({kind})",
    ),
    (
        "{name}: its extents are those of {other}, too: not read again",
        "論理ボリューム {name}: {other} と同じ場所のため、重ねては読んでいません",
    ),
    # Shadow copies.
    (
        "needs libvshadow-python, which does not load here ({why})",
        "libvshadow-python をここで読み込めません({why})",
    ),
    ("its blocks lie on another volume", "そのブロックは別のボリュームにあります"),
    # Files.
    (
        "its inode is described in a meta block group",
        "この版で読めない配置(meta_bg)に inode があります",
    ),
    ("encrypted by the file system (fscrypt)", "ファイルシステムが暗号化しています(fscrypt)"),
    ("encrypted by the file system (EFS)", "ファイルシステムが暗号化しています(EFS)"),
    ("no regular file; not read", "通常のファイルではないため、読んでいません"),
    ("it has no $DATA", "内容($DATA)がありません"),
    ("where its content lies can't be found", "内容の場所が分かりません"),
    (
        "the record that tells where it begins is another file's, though its list names it",
        "始まりの場所の記録が、別のファイルのものになっています",
    ),
    ("a junction to {target} ({tag})", "{target} へのジャンクション({tag})"),
    ("a symbolic link to {target} ({tag})", "{target} へのシンボリックリンク({tag})"),
    (
        "marked as kept elsewhere (attributes {attributes})",
        "内容が別の場所にあるという印があります(属性 {attributes})",
    ),
    (
        "WOF: compressed in the stream WofCompressedData, or in a WIM archive ({tag})",
        "WOF で圧縮されています(WofCompressedData か WIM の中)({tag})",
    ),
    (
        "deduplicated: its content is in the file system's chunk store ({tag})",
        "重複排除により、内容は別の保管場所にあります({tag})",
    ),
    (
        "a container's view of a file of its host ({tag})",
        "コンテナーから見えるホストのファイルです({tag})",
    ),
    ("an alias of an installed app ({tag})", "インストールされたアプリの別名です({tag})"),
    ("a UNIX socket ({tag})", "UNIX ソケットです({tag})"),
    (
        "a symbolic link of the Linux subsystem ({tag})",
        "WSL のシンボリックリンクです({tag})",
    ),
    ("a pipe of the Linux subsystem ({tag})", "WSL のパイプです({tag})"),
    ("a file of an NFS server ({tag})", "NFS サーバーのファイルです({tag})"),
    ("kept in hierarchical storage ({tag})", "階層型ストレージに移されています({tag})"),
    (
        "a placeholder of a projected file system ({tag})",
        "投影ファイルシステムの見かけだけのファイルです({tag})",
    ),
    (
        "a placeholder of a cloud service ({tag})",
        "クラウドにあり、ここには見かけだけがあります({tag})",
    ),
    (
        "a reparse point of a kind that is not known here ({tag})",
        "種類の分からない再解析ポイントです({tag})",
    ),
)
"""English and Japanese; the first that fits is the one, so the longer of two comes first."""
