#!/bin/bash
# Mail goes out through the real server, and is looked for where it must be: with who gets it, in Sent, and nowhere twice.
. tests/support/real.sh

of_alice=(-a alice@example.test) of_bob=(-a bob@example.test)
ok "alice's account" person alice alice-secret "$line"
ok "bob's account" person bob bob-secret "$line"
# A field, unfolded.
field() { server doveadm fetch -u "$1" "hdr.$4" mailbox "$2" header subject "$3" | sed "s/^hdr.$4: *//" | xargs; }
# As it left: without what the delivery adds.
as_sent() { message "$@" | sed '/^Return-Path:/,/^\tfor </d'; }
commands() { sed -n 's/ pass$//p' "$home/server/log/line.log" | grep -E 'SendMail|Smart' | tail -1; }
at_bob() { "$postern" mail search "subject:$1" -f inbox "${of_bob[@]}" --fields id; }
reaches_bob() { "$postern" sync --once -q "${of_bob[@]}"; at_bob "$1" > /dev/null; }
# The decoded bytes of a part: of the first attachment, else of the text.
part() { message "$1" "$2" "$3" | /usr/bin/python3 -c '
import email, sys
parts = [p for p in email.message_from_binary_file(sys.stdin.buffer).walk() if not p.is_multipart()]
part = next((p for p in parts if p.get_filename()), parts[0])
sys.stdout.buffer.write(part.get_payload(decode=True))'; }

# In the background from here: a line that is cut while the message is on its way. To be sure takes a minute.
carol() (
	export XDG_CONFIG_HOME=$work/carol XDG_DATA_HOME=$work/carol/data XDG_STATE_HOME=$work/carol/state XDG_RUNTIME_DIR=$work/carol
	"$@"
)
mkdir -m 700 "$work/carol"
ok "carol's account, whose name and password are not ASCII" carol person carol 'pässwörd€' "$line"
server cut request
carol "$postern" mail send --to bob@example.test -s Severed --body x > "$work/severed" 2>&1 &
background=$!
was_cut() { [ ! -e "$home/server/cut" ]; }
ok "a line is cut in the middle of a message" until_s 30 was_cut

# ---- a mail ----
head -c 700000 /dev/urandom > "$work/Übersicht.bin"
run 0 "mail send" "$postern" mail send "${of_alice[@]}" --to 'Bob <bob@example.test>' --bcc carol@example.test \
	-s 'Grüße: €' --body $'Ä, € und “so”.\n\n> kein Zitat\n' --attach "$work/Übersicht.bin"
is "bob has it once" INBOX "$(there bob Gr)"
is "carol, in Bcc, too" INBOX "$(there carol Gr)"
is "it is in Sent once" "Sent \\Seen" "$(there alice Gr)"
lacks "nobody sees Bcc" "carol@" "$(as_sent bob INBOX Gr)$(as_sent carol INBOX Gr)"
has "but the sender" "Bcc: carol@example.test" "$(message alice Sent Gr)"
is "else it is the same, byte for byte" "$(message alice Sent Gr | grep -v ^Bcc:)" "$(as_sent bob INBOX Gr)"
part bob INBOX Gr | cmp -s - "$work/Übersicht.bin"
tap $? "the attachment arrived byte for byte"
ok "it comes into bob's account" until_s 10 reaches_bob "Grüße"
id=$(at_bob Grüße)
run 0 "mail show" "$postern" mail show "$id"
has "with its text" "Ä, € und “so”." "$out"
has "its subject" "Subject: Grüße: €" "$out"
has "and its attachment's name" "Übersicht.bin" "$out"
run 0 "mail show --raw" bash -c "'$postern' mail show '$id' --raw | tr -d '\r'"
is "is the server's, byte for byte" "$(message bob INBOX Gr)" "$out"

# ---- a thread ----
printf 'Anlage: €\n' > "$work/a.txt"
run 0 "a mail to two" "$postern" mail send "${of_alice[@]}" --to bob@example.test --cc carol@example.test -s Thread --body "Was meint ihr?" --attach "$work/a.txt"
ok "comes to bob" until_s 10 reaches_bob thread
first=$(field bob INBOX Thread message-id) original=$(at_bob thread)
run 0 "mail reply" "$postern" mail reply "$original" --body 'Danke für €.' -s 'Re: Thread'
is "goes by SmartReply" SmartReply "$(commands)"
is "arrives once" INBOX "$(there alice 'Re: Thread')"
is "answers the first" "$first" "$(field alice INBOX 'Re: Thread' in-reply-to)"
is "and refers to it" "$first" "$(field alice INBOX 'Re: Thread' references)"
is "the original is marked on the server" 'INBOX \Answered' "$(there bob Thread | grep INBOX)"
has "with the text" 'Danke für €.' "$(part alice INBOX 'Re: Thread')"
has "above the original" '> Was meint ihr?' "$(part alice INBOX 'Re: Thread')"
run 0 "mail reply --everybody" "$postern" mail reply "$original" --everybody --body 'An alle.' -s 'Re: All'
is "comes to alice" INBOX "$(there alice 'Re: All')"
is "and to carol" INBOX "$(there carol 'Re: All')"
is "once each, and into Sent" 'Sent \Seen' "$(there bob 'Re: All')"
"$postern" sync --once -q "${of_alice[@]}"
run 0 "an answer to the answer" "$postern" mail reply "$("$postern" mail search 'subject:thread' -f inbox "${of_alice[@]}" --fields id)" --body Gern. -s 'Re: Re: Thread'
is "refers to both" "$first $(field bob Sent 'Re: Thread' message-id)" "$(field bob INBOX 'Re: Re: Thread' references)"
is "answers the second" "$(field bob Sent 'Re: Thread' message-id)" "$(field bob INBOX 'Re: Re: Thread' in-reply-to)"

# ---- passed on ----
run 0 "mail forward, what is attached not being here" "$postern" mail forward "$original" --to carol@example.test --body Weiter. -s Forward1
is "goes by SmartForward" SmartForward "$(commands)"
is "arrives once" INBOX "$(there carol Forward1)"
is "with what is attached" "$(cat "$work/a.txt")" "$(part carol INBOX Forward1)"
is "the original is marked on the server" 'INBOX \Answered \Seen $Forwarded' "$(there bob Thread | grep Answered)"
ok "a mail that has nothing attached" deliver Bare "Cc: bob@example.test"
"$postern" sync --once -q "${of_alice[@]}"
run 0 "mail forward" "$postern" mail forward "$("$postern" mail search subject:bare "${of_alice[@]}" --fields id)" --to carol@example.test --body Weiter. -s Forward2
has "says whose it is" 'From: "bob@example.test" <bob@example.test>' "$(part carol INBOX Forward2)"
has "and what it says" 'Hello.' "$(part carol INBOX Forward2)"
is "is in Sent once" 'Sent \Seen' "$(there alice Forward2)"
deliver Vanished 'Message-ID: <vanished@example.test>'
"$postern" sync --once -q "${of_alice[@]}"
id=$("$postern" mail search subject:vanished "${of_alice[@]}" --fields id)
server doveadm expunge -u alice mailbox INBOX header subject Vanished
run 0 "an answer to what has gone on the server" "$postern" mail reply "$id" --body 'Trotzdem.' -s 'Re: Vanished'
is "arrives once" INBOX "$(there bob 'Re: Vanished')"

# ---- sendmail ----
cat > "$work/eml" << 'M'
From: alice <alice@example.test>
To: bob@example.test
X-Odd:   spaces   stay
Subject: Byte for byte
Date: Tue, 24 Nov 2026 08:00:00 +0100
Message-ID: <bytes@example.test>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Grüße, 5 €.
.
..
From here on  
M
run 0 "sendmail -t -i" "$postern" sendmail -t -i < "$work/eml"
is "arrives byte for byte" "$(cat "$work/eml")" "$(as_sent bob INBOX 'Byte for byte')"
is "is in Sent byte for byte" "$(cat "$work/eml")" "$(message alice Sent 'Byte for byte')"
is "once each" 'INBOX+Sent \Seen' "$(there bob 'Byte for byte')+$(there alice 'Byte for byte')"
printf 'To: bob@example.test\nBcc: carol@example.test\nSubject: Latin\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\nGr\374\337e.\n' > "$work/eml"
run 0 "sendmail, in another charset" "$postern" sendmail -t < "$work/eml"
is "keeps its letters" 'Grüße.' "$(part bob INBOX Latin | iconv -f iso-8859-1 -t utf-8 | tr -d '\r')"
is "Bcc gets it" INBOX "$(there carol Latin)"
lacks "unseen" carol@ "$(as_sent bob INBOX Latin)"

# ---- what SOGo refuses ----
run 5 "a recipient whom nobody knows" "$postern" mail send "${of_alice[@]}" --to nobody@example.test --cc bob@example.test -s Unknown --body x
has "is said to fail there" "the server could not pass the message on (status 120)" "$said"
has "and where the mail is" "in the Outbox" "$said"
is "nobody got it" "" "$(there bob Unknown)$(there alice Unknown)"
run 0 "it is in the Outbox" "$postern" outbox list --fields id,subject,state
has "and waits" $'Unknown\twaiting' "$out"
run 0 "outbox cancel" "$postern" outbox cancel "${out%%$'\t'*}"
draft=$("$postern" draft list --fields id,subject | sed -n 's/\tUnknown$//p')
"$postern" draft show "$draft" --edit | sed 's/nobody@/carol@/' | "$postern" draft edit "$draft"
run 0 "mended, it goes" "$postern" draft send "$draft"
is "once to each" "INBOX+INBOX+Sent \\Seen" "$(there bob Unknown)+$(there carol Unknown)+$(there alice Unknown)"

# ---- drafts, which this version of the protocol keeps here ----
run 0 "a draft" "$postern" mail send "${of_alice[@]}" --draft --to bob@example.test -s Drafted --body 'Später.'
draft=$out
run 0 "a sync" "$postern" sync --once -q
is "leaves it here" "no" "$("$postern" draft list --fields server | xargs)"
is "the server has none" "" "$(there alice Drafted)"
run 0 "draft send" "$postern" draft send "$draft"
is "sends it once" "INBOX+Sent \\Seen" "$(there bob Drafted)+$(there alice Drafted)"
is "and it is no draft any more" "" "$("$postern" draft list --fields id 2> /dev/null)"

# ---- an answer that is lost ----
server cut answer
run 0 "the line is cut before the answer" "$postern" mail send "${of_alice[@]}" --to bob@example.test -s Lost --body x
ok "it was" was_cut
is "the mail is found in Sent, not sent again" "INBOX+Sent \\Seen" "$(there bob Lost)+$(there alice Lost)"
server cut answer
run 0 "the same with an answer" "$postern" mail reply "$original" --body x -s 'Re: Lost too'
ok "it was cut" was_cut
is "once" "INBOX+Sent \\Seen" "$(there alice 'Re: Lost too')+$(there bob 'Re: Lost too')"

# ---- a message that never arrived ----
wait $background; code=$?; background=
is "the message that was cut in the middle" 5 $code
has "is said to be in doubt" "perhaps sent" "$(cat "$work/severed")"
is "the server has nothing of it" "" "$(there bob Severed)$(there carol Severed)"
run 0 "outbox retry" carol "$postern" outbox retry "$(carol "$postern" outbox list --fields id)"
is "sends it once" "INBOX+Sent \\Seen" "$(there bob Severed)+$(there carol Severed)"

"$postern" sync --once -q
is "nothing waits" "" "$("$postern" outbox list --fields id 2> /dev/null)"
run 0 "the store is whole" "$postern" doctor
finish
