#!/bin/bash
# What another program makes of mail that we signed and encrypted. usage: strangers.sh openssl|gpgsm|nss DIR
# DIR, as tests/unit/smime/test-strangers makes it: anchor.pem, KEY.pem, KEY.key, and of each mail FORM-KEY.eml, .der (the
# outermost CMS) and .part (what is signed, where that stands apart). Exit 77: the program is not installed.
cd "$2" || exit 1
export GNUPGHOME=$2/gnupg
trap 'gpgconf --kill all > /dev/null 2>&1' EXIT
failed=0
holds() { grep -q -- Hello out || { echo "$1 of $name: $(cat log)"; failed=1; }; }
each() {      # each PATTERN FUNCTION: FUNCTION for each mail, its output in "out"
	for mail in $1; do
		name=${mail%.eml} key=${name#*-}
		rm -f out; "$2" > log 2>&1
		holds "$2"
	done
}

openssl_verify() { openssl cms -verify -CAfile anchor.pem -in "$name.eml" -out out; }
openssl_decrypt() { openssl cms -decrypt -recip "$key.pem" -inkey "$key.key" -in "$name.eml" -out out; }
openssl_both() { openssl_decrypt && openssl cms -verify -CAfile anchor.pem -in out -out text && mv text out; }

gpg() { gpgsm --batch --disable-crl-checks --pinentry-mode loopback --passphrase-fd 3 "$@" 3< <(echo s3cret); }
gpg_clear() { gpg --verify "$name.der" "$name.part" && cp "$name.part" out; }
gpg_opaque() { gpg --verify -o out "$name.der"; }
gpg_decrypt() { gpg --decrypt -o out "$name.der"; }

nss_clear() { cmsutil -D "${nss[@]}" -i "$name.der" -c "$name.part" -o out && cp "$name.part" out; }
nss_opaque() { cmsutil -D "${nss[@]}" -i "$name.der" -o out; }
nss_decrypt() { cmsutil -D "${nss[@]}" -i "$name.der" -o out; }

keys() {
	for key in rsa ec; do
		openssl pkcs12 -export -legacy -inkey $key.key -in $key.pem -certfile anchor.pem -name $key -passout pass:s3cret -out $key.p12
	done
}

case $1 in
openssl)
	each "clear-*.eml opaque-*.eml" openssl_verify
	each "cbc-*.eml gcm-*.eml" openssl_decrypt
	each "both-*.eml" openssl_both ;;
gpgsm)
	command -v gpgsm > /dev/null || exit 77
	keys
	mkdir -m 700 "$GNUPGHOME"
	echo allow-loopback-pinentry > "$GNUPGHOME/gpg-agent.conf"
	openssl x509 -in anchor.pem -noout -fingerprint -sha1 | sed 's/.*=//; s/$/ S relax/' > "$GNUPGHOME/trustlist.txt"
	for file in anchor.pem rsa.p12 ec.pem; do gpg --import $file; done > import.log 2>&1
	each "clear-*.eml" gpg_clear
	each "opaque-*.eml" gpg_opaque
	each "cbc-rsa.eml" gpg_decrypt ;;      # Debian 12's reads neither AES-GCM nor keys on curves
nss)
	command -v cmsutil > /dev/null || exit 77
	keys
	nss=(-d "sql:$2/nss")
	mkdir nss
	certutil -N "${nss[@]}" --empty-password
	certutil -A "${nss[@]}" -n ca -t CT,C,C -i anchor.pem
	for key in rsa ec; do pk12util "${nss[@]}" -i $key.p12 -W s3cret > /dev/null; done
	each "clear-*.eml" nss_clear
	each "opaque-*.eml" nss_opaque
	each "cbc-rsa.eml" nss_decrypt ;;      # the same of Debian 12's cmsutil
esac
exit $failed
