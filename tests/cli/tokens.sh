#!/bin/bash
# Keys on a PKCS#11 token (SoftHSM), put there by other programs: mail is decrypted and signed with them, and no
# PIN is tried that is none.
. "$(dirname "$0")/../support/cli.sh"
umask 077
cd "$work" || exit 1
module=/usr/lib/softhsm/libsofthsm2.so
if ! [ -e $module ] || ! command -v pkcs11-tool > /dev/null; then
	tap 0 "tokens # SKIP SoftHSM or pkcs11-tool is not installed"
	finish
	exit
fi
export SOFTHSM2_CONF=$work/softhsm2.conf
mkdir tokens
printf 'directories.tokendir = %s\nobjectstore.backend = file\n' "$work/tokens" > "$SOFTHSM2_CONF"
softhsm2-util --init-token --free --label cards --so-pin 87654321 --pin 123456 > log
id=0
for kind in "rsa -pkeyopt rsa_keygen_bits:2048" "ec -pkeyopt ec_paramgen_curve:P-256"; do
	name=${kind%% *} id=$((id + 1))
	openssl genpkey -algorithm $kind -outform DER -out $name.key 2> /dev/null
	openssl req -x509 -key $name.key -keyform DER -subj "/CN=Alice $name" -addext subjectAltName=email:alice@example.test -days 20 -out $name.pem
	openssl x509 -in $name.pem -outform DER -out $name.der
	tool() { pkcs11-tool --module $module --token-label cards --login --pin 123456 --id 0$id "$@" >> log 2>&1; }
	tool --write-object $name.key --type privkey --usage-sign --usage-decrypt --usage-derive || note "$(cat log)"
	tool --write-object $name.der --type cert || note "$(cat log)"
	{ printf 'From: alice@example.test\r\n'; printf 'Content-Type: text/plain\r\n\r\nHello\r\n' | openssl cms -encrypt -aes-256-gcm -binary $name.pem; } > $name.eml
done

decrypt() { "$postern" smime decrypt "$@"; }
run 3 "without the setting" decrypt rsa.eml
run 0 "the module is set" "$postern" config set smime.pkcs11_module $module
for name in rsa ec; do
	run 0 "$name: decrypts with the PIN of a descriptor" decrypt $name.eml --password-fd 3 3<<< 123456
	has "$name: to what was written" "Hello" "$out"
done
run 0 "a person is asked" python3 "$POSTERN_TOP/tests/support/type.py" "PIN of cards:=>123456\n" -- "$postern" smime decrypt rsa.eml
has "and the mail opens" "Hello" "$out"
lacks "the PIN is not shown" "123456" "$out"
run 4 "nobody can be asked" decrypt rsa.eml --no-input
has "says what is missing" "the PIN of “cards” is needed, and nobody can be asked" "$said"
run 4 "a wrong PIN" decrypt rsa.eml --password-fd 3 3<<< 654321
has "is told" "“cards” refused the PIN" "$said"
run 0 "the right one, then" decrypt rsa.eml --password-fd 3 3<<< 123456
openssl pkey -inform DER -in rsa.key -out rsa.pem.key
openssl pkcs12 -export -inkey rsa.pem.key -in rsa.pem -passout pass:123456 -out rsa.p12 2> log
run 0 "a password is that of the file that is named" decrypt rsa.eml --identity rsa.p12 --password-fd 3 3<<< 123456
run 0 "with a store, in which one of them is" "$postern" smime import ec.pem
run 0 "the keys on the token are one's own" "$postern" smime list --own --fields name
has "both of them" "Alice rsa" "$out"
has "by name" "Alice ec" "$out"
run 0 "and open mail" "$postern" smime decrypt ec.eml --password-fd 3 3<<< 123456
has "as without one" "Hello" "$out"

# --- a mail that leaves
sim_start
add_account > /dev/null
"$postern" sync --once -q
for name in rsa ec; do "$postern" smime trust $name.pem --yes -q > /dev/null; done
send() { python3 "$POSTERN_TOP/tests/support/type.py" "$@" -- "$postern" mail send --to alice@example.test -s Tokens --body Hello --sign --encrypt; }
run 4 "it cannot be signed where nobody can be asked" "$postern" mail send --to alice@example.test -s Tokens --body Hello --sign --no-input
has "which is said" "nobody can be asked for it" "$said"
run 4 "nor with a wrong PIN" send "PIN of cards:=>654321\n"
has "as is this" "refused the PIN" "$out"
is "nothing waits" "" "$("$postern" outbox list)"
is "nothing has left" "" "$(sim_order submissions)"
run 0 "with the right one it leaves" send "PIN of cards:=>123456\n"
is "once" 1 "$(sim_order submissions | wc -l)"
"$postern" sync --once -q
"$postern" mail show --raw "$("$postern" mail list -f sent --fields id,subject | sed -n 's/\tTokens$//p' | head -1)" > sent.eml
lacks "encrypted" "Hello" "$(cat sent.eml)"
run 0 "and signed" "$postern" smime verify sent.eml --password-fd 3 --json 3<<< 123456
has "within what is encrypted" '"layers":["encrypted' "$out"
has "and the verdict is good" '"verdict":"good"' "$out"

run 0 "a draft, for somebody in Bcc as well" "$postern" mail send --to alice@example.test --bcc bob@example.test -s Kept --body Hello --sign --encrypt --draft
id=$out
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout bob.key -subj /CN=Bob -addext subjectAltName=email:bob@example.test -days 20 -out bob.pem 2> log
"$postern" smime import bob.pem -q > /dev/null
"$postern" smime trust bob.pem --yes -q > /dev/null
sim_order clear-submissions > /dev/null
run 0 "is signed when it is sent" python3 "$POSTERN_TOP/tests/support/type.py" "PIN of cards:=>123456\n" -- "$postern" draft send "$id"
is "and leaves as two" 2 "$(sim_order submissions | wc -l)"
"$postern" sync --once -q
is "none of which is a draft any more" "" "$("$postern" draft list)"
for one in $("$postern" mail list -f sent --fields id,subject | sed -n 's/\tKept$//p'); do "$postern" mail show --raw "$one" > "kept-$one.eml"; done
is "one for her alone, who is the sender, and one for him and her" "1 2" "$(for file in kept-*.eml; do openssl cms -cmsout -print -in "$file" 2> /dev/null | grep -cE 'd\.(kari|ktri)'; done | sort | xargs)"

run 0 "another module" "$postern" config set smime.pkcs11_module /nowhere/module.so
run 2 "that is none" decrypt rsa.eml
has "is named" "/nowhere/module.so is no PKCS#11 module" "$said"
is "nothing of it was kept" "" "$(grep -rl -e 123456 "$XDG_CONFIG_HOME" "$XDG_DATA_HOME" "$XDG_STATE_HOME" 2> /dev/null)"
finish
