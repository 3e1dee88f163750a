#!/bin/bash
# The screens on a real terminal (tmux) against the simulator: set up an account, read, push, search, resize, leave.
. "${POSTERN_TOP:?}/tests/support/tui.sh"
start_simulator --generate 40,folders=2,unread=20

echo "1..25"
start_postern 80 24
see "Add account" "without an account the wizard opens"
keys -l "alice@example.test"; keys Enter
keys C-u; keys -l "$url"; keys Enter
keys C-u; keys -l "alice"; keys Enter
keys Enter; keys -l "wrong"; keys Enter
keys -l "$work/ca.pem"; keys Enter
see "does not accept the name or the password" "a wrong password is refused in one sentence"
keys Enter Enter Enter Enter
keys -l "wonderland"
miss "wonderland" "a password is never shown"
keys Enter Enter
see "online" "the right one signs in, and is asked for once"
see "Mail:Inbox" "the Inbox is shown"
keys j k; see "synced" "with the time of the last sync"

order "deliver subject='Pushed just now' text='A text with an escape: $(printf '\033')]0;owned$(printf '\007').' from='Grace <grace@example.org>'" > /dev/null
see "Pushed just now" "a new message appears by itself"
keys g g Enter
see "<grace@example.org>" "Enter reads it, with the address"
see "]0;owned" "what wants to command the terminal is text"
tap "$([ "$(tm display-message -p '#{pane_title}')" != owned ]; echo $?)" "and titles no window"
tm display-message -p '#{pane_title}' | grep -q '^Postern'; tap $? "which says what we say"
keys q
see "m New" "q goes back to the list"
is_read() { order "list folder=Inbox" | grep "Pushed just now" | grep -qw "read"; }
until_true is_read; tap $? "the server learns that it was read"
keys l; keys -l "subject:pushed"
see "Limit to: subject:pushed" "the filter is typed below"
miss "Re: " "and narrows the list at once"
keys Escape
miss "Limit to" "Esc gives the list back"
keys /; keys -l "escape"; keys Enter
see "Search: escape  1 found" "the index has the new message"
keys Escape

tm resize-window -x 140 -y 45
see "Subject  Pushed just now" "at 140 columns the reading pane follows"
tm resize-window -x 20 -y 5
until_true shows "Grace"; tap $? "at 20 by 5 it lives on"
tm resize-window -x 100 -y 30
see "Drafts" "at 100 columns the folders are back"
keys "?"; see "What can be done here" "? helps"
keys Escape
miss "What can be done" "and Esc puts it away"
keys q; see "Quit Postern?" "q asks before it quits"
keys y
see "over: 0" "and does"
tap "$([ ! -s "$work/err" ]; echo $?)" "without a word on the standard error"
exit $failed
