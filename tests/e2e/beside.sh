#!/bin/bash
# T-15: several processes on one store. Verbs beside a Postern that runs are served by it; who comes when it is killed goes on by
# himself, and nothing is lost; what a dead one left (a lock file, a socket) means nothing; many at once are all done.
. "$(dirname "$0")/../support/cli.sh"
torture=0; [ "${POSTERN_TIER:-check}" = torture ] && torture=1

sim_start --generate 60,folders=2,size=800,unread=100
add_account --sync-window all
"$postern" sync --once -q --no-input || tap 1 "sync"

running() { [ "$("$postern" status --fields running | sort -u)" = "$1" ]; }
until_true() { for _ in $(seq 200); do "$@" && return 0; read -rt 0.05 <> <(:); done; return 1; }
start_holder() {
	"$postern" sync --watch -q --no-input > "$work/holder.out" 2>&1 &
	holder=$!
	until_true running yes || tap 1 "a Postern runs"
}
end_holder() { kill "-$1" "$holder"; wait "$holder" 2> /dev/null; }
door() { ls "$XDG_RUNTIME_DIR"/postern/engine-* 2> /dev/null; }
ids() { "$postern" mail list -f inbox --fields id "$@"; }
server_unread() { sim_order list folder=Inbox | cut -f2 | grep -c unread; }
moment=10000; [ $torture = 1 ] && moment=2000      # a busy machine is no fault
took() { echo $(($(date +%s%3N) - began)); }      # milliseconds since $began

# ---- served ----
start_holder
is "the door is ours alone" "600 700" "$(stat -c %a "$(door)" "$XDG_RUNTIME_DIR/postern" | xargs)"
began=$(date +%s%3N)
run 0 "a change beside it" "$postern" mail flag "$(ids -n 1)"
[ "$(took)" -lt $moment ]; tap $? "within a moment"
is "the server has it" 1 "$(sim_order list folder=Inbox | cut -f3 | grep -c 2)"
run 0 "a change that is only stored" "$postern" mail unflag --all -f inbox is:flagged --queue -q
server_flags() { [ "$(sim_order list folder=Inbox | cut -f3 | grep -c 2)" = "$1" ]; }
until_true server_flags 0; tap $? "is sent by the one that runs"
run 0 "a sync beside it" "$postern" sync --once --json
has "is done by it" '"ok":true,"error":null' "$out"
run 0 "a message" "$postern" sendmail -t <<< $'To: bob@example.test\nSubject: Beside\n\nText'
has "is sent by it" Beside "$(sim_order submissions)"
run 0 "a message that is held" "$postern" sendmail -t --hold 60 <<< $'To: bob@example.test\nSubject: Held\n\nText'
run 0 "is in the Outbox" "$postern" outbox list --fields id
run 0 "and taken back" "$postern" outbox cancel "$out"
lacks "it was not sent" Held "$(sim_order submissions)"
run 0 "its draft" "$postern" draft list --fields id
run 0 "is thrown away" "$postern" draft delete "$out"
run 0 "a mail that has to be fetched" "$postern" mail show "$(ids -n 1)" --raw
run 3 "a failure comes back" "$postern" folder rename Nowhere There
run 8 "so does one of the engine" "$postern" folder create Inbox
run 0 "and all of it did not end it" running yes

# ---- peers that behave badly ----
python3 - "$(door)" << 'PYTHON'
import os, socket, struct, sys
def call():
    s = socket.socket(socket.AF_UNIX); s.settimeout(10); s.connect(sys.argv[1]); return s
for junk in (b"", b"GET / HTTP/1.1\r\n\r\n", b"P\x01\x01\x00" + struct.pack("<I", 1 << 31), b"P\x01\x01\x00" + struct.pack("<I", 64) + bytes(64), os.urandom(100000)):
    s = call()
    try:
        s.sendall(junk)
        if junk: s.recv(4096)
    except ConnectionError:
        pass
crowd = []
for _ in range(200):
    try:
        crowd.append(call())
        crowd[-1].sendall(b"P\x01")
    except OSError:
        pass
PYTHON
tap $? "junk, half frames and a crowd"
run 0 "do not end it" "$postern" mail flag "$(ids -n 1)"

# ---- killed ----
rm -f "$work/late"
sim_order "fault cmd=Sync delay-ms=3000 count=1" > /dev/null
(run 0 "a change that waits when the holder is killed" "$postern" mail read --all -f inbox -n 4; echo "$count $failed" > "$work/late") &
waiter=$!
changed() { [ "$("$postern" status --fields waiting)" != 0 ]; }
until_true changed
end_holder KILL
wait "$waiter"; read -r count failed < "$work/late"
is "nothing waits" 0 "$("$postern" status --fields waiting)"
is "the server has it" 4 "$(sim_order list folder=Inbox | cut -f2 | grep -cw read)"
[ -S "$(door)" ] && tap 0 "its socket is left" || tap 0 "its socket is left # SKIP another has replaced it"

# ---- what a dead one left ----
lock=$XDG_DATA_HOME/postern/engine.lock
printf '%s\n' $$ > "$lock"      # the number of a process that lives, and is another
python3 -c 'import socket, sys; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1])' "$XDG_RUNTIME_DIR/postern/engine-0" 2> /dev/null
began=$(date +%s%3N)
run 0 "a lock file with a live number in it" "$postern" mail unread "$(ids -n 1)"
[ "$(took)" -lt $moment ]; tap $? "holds nobody up"
start_holder; path=$(door | tail -1); end_holder TERM
[ ! -e "$path" ]; tap $? "one that ends takes its socket along"
: > "$path"
start_holder
run 0 "a file where the socket should be" "$postern" mail read "$(ids -n 1)"
[ -S "$path" ]; tap $? "is replaced"
end_holder INT

