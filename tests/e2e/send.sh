#!/bin/bash
# T-06 and more: messages leave through a network and a server that fail in every way, and a program that is killed at any
# point. The simulator's list of submissions says what it was given: each message once. check sends some forty, torture two
# thousand in some ten minutes, in lanes with a server each; half of the servers send a repeat again, and half file in Sent late.
. "$(dirname "$0")/../support/cli.sh"
torture=0; [ "${POSTERN_TIER:-check}" = torture ] && torture=1
lanes=2 rounds=4 batch=5
[ $torture = 1 ] && lanes=16 rounds=5 batch=25

# Those that a server answers, and then those that leave open what became of the message: to wait for the second look into
# Sent takes a minute, for which only torture has the time. Status 110 is not among them: it asks for half an hour.
answered=("lose=1" "cut=0" "cut=30" "cut=90" "drip-ms=2" "delay-ms=200" "http=503 retry-after=1" "http=429 retry-after=1" "status=111"
	"status=116" "status=113" "http=413" "http=401")
open=("reset=1" "cut-in=0" "cut-in=1" "cut-in=200" "cut-in=700" "garbage=1" "html=1" "http=500" "http=502" "http=504" "wrong-length=40")
faults=("${answered[@]}")
[ $torture = 1 ] && faults+=("${open[@]}")
patience=4
[ $torture = 1 ] && patience=150

spoil() {        # some of the next requests go wrong
	local fault=${faults[RANDOM % ${#faults[@]}]}
	sim_order clear-faults
	sim_order "fault cmd=SendMail nth=$((1 + RANDOM % batch)) count=$((1 + RANDOM % 2)) $fault" > /dev/null || echo "no such fault: $fault" >> "$work/trouble"
}

# go TURN: one run, the first of a round always and others perhaps killed at one of its points; it has some ten for each message
# that waits.
go() {
	local at=
	[ "$1" = 0 ] || [ $((RANDOM % 10)) -lt 4 ] && at=$((1 + RANDOM % (1 + ($1 > 0) * 20 + 8 * $(waiting))))
	{ POSTERN_CRASH_AT=$at timeout -s INT $patience "$postern" sync --once -q --no-input > "$work/run" 2>&1; } 2> /dev/null
	grep -q "^crash point" "$work/run" && echo killed >> "$work/killed"
	sim_order file-sent > /dev/null
}

# What will still move by itself, as far as we have the patience.
waiting() {
	"$postern" outbox list --fields id,state |
		awk -F'\t' -v t=$torture '$2 == "waiting" || $2 == "held" || (t && $2 == "sending")' | wc -l
}
sent_times() { sim_order submissions | grep -c "<$1@test>"; }

# What a person does who knows what the server has.
decide() {
	"$postern" outbox list --fields id,state,subject | while IFS=$'\t' read -r id state name; do
		[ "$state" = sending ] && continue
		if [ "$(sent_times "$name")" = 0 ]; then
			"$postern" outbox retry "$id" --queue
		else
			"$postern" outbox cancel "$id"
		fi
	done > "$work/decided" 2>&1
}

post() {         # post NAME
	printf 'To: bob@example.test\nSubject: %s\nMessage-ID: <%s@test>\n\nThis is %s.\n' "$1" "$1" "$1" |
		"$postern" sendmail -t --queue -q || echo "cannot queue $1" >> "$work/trouble"
}

round() {        # round LANE NUMBER: queues a batch, and tries until nothing waits
	local i turn
	for ((i = 0; i < batch; i++)); do post "m$1-$2-$i"; done
	for ((turn = 0; turn < 12; turn++)); do
		if [ $turn -gt 0 ] && [ "$(waiting)" = 0 ]; then
			"$postern" outbox list --fields state | grep -vq sending || break
			decide
		fi
		[ $turn -lt 6 ] && spoil || sim_order clear-faults
		go $turn
	done
}

# A line a message: how often the server was given it, and what we believe of it.
judge() {        # judge LANE
	local n i name state
	for ((n = 0; n < rounds; n++)); do
		for ((i = 0; i < batch; i++)); do
			name=m$1-$n-$i
			state=$("$postern" outbox list --fields subject,state | sed -n "s/^$name\t//p")
			echo "$(sent_times "$name") ${state:-done} $name"
		done
	done
}

lane() {         # lane NUMBER: a profile and a server of its own
	work=$work/lane$1
	export XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data XDG_STATE_HOME=$work/state XDG_RUNTIME_DIR=$work/run-dir
	mkdir -p "$work" && mkdir -m 700 "$XDG_RUNTIME_DIR"
	trap sim_stop EXIT
	sim_start
	add_account > /dev/null && "$postern" sync --once -q --no-input || echo "no first sync" >> "$work/trouble"
	[ $(($1 % 2)) = 1 ] && sim_order sending ignore-client-id=on
	[ $(($1 / 2 % 2)) = $((torture ? 1 : 2)) ] && sim_order sending hold-sent=on
	local n
	for ((n = 0; n < rounds; n++)); do round "$1" $n; done
	judge "$1" > "$work/verdict"
	"$postern" doctor --json > "$work/doctor" 2> /dev/null; grep -q '"fail"' "$work/doctor" && echo "doctor finds damage" >> "$work/trouble"
}

for ((l = 0; l < lanes; l++)); do ( lane $l ) & done
wait
cat "$work"/lane*/verdict > "$work/all"
total=$((lanes * rounds * batch))
is "every message is accounted for" $total "$(wc -l < "$work/all")"
is "none was sent twice" "" "$(awk '$1 > 1' "$work/all")"
is "none counts as sent that was not" "" "$(awk '$1 == 0 && $2 == "done"' "$work/all")"
is "none is left that could have gone" "" "$(awk '$1 == 0 && $2 != "sending"' "$work/all")"
[ $torture = 0 ] || is "and none is in doubt" "" "$(awk '$2 != "done"' "$work/all")"
is "no trouble beside" "" "$(cat "$work"/lane*/trouble 2> /dev/null)"
killed=$(cat "$work"/lane*/killed 2> /dev/null | wc -l)
[ "$killed" -ge $((total / (torture ? 50 : 20))) ]; tap $? "it was killed often enough ($killed times)"
finish
