#!/bin/bash
# Certificates of others from a directory: one that a test decides the manners of, over TLS as a stranger's openssl makes it.
. "$(dirname "$0")/../support/cli.sh"
support=$(cd "$(dirname "$0")/../support" && pwd)
umask 077
cd "$work" || exit 1
trap 'kill $directory_pid; clean_up' EXIT
type_at() { python3 "$support/type.py" "$@"; }

cat > x509.cnf <<'END'
[req]
distinguished_name = dn
prompt = no
[dn]
CN = Lab CA
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[person]
keyUsage = digitalSignature,keyEncipherment,keyAgreement
extendedKeyUsage = emailProtection
[grace]
subjectAltName = email:grace@example.org
keyUsage = digitalSignature,keyEncipherment,keyAgreement
extendedKeyUsage = emailProtection
[hopper]
subjectAltName = email:"grace hopper"@example.org
keyUsage = digitalSignature,keyEncipherment,keyAgreement
[mallory]
subjectAltName = email:mallory@example.org
keyUsage = digitalSignature,keyEncipherment,keyAgreement
[host]
subjectAltName = IP:127.0.0.1
[elsewhere]
subjectAltName = DNS:directory.example.org
END
issue() {     # issue NAME EXTENSIONS
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -subj "/CN=$1" -config x509.cnf -out "$1.csr" &&
		openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 20 -extfile x509.cnf -extensions "$2" -out "$1.pem" &&
		openssl x509 -in "$1.pem" -outform DER -out "$1.der"
}
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -config x509.cnf -extensions ca -days 30 -out ca.pem
	for name in grace hopper mallory host elsewhere; do issue $name $name; done
	openssl crl2pkcs7 -nocrl -certfile grace.pem -certfile ca.pem -certfile mallory.pem -outform DER -out grace.p7b
} 2> log || note "$(cat log)"
head -c 300 grace.der > torn.der
printf nonsense > nonsense.der

mkfifo feed && exec 7<> feed          # open while this script lives, and the directory with it
python3 "$support/ldap_server.py" ready asked orders < feed 7>&- 2> log &
directory_pid=$!
for _ in $(seq 100); do [ -s ready ] && break; kill -0 $directory_pid || { echo "Bail out! $(cat log)"; exit 1; }; read -rt 0.1 <> <(:); done
port=$(cat ready)
set_to() { "$postern" config set "ldap.$1" "$2" -q; }
find() { "$postern" smime find "$@" --ldap --no-input --fields name,source; }
forget() { local id; for id in $("$postern" smime list --fields id -q); do "$postern" smime remove "$id" --yes -q; done; }
over() {      # over SCHEME MODE [ARGUMENT...]
	local scheme=$1; shift
	: > asked
	printf '%q ' --cert "${host:-host}.pem" --key "${host:-host}.key" "$@" > orders
	set_to server "$scheme://127.0.0.1:$port"
}

run 0 "an account" "$postern" account add alice@example.test --server x.test --offline --no-input --ca-file "$work/ca.pem"
run 2 "without a directory" find grace@example.org
has "says how to name one" "config set ldap.server ldaps://HOST" "$said"
set_to timeout_s 1
set_to base ou=people,dc=example,dc=org

# ---- what it gives, and what is kept of that ----
hers=(--entry grace@example.org 'userCertificate;binary' grace.der)
over ldaps --tls "${hers[@]}"
run 3 "found elsewhere, and not asked" "$postern" smime find grace@example.org --no-input
run 7 "offline" find grace@example.org --offline
has "says that it is forbidden" "--offline forbids it" "$said"
is "nobody was asked" "" "$(cat asked)"
run 3 "a dry run" find grace@example.org --dry-run
run 0 "by ldaps" find grace@example.org
is "hers is found" "grace	ldap" "$out"
is "by her address, below the base, no more than twenty" "search ou=people,dc=example,dc=org limit 20 grace@example.org" "$(tail -n 1 asked)"
: > asked
run 0 "once it is here" find grace@example.org
is "nobody is asked" "" "$(cat asked)"
forget
run 3 "somebody it does not know" find linus@example.org
run 3 "a star is not everybody" find '*'
is "it asks for what was typed" 'search ou=people,dc=example,dc=org limit 20 *' "$(tail -n 1 asked)"
run 3 "nor a filter in an address" find 'x)(mail=*'
is "nor does it add to the question" 'search ou=people,dc=example,dc=org limit 20 x)(mail=*' "$(tail -n 1 asked)"
while IFS='|' read -r why code attribute file; do
	over ldaps --tls --entry grace@example.org "$attribute" "$file"
	run "$code" "$why" find grace@example.org
	forget
