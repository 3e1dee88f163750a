#!/bin/bash
# T-50, the memory: mail is read, searched, answered and written, with fifteen words that are nowhere else. Once the screens are
# locked, the process has none of them in its memory, in any encoding, nor the passphrase; unlocked, all is there again.
. "${POSTERN_TOP:?}/tests/support/tui.sh"
if [ "$(id -u)" != 0 ] || ldd "$POSTERN_BUILD/postern" | grep -qE 'lib[at]san'; then
	echo "1..0 # SKIP only root sees the memory, and no sanitizer wipes it"; exit 0
fi
passphrase="Passwort-Kanarie-9f3c71aa"
words=(subject body html attachment filename preview cc draftfile search reply paste second secondbody)
canary() { echo "Kanarie-$1-9f3c71aa"; }
{ for word in "${words[@]}"; do canary "$word"; done; echo "$passphrase"; } > "$work/words"
printf 'Content of %s\n' "$(canary draftfile)" > "$work/plan.txt"
printf '%s\r\n' "From: $(canary sender) <eve@example.org>" "To: alice@example.test" "Cc: $(canary cc) <cc@example.org>" "Subject: $(canary subject)" \
	"MIME-Version: 1.0" 'Content-Type: multipart/mixed; boundary=m' "" "--m" 'Content-Type: multipart/alternative; boundary=a' "" \
	"--a" "Content-Type: text/plain" "" "$(canary preview) and then $(canary body)" "--a" "Content-Type: text/html" "" "<p>$(canary html) $(canary body)</p>" "--a--" \
	"--m" "Content-Type: text/plain; name=$(canary filename).txt" "Content-Disposition: attachment; filename=$(canary filename).txt" "" "$(canary attachment)" "--m--" > "$work/letter.eml"
in_memory() { python3 tests/support/canaries_memory.py "$pid" < "$work/words" 2> "$work/read"; }

echo "1..14"
start_simulator --empty
order "deliver file=$work/letter.eml" > /dev/null
order "deliver subject=$(canary second) text=$(canary secondbody)" > /dev/null
add_account
"$POSTERN_BUILD/postern" sync --once --no-input -q 2> /dev/null
"$POSTERN_BUILD/postern" passwd --new-passphrase-fd 3 -q 3<<< "$passphrase"
tm new-session -d -s "$seat" -x 120 -y 36 "'$POSTERN_BUILD/postern'; echo over: \$?; cat"
wait_for "Passphrase of"; type "$passphrase"; keys Enter
see "$(canary second)" "mail is on the screen"
pid=$(pgrep -f "^$POSTERN_BUILD/postern\$" | head -1)
keys G; see "$(canary subject)" "another, too"
keys Enter; see "$(canary body)" "is read"
keys v; see "$(canary filename)" "with what is attached"
keys Enter; see "$(canary attachment)" "which is looked at"
keys q q q; wait_for "sorted:"
type "/"; say "$(canary search)"; wait_for "0 found"; keys Escape; wait_for "sorted:"
keys g g r; wait_for "Esc Done"; type "$(canary reply) "; keys Escape; see "$(canary reply)" "answered"
type "a"; wait_for "Attach file:"; type "$work/plan.txt"; keys Enter; see "plan.txt" "with a file"
tm set-buffer "$(canary paste)"; type "e"; wait_for "Esc Done"; tm paste-buffer -p -t "$seat:"; see "$(canary paste)" "and something pasted"
keys Escape; wait_for "y Send"
in_memory > "$work/found"; [ "$(grep -c . "$work/found")" -ge 10 ]; tap $? "all this is in its memory"
keys g l; see "Postern is locked" "it is locked"
order "deliver subject=Meanwhile" > /dev/null; see "1 new message" "and goes on receiving"
got=$(in_memory); [ -z "$got" ]; tap $? "and its memory has none of them"; [ -z "$got" ] || sed 's/^/# /' <<< "$got"
[ "$(cut -d' ' -f1 "$work/read")" -gt 10000000 ]; tap $? "of $(cat "$work/read")"
type "$passphrase"; keys Enter; see "$(canary second)" "unlocked, it is there again"
exit $failed
