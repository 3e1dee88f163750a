#!/bin/bash
# The whole path on a real server: SOGo with Dovecot. Prints TAP. Skips where it is not root or SOGo is missing.
set -u
cd "${POSTERN_TOP:-.}" || exit 1
[ "$(id -u)" = 0 ] && command -v sogod > /dev/null || { echo "1..0 # SKIP needs root and: contrib/install-packages real"; exit 0; }

postern=${POSTERN_BUILD:-$PWD/build}/postern
messages=2000
dir=$(mktemp -d /var/tmp/postern-real.XXXXXX) && chmod 755 "$dir"
server=$dir/server
watcher=
finish() {
	[ -n "$watcher" ] && kill "$watcher" 2> /dev/null
	tests/real/sogo down "$server"
	rm -rf "$dir"
}
trap finish EXIT
trap 'exit 1' INT TERM
export XDG_CONFIG_HOME=$dir/config XDG_DATA_HOME=$dir/data XDG_STATE_HOME=$dir/state XDG_CACHE_HOME=$dir/cache XDG_RUNTIME_DIR=$dir/run
mkdir -m 700 "$XDG_RUNTIME_DIR"

n=0 failed=0
ok() {   # ok NAME COMMAND...: passes if the command does; its output is shown when it does not
	local name=$1 output; shift
	n=$((n + 1))
	if output=$("$@" 2>&1); then echo "ok $n - $name"; else echo "not ok $n - $name"; failed=1; fi
	[ -z "$output" ] || echo "$output" | sed 's/^/# /'
}
# until SECONDS COMMAND...: tries again every fifth of a second
until_s() {
	local end=$((SECONDS + $1)); shift
	until "$@"; do [ $SECONDS -lt $end ] || return 1; read -rt 0.2 <> <(:); done
	return 0
}
exits() { local want=$1; shift; "$@"; local rc=$?; [ $rc = "$want" ] || { echo "exit code $rc, not $want"; return 1; }; }

any_taken() { for p in $(seq "$1" $(($1 + 4))); do (exec 3<> "/dev/tcp/127.0.0.1/$p") 2> /dev/null && return 0; done; return 1; }
port=24600
while any_taken $port; do port=$((port + 10)); done
ok "SOGo is up" tests/real/sogo up "$server" $port
[ $failed = 0 ] || { echo "1..1"; exit 1; }
url=$(sed -n 's/^url=//p' "$server/env") ca=$(sed -n 's/^ca=//p' "$server/env") imap=$(sed -n 's/^imap=//p' "$server/env")
ok "$messages messages are seeded" tests/real/sogo seed "$server" $messages

# An account each way a password may come; pässwörd€ is a name and a password outside ASCII.
ok "an account is added without a question" "$postern" account add alice@example.test --server "$url" --user alice \
	--password-command "echo alice-secret" --ca-file "$ca" --no-input
ok "a wrong password is refused by name" exits 4 "$postern" account add bob@example.test --server "$url" --user alice \
	--account-name wrong --password-command "echo nonsense" --ca-file "$ca" --no-input
with_fd() { "$postern" account add carol@example.test --server "$url" --user carol --account-name carol \
	--password-fd 5 --ca-file "$ca" --no-input 5<<< 'pässwörd€'; }
ok "a password outside ASCII signs in" with_fd
ok "an account is removed" "$postern" account remove carol --yes

ok "the first sync completes" "$postern" sync --once --quiet
ok "every folder agrees with the server" python3 tests/real/compare.py list "$imap" "$postern"
ok "the store is whole" "$postern" doctor
ok "all mail is exported" "$postern" export mail --format eml --out "$dir/out" --quiet
ok "each file is the server's MIME, byte for byte" python3 tests/real/compare.py export "$imap" "$dir/out"
ok "the manifest agrees with the files" sh -c "cd '$dir/out' && sha256sum --quiet -c manifest.sha256"
search() { "$postern" mail search qzneedle10 --jsonl | grep '"id"' > /dev/null; }
ok "a word is found" search

# Read state, up and down.
unread_id() { "$postern" mail list -f INBOX --all --jsonl | sed -n '/"unread":true/{p;q}' | sed 's/.*"id":"\([^"]*\)".*/\1/'; }
unseen() { tests/real/sogo doveadm "$server" search -u alice mailbox INBOX unseen | wc -l; }
before=$(unseen) id=$(unread_id)
goes_up() { "$postern" mail mark --read "$id" && [ "$(unseen)" = $((before - 1)) ] || { echo "$before before, $(unseen) after"; return 1; }; }
ok "reading here reaches the server" goes_up
# The Sync after the initial load may bring nothing but a new key, so the change comes with the one after it.
comes_down() {
	local here there
	tests/real/sogo doveadm "$server" flags add -u alice '\Seen' mailbox INBOX unseen
	for _ in 1 2; do
		"$postern" sync --once --quiet || return 1
		here=$("$postern" mail list -f INBOX --all --jsonl | grep -c '"unread":true') there=$(unseen)
		[ "$here" = "$there" ] && return 0
	done
	echo "$here unread here, $there there"
	return 1
}
ok "reading elsewhere is seen here" comes_down
ok "a deletion elsewhere is seen here" sh -c "tests/real/sogo doveadm '$server' expunge -u alice mailbox Lists all &&
	'$postern' sync --once --quiet && test -z \"\$('$postern' mail list -f Lists --all --jsonl --no-input 2> /dev/null)\""

# Push: SOGo looks for changes every 5 s.
"$postern" sync --watch --quiet > "$dir/watch.log" 2>&1 &
watcher=$!
printf 'From: bob@example.test\r\nTo: alice@example.test\r\nSubject: pushed needle\r\n\r\nHello\r\n' > "$dir/new.eml"
arrives() {
	local start=$SECONDS
	tests/real/sogo deliver "$server" INBOX "$dir/new.eml" || return 1
	until_s 15 sh -c "'$postern' mail list -f INBOX -n 5 --jsonl | grep -q 'pushed needle'" || { echo "not within 15 s"; return 1; }
	echo "after about $((SECONDS - start)) s"
	[ $((SECONDS - start)) -le 8 ]
}
ok "a message delivered meanwhile arrives by push" arrives
kill "$watcher" && wait "$watcher" 2> /dev/null
watcher=
ok "nothing is lost or doubled in the end" sh -c "'$postern' sync --once --quiet && python3 tests/real/compare.py list '$imap' '$postern'"
ok "removing the account leaves no mail" sh -c "'$postern' account remove alice@example.test --yes && ! '$postern' mail list --no-input"
echo "1..$n"
exit $failed
