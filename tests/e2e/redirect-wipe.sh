#!/bin/bash
# Redirects and wipes by the command: credentials go nowhere but to the host they are meant for, and a wipe takes one account.
. "$(dirname "$0")/../support/cli.sh"
sim_start --generate 12,folders=2

# Whoever connects to the canary is written down, to the last byte.
cat > "$work/canary.py" <<- 'END'
	import socket, sys
	listener = socket.socket()
	listener.bind(("127.0.0.1", 0))
	listener.listen()
	open(sys.argv[1], "w").write(str(listener.getsockname()[1]))
	while True:
	    peer, _ = listener.accept()
	    peer.settimeout(2)
	    try:
	        open(sys.argv[2], "ab").write(b"CONNECTED " + peer.recv(65536))
	    except OSError:
	        pass
	    peer.close()
END
python3 "$work/canary.py" "$work/port" "$work/heard" & canary_pid=$!
trap 'kill $canary_pid 2> /dev/null; clean_up' EXIT
for _ in $(seq 100); do [ -s "$work/port" ] && break; read -rt 0.05 <> <(:); done
port=$(cat "$work/port")
: > "$work/heard"
add_account --sync-window all
run 0 "a first sync" "$postern" sync --once --no-input -q

secret=$(printf 'alice:%s' "$password" | base64)
for http in 301 302 307 308 451; do
	for to in "https://127.0.0.1:$port/Microsoft-Server-ActiveSync" "http://127.0.0.1:$port/Microsoft-Server-ActiveSync" "http://localhost:$port/" \
		"https://localhost@127.0.0.1:$port/" "//127.0.0.1:$port/" "file:///etc/passwd" "javascript:1" "https://"; do
		sim_order clear-faults > /dev/null
		sim_order "fault cmd=FolderSync http=$http location=$to count=0" > /dev/null
		timeout 20 "$postern" sync --once --no-input -q > "$work/out" 2> "$work/said"; code=$?
		[ $code -gt 0 ] && [ $code -lt 124 ] && [ "$(wc -l < "$work/said")" = 1 ]
		tap $? "$http to $to ends in one sentence"
		[ $code -gt 0 ] && [ $code -lt 124 ] || note "exit code $code" "$(cat "$work/said")"
	done
done
is "the canary saw nobody's password" 0 "$(grep -caiE "authorization|$secret|$password" "$work/heard")"
sim_order clear-faults > /dev/null
sim_order clear-ledger > /dev/null
sim_order "fault cmd=FolderSync http=302 location=$url count=0" > /dev/null
timeout 20 "$postern" sync --once --no-input -q 2> "$work/said"; code=$?
[ $code -gt 0 ] && [ $code -lt 124 ]; tap $? "a ring of redirects ends"
[ "$(sim_order ledger | wc -l)" -le 60 ]; tap $? "after few requests"
sim_order clear-faults > /dev/null
run 0 "without redirects the sync is well" "$postern" sync --once --no-input -q
is "and nothing was lost" 12 "$("$postern" mail list --all --fields id | wc -l)"

# A wipe, also one that is killed before the server was told: of this account all is gone, of the other nothing.
sim_order "password user=bob value=builder" > /dev/null
"$postern" account add bob@example.test --server "$url" --user bob --password-command "echo builder" --ca-file "$ca" --no-input -q
sim_order "deliver user=bob subject=Bobs" > /dev/null
sim_order "deliver subject=Wischkanarienvogel text=Wischkanarientext" > /dev/null
run 0 "two accounts" "$postern" sync --once --no-input -q
cp -a "$XDG_DATA_HOME" "$work/data.before"; cp -a "$XDG_CONFIG_HOME" "$work/config.before"
wiped() {        # wiped NAME
	"$postern" mail list --all --fields subject 2> /dev/null > "$work/left"
	"$postern" mail list -a alice@example.test --all --fields subject 2> /dev/null >> "$work/left"
	"$postern" mail search Wischkanarienvogel 2> /dev/null >> "$work/left"
	lacks "$1: the mail is gone" "Wischkanarien" "$(cat "$work/left")"
	is "$1: the other's is there" "Bobs" "$("$postern" mail list -a bob@example.test --all --fields subject)"
	run 0 "$1: the store is sound" "$postern" doctor --offline
	is "$1: no text in the open" "" "$(grep -rlaE "Wischkanarien" "$XDG_DATA_HOME" "$XDG_STATE_HOME" 2> /dev/null)"
}
restore() {      # both accounts synced, and the server's order given
	rm -rf "$XDG_DATA_HOME" "$XDG_CONFIG_HOME"; cp -a "$work/data.before" "$XDG_DATA_HOME"; cp -a "$work/config.before" "$XDG_CONFIG_HOME"
	sim_order "wipe kind=account" > /dev/null
}
alices_device=$(sim_order devices | sed -n 's/.*device=\([^ ]*\).*/\1/p' | head -1)
is_told() { [ -z "$(sim_order devices | grep "device=$alices_device .*wipe=ordered")" ]; }
restore
"$postern" doctor -a alice@example.test > "$work/out" 2>&1
has "doctor tells of the order" "orders all mail of alice@example.test erased" "$(cat "$work/out")"
is_told; is "and does not obey in its place" 1 $?
rm -f "$work/count"
POSTERN_CRASH_COUNT=$work/count timeout 20 "$postern" sync --once -a alice@example.test --no-input > "$work/out" 2> "$work/said"
is "a wipe is a refusal" 7 $?
has "the sentence says what happened" "erased from this computer" "$(cat "$work/said")"
wiped "undisturbed"
run 7 "a folder of it is refused" "$postern" mail list -a alice@example.test -f inbox
has "and why" "erased from this computer" "$said"
points=$(cat "$work/count")
[ "$points" -ge 12 ]; tap $? "a wipe has points to be killed at"
note "$points points"
# torture kills at each of them, check at every third.
step=3; [ "${POSTERN_TIER:-check}" = torture ] && step=1
for ((at = 1 + RANDOM % step; at <= points; at += step)); do
	restore
	{ POSTERN_CRASH_AT=$at "$postern" sync --once -a alice@example.test --no-input -q > /dev/null; } 2> "$work/crash"
	where="wiped, killed at $at ($(sed -n 's/^crash point [0-9]*: //p' "$work/crash"))"
	# Once the server believes it, whoever reads next finds nothing, without asking the server.
	if is_told; then
		sim_order "fault http=503 count=0" > /dev/null
		wiped "$where, and the server has it confirmed"
		sim_order clear-faults > /dev/null
	fi
	timeout 20 "$postern" sync --once -a alice@example.test --no-input > "$work/out" 2> "$work/said"; code=$?
	[ $code -lt 124 ]; tap $? "$where: the run ends"
	wiped "$where"
done
finish
