//! Writes mutants of the base invoices into a folder, for a referee to label: `mutants FOLDER COUNT [FIRST] [BASES]`.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a tool for tests")]

#[path = "../tests/mutation/mod.rs"]
mod mutation;

use std::path::Path;

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().unwrap_or_else(|| "mutants".to_owned());
    let number = |arg: Option<String>, default| arg.and_then(|text| text.parse().ok()).unwrap_or(default);
    let count: u64 = number(args.next(), 100);
    let first: u64 = number(args.next(), 0);
    std::fs::create_dir_all(&folder)?;
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/base");
    let data = args.next().map_or(own, Into::into);
    let mut bases: Vec<_> =
        std::fs::read_dir(data)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    bases.sort();
    let trees: Vec<mutation::El> = bases
        .iter()
        .map(|path| Ok(mutation::parse(&std::fs::read_to_string(path)?)))
        .collect::<std::io::Result<_>>()?;
    for seed in first..first + count {
        let base = usize::try_from(seed).unwrap_or_default() % trees.len();
        let mut out = String::new();
        mutation::write(&mutation::mutate(&trees[base], seed), &mut out);
        let stem = bases[base].file_stem().unwrap_or_default().to_string_lossy().into_owned();
        std::fs::write(Path::new(&folder).join(format!("{seed:06}-{stem}.xml")), out)?;
    }
    Ok(())
}
