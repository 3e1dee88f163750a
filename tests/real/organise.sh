#!/bin/bash
# Mail and folders are put in order by the command, and each time the real server's side is looked at: Dovecot's, behind SOGo.
. tests/support/real.sh

for subject in Mine Other Gone Kept; do deliver $subject; done
ok "an account" person alice alice-secret "$url"
sync() { "$postern" sync --once -q; }
id_of() { "$postern" mail search "subject:$1" --fields id; }
id=$(id_of mine)

run 3 "no archive" "$postern" mail archive "$id"
has "says what to do" "make one (postern folder create Archive)" "$said"
run 0 "folder create" "$postern" folder create Archive
while IFS='|' read -r arguments mailbox; do
	eval run 0 "'mail $arguments'" "$postern" mail "${arguments//ID/$id}"
	is "the server has it: $mailbox" "$mailbox" "$(there alice Mine)"
done << 'ROWS'
read ID|INBOX \Seen
unread ID|INBOX
mark --read ID|INBOX \Seen
mark --unread ID|INBOX
flag ID --due 3d --text Call|INBOX \Flagged
unflag ID|INBOX
category --add Work ID|INBOX $label2
category --clear ID|INBOX
archive ID|Archive
junk ID|Junk
delete ID|Trash
move --to inbox ID|INBOX
flag ID|INBOX \Flagged
unflag ID|INBOX
ROWS
sync
is "here nothing was lost or doubled" "Gone Kept Mine Other" "$("$postern" mail list --all --fields subject | sort | xargs)"

# ---- what SOGo has no room for ----
run 0 "a flag that is done" "$postern" mail flag --done "$id"
is "is none on the server" INBOX "$(there alice Mine)"
run 0 "a category that SOGo has not" "$postern" mail category --add "Blue Monday" "$id"
is "does not reach the server" INBOX "$(there alice Mine)"
server doveadm flags add -u alice '\Seen' mailbox INBOX header subject Mine
agrees() { sync; [ "$("$postern" mail list -f inbox --fields subject,unread,categories | grep ^Mine)" = $'Mine\tno\t' ]; }
ok "with the next change there, the server's word holds" until_s 10 agrees
run 0 "for good, but not in the trash" "$postern" mail delete --for-good --yes "$(id_of kept)"
has "goes into SOGo's trash" Trash "$(there alice Kept)"
run 3 "it left the Inbox" "$postern" mail search "subject:kept" -f inbox
in_trash() { sync; "$postern" mail search subject:kept -f deleted > /dev/null; }
ok "and is shown in the trash" until_s 10 in_trash
run 0 "there for good" "$postern" mail delete --for-good --yes "$(id_of kept)"
lacks "is for good" Trash "$(there alice Kept)"

# ---- later, taken back, and gone ----
other=$(id_of other)
run 0 "--queue" "$postern" mail move --to Archive "$other" --queue
is "the server does not know yet" INBOX "$(there alice Other)"
run 0 "outbox cancel" "$postern" outbox cancel "$("$postern" outbox list --fields id)"
run 0 "it is back" "$postern" mail search subject:other -f inbox
run 0 "queued again" "$postern" mail archive "$other" --queue
run 0 "and undone by its opposite" "$postern" mail move --to inbox "$other" --queue
run 0 "nothing waits" "$postern" status --fields waiting
is "any more" 0 "$out"
run 0 "several, queued" "$postern" mail flag "$other" "$id" --queue
run 0 "the next sync" "$postern" sync --once -q
is "tells the server" "INBOX \\Flagged" "$(there alice Other)"
server doveadm expunge -u alice mailbox INBOX header subject Gone
run 6 "one of two is gone on the server" "$postern" mail move --to Archive "$(id_of gone)" "$other" --fields status
is "says so" "done failed" "$(sort <<< "$out" | xargs)"
is "the other is moved" "Archive \\Flagged" "$(there alice Other)"
server doveadm expunge -u alice mailbox Archive header subject Other
run 0 "marking what is gone elsewhere" "$postern" mail unflag "$other"
goes() { sync; ! "$postern" mail show "$other" 2> /dev/null; }
ok "is no error to SOGo, and the next page takes it away" until_s 10 goes

# ---- folders ----
while IFS='|' read -r code arguments wanted; do
	eval run "$code" "'folder $arguments'" "$postern" folder "$arguments"
	is "the server has" "$wanted" "$(folders | sed 's/\(Drafts\|INBOX\|Junk\|Sent\|Templates\|Trash\|Archive\) //g')"
done << 'ROWS'
0|create Projects|Projects 
0|create "Projects/Größe & Co"|Projects Projects/Größe & Co 
0|rename "Projects/Größe & Co" "This: year"|Projects Projects/This: year 
0|move "Projects/This: year" --to Archive|Archive/This: year Projects 
0|move "Archive/This: year" --to-root|Projects This: year 
0|rename Projects Projekte|Projekte This: year 
0|move "This: year" --to Projekte|Projekte Projekte/This: year 
0|create "Projekte/This: year/Deep"|Projekte Projekte/This: year Projekte/This: year/Deep 
ROWS
run 0 "mail moves into a new folder" "$postern" mail move --to "Projekte/This: year/Deep" "$id"
is "on the server" "Projekte/This: year/Deep \\Flagged \\Seen" "$(there alice Mine)"
run 0 "and is here" "$postern" mail list -f "Projekte/This: year/Deep" --fields subject
is "once" Mine "$out"
run 0 "folder move with what lies in it" "$postern" folder move "Projekte/This: year" --to-root
is "takes the mail along" "This: year/Deep \\Flagged \\Seen" "$(there alice Mine)"
run 0 "a sync after that" "$postern" sync --once -q
run 0 "finds it here" "$postern" mail list -f "This: year/Deep" --fields subject
is "once" Mine "$out"
run 0 "folder empty" "$postern" folder empty "This: year/Deep" --yes
is "empties it on the server" "" "$(there alice Mine)"
run 0 "folder delete" "$postern" folder delete "This: year" --yes
is "takes the folders below along, on the server too" "" "$(folders | grep -o 'This[^ ]*')"
run 0 "a sync after that" "$postern" sync --once -q
lacks "brings nothing back" This "$("$postern" folder list --fields path)"
deliver Rubbish
sync
run 0 "to the trash" "$postern" mail delete "$(id_of rubbish)"
is "is in the trash" Trash "$(there alice Rubbish)"
run 0 "the trash is emptied" "$postern" folder empty deleted --yes
is "on the server" "" "$(there alice Rubbish)"

# A folder that was made elsewhere meanwhile: SOGo answers with HTTP 500, which may be anything, so it waits and is found.
server doveadm mailbox create -u alice Elsewhere
run 5 "a name that is taken on the server" "$postern" folder create Elsewhere
has "is said to fail there" "not confirmed yet: the server failed (HTTP 500)" "$said"
run 0 "the next sync" "$postern" sync --once -q
is "finds that it is there" "" "$("$postern" outbox list --fields id)"
is "once" 1 "$("$postern" folder list --fields path | grep -c '^Elsewhere$')"

while IFS='|' read -r code why arguments says; do
	eval run "$code" "'$why'" "$postern" folder "$arguments"
	has "says so" "$says" "$said"
done << 'ROWS'
7|the Inbox|rename inbox Post|the server keeps this folder for itself
8|a name that is taken here|create Archive|there is a folder called
ROWS
run 0 "the store is whole" "$postern" doctor
finish
