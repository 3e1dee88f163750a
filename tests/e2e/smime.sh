#!/bin/bash
# Signed and encrypted mail on a real terminal: the whole of it is fetched, a worker judges and decrypts it, and what was
# decrypted is in no file.
. "${POSTERN_TOP:?}/tests/support/tui.sh"
canary=Kanarie-secret-51c2e0 postern=$POSTERN_BUILD/postern
mkdir "$work/own"; cd "$work/own" || exit 1
cat > x509.cnf <<- END
	[req]
	distinguished_name = dn
	[dn]
	[ca]
	basicConstraints = critical,CA:TRUE
	keyUsage = keyCertSign,cRLSign
	[grace]
	subjectAltName = email:grace@example.org
	[alice]
	subjectAltName = email:alice@example.test
	[mallory]
	subjectAltName = email:mallory@example.net
END
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -config x509.cnf -extensions ca -subj /CN=Lab -days 300 -out anchor.pem 2> /dev/null
for who in grace alice mallory; do
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$who.key" -subj "/CN=$who" -config x509.cnf 2> /dev/null |
		openssl x509 -req -CA anchor.pem -CAkey ca.key -CAcreateserial -days 200 -extfile x509.cnf -extensions "$who" -out "$who.pem" 2> /dev/null
done
cat alice.key alice.pem > alice.id
printf '%s\r\n' 'Content-Type: multipart/mixed; boundary=m' "" "--m" "Content-Type: text/plain" "" "hello $canary" "--m" "Content-Type: text/csv" \
	"Content-Disposition: attachment; filename=plan.csv" "" "a,$canary" "--m--" > part
# mail SUBJECT: the header of it, and what comes in.
mail() { printf '%s\r\n' "From: grace@example.org" "To: alice@example.test" "Subject: $1" "Date: $(date -uR)"; cat; }
sign() { openssl cms -sign -signer "$1.pem" -inkey "$1.key" -binary -in part "${@:2}" | sed 's/\r*$/\r/'; }
sign grace | mail honest > honest.eml
sign grace -nodetach | mail opaque > opaque.eml
sign mallory | mail forged > forged.eml
openssl cms -encrypt -aes-256-gcm -binary -in part alice.pem | sed 's/\r*$/\r/' | mail secret > secret.eml

echo "1..19"
cd "$POSTERN_TOP" || exit 1
start_simulator --empty
add_account
"$postern" smime trust "$work/own/anchor.pem" --yes -q 2> /dev/null || "$postern" smime import "$work/own/anchor.pem" -q
"$postern" smime import "$work/own/alice.id" --role both -q > /dev/null; tap $? "a key is kept"
deliver() { order "deliver file=$work/own/$1.eml" > /dev/null; wait_for "$1"; keys g g; keys Enter; }
start_postern 100 30
wait_for "sorted:"
deliver honest
see "[+] Good signature of the sender: grace@example.org" "a good signature is seen"
see "hello $canary" "with the text"
see "1 plan.csv" "and its file"
keys V; see "Signed by    grace <grace@example.org>" "the details are a key away"
keys V; see "hello $canary" "and the text again"
keys q
deliver opaque
see "[+] Good signature" "one whose text is inside, too"
keys v; see "1 file" "its file is listed"
keys Enter; see "a,$canary" "and read"
keys q q q
deliver forged
see "[!] Bad signature: signed by mallory <mallory@example.net>" "somebody else's is bad"
see "- it was signed by somebody else than the sender" "and it is said why"
keys q
rm -f "$work/own/part"
deliver secret
see "[*] Encrypted with AES-256-GCM" "what is encrypted is opened"
see "[-] Not signed: anybody may have written it" "and it is said that nobody signed"
see "hello $canary" "with its text"
keys r; see "> hello $canary" "it is answered"
keys Escape; wait_for "Postpone"; keys p; wait_for "Kept as a draft"
[ "$("$postern" draft list --fields encrypt)" = yes ]; tap $? "and the answer must be encrypted"
# The clear text of the signed ones is in the store, which is encrypted; nothing is outside.
! grep -rqF "$canary" "$XDG_DATA_HOME" "$XDG_STATE_HOME" "$XDG_CACHE_HOME" "$XDG_CONFIG_HOME" "$XDG_RUNTIME_DIR" 2> /dev/null; tap $? "no file has it"
tm kill-server 2> /dev/null
found=$("$postern" mail search "subject:secret $canary" --no-input 2>&1); [ $? = 3 ]; tap $? "no search finds what was encrypted"
found=$("$postern" mail search "subject:honest $canary" --no-input --fields subject 2>&1); grep -qF honest <<< "$found"; tap $? "and what was only signed is found"
exit $failed
