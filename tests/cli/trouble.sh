#!/bin/bash
# What goes wrong outside: each costs one clear sentence, an exit code of its own, and nothing that was here.
. "$(dirname "$0")/../support/cli.sh"
sim_start --generate 40,folders=2

run 4 "a wrong password" "$postern" account add alice@example.test --server "$url" --user alice --password-command "echo wrong" --ca-file "$ca" --no-input
has "is said" "does not accept the name or the password" "$said"
is "and no account is made" "" "$(ls "$XDG_CONFIG_HOME/postern/accounts" 2> /dev/null)"
run 4 "a password command that fails" "$postern" account add alice@example.test --server "$url" --password-command false --no-input
has "is named" "the password command false failed (exit code 1)" "$said"
run 5 "an authority nobody knows" "$postern" account add alice@example.test --server "$url" --user alice --password-command "echo $password" --no-input
has "names the remedy" "ca_file" "$said"
run 5 "nobody listens" "$postern" account add alice@example.test --server https://localhost:1 --password-command "echo x" --no-input
has "is said" "localhost:1" "$said"
run 5 "a host that does not exist" "$postern" account add alice@example.test --server https://nowhere.invalid --password-command "echo x" --no-input
has "is named" "nowhere.invalid" "$said"
run 3 "no file of certificates" "$postern" account add alice@example.test --server "$url" --ca-file "$work/none.pem" --password-command "echo x" --no-input
has "is named" "none.pem" "$said"
run 0 "a password from a descriptor" "$postern" account add alice@example.test --server "$url" --user alice --ca-file "$ca" --password-fd 3 --no-input 3<<< "$password"
has "is not stored" "not stored" "$out"
is "anywhere" "" "$(grep -rl "$password" "$XDG_CONFIG_HOME")"
run 4 "without it, nobody can be asked" "$postern" sync --once --no-input
has "and the remedy is named" "--password-fd" "$said"
run 0 "with it" "$postern" sync --once --no-input -q --password-fd 3 3<<< "$password"
run 0 "remove it" "$postern" account remove alice@example.test -y -q

# An expired certificate, trusted otherwise.
openssl req -newkey rsa:2048 -nodes -keyout "$work/key.pem" -out "$work/req.pem" -subj /CN=localhost -addext subjectAltName=DNS:localhost 2> /dev/null
openssl x509 -req -in "$work/req.pem" -signkey "$work/key.pem" -days -1 -copy_extensions copy -out "$work/old.pem" 2> /dev/null
coproc TLS { exec openssl s_server -accept 127.0.0.1:0 -key "$work/key.pem" -cert "$work/old.pem" -www 2>&1; }
tls_pid=$TLS_PID
while read -rt 10 line <&"${TLS[0]}"; do case $line in ACCEPT*) port=${line##*:}; break ;; esac; done
run 5 "an expired certificate" "$postern" account add alice@example.test --server "https://localhost:$port" --ca-file "$work/old.pem" --password-command "echo x" --no-input
has "is said to be expired" "expired" "$said"
kill "$tls_pid"; wait "$tls_pid" 2> /dev/null

add_account --sync-window all || echo "Bail out! no account"
sim_order fault cmd=FolderSync html count=0 > /dev/null
run 5 "HTML instead of WBXML" "$postern" sync --once --no-input
has "is named" "a web page came instead of an answer" "$said"
sim_order clear-faults > /dev/null
run 0 "the next sync is well" "$postern" sync --once -q
is "and whole" 40 "$("$postern" mail list --jsonl | wc -l)"
sim_order password value=changed > /dev/null
run 4 "a password that was changed" "$postern" sync --once --no-input
run 4 "in JSON" "$postern" sync --once --no-input --json
has "has a code" '"code":"sign_in"' "$out"
is "costs nothing that is here" 40 "$("$postern" mail list --jsonl | wc -l)"
sim_order password value="$password" > /dev/null

# A second instance.
sim_order clear-ledger > /dev/null
"$postern" sync --watch --no-input > "$work/watch.out" 2> "$work/watch.said" &
watch_pid=$!
for _ in $(seq 100); do sim_order ledger | grep -q FolderSync && break; read -rt 0.05 <> <(:); done
run 0 "sync beside another Postern" "$postern" sync --once --json
has "that one does it" '"ok":true,"error":null' "$out"
run 0 "status knows" "$postern" status --fields running,push
has "that it runs" $'yes\tyes' "$out"
run 0 "reading works" "$postern" mail list -n 1
id=$("$postern" mail list --unread -n 1 --fields id)
run 0 "marking works" "$postern" mail mark --read "$id"
run 0 "and storing what is sent later" "$postern" mail mark --unread "$id" --offline
sim_order deliver subject=News > /dev/null
for _ in $(seq 100); do "$postern" mail list -f inbox --fields subject 2> /dev/null | grep -q News && break; read -rt 0.05 <> <(:); done
has "push brings new mail" News "$("$postern" mail list -f inbox --fields subject)"
kill -INT "$watch_pid"; wait "$watch_pid"
is "an interrupt ends it" 130 $?
run 0 "status knows" "$postern" status --fields running,push
is "that none runs" $'no\tnot running' "$out"

# A part that fails.
sim_order fault cmd=ItemOperations status=6 count=1 > /dev/null
run 6 "an export that misses one mail" "$postern" export mail --out "$work/eml"
has "counts" "40 written, 0 there already, 1 failed" "$said"
run 0 "resumed" "$postern" export mail --out "$work/eml" --resume
has "has all" "1 written, 40 there already, 0 failed" "$said"
sim_order fault cmd=FolderSync delay-ms=20000 count=0 > /dev/null
run 5 "too slow" "$postern" sync --once --timeout 1 --no-input
has "is said" "--timeout" "$said"
sim_stop
run 5 "no server" "$postern" sync --once --no-input --json
has "may be tried again" '"retryable":true' "$out"
run 1 "doctor without a server" "$postern" doctor --json
has "says where it ends" '"step":"tcp"' "$out"
has "and what to do" '"advice":"look at the network' "$out"
run 0 "reading works without one" "$postern" mail list -n 1
run 7 "what needs it says so" "$postern" sync --once --offline

# A store that was damaged.
store=$XDG_DATA_HOME/postern/store.db
printf 'X' | dd of="$store" bs=1 seek=9000 conv=notrunc 2> /dev/null
run 1 "a flipped byte" "$postern" doctor --offline
has "is found" "fail" "$out"
finish
