#!/bin/bash
# Two full-screen Posterns on one store: the first serves the second, both show what either changes, what only one can do is
# said, and when the first ends the second takes its place.
. "${POSTERN_TOP:?}/tests/support/tui.sh"
start_simulator --generate 30,folders=2,unread=10
add_account

echo "1..24"
first() { seat=one; }
second() { seat=two; }
start_postern 100 30
see "online" "the first signs in"
second; start_postern 80 24
see "Another Postern runs already" "the second joins it, and says so"
keys j; see "online" "and knows how the account is"

order "deliver subject='Bell in the hall' from='Grace <grace@example.org>'" > /dev/null
see "Bell in the hall" "what comes is shown in the second"
first; see "Bell in the hall" "and in the first"
second; keys g g; keys F
has "list folder=Inbox" "Bell in the hall.*2|2.*Bell in the hall" "a flag of the second is sent by the first"
first; see "F   Grace" "and shown there"
keys g g; keys d
miss "Bell in the hall  " "what the first deletes goes"
second; miss "Bell in the hall" "in the second, too"
first; keys u; see "Bell in the hall" "and comes back"
second; see "Bell in the hall" "in both"

keys m; keys -l "bob@example.test"; keys Enter; keys -l "From beside"; keys Enter; keys -l "Text."; keys Escape
see "y Send" "a mail is written in the second"
keys y; see "In the Outbox" "and given to the first"
keys j; see "1 queued" "where it waits"
first; keys j; see "1 queued" "as it says itself"
second; keys u; miss "1 queued" "until the second takes it back"

say ":add-account"; see "Accounts are set up in the Postern that runs already" "accounts are the first one's"
say ":answer"; see "answered, in the Postern that runs already" "so are questions"

first; keys q; see "Quit Postern?" "the first is told to end"
keys y; see "over: 0" "and does"
second; see "this one syncs from here on" "the second takes its place"
keys j; see "online" "signs in"
order "deliver subject='Bell in the yard' from='Grace <grace@example.org>'" > /dev/null
see "Bell in the yard" "and is told of new mail"
keys /; keys -l "yard"; keys Enter
see "Search: yard  1 found" "which is in its index"
exit $failed
