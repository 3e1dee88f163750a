#!/bin/bash
# A picture of a mail on terminals that can show it and on those that cannot: fetched when asked for, every byte judged.
. "$(dirname "$0")/../support/cli.sh"
look="$POSTERN_TOP/tests/support/pictures.py"

python3 "$look" mail "$work/corpus"
sim_start --corpus "$work/corpus" --now 2026-03-04T09:00:00Z
run 0 "an account" add_account --sync-window all
run 0 "its mail arrives" "$postern" sync --once --quiet --no-input

on() {
	local found
	found=$(python3 "$look" "$1" "$work/seen-$1" 2>&1); tap $? "$2"
	[ -z "$found" ] || note "$found"
}
on kitty "a kitty is told the picture once, and shows it where its placeholders are"
on tmux "behind tmux the same, through its wrapper, where the person says so"
on sixel "a terminal with sixels gets a strip for each row, wherever the row goes"
on blocks "any other gets coloured blocks"
on off "without colours there is no picture, and a sentence"
finish
