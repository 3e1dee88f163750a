# tui: for tests of the screens on a real terminal (tmux) against the simulator. Source it; it makes $work, which goes
# at the end with all that was started.
cd "${POSTERN_TOP:?}" || exit 1
work=$(mktemp -d) n=0 failed=0
export XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data XDG_STATE_HOME=$work/state XDG_CACHE_HOME=$work/cache XDG_RUNTIME_DIR=$work/run
export LC_ALL=C.UTF-8 TZ=UTC
unset VISUAL EDITOR
mkdir -p "$work/run"; mkfifo "$work/clock"; exec 9<> "$work/clock"
tm() { tmux -S "$work/tmux" -f /dev/null "$@"; }
end() { tm kill-server 2> /dev/null; [ -n "${sim:-}" ] && kill "$sim" 2> /dev/null; wait 2> /dev/null; rm -rf "$work"; }
trap end EXIT

tap() { n=$((n + 1)); if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; failed=1; fi; }
# Where is typed and looked: a terminal of its own each.
seat=one
screen() { tm capture-pane -p -t "$seat:"; }
# Looks again every twentieth of a second, for twenty seconds at most.
until_true() { for _ in $(seq 400); do "$@" && return 0; read -rt 0.05 -u 9; done; return 1; }
shows() { screen | grep -qF -- "$1"; }
shows_not() { ! shows "$1"; }
told() { [ "$1" = 0 ] || screen | sed 's/^/# /'; tap "$1" "$2"; }
wait_for() { until_true shows "$1"; }
see() { wait_for "$1"; told $? "$2"; }
miss() { until_true shows_not "$1"; told $? "$2"; }
keys() { tm send-keys -t "$seat:" "$@"; }
type() { keys -l "$1"; }
# A command behind the colon, or words in a line that is open.
say() { type "$1"; keys Enter; }
order() { "$POSTERN_BUILD/exsim" --control "$work/ctl" "$1" 2>&1; }
# has 'ORDER' REGEX WHAT: what the server answers comes to match; lacks: comes to match no more.
answers() { order "$1" | grep -qE -- "$2"; }
answers_not() { ! answers "$1" "$2"; }
has() { until_true answers "$1" "$2"; told $? "$3"; }
lacks() { until_true answers_not "$1" "$2"; told $? "$3"; }

# start_simulator OPTION…; its address is in $url then. add_account: alice's, who signs in by herself.
start_simulator() {
	"$POSTERN_BUILD/exsim" --ready-file "$work/ready" --control "$work/ctl" --ca-file "$work/ca.pem" --exit-with-parent "$@" \
		> "$work/sim.log" 2>&1 & sim=$!
	until_true test -s "$work/ready" || { echo "Bail out! the simulator does not start"; exit 1; }
	url=$(sed -n 's/^url=//p' "$work/ready")
}
add_account() {
	printf wonderland > "$work/password"; chmod 600 "$work/password"
	"$POSTERN_BUILD/postern" account add alice@example.test --server "$url" --user alice --ca-file "$work/ca.pem" \
		--password-command "cat $work/password" > "$work/added" 2>&1 || sed 's/^/# /' "$work/added"
}

# start_postern COLUMNS ROWS, on the seat
start_postern() { tm new-session -d -s "$seat" -x "$1" -y "$2" "'$POSTERN_BUILD/postern' 2> '$work/err'; echo \"over: \$?\"; cat '$work/err'; cat"; }
