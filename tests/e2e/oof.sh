#!/bin/bash
# The out-of-office answer on the screens, against the simulator: read, set for a time, told in the status line, offline.
. "${POSTERN_TOP:?}/tests/support/tui.sh"
start_simulator --generate 10,folders=1
add_account
"$POSTERN_BUILD/postern" oof set --on --text 'Back on Monday.' --external 'I am away.' -q

echo "1..18"
start_postern 80 24
see "online" "the account is in step"
see "Out of office" "the status line says who is away"
say ":oof"
see "Back on Monday." "the page has what the server has"
see "As the server has it." "and says so"
keys Enter; see "Until (fri" "for a time it asks until when"
keys -l "2w"; keys Enter
see "for a time" "and takes it in words"
keys j; keys Enter; keys C-k; keys -l "Back in two weeks."; keys Escape
see "s Set on the server" "a text is written in place"
keys s
has "oof" "state: 2" "s sets it on the server"
has "oof" "internal: on Text Back in two weeks" "with the text"
has "oof" "known: on Text I am away" "and leaves the rest"
see "The server has it." "which is said"
keys j; see "As the server has it." "and asked again"
keys g g; keys Enter; keys s
has "oof" "state: 0" "off again"
see "The server has it." "it says so"
keys q; miss "Out of office" "and the status line is silent"
order "fault cmd=Settings count=0 status=3" > /dev/null
say ":oof"
see "does not let us see its settings" "a refusal is told in a sentence"
seat=two
start_offline() { tm new-session -d -s "$seat" -x 80 -y 24 "'$POSTERN_BUILD/postern' --offline 2> '$work/err'; echo over; cat"; }
start_offline; see "offline" "without the network"
say ":oof"; see "This needs the server, and --offline was asked for." "it is not to be had"
exit $failed
