"""Sends mail with a secret of Postern's: copy Postern and a deliver_by_....

A Postern object is for one thread. Only the standard library is used.
"""
import base64
import http.client
import json
import os
import smtplib
import socket
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request
from email.message import EmailMessage


class Refused(Exception):
    """The provider does not take the secret: HTTP 401 or SMTP 535."""


class LocalConnection(http.client.HTTPConnection):
    """HTTP over the Unix socket that is named as the host."""

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.host)


class Postern:
    def __init__(self, name, path="/run/postern/postern.sock"):
        self.name, self.path, self.etag, self.secret = name, path, "", None

    def call(self, method, action="", **version):
        connection = LocalConnection(self.path, timeout=15)
        try:
            connection.request(
                method, f"/v1/secrets/{self.name}{action}",
                json.dumps(version) if version else None,
                {"Host": "postern", "If-None-Match": self.etag})
            answer = connection.getresponse()
            return answer.status, answer.getheader("ETag"), answer.read()
        finally:
            connection.close()

    def current(self, wait=""):
        """The secret as it is now: a local 304 as long as it is the same."""
        try:
            status, etag, body = self.call("GET", wait)
            if status == 200:
                self.secret, self.etag = json.loads(body), etag
                # No send uses the one before now, so it may be revoked.
                self.call("PUT", "/ack", version=self.secret["version"])
            elif status != 304 and not self.secret:
                raise RuntimeError(f"postern answers {status} for {self.name}")
        except (OSError, http.client.HTTPException):
            # An agent that is away for a moment is no reason not to send.
            if not self.secret:
                raise
        return self.secret

    def send(self, deliver, message):
        used = self.current()
        try:
            deliver(used, message)
        except Refused:
            if self.current()["version"] == used["version"]:
                self.call("POST", "/rejected", version=used["version"])
                self.current("?wait=10s")
            deliver(self.secret, message)


def deliver_by_http(secret, message):
    to = secret["attributes"]
    url = f"{to['api_base']}/v3/{to['domain']}/messages"
    pair = f"api:{secret['fields']['api_key']}".encode()
    form = {"from": message["From"], "to": message["To"],
            "subject": message["Subject"], "text": message.get_content()}
    request = urllib.request.Request(
        url, urllib.parse.urlencode(form).encode(),
        {"Authorization": f"Basic {base64.b64encode(pair).decode()}"})
    try:
        urllib.request.urlopen(request, timeout=30).close()
    except urllib.error.HTTPError as error:
        with error:
            raise Refused() if error.code == 401 else error


def deliver_by_smtp(secret, message):
    to, fields = secret["attributes"], secret["fields"]
    host, port = to["smtp_host"], int(to["smtp_port"])
    with smtplib.SMTP(host, port, to["domain"], timeout=30) as server:
        server.starttls(context=ssl.create_default_context())
        try:
            server.login(fields["login"], fields["password"])
        except smtplib.SMTPAuthenticationError as error:
            raise Refused() if error.smtp_code == 535 else error
        server.send_message(message)


def main():
    """Sends each line of the standard input as a message, and counts."""
    settings = os.environ
    postern = Postern(settings["POSTERN_SECRET"], settings["POSTERN_SOCKET"])
    smtp = "login" in postern.current()["fields"]
    deliver = deliver_by_smtp if smtp else deliver_by_http
    sent = failed = 0
    for line in sys.stdin:
        message = EmailMessage()
        message["From"] = settings["MAIL_FROM"]
        message["To"] = settings["MAIL_TO"]
        message["Subject"] = line.strip()
        message.set_content(line)
        try:
            postern.send(deliver, message)
            sent += 1
        except Exception as error:
            failed += 1
            print(f"not sent: {error!r}", file=sys.stderr)
    print(f"sent={sent} failed={failed}")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
