#!/bin/bash
# Keys on a PKCS#11 token (SoftHSM) against three programs that share nothing with us: what is signed on the token, openssl, gpgsm and
# NSS find good; what they encrypt is opened on it; and no key has ever left it.
. "$(dirname "$0")/../support/cli.sh"
module=/usr/lib/softhsm/libsofthsm2.so pin=48151623
for tool in pkcs11-tool softhsm2-util openssl gpgsm certutil cmsutil; do
	command -v $tool > /dev/null && [ -e $module ] || { echo "1..0 # SKIP needs SoftHSM, opensc, gpgsm and libnss3-tools"; exit 0; }
done
export GNUPGHOME=$work/gnupg SOFTHSM2_CONF=$work/softhsm2.conf
umask 077
trap 'gpgconf --kill all > /dev/null 2>&1; clean_up' EXIT
cd "$work" || exit 1
printf '%s\n' '[req]' 'distinguished_name = dn' 'prompt = no' '[dn]' 'CN = Lab CA' '[ca]' 'basicConstraints = critical,CA:TRUE' \
	'keyUsage = critical,keyCertSign,cRLSign' 'subjectKeyIdentifier = hash' '[ee]' 'basicConstraints = CA:FALSE' \
	'keyUsage = digitalSignature,keyEncipherment,keyAgreement' 'extendedKeyUsage = emailProtection' \
	'subjectAltName = email:alice@example.test' 'subjectKeyIdentifier = hash' 'authorityKeyIdentifier = keyid' > x509.cnf
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -config x509.cnf -extensions ca -days 30 -out anchor.pem 2> log

# A token with one key, which is deleted beside it.
make_token() {   # make_token NAME ALGORITHM OPTION
	rm -rf "$work/tokens"; mkdir "$work/tokens"
	printf 'directories.tokendir = %s\nobjectstore.backend = file\n' "$work/tokens" > "$SOFTHSM2_CONF"
	softhsm2-util --init-token --free --label cards --so-pin 87654321 --pin $pin
	openssl genpkey -algorithm "$2" -pkeyopt "$3" -outform DER -out key.der
	openssl req -new -key key.der -keyform DER -subj "/CN=Alice $1" -config x509.cnf |
		openssl x509 -req -CA anchor.pem -CAkey ca.key -CAcreateserial -days 20 -extfile x509.cnf -extensions ee -out "$1.pem"
	openssl x509 -in "$1.pem" -outform DER -out cert.der
	pkcs11-tool --module $module --token-label cards --login --pin $pin --id 01 --write-object key.der --type privkey --usage-sign --usage-decrypt --usage-derive
	pkcs11-tool --module $module --token-label cards --login --pin $pin --id 01 --write-object cert.der --type cert
	rm key.der
}
# Other programs know the certificates, and no key.
mkdir -m 700 "$GNUPGHOME"; mkdir nss
nss=(-d "sql:$work/nss")
certutil -N "${nss[@]}" --empty-password
certutil -A "${nss[@]}" -n ca -t CT,C,C -i anchor.pem
openssl x509 -in anchor.pem -noout -fingerprint -sha1 | sed 's/.*=//; s/$/ S relax/' > "$GNUPGHOME/trustlist.txt"
gpg() { gpgsm --batch --disable-crl-checks "$@" 2>> gpgsm.log; }
gpg --import anchor.pem

# Of a mail: the bytes that are signed, and the signature.
split() { python3 - "$1" "$2" <<- 'END'
	import email, re, sys
	mail = open(sys.argv[1], "rb").read()
	boundary = email.message_from_bytes(mail).get_boundary().encode()
	pieces = re.split(rb"\r?\n--" + re.escape(boundary) + rb"(?:--)?\r?\n?", mail)
	open(sys.argv[2] + ".part", "wb").write(pieces[1])
	open(sys.argv[2] + ".p7s", "wb").write(email.message_from_bytes(pieces[2]).get_payload(decode=True))
END
}
opaque_of() { python3 -c 'import email, sys; sys.stdout.buffer.write(email.message_from_bytes(open(sys.argv[1], "rb").read()).get_payload(decode=True))' "$1"; }
send() { python3 "$POSTERN_TOP/tests/support/type.py" "PIN of cards:=>$pin\n" -- /bin/sh -c '"$0" mail send --to alice@example.test -s Tokens --body Hello --dry-run "$@" > mail' "$postern" "$@"; }
mail_of() { printf '%s\r\n' 'From: alice@example.test' 'To: alice@example.test' 'Subject: Hi' 'MIME-Version: 1.0' \
	'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m' 'Content-Transfer-Encoding: base64' ''; base64 -w 64 "$1" | sed 's/$/\r/'; }
