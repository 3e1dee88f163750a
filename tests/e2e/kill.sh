#!/bin/bash
# T-01, first form: kill -9 where a step of the store or of the engine begins or ends. Whatever the point, a second run ends with
# what the server has: nothing lost, nothing doubled, every page of the store sound. And the third run changes nothing.
#
# A first sync, a later one that finds changes, marks, a draft and an absence on their way to the server, a push. check kills at a
# sample of each one's points, torture at all of them, and at those of so many rounds that 300 runs were killed. The other
# operations are killed in unit/sync/test-ops-exsim, sending in send.sh.
. "$(dirname "$0")/../support/cli.sh"
torture=0; [ "${POSTERN_TIER:-check}" = torture ] && torture=1

sim_start --generate 36,folders=3,size=800,unread=50 --max-window 6

# ---- both sides, a line a message: folder, server id, read or unread ----
server_mail() {
	local name
	for name in "Inbox" "Folder 2" "Folder 3" "Drafts"; do
		sim_order "list folder=${name// /\\ }" | awk -F'\t' -v f="$name" '{ print f "\t" $1 "\t" $2 }'
	done | sort
}
local_mail() {
	"$postern" mail list --all --fields folder,server_id,unread |
		awk -F'\t' -v OFS='\t' '{ print $1, $2, ($3 == "yes" ? "unread" : "read") }' | sort
}
local_folders() { "$postern" folder list --fields path,total,unread | sort; }

# ---- scenarios: what is before, what may be killed, what must be true afterwards besides ----
fresh_profile() {
	rm -rf "$XDG_CONFIG_HOME" "$XDG_DATA_HOME" "$XDG_STATE_HOME"
	add_account --sync-window all || tap 1 "add an account"
}
synced_profile() { fresh_profile; "$postern" sync --once -q --no-input || tap 1 "sync undisturbed"; }

change_server() {
	local oldest
	oldest=$(sim_order "list folder=Folder\ 2" | cut -f1 | head -1)
	sim_order "deliver folder=Inbox subject=Later count=7" > /dev/null
	sim_order "delete folder=Folder\ 2 item=$oldest" > /dev/null
	sim_order "deliver folder=Folder\ 2 subject=Instead" > /dev/null
	sim_order "mark folder=Folder\ 3 item=$(sim_order "list folder=Folder\ 3" | cut -f1 | head -1) read=$((RANDOM % 2))" > /dev/null
}

first_before() { fresh_profile; }
first_act() { "$postern" sync --once -q --no-input; }

later_before() { synced_profile; change_server; }
later_act() { "$postern" sync --once -q --no-input; }

# The marks are written here first; then the sync sends them.
ops_before() {
	synced_profile
	"$postern" mail list -f inbox -n 6 -0 > "$work/ids"
	"$postern" mail list -f inbox -n 6 --fields server_id > "$work/marked"
	mark=--read; [ $((RANDOM % 2)) = 0 ] && mark=--unread
	xargs -0 "$postern" mail mark -q $mark --offline < "$work/ids" || tap 1 "mark offline"
}
ops_act() { "$postern" sync --once -q --no-input; }

push_before() { synced_profile; }
push_act() {
	"$postern" sync --watch -q --no-input &
	local watcher=$! round=$RANDOM
	sim_order "deliver folder=Inbox subject=Pushed\ $round count=3" > /dev/null
	for _ in $(seq 60); do
		kill -0 $watcher 2> /dev/null || break
		[ "$("$postern" mail list -f inbox --fields subject --all | grep -c "^Pushed $round")" = 3 ] && break
		read -rt 0.05 <> <(:)
	done
	kill -INT $watcher 2> /dev/null
	wait $watcher
}

# The person's own marks must have arrived, whatever was killed.
ops_after() {
	local wanted=read
	[ "$mark" = --unread ] && wanted=unread
	[ "$(sim_order "list folder=Inbox" | grep -Ff "$work/marked" | cut -f2 | sort -u)" = $wanted ]
}

