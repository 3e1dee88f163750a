#!/bin/bash
# Signed and encrypted mail as openssl, gpgsm and NSS make it, and what is said of what they cannot vouch for.
. "$(dirname "$0")/../support/cli.sh"
export GNUPGHOME=$work/gnupg
umask 077
trap 'gpgconf --kill all > /dev/null 2>&1; clean_up' EXIT
cd "$work" || exit 1

cat > x509.cnf <<'END'
[req]
distinguished_name = dn
prompt = no
[dn]
CN = Lab CA
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[ee]
basicConstraints = CA:FALSE
keyUsage = digitalSignature,keyEncipherment,keyAgreement
extendedKeyUsage = emailProtection
subjectAltName = email:grace@example.org
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ca_default]
database = index
crlnumber = number
default_md = sha256
default_crl_days = 30
[tool]
default_ca = ca_default
END
{
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -config x509.cnf -extensions ca -days 30 -out anchor.pem
	for kind in "rsa -pkeyopt rsa_keygen_bits:2048" "ec -pkeyopt ec_paramgen_curve:P-256"; do
		name=${kind%% *}
		openssl genpkey -algorithm $kind -out "$name.key"
		openssl req -new -key "$name.key" -subj "/CN=Grace" -config x509.cnf |
			openssl x509 -req -CA anchor.pem -CAkey ca.key -CAcreateserial -days 20 -extfile x509.cnf -extensions ee -out "$name.pem"
		cat "$name.key" "$name.pem" > "$name.id"
	done
	openssl pkcs12 -export -inkey rsa.key -in rsa.pem -certfile anchor.pem -name grace -passout pass:s3cret -out grace.p12
	openssl pkcs12 -export -legacy -inkey rsa.key -in rsa.pem -certfile anchor.pem -name grace -passout pass:s3cret -out old.p12
} 2> log || note "$(cat log)"

printf 'Content-Type: text/plain; charset=utf-8\r\n\r\nGrüße\r\n' > part
head=("From: Grace <grace@example.org>" "Subject: Hi" "Date: $(date -R)" "MIME-Version: 1.0")
header() { printf '%s\r\n' "${head[@]}"; }
opaque() { header; printf 'Content-Type: application/pkcs7-mime; smime-type=%s; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n' "$1"; base64 "$2"; }
clear_of() {
	header
	printf 'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary=s\r\n\r\n--s\r\n'
	cat part
	printf '\r\n--s\r\nContent-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\n'
	base64 "$1"
	printf -- '\r\n--s--\r\n'
}
verify() { "$postern" smime verify --ca-file anchor.pem --no-input "$@"; }
decrypt() { "$postern" smime decrypt --no-input "$@"; }
good() { run 0 "$1: good" verify "$2" --fields verdict; is "$1: and nothing else" good "$out"; }
opens() {      # opens NAME MAIL KEY
	run 0 "$1: decrypts" decrypt "$2" --identity "$3"
	is "$1: to the same bytes" "$(cat part)" "$(sed '1,/^MIME-Version/d' <<< "$out")"
}

# --- openssl
for key in rsa ec; do
	for form in clear opaque; do
		flags=(-signer $key.pem -inkey $key.key -binary -in part -from "Grace <grace@example.org>" -subject Hi)
		[ $form = opaque ] && flags+=(-nodetach)
		openssl cms -sign "${flags[@]}" -out openssl-$key-$form.eml
		good "openssl, $key, $form" openssl-$key-$form.eml
	done
	for cipher in aes-256-cbc aes-128-gcm des3; do
		{ header; openssl cms -encrypt -$cipher -binary -in part -outform SMIME $key.pem | sed '/^MIME-Version/d'; } > openssl-$key-$cipher.eml
		opens "openssl, $key, $cipher" openssl-$key-$cipher.eml $key.id
	done
