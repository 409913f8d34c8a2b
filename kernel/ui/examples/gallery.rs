//! Writes the pages of samples into a folder: `cargo run -p novads-ui --example gallery -- FOLDER`.
//! `npm run gallery -- FOLDER` in assets/ then photographs and checks them.

use std::sync::Arc;

use i18n::{Catalog, Locale, Tr};
use novads_ui as ui;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("say the folder")?;
    std::fs::create_dir_all(&folder)?;
    let tr = Tr::new(Arc::new(Catalog::new(&[ui::TEXTS])?), Locale::Lv);
    for page in ui::samples(&tr) {
        std::fs::write(format!("{folder}/{}.html", page.name), page.html)?;
    }
    Ok(())
}
