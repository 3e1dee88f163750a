#!/bin/bash
# Mail that is signed and encrypted when it leaves, against the simulator: what the server holds is read with openssl and by
# the Postern of who gets it; what cannot be encrypted to somebody does not leave, and nothing is left in clear.
. "$(dirname "$0")/../support/cli.sh"
umask 077
cd "$work" || exit 1
canary=the-canary-sings

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
END
issue() {      # issue NAME [CA]
	local ca=${2:-anchor}
	printf 'basicConstraints = CA:FALSE\nkeyUsage = digitalSignature,keyEncipherment\nextendedKeyUsage = emailProtection\nsubjectAltName = email:%s@example.test\n' "$1" > ee.cnf
	openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048 -out "$1.key"
	openssl req -new -key "$1.key" -subj "/CN=$1" -config x509.cnf |
		openssl x509 -req -CA "$ca.pem" -CAkey "$ca.key" -CAcreateserial -days 200 -extfile ee.cnf -out "$1.pem"
	cat "$1.key" "$1.pem" > "$1.id"
}
{
	openssl req -x509 -newkey rsa:2048 -nodes -keyout anchor.key -config x509.cnf -extensions ca -days 300 -out anchor.pem
	openssl req -x509 -newkey rsa:2048 -nodes -keyout other.key -config x509.cnf -extensions ca -days 300 -out other.pem
	issue alice; issue bob; issue carol; issue eve other
} 2> log || note "$(cat log)"

sim_start
submissions() { sim_order submissions; }
forget() { sim_order clear-submissions; sim_order clear-ledger; }
in_clear() { sim_order ledger | grep -c '"watched":true'; }     # requests with the text in their bodies
sim_order "watch text=$canary"
at_bob() {      # Postern as Bob has it
	XDG_CONFIG_HOME=$work/bob/config XDG_DATA_HOME=$work/bob/data XDG_STATE_HOME=$work/bob/state XDG_CACHE_HOME=$work/bob/cache \
		XDG_RUNTIME_DIR=$work/bob/run "$postern" "$@"
}
mkdir -p -m 700 bob/run
add_account > /dev/null
"$postern" sync --once -q
at_bob account add bob@example.test --server "$url" --user bob --ca-file "$ca" --no-input --quiet \
	--password-command "echo $(sed -n 's/^user=bob password=//p' "$work/ready")"
send() { "$postern" mail send --no-input --body "$canary" -s "$@"; }
sent() {        # sent SUBJECT FILE: the bytes that the server has of it
	"$postern" sync --once -q && "$postern" mail show --raw "$("$postern" mail list -f sent --fields id,subject | sed -n "s/\t$1\$//p" | head -1)" > "$2"
}

# ---- without a key ----
run 3 "nobody to sign" send Unsigned --to bob@example.test --sign
has "says so, and what to do" "no key to sign with as alice@example.test: import one (postern smime import)" "$said"
run 3 "nobody to encrypt to" send Open --to bob@example.test --encrypt
has "names who" "nothing can be encrypted to bob@example.test" "$said"
is "nothing has left" "" "$(submissions)"
is "nothing waits" "" "$("$postern" outbox list)"
"$postern" smime import alice.id --role both -q --no-input > /dev/null
"$postern" smime trust anchor.pem --yes -q > /dev/null
"$postern" smime import bob.pem -q --no-input > /dev/null

