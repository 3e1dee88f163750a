#!/bin/bash
# T-50, the disk: mail, drafts, what is attached, people, searches and answers hold twenty words that are nowhere else, and no
# file that Postern writes has one of them, in any encoding: not while it works, not after it was killed, not at the end.
. "${POSTERN_TOP:?}/tests/support/tui.sh"
words=(subject body html attachment filename sender preview folder category cc draft draftsubject draftfile recipient editor oof search server vip reply)
canary() { echo "Kanarie-$1-9f3c71aa"; }
for word in "${words[@]}"; do canary "$word"; done > "$work/words"
mkdir -m 700 "$work/tmp"; export TMPDIR=$work/tmp
# What holds them on purpose: the person's own file, the mail that the simulator was given, and its log.
own=$work/own; mkdir "$own"
printf 'Content of %s\n' "$(canary draftfile)" > "$own/plan.txt"
printf '%s\r\n' "From: $(canary sender) <eve@example.org>" "To: alice@example.test" "Cc: $(canary cc) <cc@example.org>" "Subject: $(canary subject)" \
	"MIME-Version: 1.0" 'Content-Type: multipart/mixed; boundary=m' "" "--m" 'Content-Type: multipart/alternative; boundary=a' "" \
	"--a" "Content-Type: text/plain" "" "$(canary preview) and then $(canary body)" "--a" "Content-Type: text/html" "" "<p>$(canary html) $(canary body)</p>" "--a--" \
	"--m" "Content-Type: text/plain; name=$(canary filename).txt" "Content-Disposition: attachment; filename=$(canary filename).txt" "" "$(canary attachment)" "--m--" > "$own/letter.eml"
found() { python3 tests/support/canaries.py "$XDG_DATA_HOME" "$XDG_STATE_HOME" "$XDG_CACHE_HOME" "$XDG_CONFIG_HOME" "$1" "$TMPDIR" < "$work/words" 2> "$work/read"; }
nowhere() { local got; got=$(found "$work/run"); [ -z "$got" ]; tap $? "$1"; [ -z "$got" ] || sed 's/^/# /' <<< "$got"; }

echo "1..20"
tap "$(found "$own" | grep -c . | awk '{ exit $1 < 6 }'; echo $?)" "the search finds what is there"
start_simulator --empty
order "deliver file=$own/letter.eml" > /dev/null
order "category subject='$(canary subject)' categories='$(canary category)'" > /dev/null 2>&1
add_account
"$POSTERN_BUILD/postern" config set log.level debug -q
"$POSTERN_BUILD/postern" sync --once --no-input -q 2> /dev/null
"$POSTERN_BUILD/postern" folder create "$(canary folder)" --no-input -q 2> /dev/null
nowhere "after a sync"
cat > "$own/editor" <<- END
	#!/bin/sh
	[ -e "$work/slow" ] || { echo "$(canary reply)" >> "\$1"; exit; }
	echo "$(canary editor)" >> "\$1"; : > "$work/editing"; read -r _ < "$work/go"
END
chmod 700 "$own/editor"; mkfifo "$work/go"
"$POSTERN_BUILD/postern" config set compose.editor "$own/editor" -q
start_postern 120 36
see "$(canary subject)" "the mail is on the screen"
keys Enter; see "$(canary body)" "and is read"
keys v; see "$(canary filename)" "with what is attached"
keys Enter; see "$(canary attachment)" "which is looked at"
keys q q q
type "/"; say "$(canary search)"; see "earch" "searched"
keys Escape; wait_for "sorted:"
keys g g r; see "$(canary reply)" "and answered"
nowhere "while all this is in memory"
keys p; see "Kept as a draft" "which is kept"
"$POSTERN_BUILD/postern" mail send --draft --no-input --to "$(canary recipient) <bob@example.test>" --subject "$(canary draftsubject)" --attach "$own/plan.txt" \
	<<< "$(canary draft)" > "$work/said" 2>&1; tap $? "a draft with a file is kept"
canary oof > "$own/away.txt"
"$POSTERN_BUILD/postern" oof set --on --text-file "$own/away.txt" --no-input > "$work/said" 2>&1; tap $? "an answer for the time away is set"
"$POSTERN_BUILD/postern" mail search --server "$(canary server)" --no-input > /dev/null 2>&1
nowhere "with that, too"

# An editor that is killed together with Postern: its text waits in the runtime folder, which is memory, and is taken in at the next start.
: > "$work/slow"; keys g g r
until_true test -e "$work/editing"; tap $? "an editor has a text"
pid=$(pgrep -f "^$POSTERN_BUILD/postern\$" | head -1)
kill -9 "$pid"; wait_for "over:"
echo go > "$work/go" & go=$!
got=$(found "$TMPDIR"); [ -z "$got" ]; tap $? "nothing is on the disk after both were killed"; [ -z "$got" ] || sed 's/^/# /' <<< "$got"
rm "$work/slow"; kill $go 2> /dev/null; tm kill-server; until_true test ! -S "$work/tmux"
start_postern 120 36
see "$(canary editor)" "the next start has the text"
keys q; wait_for "Keep this mail"; keys y; see "m New" "and keeps it"
keys q; wait_for "Quit Postern?"
keys y; wait_for "over: 0"
nowhere "at the end, when the editor's file is gone as well"
read -r files _ < "$work/read"; [ "$files" -ge 8 ]; tap $? "of $(cat "$work/read")"
[ "$(find "$XDG_DATA_HOME" -name 'core*' | wc -l)" = 0 ]; tap $? "no core"
exit $failed
