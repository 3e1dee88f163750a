#!/bin/bash
# A mail is encrypted to somebody whose certificate a directory has: the screens ask it before they say that nobody can be reached,
# and tell of a directory that does not answer.
. "${POSTERN_TOP:?}/tests/support/tui.sh"
directory=
trap '[ -n "$directory" ] && kill "$directory"; end' EXIT
smime() { "$POSTERN_BUILD/postern" smime "$@" --no-input -q > "$work/smime" 2>&1 || sed 's/^/# /' "$work/smime"; }
set_to() { "$POSTERN_BUILD/postern" config set "$1" "$2" -q; }
printf '[req]\ndistinguished_name = dn\nprompt = no\n[dn]\nCN = Lab CA\n[ca]\nbasicConstraints = critical,CA:TRUE\nkeyUsage = critical,keyCertSign\n' > "$work/cnf"
issue() {
	printf 'keyUsage = digitalSignature,keyAgreement\nextendedKeyUsage = emailProtection\nsubjectAltName = email:%s@example.test\n' "$1" > "$work/ee"
	openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out "$work/$1.key"
	openssl req -new -key "$work/$1.key" -subj "/CN=$1" -config "$work/cnf" |
		openssl x509 -req -CA "$work/anchor.pem" -CAkey "$work/anchor.key" -CAcreateserial -days 200 -extfile "$work/ee" -out "$work/$1.pem"
	openssl x509 -in "$work/$1.pem" -outform DER -out "$work/$1.der"
	cat "$work/$1.key" "$work/$1.pem" > "$work/$1.id"
}
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/anchor.key" -config "$work/cnf" -extensions ca -days 300 -out "$work/anchor.pem"
	issue alice; issue bob
} 2> "$work/openssl" || sed 's/^/# /' "$work/openssl"

echo "--entry bob@example.test userCertificate;binary $work/bob.der" | sed 's/;/\\;/' > "$work/orders"
touch "$work/asked"
mkfifo "$work/feed"; exec 8<> "$work/feed"
python3 tests/support/ldap_server.py "$work/port" "$work/asked" "$work/orders" < "$work/feed" 8>&- & directory=$!
until_true test -s "$work/port" || { echo "Bail out! the directory does not start"; exit 1; }

start_simulator --generate 5,folders=2
echo "1..8"
add_account
smime import "$work/alice.id" --role both
smime trust "$work/anchor.pem" --yes
set_to ldap.server "ldap://127.0.0.1:$(cat "$work/port")"; set_to ldap.plain yes; set_to ldap.timeout_s 5
set_to compose.send_hold_s 0
start_postern 100 30
wait_for "online"
keys m; wait_for "Tab Complete"; say "bob@example.test"; wait_for "Subject: "; say "Plans"; wait_for "Esc Done"
type "hello"; keys Escape; wait_for "y Send"
tap "$(grep -c . "$work/asked")" "while nothing is encrypted the directory is not asked"
keys x
see "certificate valid until" "the certificate that the directory has is found"
tap "$(grep -qx 'search  limit 20 bob@example.test' "$work/asked"; echo $?)" "it was asked for him"
tap "$("$POSTERN_BUILD/postern" smime find bob@example.test --fields source -q | grep -qx ldap; echo $?)" "and it is kept"
keys y
see "In the Outbox" "the mail is sent"
has submissions "Plans" "and arrives"
kill "$directory"; wait "$directory" 2> /dev/null; directory=
keys m; wait_for "Tab Complete"; say "carol@example.test"; wait_for "Subject: "; say "More"; wait_for "Esc Done"
type "hello"; keys Escape; wait_for "y Send"
keys x
see "cannot connect to 127.0.0.1" "a directory that is not there is told of"
see "no certificate" "and who cannot be reached, too"
exit $failed
