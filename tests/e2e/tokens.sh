#!/bin/bash
# A key on a PKCS#11 token (SoftHSM), on a real terminal (tmux) against the simulator: what was encrypted to it is opened with the
# PIN, which is asked for once, and again after the screens were locked; a mail is signed with it, and no PIN is anywhere.
. "${POSTERN_TOP:?}/tests/support/tui.sh"
module=/usr/lib/softhsm/libsofthsm2.so postern=$POSTERN_BUILD/postern pin=48151623 passphrase="korrektes Pferd"
if ! [ -e $module ] || ! command -v pkcs11-tool > /dev/null; then
	echo "1..0 # SKIP SoftHSM or pkcs11-tool is not installed"
	exit 0
fi
export SOFTHSM2_CONF=$work/softhsm2.conf
mkdir "$work/tokens"
printf 'directories.tokendir = %s\nobjectstore.backend = file\n' "$work/tokens" > "$SOFTHSM2_CONF"
{
	softhsm2-util --init-token --free --label cards --so-pin 87654321 --pin $pin
	openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048 -outform DER -out "$work/alice.key"
	openssl req -x509 -key "$work/alice.key" -keyform DER -subj /CN=Alice -addext subjectAltName=email:alice@example.test -days 20 -out "$work/alice.pem"
	openssl x509 -in "$work/alice.pem" -outform DER -out "$work/alice.der"
	for one in "alice.key --type privkey --usage-sign --usage-decrypt" "alice.der --type cert"; do
		pkcs11-tool --module $module --token-label cards --login --pin $pin --id 01 --write-object "$work/"$one
	done
} > "$work/made" 2>&1 || sed 's/^/# /' "$work/made"
rm -f "$work/alice.key"
{
	printf '%s\r\n' "From: grace@example.org" "To: alice@example.test" "Subject: secret" "Date: $(date -uR)"
	printf 'Content-Type: text/plain\r\n\r\nThe tide turns at six\r\n' | openssl cms -encrypt -aes-256-gcm -binary "$work/alice.pem" | sed 's/\r*$/\r/'
} > "$work/secret.eml"
give() { type "$1"; keys Enter; }

echo "1..16"
start_simulator --empty
add_account
"$postern" config set vault.cache_min 0 -q
"$postern" config set compose.send_hold_s 0 -q
"$postern" config set smime.pkcs11_module $module -q
"$postern" smime trust "$work/alice.pem" --yes -q
"$postern" passwd --new-passphrase-fd 3 -q 3<<< "$passphrase"; tap $? "a passphrase opens the store"
tm new-session -d -s "$seat" -x 100 -y 30 "exec env PS1='shell> ' bash --norc --noprofile -i"
wait_for "shell>"; say "'$postern'"
wait_for "Passphrase of the store:"; give "$passphrase"
wait_for "online"
order "deliver file=$work/secret.eml" > /dev/null
wait_for "secret"
keys g g
see "the PIN of “cards” is needed" "the mail in the list stays closed"
keys Enter
see "PIN of cards:" "opened, it asks for the PIN"
give 11111111
see "has refused a PIN" "a wrong one is told"
give $pin
see "The tide turns at six" "the right one opens it"
keys q; keys Enter
see "The tide turns at six" "and it opens again without one"
keys r; see "> The tide turns at six" "it is answered"
keys Escape; wait_for "y Send"
see "encrypted" "in secret, as it came"
keys c; wait_for "Cc: "; keys C-u; say "alice@example.test"; keys t; wait_for "To: "; keys C-u; say "alice@example.test"
keys X; see "signed by Alice, encrypted" "and with the key on the token"
keys y
has submissions "Re: secret" "it is sent without another question"
keys g l
see "Postern is locked" "locked"
give "$passphrase"
wait_for "Re: secret"
keys g g; keys Enter
see "PIN of cards:" "the token has forgotten the PIN"
keys Escape
miss "PIN of cards:" "which need not be given now"
keys g K; wait_for "PIN of cards:"; give $pin
see "[+] Good signature" "one's own mail is signed"
tap "$(grep -rlF $pin "$work" --exclude-dir=tmux --exclude=made; [ $? = 1 ]; echo $?)" "the PIN is in no file"
keys q q; wait_for "Quit Postern?"; keys y; wait_for "shell>"
screen | grep -qE 'ERROR|Sanitizer'; tap "$([ $? = 1 ]; echo $?)" "without complaint"
exit $failed
