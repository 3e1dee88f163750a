#!/bin/bash
# Quick replies by the command line: written, listed, shown, removed, and answered with, against the simulator.
. "$(dirname "$0")/../support/cli.sh"

sim_start --now 2026-03-04T09:00:00Z
run 0 "add an account" add_account --account-name work
quick() { "$postern" quick-reply "$@"; }

# ---- as files ----
run 0 "before there is one" quick list
is "the list is empty" "" "$out"
run 0 "one from the command line" quick set thanks --text 'Thank you!'
has "is shown" "Thank you!" "$out"
is "and is a file" "Thank you!" "$(cat "$XDG_CONFIG_HOME/postern/replies/thanks.txt")"
printf 'Kind regards,\nGrüße\n' > "$work/regards.txt"
run 0 "one of an account, from a file" quick set thanks -a work --text-file "$work/regards.txt" --quiet
is "is silent" "" "$out$said"
run 0 "one through a pipe" quick set later --text-file <(printf 'Later.\n') -q
run 0 "one from the standard input" quick set never -q <<< "Never."
run 0 "by its name" quick set soon --text-file - -q <<< "Soon."
run 0 "show the one for all" quick show thanks
is "as it was given" "Thank you!" "$out"
run 0 "show what the account has" quick show thanks -a alice@example.test
is "its own, both lines" $'Kind regards,\nGrüße' "$out"
run 0 "show one that it has not" quick show later -a work
is "is the one for all" "Later." "$out"
run 0 "show it for a script" quick show thanks -a work --json
has "with its account" '"account":"work"' "$out"
has "and its lines" 'Kind regards,\nGrüße' "$out"
run 0 "list" quick list --fields name,account
is "those for all, then those of accounts" $'later\t\nnever\t\nsoon\t\nthanks\t\nthanks\twork' "$out"
run 0 "list of an account" quick list -a work --fields name,text
is "its own goes before" $'thanks\tKind regards, Grüße\nlater\tLater.\nnever\tNever.\nsoon\tSoon.' "$out"
run 0 "only try to remove" quick remove thanks -a work --dry-run
run 0 "remove the one of the account" quick remove thanks -a work
run 0 "which leaves" quick show thanks -a work
is "the one for all" "Thank you!" "$out"

# ---- what cannot be ----
run 3 "remove it again" quick remove thanks -a work
has "it has none of its own" "work has no quick reply “thanks” of its own" "$said"
run 3 "only try it" quick remove thanks -a work --dry-run
run 3 "show one that is not there" quick show none
has "says where it would be" "write none.txt in" "$said"
run 3 "of an account that is not there" quick list -a home
run 2 "a name that is a path" quick set ../keys --text x
has "is none" "cannot be the name of a file" "$said"
run 2 "an empty text" quick set empty --text ' '
run 2 "two texts" quick set two --text x --text-file "$work/regards.txt"
run 2 "a text that is no UTF-8" quick set latin --text-file <(printf 'Gr\xfc\xdfe')
has "says so" "is not UTF-8" "$said"
head -c 300000 /dev/zero | tr '\0' x > "$work/long"
run 1 "a text without end" quick set long --text-file "$work/long"
run 0 "only try to set" quick set tried --text x --dry-run -q
run 0 "the list" quick list --fields name
is "has only what was set" $'later\nnever\nsoon\nthanks' "$out"

# ---- answers ----
run 0 "sync" "$postern" sync --once -q
id=$("$postern" mail list -f inbox --fields id -n 1)
run 0 "mail reply --quick" "$postern" mail reply "$id" --quick thanks --dry-run
has "says it above what is quoted" $'Thank you!\r\n\r\n' "$out"
has "which is there" $'\r\n> ' "$out"
run 0 "--no-quote" "$postern" mail reply "$id" --quick thanks --no-quote --everybody --dry-run
lacks "leaves that out" $'\r\n> ' "$out"
run 0 "sent" "$postern" mail reply "$id" --quick later
has "by reference" SmartReply "$(sim_order submissions)"
run 3 "with one that is not there" "$postern" mail reply "$id" --quick none
run 2 "with a text as well" "$postern" mail reply "$id" --quick thanks --body Yes
finish
