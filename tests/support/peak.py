"""peak.py FILE COMMAND...: runs the command, writes the most memory it had (KiB) to FILE, and ends with its exit code."""
import os, resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "w") as out:
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=out)
sys.exit(code if code >= 0 else 128 - code)