done
{ header; openssl cms -encrypt -aes-256-gcm -binary -in part -recip rsa.pem -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256 |
	sed '/^MIME-Version/d'; } > oaep.eml
opens "openssl, OAEP" oaep.eml rsa.id
openssl cms -sign -signer ec.pem -inkey ec.key -binary -in part > signed
openssl cms -encrypt -aes-256-gcm -binary -in signed ec.pem > secret
openssl cms -sign -signer ec.pem -inkey ec.key -nodetach -binary -in secret -from grace@example.org > triple.eml
run 0 "triple wrap" verify triple.eml --identity ec.id --json
has "its layers are named" '"layers":["signed SHA256","encrypted id-aes256-GCM","signed SHA256"]' "$out"
run 1 "triple wrap without the key" verify triple.eml
has "says why" "no key for it is here" "$out"

# --- gpgsm and NSS, each an implementation of its own
if command -v gpgsm > /dev/null; then
	mkdir -m 700 "$GNUPGHOME"
	echo allow-loopback-pinentry > "$GNUPGHOME/gpg-agent.conf"
	openssl x509 -in anchor.pem -noout -fingerprint -sha1 | sed 's/.*=//; s/$/ S relax/' > "$GNUPGHOME/trustlist.txt"
	gpg() { gpgsm --batch --disable-crl-checks --pinentry-mode loopback --passphrase-fd 3 "$@" 3< <(echo s3cret) 2>> gpgsm.log; }
	gpg --import anchor.pem; gpg --import old.p12
	gpg --detach-sign -u grace@example.org -o gpg.p7s part; clear_of gpg.p7s > gpg-clear.eml
	gpg --sign -u grace@example.org -o gpg.p7m part; opaque signed-data gpg.p7m > gpg-opaque.eml
	gpg --encrypt -r grace@example.org -o gpg.enc part; opaque enveloped-data gpg.enc > gpg-secret.eml
	good "gpgsm, clear" gpg-clear.eml
	good "gpgsm, opaque" gpg-opaque.eml
	opens "gpgsm" gpg-secret.eml rsa.id
	[ $failed = 0 ] || note "$(cat gpgsm.log)"
else
	tap 0 "gpgsm # SKIP is not installed"
fi
if command -v cmsutil > /dev/null; then
	nss=(-d "sql:$work/nss")
	mkdir nss
	certutil -N "${nss[@]}" --empty-password
	certutil -A "${nss[@]}" -n ca -t CT,C,C -i anchor.pem
	pk12util "${nss[@]}" -i old.p12 -W s3cret > /dev/null
	cmsutil -S "${nss[@]}" -H SHA256 -G -T -N grace -i part -o nss.p7s; clear_of nss.p7s > nss-clear.eml
	cmsutil -S "${nss[@]}" -H SHA256 -G -N grace -i part -o nss.p7m; opaque signed-data nss.p7m > nss-opaque.eml
	cmsutil -E "${nss[@]}" -r grace@example.org -i part -o nss.enc; opaque enveloped-data nss.enc > nss-secret.eml
	good "NSS, clear" nss-clear.eml
	good "NSS, opaque" nss-opaque.eml
	opens "NSS" nss-secret.eml rsa.id
else
	tap 0 "NSS # SKIP cmsutil is not installed"
fi

