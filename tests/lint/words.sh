#!/bin/bash
# What the house style forbids, found by grep: shells, unbounded copies, locale-bound parsing, unfinished marks.
cd "$(dirname "$0")/../.." || exit 1
n=0 failed=0
forbid() {   # forbid WHY REGEX
	local hits
	n=$((n + 1))
	hits=$(grep -rnE "$2" src --include='*.[ch]' --include='*.def')
	if [ -z "$hits" ]; then echo "ok $n - no $1"; else echo "$hits" | sed 's/^/# /'; echo "not ok $n - no $1"; failed=1; fi
}
echo "1..7"
forbid "shell is ever started"          '\b(system|popen|g_spawn_command_line_(a)?sync|wordexp)[ ]*\(|"-c",'
forbid "strcpy and its family"          '\b(strcpy|strcat|sprintf|vsprintf|gets|strncpy|strncat|strtok)[ ]*\('
forbid "atoi, localtime, setenv"        '\b(atoi|atol|atof|localtime|gmtime|ctime|asctime|setenv|putenv)[ ]*\('
forbid "sleeping"                       '\b(sleep|usleep|nanosleep|g_usleep)[ ]*\('
forbid "unfinished marks"               '\b(TODO|FIXME|XXX|HACK)\b'
forbid "locale-bound case of foreign text" '\b(strcasecmp|strncasecmp|tolower|toupper|isalpha|isspace|isdigit|isalnum|isprint)[ ]*\('
# C promises no order of arguments: beside a call that sets an error through &error, error may still be NULL.
n=$((n + 1))
hits=$(grep -rPzo '&(\w+)\)+,\s*\1\s*\)' src --include='*.c' | tr '\0' '\n')
if [ -z "$hits" ]; then echo "ok $n - no error read beside the call that sets it"
else echo "$hits" | sed 's/^/# /'; echo "not ok $n - no error read beside the call that sets it"; failed=1; fi
exit $failed
