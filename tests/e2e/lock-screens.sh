#!/bin/bash
# The lock on a real terminal (tmux) against the simulator: by key, by ^Z and from the command line; what is on the screen goes,
# mail comes in and is counted, the draft that was being written is there again, and only the passphrase opens it.
. "${POSTERN_TOP:?}/tests/support/tui.sh"
passphrase="korrektes Pferd"
start_simulator --generate 5,folders=2
start_bash() { tm new-session -d -s "$seat" -x 100 -y 30 "exec env PS1='shell> ' bash --norc --noprofile -i"; }
locks() { see "Postern is locked" "$1"; }
alone() { ! screen | grep -qE "Inbox|Secret plan|alice@example"; told $? "$1"; }
open_it() { type "$passphrase"; keys Enter; see "$2" "$1"; }

echo "1..27"
add_account
"$POSTERN_BUILD/postern" config set vault.cache_min 0 -q
start_postern 100 30
see "Inbox" "a store that a key file opens"
keys g l; see "would keep nobody out" "is not locked, and says why"
keys q; wait_for "Quit Postern?"; keys y; wait_for "over: 0"; tm kill-server; until_true test ! -S "$work/tmux"
"$POSTERN_BUILD/postern" passwd --new-passphrase-fd 3 -q 3<<< "$passphrase"; tap $? "a passphrase opens it"
start_bash
wait_for "shell>"; say "'$POSTERN_BUILD/postern'"
see "Passphrase of the store:" "the start asks for it"
open_it "and has the mail" "Inbox"
wait_for "online"
keys g g r; wait_for "Esc Done"; type "Secret plan"; keys Escape; wait_for "y Send"; see "Secret plan" "something is being written"
keys g l; locks "gl locks"
alone "nothing else is shown"
order "deliver subject=Meanwhile" > /dev/null
see "1 new message since then" "mail comes in, and is counted"
alone "and not shown"
type "falsch"; keys Enter; see "does not" "a wrong passphrase does not open it"
lacks_text() { ! screen | grep -qF falsch; }; lacks_text; tap $? "and is not shown"
open_it "the right one does" "Inbox"
see "Meanwhile" "the mail that came is there"
keys g P; see "Re: " "and the draft"
keys Enter; see "Secret plan" "with its text"
keys q; wait_for "Keep this mail"; keys y; wait_for "m New"

keys C-z; see "shell>" "suspended"
say "clear"; say fg; locks "it comes back locked"
alone "with nothing shown"
open_it "and opens" "Inbox"

"$POSTERN_BUILD/postern" lock > "$work/said" 2>&1; told $? "the command locks"
locks "the screens, too"
see "elsewhere" "and they say so"
keys C-c; wait_for "shell>"
"$POSTERN_BUILD/postern" mail list --no-input > "$work/said" 2>&1; tap "$([ $? = 4 ]; echo $?)" "after it has ended, the store needs its passphrase"
say "clear"; say "'$POSTERN_BUILD/postern'"; wait_for "Passphrase of the store:"
open_it "so does the next start" "Inbox"
keys q; wait_for "Quit Postern?"; keys y; wait_for "shell>"
screen | grep -qE 'ERROR|Sanitizer'; tap "$([ $? = 1 ]; echo $?)" "without complaint"
tap "$(grep -rqF "$passphrase" "$work" --include='*' --exclude-dir=tmux; [ $? = 1 ]; echo $?)" "the passphrase is in no file"
exit $failed
