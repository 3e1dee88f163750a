#!/bin/bash
# Holds every #include of src/ to src/FLOORS, and src/FLOORS to what is used; compiles each header alone.
cd "$(dirname "$0")/../.." || exit 1
awk '
	FNR == NR {
		if ($0 ~ /^#/ || $0 !~ /:/) next
		split($0, half, ":"); folder = half[1]; known[folder] = 1
		split(half[2], side, "|")
		n = split(side[1], f, " "); for (i = 1; i <= n; i++) may[folder, f[i]] = 1
		foreign[folder] = " " side[2] " "
		list[folder] = side[1] " " side[2]
		next
	}
	function folder_of(path) { sub(/\/[^\/]*$/, "", path); return path }
	function is_common(h) {
		return h ~ /^(assert|ctype|errno|float|inttypes|limits|locale|math|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|string|time|wchar|wctype)\.h$/ || h ~ /^(glib|gio|gmodule)/
	}
	function is_foreign_ok(dir, h,    n, l, i, p) {
		n = split(foreign[dir], l, " ")
		for (i = 1; i <= n; i++) {
			p = l[i]; gsub(/\./, "\\.", p); gsub(/\*/, ".*", p)
			if (h ~ "^" p "$") { used[dir, l[i]] = 1; return 1 }
		}
		return 0
	}
	function tell_unused(    d, n, l, i) {
		for (d in known) {
			n = split(list[d], l, " ")
			for (i = 1; i <= n; i++)
				if (!used[d, l[i]]) { print "src/FLOORS: " d " uses no " l[i]; bad = 1 }
		}
	}
	/^[ \t]*#[ \t]*include/ {
		dir = folder_of(FILENAME); sub(/^src\//, "", dir)
		if (FILENAME == "src/main.c" || FILENAME == "src/wipe.c") next
		if (!known[dir]) { print FILENAME ": folder " dir " is not in src/FLOORS"; bad = 1; nextfile }
		if (match($0, /"[^"]+"/)) {
			to = folder_of(substr($0, RSTART + 1, RLENGTH - 2)); used[dir, to] = 1
			if (to != dir && !may[dir, to]) { printf "%s:%d: %s may not include %s\n", FILENAME, FNR, dir, to; bad = 1 }
		} else if (match($0, /<[^>]+>/)) {
			h = substr($0, RSTART + 1, RLENGTH - 2)
			if (!is_common(h) && !is_foreign_ok(dir, h)) { printf "%s:%d: %s may not include <%s>\n", FILENAME, FNR, dir, h; bad = 1 }
		}
	}
	END { tell_unused(); exit bad }
' src/FLOORS $(find src -name '*.[ch]' -o -name '*.def' | sort) > /tmp/floors.$$ && ok=ok || ok="not ok"
echo "1..2"
sed 's/^/# /' /tmp/floors.$$; rm -f /tmp/floors.$$
echo "$ok 1 - every include goes down, as src/FLOORS allows, and it allows no more"

libs="glib-2.0 gmime-3.0 libcurl libxml-2.0 libcmark openssl sqlite3 ncursesw gdk-pixbuf-2.0"
alone="${CC:-gcc} -std=c17 -D_GNU_SOURCE -Isrc $(pkg-config --cflags $libs) -DGETTEXT_PACKAGE=\"postern\" -fsyntax-only -Wall -Werror -xc"
bad=$(find src -name '*.h' | sed 's/^src.//' | xargs -P 2 -I {} sh -c "echo '#include \"{}\"' | $alone - 2>&1 | sed 's/^/# /'")
if [ -z "$bad" ]; then echo "ok 2 - each header compiles alone"; else echo "$bad"; echo "not ok 2 - each header compiles alone"; fi
[ "$ok" = ok ] && [ -z "$bad" ]
