#!/bin/bash
# Sending from the command line, against the simulator, which counts what it was given.
. "$(dirname "$0")/../support/cli.sh"

sim_start
add_account > /dev/null
submissions() { sim_order submissions; }
forget() { sim_order clear-submissions; }

# ---- sendmail ----
printf 'To: bob@example.test\nSubject: From a program\nMessage-ID: <one@prog.test>\n\nHello.\n.\nNot read.\n' > "$work/one"
run 0 "sendmail -t" "$postern" sendmail -t < "$work/one"
is "says nothing" "" "$out$said"
is "the server has it once" 1 "$(submissions | grep -c '<one@prog.test>')"
lacks "a single dot ends it" "Not read" "$(sim_order raw folder='Sent Items' 2>/dev/null)"
run 0 "nothing waits" "$postern" outbox list
is "in the Outbox" "" "$out"
forget
run 2 "sendmail without recipients" "$postern" sendmail < "$work/one"
has "says who" "bob@example.test stands in To or Cc" "$said"
run 2 "sendmail to nobody" "$postern" sendmail -t < /dev/null
has "says so" "has no recipient" "$said"
run 2 "sendmail as a server" "$postern" sendmail -bs < /dev/null
has "is not possible" "is no server" "$said"
run 0 "sendmail with the letters of others" "$postern" sendmail -i -oem -odb -B8BITMIME -f root -F "Cron Daemon" bob@example.test < "$work/one"
is "is sent" 1 "$(submissions | wc -l)"
forget

# ---- the Outbox ----
run 0 "sendmail --queue" "$postern" sendmail -t --queue --jsonl < "$work/one"
has "says under which id" '"status":"queued","id":"o' "$out"
run 0 "it is in the Outbox" "$postern" outbox list --fields what,state,subject,to
is "and waits" $'send\twaiting\tFrom a program\tbob@example.test' "$out"
is "the server has nothing" 0 "$(submissions | wc -l)"
id=$("$postern" outbox list --fields id)
run 0 "cancel --dry-run" "$postern" outbox cancel "$id" --dry-run
run 0 "cancel" "$postern" outbox cancel "$id"
run 3 "once" "$postern" outbox cancel "$id"
has "says so" "is not in the Outbox" "$said"
run 0 "and back among the drafts" "$postern" draft list --fields subject
is "where it can be thrown away" "From a program" "$out"
run 0 "which is done" "$postern" draft delete "$("$postern" draft list --fields id)"
run 2 "not an id" "$postern" outbox retry 17
run 0 "sendmail --hold" "$postern" sendmail -t --hold 60 < "$work/one"
id=$("$postern" outbox list --fields id,state | sed -n 's/\theld$//p')
run 0 "a sync does not send what is held" "$postern" sync --once -q
is "not yet" 0 "$(submissions | wc -l)"
run 0 "retry sends it now" "$postern" outbox retry "$id"
is "once" 1 "$(submissions | wc -l)"
forget
run 0 "queued again" "$postern" sendmail -t --queue < "$work/one"
run 0 "the next sync" "$postern" sync --once -q
is "sends it" 1 "$(submissions | wc -l)"
run 0 "sent mail is there" "$postern" mail list -f sent --fields subject -n 1
is "by itself" "From a program" "$out"
forget

# ---- a server that refuses, fails, and loses answers ----
sim_order fault cmd=SendMail status=116
run 5 "recipient unknown" "$postern" sendmail -t < "$work/one"
has "says why" "does not know a recipient" "$said"
has "and where it is" "it is in the Outbox as o" "$said"
id=$("$postern" outbox list --fields id,state | sed -n 's/\tfailed$//p')
run 0 "retry" "$postern" outbox retry "$id"
is "sends it" 1 "$(submissions | wc -l)"
forget
sim_order fault cmd=SendMail lose=1
run 0 "an answer that is lost" "$postern" sendmail -t < "$work/one"
is "is found in Sent, not sent again" 1 "$(submissions | wc -l)"
forget
sim_order fault cmd=SendMail http=503 retry-after=1
run 0 "a busy server" "$postern" sendmail -t < "$work/one"
is "is asked again" 1 "$(submissions | wc -l)"
forget

