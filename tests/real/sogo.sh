#!/bin/bash
# A mailbox comes from the real server, whole and byte for byte, and stays in step with it.
. tests/support/real.sh

messages=2000
ok "$messages messages are seeded" server seed $messages

# An account each way a password may come; pässwörd€ is a name and a password outside ASCII.
ok "an account is added without a question" "$postern" account add alice@example.test --server "$url" --user alice \
	--password-command "echo alice-secret" --ca-file "$ca" --no-input
run 4 "a wrong password is refused by name" "$postern" account add bob@example.test --server "$url" --user alice \
	--account-name wrong --password-command "echo nonsense" --ca-file "$ca" --no-input
with_fd() { "$postern" account add carol@example.test --server "$url" --user carol --account-name carol \
	--password-fd 5 --ca-file "$ca" --no-input 5<<< 'pässwörd€'; }
ok "a password outside ASCII signs in" with_fd
ok "an account is removed" "$postern" account remove carol --yes

ok "the first sync completes" "$postern" sync --once --quiet
ok "every folder agrees with the server" python3 tests/real/compare.py list "$imap" "$postern"
ok "the store is whole" "$postern" doctor
ok "all mail is exported" "$postern" export mail --format eml --out "$work/exported" --quiet
ok "each file is the server's MIME, byte for byte" python3 tests/real/compare.py export "$imap" "$work/exported"
ok "the manifest agrees with the files" sh -c "cd '$work/exported' && sha256sum --quiet -c manifest.sha256"
search() { "$postern" mail search qzneedle10 --jsonl | grep '"id"' > /dev/null; }
ok "a word is found" search

# Read state, up and down.
unread_id() { "$postern" mail list -f INBOX --all --jsonl | sed -n '/"unread":true/{p;q}' | sed 's/.*"id":"\([^"]*\)".*/\1/'; }
unseen() { server doveadm search -u alice mailbox INBOX unseen | wc -l; }
before=$(unseen) id=$(unread_id)
goes_up() { "$postern" mail mark --read "$id" && [ "$(unseen)" = $((before - 1)) ] || { echo "$before before, $(unseen) after"; return 1; }; }
ok "reading here reaches the server" goes_up
# The Sync after the initial load may bring nothing but a new key, so the change comes with the one after it.
comes_down() {
	local here there
	server doveadm flags add -u alice '\Seen' mailbox INBOX unseen
	for _ in 1 2; do
		"$postern" sync --once --quiet || return 1
		here=$("$postern" mail list -f INBOX --all --jsonl | grep -c '"unread":true') there=$(unseen)
		[ "$here" = "$there" ] && return 0
	done
	echo "$here unread here, $there there"
	return 1
}
ok "reading elsewhere is seen here" comes_down
goes() { server doveadm expunge -u alice mailbox Lists all; "$postern" sync --once -q && ! "$postern" mail list -f Lists --no-input 2> /dev/null; }
ok "a deletion elsewhere is seen here" goes

# Push: SOGo looks for changes every 5 s. Over the line, which tells when the Ping is there.
ok "an account that waits" "$postern" account add alice@example.test --account-name waits --server "$line" --user alice \
	--password-command "echo alice-secret" --ca-file "$ca" --sync-window 1d --no-input -q
"$postern" sync --watch -q -a waits > "$work/watch" 2>&1 &
background=$!
is_waiting() { grep -q '^Ping' "$home/server/log/line.log"; }
ok "push waits at the server" until_s 60 is_waiting
is_here() { "$postern" mail list -a waits -f INBOX -n 5 --fields subject | grep -q 'pushed needle'; }
arrives() {
	local start=$SECONDS
	deliver "pushed needle" && until_s 30 is_here || { echo "not within 30 s"; return 1; }
	echo "after about $((SECONDS - start)) s"
}
ok "a message delivered meanwhile arrives by push" arrives
kill $background && wait $background 2> /dev/null
background=
run 0 "it is removed" "$postern" account remove waits --yes
agrees() { "$postern" sync --once -q && python3 tests/real/compare.py list "$imap" "$postern"; }
ok "nothing is lost or doubled in the end" agrees
run 0 "account remove" "$postern" account remove alice@example.test --yes
run 3 "leaves no mail" "$postern" mail list --no-input
finish
