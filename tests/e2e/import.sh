#!/bin/bash
# A key that came attached, as an old program wrote it, is imported on a real terminal (tmux) against the simulator: its password is
# asked for, it opens what comes next, and neither the file nor its password is in any file of ours.
. "${POSTERN_TOP:?}/tests/support/tui.sh"
password=Zwetschgenknoedel
mkdir "$work/own"
cd "$work/own" || exit 1
{
	openssl req -x509 -newkey rsa:2048 -nodes -keyout alice.key -subj /CN=Alice -addext subjectAltName=email:alice@example.test -days 20 -out alice.pem
	openssl pkcs12 -export -legacy -inkey alice.key -in alice.pem -passout "pass:$password" -out alice.p12
	openssl cms -encrypt -aes-256-gcm -binary -out part alice.pem <<< $'Content-Type: text/plain\r\n\r\nThe tide turns at six\r'
} > log 2>&1 || sed 's/^/# /' log
base64 -w 76 alice.p12 > base64
{ printf '%s\r\n' "From: grace@example.org" "To: alice@example.test" "Subject: keys" "Date: $(date -uR)" "MIME-Version: 1.0" \
	"Content-Type: multipart/mixed; boundary=m" "" "--m" "Content-Type: text/plain" "" "Yours" "--m" "Content-Type: application/x-pkcs12" \
	"Content-Transfer-Encoding: base64" "Content-Disposition: attachment; filename=alice.p12" ""; sed 's/$/\r/' base64; printf -- '--m--\r\n'; } > keys.eml
{ printf '%s\r\n' "From: grace@example.org" "To: alice@example.test" "Subject: secret" "Date: $(date -uR)"; sed 's/\r*$/\r/' part; } > secret.eml
cd "$POSTERN_TOP" || exit 1

echo "1..12"
start_simulator --empty
add_account
order "deliver file=$work/own/keys.eml" > /dev/null
start_postern 100 30
wait_for "keys"
keys g g; keys v
see "alice.p12" "the file is listed"
keys i
see "alice.p12 has a password." "its password is asked for"
type falsch; keys Enter
see "alice.p12: " "a wrong one is told"
type $password; keys Enter
see "Use the key of Alice" "and what it is for"
keys Enter
see "Imported: Alice <alice@example.test>: to sign and to decrypt with" "it is kept"
keys g C
see "own       Alice" "the page of certificates has it"
keys t; see "Is the fingerprint its own?" "it is looked at before it is trusted"
keys y; see "Alice: trusted by your word." "and is, then"
keys q; keys q; keys q
order "deliver file=$work/own/secret.eml" > /dev/null
wait_for "secret"; keys g g; keys Enter
see "The tide turns at six" "and opens what comes next"
ours=("$XDG_DATA_HOME" "$XDG_STATE_HOME" "$XDG_CACHE_HOME" "$XDG_CONFIG_HOME" "$XDG_RUNTIME_DIR")
! grep -rqF -e "$password" -e "$(sed -n 5p "$work/own/base64")" "${ours[@]}" 2> /dev/null; tap $? "no file of ours has the password, or the key"
tap "$(find "${ours[@]}" -name '*.p12*' 2> /dev/null | grep -q .; [ $? = 1 ]; echo $?)" "nor its name"
keys q q; wait_for "Quit Postern?"; keys y; wait_for "over: 0"
screen | grep -qE 'ERROR|Sanitizer'; tap "$([ $? = 1 ]; echo $?)" "without complaint"
exit $failed
