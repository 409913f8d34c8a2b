"""A mail server for the tests: says what it gets as one JSON line each, on loopback, until its standard input ends.

Arguments: [certificate key [wrapped]]. The recipient's local part decides: «later» 451, «never» 550, «big» 552.
The sender logs in as «novads» with «parole» where it logs in at all.
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        local = address.split("@")[0]
        if local == "later":
            return "451 try again later"
        if local == "never":
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = message.get_body(preferencelist=("plain",))
        say(
            {
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "headers": {name.lower(): str(value) for name, value in message.items()},
                "text": body.get_content(),
                "attachments": [
                    [part.get_filename(), part.get_content_type(), len(part.get_payload(decode=True))]
                    for part in message.iter_attachments()
                ],
                "tls": session.ssl is not None or wrapped,
                "user": getattr(session, "auth_data", None),
            }
        )
        return "250 taken"


def say(value):
    print(json.dumps(value), flush=True)


def authenticate(server, session, envelope, mechanism, data):
    good = data.login == b"novads" and data.password == b"parole"
    return AuthResult(success=good, auth_data="novads" if good else None, handled=good)


context = None
wrapped = len(sys.argv) > 3
if len(sys.argv) > 2:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(sys.argv[1], sys.argv[2])


def factory():
    return SMTP(
        Handler(),
        hostname="localhost",
        enable_SMTPUTF8=True,
        tls_context=None if wrapped else context,
        require_starttls=context is not None and not wrapped,
        authenticator=authenticate,
        auth_require_tls=False,
    )


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(factory, "127.0.0.1", 0, ssl=context if wrapped else None)
    say(server.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
