#!/bin/bash
# Keys and certificates that are kept: imported, listed, shown, trusted, used to judge and to decrypt, and removed.
. "$(dirname "$0")/../support/cli.sh"
umask 077
cd "$work" || exit 1
type_at() { python3 "$POSTERN_TOP/tests/support/type.py" "$@"; }

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
[both]
basicConstraints = CA:FALSE
keyUsage = digitalSignature,keyEncipherment
extendedKeyUsage = emailProtection
subjectAltName = email:grace@example.org
[signing]
basicConstraints = CA:FALSE
keyUsage = digitalSignature
extendedKeyUsage = emailProtection
subjectAltName = email:grace@example.org
[secret]
basicConstraints = CA:FALSE
keyUsage = keyEncipherment
extendedKeyUsage = emailProtection
subjectAltName = email:grace@example.org
[ada]
basicConstraints = CA:FALSE
keyUsage = digitalSignature,keyEncipherment
extendedKeyUsage = emailProtection
subjectAltName = email:ada@example.org
[alice]
basicConstraints = CA:FALSE
keyUsage = digitalSignature,keyEncipherment
extendedKeyUsage = emailProtection
subjectAltName = email:alice@example.test
[hopper]
basicConstraints = CA:FALSE
keyUsage = keyEncipherment
extendedKeyUsage = emailProtection
subjectAltName = email:grace.hopper@example.test
[server]
extendedKeyUsage = serverAuth
END
issue() {      # issue NAME EXTENSIONS DAYS
	openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048 -out "$1.key"
	openssl req -new -key "$1.key" -subj "/CN=Grace $1" -config x509.cnf |
		openssl x509 -req -CA anchor.pem -CAkey ca.key -CAcreateserial -days "$3" -extfile x509.cnf -extensions "$2" -out "$1.pem"
	cat "$1.key" "$1.pem" > "$1.id"
}
{
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -config x509.cnf -extensions ca -days 300 -out anchor.pem
	issue both both 200; issue signing signing 200; issue secret secret 10; issue server server 200; issue ada ada 200; issue hopper hopper 200; issue Alice alice 9; mv Alice.id alice.id
	openssl pkcs12 -export -inkey both.key -in both.pem -certfile anchor.pem -passout pass:s3cret -out both.p12
	openssl pkcs12 -export -legacy -inkey secret.key -in secret.pem -passout pass:s3cret -out old.p12
	openssl crl2pkcs7 -nocrl -certfile anchor.pem -out anchors.p7b -outform DER
} 2> log || note "$(cat log)"
fingerprint() { openssl x509 -in "$1.pem" -noout -fingerprint -sha256 | sed 's/.*=//; s/://g' | tr A-F a-f; }
keys() { "$postern" smime list -q --fields "$1" --no-input "${@:2}"; }

# ---- imported ----
run 2 "a key for both, and nobody to ask" "$postern" smime import both.p12 --no-input --password-fd 3 3<<< s3cret
has "says what to do" "say --role" "$said"
is "and nothing is kept" "" "$(keys name)"
run 4 "without its password" "$postern" smime import both.p12 --role both --no-input
run 4 "with a wrong one" "$postern" smime import both.p12 --role both --no-input --password-fd 3 3<<< wrong
run 0 "a dry run" "$postern" smime import both.p12 --role both --dry-run --password-fd 3 3<<< s3cret
is "keeps nothing" "" "$(keys name)"
run 0 "with a role" "$postern" smime import both.p12 --role sign --password-fd 3 --fields name,role,kind 3<<< s3cret
is "it is kept, and who issued it" "Grace both	sign	own
Lab CA	none	authority" "$out"
has "with a notice" "Grace both <grace@example.org>, $(fingerprint both | cut -c 1-16): to sign with" "$said"
run 0 "again, at the terminal" type_at "Password of both.p12:=>s3cret\n" "sign, encrypt, or both=>\n" -- "$postern" smime import both.p12
is "for both" "both" "$(keys role --own)"
run 0 "old ciphers, for secrets alone" "$postern" smime import old.p12 --password-fd 3 --no-input 3<<< s3cret
has "needs no question" ": to decrypt with" "$said"
has "and is said to end soon" "expires on" "$("$postern" smime list 2>&1)"
run 0 "PEM, to sign alone" "$postern" smime import signing.id --no-input -q
is "is quiet" "" "$said"
run 2 "a key that is not for mail" "$postern" smime import server.id --no-input
has "is named" "the certificate of Grace server is not for mail" "$said"
run 2 "a file of something else" "$postern" smime import x509.cnf --no-input
has "is named" "x509.cnf holds neither a private key" "$said"
run 3 "no file" "$postern" smime import nowhere.p12
is "all is kept" "both encrypt sign" "$(keys role --own | sort | xargs)"
is "keys are sealed" "" "$(grep -c "PRIVATE KEY" "$XDG_DATA_HOME/postern/store.db" | grep -v '^0$')"

