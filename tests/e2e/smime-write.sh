#!/bin/bash
# A mail is signed and encrypted on a real terminal (tmux) against the simulator: it stops while somebody cannot be reached, is not
# kept on the server as a draft, and leaves once a certificate has come, which the screens hear of while they are open.
. "${POSTERN_TOP:?}/tests/support/tui.sh"
write() { type "$1"; keys Escape; wait_for "y Send"; }
in_clear() { order ledger | grep -c '"watched":true'; }
smime() { "$POSTERN_BUILD/postern" smime "$@" --no-input -q > "$work/smime" 2>&1 || sed 's/^/# /' "$work/smime"; }
printf '[req]\ndistinguished_name = dn\nprompt = no\n[dn]\nCN = Lab CA\n[ca]\nbasicConstraints = critical,CA:TRUE\nkeyUsage = critical,keyCertSign\n' > "$work/cnf"
issue() {
	printf 'keyUsage = digitalSignature,keyAgreement\nextendedKeyUsage = emailProtection\nsubjectAltName = email:%s@example.test\n' "$1" > "$work/ee"
	openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out "$work/$1.key"
	openssl req -new -key "$work/$1.key" -subj "/CN=$1" -config "$work/cnf" |
		openssl x509 -req -CA "$work/anchor.pem" -CAkey "$work/anchor.key" -CAcreateserial -days 200 -extfile "$work/ee" -out "$work/$1.pem"
	cat "$work/$1.key" "$work/$1.pem" > "$work/$1.id"
}
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/anchor.key" -config "$work/cnf" -extensions ca -days 300 -out "$work/anchor.pem"
	issue alice; issue bob
} 2> "$work/openssl" || sed 's/^/# /' "$work/openssl"

start_simulator --generate 5,folders=2
order "watch text=the-canary-sings" > /dev/null

echo "1..13"
add_account
"$POSTERN_BUILD/postern" config set compose.send_hold_s 0
start_postern 100 30
wait_for "online"
keys m; wait_for "Tab Complete"; say "bob@example.test"; wait_for "Subject: "; say "Plans"; wait_for "Esc Done"
write "the-canary-sings"
see "not signed, not encrypted" "a new mail is neither"
keys x
see "no certificate" "encrypted, it says who cannot be reached"
keys y
see "No certificate to encrypt to bob@example.test" "it does not leave"
keys Escape; wait_for "y Send"
keys p
see "here alone" "postponed, it is kept here"
smime import "$work/alice.id" --role both
smime import "$work/bob.pem"
smime trust "$work/anchor.pem" --yes
keys g P
see "Plans" "it is gone on with"
keys Enter; wait_for "y Send"
see "certificate valid until" "the certificate that has come is found"
keys X
see "signed by alice, encrypted" "and the key to sign with"
keys y
see "In the Outbox" "it is sent"
has submissions "Plans" "and arrives"
tap "$(order submissions | grep -c Plans | grep -qx 1; echo $?)" "once"
lacks "list folder=Drafts" "Plans" "no draft of it was on the server"
tap "$(in_clear | grep -qx 0; echo $?)" "and nothing of it in clear"
in_sent() { "$POSTERN_BUILD/postern" mail list -f sent --fields subject 2> /dev/null | grep -q Plans; }
until_true in_sent; told $? "it is in Sent"
exit $failed
