#!/bin/bash
# A draft that another client has left on the server, on a real terminal (tmux) against the simulator: opened and left, it stays as it
# was; changed and kept, it is one draft there with the new text; sent, it arrives once and is gone from Drafts.
. "${POSTERN_TOP:?}/tests/support/tui.sh"
write() { keys Enter; wait_for "Esc Done"; type "$1"; keys Escape; wait_for "y Send"; }
says() { order "show folder=Drafts subject='$1'" | grep -qF -- "$2"; }
drafts() { order "list folder=Drafts" | grep -cF -- "$1"; }
counts() { [ "$(drafts "$1")" = "$2" ]; }
# One of the drafts of this subject says both.
is_one() {
	local id said
	for id in $(order "list folder=Drafts" | awk -F'\t' -v subject="$1" '$4 == subject { print $1 }'); do
		said=$(order "show folder=Drafts item=$id")
		grep -qF -- "$2" <<< "$said" && grep -qF -- "$3" <<< "$said" && return 0
	done
	return 1
}
leave_draft() {
	order "deliver folder=Drafts subject=$1 text='As it was.'" > /dev/null
	order "rewrite folder=Drafts subject=$1 to=bob@example.test new-subject=$1 text='As it was.'" > /dev/null
}
carries() { order "show folder='Sent Items' subject=$1" | grep -qF "attachment: $2"; }
submitted() { order submissions | grep -qF -- "$1"; }

start_simulator --generate 5,folders=2
printf '%s\r\n' "From: alice@example.test" "To: bob@example.test" "Subject: Annexed" "MIME-Version: 1.0" \
	"Content-Type: multipart/mixed; boundary=b" "" --b "Content-Type: text/plain" "" "See the annex." --b \
	"Content-Type: text/plain; name=annex.txt" "Content-Disposition: attachment; filename=annex.txt" "" "An annex." --b-- > "$work/annexed.eml"

echo "1..27"
start_postern 100 30
wait_for "Add account"
type "alice@example.test"; keys Enter; keys C-u; type "$url"; keys Enter; keys C-u; type "alice"; keys Enter
keys Enter; type "wonderland"; keys Enter; type "$work/ca.pem"; keys Enter
see "online" "the account is set up"
leave_draft Plan
keys g d
see "Plan" "a draft of another client is there"
keys g g Enter
see "y Send" "Enter opens one to be gone on with"
see "As it was." "with its text"
keys q; wait_for "m New"
tap "$(says Plan 'As it was.'; echo $?)" "left as it is, it stays as it was"
type e; wait_for "y Send"; write "As it is. "; keys p
see "Kept as a draft" "changed, it is kept"
tap "$(until_true says Plan 'As it is.'; echo $?)" "over the one on the server"
tap "$(counts Plan 1; echo $?)" "which is one still"
wait_for "m New"; keys g g Enter; wait_for "y Send"; keys y
see "In the Outbox" "opened again, it is sent"
tap "$(until_true submitted Plan; echo $?)" "the server has it"
tap "$(until_true counts Plan 0; echo $?)" "and no draft of it any more"
tap "$([ "$(order submissions | grep -c Plan)" = 1 ]; echo $?)" "it went once"

leave_draft Other; wait_for "Other"; keys g g Enter; wait_for "y Send"; keys y
tap "$(until_true submitted Other && until_true counts Other 0; echo $?)" "one that was only opened is sent, and gone"

leave_draft Ours; wait_for "Ours"; keys g g Enter; wait_for "y Send"; write "Here. "
order "rewrite folder=Drafts subject=Ours to=bob@example.test new-subject=Theirs text=There." > /dev/null
keys p
see "both are kept" "one that was changed on both sides"
tap "$(until_true says Ours 'Here.'; echo $?)" "is kept as it is here"
tap "$(says Theirs 'There.'; echo $?)" "and as it is there"

order "deliver folder=Drafts file=$work/annexed.eml" > /dev/null
wait_for "Annexed"; keys g g Enter; wait_for "y Send"; wait_for "annex.txt"; write "More. "; keys p
tap "$(until_true says Annexed 'More.' && says Annexed 'attachment: annex.txt'; echo $?)" "kept over the server's, it keeps what is attached there"
wait_for "m New"; keys g g Enter; wait_for "y Send"; keys y
tap "$(until_true carries Annexed annex.txt && until_true counts Annexed 0; echo $?)" "and takes it along when it is sent"

order "deliver folder=Drafts file=$work/annexed.eml" > /dev/null
wait_for "Annexed"; keys g g Enter; wait_for "y Send"; wait_for "annex.txt"; write "Mine. "
sed s/See/Read/ "$work/annexed.eml" > "$work/theirs.eml"
order "rewrite folder=Drafts subject=Annexed file=$work/theirs.eml" > /dev/null
keys p
tap "$(until_true counts Annexed 2; echo $?)" "one with an attachment that was changed on both sides is two"
tap "$(until_true is_one Annexed "text: Mine." "attachment: annex.txt"; echo $?)" "and what was attached is with ours"

leave_fancy() {
	printf '%s\r\n' "From: alice@example.test" "To: bob@example.test" "Subject: $1" "MIME-Version: 1.0" \
		"Content-Type: text/html" "" "<p>Some <b>bold</b> words.</p>" > "$work/fancy.eml"
	order "deliver folder=Drafts file=$work/fancy.eml" > /dev/null
	wait_for "$1"; keys g g Enter; wait_for "y Send"
}
leave_fancy Fancy; see "formatted, as it was" "one that is formatted says so"
keys s; keys C-u; type "Fancier"; keys Enter; keys p
tap "$(until_true is_one Fancier "html: <p>Some <b>bold</b> words.</p>" "to: bob"; echo $?)" "with another subject, its HTML stays as it was"
tap "$(counts Fanc 1; echo $?)" "in the one draft"
leave_fancy Ornate; write "Mine. "
see "kept beside this one" "before its text goes there, the person reads what becomes of the formatting"
keys p
tap "$(until_true is_one Ornate "text: Mine." "to: bob"; echo $?)" "the text goes into a draft of its own"
tap "$(is_one Ornate "html: <p>Some <b>bold</b> words.</p>" "to: bob"; echo $?)" "and the formatted one stays"
keys q; wait_for "Quit Postern?"; keys y; wait_for "over: 0"
tap "$([ ! -s "$work/err" ]; echo $?)" "without a word on the error stream"
exit $failed
