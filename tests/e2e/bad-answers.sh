#!/bin/bash
# A server that answers with bombs, floods, nonsense or without end: one sentence that names it, the exit code of its kind, little
# memory, few requests; and nothing that was here is lost, what it holds is fetched by the next sync, and other accounts do not notice.
. "$(dirname "$0")/../support/cli.sh"
sim_start --generate 30,folders=2,size=2000
add_account --sync-window all
sim_order "password user=bob value=builder" > /dev/null
"$postern" account add bob@example.test --server "$url" --user bob --password-command "echo builder" --ca-file "$ca" --sync-window all --no-input -q
run 0 "a first sync" "$postern" sync --once --no-input -q
mails() { "$postern" mail list -a "$1" --all --fields id | sort -u | wc -l; }
mails_here=30

# ---- what the server sends | to whom it answers so | memory in MiB | exit code | what is said ----
n=0
while IFS='|' read -r fault most code says; do
	n=$((n + 1)) name="$fault"
	sim_order "clear-faults
		clear-ledger
		deliver folder=Inbox subject=alice$n
		deliver user=bob folder=Inbox subject=bob$n" > /dev/null
	sim_order "fault user=alice count=0 $fault" > /dev/null
	run_within "$most" "$code" "$name" "$postern" sync --once -a alice@example.test --no-input -q
	if [ "$code" = 0 ]; then
		is "$name: is silent" "" "$said"
	else
		has "$name: is said" "$says" "$said"
		is "$name: in one sentence" 1 "$(wc -l < "$work/said")"
		is "$name: costs nothing that was here" "$mails_here" "$(mails alice@example.test)"
	fi
	[ "$(sim_order ledger | wc -l)" -le 25 ]; tap $? "$name: without a storm"
	run 0 "$name: the other account syncs" "$postern" sync --once -a bob@example.test --no-input -q
	is "$name: and has its mail" "$n" "$(mails bob@example.test)"
	sim_order clear-faults > /dev/null
	run 0 "$name: the next sync is well" "$postern" sync --once -a alice@example.test --no-input -q
	mails_here=$((mails_here + 1))
	is "$name: and lost nothing" "$mails_here" "$(mails alice@example.test)"
done <<- 'END'
	cmd=FolderSync bomb-mib=4096|128|1|the answer of localhost is larger than
	cmd=Sync bomb-mib=4096|128|6|localhost grows more than 200 times
	cmd=FolderSync flood-kib=400|48|1|localhost sends more than 256 KiB of headers
	cmd=FolderSync endless|128|1|the answer of localhost is larger than
	cmd=Sync endless|640|6|the answer of localhost is larger than
	cmd=Sync garbage|48|6|localhost: WBXML: a token that ActiveSync does not use at byte 6 of 24 (if it stays so, run “postern doctor”)
	cmd=Sync repeat-key|48|0|
	cmd=Sync more-forever|48|6|announces more without end
END

# Answers cut at one place after another, all before the engine gives up.
sim_order "deliver subject=Cut" > /dev/null
sim_order "fault cmd=Sync cut=0
	fault cmd=Sync nth=2 cut=1
	fault cmd=Sync nth=3 cut=17" > /dev/null
run_within 48 5 "a Sync cut at 0, 1 and 17" "$postern" sync --once -a alice@example.test --no-input -q
has "is said" "broke off in the middle of its answer" "$said"
sim_order "clear-faults
	fault cmd=Sync cut=150" > /dev/null
run_within 48 0 "a Sync cut once is asked for again" "$postern" sync --once -a alice@example.test --no-input -q
sim_order clear-faults > /dev/null
mails_here=$((mails_here + 1))
is "and brings all, once" "$mails_here" "$(mails alice@example.test)"

# So slow that it never ends.
sim_order "fault user=alice cmd=FolderSync endless drip-ms=20 count=0" > /dev/null
run_within 48 5 "an answer that drips without end" "$postern" sync --once -a alice@example.test --timeout 1 --no-input -q
has "is given up in time" "--timeout" "$said"
sim_order clear-faults > /dev/null

# One of two accounts fails: its name is said, quiet or not.
sim_order "fault user=alice cmd=FolderSync endless count=0" > /dev/null
run_within 128 6 "one of two accounts fails" "$postern" sync --once --no-input -q
has "is named" "alice@example.test: the answer of localhost" "$said"
sim_order clear-faults > /dev/null

# ---- folder lists ----
sim_order "create-folder folder=A
	create-folder folder=A/B
	deliver folder=A/B subject=InTheRing" > /dev/null
id_of() { sim_order "folders user=${2:-alice}" | awk -F'\t' -v n="$1" '$5 == n { print $1 }'; }
a=$(id_of A) b=$(id_of B)
sim_order "hang-folder folder=$a parent-id=$b" > /dev/null
run_within 48 0 "a ring of folders" "$postern" sync --once -a alice@example.test --no-input -q
run 0 "is listed" "$postern" folder list -a alice@example.test --fields path,total
is "opened somewhere" 2 "$(grep -cxE $'A\t0|A/B\t1|B/A\t0|B\t1' <<< "$out")"
run 0 "and its mail is there" "$postern" mail list -a alice@example.test -f B --fields subject
is "in its folder" InTheRing "$out"
sim_order "hang-folder folder=$a parent-id=$a
	hang-folder folder=$b parent-id=999" > /dev/null
run 0 "a folder in itself, and one in none" "$postern" sync --once -a alice@example.test --no-input -q
run 0 "are listed" "$postern" folder list -a alice@example.test --fields path,total
is "at the root" $'A\t0\nB\t1' "$(grep -E $'^[AB]\t' <<< "$out" | sort)"

path=D1 orders="create-folder folder=D1"
for i in $(seq 2 70); do path=$path/D$i orders+=$'\n'"create-folder folder=$path"; done
sim_order "$orders"$'\n'"deliver folder=$path subject=Deepest" > /dev/null
run_within 48 0 "folders seventy deep" "$postern" sync --once -a alice@example.test --no-input -q
run 0 "are all listed" "$postern" folder list -a alice@example.test --fields name
is "each once" 70 "$(grep -cE '^D[0-9]+$' <<< "$out")"
is "with what they hold" Deepest "$("$postern" mail list -a alice@example.test -f D70 --fields subject)"

# As many as there may be are taken from the list (their mail is asked for one by one: not here), one more is refused.
sim_order "forget-keys user=bob
	create-folder user=bob folder=Many count=20001" > /dev/null
run_within 64 1 "more folders than Postern takes" "$postern" sync --once -a bob@example.test --no-input -q
has "is said, with the remedy" "more than 20000 folders; Postern can read it once some are removed" "$said"
is "and costs no mail" "$n" "$(mails bob@example.test)"
run 0 "nor the other account" "$postern" sync --once -a alice@example.test --no-input -q
finish
