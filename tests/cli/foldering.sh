#!/bin/bash
# Folders are made, renamed, moved, emptied and deleted by the command, and the server's side is looked at each time.
. "$(dirname "$0")/../support/cli.sh"

sim_start --generate 36,folders=3,size=800,unread=50
add_account --sync-window all
"$postern" sync --once -q --no-input || tap 1 "sync"

on_server() { sim_order folders | cut -f2- | grep -P "\t$1\$"; }            # of each its parent, type, messages, name
id_on_server() { sim_order folders | grep -P "\t$1\$" | cut -f1; }
paths() { "$postern" folder list --fields path; }

run 0 "a folder at the root" "$postern" folder create Projects
is "is on the server" 1 "$(on_server Projects | wc -l)"
has "and here" Projects "$(paths)"
run 0 "one in it" "$postern" folder create Projects/2026 --json
has "says so" '"folder":"Projects/2026","status":"done"' "$out"
is "is in it on the server" "$(id_on_server Projects)" "$(on_server 2026 | cut -f1)"
run 0 "mail moves there" "$postern" mail move --to Projects/2026 --all -f "Folder 2" -n 3 -q
is "at the server too" 3 "$(sim_order 'list folder=Projects/2026' | wc -l)"
run 0 "renamed" "$postern" folder rename Projects/2026 "This year"
is "on the server" "$(id_on_server Projects)" "$(on_server 'This year' | cut -f1)"
run 0 "moved to the root" "$postern" folder move "Projects/This year" --to-root
is "on the server" 0 "$(on_server 'This year' | cut -f1)"
run 0 "and into another" "$postern" folder move "This year" --to Archive
is "on the server" "$(id_on_server Archive)" "$(on_server 'This year' | cut -f1)"
run 0 "with its mail" "$postern" mail list -f "Archive/This year" --fields id
is "here" 3 "$(wc -l <<< "$out")"
run 0 "made without the server" "$postern" folder create Later --queue
is "is not there yet" "" "$(on_server Later)"
run 0 "mail moves into it" "$postern" mail move --to Later --all -f "Folder 3" -n 2 --offline -q
run 0 "the next sync" "$postern" sync --once -q
is "makes it with its mail" 2 "$(sim_order list folder=Later | wc -l)"
run 0 "emptied" "$postern" folder empty "Archive/This year" --yes
is "on the server" 0 "$(sim_order 'list folder=Archive/This\ year' | wc -l)"
run 3 "and here" "$postern" mail list -f "Archive/This year"
run 0 "deleted" "$postern" folder delete Later -y
is "on the server" "" "$(on_server Later)"
lacks "and here" Later "$(paths)"
run 0 "--dry-run" "$postern" folder delete Projects --dry-run
is "deletes nothing" 1 "$(on_server Projects | wc -l)"

while IFS='|' read -r code why arguments says; do
	eval run "$code" "'$why'" "$postern" folder "$arguments"
	has "says so" "$says" "$said"
done << 'ROWS'
3|a folder that is nowhere|delete Projcts --yes|did you mean “Projects”?
3|no folder above|create Nowhere/New|no folder “Nowhere”
8|one that is there|create Projects|there is a folder called
2|no name|create ""|a folder needs a name
2|below itself|move Archive --to "Archive/This year"|cannot be put below itself
7|one of its own|rename inbox Outbox|the server keeps this folder for itself
2|for good, and nobody to ask|delete Projects --no-input|say --yes
2|no place to move to|move Projects|say --to FOLDER or --to-root
ROWS
run 0 "what is no mail" "$postern" folder list --all --fields path,kind
has "a calendar" $'Calendar\tcalendar' "$out"
has "notes" $'Notes\tnotes' "$out"
finish
