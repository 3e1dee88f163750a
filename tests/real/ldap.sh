#!/bin/bash
# Certificates of others from OpenLDAP's own server, as its tools put them there: by ldaps and by StartTLS, with a name and without.
. "$(dirname "$0")/../support/cli.sh"
slapd=$(PATH=$PATH:/usr/sbin command -v slapd) && command -v ldapadd > /dev/null && [ -e /etc/ldap/schema/inetorgperson.schema ] ||
	{ echo "1..0 # SKIP needs slapd and ldap-utils: contrib/install-packages real"; exit 0; }
umask 077
# AppArmor and the like let slapd read where servers keep theirs.
home=$(mktemp -d /var/tmp/postern-ldap.XXXXXX) || exit 1
slapd_pid=
trap '[ -n "$slapd_pid" ] && kill "$slapd_pid" 2> /dev/null && wait "$slapd_pid"; rm -rf "$home"; clean_up' EXIT
cd "$home" || exit 1
mkdir db

printf '[req]\ndistinguished_name = dn\nprompt = no\n[dn]\nCN = Lab CA\n[ca]\nbasicConstraints = critical,CA:TRUE\nkeyUsage = critical,keyCertSign\n' > cnf
issue() {     # issue NAME EXTENSION...
	printf '%s\n' "${@:2}" > ee
	openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -subj "/CN=$1" -config cnf -out "$1.csr" &&
		openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 20 -extfile ee -out "$1.pem" &&
		openssl x509 -in "$1.pem" -outform DER -out "$1.der"
}
{
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -config cnf -extensions ca -days 30 -out ca.pem
	for name in grace hopper linus; do issue $name "subjectAltName = email:$name@example.test" "keyUsage = digitalSignature,keyEncipherment"; done
	issue host "subjectAltName = IP:127.0.0.1"
	openssl crl2pkcs7 -nocrl -certfile hopper.pem -certfile ca.pem -outform DER -out hopper.p7b
} 2> log || note "$(cat log)"

cat > slapd.conf <<END
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
referral ldap://elsewhere.invalid
pidfile $home/pid
TLSCACertificateFile $home/ca.pem
TLSCertificateFile $home/host.pem
TLSCertificateKeyFile $home/host.key
database mdb
suffix dc=example,dc=test
directory $home/db
rootdn cn=admin,dc=example,dc=test
rootpw s3cret
access to dn.subtree="ou=hidden,dc=example,dc=test" by dn.exact="cn=reader,dc=example,dc=test" read by anonymous auth
access to attrs=userPassword by anonymous auth
access to * by * read
END
person() { printf 'dn: cn=%s,%s,dc=example,dc=test\nobjectClass: inetOrgPerson\ncn: %s\nsn: %s\nmail: %s@example.test\n%s:< file://%s\n\n' "$1" "$2" "$1" "$1" "$1" "$3" "$4"; }
{
	printf 'dn: dc=example,dc=test\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n\n'
	for unit in people hidden; do printf 'dn: ou=%s,dc=example,dc=test\nobjectClass: organizationalUnit\nou: %s\n\n' $unit $unit; done
	printf 'dn: cn=reader,dc=example,dc=test\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: reader\nuserPassword: r3ader\n\n'
	person grace ou=people 'userCertificate;binary' "$home/grace.der"
	person hopper ou=people 'userSMIMECertificate' "$home/hopper.p7b"
	person linus ou=hidden 'userCertificate;binary' "$home/linus.der"
	person mallory ou=people 'userCertificate;binary' "$home/grace.der"
} > people.ldif

is_open() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }
free_port() { local p; for p in $(seq "$1" $(($1 + 200))); do is_open "$p" || { echo "$p"; return; }; done; }
plain=$(free_port 24800) secure=$(free_port $((plain + 1)))
"$slapd" -d 0 -f slapd.conf -h "ldap://127.0.0.1:$plain ldaps://127.0.0.1:$secure" > log 2>&1 & slapd_pid=$!
for _ in $(seq 100); do is_open "$plain" && is_open "$secure" && break; kill -0 $slapd_pid 2> /dev/null || break; read -rt 0.1 <> <(:); done
kill -0 $slapd_pid 2> /dev/null || { echo "Bail out! slapd: $(cat log)"; exit 1; }
run 0 "its own tools fill it" env LDAPTLS_CACERT="$home/ca.pem" ldapadd -ZZ -H "ldap://127.0.0.1:$plain" -x -D cn=admin,dc=example,dc=test -w s3cret -f people.ldif
[ -z "$said" ] || note "$said"

set_to() { "$postern" config set "ldap.$1" "$2" -q; }
find() { "$postern" smime find "$1@example.test" --ldap --no-input --fields name,source; }
forget() { local id; for id in $("$postern" smime list --fields id -q); do "$postern" smime remove "$id" --yes -q; done; }
run 0 "an account" "$postern" account add alice@example.test --server x.test --offline --no-input --ca-file "$home/ca.pem"
set_to base dc=example,dc=test
for server in "ldaps://127.0.0.1:$secure" "ldap://127.0.0.1:$plain"; do
	set_to server "$server"
	run 0 "$server: userCertificate" find grace
	is "is hers" "grace	ldap" "$out"
	run 0 "$server: userSMIMECertificate" find hopper
	is "is hers, too" "hopper	ldap" "$out"
	run 3 "$server: another's certificate under a name" find mallory
	run 3 "$server: nobody" find nobody
	run 3 "$server: what is hidden" find linus
	forget
done
set_to plain yes
run 0 "in clear on this machine" find grace
forget
set_to plain no
set_to bind_dn cn=reader,dc=example,dc=test
set_to password_command "echo wrong"
run 4 "a wrong password" find linus
set_to password_command "echo r3ader"
run 0 "who may, finds what is hidden" find linus
is "his" "linus	ldap" "$out"
set_to bind_dn "no name"
run 2 "a name that is none" find grace
has "is named" "ldap.bind_dn" "$said"
set_to bind_dn ""
set_to base dc=elsewhere
run 5 "a base that another server has" find grace
set_to base ou=nowhere,dc=example,dc=test
run 2 "a base that is not there" find grace
has "is named" "ldap.base" "$said"
finish
