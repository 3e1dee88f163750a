#!/bin/bash
# A search that the server does, by the command line, against the simulator.
. "$(dirname "$0")/../support/cli.sh"

sim_start --empty --now 2026-03-04T09:00:00Z
sim_order "deliver subject='Offer one' text='Price: 10 €' from=bob@example.test" > /dev/null
sim_order "deliver folder=Archive subject='Offer two' text='Preis: zehn' read=1" > /dev/null
run 0 "add an account" add_account --sync-window all
run 3 "before the first sync" "$postern" mail search --server offer
has "it says what to run" "postern sync --once" "$said"
run 0 "sync" "$postern" sync --once --quiet --no-input
sim_order "deliver subject='Offer three' text='not here yet'" > /dev/null
here=$("$postern" mail list -f inbox --fields id)

run 0 "words" "$postern" mail search --server offer --jsonl
is "all that the server has" 3 "$(wc -l <<< "$out")"
has "what is here, by its id" "\"id\":\"$here\"" "$out"
has "what is not, without" '"id":null' "$out"
has "where it is" '"folder":"Archive"' "$out"
has "what it says" '"preview":"Price: 10 €"' "$out"
run 0 "one folder" "$postern" mail search --server offer -f archive --fields subject,unread
is "and not the others" $'Offer two\tno' "$out"
run 0 "a time" "$postern" mail search --server offer after:2026-03-01 before:2026-03-08 --fields subject
is "in which they came" 3 "$(wc -l <<< "$out")"
run 3 "an earlier one" "$postern" mail search --server offer before:2026-03-01
run 3 "nothing" "$postern" mail search --server tomorrow
run 2 "no words" "$postern" mail search --server after:2026-03-01
run 0 "dates as everywhere" "$postern" mail search --server offer after:2020 --fields subject
run 0 "what its answer tells" "$postern" mail search --server --fields subject offer subject:one is:unread
is "is looked at here" "Offer one" "$out"
run 2 "what nobody judges" "$postern" mail search --server offer category:red
has "is named" "category:red" "$said"
run 2 "OR" "$postern" mail search --server offer OR price
run 7 "without the network" "$postern" mail search --server offer --offline
sim_order "fault cmd=Find count=0 status=137" > /dev/null
run 0 "a server without Find" "$postern" mail search --server price --fields subject
is "searches otherwise" "Offer one" "$out"
finish
