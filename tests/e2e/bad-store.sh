#!/bin/bash
# T-14: a store that was cut, flipped, swapped or replaced. Nothing hangs, nothing crashes, and no damaged page is taken
# for mail: either the answer is the right one, or one sentence names the file. Away with the damage, all is as before.
. "$(dirname "$0")/../support/cli.sh"
sim_start --generate 60,folders=2
add_account --sync-window all
"$postern" sync --once -q --no-input || echo "Bail out! no first sync"
store=$XDG_DATA_HOME/postern
cp -a "$store" "$work/golden"
"$postern" mail list --all --fields id,folder,subject,unread > "$work/wanted"

restore() { rm -rf "$store"; cp -a "$work/golden" "$store"; }
list() { timeout 20 "$postern" mail list --all --fields id,folder,subject,unread; }

# The sentence names a path of the store; for damage that cannot be read around, doctor finds it and has a remedy.
refused() {      # refused NAME WORD
	run 1 "$1: the list is refused" list
	has "$1: the file is named" "$store" "$said"
	has "$1: and what is wrong" "$2" "$said"
	is "$1: in one sentence" 1 "$(wc -l < "$work/said")"
	run 1 "$1: doctor finds it" timeout 20 "$postern" doctor --offline --json
	has "$1: as a finding of the store" '"step":"store"' "$out"
	has "$1: with a remedy" '"advice":"' "$out"
	timeout 20 "$postern" sync --once --no-input -q > "$work/out" 2> "$work/said"
	is "$1: a sync ends with 1" 1 $?
	restore
}
# What SQLite or the index can do without: the same mail, or an error, but no other mail and no signal.
survived() {     # survived NAME
	list > "$work/got" 2> "$work/said"
	local code=$?
	{ [ $code = 0 ] && cmp -s "$work/got" "$work/wanted"; } || [ $code = 1 ]; tap $? "$1: the list is right or refused"
	[ $code = 0 ] || has "$1: by name" "$store" "$(cat "$work/said")"
	timeout 20 "$postern" sync --once --no-input -q 2> "$work/said"; code=$?
	[ $code -lt 2 ]; tap $? "$1: a sync ends by itself"
	[ $code != 0 ] || { list | cmp -s - "$work/wanted"; tap $? "$1: with the same mail"; }
	restore
}
poke() { printf "$3" | dd of="$store/$1" bs=1 seek="$2" conv=notrunc 2> /dev/null; }
move_page() { dd if="$work/golden/store.db" of="$store/store.db" bs=4096 skip="$1" seek="$2" count=1 conv=notrunc 2> /dev/null; }
pipe() { rm "$store/$1"; mkfifo -m 600 "$store/$1"; }

truncate -s 20000 "$store/store.db"; refused "cut within a page" "store.db is cut"
truncate -s 16384 "$store/store.db"; refused "cut after a page" "missing at its end"
move_page 5 9; move_page 9 5; refused "two pages swapped" "damaged at page"
move_page 5 9; run 1 "a page doubled, for doctor" timeout 20 "$postern" doctor --offline; has "is named" "page 10 is damaged" "$out"; restore
dd if=/dev/zero of="$store/store.db" bs=4096 seek=7 count=1 conv=notrunc 2> /dev/null; refused "a page of zeros" "damaged at page"
rm "$store/store.db"*; openssl rand 40960 > "$store/store.db"; refused "noise instead" "store.db"
rm "$store/store.db"*; python3 -c "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('create table t(a)')" "$store/store.db"
refused "a plain database in its place" "not encrypted"
rm "$store/key"; refused "no key file" "missing"
openssl rand -out "$store/key" 32; chmod 600 "$store/key"; refused "a foreign key file" "does not fit"
: > "$store/key"; refused "an empty key file" "0 bytes"
chmod 644 "$store/key"; refused "a key that others may read" "chmod 600"
pipe key; refused "a pipe for a key" "pipe"
rm "$store/slots"; refused "no slots" "missing"
poke slots 30 X; refused "slots altered" "altered"
poke slots 8 '\0\0\0\x63'; refused "slots of a later format" "was made by a newer Postern; please update"
pipe slots; refused "a pipe for slots" "pipe"
for at in 100 5000 20000 60000; do poke store.db $at '\xa5\x5a'; run 1 "two bytes flipped at $at" "$postern" doctor --offline; restore; done

head -c 30000 /dev/zero > "$store/store.db-wal"; survived "a log of zeros"
openssl rand 30000 > "$store/store.db-wal"; survived "a log of noise"
rm "$store/index.db"*; survived "no index"
rm "$store/index.db-wal"; openssl rand 8192 > "$store/index.db"; survived "an index of noise"
: > "$store/engine.lock"; mkdir "$store/extra"; survived "an old lock and a stray folder"

# A log cut mid-commit: what was committed before is there, and the sync brings the rest.
"$postern" mail mark --read "$("$postern" mail list --unread -n 1 --fields id)" --offline -q
truncate -s -10 "$store/store.db-wal"; run 0 "a log cut at its end: the list reads" list
run 0 "and the sync completes" "$postern" sync --once --no-input -q
restore

# From the remedy to the mail.
poke store.db 9000 X
mv "$store" "$store.damaged"
run 0 "moved away, a sync brings all back" "$postern" sync --once --no-input -q
is "every message" "$(wc -l < "$work/wanted")" "$(list | wc -l)"

# A pipe where settings or account would be is refused, not waited for.
for file in "$XDG_CONFIG_HOME"/postern/accounts/*; do mv "$file" "$work/account"; mkfifo -m 600 "$file"; done
timeout 10 "$postern" account list > "$work/out" 2> "$work/said"
code=$?
[ $code -gt 0 ] && [ $code -lt 124 ]; tap $? "a pipe for an account file"
has "is named" "pipe" "$(cat "$work/said")"
finish