opens() {   # opens NAME DER
	mail_of "$2" > opens.eml
	run 0 "$1: opened on the token" "$postern" smime decrypt opens.eml --password-fd 3 3<<< $pin
	has "$1: to what was written" "The tide turns at six" "$out"
}

sim_start --empty
add_account
"$postern" sync --once -q
"$postern" smime import anchor.pem -q > /dev/null
"$postern" smime trust anchor.pem --yes -q > /dev/null 2>&1
printf 'Content-Type: text/plain\r\n\r\nThe tide turns at six\r\n' > text

for key in "rsa RSA rsa_keygen_bits:2048" "ec EC ec_paramgen_curve:P-256"; do
	name=${key%% *}
	make_token $key > made 2>&1 || note "$(cat made)"
	"$postern" config set smime.pkcs11_module $module -q
	gpg --import "$name.pem"
	certutil -A "${nss[@]}" -n "$name" -t ,, -i "$name.pem"

	# --- signed here
	"$postern" config set compose.sign_opaque no -q
	run 0 "$name: signed on the token" send --sign
	split mail "$name"
	run 0 "$name: openssl finds it good" openssl cms -verify -CAfile anchor.pem -in mail -out /dev/null
	run 0 "$name: gpgsm, too" gpg --verify "$name.p7s" "$name.part"
	run 0 "$name: and NSS" cmsutil -D "${nss[@]}" -c "$name.part" -i "$name.p7s"
	sed 's/Hello/Hallo/' "$name.part" > altered
	run 1 "$name: altered, NSS does not" cmsutil -D "${nss[@]}" -c altered -i "$name.p7s"
	"$postern" config set compose.sign_opaque yes -q
	run 0 "$name: signed around the text" send --sign
	opaque_of mail > "$name.p7m"
	run 0 "$name: openssl finds it good" openssl cms -verify -CAfile anchor.pem -inform DER -in "$name.p7m" -out /dev/null
	run 0 "$name: gpgsm, too" gpg --verify "$name.p7m"
	run 0 "$name: and NSS" cmsutil -D "${nss[@]}" -i "$name.p7m"
	has "$name: with the text" "Hello" "$out"

	# --- encrypted there
	for cipher in aes-256-cbc aes-256-gcm des3; do
		openssl cms -encrypt -$cipher -binary -outform DER -in text -out secret "$name.pem"
		opens "$name, openssl, $cipher" secret
	done
	# That of Debian 12 encrypts to no elliptic curve.
	gpg --encrypt -r "/CN=Alice $name" -o gpg.enc text && opens "$name, gpgsm" gpg.enc
	rm -f gpg.enc
	if [ "$name" = rsa ]; then
		openssl cms -encrypt -aes-256-gcm -binary -outform DER -in text -out secret -recip rsa.pem -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256
		opens "rsa, openssl, OAEP" secret
	fi
	cmsutil -E "${nss[@]}" -r "$name" -i text -o nss.enc 2>> log && opens "$name, NSS" nss.enc
	rm -f nss.enc

	# --- both, with what we made ourselves
	"$postern" smime trust "$name.pem" --yes -q > /dev/null 2>&1
	run 0 "$name: signed and encrypted" send --sign --encrypt
	cp mail "$name.eml"
	lacks "$name: what it says is hidden" "Hello" "$(cat "$name.eml")"
	run 0 "$name: it opens on the token" "$postern" smime verify "$name.eml" --password-fd 3 --json 3<<< $pin
	has "$name: and is good" '"verdict":"good"' "$out"
	run 4 "$name: without the PIN it stays closed" "$postern" smime decrypt "$name.eml" --no-input
	is "$name: the key cannot leave the token" "" "$(pkcs11-tool --module $module --token-label cards --login --pin $pin --id 01 --type privkey --read-object 2> /dev/null)"
	"$postern" smime remove "$name.pem" --yes -q > /dev/null 2>&1
done
[ $failed = 0 ] || note "$(cat gpgsm.log)"
finish
