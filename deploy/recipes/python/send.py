"""Sends each line of the standard input as a message, and counts."""
import base64
import os
import smtplib
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request
from email.message import EmailMessage

from postern import Postern, Refused


def deliver_by_http(secret, message):
    to = secret["attributes"]
    url = f"{to['api_base']}/v3/{to['domain']}/messages"
    pair = f"api:{secret['fields']['api_key']}".encode()
    form = {
        "from": message["From"],
        "to": message["To"],
        "subject": message["Subject"],
        "text": message.get_content(),
    }
    request = urllib.request.Request(
        url,
        urllib.parse.urlencode(form).encode(),
        {"Authorization": f"Basic {base64.b64encode(pair).decode()}"},
    )
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
