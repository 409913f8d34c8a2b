//! Passwords from the terminal or from standard input; never from the command line, where others could see them.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};

use anyhow::{Context as _, Result, bail};
use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};

const LONGEST: u64 = 1000;
const SHORTEST: usize = 8;

/// Asks without showing what is typed.
pub fn ask(prompt: &str) -> Result<String> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return line();
    }
    let shown = tcgetattr(&stdin).context("cannot ask on this terminal")?;
    let mut hidden = shown.clone();
    hidden.local_flags.remove(LocalFlags::ECHO);
    let _ = write!(io::stderr(), "{prompt}");
    tcsetattr(&stdin, SetArg::TCSAFLUSH, &hidden).context("cannot hide what is typed")?;
    let typed = line();
    let restored = tcsetattr(&stdin, SetArg::TCSANOW, &shown);
    let _ = writeln!(io::stderr());
    restored.context("cannot show again what is typed")?;
    typed
}

fn line() -> Result<String> {
    let mut text = String::new();
    io::stdin().lock().take(LONGEST).read_line(&mut text).context("cannot read the password")?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

/// Length is what counts (NIST SP 800-63B).
pub fn refuse_weak(password: &str) -> Result<()> {
    if password.chars().count() < SHORTEST {
        bail!("a password has at least {SHORTEST} characters");
    }
    Ok(())
}
