#!/bin/bash
# Nothing from a server or a message reaches the terminal as a control: hostile mail, every screen, every byte judged.
. "$(dirname "$0")/../support/cli.sh"
[ "$POSTERN_TIER" = torture ] && { seeds=$(seq 1 12) mails=90; } || { seeds=1 mails=24; }
support=$POSTERN_TOP/tests/support

# judge NAME ARGUMENT...: every byte that the walk shows is allowed
judge() {
	local name=$1 found
	shift
	found=$(python3 "$support/walk.py" "$@" 2>&1); tap $? "$name"
	[ -z "$found" ] || note "$found"
}
on_terminal() { judge "$1, on a terminal" command "$work/seen" "$postern" "${@:2}"; }
is_text() {      # is_text NAME ARGUMENT...: to a pipe it is UTF-8 without controls
	python3 - "${@:2}" <<-'PYTHON' 2> "$work/said"
	import os, subprocess, sys
	out = subprocess.run([os.environ["POSTERN_BUILD"] + "/postern", *sys.argv[1:]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout.decode()
	bad = [(n, out[max(n - 20, 0):n + 20]) for n, c in enumerate(out) if c not in "\n\t" and (ord(c) < 32 or 127 <= ord(c) < 160)]
	sys.exit(ascii(bad[:5]) if bad else 0)
	PYTHON
	tap $? "$1, to a pipe"
	[ ! -s "$work/said" ] || note "$(cat "$work/said")"
}
is_json() { "$postern" "${@:2}" --json 2> /dev/null | python3 -c 'import json, sys; json.loads(sys.stdin.buffer.read().decode())'; tap $? "$1, as JSON"; }

for seed in $seeds; do
	rm -rf "$work"/{config,data,state,cache,corpus}
	python3 "$support/hostile.py" "$seed" "$mails" "$work/corpus"
	sim_start --corpus "$work/corpus" --now 2026-03-04T09:00:00Z
	run 0 "seed $seed: an account" add_account --sync-window all
	run 0 "its mail arrives" "$postern" sync --once --quiet --no-input
	ids=$("$postern" mail list --fields id -n 1000)
	[ "$(wc -w <<< "$ids")" = "$mails" ]; tap $? "all of it"

	for verb in "mail list" "folder list" "status" "account list" "mail search zq"; do
		read -ra words <<< "$verb"
		on_terminal "$verb" "${words[@]}"; is_text "$verb" "${words[@]}"; is_json "$verb" "${words[@]}"
	done
	for id in $(head -4 <<< "$ids"); do
		on_terminal "mail show" mail show "$id"; is_text "mail show" mail show "$id"; is_json "mail show" mail show "$id"
		on_terminal "mail show --raw" mail show "$id" --raw
		on_terminal "mail show --html" mail show "$id" --html
	done
	bad=$'zq\e]0;owned\a\xc2\x9b777;888H\xff\e[2J\b\b'
	on_terminal "an error with what was typed" mail list -f "$bad"
	on_terminal "an option that is none" mail list "--$bad"
	on_terminal "a verb that is none" "$bad"
	sim_order "fault http=451 count=3 location='https://zq.example.test/$bad'" > /dev/null
	on_terminal "an error with the server's words" sync --once --no-input
	sim_order clear-faults > /dev/null

	for term in xterm-256color linux tmux-256color; do
		judge "the screens on $term" screens "$term" "$work/control" "$work/seen"
	done
	sim_stop
done
finish
