#!/bin/bash
# T-03: kill -9 at any moment, where no step begins or ends. check kills 20 times, torture 2,000. After each, the store opens, every
# page is sound, no log was changed but by being torn, and what had been told to be written is there. In the end the next sync has
# what the server has.
. "$(dirname "$0")/../support/cli.sh"
wanted=20; [ "${POSTERN_TIER:-check}" = torture ] && wanted=2000

sim_start --generate 40,folders=3,size=2000 --max-window 4
add_account --sync-window all
"$postern" sync --once -q --no-input || echo "Bail out! no first sync"

pause_ms() { local s; printf -v s '%d.%03d' $(($1 / 1000)) $(($1 % 1000)); read -rt "$s" <> <(:); }

# What is killed: a sync that finds much, marks, drafts; each writes in another way.
act_sync() {
	sim_order "deliver folder=Inbox subject=Later\ $1 count=4" > /dev/null
	exec "$postern" sync --once -q --no-input
}
act_mark() {
	local mark=--read; [ $(($1 % 2)) = 0 ] && mark=--unread
	"$postern" mail list -f inbox -n 20 -0 | exec xargs -0 "$postern" mail mark -q $mark --offline
}
act_draft() { exec "$postern" mail send --draft --to bob@example.test -s "Draft $1" --body "Kept." --offline; }

bad=0 killed=0
for ((round = 1; round <= wanted; round++)); do
	act=$((round % 3)) names=(sync mark draft)
	set -m; ( "act_${names[act]}" $round ) > "$work/told" 2> /dev/null & pid=$!; set +m
	pause_ms $((RANDOM % 120))
	kill -9 -- -$pid 2> /dev/null && killed=$((killed + 1))
	wait $pid 2> /dev/null
	reason=
	timeout 30 "$postern" doctor --offline --json > "$work/doctor" 2> "$work/said" || reason="doctor: $(cat "$work/said") $(grep -o '"fail".*' "$work/doctor")"
	# An id was printed: then the draft is kept, however soon the kill came.
	[ $act != 2 ] || [ ! -s "$work/told" ] || "$postern" draft list --fields subject | grep -qx "Draft $round" || reason="$reason draft $round is lost"
	[ -z "$reason" ] || { bad=$((bad + 1)); note "round $round (${names[act]}): $reason"; }
done 2> /dev/null
is "none of $wanted kills left a bad store" 0 $bad
[ $killed -gt $((wanted / 4)) ]; tap $? "enough were killed at work"
note "$killed of $wanted were still at work"

run 0 "a sync" "$postern" sync --once -q --no-input
for folder in Inbox "Folder 2" "Folder 3"; do
	is "$folder is whole" "$(sim_order "list folder=${folder// /\\ }" | cut -f1 | sort | md5sum)" \
		"$("$postern" mail list -f "$folder" --all --fields server_id | sort | md5sum)"
done
finish
