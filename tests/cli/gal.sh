#!/bin/bash
# The organisation's directory by the command line, against the simulator.
. "$(dirname "$0")/../support/cli.sh"

sim_start --empty
run 0 "add an account" add_account

run 0 "somebody" "$postern" gal hopper --fields name,address,title
is "with a title" $'Grace Hopper\tgrace.hopper@example.test\tRear Admiral' "$out"
run 0 "several" "$postern" gal grace --jsonl
is "two of them" 2 "$(wc -l <<< "$out")"
has "with a telephone" '"phone":"+1 555 0100"' "$out"
run 0 "no more than wanted" "$postern" gal grace -n 1 --fields name
is "one" "Grace Hopper" "$out"
run 0 "not only ASCII" "$postern" gal Żó --fields name,company
is "as it is" $'Łukasz Żółw\tPrzykład S.A.' "$out"
run 3 "nobody" "$postern" gal zzz
run 0 "names" "$postern" gal --resolve alice grace zzz --fields asked,address
is "each by its own" $'alice\talice@example.test\ngrace\tgrace.hopper@example.test\ngrace\tgrace.kelly@example.test' "$out"
sim_order "searching gal-by-find=off" > /dev/null
run 0 "a server whose Find knows no directory" "$postern" gal hopper --fields name
is "is asked otherwise" "Grace Hopper" "$out"
sim_order "fault cmd=Search count=0 status=137" > /dev/null
run 5 "a server without a directory" "$postern" gal hopper --timeout 20
has "says so" "does not" "$said"
run 7 "without the network" "$postern" gal hopper --offline
finish
