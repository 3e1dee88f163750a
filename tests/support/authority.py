#!/usr/bin/env python3
"""authority FOLDER: what a certificate authority tells over HTTP, on loopback: files of FOLDER, and under /ocsp/ what
“openssl ocsp” answers by FOLDER/index.txt, signed by FOLDER/answers.{pem,key} for FOLDER/ca.pem. The port is written to
FOLDER/port, each path that was asked for to FOLDER/asked. Ends with its parent."""
import base64
import ctypes
import http.server
import os
import subprocess
import sys
import urllib.parse

folder = sys.argv[1]


def answer(request):
    with open(f"{folder}/request", "wb") as out:
        out.write(request)
    subprocess.run(["openssl", "ocsp", "-index", f"{folder}/index.txt", "-CA", f"{folder}/ca.pem", "-rsigner",
                    f"{folder}/answers.pem", "-rkey", f"{folder}/answers.key", "-reqin", f"{folder}/request",
                    "-respout", f"{folder}/response", "-nmin", "60"], check=True, capture_output=True)
    with open(f"{folder}/response", "rb") as response:
        return response.read()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open(f"{folder}/asked", "a") as asked:
            asked.write(self.path[:12] + "\n")
        try:
            if self.path.startswith("/ocsp/"):
                body = answer(base64.b64decode(urllib.parse.unquote(self.path[6:])))
            else:
                with open(folder + os.path.normpath(self.path), "rb") as file:
                    body = file.read()
        except (OSError, ValueError, subprocess.CalledProcessError):
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


ctypes.CDLL(None).prctl(1, 15)      # PR_SET_PDEATHSIG, SIGTERM
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
with open(f"{folder}/port.new", "w") as out:
    out.write(str(server.server_port))
os.rename(f"{folder}/port.new", f"{folder}/port")
server.serve_forever()
