#!/bin/bash
# Mail put in order on the screens, and judged by what the server has afterwards: selected, deleted and taken back, moved,
# archived, flagged, put into categories, folders made, renamed and emptied; and an Outbox whose server fails.
. "${POSTERN_TOP:?}/tests/support/tui.sh"
start_simulator --empty
add_account
for name in Alpha Beta Gamma Delta Epsilon Zeta; do
	order "deliver subject=$name text='This is letter $name.' from='Ada <ada@example.org>'" > /dev/null
done
due=$(date -u -d '+40 days' +%F)

echo "1..42"
start_postern 100 30
see "Zeta" "six letters are here"
see "synced" "and all is in step"

keys T; say "subject:alpha OR subject:beta OR subject:gamma"
see "3 messages are selected." "T selects by a query"
keys d
see "Moved 3 messages to Trash" "d moves them at once"
has "list folder='Deleted Items'" "Alpha" "the server has them in its trash"
lacks "list folder=Inbox" "Alpha|Beta|Gamma" "and no longer in the Inbox"
keys u
see "Taken back" "u takes it back"
has "list folder=Inbox" "Gamma" "on the server, too"
lacks "list folder='Deleted Items'" "Alpha|Beta|Gamma" "all three of them"

keys :; say "create-folder Archive"
has "folders" "Archive$" "a folder is made on the server"
keys T; say "subject:delta"
see "1 message is selected." "one more is selected"
keys a
has "list folder=Archive" "Delta" "a archives it"
keys T; say "subject:epsilon"
see "1 message is selected." "and another"
keys s; see "Move to" "s asks where to"
say "arch"
has "list folder=Archive" "Epsilon" "and moves it there"
keys :; say "create-folder Archive/Old"
has "folders" "Old$" "a folder is made in a folder"

keys T; say "subject:zeta"
see "1 message is selected." "the last is selected"
keys g F; see "Due (today" "gF asks when it is due"
say "$due"
has "show folder=Inbox subject=Zeta" "^due: $due" "the server knows the day"
keys Y; see "Categories:" "Y asks for categories"
say "Red, Infra"
has "show folder=Inbox subject=Zeta" "^categories: Red,Infra" "the server has both"
see "#Infra" "and the row shows them"
keys D
see "takes it back for ten seconds" "D waits before it is for good"
keys g o
see "held" "in the Outbox"
keys r
lacks "list folder=Inbox" "Zeta" "r does not wait"

keys q T; say "subject:alpha"
see "1 message is selected." "while the server works"
order "fault cmd=Sync count=0 http=503" > /dev/null
keys F g o
see "Flag 1 message" "what a failing server does not take is in the Outbox"
see "The server is tried again by itself" "with the error and what can be done"
order "clear-faults" > /dev/null
keys r
has "show folder=Inbox subject=Alpha" "^flag: [12]" "tried again, it gets there"
see "Everything is on the server." "and the Outbox is empty"

keys q :; say "rename-folder Mine"
see "the server keeps this folder for itself" "what cannot be is refused at once"
order "fault cmd=FolderCreate count=0 status=10" > /dev/null
keys :; say "create-folder Ghost"
see "Ghost" "a folder that the server refuses is there"
miss " Ghost  " "until it does"
order "clear-faults" > /dev/null
keys c; until_true shows "Go to folder"; say "old"
see "Mail:Old" "in a folder of one's own"
keys :; say "rename-folder Older"
has "folders" "Older$" "a new name is told to the server"
keys :; say "delete-folder"
see "with all that is in it?" "deleting it asks first"
keys y g o; see "Delete the folder Older" "and waits in the Outbox"
keys r
lacks "folders" "Older$" "until it is gone"
keys q g i T; say "subject:beta"
see "1 message is selected." "one more letter"
keys :; say "junk"
has "list folder='Junk Email'" "Beta" "goes to the junk folder"

keys :; say "read-all"
lacks "list folder=Inbox" "	unread	" "all of a folder is marked as read"
keys q y
see "over: 0" "and that is that"
[ ! -s "$work/err" ] || sed 's/^/# /' "$work/err"
exit $failed
