#!/bin/bash
# The disk is full: a sync ends with one sentence that names the folder and the remedy, asks the server no more than
# a few times, and keeps what it had. With room again, the next run completes.
. "$(dirname "$0")/../support/cli.sh"
sim_start --generate 400,folders=2,size=6000

# A small disk of its own where we may mount one, else a limit on how long a file may grow.
data=$XDG_DATA_HOME
mkdir -p "$data"
if mount -t tmpfs -o size=2m,mode=700 tmpfs "$data" 2> /dev/null; then
	trap 'umount -l "$data"; clean_up' EXIT
	scarce() { "$@"; }
	more_room() { mount -o remount,size=64m "$data"; }
	why="no space left in $data/postern; make room and try again"
else
	scarce() { (trap '' XFSZ; ulimit -f 1000; exec "$@"); }
	more_room() { :; }
	why="$data/postern"
fi

add_account --sync-window all
run 1 "a first sync without room ends" scarce timeout 60 "$postern" sync --once --no-input -q
has "names the place and the remedy" "$why" "$said"
is "in one sentence" 1 "$(wc -l < "$work/said")"
requests=$(sim_order ledger | grep -c '"cmd":"Sync"')
[ "$requests" -le 20 ]; tap $? "and does not storm the server"
note "$requests requests"
run 1 "again, likewise" scarce timeout 60 "$postern" sync --once --no-input --json
has "as JSON" '"retryable":true' "$out"

more_room
run 0 "with room, the next sync completes" timeout 120 "$postern" sync --once --no-input -q
is "the mail is all there" 400 "$("$postern" mail list --all --fields id | sort -u | wc -l)"
run 0 "in a sound store" "$postern" doctor --offline

# Export and settings meet the same disk.
run 0 "an export" "$postern" export mail --out "$work/whole" -q --no-input
small=$work/small
mkdir "$small"
if mount -t tmpfs -o size=256k,mode=700 tmpfs "$small" 2> /dev/null; then
	trap 'umount -l "$small" "$data"; clean_up' EXIT
	run 1 "an export without room ends" timeout 60 "$postern" export mail --out "$small/out" --no-input -q
	has "names the place" "$small/out" "$said"
	has "and the reason" "No space left" "$said"
	is "leaves no half file" "" "$(find "$small/out" -name '*.tmp' -o -name '*.eml' -size 0)"
	mount -o remount,size=64m "$small"
	run 0 "and resumes" timeout 60 "$postern" export mail --out "$small/out" --resume --no-input -q
	is "to the same files" "$(cut -d' ' -f1 "$work/whole/manifest.sha256" | sort | md5sum)" \
		"$(cut -d' ' -f1 "$small/out/manifest.sha256" | sort | md5sum)"
	umount "$small"
	mount -t tmpfs -o size=16k,mode=700 tmpfs "$small" && head -c 16k /dev/zero > "$small/fill" 2> /dev/null
	XDG_CONFIG_HOME=$small/config run 1 "a setting without room is not made" "$postern" config set list.limit 10
	has "and the place named" "$small/config" "$said"
fi
finish
