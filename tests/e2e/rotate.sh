#!/bin/bash
# Every page under a new key (“vault rotate”): nothing else changes, and killed at any point (T-18: torture at each) the store is
# sound, and the next run ends what was begun.
. "$(dirname "$0")/../support/cli.sh"
here=$(cd "$(dirname "$0")/.." && pwd)
sim_start --generate 40,folders=2
add_account --sync-window all
"$postern" sync --once -q --no-input || echo "Bail out! no first sync"
"$postern" mail search generated -q > /dev/null 2>&1
store=$XDG_DATA_HOME/postern
"$postern" mail list --all > "$work/wanted"
cp -a "$store" "$work/golden"
restore() { rm -rf "$store"; cp -a "$work/golden" "$store"; }
epochs() { python3 -c "
import sys
f = open(sys.argv[1], 'rb').read()
print(*sorted({int.from_bytes(f[at + 4092:at + 4096], 'big') for at in range(0, len(f), 4096) if any(f[at:at + 4096])}))" "$store/$1"; }
sound() { "$postern" doctor --offline > /dev/null 2> "$work/said" && "$postern" mail list --all 2> /dev/null | cmp -s - "$work/wanted"; }

is "at first" 1 "$(epochs store.db)"
run 0 "rotate" "$postern" vault rotate
has "is told" "under a new key" "$said"
is "the store is of the next epoch" 2 "$(epochs store.db)"
is "and the index" 2 "$(epochs index.db)"
sound; tap $? "the same mail, and sound"
run 0 "the other reader agrees" python3 "$here/support/read-store.py" "$store" --key-file
run 0 "a sync goes on" "$postern" sync --once -q --no-input
run 0 "and again" "$postern" vault rotate -q
is "to the third" 3 "$(epochs store.db)"

"$postern" sync --watch -q --no-input & watcher=$!
for _ in $(seq 100); do "$postern" vault status --fields held | grep -q yes && break; read -rt 0.05 <> <(:); done
run 8 "not beside a Postern that runs" "$postern" vault rotate
kill -INT $watcher; wait $watcher 2> /dev/null

restore; rm -f "$work/count"
POSTERN_CRASH_COUNT=$work/count "$postern" vault rotate -q; points=$(cat "$work/count")
step=$((points / 8 > 0 ? points / 8 : 1)); [ "${POSTERN_TIER:-check}" = torture ] && step=1
for ((at = 1 + RANDOM % step; at <= points; at += step)); do
	restore
	{ POSTERN_CRASH_AT=$at "$postern" vault rotate -q > /dev/null 2> "$work/crash"; } 2> /dev/null
	where=$(sed -n 's/^crash point [0-9]*: //p' "$work/crash" | head -1)
	sound; tap $? "killed at $at ($where): sound"
	run 0 "killed at $at: the next run" "$postern" vault rotate -q
	[ "$(epochs store.db | wc -w)" = 1 ] && sound; tap $? "killed at $at: ends it"
done
finish
