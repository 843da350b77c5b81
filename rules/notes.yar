// Ransom notes: sentences and addresses of families. A phrase alone may be quoted; a small file
// that reads like a note is another thing.
// A letter in brackets keeps this text, and the compiled rule, from matching themselves.

private rule note_words
{
    strings:
        $a = /[d]ecrypt/ ascii wide nocase
        $b = /[e]ncrypt/ ascii wide nocase
        $c = /[t]or\s{1,3}browser/ ascii wide nocase
        $d = /\.[o]nion/ ascii wide nocase
        $e = /[b]itcoin/ ascii wide nocase
        $f = /[s]tolen/ ascii wide nocase
        $g = /[n]egotiat/ ascii wide nocase
        $h = /[l]eak(ed|ing)?\s/ ascii wide nocase
        $i = /[r]ecover\s{1,3}(your|the|all)/ ascii wide nocase
    condition:
        not many_files and filesize < 256KB and 3 of them
}

rule lockbit_2_phrase
{
    strings:
        $a = /[l]ockbit\s{1,3}2\.0\s{1,3}ransomware/ ascii wide nocase
        $b = /[l]ockbitapt6vx57t3eeqjofwgcglmutr3a35nygvokja5uuccip4ykyd/ ascii wide nocase
        $c = /[l]ockbitsup4yezcd5enk5unncx3zcy7kw6wllyqmiyhvanjj352jayid/ ascii wide nocase
        $d = /[h]ttps:\/\/decoding\.at/ ascii wide nocase
        $e = /[h]ttps:\/\/bigblog\.at/ ascii wide nocase
    condition:
        any of them
}

rule lockbit_3_phrase
{
    strings:
        $a = /[l]ockbit\s{1,3}3\.0\s{1,3}the\s{1,3}world's\s{1,3}fastest\s{1,3}and\s{1,3}most\s{1,3}stable\s{1,3}ransomware\s{1,3}from\s{1,3}2019/ ascii wide nocase
        $b = /[l]ockbitapt2d73krlbewgv27tquljgxr33xbwwsp6rkyieto7u4ncead/ ascii wide nocase
        $c = /[l]ockbit3753ekiocyo5epmpy6klmejchjtzddoekjlnt6mu3qh4de2id/ ascii wide nocase
    condition:
        any of them
}

rule phobos_phrase
{
    strings:
        $a = /!!![a]ll\s{1,3}of\s{1,3}your\s{1,3}files\s{1,3}are\s{1,3}encrypted!!!/ ascii wide nocase
        $b = /[i]f\s{1,3}we\s{1,3}don't\s{1,3}answer\s{1,3}in\s{1,3}24h\.,\s{1,3}send\s{1,3}e-mail\s{1,3}to\s{1,3}this\s{1,3}address/ ascii wide nocase
    condition:
        any of them
}

rule eight_base_phrase
{
    strings:
        $a = /[b]asemmnnqwxevlymli5bs36o5ynti55xojzvn246spahniugwkff2pad/ ascii wide nocase
        $b = /[h]ttps:\/\/t\.me\/eightbase/ ascii wide nocase
    condition:
        any of them
}

rule akira_phrase
{
    strings:
        $a = /[a]kiral2iz6a7qgd3ayp3l6yub7xx2uep76idk3u2kollpj5z3z636bad/ ascii wide nocase
        $b = /[a]kiralkzxzq2dsrzsrvbr2xgbbu2wgsmxryd4csgfameg52n7efvr2id/ ascii wide nocase
        $c = /[t]he\s{1,3}internal\s{1,3}infrastructure\s{1,3}of\s{1,3}your\s{1,3}company\s{1,3}is\s{1,3}fully\s{1,3}or\s{1,3}partially\s{1,3}dead/ ascii wide nocase
    condition:
        any of them
}

rule qilin_phrase
{
    strings:
        $a = /[y]our\s{1,3}network\/system\s{1,3}was\s{1,3}encrypted\./ ascii wide nocase
        $b = /--\s{1,3}[c]ompromising\s{1,3}and\s{1,3}sensitive\s{1,3}data/ ascii wide nocase
    condition:
        any of them
}

