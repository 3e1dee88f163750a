#!/bin/bash
# Whether a signer was revoked, asked of an authority on loopback whose answers openssl makes: by list and by OCSP, only
# where the configuration lists its host.
. "$(dirname "$0")/../support/cli.sh"
ca_dir=$work/authority
mkdir "$ca_dir"
python3 "$(dirname "$0")/../support/authority.py" "$ca_dir" > "$work/authority.log" 2>&1 &
authority=$!
trap 'kill $authority 2> /dev/null; clean_up' EXIT
for _ in $(seq 100); do [ -s "$ca_dir/port" ] && break; read -rt 0.1 <> <(:); done
at=http://127.0.0.1:$(cat "$ca_dir/port")

cd "$ca_dir" || exit 1
cat > x509.cnf <<- END
	[req]
	distinguished_name = dn
	[dn]
	[ca]
	basicConstraints = critical,CA:TRUE
	keyUsage = keyCertSign,cRLSign
	[answers]
	extendedKeyUsage = OCSPSigning
	[listed]
	subjectAltName = email:grace@example.org
	crlDistributionPoints = URI:$at/ca.crl
	[answered]
	subjectAltName = email:grace@example.org
	authorityInfoAccess = OCSP;URI:$at/ocsp/
	[both]
	subjectAltName = email:grace@example.org
	authorityInfoAccess = OCSP;URI:$at/ocsp/
	crlDistributionPoints = URI:$at/ca.crl
	[own]
	database = index.txt
	default_md = sha256
	default_crl_days = 30
END
: > index.txt
key() { openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -subj "/CN=$1" -config x509.cnf 2> /dev/null; }
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -config x509.cnf -extensions ca -subj /CN=Lab -days 300 -out ca.pem 2> /dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout stranger.key -config x509.cnf -extensions ca -subj /CN=Lab -days 300 -out stranger.pem 2> /dev/null
for who in answers listed answered both; do
	key $who | openssl x509 -req -CA ca.pem -CAkey ca.key -CAcreateserial -days 200 -extfile x509.cnf -extensions $who -out $who.pem 2> /dev/null
	openssl ca -config x509.cnf -name own -keyfile ca.key -cert ca.pem -valid $who.pem 2> /dev/null
done
list() { openssl ca -config x509.cnf -name own -keyfile ca.key -cert ca.pem -gencrl "$@" 2> /dev/null | openssl crl -outform DER -out ca.crl; }
revoke() { openssl ca -config x509.cnf -name own -keyfile ca.key -cert ca.pem -revoke "$1.pem" 2> /dev/null; }
list
for who in listed answered both; do
	{
		printf '%s\r\n' "From: grace@example.org" "To: alice@example.test" "Subject: hello" "Date: $(date -uR)"
		printf 'Content-Type: text/plain\r\n\r\nhello\r\n' | openssl cms -sign -signer $who.pem -inkey $who.key -binary | sed 's/\r*$/\r/'
	} > $who.eml
done
asked() { [ -f asked ] && wc -l < asked || echo 0; }
judge() { "$postern" smime verify "$1.eml" --ca-file ca.pem --json --fields verdict,reasons "${@:2}"; }
forget() { rm -f asked; "$postern" account remove alice --yes -q 2> /dev/null || "$postern" account remove "$("$postern" account list --fields name | head -1)" --yes -q; add_account; }

sim_start --empty
run 0 "an account" add_account
run 0 "by default" judge listed
has "nobody tells" '"revocation_unknown"' "$out"
is "and nobody was asked" 0 "$(asked)"
"$postern" config set smime.revocation_hosts crl.example.test
run 0 "where another host is listed" judge listed
has "it is said that this one is not" '"revocation_not_listed"' "$out"
is "and nobody was asked either" 0 "$(asked)"
"$postern" config set smime.revocation_hosts 127.0.0.1
run 1 "one in this network" judge listed
has "is not gone to unless that is allowed" '"revocation_unanswered"' "$out"
is "by nobody" 0 "$(asked)"

"$postern" config set read.internal_hosts 127.0.0.1
forget
run 0 "by a list" judge listed
lacks "it is known" 'revocation' "$out"
is "which was fetched" "/ca.crl" "$(cat asked)"
run 0 "again" judge listed
is "it is here" 1 "$(asked)"
rm -f asked
run 0 "by an answer" judge answered
lacks "it is known, too" 'revocation' "$out"
is "which was asked for" 1 "$(asked)"
run 0 "by both" judge both
is "a list that is here is enough" 1 "$(asked)"

rm -f asked
run 0 "offline" judge both --offline
run 1 "offline, what was never asked" env XDG_DATA_HOME="$work/other" "$postern" smime verify listed.eml --ca-file ca.pem --json --offline --fields verdict,reasons
is "asks nobody" 0 "$(asked)"

revoke listed; revoke answered; list
forget
run 1 "revoked by a list" judge listed
has "is bad" '"verdict":"bad"' "$out"
has "and says why" '"revoked"' "$out"
run 1 "revoked by an answer" judge answered
has "is bad, too" '"revoked"' "$out"

openssl ca -config x509.cnf -name own -keyfile stranger.key -cert stranger.pem -gencrl 2> /dev/null | openssl crl -outform DER -out ca.crl
forget
run 1 "a stranger's list" judge listed
has "is in doubt" '"verdict":"doubt"' "$out"
has "because of who signed it" '"revocation_forged"' "$out"
cp stranger.pem answers.pem; cp stranger.key answers.key
forget
run 1 "a stranger's answer" judge answered
has "is in doubt as well" '"revocation_forged"' "$out"
rm -f ca.crl
forget
run 1 "without an answer" judge listed
has "it is said" '"revocation_unanswered"' "$out"
has "in words" "has not answered" "$("$postern" smime verify listed.eml --ca-file ca.pem)"
is "and not asked again at once" 1 "$(asked)"
finish
