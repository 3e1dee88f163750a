#!/bin/bash
# A mailbox from adding the account to exported files, against the simulator.
. "$(dirname "$0")/../support/cli.sh"

mkdir -p "$work/corpus/Projects"
mail() {     # mail FOLDER/ FILE SUBJECT BODY...
	printf 'From: =?utf-8?q?Bj=C3=B6rn?= <bjorn@example.test>\r\nTo: alice@example.test\r\nSubject: %s\r\nDate: Tue, 03 Mar 2026 10:00:00 +0100\r\nMessage-ID: <%s@example.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s\r\n' \
		"$3" "$2" "$4" > "$work/corpus/$1$2.eml"
}
mail "" one "First" "Grüße, ${work##*.} and a control: $(printf '\033')[2J."
mail "" two "Second" "A long line that the reader has to lay out, because it is much wider than eighty columns, which is what scripts get."
mail Projects/ three "Third" "In a folder of its own."
sim_start --corpus "$work/corpus" --now 2026-03-04T09:00:00Z

run 0 "add an account" add_account --sync-window all
is "quietly" "" "$out"
run 0 "it is listed" "$postern" account list --fields name,address,default
is "as the default" $'alice@example.test\talice@example.test\tyes' "$out"
run 0 "sign in once more" "$postern" account test
has "the server says what it speaks" "the server speaks ActiveSync 16.1" "$out"
run 3 "before the first sync" "$postern" mail list
has "it says what to run" "postern sync --once" "$said"
run 0 "sync" "$postern" sync --once --quiet --no-input
is "is silent when well" "" "$out$said"
run 0 "folders" "$postern" folder list --fields path,total,unread,kind
has "with counts" $'Inbox\t2\t2\tinbox' "$out"
has "of all" $'Projects\t1\t1\tmail' "$out"
run 0 "mail" "$postern" mail list --jsonl
is "all of it" 3 "$(wc -l <<< "$out")"
has "with its folder" '"folder":"Projects"' "$out"
has "with its date in UTC" '"date":"2026-03-0' "$out"
has "with its sender" '"from":"Björn"' "$out"
run 0 "one folder" "$postern" mail list -f projects --fields subject
is "by its name in any case" "Third" "$out"
run 0 "an honest limit" "$postern" mail list -n 2 --json
has "says so" '"meta":{"complete":false,"count":2}' "$out"
run 3 "an unknown folder" "$postern" mail list -f Projcts
has "names the nearest" "did you mean “Projects”?" "$said"
run 2 "an unknown field" "$postern" mail list --fields subjct
has "names the nearest" "did you mean “subject”?" "$said"

id=$("$postern" mail list -f inbox --fields id,subject | sed -n 's/\tFirst$//p')
other=$("$postern" mail list -f inbox --fields id,subject | sed -n 's/\tSecond$//p')
run 0 "show" "$postern" mail show "$id"
has "the sender, decoded" "From: Björn <bjorn@example.test>" "$out"
has "the text" "Grüße" "$out"
lacks "nothing that steers the terminal" $'\033' "$out"
run 0 "show wraps" "$postern" mail show "$other"
is "at 80 columns" 0 "$(awk 'length > 80' <<< "$out" | wc -l)"
run 0 "reading marks nothing" "$postern" folder list --fields path,unread
has "read" $'Inbox\t2' "$out"
run 0 "the raw mail" "$postern" mail show "$id" --raw
cmp -s "$work/out" "$work/corpus/one.eml"; tap $? "is the server's, byte for byte"
run 0 "as an object" "$postern" mail show "$id" --json
has "with its text" 'Grüße' "$out"
lacks "nothing that steers the terminal, either" $'\033' "$out"
run 3 "no HTML" "$postern" mail show "$id" --html
run 2 "not an id" "$postern" mail show 17
run 3 "an id that is nowhere" "$postern" mail show m0
has "says so" "there is no message m0 here" "$said"

run 0 "search a word" "$postern" mail search grusse --fields subject
is "whatever its accents" First "$out"
run 0 "search fields" "$postern" mail search from:bjorn in:projects is:unread --fields subject,folder
is "and where" $'Third\tProjects' "$out"
run 3 "search what is nowhere" "$postern" mail search zebra
has "says so" "nothing matched" "$said"
run 2 "a query that is not one" "$postern" mail search 'newer:soon'
has "says what was expected" "column" "$said"

run 0 "mark read" "$postern" mail mark --read "$id"
has "the server knows" $'\tread\t' "$(sim_order list folder=Inbox | grep First)"
run 0 "mark unread offline" "$postern" mail mark --unread "$id" --offline
has "the server does not know yet" $'\tread\t' "$(sim_order list folder=Inbox | grep First)"
run 0 "status counts what waits" "$postern" status --fields waiting,unread
is "one" $'1\t2' "$out"
run 0 "the next sync" "$postern" sync --once -q
has "sends it" $'\tunread\t' "$(sim_order list folder=Inbox | grep First)"
run 0 "show --mark-read" "$postern" mail show "$id" --mark-read
has "does" $'\tread\t' "$(sim_order list folder=Inbox | grep First)"
run 0 "for a status bar" "$postern" status --short
is "one word" "alice@example.test:1" "$out"

run 0 "export" "$postern" export mail --format eml --out "$work/eml" -q
is "a file a mail" 3 "$(ls "$work/eml" | grep -c 'eml$')"
(cd "$work/eml" && sha256sum --quiet -c manifest.sha256) > "$work/sums" 2>&1; tap $? "the manifest agrees"
is "each is the server's, byte for byte" "$(cat "$work"/corpus/{one,two,Projects/three}.eml | sha256sum)" \
	"$(cd "$work/eml" && cat *First.eml *Second.eml *Third.eml | sha256sum)"
run 8 "the same again" "$postern" export mail --out "$work/eml"
has "says how to go on" "resume" "$said"
rm "$work/eml/"*Second.eml
run 0 "resume" "$postern" export mail --out "$work/eml" --resume --jsonl
is "writes what is missing" 1 "$(wc -l <<< "$out")"
has "says what it did" "1 written, 2 there already, 0 failed" "$said"
run 0 "export what a query finds" "$postern" export mail --out "$work/some" -q subject:third
is "alone" 1 "$(ls "$work/some" | grep -c 'eml$')"
run 3 "nothing to export" "$postern" export mail --out "$work/none" -f sent
run 2 "no place to export to" "$postern" export mail
has "says so" "--out is missing" "$said"

run 0 "doctor" "$postern" doctor --jsonl
for step in store dns tcp tls sign_in clock versions commands provision folders push; do
	has "looks at $step" "\"verdict\":\"ok\",\"account\":\"alice@example.test\",\"step\":\"$step\"" \
		"${out//\"account\":null,\"step\":\"store\"/\"account\":\"alice@example.test\",\"step\":\"store\"}"
done
run 0 "doctor --redact" "$postern" doctor --redact
for word in alice localhost 127.0.0.1; do lacks "shows no $word" "$word" "$out"; done

# Both streams in one place: what is said comes behind what is printed, however much that is.
"$postern" config set list.limit 1 -q
"$postern" mail list > "$work/both" 2>&1
tail -1 "$work/both" | grep -q "^postern: there are more"; tap $? "a remark stands behind the list"
"$postern" config unset list.limit -q 2> /dev/null || "$postern" config set list.limit 50 -q
run 0 "remove the account" "$postern" account remove alice@example.test --yes
is "nothing of it is left" "" "$(ls "$XDG_CONFIG_HOME/postern/accounts")"
add_account -q > /dev/null
run 3 "added again, it starts from nothing" "$postern" mail list
finish