# ---- signed and encrypted ----
run 0 "both" send Secret --to bob@example.test --sign --encrypt
is "is sent once" 1 "$(submissions | wc -l)"
sent Secret secret.eml
lacks "the server cannot read it" "$canary" "$(cat secret.eml)"
has "it is enveloped" "smime-type=" "$(cat secret.eml)"
openssl cms -decrypt -in secret.eml -recip bob.pem -inkey bob.key -out inner.eml 2> log || note "$(cat log)"
has "openssl decrypts what is signed" "multipart/signed" "$(cat inner.eml)"
openssl cms -verify -in inner.eml -CAfile anchor.pem -purpose any -out text.eml 2> log || note "$(cat log)"
has "and verifies it" "$canary" "$(cat text.eml)"
openssl cms -decrypt -in secret.eml -recip alice.pem -inkey alice.key -out own.eml 2> log || note "$(cat log)"
has "who sent it can read it too" multipart/signed "$(cat own.eml)"
at_bob smime import bob.id --role both -q --no-input > /dev/null
at_bob smime trust anchor.pem --yes -q > /dev/null
at_bob sync --once -q
id=$(at_bob mail list --fields id,subject | sed -n 's/\tSecret$//p')
run 0 "it is with Bob" at_bob mail show "$id" --verdict
has "whose Postern calls it good" "Good signature of the sender" "$out"
at_bob mail show "$id" --raw > bobs.eml
run 0 "and opens it" at_bob smime decrypt bobs.eml
has "with its text" "$canary" "$out"
run 0 "signed alone" send Signed --to bob@example.test --sign
sent Signed signed.eml
run 0 "is a mail for everybody" "$postern" smime verify signed.eml
has "in clear" "$canary" "$(cat signed.eml)"
run 0 "opaque" "$postern" config set compose.sign_opaque yes
run 0 "signed alone" send Opaque --to bob@example.test --sign
sent Opaque opaque.eml
has "is one part" "smime-type=signed-data" "$(cat opaque.eml)"
run 0 "as before" "$postern" config set compose.sign_opaque no

# ---- somebody cannot be reached ----
forget
run 3 "one without a certificate" send Stopped --to 'bob@example.test, dave@example.test' --cc erin@example.test --encrypt
has "names all of them" "nothing can be encrypted to dave@example.test, erin@example.test" "$said"
"$postern" smime import eve.pem -q --no-input > /dev/null
run 3 "one whom nobody vouches for" send Stopped --to eve@example.test --encrypt
has "is named" "vouches for the certificate of eve@example.test" "$said"
is "nothing has left" "" "$(submissions)"
is "nothing waits" "" "$("$postern" outbox list)"
run 0 "one that is taken away later" send Later --to bob@example.test --encrypt --queue
"$postern" smime remove "$("$postern" smime find bob@example.test --fields id)" --yes -q
run 6 "a sync" "$postern" sync --once -q
is "does not send it" "" "$(submissions)"
is "it waits with the reason" "failed	nothing can be encrypted to bob@example.test: no valid certificate is here (postern smime import adds one)" \
	"$("$postern" outbox list --fields state,error)"
"$postern" smime import bob.pem -q --no-input > /dev/null
run 0 "until it can" "$postern" outbox retry "$("$postern" outbox list --fields id)"
is "and leaves" 1 "$(submissions | wc -l)"
is "nothing was in clear" 0 "$(in_clear)"

# ---- people of Bcc ----
forget
"$postern" smime import carol.pem -q --no-input > /dev/null
run 0 "with Bcc" send Copies --to bob@example.test --bcc carol@example.test --sign --encrypt
is "are two mails" 2 "$(submissions | wc -l)"
is "with two names" 2 "$(submissions | cut -f 3,4 | sort -u | wc -l)"
got() { sim_order "list user=$1" | grep -c "	$2\$"; }
is "one to each" "1 1" "$(got bob Copies) $(got carol Copies)"
at_bob sync --once -q
at_bob mail show "$(at_bob mail list --fields id,subject | sed -n 's/\tCopies$//p')" --raw > bobs.eml
lacks "nobody stands in Bob's" carol "$(cat bobs.eml)"
is "nor in whom it is for" 2 "$(openssl cms -cmsout -print -in bobs.eml 2> /dev/null | grep -c 'd.ktri')"
is "nothing waits" "" "$("$postern" outbox list)"
forget
run 0 "held back" sim_order fault cmd=SendMail nth=2 status=116
run 5 "one of them refused" send Refused --to bob@example.test --bcc carol@example.test --encrypt
is "it alone waits, and says for whom" "failed	carol@example.test" "$("$postern" outbox list --fields state,to)"
run 0 "retry" "$postern" outbox retry "$("$postern" outbox list --fields id)"
is "each has one" "1 1" "$(got bob Refused) $(got carol Refused)"
forget
run 0 "a lost answer for one" sim_order fault cmd=SendMail nth=2 lose=1
run 0 "with Bcc" send Lost --to bob@example.test --bcc carol@example.test --encrypt
is "each is sent once" "1 1 2" "$(got bob Lost) $(got carol Lost) $(submissions | wc -l)"

