#!/bin/bash
# A draft that another client has left on the server, on a real terminal (tmux) against the simulator: opened and left, it stays as it
# was; changed and kept, it is one draft there with the new text; sent, it arrives once and is gone from Drafts.
cd "${POSTERN_TOP:?}" || exit 1
work=$(mktemp -d) n=0 failed=0
export XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data XDG_STATE_HOME=$work/state XDG_CACHE_HOME=$work/cache XDG_RUNTIME_DIR=$work/run
export LC_ALL=C.UTF-8 TZ=UTC
unset VISUAL EDITOR
mkdir -p "$work/run"; chmod 700 "$work/run"; mkfifo "$work/clock"; exec 9<> "$work/clock"
tm() { tmux -S "$work/tmux" -f /dev/null "$@"; }
end() { tm kill-server 2> /dev/null; [ -n "${sim:-}" ] && kill "$sim" 2> /dev/null; wait 2> /dev/null; rm -rf "$work"; }
trap end EXIT

tap() { n=$((n + 1)); if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; failed=1; fi; }
screen() { tm capture-pane -p; }
until_true() { for _ in $(seq 400); do "$@" && return 0; read -rt 0.05 -u 9; done; return 1; }
shows() { screen | grep -qF -- "$1"; }
see() { until_true shows "$1"; local rc=$?; tap $rc "$2"; [ $rc = 0 ] || screen | sed 's/^/# /'; }
wait_for() { until_true shows "$1"; }
keys() { tm send-keys "$@"; }
type() { tm send-keys -l "$1"; }
write() { keys Enter; wait_for "Esc Done"; type "$1"; keys Escape; wait_for "y Send"; }
order() { "$POSTERN_BUILD/exsim" --control "$work/ctl" "$1" 2>&1; }
says() { order "show folder=Drafts subject='$1'" | grep -qF -- "$2"; }
drafts() { order "list folder=Drafts" | grep -cF -- "$1"; }
counts() { [ "$(drafts "$1")" = "$2" ]; }
leave_draft() {
	order "deliver folder=Drafts subject=$1 text='As it was.'" > /dev/null
	order "rewrite folder=Drafts subject=$1 to=bob@example.test new-subject=$1 text='As it was.'" > /dev/null
}
carries() { order "show folder='Sent Items' subject=$1" | grep -qF "attachment: $2"; }
submitted() { order submissions | grep -qF -- "$1"; }

"$POSTERN_BUILD/exsim" --ready-file "$work/ready" --control "$work/ctl" --ca-file "$work/ca.pem" \
	--generate 5,folders=2 --exit-with-parent > "$work/sim.log" 2>&1 & sim=$!
until_true test -s "$work/ready" || { echo "Bail out! the simulator does not start"; exit 1; }
url=$(sed -n 's/^url=//p' "$work/ready")
printf '%s\r\n' "From: alice@example.test" "To: bob@example.test" "Subject: Annexed" "MIME-Version: 1.0" \
	"Content-Type: multipart/mixed; boundary=b" "" --b "Content-Type: text/plain" "" "See the annex." --b \
	"Content-Type: text/plain; name=annex.txt" "Content-Disposition: attachment; filename=annex.txt" "" "An annex." --b-- > "$work/annexed.eml"

echo "1..19"
tm new-session -d -x 100 -y 30 "'$POSTERN_BUILD/postern' 2> '$work/err'; echo \"over: \$?\"; cat '$work/err'; cat"
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
keys q; wait_for "Quit Postern?"; keys y; wait_for "over: 0"
tap "$([ ! -s "$work/err" ]; echo $?)" "without a word on the error stream"
exit $failed
