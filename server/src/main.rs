//! The `novads` program.

fn main() -> std::process::ExitCode {
    novads_server::main()
}