# ---- drafts ----
forget
run 0 "a draft of it" send Draft --to bob@example.test --encrypt --draft
id=$out
is "says what it is" "no	yes" "$("$postern" draft list --fields sign,encrypt)"
has "and shows it" "Encrypt: yes" "$("$postern" draft show "$id")"
run 0 "a sync" "$postern" sync --once -q
lacks "leaves it here" "	Draft" "$(sim_order "list folder=Drafts")"
run 0 "draft edit" "$postern" draft edit "$id" <<< "From: alice@example.test
To: bob@example.test
Subject: Draft

$canary again"
run 0 "changed, it is sent" "$postern" draft send "$id"
sent Draft draft.eml
has "encrypted still" "nveloped-data" "$(cat draft.eml)"
is "nothing was in clear" 0 "$(in_clear)"
run 0 "one in clear" send Plain --to bob@example.test --draft
run 0 "a sync" "$postern" sync --once -q
has "goes to the server" Plain "$(sim_order "list folder=Drafts")"

# ---- answers to what came encrypted ----
at_bob smime import alice.pem -q --no-input > /dev/null
forget
id=$(at_bob mail list --fields id,subject | sed -n 's/\tSecret$//p')
run 7 "not in clear" at_bob mail reply "$id" --no-input --body No --no-encrypt
has "and that is said" "this answers an encrypted mail" "$said"
run 3 "nor to somebody else" at_bob mail reply "$id" --no-input --body No --cc dave@example.test
is "nothing has left" "" "$(submissions)"
run 0 "but encrypted by itself" at_bob mail reply "$id" --no-input --body "Yes."
"$postern" sync --once -q
"$postern" mail show --raw "$("$postern" mail list --fields id,subject | sed -n 's/\tRe: Secret$//p' | head -1)" > reply.eml
has "as it is" "nveloped-data" "$(cat reply.eml)"
run 0 "with what it answers" "$postern" smime decrypt reply.eml
has "in it" "$canary" "$out"
is "nothing was in clear" 0 "$(in_clear)"

# ---- settings, and programs ----
forget
run 2 "both and neither" send x --to bob@example.test --sign --no-sign
run 0 "by the settings" "$postern" config set compose.encrypt if-possible
run 0 "who can be reached" send Possible --to bob@example.test
sent Possible possible.eml
lacks "reads it alone" "$canary" "$(cat possible.eml)"
run 0 "who cannot" send Impossible --to dave@example.test
sent Impossible impossible.eml
has "gets it in clear" "$canary" "$(cat impossible.eml)"
run 0 "always" "$postern" config set compose.encrypt yes
run 0 "and signed" "$postern" config set compose.sign yes
run 3 "then not in clear" send x --to dave@example.test
run 0 "but by word" send Open --to dave@example.test --no-encrypt --no-sign
sent Open open.eml
has "as it is" "Content-Type: text/plain" "$(cat open.eml)"
[ "$(in_clear)" -gt 0 ]; tap $? "which would have been seen"
forget
printf 'To: bob@example.test\nBcc: carol@example.test\nSubject: Program\n\n%s\n' "$canary" > raw
run 0 "sendmail follows them" "$postern" sendmail -t < raw
is "in copies" 2 "$(submissions | wc -l)"
sent Program program.eml
lacks "of secrets" "$canary" "$(cat program.eml)"
sed -i s/bob/dave/ raw
run 3 "or refuses" "$postern" sendmail -t < raw
has "and says why" "dave@example.test" "$said"
is "nothing was in clear" 0 "$(in_clear)"
finish