# ---- written here ----
sent_item() { sim_order "show folder=Sent\\ Items subject=$1"; }
printf 'The report.\n' > "$work/report.txt"
run 0 "mail send" "$postern" mail send --to 'Bob <bob@example.test>, carol@example.test' --bcc dave@example.test \
	-s 'Grüße: €' --body $'Dear all,\n\nsee below.\n' --attach "$work/report.txt" --importance high
is "arrives once" 1 "$(submissions | wc -l)"
has "with its subject" 'Grüße: €' "$(submissions)"
forget
run 0 "mail send --dry-run" "$postern" mail send --to bob@example.test -s Dry --body Dry --attach "$work/report.txt" --dry-run
has "prints the mail" "To: bob@example.test" "$out"
has "whole" "VGhlIHJlcG9ydC4K" "$out"
is "and sends nothing" 0 "$(submissions | wc -l)"
run 0 "the text comes from the standard input" "$postern" mail send --to bob@example.test -s Piped <<< "From a pipe."
is "sent" 1 "$(submissions | wc -l)"
forget
run 2 "a recipient that is none" "$postern" mail send --to 'bob@' -s x --body x
has "names it" "bob@" "$said"
run 2 "no recipient" "$postern" mail send -s x --body x
has "says so" "nobody is to get it" "$said"
run 3 "an attachment that is gone" "$postern" mail send --to bob@example.test -s x --body x --attach "$work/gone.pdf"
has "names it" "gone.pdf" "$said"
run 2 "an attachment that is a folder" "$postern" mail send --to bob@example.test -s x --body x --attach "$work"
is "nothing of these was sent" 0 "$(submissions | wc -l)"
run 0 "nor is anything left behind" "$postern" outbox list
is "in the Outbox" "" "$out"

# ---- signatures ----
signatures=$XDG_CONFIG_HOME/postern/signatures
mkdir -p "$signatures"
printf 'Alice, Wonderland\n' > "$signatures/work.txt"
printf '<p>Alice, <a href="https://w.example">Wonderland</a><img src="logo.png"><img src="file:///C:/logo.jpg"></p>' > "$signatures/rich.html"
printf 'PNG' > "$signatures/logo.png"
run 0 "a signature for all mail" "$postern" config set compose.signature work
run 0 "mail send" "$postern" mail send --to bob@example.test -s Signed --body Hello
has "sends it" "Alice, Wonderland" "$(sent_item Signed)"
forget
dry() { "$postern" mail send --to bob@example.test -s Dry --body Hello --dry-run "$@" 2> "$work/said"; }
lacks "--signature '' sends none" "Wonderland" "$(dry --signature '')"
has "another comes with its link" 'href="https://w.example"' "$(dry --signature rich)"
has "and its picture" "Content-Type: image/png" "$(dry --signature rich)"
has "a picture on this disk is told" "“file:///C:/logo.jpg” of the signature lies on a disk" "$(cat "$work/said")"
lacks "or as text alone" "text/html" "$(dry --signature rich --signature-format text)"
run 3 "one that is not there" "$postern" mail send --to bob@example.test -s x --body x --signature gone
has "says where it belongs" "write gone.txt or gone.html in" "$said"

# ---- answers ----
run 0 "sync" "$postern" sync --once -q
id=$("$postern" mail list -f inbox --fields id -n 1)
answer() { "$postern" mail reply "$id" --body "Thank you." --dry-run "$@" | grep -nE '^> |Alice, Wonderland' | cut -d: -f2 | cut -c1 | uniq | tr -d '\n'; }
is "an answer is signed above the quote" "A>" "$(answer)"
is "or below it" ">A" "$(answer --signature-place below)"
run 0 "which can be for always" "$postern" config set compose.signature_place below
is "and is" ">A" "$(answer)"
"$postern" config set compose.signature ''
run 0 "mail reply" "$postern" mail reply "$id" --body "Thank you."
has "goes by reference" SmartReply "$(submissions)"
forget
run 0 "mail reply --everybody --draft" "$postern" mail reply "$id" --everybody --draft --body "Later."
draft=$out
run 0 "draft show" "$postern" draft show "$draft"
has "with the text" "Later." "$out"
has "and the original below" "> " "$out"
run 0 "draft list" "$postern" draft list --fields id
is "has it" "$draft" "$out"
"$postern" draft show "$draft" --edit | sed 's/^Subject:.*/Subject: Another/' > "$work/edited"
printf 'Attach: %s\n' "$work/report.txt" | cat - "$work/edited" > "$work/edited2"
run 0 "draft edit" "$postern" draft edit "$draft" < "$work/edited2"
run 0 "it changed" "$postern" draft list --fields subject
is "its subject" Another "$out"
rm "$work/report.txt"
run 0 "draft send" "$postern" draft send "$draft"
has "sends it, file and all" Another "$(submissions)"
has "with the file that is gone from the disk" "report.txt" "$(sent_item Another)"
run 0 "no draft is left" "$postern" draft list
is "none" "" "$out"
forget
run 0 "mail forward" "$postern" mail forward "$id" --to carol@example.test --body "For you."
has "goes by reference" SmartForward "$(submissions)"
forget

