#!/bin/bash
# Sending to servers that are not Exchange: each with its own manners.
. "$(dirname "$0")/../support/cli.sh"

submissions() { sim_order submissions; }
send() { "$postern" mail send --to bob@example.test -s "$1" --body Hello --timeout 60 --quiet "${@:2}"; }

head -c 13000000 /dev/zero > "$work/large.bin"       # 17 MB as base64

for server in traveler sogo; do
	rm -rf "$XDG_CONFIG_HOME" "$XDG_DATA_HOME" "$XDG_STATE_HOME" "$XDG_CACHE_HOME"
	sim_start --empty --manners "$server"
	run 0 "$server: add an account" add_account
	run 0 "$server: sync" "$postern" sync --once -q
	run 0 "$server: send" send First
	is "$server: it was sent once" 1 "$(submissions | wc -l)"
	sim_order fault cmd=SendMail lose=1
	run 0 "$server: the answer is lost" send Second
	is "$server: and nothing is sent twice" 1 "$(submissions | grep -c 'Second$')"
	if [ "$server" = traveler ]; then
		"$postern" mail send --to bob@example.test -s Large --body Hello --attach "$work/large.bin" --timeout 60 > "$work/out" 2> "$work/said"
		is "$server: a mail that is too large is refused" 1 "$?"
		has "$server: with a reason" "too large for the server" "$(cat "$work/said")"
		run 0 "$server: it stays in the Outbox" "$postern" outbox list --fields state,subject
		is "$server: as failed" $'failed\tLarge' "$out"
		run 0 "$server: and holds up nothing" send Third
		is "$server: behind it" 1 "$(submissions | grep -c 'Third$')"
		run 5 "$server: names cannot be looked up there" "$postern" gal --resolve hopper --timeout 30
	fi
	sim_stop
done
finish
