#!/bin/bash
# A stranger's day on a real terminal (tmux) against the simulator: set up, read, search, answer with an attachment, keep a
# draft, lose the program, start again, send, move, take back, leave. The server's side is looked at each time.
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
order() { "$POSTERN_BUILD/exsim" --control "$work/ctl" "$1" 2>&1; }
holds() { order "list folder='$1'" | grep -qF -- "$2"; }
submitted() { order submissions | grep -qF -- "$1"; }
start() { tm new-session -d -x 100 -y 30 "'$POSTERN_BUILD/postern' 2> '$work/err'; echo \"over: \$?\"; cat '$work/err'; cat"; }

"$POSTERN_BUILD/exsim" --ready-file "$work/ready" --control "$work/ctl" --ca-file "$work/ca.pem" \
	--generate 40,folders=2,unread=20 --exit-with-parent > "$work/sim.log" 2>&1 & sim=$!
until_true test -s "$work/ready" || { echo "Bail out! the simulator does not start"; exit 1; }
url=$(sed -n 's/^url=//p' "$work/ready")
echo "Figures of the quarter" > "$work/figures.txt"

echo "1..22"
start
see "Add account" "the wizard opens"
type "alice@example.test"; keys Enter; keys C-u; type "$url"; keys Enter; keys C-u; type "alice"; keys Enter
keys Enter; type "wonderland"; keys Enter; type "$work/ca.pem"; keys Enter
see "online" "the account is set up"
order "deliver subject='Figures, please' text='Could you send me the figures?' from='Bob <bob@example.test>'" > /dev/null
see "Figures, please" "a message arrives"
keys g g Enter
see "Could you send me" "it is read"
keys q; keys /; type "subject:figures"; keys Enter
see "1 found" "and found"
keys Escape; wait_for "sorted:"

keys g g r
see "Bob <bob@example.test>" "the answer goes to its sender"
wait_for "Esc Done"; type "Here they are."; keys Escape; wait_for "y Send"
keys a; wait_for "Attach file:"; type "$work/figu"; keys Tab Enter
see "1 figures.txt" "a file is attached by the beginning of its name"
keys p
see "Kept as a draft" "the answer is postponed"

pid=$(tm list-panes -F '#{pane_pid}'); pkill -9 -P "$pid" -x postern 2> /dev/null || kill -9 "$(pgrep -x postern | tail -1)"
see "Killed" "the program is killed"
tm kill-server; until_true test ! -S "$work/tmux" ; start
see "answers" "and starts again, and asks for the password"
keys g q; wait_for "Password"; type "wonderland"; keys Enter
see "online" "which lets it in"
keys g P
see "Re: Figures, please" "the draft is there"
keys Enter
see "Here they are." "with its text"
see "1 figures.txt" "and its attachment"
keys y
see "In the Outbox" "it is sent"
tap "$(until_true submitted 'Re: Figures, please'; echo $?)" "the server has it"
tap "$(until_true holds 'Sent Items' 'Re: Figures, please'; echo $?)" "and its copy"
tap "$([ "$(order submissions | grep -c 'Re: Figures')" = 1 ]; echo $?)" "once"

wait_for "sorted:"; keys g g; keys a
tap "$(until_true holds Archive 'Figures, please'; echo $?)" "the message is archived on the server"
keys u
tap "$(until_true holds Inbox 'Figures, please'; echo $?)" "and taken back"
keys q; wait_for "Quit Postern?"; keys y
see "over: 0" "the day ends"
tap "$([ ! -s "$work/err" ]; echo $?)" "without a word on the error stream"
exit $failed