rule blacksuit_phrase
{
    strings:
        $a = /[e]xtortioner\s{1,3}named\s{1,3}blacksuit\s{1,3}has\s{1,3}attacked\s{1,3}your\s{1,3}system/ ascii wide nocase
        $b = /[y]our\s{1,3}safety\s{1,3}service\s{1,3}did\s{1,3}a\s{1,3}really\s{1,3}poor\s{1,3}job\s{1,3}of\s{1,3}protecting\s{1,3}your\s{1,3}files\s{1,3}against\s{1,3}our\s{1,3}professionals/ ascii wide nocase
        $c = /[w]eg7sdx54bevnvulapqu6bpzwztryeflq3s23tegbmnhkbpqz637f2yd/ ascii wide nocase
    condition:
        any of them
}

rule royal_phrase
{
    strings:
        $a = /[i]t\s{1,3}means\s{1,3}that\s{1,3}your\s{1,3}system\s{1,3}were\s{1,3}hit\s{1,3}by\s{1,3}royal\s{1,3}ransomware/ ascii wide nocase
    condition:
        any of them
}

rule ransomhub_phrase
{
    strings:
        $a = /[r]ansomxifxwc5eteopdobynonjctkxxvap77yqifu2emfbecgbqdw6qd/ ascii wide nocase
        $b = /[a]ll\s{1,3}countries\s{1,3}have\s{1,3}their\s{1,3}own\s{1,3}pdpl\s{1,3}\(personal\s{1,3}data\s{1,3}protection\s{1,3}law\)\s{1,3}regulations/ ascii wide nocase
    condition:
        any of them
}

rule gandcrab_phrase
{
    strings:
        $a = /---=\s{1,3}[g]andcrab/ ascii wide nocase
        $b = /---[b]egin\s{1,3}gandcrab\s{1,3}key---/ ascii wide nocase
    condition:
        any of them
}

rule conti_phrase
{
    strings:
        $a = /[a]ll\s{1,3}of\s{1,3}your\s{1,3}files\s{1,3}are\s{1,3}currently\s{1,3}encrypted\s{1,3}by\s{1,3}conti\s{1,3}strain/ ascii wide nocase
    condition:
        any of them
}

rule rhysida_phrase
{
    strings:
        $a = /[t]his\s{1,3}is\s{1,3}an\s{1,3}automated\s{1,3}alert\s{1,3}from\s{1,3}cybersecurity\s{1,3}team\s{1,3}rhysida/ ascii wide nocase
    condition:
        any of them
}

rule medusa_phrase
{
    strings:
        $a = /[w]e\s{1,3}have\s{1,3}penetrate\s{1,3}your\s{1,3}network\s{1,3}and\s{1,3}copied\s{1,3}data/ ascii wide nocase
    condition:
        any of them
}

rule black_basta_phrase
{
    strings:
        $a = /[o]ur\s{1,3}name\s{1,3}is\s{1,3}blackbasta\s{1,3}syndicate/ ascii wide nocase
    condition:
        any of them
}

rule hunters_phrase
{
    strings:
        $a = /[h]unters33mmcwww7ek7q5ndahul6nmzmrsumfs6aenicbqon6mxfiqyd/ ascii wide nocase
    condition:
        any of them
}

rule inc_phrase
{
    strings:
        $a = /[i]ncblog7vmuq7rktic73r4ha4j757m3ptym37tyvifzp2roedyyzzxid/ ascii wide nocase
    condition:
        any of them
}

rule cactus_phrase
{
    strings:
        $a = /[y]our\s{1,3}systems\s{1,3}were\s{1,3}accessed\s{1,3}and\s{1,3}encrypted\s{1,3}by\s{1,3}cactus/ ascii wide nocase
    condition:
        any of them
}

rule dragonforce_phrase
{
    strings:
        $a = /[3]pktcrcbmssvrnwe5skburdwe2h3v6ibdnn5kbjqihsg6eu6s6b7ryqd/ ascii wide nocase
    condition:
        any of them
}