# ---- into another account: whole, attached, for ActiveSync puts nothing there ----
"$postern" account add bob@example.test --server "$url" --user bob --ca-file "$ca" --no-input --quiet --account-name bob \
	--password-command "echo $(sed -n 's/^user=bob password=//p' "$work/ready")" || tap 1 "bob's account"
mapfile -t ids < <("$postern" mail list -a alice@example.test -f inbox --fields id -n 3)
run 7 "mail move to another account" "$postern" mail move --to bob/Inbox "${ids[@]}"
has "names the way" "postern mail forward --to-account bob ID…" "$said"
run 7 "the account alone" "$postern" mail move --to bob "$id"
run 3 "a folder that the own account lacks" "$postern" mail move --to alice@example.test/Nowhere "$id"
run 2 "mail forward of several" "$postern" mail forward "${ids[@]}" --to bob@example.test
has "goes attached alone" "--as-attachment" "$said"
run 3 "to an account that is none" "$postern" mail forward "$id" --to-account rob
run 2 "to the account that it is in" "$postern" mail forward "$id" --to-account alice@example.test
run 0 "mail forward --to-account" "$postern" mail forward "${ids[@]}" --to-account bob
is "is one mail" 1 "$(submissions | wc -l)"
run 0 "bob" "$postern" sync --once -q -a bob
copy=$("$postern" mail list -a bob -f inbox --fields id -n 1)
"$postern" mail show "$copy" --raw > "$work/copy"
for one in "${ids[@]}"; do
	"$postern" mail show "$one" --raw > "$work/original"
	python3 -c 'import sys; sys.exit(open(sys.argv[1], "rb").read() not in open(sys.argv[2], "rb").read())' "$work/original" "$work/copy"
	tap $? "has $one in it, to the byte"
done
has "goes to it" "bob@example.test" "$(grep -m 1 ^To: "$work/copy")"
run 0 "and they are where they were" "$postern" mail list -a alice@example.test -f inbox --fields id -n 3
is "all of them" "${ids[*]}" "$(echo $out)"
run 2 "of two accounts" "$postern" mail forward "$id" "$copy" --as-attachment --to carol@example.test
has "no mail leaves" "of alice@example.test and bob" "$said"
run 0 "account remove" "$postern" account remove bob --yes -q
forget
sim_order deliver subject=Vanished > /dev/null
"$postern" sync --once -q
id=$("$postern" mail search subject:vanished --fields id)
sim_order "delete folder=Inbox item=$(sim_order list folder=Inbox | grep -P '\tVanished$' | cut -f1)" > /dev/null
run 0 "an answer to what has gone on the server" "$postern" mail reply "$id" --body "Still."
is "goes, with what is known here" 1 "$(submissions | grep -c Vanished)"
forget
run 0 "a draft" "$postern" mail send --draft --to bob@example.test -s Drafted --body x
run 0 "draft delete" "$postern" draft delete "$out"
run 3 "once" "$postern" draft delete d1
run 0 "sendmail, taken back" "$postern" sendmail -t --queue < "$work/one"
run 0 "cancel" "$postern" outbox cancel "$("$postern" outbox list --fields id)"
draft=$("$postern" draft list --fields id)
run 7 "what a program wrote is not edited" "$postern" draft edit "$draft" <<< "x"
run 0 "but sent" "$postern" draft send "$draft"
is "as it was" 1 "$(submissions | grep -c '<one@prog.test>')"
forget

