# Helpers for the tests against the real server, on top of cli.sh. Source it: it skips where SOGo cannot be started, else
# brings one up of its own and ends it. Then $url and $line (see tests/real/sogo), $ca and $imap say where it is, and
#   server VERB ...               tests/real/sogo VERB on this server
#   ok NAME COMMAND...            passes if the command does; shows its output when it does not
#   until_s SECONDS COMMAND...    tries again every fifth of a second
#   person NAME PASSWORD URL      their account, and a first sync
#   there NAME SUBJECT            where the server has such a message, and its flags, a line each, sorted
#   message NAME FOLDER SUBJECT     the message as the server has it
#   deliver SUBJECT [LINE]...     a message to alice, with more lines in its header
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"
[ "$(id -u)" = 0 ] && command -v sogod > /dev/null && /usr/bin/python3 -c 'import aiosmtpd' 2> /dev/null ||
	{ echo "1..0 # SKIP needs root and: contrib/install-packages real"; exit 0; }

home=$(mktemp -d /var/tmp/postern-real.XXXXXX) && chmod 755 "$home" || exit 1
background=
clean_up() {
	[ -n "$background" ] && kill $background 2> /dev/null
	[ -e "$home/server/port" ] && server down
	rm -rf "$work" "$home"
}

server() { local verb=$1; shift; tests/real/sogo "$verb" "$home/server" "$@"; }
ok() {
	local name=$1 output; shift
	output=$("$@" 2>&1); tap $? "$name"
	[ -z "$output" ] || note "$output"
}
until_s() {
	local end=$((SECONDS + $1)); shift
	until "$@"; do [ $SECONDS -lt $end ] || return 1; read -rt 0.2 <> <(:); done
	return 0
}

person() {
	"$postern" account add "$1@example.test" --server "$3" --user "$1" --password-command "echo $2" --ca-file "$ca" --no-input -q &&
		"$postern" sync --once -q -a "$1@example.test"
}
there() { server doveadm -f tab fetch -u "$1" 'mailbox flags' header subject "$2" | tail -n +2 | tr '\t' ' ' | sed 's/ *\\Recent//; s/ $//' | sort; }
message() { server doveadm fetch -u "$1" text mailbox "$2" header subject "$3" | tail -n +2; }
folders() { server doveadm mailbox list -u alice | sort | tr '\n' ' '; }
deliver() {
	local subject=$1; shift
	{ printf 'From: bob@example.test\r\nTo: alice@example.test\r\nSubject: %s\r\n' "$subject"; printf '%s\r\n' "$@" '' 'Hello.'; } > "$home/mail"
	server deliver INBOX "$home/mail"
}

is_free() {
	local p
	for p in $(seq "$1" $(($1 + 7))); do (exec 3<> "/dev/tcp/127.0.0.1/$p") 2> /dev/null && return 1; done
	return 0
}
exec 9> /run/lock/postern-real && flock 9          # two at a time would take the same ports
port=24600
until is_free $port; do port=$((port + 10)); done
server up $port 9>&- || { echo "Bail out! SOGo does not start"; exit 1; }
exec 9>&-
. "$home/server/env"
