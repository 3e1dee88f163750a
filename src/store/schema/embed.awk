# Makes the schema's steps, in the order they are named, into the table that store/private.h declares.
BEGIN {
	print "#include \"store/private.h\""
	print "\nconst char *const schema_steps[] = {"
}
FNR == 1 && NR > 1 { print "\t," }
{
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	print "\t\"" $0 "\\n\""
}
END { print "};\n\nconst int schema_step_count = " ARGC - 1 ";" }
