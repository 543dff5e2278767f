"""A secret of Postern's, for one thread. It needs the standard library only."""
import json
import socket
from http.client import HTTPConnection, HTTPException


class Refused(Exception):
    """For "deliver" to raise when the provider answers HTTP 401 or SMTP 535."""


class Postern:
    def __init__(self, name, path="/run/postern/postern.sock"):
        self.url, self.path, self.secret = f"/v1/secrets/{name}", path, {"version": ""}

    def send(self, deliver, message):
        """Delivers with the secret as it is now, and once more if that is refused."""
        try:
            return deliver(self.current(), message)
        except Refused:
            self.call("POST", "/rejected")
            return deliver(self.current("?wait=10s"), message)

    def current(self, wait=""):
        """The secret as it is now: a local 304 for as long as it is the same."""
        try:
            status, body = self.call("GET", wait)
            if status == 200:
                self.secret = json.loads(body)
                # No send uses the one before any more, so it may be revoked.
                self.call("PUT", "/ack")
        except (OSError, HTTPException) as error:
            # An agent that is away for a moment is no reason not to send.
            status = error
        if not self.secret["version"]:
            raise RuntimeError(f"no secret from postern: {status}")
        return self.secret

    def call(self, method, action):
        version = self.secret["version"]
        told = None if method == "GET" else json.dumps({"version": version})
        http = HTTPConnection("postern", timeout=15)
        with socket.socket(socket.AF_UNIX) as http.sock:
            http.sock.settimeout(http.timeout)
            http.sock.connect(self.path)
            http.request(method, self.url + action, told, {"If-None-Match": f'"{version}"'})
            answer = http.getresponse()
            return answer.status, answer.read()
