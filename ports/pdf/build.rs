//! Takes the three faces of Libertinus Serif out of the crate that carries them, so that no font is kept in this
//! repository and only these three end up in the binary.

use std::{env, error::Error, fs, path::PathBuf};

const FACES: [&str; 3] = ["LibertinusSerif-Regular", "LibertinusSerif-Bold", "LibertinusSerif-Italic"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    for face in FACES {
        let mut found = typst_assets::fonts().filter(|font| is_named(font, face));
        let font = found.next().ok_or_else(|| format!("typst-assets no longer carries {face}"))?;
        if found.next().is_some() {
            return Err(format!("typst-assets carries {face} twice").into());
        }
        fs::write(out.join(format!("{face}.otf")), font)?;
    }
    Ok(())
}

/// An OpenType font with PostScript outlines holds its name once in its CFF name index, which the two-byte count (1)
/// of the next index follows: so `-Bold` does not match `-BoldItalic`.
fn is_named(font: &[u8], name: &str) -> bool {
    let needle = [name.as_bytes(), &[0, 1]].concat();
    font.starts_with(b"OTTO") && font.windows(needle.len()).any(|window| window == needle)
}
