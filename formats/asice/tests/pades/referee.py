"""pyHanko's opinion on signed PDFs: one JSON object a line.

usage: referee.py ROOT.pem MOMENT FILE...   (MOMENT in ISO 8601)
"""
import datetime
import json
import sys

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko_certvalidator import ValidationContext


def proven(reader, root, moment):
    """A context that fetches nothing and takes no certificate whose responder is silent."""
    wanted = {**context(root, moment), "revocation_mode": "hard-fail"}
    try:
        return DocumentSecurityStore.read_dss(reader).as_validation_context(wanted)
    except NoDSSFoundError:
        return ValidationContext(**wanted, ocsps=[])


def context(root, moment):
    return dict(trust_roots=[root], moment=moment, allow_fetching=False)


def judge(path, root, moment):
    out = []
    with open(path, "rb") as handle:
        reader = PdfFileReader(handle)
        for sig in reader.embedded_signatures:
            if sig.sig_object_type == "/DocTimeStamp":
                status = validate_pdf_timestamp(sig, ValidationContext(**context(root, moment)))
                kind = "stamp"
            else:
                status = validate_pdf_signature(sig, ValidationContext(**context(root, moment)))
                kind = "signature"
            row = {
                "kind": kind,
                "field": sig.field_name,
                "intact": status.intact,
                "valid": status.valid,
                "trusted": status.trusted,
                "bottom_line": getattr(status, "bottom_line", status.intact and status.valid and status.trusted),
                "coverage": status.coverage.name,
                "modification": getattr(getattr(status, "modification_level", None), "name", None),
                "signer": status.signing_cert.subject.native.get("common_name"),
            }
            stamp = getattr(status, "timestamp_validity", None)
            if stamp is not None:
                row["stamp"] = stamp.intact and stamp.valid and stamp.trusted
            out.append(row)
        # Proofs inside the file must carry the first signature by themselves.
        if "--ltv" in sys.argv:
            first = reader.embedded_regular_signatures[0]
            status = validate_pdf_signature(
                first,
                signer_validation_context=proven(reader, root, moment),
                ts_validation_context=proven(reader, root, moment),
            )
            out.append({"kind": "ltv", "bottom_line": status.bottom_line, "trusted": status.trusted})
    return out


def main():
    args = [arg for arg in sys.argv[1:] if not arg.startswith("--")]
    root = load_cert_from_pemder(args[0])
    moment = datetime.datetime.fromisoformat(args[1])
    for path in args[2:]:
        try:
            print(json.dumps({"file": path, "signatures": judge(path, root, moment)}))
        except Exception as error:  # the error is the opinion
            print(json.dumps({"file": path, "error": f"{type(error).__name__}: {error}"}))


main()
