#!/bin/bash
# Mail that no program would write: parts without end, nested out of sight, headers without measure, bytes that are no text, subjects
# that are paths. Each is listed, shown and exported to the byte, in little memory; no name leads out of the export's folder; what is
# beside it arrives as ever.
. "$(dirname "$0")/../support/cli.sh"
mkdir "$work/corpus"
python3 - "$work/corpus" <<- 'END'
	import sys
	folder = sys.argv[1]
	head = b"From: b@example.test\r\nTo: alice@example.test\r\nDate: Tue, 03 Mar 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
	def put(name, rest, begin=head):
	    open(f"{folder}/{name}.eml", "wb").write(begin + rest)
	def subject(name, text):
	    put("subject-" + name, b"Subject: " + text + b"\r\n\r\nThe subject of " + name.encode() + b" is hostile.\r\n")
	nest = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(400))
	put("plain", b"Subject: Plain\r\n\r\nNothing is wrong here.\r\n")
	put("no-header", b"\r\nOnly a body.\r\n", b"")
	put("no-text", b"\0\1\2\xff\xfe\r\n\0\0", b"")
	put("no-boundary", b"Subject: x\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n--\r\nfoo\r\n")
	put("no-base64", b"Subject: x\r\nContent-Type: application/pdf; name=x.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n****\r\n")
	put("no-charset", b"Subject: =?x-no?B?////?=\r\nContent-Type: text/plain; charset=x-nope\r\n\r\n\xff\xfe\x1b[2J\r\n")
	put("nested", b"Subject: x\r\n" + nest + b"Content-Type: text/plain\r\n\r\nInnermost.\r\n")
	put("parts", b"Subject: x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\nhi\r\n" * 5000 + b"--x--\r\n")
	put("headers", b"Subject: x\r\n" + b"".join(b"X-H%d: v\r\n" % i for i in range(20000)) + b"\r\nbody\r\n")
	put("header", b"Subject: x\r\nX-Big: " + b"x" * 3000000 + b"\r\n\r\nbody\r\n")
	put("people", b"Subject: x\r\nCc: " + b", ".join(b"a%d@example.test" % i for i in range(30000)) + b"\r\n\r\nbody\r\n")
	put("zeros", b"Subject: x\r\nContent-Type: application/x-disk; name=d\r\nContent-Transfer-Encoding: base64\r\n\r\n" + (b"A" * 76 + b"\r\n") * 40000)
	subject("path", b"../../../../tmp/x")
	subject("absolute", b"/etc/passwd")
	subject("backslash", b"..\\..\\x")
	subject("dots", b"..")
	subject("hidden", b".profile")
	subject("dash", b"-rf")
	subject("device", b"CON")
	subject("device-dot", b"nul.txt")
	subject("control", b"a\x01\x1b[2J\x7fb")
	subject("encoded", b"=?utf-8?Q?a=00b=0A=2Fc=1B]0;x=07?=")
	subject("bidi", "a\u202egpj.exe".encode())
	subject("long", b"L" * 10000)
	subject("long-wide", "\u00e4".encode() * 5000)
	subject("same", b"One?name")
	subject("same-too", b"One*name")
	subject("same-case", b"One:name")
	subject("none", b"")
	subject("link", b"link")
	subject("dangling", b"dangling")
	subject("manifest", b"manifest.sha256")
END
files=("$work"/corpus/*.eml)
sim_start --corpus "$work/corpus" --now 2026-03-04T09:00:00Z
add_account --sync-window all
run_within 96 0 "a sync of hostile mail" "$postern" sync --once --no-input -q
is "is silent" "" "$said"
run 0 "the list" "$postern" mail list --all --fields id
is "has each" "${#files[@]}" "$(sort -u <<< "$out" | wc -l)"
lacks "and nothing that steers the terminal" $'\033' "$("$postern" mail list --all)"

# Those whose inside is hostile: their text or none, and the source to the byte.
ids=$("$postern" mail list --all --fields id,subject | awk -F'\t' '$2 == "x" || $2 == "" || $2 ~ /^[^ -~]/ || $2 ~ /^a/ { print $1 }')
troubles=0
for id in $ids; do
	timeout 20 "$postern" mail show "$id" > "$work/shown" 2> "$work/said" && [ ! -s "$work/said" ] && ! grep -q $'\033' "$work/shown" ||
		{ troubles=$((troubles + 1)); note "$id: $(head -c 300 "$work/said")"; }
	"$postern" mail show "$id" --raw | sha256sum | cut -d' ' -f1
done > "$work/raw"
is "each can be shown" 0 "$troubles"
[ "$(wc -l < "$work/raw")" -ge 12 ]; tap $? "and there are many"
is "its source is the server's, to the byte" "" "$(sha256sum "${files[@]}" | cut -d' ' -f1 | sort | comm -13 - <(sort "$work/raw"))"
run_within 64 0 "thirty thousand people" "$postern" mail show "$("$postern" mail search cc:a29999 --fields id)"

# What waits in the folder is not followed and not overwritten.
out_dir=$work/x/out
mkdir -p "$out_dir"
echo "not yours" > "$work/x/theirs"
ln -s ../theirs "$out_dir/link.eml"
ln -s ../made "$out_dir/dangling.eml"
run_within 96 0 "an export by subject" "$postern" export mail --out "$out_dir" --name "{subject}" --no-input -q
is "says nothing" "" "$said"
is "a link is not followed" "not yours" "$(cat "$work/x/theirs")"
is "and nothing lies outside" $'out\ntheirs' "$(ls -A "$work/x")"
is "each mail has a file, to the byte" "$(sha256sum "${files[@]}" | cut -d' ' -f1 | sort)" \
	"$(find "$out_dir" -type f -name '*.eml' -exec sha256sum {} + | cut -d' ' -f1 | sort)"
(cd "$out_dir" && LC_ALL=C ls -A | grep -vE '^[^-.[:cntrl:]/\\:*?"<>|][^[:cntrl:]/\\:*?"<>|]{0,199}$') > "$work/odd"
is "no name is odd" "" "$(cat "$work/odd")"
is "nor a device's" "" "$(ls -A "$out_dir" | grep -iE '^(con|nul)\.')"
is "nor turns the direction of writing" "" "$(ls -A "$out_dir" | grep -F $'\u202e')"
(cd "$out_dir" && sha256sum --quiet -c manifest.sha256) > "$work/sums" 2>&1; tap $? "the manifest agrees"

mkdir "$work/x/next"
ln -s ../made "$work/x/next/manifest.sha256"
run 1 "a manifest that is a link" "$postern" export mail --out "$work/x/next" --no-input -q
has "is refused by name, with the remedy" "$work/x/next/manifest.sha256 is a symbolic link; remove it, or choose another folder" "$said"
[ ! -e "$work/x/made" ]; tap $? "and nothing is written through it"

finish