# ---- drafts on the server ----
server_draft() { sim_order "show folder=Drafts subject=$1" 2> /dev/null; }
echo "An annex." > "$work/annex.txt"
run 0 "a draft" "$postern" mail send --draft --to bob@example.test -s Plan1 --body "First." --attach "$work/annex.txt"
draft=$out
run 0 "sync" "$postern" sync --once -q
has "brings it to the server" "text: First." "$(server_draft Plan1)"
has "with what is attached" "attachment: annex.txt 10" "$(server_draft Plan1)"
run 0 "it is linked" "$postern" draft list --fields id,server
has "with the server's" "$draft"$'\tyes' "$out"
run 0 "and listed once" "$postern" mail list -f drafts --fields subject
is "among the server's" 1 "$(grep -c Plan1 <<< "$out")"
"$postern" draft show "$draft" --edit | sed 's/^First/Second/' | "$postern" draft edit "$draft"
run 0 "sync" "$postern" sync --once -q
has "brings the change" "text: Second." "$(server_draft Plan1)"
has "the attachment stays" "attachment: annex.txt 10" "$(server_draft Plan1)"
is "as the same draft" 1 "$(sim_order list folder=Drafts | grep -c Plan1)"
run 0 "a sync that has nothing to do" "$postern" sync --once -q
is "changes nothing" 1 "$(sim_order list folder=Drafts | grep -c Plan1)"
sim_order "rewrite folder=Drafts subject=Plan1 to=carol@example.test new-subject=Plan2 text=Elsewhere" > /dev/null
"$postern" draft show "$draft" --edit | sed 's/^Second/Third/' | "$postern" draft edit "$draft"
run 6 "edited on both sides" "$postern" sync --once -q
has "is told" "a draft was changed here and on the server; both are kept" "$said"
"$postern" sync --once -q
has "ours is kept" "text: Third." "$(server_draft Plan1)"
has "and theirs" "text: Elsewhere" "$(server_draft Plan2)"
run 0 "here as well" "$postern" mail list -f drafts --fields subject
has "both" Plan1 "$out"
has "of them" Plan2 "$out"
run 0 "draft send" "$postern" draft send "$draft"
run 0 "sync" "$postern" sync --once -q
is "the server's draft is gone" "" "$(server_draft Plan1)"
run 0 "here too" "$postern" mail list -f drafts --fields subject
lacks "it is" Plan1 "$out"
forget

# ---- beside another Postern ----
"$postern" sync --watch -q --no-input > /dev/null 2>&1 &
watcher=$!
for _ in $(seq 50); do ls "$XDG_RUNTIME_DIR"/postern/* > /dev/null 2>&1 && break; read -rt 0.1 <> <(:); done
run 0 "sendmail while another Postern runs" "$postern" sendmail -t < "$work/one"
is "sends once" 1 "$(submissions | wc -l)"
run 0 "mail send, too" "$postern" mail send --to bob@example.test -s Beside --body Beside
is "it does" 2 "$(submissions | wc -l)"
run 0 "and a draft" "$postern" mail send --draft --to bob@example.test -s Kept --body Kept
draft=$out
run 0 "is kept" "$postern" draft list --fields subject
has "here" Kept "$out"
run 0 "and thrown away" "$postern" draft delete "$draft"
kill -INT $watcher; wait $watcher
forget

# ---- git send-email ----
if command -v git > /dev/null && git send-email -h > /dev/null 2>&1; then
	git init -q "$work/repo" && cd "$work/repo" || exit 1
	git -c user.name=Alice -c user.email=alice@example.test commit -q --allow-empty -m one
	echo two > two && git add two && git -c user.name=Alice -c user.email=alice@example.test commit -q -m "Add two"
	git format-patch -q -1
	run 0 "git send-email" git -c sendemail.sendmailCmd="$postern sendmail" -c sendemail.from=alice@example.test send-email \
		--quiet --confirm=never --to bob@example.test --cc carol@example.test --suppress-cc=all 0001-*.patch
	has "is sent" "[PATCH] Add two" "$(submissions)"
else
	tap 0 "git send-email # SKIP it is not here"
fi
finish
