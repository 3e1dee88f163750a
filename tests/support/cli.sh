# Helpers for use cases of the command line: a profile of its own, the simulator, and TAP. Source it; then
#   sim_start [EXSIM-ARGUMENT...]     starts the simulator; sets $url $ca $password; sim_order sends it orders
#   add_account [ARGUMENT...]         alice's account on it
#   run CODE NAME COMMAND...          the exit code is CODE; output in $out, messages in $said
#   run_within MIB CODE NAME COMMAND...   the same, within so much memory
#   has NAME TEXT WHERE               WHERE ($out, $said, …) contains TEXT; lacks, is: likewise
#   finish                            at the end
set -u
build=${POSTERN_BUILD:?} postern=$POSTERN_BUILD/postern
work=$(mktemp -d "${TMPDIR:-/tmp}/postern-cli.XXXXXX") || exit 1
export XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data XDG_STATE_HOME=$work/state
export XDG_CACHE_HOME=$work/cache XDG_RUNTIME_DIR=$work/run HOME=$work
unset NO_COLOR https_proxy HTTPS_PROXY http_proxy all_proxy ALL_PROXY
mkdir -m 700 "$XDG_RUNTIME_DIR"
count=0 failed=0 sim_pid=

clean_up() { sim_stop; rm -rf "$work"; }
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

sim_start() {
	rm -f "$work/ready"
	"$build/exsim" --exit-with-parent --ready-file "$work/ready" --control "$work/control" "$@" > "$work/exsim.log" 2>&1 &
	sim_pid=$!
	for _ in $(seq 100); do
		[ -s "$work/ready" ] && break
		kill -0 "$sim_pid" 2> /dev/null || { echo "Bail out! exsim: $(cat "$work/exsim.log")"; exit 1; }
		read -rt 0.1 <> <(:)
	done
	url=$(sed -n 's/^url=//p' "$work/ready") ca=$(sed -n 's/^ca=//p' "$work/ready")
	password=$(sed -n 's/^user=alice password=//p' "$work/ready")
}
sim_stop() {
	[ -n "$sim_pid" ] && kill "$sim_pid" 2> /dev/null && wait "$sim_pid" 2> /dev/null
	sim_pid=
}
sim_order() { "$build/exsim" --control "$work/control" "$*"; }

add_account() {
	"$postern" account add alice@example.test --server "$url" --user alice --password-command "echo $password" \
		--ca-file "$ca" --no-input --quiet "$@"
}

tap() {      # tap VERDICT NAME
	count=$((count + 1))
	[ "$1" = 0 ] && { echo "ok $count - $2"; return; }
	failed=$((failed + 1))
	echo "not ok $count - $2"
}
note() { printf '%s\n' "$*" | sed 's/^/# /'; }

run() {      # run CODE NAME COMMAND...
	local wanted=$1 name=$2 code
	shift 2
	"$@" > "$work/out" 2> "$work/said"
	code=$?
	out=$(cat "$work/out") said=$(cat "$work/said")
	[ "$code" = "$wanted" ]; tap $? "$name"
	[ "$code" = "$wanted" ] || note "exit code $code, not $wanted" "$out" "$said"
}
# Like run, and the program never had more than so many MiB of memory (a sanitizer has its own needs).
run_within() {   # run_within MIB CODE NAME COMMAND...
	local most=$1 wanted=$2 name=$3
	shift 3
	run "$wanted" "$name" timeout 30 python3 "$(dirname "$0")/../support/peak.py" "$work/peak" "$@"
	if ldd "$postern" | grep -qE 'lib[at]san'; then tap 0 "$name: memory # SKIP a sanitizer is at work"; return; fi
	[ "$(cat "$work/peak")" -le $((most << 10)) ]; tap $? "$name: within $most MiB"
	[ "$(cat "$work/peak")" -le $((most << 10)) ] || note "$(cat "$work/peak") KiB"
}
has() { case $3 in *"$2"*) tap 0 "$1" ;; *) tap 1 "$1"; note "no “$2” in:" "$3" ;; esac; }
lacks() { case $3 in *"$2"*) tap 1 "$1"; note "“$2” is in:" "$3" ;; *) tap 0 "$1" ;; esac; }
is() { [ "$2" = "$3" ]; tap $? "$1"; [ "$2" = "$3" ] || note "wanted: $2" "got:    $3"; }
finish() { echo "1..$count"; exit $((failed > 0)); }
