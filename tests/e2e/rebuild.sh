#!/bin/bash
# From a store that is damaged, or an old copy, back to the mail by one command, and nothing that a person wrote is lost:
# drafts, what waited in the Outbox, keys. Killed at any point, the next run goes on. The old files stay.
. "$(dirname "$0")/../support/cli.sh"
sim_start --generate 30,folders=2
add_account --sync-window all
"$postern" sync --once -q --no-input || echo "Bail out! no first sync"
store=$XDG_DATA_HOME/postern
"$postern" mail list --all --fields folder,subject,unread | sort > "$work/wanted"
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key.pem" -out "$work/cert.pem" -days 90 -subj "/CN=Alice" \
	-addext "subjectAltName=email:alice@example.test" 2> /dev/null
cat "$work/key.pem" "$work/cert.pem" > "$work/alice.pem"
"$postern" smime import "$work/alice.pem" --role both -q --no-input > /dev/null || note "no import"
echo "As attached." > "$work/notes.txt"
"$postern" mail send --draft --to bob@example.test -s "A draft" --body "Only here." --attach "$work/notes.txt" --offline -q > /dev/null
"$postern" mail send --to bob@example.test -s "On its way" --body "Not sent yet." --offline -q > /dev/null
device() { "$postern" account show --json | grep -o '"device_id":"[^"]*"'; }
device=$(device)
cp -a "$store" "$work/golden"
restore() { rm -rf "$store"; cp -a "$work/golden" "$store"; }
rebuild() { timeout 60 "$postern" vault rebuild --yes --no-input "$@"; }

# What must be true after a rebuild, whatever came before it.
rescued() {      # rescued NAME
	local name=$1 ids id
	ids=$("$postern" draft list --fields id)
	is "$name: two drafts" 2 "$(wc -w <<< "$ids")"
	for id in $ids; do "$postern" draft show "$id"; done > "$work/drafts" 2>&1
	has "$name: the draft's text" "Only here." "$(cat "$work/drafts")"
	has "$name: its file" "notes.txt" "$(cat "$work/drafts")"
	has "$name: what was in the Outbox" "Not sent yet." "$(cat "$work/drafts")"
	is "$name: nothing is sent by itself" "" "$("$postern" outbox list --fields id)"
	has "$name: the key" "sign" "$("$postern" smime list --json)"
	run 0 "$name: a sync" "$postern" sync --once -q --no-input
	"$postern" mail list --all --fields folder,subject,unread | grep -v "A draft$\|A draft	" | sort | cmp -s - "$work/wanted"
	tap $? "$name: brings all mail"
	is "$name: the server knows the device" "$device" "$(device)"
	run 0 "$name: the doctor is content" "$postern" doctor --offline
}

printf 'XXXX' | dd of="$store/store.db" bs=1 seek=9000 conv=notrunc 2> /dev/null
run 1 "damaged: a list says so" "$postern" mail list --all
run 6 "damaged: what cannot be read is said" rebuild
has "the old files stay" "$store/damaged-1" "$said"
[ -s "$store/damaged-1/store.db" ]; tap $? "and are there"
restore

run 0 "sound: a rebuild" rebuild
has "is told" "2 drafts were taken along" "$said"
rescued "sound"
run 0 "again" rebuild
has "has another folder" "damaged-2" "$said"
restore

# Pages of mail are damaged, those of drafts are not.
pages=$(($(stat -c %s "$store/store.db") / 4096))
for ((page = pages / 2; page < pages / 2 + 4; page++)); do
	dd if=/dev/zero of="$store/store.db" bs=4096 seek=$page count=1 conv=notrunc 2> /dev/null
done
rebuild -q; code=$?
[ $code = 0 ] || [ $code = 6 ]; tap $? "pages of zeros: rebuilt"
restore

# An old copy, put back after trust was withdrawn.
id=$("$postern" smime list --fields id | head -1)
"$postern" smime trust "$id" --yes -q --no-input || note "no trust"
rm -f "$store"/store.db*; cp -a "$work"/golden/store.db* "$store"
run 1 "replay: an old store.db does not open" "$postern" mail list --all
has "by its name" "(replay)" "$said"
has "with the remedy" "postern vault rebuild" "$said"
run 1 "replay: doctor" timeout 20 "$postern" doctor --offline --json
has "has the remedy" "postern vault rebuild" "$out"
run 0 "replay: rebuilt" rebuild
run 0 "replay: and a sync brings the mail" "$postern" sync --once -q --no-input
restore

rm "$store/key"
run 1 "no key: nothing opens it" rebuild
has "and why is said" "missing" "$said"
run 6 "no key: begun anew all the same" rebuild --without-keys
[ -s "$store/damaged-1/slots" ]; tap $? "no key: the slots are with the old files"
run 0 "no key: a sync brings the mail" "$postern" sync --once -q --no-input
restore

exec 9> "$store/engine.lock"; flock 9
run 8 "held: not while another Postern is at work" rebuild
exec 9>&-

# Killed wherever a file moves or a transaction ends; half of it never opens as if it were all.
restore; rm -f "$work/count"
POSTERN_CRASH_COUNT=$work/count rebuild -q; points=$(cat "$work/count")
step=$((points / 6 > 0 ? points / 6 : 1)); [ "${POSTERN_TIER:-check}" = torture ] && step=1
for ((at = 1; at <= points; at += step)); do
	restore
	POSTERN_CRASH_AT=$at rebuild -q > /dev/null 2> "$work/crash"
	grep -q "^crash point $at:" "$work/crash" || continue
	where=$(sed -n 's/^crash point [0-9]*: //p' "$work/crash" | head -1)
	"$postern" draft list --fields id > "$work/got" 2> "$work/said"; code=$?
	[ $code = 0 ] && [ "$(wc -l < "$work/got")" = 2 ] || grep -q "half rebuilt" "$work/said"; tap $? "killed at $at ($where): all or a sentence"
	rebuild -q 2> "$work/said" || note "$(cat "$work/said")"
	is "killed at $at: both drafts after the next" 2 "$("$postern" draft list --fields id | wc -l)"
done
finish
