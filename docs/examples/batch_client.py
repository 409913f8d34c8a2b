#!/usr/bin/env python3
"""Registers the rows of a CSV file as documents in Novads. An example: plain Python, nothing to install.

    NOVADS_TOKEN=novads_... ./batch_client.py https://novads.example.lv documents.csv

The columns are named as the members of a document are (docs/guides/batch-api.md): key, kind, institution, title,
direction, and whichever others are wanted; `correspondent` may be given instead of `correspondents`, and `file` is
the path of a file. What was sent once is not registered twice, so the whole file may be sent again at any time.
Prints key and number of each document; what is refused goes to standard error, and the program then ends with 1.
"""
import base64
import csv
import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.request

SIZE = 1000
TRIES = 5


def document(row):
    """A row as a document; empty cells say nothing."""
    found = {name: value for name, value in row.items() if value}
    if name := found.pop("correspondent", None):
        found["correspondents"] = [{"name": name}]
    if path := found.pop("file", None):
        with open(path, "rb") as file:
            content = base64.b64encode(file.read()).decode("ascii")
        found["file"] = {"name": os.path.basename(path), "content": content}
    return found


def send(base, token, documents):
    """One call. Its key follows from its content: the same call again is known to be the same."""
    key = hashlib.sha256(json.dumps(documents, sort_keys=True).encode()).hexdigest()
    body = json.dumps({"key": key, "documents": documents}).encode()
    headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
    for attempt in range(TRIES):
        request = urllib.request.Request(base + "/api/v1/documents/batch", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            problem = error.read().decode("utf-8", "replace")
            # 5xx and 429 pass; what is wrong with the call does not.
            if error.code < 500 and error.code != 429:
                sys.exit(f"refused with {error.code}: {problem}")
        except OSError as error:
            print(f"no answer: {error}", file=sys.stderr)
        # Was it done or not? It does not matter: the same call again answers the same.
        time.sleep(min(2**attempt, 30))
    sys.exit("gave up; send the file again later")


def main():
    token = os.environ.get("NOVADS_TOKEN")
    if len(sys.argv) != 3 or not token:
        sys.exit(__doc__)
    base, path = sys.argv[1].rstrip("/"), sys.argv[2]
    with open(path, newline="", encoding="utf-8") as file:
        documents = [document(row) for row in csv.DictReader(file)]
    refused = 0
    for start in range(0, len(documents), SIZE):
        answer = send(base, token, documents[start : start + SIZE])
        refused += answer["refused"]
        for item in answer["items"]:
            if item["status"] == "refused":
                why = "; ".join(f"{p['field']}: {p['detail']}" for p in item["problems"])
                print(f"{item['key']}: {why}", file=sys.stderr)
            else:
                print(f"{item['key']},{item['number']}")
    sys.exit(1 if refused else 0)


if __name__ == "__main__":
    main()
