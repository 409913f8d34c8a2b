//! The child's side.

use std::{
    io::{Read, Write},
    process::ExitCode,
};

use rlimit::Resource;

use crate::{
    MAX_INPUT, MAX_OUTPUT,
    format::{self, Format},
    office, pdf, plain,
};

/// The exit status of a file that is broken or over a limit; the reason is on standard error.
pub const REFUSED: i32 = 65;
const REFUSED_STATUS: u8 = 65;

/// Seconds of processor time.
const CPU: u64 = 20;
/// Bytes of address space.
const MEMORY: u64 = 1024 * 1024 * 1024;
const FILES: u64 = 16;

/// Reads a file of the given media type from standard input and writes its text to standard output. Sets the limits
/// of the process it runs in: call it from a process that does nothing else.
#[must_use]
pub fn child_main(media_type: &str) -> ExitCode {
    // What a broken file makes a reader say is the file's word, not ours: it does not belong in a log.
    std::panic::set_hook(Box::new(|_| ()));
    let result = limit().and_then(|()| read()).and_then(|bytes| extract(media_type, &bytes));
    match result.and_then(|text| write(&text)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            let _ = std::io::stderr().write_all(reason.as_bytes());
            ExitCode::from(REFUSED_STATUS)
        }
    }
}

fn limit() -> Result<(), String> {
    let limits = [
        (Resource::CORE, 0),
        (Resource::CPU, CPU),
        (Resource::AS, MEMORY),
        (Resource::DATA, MEMORY),
        (Resource::NOFILE, FILES),
        (Resource::FSIZE, 0),
    ];
    for (resource, limit) in limits {
        let (_, hard) = resource.get().map_err(|error| error.to_string())?;
        let limit = limit.min(hard);
        resource.set(limit, limit).map_err(|error| format!("no limit on {resource:?}: {error}"))?;
    }
    Ok(())
}

fn read() -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let limit = MAX_INPUT as u64 + 1;
    std::io::stdin().lock().take(limit).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() > MAX_INPUT { Err(format!("the file is larger than {MAX_INPUT} bytes")) } else { Ok(bytes) }
}

fn extract(media_type: &str, bytes: &[u8]) -> Result<String, String> {
    let text = match format::of(media_type) {
        Some(Format::Pdf) => pdf::text(bytes)?,
        Some(Format::Docx) => office::docx(bytes)?,
        Some(Format::Odt) => office::odt(bytes)?,
        Some(Format::Plain) => plain::text(bytes, format::charset(media_type)),
        None => return Err(format!("no text is read from {media_type}")),
    };
    Ok(clean(&text))
}

/// Leaves what an index can keep: no control characters (PostgreSQL refuses NUL), at most [`MAX_OUTPUT`] bytes.
fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len().min(MAX_OUTPUT));
    for c in text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')) {
        if clean.len() + c.len_utf8() > MAX_OUTPUT {
            break;
        }
        clean.push(c);
    }
    clean
}

fn write(text: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| error.to_string())
}