done << 'ROWS'
as Active Directory names it|0|userCertificate|grace.der
in other letters|0|USERCERTIFICATE;BINARY|grace.der
PKCS#7, with its chain and another's|0|userSMIMECertificate;binary|grace.p7b
of another|3|userCertificate;binary|mallory.der
its first bytes|3|userCertificate;binary|torn.der
nonsense|3|userSMIMECertificate;binary|nonsense.der
an attribute that nobody asked for|3|cACertificate;binary|grace.der
ROWS
over ldaps --tls --entry grace@example.org 'userSMIMECertificate;binary' grace.p7b --entry grace@example.org 'userCertificate;binary' nonsense.der
run 0 "several values" find grace@example.org
is "only hers is kept" "grace" "$("$postern" smime list --fields name -q)"
run 0 "nobody trusts it for that" "$postern" smime find grace@example.org --fields standing
is "it stands as any other" unknown "$out"
forget
set_to filter '(&(objectClass=person)(|(mail=%m)(proxyAddresses=smtp:%m)))'
run 0 "another filter" find grace@example.org
is "asks for both" "person grace@example.org smtp:grace@example.org" "$(tail -n 1 asked | cut -d ' ' -f 5-)"
forget
for filter in '(mail=grace)' '(mail=%s)' '(mail=%m' 'mail=%m)('; do
	set_to filter "$filter"
	run 2 "a filter that is none: $filter" find grace@example.org
	has "is named" "ldap.filter" "$said"
done
set_to filter '(mail=%m)'

# ---- how it is reached ----
over ldap --starttls "${hers[@]}"
run 0 "by StartTLS" find grace@example.org
is "nothing before it" "starttls search" "$(cut -d ' ' -f 1 asked | xargs)"
forget
over ldap --starttls --manner refuses-tls "${hers[@]}"
run 5 "a server without TLS" find grace@example.org
has "is asked nothing in clear" "nothing is asked in clear" "$said"
is "nothing at all" "starttls" "$(cut -d ' ' -f 1 asked | xargs)"
for manner in inject ahead; do
	over ldap --starttls --manner $manner "${hers[@]}"
	"$postern" smime find grace@example.org --ldap --no-input > /dev/null 2>&1
	is "$manner: what was said in clear is not believed" "" "$("$postern" smime list --fields name -q)"
done
over ldap "${hers[@]}"
set_to plain yes
run 0 "in clear on this machine, where that is allowed" find grace@example.org
is "without TLS" "search" "$(cut -d ' ' -f 1 asked | xargs)"
forget
set_to plain no
host=elsewhere over ldaps --tls "${hers[@]}"
run 5 "a certificate of another host" find grace@example.org
has "is named" "directory.example.org" "$said"
host=elsewhere over ldap --starttls "${hers[@]}"
run 5 "the same by StartTLS" find grace@example.org
is "nothing is asked there" "starttls" "$(cat asked)"
over ldaps --tls "${hers[@]}"
sed -i '/ca_file/d' "$XDG_CONFIG_HOME"/postern/accounts/*.conf
run 5 "an authority nobody knows" find grace@example.org
has "says what to do" "ca_file" "$said"
echo "ca_file = $work/ca.pem" >> "$(echo "$XDG_CONFIG_HOME"/postern/accounts/*.conf)"
LDAPTLS_REQCERT=never LDAPURI=ldap://127.0.0.1:1 LDAPBASE=x run 0 "the environment's word means nothing" find grace@example.org
forget
for server in http://127.0.0.1 ldapi:/// ldap:// ldaps://a.test/dc=x "ldaps://a.test ldaps://b.test" 'ldaps://[::1' ldaps://a.test:70000; do
	set_to server "$server"
	run 2 "not a directory: $server" find grace@example.org
	has "is named" "ldap.server must be" "$said"
done
set_to server ldaps://127.0.0.1:1
run 5 "nobody there" find grace@example.org
has "names host and port" "127.0.0.1:1" "$said"

# ---- who asks ----
set_to bind_dn cn=postern,dc=example,dc=org
over ldaps --tls --name cn=postern,dc=example,dc=org --password s3cret "${hers[@]}"
run 4 "a name without a password" find grace@example.org
has "says what to set" "ldap.password_command" "$said"
is "and is never tried without one" "" "$(cat asked)"
run 0 "a person is asked" type_at "Password of cn=postern,dc=example,dc=org:=>s3cret\n" -- "$postern" smime find grace@example.org --ldap
is "and signed in" "bind cn=postern,dc=example,dc=org s3cret" "$(head -n 1 asked)"
forget
set_to password_command "echo wrong"
run 4 "a wrong password" find grace@example.org
has "says so" "refuses the name or the password" "$said"
lacks "and does not print it" wrong "$said"
set_to password_command false
run 4 "a program that fails" find grace@example.org
set_to password_command "echo s3cret"
run 0 "the right one" find grace@example.org
forget
set_to bind_dn ""

# ---- a hostile one ----
while IFS='|' read -r manner code words; do
	over ldaps --tls --manner "$manner" "${hers[@]}"
	run "$code" "$manner" timeout 20 "$postern" smime find grace@example.org --ldap --no-input
	has "$manner: says what it is" "$words" "$said"
	lacks "$manner: no control characters" $'\x1b' "$said"
	forget
done << 'ROWS'
silent|5|does not answer within 1 s
drip|5|does not answer within 1 s
hangup|5|ended the connection
garbage|5|127.0.0.1
flood|1|more than 20 people
many|1|more than 20 people
long|1|more than 2 MiB
referral|5|points to another server
code-50|7|set ldap.bind_dn
code-32|2|ldap.base
code-80|5|Be off!
ROWS
over ldaps --tls --manner reference "${hers[@]}"
run 0 "references are passed over" find grace@example.org
is "and not followed" "search" "$(cut -d ' ' -f 1 asked | xargs)"
forget
over ldaps --tls --manner cut "${hers[@]}"
run 0 "what came before a size limit is taken" find grace@example.org
finish