# --- verdicts and exit codes
mail=openssl-rsa-clear.eml
run 0 "in words" verify $mail
has "they begin with the verdict" "Good signature of the sender" "$out"
has "and name the signer" "Signed by: Grace <grace@example.org>" "$out"
run 1 "without the anchor" "$postern" smime verify $mail --json
has "it is in doubt" '"verdict":"doubt","reasons":["issuer_unknown"' "$out"
run 1 "as of next year" verify $mail --time "$(date -u -d '+1 year' +%Y-%m-%dT%H:%M:%SZ)" --json
has "it has expired" '"expired"' "$out"
run 2 "a time that is none" verify $mail --time yesterday
has "is named" "“yesterday”" "$said"
sed 's/Gr/Kr/' $mail > altered.eml
run 1 "an altered one" verify altered.eml --json
has "is bad" '"verdict":"bad","reasons":["altered"' "$out"
sed 's/^From: .*/From: mallory@example.net\r/' $mail > other.eml
run 1 "another sender" verify other.eml --json
has "is told from the signer" '"other_signer"' "$out"
{ header; cat part; } > plain.eml
run 3 "a mail without a signature" verify plain.eml
has "is not signed" "Not signed" "$out"
touch index; echo 01 > number
openssl ca -config x509.cnf -name ca_default -gencrl -keyfile ca.key -cert anchor.pem -out clean.crl 2>> log
openssl ca -config x509.cnf -name ca_default -revoke rsa.pem -keyfile ca.key -cert anchor.pem 2>> log
openssl ca -config x509.cnf -name ca_default -gencrl -keyfile ca.key -cert anchor.pem -out revoked.crl 2>> log
run 0 "a list of revoked ones" verify $mail --crl-file clean.crl --json
lacks "makes the state known" "revocation_unknown" "$out"
run 1 "a certificate on it" verify $mail --crl-file revoked.crl --json
has "is revoked" '"revoked"' "$out"
run 2 "a list that is none" verify $mail --crl-file part
has "is named" "part: it holds no revocation list" "$said"
run 3 "no such mail" verify nowhere.eml

# --- keys and their passwords
run 4 "a key with a password, and nobody to ask" decrypt oaep.eml --identity grace.p12
has "says what to do" "grace.p12 has a password: --password-fd" "$said"
run 0 "a password from a file descriptor" decrypt oaep.eml --identity grace.p12 --password-fd 3 3<<< s3cret
run 0 "the old ciphers of PKCS#12" decrypt oaep.eml --identity old.p12 --password-fd 3 3<<< s3cret
run 4 "a wrong password" decrypt oaep.eml --identity grace.p12 --password-fd 3 3<<< wrong
has "is said" "the password does not open" "$said"
run 0 "a password that is asked for" python3 "$POSTERN_TOP/tests/support/type.py" "Password of grace.p12:=>s3cret\n" -- \
	"$postern" smime decrypt oaep.eml --identity grace.p12
has "opens the mail" "Grüße" "$out"
lacks "and is not shown" "s3cret" "$out"
run 2 "a file without a key" decrypt oaep.eml --identity rsa.pem
run 3 "another's key" decrypt oaep.eml --identity ec.id
run 3 "a mail that is not encrypted" decrypt $mail --identity rsa.id
run 0 "CBC" decrypt openssl-rsa-aes-256-cbc.eml --identity rsa.id
has "is told apart" "does not show changes" "$said"
run 0 "GCM" decrypt openssl-rsa-aes-128-gcm.eml --identity rsa.id
is "needs no word" "" "$said"
is "nothing of it was kept" "" "$(grep -rl -e s3cret -e Grüße "$XDG_CONFIG_HOME" "$XDG_DATA_HOME" "$XDG_STATE_HOME" 2> /dev/null)"

# --- a mail in the store
sim_start --empty
add_account
for form in clear opaque; do sim_order "deliver file=$work/openssl-rsa-$form.eml" > /dev/null; done
sim_order "deliver file=$work/altered.eml" > /dev/null
"$postern" sync --once -q
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
"$postern" mail list -0 | tr '\0' '\n' | while read -r id; do
	"$postern" mail show "$id" --verdict --ca-file anchor.pem --time "$now" --fields verdict
	echo "code $?"
done > verdicts
is "the verdict on mails in the store" "bad code 1 good code 0 good code 0" "$(xargs < verdicts)"
id=$("$postern" mail list -0 -n 1 | tr -d '\0')
run 2 "one thing at a time" "$postern" mail show "$id" --verdict --raw
finish
