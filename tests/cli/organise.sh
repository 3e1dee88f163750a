#!/bin/bash
# Mail is organised by the command, and the server's side is looked at each time: alone, and beside a Postern that runs.
. "$(dirname "$0")/../support/cli.sh"

sim_start --generate 36,folders=3,size=800,unread=50
sim_order deliver subject=Mine > /dev/null
add_account --sync-window all
"$postern" sync --once -q --no-input || tap 1 "sync"

on_server() { sim_order "list folder=${1// /\\ }" | grep -c -P "\t$subject\$"; }      # on_server FOLDER: how many such
state() { sim_order "list folder=${1// /\\ }" | grep -P "\t$subject\$" | cut -f"$2"; }    # state FOLDER COLUMN
ids() { "$postern" mail list "$@" --fields id; }
id=$("$postern" mail search subject:mine --fields id) subject=Mine

# What each verb does: the server's folder, column and value afterwards (columns of exsim's list: id, read, flag, subject).
each_verb() {      # each_verb WHERE-IT-IS-TRIED
	local arguments folder column value
	while IFS='|' read -r arguments folder column value; do
		eval run 0 "'$1: mail $arguments'" "$postern" mail "${arguments//ID/$id}"
		is "the server has it: $value" "$value" "$(state "$folder" "$column")"
	done <<- 'ROWS'
		unread ID|Inbox|2|unread
		read ID|Inbox|2|read
		mark --unread ID|Inbox|2|unread
		flag ID --due 3d --text Call|Inbox|3|2
		flag --done ID|Inbox|3|1
		unflag ID|Inbox|3|0
		archive ID|Archive|3|0
		junk ID|Junk Email|3|0
		delete ID|Deleted Items|3|0
		move -t "Folder 2" ID|Folder 2|3|0
		move --to inbox ID|Inbox|3|0
	ROWS
}
each_verb "alone"
"$postern" sync --watch -q --no-input > "$work/watch.out" 2>&1 &
watch_pid=$!
for _ in $(seq 100); do [ "$("$postern" status --fields running)" = yes ] && break; read -rt 0.05 <> <(:); done
each_verb "beside a Postern that runs"
kill -KILL "$watch_pid"; wait "$watch_pid" 2> /dev/null

# Categories as another device sees them.
elsewhere() {
	(
		export XDG_DATA_HOME=$work/elsewhere XDG_RUNTIME_DIR=$work/elsewhere
		"$postern" sync --once -q && "$postern" mail search subject:mine --fields categories
	)
}
run 0 "categories" "$postern" mail category --add "Blue Monday" --add B "$id"
is "are the server's" "Blue Monday B" "$(elsewhere)"
run 0 "one is taken away" "$postern" mail category --remove "Blue Monday" "$id"
is "at the server too" B "$(elsewhere)"
run 0 "all are taken away" "$postern" mail category --clear "$id"
is "at the server too" "" "$(elsewhere)"

# ---- which ----
run 0 "what is so already" "$postern" mail unread "$id"
is "is no change" "postern: 1 was so already" "$said"
run 0 "for a script" "$postern" mail unread "$id" "$id" --json
has "says so, once" '"data":[{"id":"'"$id"'","status":"unchanged"' "$out"
has "in its count" '"count":1' "$out"
run 0 "--dry-run" "$postern" mail delete --all -f inbox --dry-run --fields status
is "says what would be done" 13 "$(grep -c would <<< "$out")"
is "and does nothing" 13 "$(sim_order list folder=Inbox | wc -l)"
run 0 "ids in, ids out" bash -c "'$postern' mail list -f 'Folder 3' -n 2 -0 | '$postern' mail flag -0 | tr '\0' '\n'"
is "those that were named" "$(ids -f "Folder 3" -n 2)" "$out"
is "and no others" 2 "$(sim_order 'list folder=Folder\ 3' | cut -f3 | grep -c 2)"
run 0 "a query" "$postern" mail unflag --all -f "Folder 3" is:flagged -q
is "is silent with --quiet" "" "$out$said"
is "acts on all it finds" 0 "$(sim_order 'list folder=Folder\ 3' | cut -f3 | grep -c 2)"
run 0 "a whole folder" "$postern" mail read --all -f inbox
is "at the server" 0 "$(sim_order list folder=Inbox | cut -f2 | grep -c unread)"

while IFS='|' read -r code why arguments says; do
	eval run "$code" "'$why'" "$postern" mail "${arguments//ID/$id}"
	has "says so" "$says" "$said"
done << 'ROWS'
3|nothing matched|flag --all subject:zebra|nothing matched
3|a message that is nowhere|archive m0|there is no message m0 here
2|neither ids nor a query|archive|name mail by its ids
2|everything everywhere|delete --all|--all needs a query
2|a query that is not one|read --all newer:soon|column
2|no folder|move ID|--to says to which folder
3|a folder that is nowhere|move --to Nowhere ID|no folder “Nowhere”
2|no category|category ID|say --add, --remove or --clear
2|a day that is none|flag --due never ID|never
2|done by a day|flag --done --due fri ID|--done goes with neither
2|for good, and nobody to ask|delete --for-good ID --no-input|say --yes
ROWS

# ---- later ----
run 0 "--queue" "$postern" mail flag "$id" --queue
is "the server does not know yet" 0 "$(state Inbox 3)"
run 0 "but the store does" "$postern" mail list -f inbox -n 1 --fields id,flagged
is "at once" "$id"$'\tyes' "$out"
run 0 "undone before it left" "$postern" mail unflag "$id" --offline
run 0 "nothing waits" "$postern" status --fields waiting
is "any more" 0 "$out"
run 0 "for good" "$postern" mail delete --for-good --yes "$id"
is "is gone from the server" 00 "$(on_server Inbox)$(on_server "Deleted Items")"
run 3 "and from here" "$postern" mail show "$id"

# ---- the server says no ----
gone() { sim_order "delete folder=Inbox item=$(sim_order list folder=Inbox | grep -P '\tGone$' | cut -f1)" > /dev/null; }
sim_order deliver subject=Gone count=1 > /dev/null
"$postern" sync --once -q
id=$("$postern" mail search subject:gone --fields id) other=$(ids -f inbox -n 2 | tail -1)
gone
run 6 "one of two is gone on the server" "$postern" mail move --to "Folder 2" "$id" "$other" --jsonl
has "says which" '"id":"'"$id"'","status":"failed"' "$out"
has "and that the other was moved" '"id":"'"$other"'","status":"done"' "$out"
sim_order deliver subject=Gone count=1 > /dev/null
"$postern" sync --once -q
gone
run 8 "one that is gone on the server" "$postern" mail flag "$("$postern" mail search subject:gone --fields id)"
other=$(ids -f inbox -n 1)
sim_stop
run 5 "no server" "$postern" mail flag "$other" --timeout 20
has "says that it is stored" "stored here, and not confirmed yet" "$said"
run 0 "and it is" "$postern" status --fields waiting
is "one" 1 "$out"
finish
