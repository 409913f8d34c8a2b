//! The child of the tests: `novads-extract-text-for-tests __extract-text --media-type X`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [novads_port_text::CHILD_COMMAND, "--media-type", media_type] => novads_port_text::child_main(media_type),
        _ => ExitCode::FAILURE,
    }
}
