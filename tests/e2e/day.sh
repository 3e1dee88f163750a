#!/bin/bash
# A stranger's day on a real terminal (tmux) against the simulator: set up, read, search, answer with an attachment, keep a
# draft, lose the program, start again, send, move, take back, leave. The server's side is looked at each time.
. "${POSTERN_TOP:?}/tests/support/tui.sh"
holds() { order "list folder='$1'" | grep -qF -- "$2"; }
submitted() { order submissions | grep -qF -- "$1"; }

start_simulator --generate 40,folders=2,unread=20
echo "Figures of the quarter" > "$work/figures.txt"

echo "1..22"
start_postern 100 30
see "Add account" "the wizard opens"
type "alice@example.test"; keys Enter; keys C-u; type "$url"; keys Enter; keys C-u; type "alice"; keys Enter
keys Enter; type "wonderland"; keys Enter; type "$work/ca.pem"; keys Enter
see "online" "the account is set up"
order "deliver subject='Figures, please' text='Could you send me the figures?' from='Bob <bob@example.test>'" > /dev/null
see "Figures, please" "a message arrives"
keys g g Enter
see "Could you send me" "it is read"
keys q; keys /; type "subject:figures"; keys Enter
see "1 found" "and found"
keys Escape; wait_for "sorted:"

keys g g r
see "Bob <bob@example.test>" "the answer goes to its sender"
wait_for "Esc Done"; type "Here they are."; keys Escape; wait_for "y Send"
keys a; wait_for "Attach file:"; type "$work/figu"; keys Tab Enter
see "1 figures.txt" "a file is attached by the beginning of its name"
keys p
see "Kept as a draft" "the answer is postponed"

pid=$(tm list-panes -F '#{pane_pid}'); pkill -9 -P "$pid" -x postern
see "Killed" "the program is killed"
tm kill-server; until_true test ! -S "$work/tmux" ; start_postern 100 30
see "answers" "and starts again, and asks for the password"
keys g q; wait_for "Password"; type "wonderland"; keys Enter
see "online" "which lets it in"
keys g P
see "Re: Figures, please" "the draft is there"
keys Enter
see "Here they are." "with its text"
see "1 figures.txt" "and its attachment"
keys y
see "In the Outbox" "it is sent"
tap "$(until_true submitted 'Re: Figures, please'; echo $?)" "the server has it"
tap "$(until_true holds 'Sent Items' 'Re: Figures, please'; echo $?)" "and its copy"
tap "$([ "$(order submissions | grep -c 'Re: Figures')" = 1 ]; echo $?)" "once"

wait_for "sorted:"; keys g g; keys a
tap "$(until_true holds Archive 'Figures, please'; echo $?)" "the message is archived on the server"
keys u
tap "$(until_true holds Inbox 'Figures, please'; echo $?)" "and taken back"
keys q; wait_for "Quit Postern?"; keys y
see "over: 0" "the day ends"
tap "$([ ! -s "$work/err" ]; echo $?)" "without a word on the error stream"
exit $failed