// A report, a list of indicators or a program of protection has words of many families, a note has
// those of one, or of two where one is the other under a new name.
private rule of_several_families
{
    condition:
        3 of (
            lockbit_2_phrase, lockbit_3_phrase, phobos_phrase, eight_base_phrase,
            akira_phrase, qilin_phrase, blacksuit_phrase, royal_phrase,
            ransomhub_phrase, gandcrab_phrase, conti_phrase, rhysida_phrase,
            medusa_phrase, black_basta_phrase, hunters_phrase, inc_phrase,
            cactus_phrase, dragonforce_phrase
        )
}

private rule reads_like_a_note
{
    condition:
        note_words and not of_several_families
}

// Whoever quotes three families in his note would else be told of phrase by phrase alone.
rule several_families_note
{
    condition:
        note_words and of_several_families
}

rule lockbit_2_note
{
    condition:
        reads_like_a_note and lockbit_2_phrase
}

rule lockbit_3_note
{
    condition:
        reads_like_a_note and lockbit_3_phrase
}

rule phobos_note
{
    condition:
        reads_like_a_note and phobos_phrase
}

rule eight_base_note
{
    condition:
        reads_like_a_note and eight_base_phrase
}

rule akira_note
{
    condition:
        reads_like_a_note and akira_phrase
}

rule qilin_note
{
    condition:
        reads_like_a_note and qilin_phrase
}

rule blacksuit_note
{
    condition:
        reads_like_a_note and blacksuit_phrase
}

rule royal_note
{
    condition:
        reads_like_a_note and royal_phrase
}

rule ransomhub_note
{
    condition:
        reads_like_a_note and ransomhub_phrase
}

rule gandcrab_note
{
    condition:
        reads_like_a_note and gandcrab_phrase
}

rule conti_note
{
    condition:
        reads_like_a_note and conti_phrase
}

rule rhysida_note
{
    condition:
        reads_like_a_note and rhysida_phrase
}

rule medusa_note
{
    condition:
        reads_like_a_note and medusa_phrase
}

rule black_basta_note
{
    condition:
        reads_like_a_note and black_basta_phrase
}

rule hunters_note
{
    condition:
        reads_like_a_note and hunters_phrase
}

rule inc_note
{
    condition:
        reads_like_a_note and inc_phrase
}

rule cactus_note
{
    condition:
        reads_like_a_note and cactus_phrase
}

rule dragonforce_note
{
    condition:
        reads_like_a_note and dragonforce_phrase
}

rule qilin_signature
{
    strings:
        $a = /--\s[q]ilin/ ascii wide nocase
    condition:
        note_words and $a
}

rule shared_sentence
{
    strings:
        $a = /[y]our\s{1,3}data\s{1,3}are\s{1,3}stolen\s{1,3}and\s{1,3}encrypted/ ascii wide nocase
        $b = /[y]our\s{1,3}network\s{1,3}infrastructure\s{1,3}has\s{1,3}been\s{1,3}compromised/ ascii wide nocase
        $c = /[d]o\s{1,3}not\s{1,3}reset\s{1,3}or\s{1,3}shutdown\s{1,3}-\s{1,3}files\s{1,3}may\s{1,3}be\s{1,3}damaged/ ascii wide nocase
        $d = /[y]our\s{1,3}data\s{1,3}is\s{1,3}stolen\s{1,3}and\s{1,3}encrypted/ ascii wide nocase
    condition:
        any of them
}

rule ransom_wording
{
    strings:
        $a = /[y]our\s{1,3}files\s{1,3}have\s{1,3}been\s{1,3}encrypted/ ascii wide nocase
        $b = /[a]ll\s{1,3}(of\s{1,3})?your\s{1,3}files\s{1,3}are\s{1,3}(currently\s{1,3})?encrypted/ ascii wide nocase
        $c = /[t]o\s{1,3}decrypt\s{1,3}(all\s{1,3})?your\s{1,3}files/ ascii wide nocase
        $d = /[y]our\s{1,3}data\s{1,3}(is|are)\s{1,3}stolen/ ascii wide nocase
        $e = /[a-z2-7]{55}d\.onion/ ascii wide nocase
    condition:
        not many_files and filesize < 256KB and 2 of them
}
