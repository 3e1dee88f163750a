#!/bin/bash
# On the screens: a signer's authority is asked when the mail is opened, and the mail judged again by what it says.
. "${POSTERN_TOP:?}/tests/support/tui.sh"
unset https_proxy HTTPS_PROXY http_proxy all_proxy ALL_PROXY
postern=$POSTERN_BUILD/postern own=$work/own
mkdir "$own"
python3 "$POSTERN_TOP/tests/support/authority.py" "$own" > "$work/authority.log" 2>&1 &
authority=$!
trap 'kill $authority 2> /dev/null; end' EXIT
for _ in $(seq 100); do [ -s "$own/port" ] && break; read -rt 0.1 <> <(:); done
cd "$own" || exit 1
cat > x509.cnf <<- END
	[req]
	distinguished_name = dn
	[dn]
	[ca]
	basicConstraints = critical,CA:TRUE
	keyUsage = keyCertSign,cRLSign
	[person]
	subjectAltName = email:grace@example.org
	crlDistributionPoints = URI:http://127.0.0.1:$(cat port)/ca.crl
	[own]
	database = index.txt
	default_md = sha256
	default_crl_days = 30
END
: > index.txt
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -config x509.cnf -extensions ca -subj /CN=Lab -days 300 -out ca.pem 2> /dev/null
for who in grace eve; do
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $who.key -subj "/CN=$who" -config x509.cnf 2> /dev/null |
		openssl x509 -req -CA ca.pem -CAkey ca.key -CAcreateserial -days 200 -extfile x509.cnf -extensions person -out $who.pem 2> /dev/null
	openssl ca -config x509.cnf -name own -keyfile ca.key -cert ca.pem -valid $who.pem 2> /dev/null
	printf 'Content-Type: text/plain\r\n\r\nhello\r\n' | openssl cms -sign -signer $who.pem -inkey $who.key -binary | sed 's/\r*$/\r/' > signed
	{ printf '%s\r\n' "From: grace@example.org" "To: alice@example.test" "Subject: by $who" "Date: $(date -uR)"; cat signed; } > $who.eml
done
openssl ca -config x509.cnf -name own -keyfile ca.key -cert ca.pem -revoke eve.pem 2> /dev/null
openssl ca -config x509.cnf -name own -keyfile ca.key -cert ca.pem -gencrl 2> /dev/null | openssl crl -outform DER -out ca.crl

cd "$POSTERN_TOP" || exit 1
start_simulator --empty
add_account
"$postern" smime trust "$own/ca.pem" --yes -q 2> /dev/null
"$postern" config set smime.revocation_hosts 127.0.0.1
"$postern" config set read.internal_hosts 127.0.0.1
deliver() { order "deliver file=$own/$1.eml" > /dev/null; wait_for "by $1"; keys g g; keys Enter; }
echo "1..4"
start_postern 100 30
wait_for "sorted:"
[ ! -e "$own/asked" ]; tap $? "nobody was asked yet"
deliver grace
see "[+] Good signature of the sender: grace@example.org" "asked, her authority vouches for her"
keys q
deliver eve
see "[!] Bad signature" "who was revoked signs nothing that is good"
[ "$(wc -l < "$own/asked")" = 1 ]; tap $? "one list was enough for both"