# ---- listed and shown ----
id=$(fingerprint both | cut -c 1-16)
has "by its id" "$id" "$(keys id --own)"
is "by address" "3" "$(keys id GRACE@example.org | wc -l)"
is "of other people" "" "$(keys id --people)"
run 0 "show" "$postern" smime show "$(fingerprint both)" --json
has "says all" '"fingerprint":"'"$(fingerprint both)" "$out"
has "and how it stands" '"standing":"unknown"' "$out"
run 0 "show by eight digits" "$postern" smime show "${id:0:8}"
run 3 "by seven" "$postern" smime show "${id:0:7}"
run 2 "an address of several" "$postern" smime show grace@example.org
has "names them" "$id" "$said"
run 0 "export" "$postern" smime export "$id"
is "is the certificate" "$(openssl x509 -in both.pem)" "$out"
run 3 "find: one that is valid" "$postern" smime find nobody@example.org
run 0 "find" "$postern" smime find grace@example.org --fields name
has "finds one for secrets" "Grace" "$out"

# ---- trusted ----
openssl cms -sign -signer both.pem -inkey both.key -binary -in <(printf 'Content-Type: text/plain\r\n\r\nGrace\r\n') -from grace@example.org -subject Hi > signed.eml
verdict() { "$postern" smime verify signed.eml --fields verdict "$@"; }
is "at first it is in doubt" doubt "$(verdict)"
run 2 "trust asks" "$postern" smime trust anchor.pem --no-input
has "with the fingerprint" "$(fingerprint anchor)" "$said"
run 0 "trust" type_at "Lab CA issued? Its fingerprint: $(fingerprint anchor)=>y\n" -- "$postern" smime trust anchor.pem
is "then it is good" good "$(verdict)"
is "but not without the store" doubt "$(verdict --no-store)"
is "the anchor is listed" "Lab CA	trusted" "$(keys name,trust --anchors)"
run 0 "distrust" "$postern" smime distrust "$id"
is "then it is bad" bad "$(verdict)"
run 0 "smime verify says why" true; has "by whom" "chain_refused" "$("$postern" smime verify signed.eml --json)"
run 0 "distrust --forget" "$postern" smime distrust "$id" --forget
is "then it is good again" good "$(verdict)"
run 0 "a file of PKCS#7" "$postern" smime distrust anchors.p7b
is "is read" bad "$(verdict)"
run 0 "and taken back" "$postern" smime trust anchors.p7b --yes
is "with all that it vouches for" good "$(verdict)"

# ---- used ----
openssl cms -encrypt -aes-256-gcm -binary -in <(printf 'Content-Type: text/plain\r\n\r\nSecret\r\n') -outform SMIME both.pem > secret.eml
run 0 "a key of the store decrypts" "$postern" smime decrypt secret.eml --no-input
has "the mail" "Secret" "$out"
run 0 "use" "$postern" smime use "$id" Sales@example.org
is "is kept" "sales@example.org" "$(keys signs_for --own | xargs)"
run 3 "use: one that cannot sign" "$postern" smime use "$(fingerprint secret | cut -c 1-16)" me@example.org

# ---- removed ----
run 2 "remove asks" "$postern" smime remove "$id" --no-input
has "and says what is lost" "can be read no more" "$said"
run 0 "remove" "$postern" smime remove "$id" --yes
run 3 "then nothing opens the mail" "$postern" smime decrypt secret.eml --no-input
run 3 "and it is gone" "$postern" smime show "$id"

# ---- those of others come with their signed mail ----
sim_start --empty
add_account
sign_as() { openssl cms -sign -signer "$1.pem" -inkey "$1.key" -binary -in <(printf 'Content-Type: text/plain\r\n\r\nHi\r\n') -from "$2" -to alice@example.test -subject Hi "${@:3}"; }
sign_as ada ada@example.org > from-ada.eml
sign_as ada mallory@example.org > forged.eml
sim_order "deliver file=$work/forged.eml" > /dev/null
"$postern" sync --once -q
is "a forged one brings nothing" "" "$(keys name --people)"
sim_order "deliver file=$work/from-ada.eml" > /dev/null
"$postern" sync --once -q
is "Ada's brings hers" "Grace ada	mail	good" "$(keys name,source,standing --people)"
run 0 "so she can be written to in secret" "$postern" smime find ada@example.org --fields addresses
is "under her address" "ada@example.org" "$out"
"$postern" smime remove ada@example.org --yes
sign_as ada ada@example.org -nodetach > again.eml
sim_order "deliver file=$work/again.eml" > /dev/null
"$postern" sync --once -q
is "it comes again" "ada@example.org" "$(keys addresses --people)"
newest() { "$postern" mail list -0 -n 1 | tr -d '\0'; }
run 0 "mail show reads it" "$postern" mail show "$(newest)"
has "with its text" "Hi" "$out"
has "and says what it is worth" "S/MIME: [+] Good signature of the sender: ada@example.org, valid to " "$out"
run 0 "mail show --json" "$postern" mail show "$(newest)" --json --fields verdict,encrypted,text
has "says it in a word" '"verdict":"good","encrypted":false,"text":"Hi' "$out"

