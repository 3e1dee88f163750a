#!/bin/bash
# The out-of-office answer, shown and set by the command line, against the simulator.
. "$(dirname "$0")/../support/cli.sh"

sim_start --empty --now 2026-03-04T09:00:00Z
run 0 "add an account" add_account

run 0 "before anything is set" "$postern" oof show
has "it is off" "off" "$out"
run 0 "switch it on" "$postern" oof set --on --text 'Grüße from the beach' --external 'I am away.' --json
has "it says what is set" '"state":"on"' "$out"
has "to everybody" '"unknown":"I am away."' "$out"
said_by_server=$(sim_order oof)
has "the server is on" "state: 1" "$said_by_server"
has "with the text for colleagues" "internal: on Text Grüße from the beach" "$said_by_server"
has "and for others" "known: on Text I am away." "$said_by_server"
run 0 "one change" "$postern" oof set --outside none --quiet
is "is silent" "" "$out$said"
said_by_server=$(sim_order oof)
has "it leaves the rest" "internal: on Text Grüße from the beach" "$said_by_server"
has "and answers nobody outside" "unknown: off" "$said_by_server"
printf 'From a file,\nin two lines\n' > "$work/away.txt"
run 0 "for a time" "$postern" oof set --from 2031-05-04 --until 2031-05-11 --text-file "$work/away.txt" --json
has "it says until when" '"until":"2031-05-1' "$out"
said_by_server=$(sim_order oof)
has "the server knows the end" "until: 2031-05-1" "$said_by_server"
has "and both lines" 'From a file,\x0ain two lines' "$said_by_server"
run 0 "the text through a pipe" "$postern" oof set --text-file <(printf 'Through a pipe\n') -q
has "is read to its end" "internal: on Text Through a pipe" "$(sim_order oof)"
run 0 "the text on the standard input" "$postern" oof set --text-file - -q <<< "By dash"
has "is read" "internal: on Text By dash" "$(sim_order oof)"
printf 'By name\n' | "$postern" oof set --text-file /dev/stdin -q
has "also by its name" "internal: on Text By name" "$(sim_order oof)"
run 0 "show it" "$postern" oof show --fields state,internal
has "as it is" "timed" "$out"
run 0 "only try" "$postern" oof set --off --dry-run
has "changes nothing" "state: 2" "$(sim_order oof)"
run 0 "back again" "$postern" oof set --off
has "the server is off" "state: 0" "$(sim_order oof)"

run 2 "two at once" "$postern" oof set --on --off
run 2 "a beginning without an end" "$postern" oof set --from tomorrow
run 2 "an end before the beginning" "$postern" oof set --from 2031-05-11 --until 2031-05-04
run 7 "without the network" "$postern" oof show --offline
has "it says why" "needs the server" "$said"
sim_order "fault cmd=Settings count=0 status=3" > /dev/null
run 7 "a server that does not let us" "$postern" oof set --on --timeout 20
has "says so" "does not let us see its settings" "$said"
finish