# A draft that the server has once already is written over; one that it perhaps has is not written twice.
draft_before() {
	synced_profile
	drafted="Drafted $RANDOM$RANDOM"
	"$postern" mail send --draft --to bob@example.test -s "$drafted" --body "As it was." > "$work/id" || tap 1 "a draft"
	[ $((RANDOM % 2)) = 0 ] && "$postern" sync --once -q --no-input
	"$postern" draft show "$(cat "$work/id")" --edit | sed 's/^As it was/As it is/' | "$postern" draft edit "$(cat "$work/id")" || tap 1 "edit it"
}
draft_act() { "$postern" sync --once -q --no-input; }
draft_after() {
	[ "$(sim_order "list folder=Drafts" | grep -c "$drafted")" = 1 ] &&
		sim_order "show folder=Drafts subject=${drafted// /\\ }" | grep -q "As it is."
}

oof_before() {
	synced_profile
	absence="Away $RANDOM$RANDOM"
}
oof_act() {
	"$postern" oof set --on --text "$absence" -q --no-input
	env -u POSTERN_CRASH_AT -u POSTERN_CRASH_COUNT "$postern" outbox list --fields id > "$work/left"
}
# Killed before it was written it never was; what was left waiting is done by the run that followed.
oof_after() {
	[ -z "$("$postern" outbox list --fields id)" ] && { [ ! -s "$work/left" ] || sim_order oof | grep -q "$absence"; }
}

# ---- one kill ----
verify() {       # verify SCENARIO WHERE
	local reason=
	"$postern" sync --once -q --no-input 2> "$work/said" || reason="the second run fails: $(cat "$work/said")"
	server_mail > "$work/server"; local_mail > "$work/local"
	[ -s "$work/server" ] || reason="the server lists nothing"
	cmp -s "$work/server" "$work/local" || reason="$reason the mail differs: $(diff "$work/server" "$work/local" | head -5)"
	if declare -F "${1}_after" > /dev/null && ! "${1}_after"; then reason="$reason what was done is lost, or done twice"; fi
	"$postern" doctor --json > "$work/doctor" 2> /dev/null || reason="$reason doctor: $(grep -o '"fail".*' "$work/doctor")"
	local_folders > "$work/before"
	"$postern" sync --once -q --no-input || reason="$reason the third run fails"
	local_mail | cmp -s - "$work/local" && local_folders | cmp -s - "$work/before" || reason="$reason the third run changed something"
	[ -z "$reason" ]; tap $? "$1: killed at $2"
	[ -z "$reason" ] || note "$reason"
}

kill_at() {      # kill_at SCENARIO POINT
	"${1}_before"
	POSTERN_CRASH_AT=$2 "${1}_act" 2> "$work/crash" > /dev/null
	# A run may end before its point: what it does is not the same each time.
	if grep -q "^crash point $2:" "$work/crash"; then
		killed=$((killed + 1))
		verify "$1" "$2 ($(sed -n 's/^crash point [0-9]*: //p' "$work/crash" | head -1))"
	else
		verify "$1" "no point ($2 was not reached)"
	fi
}

count_points() { # count_points SCENARIO: sets $points from an undisturbed run
	"${1}_before"
	rm -f "$work/count"
	POSTERN_CRASH_COUNT=$work/count "${1}_act" > /dev/null 2>&1
	points=$(cat "$work/count" 2> /dev/null || echo 0)
	verify "$1" "no point"
}

killed=0
scenario() {     # scenario NAME SAMPLE
	local at step=1
	count_points "$1"
	[ "$points" -gt 0 ]; tap $? "$1 has points"
	[ $torture = 0 ] && step=$((points / $2 > 0 ? points / $2 : 1))
	# Not always the same ones: a sample begins somewhere in its first step.
	for ((at = 1 + RANDOM % step; at <= points; at += step)); do
		kill_at "$1" $at
	done
}

scenario first 4
scenario later 2
scenario ops 2
scenario draft 2
scenario oof 2
scenario push 2
wanted=6; [ $torture = 1 ] && wanted=300
for ((round = 0; torture && killed < wanted && round < 20; round++)); do scenario later 0; done
[ $killed -ge $wanted ]; tap $? "at least $wanted of the runs were killed"
note "$killed kills"
finish
