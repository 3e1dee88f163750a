#!/bin/bash
# The format as published: the store in tests/vectors/store opens by each kind of key, in Postern and in a reader that was written
# from docs/store-format.md alone and shares neither code nor library with it; and both agree on a store of today.
. "$(dirname "$0")/../support/cli.sh"
here=$(cd "$(dirname "$0")/.." && pwd)
reader() { timeout 60 python3 "$here/support/read-store.py" "$@"; }
vectors=$here/vectors/store passphrase="Käfig im Garten" recovery=45Y7-176R-05AF-2Y60-VY01-XA32-56GM-3A4R-34MZ
copy=$work/copy
fresh() { rm -rf "$copy"; cp -a "$vectors" "$copy"; chmod 700 "$copy"; chmod 600 "$copy"/*; }
poke() { printf '\xa5' | dd of="$copy/$1" bs=1 seek="$2" conv=notrunc 2> /dev/null; }

for key in --key-file "--passphrase=$passphrase" "--recovery=$recovery" "--recovery=$(tr '[:upper:]-' '[:lower:] ' <<< "$recovery")"; do
	run 0 "${key%%=*} opens the vectors" reader "$vectors" "$key" --json
	cmp -s "$work/out" "$vectors/expected.json"; tap $? "${key%%=*} gives what is published"
done
run 1 "a wrong passphrase" reader "$vectors" --passphrase "Kafig im Garten"; has "does not fit" "does not fit" "$said"
run 1 "a slip of the pen" reader "$vectors" --recovery "${recovery/45Y7/45Z7}"; has "is noticed" "copied wrong" "$said"

# file, where, what the reader says
while read -r file at says; do
	fresh; poke "$file" "$at"
	run 1 "$file, byte $at" reader "$copy" --key-file
	has "$file, byte $at: by name" "$says" "$said"
done << 'END'
slots 3 another format
slots 20 does not fit
slots 31 slots: altered
slots 200 slots: altered
slots 440 slots: altered
slots 460 slots: altered
store.db 0 page 1 is damaged
store.db 4095 page 1 is damaged
store.db 20000 page 5 is damaged
store.db 245759 page 60 is damaged
END
fresh; truncate -s -1 "$copy/store.db"; run 1 "cut" reader "$copy" --key-file; has "cut, by name" "cut" "$said"
fresh; poke store.db-wal 200; run 0 "a torn log ends there" reader "$copy" --key-file --json
lacks "and has not what came after" "Vector" "$out"

# Postern reads the same.
fresh; mkdir -p "$XDG_DATA_HOME"; mv "$copy" "$XDG_DATA_HOME/postern"
sim_start; add_account
run 0 "Postern opens the vectors" "$postern" draft list --fields subject
has "and shows the draft" "Vector" "$out"
run 0 "and finds them sound" "$postern" doctor --offline
rm "$XDG_DATA_HOME/postern/key"
run 0 "by the passphrase, too" "$postern" draft list --fields subject --passphrase-fd 3 3<<< "$passphrase"
run 0 "and the recovery key" "$postern" draft list --fields subject --passphrase-fd 3 3<<< "$recovery"

# A store of today.
rm -rf "$XDG_DATA_HOME/postern"
"$postern" mail send --draft --to bob@example.test -s "Today" --body "As now." --offline -q > /dev/null
run 0 "a store of today" reader "$XDG_DATA_HOME/postern" --key-file --json
has "is read" "As now." "$out"
finish