# ---- a holder that serves nobody ----
chmod 777 "$XDG_RUNTIME_DIR/postern"
start_holder
began=$(date +%s%3N)
run 8 "with a folder that others may write in" "$postern" mail unread "$(ids -n 1)"
[ "$(took)" -lt $moment ]; tap $? "the second is refused soon"
has "with the reason" "another Postern is at work" "$said"
end_holder INT
chmod 700 "$XDG_RUNTIME_DIR/postern"

# ---- beside open screens ----
tm() { tmux -S "$work/tmux" -f /dev/null "$@"; }
shows() { tm capture-pane -p | grep -qF -- "$1"; }
shows_not() { ! shows "$1"; }
sim_order deliver subject=Doorbell > /dev/null
"$postern" sync --once -q --no-input
id=$("$postern" mail search subject:doorbell --fields id)
LC_ALL=C.UTF-8 tm new-session -d -x 100 -y 30 "'$postern' 2> '$work/err'; echo \"over: \$?\"; cat '$work/err'; cat"
until_true shows Doorbell; tap $? "the screens are open"
run 0 "a message is moved beside them" "$postern" mail move --to "Folder 2" "$id"
is "on the server" 1 "$(sim_order 'list folder=Folder\ 2' | grep -c Doorbell)"
until_true shows_not Doorbell; tap $? "and on the screen"
run 0 "and back, without waiting" "$postern" mail move --to inbox "$id" --queue
until_true shows Doorbell; tap $? "is on the screen again"
run 0 "a message is sent beside them" "$postern" sendmail -t <<< $'To: bob@example.test\nSubject: Beside screens\n\nText'
has "by them" "Beside screens" "$(sim_order submissions)"
tm send-keys q; until_true shows "Quit Postern?"; tm send-keys y
until_true shows "over: 0"; tap $? "they end in peace"
tm kill-server
run 0 "and the next one needs nobody" "$postern" mail delete "$id"

# ---- many at once, and nobody before them ----
rounds=1; [ $torture = 1 ] && rounds=40
for round in $(seq $rounds); do
	verb=read; [ $((round % 2)) = 0 ] && verb=unread
	"$postern" mail "$([ $verb = read ] && echo unread || echo read)" --all -f inbox -q
	pids=()
	while read -r id; do
		timeout 60 "$postern" mail $verb "$id" -q > "$work/many.$id" 2>&1 &
		pids+=($!)
	done < <(ids -n 10)
	bad=0
	for pid in "${pids[@]}"; do wait "$pid" || bad=$((bad + 1)); done
	is "round $round: ten at once are all done" 0 $bad
	[ $bad = 0 ] || note "$(cat "$work"/many.*)"
	is "the server has them" 10 "$(sim_order list folder=Inbox | cut -f2 | grep -cw $verb)"
done
# ---- an account goes while a Postern looks after it ----
"$postern" account add bob@example.test --server "$url" --user bob --ca-file "$ca" --no-input --quiet --account-name bob \
	--password-command "echo $(sed -n 's/^user=bob password=//p' "$work/ready")" || tap 1 "bob's account"
"$postern" sync --once -q --no-input
run 0 "a message to bob" "$postern" sendmail -t <<< $'To: bob@example.test\nSubject: Quicksilver for Bob\n\nText'
start_holder
run 0 "a draft of bob's" "$postern" mail send -a bob --draft --to alice@example.test -s "Half a thought" --body x
bob_has() { [ "$("$postern" mail search -a bob quicksilver --fields subject 2> /dev/null)" = "Quicksilver for Bob" ]; }
until_true bob_has; tap $? "bob's mail is here, and found"
run 0 "account remove beside it" "$postern" account remove bob --yes
has "is done" "removed from this computer" "$said"
is "no file is left" "" "$(ls "$XDG_CONFIG_HOME/postern/accounts" | grep bob)"
run 3 "nor the account" "$postern" account show bob
run 0 "nor its mail" "$postern" mail search quicksilver --fields account
is "but what alice sent" alice@example.test "$out"
run 0 "nor its draft" "$postern" draft list --fields subject
lacks "among drafts" "Half a thought" "$out"
asked_for_bob() { sim_order ledger | grep 'bob' | grep -vc Ping; }      # a Ping that hangs is noted when it ends
before=$(asked_for_bob); [ "$before" -gt 0 ]; tap $? "bob's server was asked for bob's"
sim_order "deliver subject=Afterwards user=bob" > /dev/null
run 0 "the one that runs goes on" "$postern" sync --once -q
running yes; tap $? "and still runs"
is "it asks for nothing more of bob's" "$before" "$(asked_for_bob)"
end_holder TERM
run 0 "the same name again" "$postern" account add bob@example.test --server x.test --offline --no-input --account-name bob -q
run 3 "begins with nothing" "$postern" mail list -a bob
run 0 "and goes, where none runs" "$postern" account remove bob --yes -q

run 0 "the store is sound" "$postern" doctor --jsonl
has "every page of it" '"step":"store"' "$(grep '"verdict":"ok"' <<< "$out")"
finish
