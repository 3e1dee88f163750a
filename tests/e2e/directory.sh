#!/bin/bash
# Address fields on the screens that ask the organisation's directory, at 14.1 by Search and at 16.1 by Find: offered while one
# types, looked up before the mail leaves, refused when it is nobody's; and a server that has no directory.
. "${POSTERN_TOP:?}/tests/support/tui.sh"
start_simulator --empty --versions 14.1
add_account

echo "1..23"
start_postern 100 30
see "synced" "the account is in step"
keys :; say "set compose.send_hold_s=0"
keys m; see "To:" "m asks who gets it"
say_letters() { keys -l "$1"; }
say_letters "hopp"
see "Rear Admiral, Arlington 1" "the directory offers somebody while one types (14.1)"
keys Tab
see "To: Grace Hopper <grace.hopper@example.test>" "Tab takes her"
keys Enter; see "Subject:" "then the subject"
say "Compilers"
say_letters "As promised."; keys Escape
see "y Send" "and the text"
keys c; see "Cc:" "c asks for Cc"
say "g"
see "“g” is no address" "one letter is nobody"
keys y
see "“g” is no address" "and is not sent to anybody"
keys c C-u; say "grace"
keys y
see "Who is “grace”?" "a name that fits two is asked about"
see "Grace Kelly <grace.kelly@example.test>" "with both of them"
say "kelly"
see "In the Outbox" "the one that was chosen gets it"
has "submissions" "[[:space:]]2[[:space:]]+Compilers" "and it is sent to two"
keys g s; see "Cc       Grace Kelly" "her, and whom Tab had taken"
keys m; see "To:" "another"
say "zzzz"; see "Subject:" "to a name that nobody has"
say "Nobody"; until_true shows "Nobody (draft)"; keys Escape; until_true shows "y Send"
keys y
see "“zzzz” is no address, and nobody is known by that name" "is refused with its name"
keys q; until_true shows "Keep this mail"; keys n; until_true shows "Thrown away"
keys :; say "quit"; see "over: 0" "it ends"
tm kill-server 2> /dev/null
kill "$sim"; wait "$sim" 2> /dev/null; rm -f "$work/ready"
start_simulator --empty --versions 16.1
rm -rf "$XDG_CONFIG_HOME" "$XDG_DATA_HOME" "$XDG_STATE_HOME" "$XDG_CACHE_HOME"
add_account
start_postern 80 24
see "synced" "another server, with Find"
keys m; see "To:" "m asks again"
say_letters "kel"
see "grace.kelly@example.test" "it is offered there, too (16.1)"
order "fault cmd=Find count=0 status=137" > /dev/null; order "fault cmd=Search count=0 status=137" > /dev/null
keys C-u; say_letters "printer"
see "does not" "a server without a directory says so"
keys C-u; say "alice@example.test"
see "Subject:" "and addresses can be typed as ever"
exit $failed