# ---- what is encrypted is read, and its text is nowhere else ----
"$postern" smime import alice.id --role both -q > /dev/null
printf 'Content-Type: text/plain\r\n\r\nthe zqcanary is yellow\r\n' > secret
openssl cms -encrypt -aes-256-gcm -binary -in secret -from ada@example.org -to alice@example.test -subject Secret Alice.pem > secret.eml
sim_order "deliver file=$work/secret.eml" > /dev/null
"$postern" sync --once -q
run 0 "mail show decrypts" "$postern" mail show "$(newest)"
has "its text" "the zqcanary is yellow" "$out"
has "and says by what" "S/MIME: [*] Encrypted with AES-256-GCM" "$out"
has "and that nobody signed" "S/MIME: [-] Not signed: anybody may have written it" "$out"
run 3 "no search finds it" "$postern" mail search zqcanary
"$postern" config set smime.enabled no -q
run 0 "with S/MIME off" "$postern" mail show "$(newest)"
lacks "nothing is decrypted" "zqcanary" "$out"
"$postern" config set smime.enabled yes -q
"$postern" smime remove alice@example.test --yes

# ---- an account's own that ends soon ----
"$postern" smime import alice.id --role both -q > /dev/null
run 0 "status" "$postern" status --fields account,error
has "names it" "Alice" "$out"
has "as what ends" "expires on" "$out"
run 0 "doctor" "$postern" doctor --offline --fields verdict,step,text
has "warns of it" "warn	keys	the certificate of Grace Alice" "$out"
run 0 "doctor --redact" "$postern" doctor --offline --redact
lacks "names nobody" "Grace" "$out"
"$postern" smime remove alice@example.test --yes

# ---- a folder into which keys are put ----
mkdir dropped
"$postern" config set smime.watch_folder "$work/dropped" -q
"$postern" config set smime.watch_password_command "echo s3cret" -q
cp both.p12 dropped/new.pfx
run 0 "sync" "$postern" sync --once
has "takes what is new" "the key of Grace both is kept" "$said"
is "and it is used for both" "Grace both	both" "$(keys name,role --own | grep both)"
run 0 "sync again" "$postern" sync --once
is "has nothing to say" "" "$said"
"$postern" config set smime.watch_folder "$work/nowhere" -q
run 0 "without the folder" "$postern" sync --once
has "mail is synced, and it is named" "nowhere" "$said"
"$postern" config set smime.watch_folder "" -q
"$postern" smime remove "$id" --yes

# ---- the server's directory ----
sim_order "certificate address=grace.hopper@example.test file=$work/hopper.pem" > /dev/null
sim_order "certificate address=grace.hopper@example.test file=$work/ada.pem" > /dev/null
run 3 "find: not here" "$postern" smime find grace.hopper@example.test --no-input
run 3 "find: nor does the server know one of hers" "$postern" smime find bob@example.test --server --no-input
run 0 "find --server" "$postern" smime find grace.hopper@example.test --server --no-input --fields name,source,standing
is "keeps hers, not what is for another address" "Grace hopper	server	good" "$out"
run 0 "then she is known here" "$postern" smime find grace.hopper@example.test --offline
run 0 "show --server" "$postern" smime show grace.hopper@example.test --server --no-input --fields server
is "says what the server thinks" "good" "$out"
sim_order "opinion status=13" > /dev/null
is "be it revoked" "revoked" "$("$postern" smime show grace.hopper@example.test --server --no-input --fields server)"
sim_order "manners of=traveler" > /dev/null
run 5 "a server that has no directory of them" "$postern" smime find nobody@example.test --server --no-input
has "is said to have none" "does not support" "$said"

"$postern" account remove alice@example.test --yes -q
is "and goes with the account" "" "$(keys addresses --people)"
is "but not what was imported" "encrypt sign" "$(keys role --own | sort | xargs)"
finish
