#!/bin/bash
# Two processes and a lock: the engine runs without screens, and goes on receiving. Screens that begin beside it with the
# passphrase end its lock as well, so that what is written leaves; killed while locked, they ask again.
. "${POSTERN_TOP:?}/tests/support/tui.sh"
passphrase="korrektes Pferd"
start_simulator --generate 5,folders=2
postern=$POSTERN_BUILD/postern
with() { "$postern" "$@" -q --no-input --passphrase-fd 3 3<<< "$passphrase"; }
is_held() { [ "$(with vault status --fields held)" = yes ]; }
has_come() { with mail list --fields subject | grep -qF "$1"; }
shows_screens() {
	tm new-session -d -s "$seat" -x 100 -y 30 "'$postern'; echo over: \$?; cat"
	wait_for "Passphrase of"; type "$passphrase"; keys Enter
}

echo "1..9"
add_account
"$postern" config set vault.cache_min 0 -q
"$postern" sync --once -q --no-input
"$postern" passwd --new-passphrase-fd 3 -q 3<<< "$passphrase"
"$postern" sync --watch -q --no-input --passphrase-fd 3 3<<< "$passphrase" > "$work/watch" 2>&1 &
watch=$!
until_true is_held; tap $? "an engine without screens"
"$postern" lock; tap $? "is locked"
order "deliver subject=Meanwhile" > /dev/null
until_true has_come Meanwhile; tap $? "and receives"
with mail send --queue --timeout 10 --to bob@example.test --subject Wartet <<< "Text" 2> "$work/said"; tap "$([ $? = 4 ]; echo $?)" "nothing is written while it is locked"
shows_screens
see "Meanwhile" "screens begin beside it"
with mail send --timeout 20 --to bob@example.test --subject Geht <<< "Text" 2> "$work/said"; tap $? "and that engine sends again"
[ -s "$work/said" ] && sed 's/^/# /' "$work/said"
[ "$(order submissions | grep -cF Geht)" = 1 ]; tap $? "once"
"$postern" lock; see "Postern is locked" "the command locks both"
kill -9 "$(pgrep -P "$(tm display-message -p -t "$seat:" '#{pane_pid}')" -f "^$postern\$")"; wait_for "over: 137"; tm kill-server; until_true test ! -S "$work/tmux"
shows_screens
see "Meanwhile" "killed while locked, they ask for the passphrase again"
kill $watch; wait $watch 2> /dev/null
exit $failed
