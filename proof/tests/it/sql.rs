use std::path::PathBuf;

use sqlx::{Connection as _, Executor as _, PgConnection, SqlSafeStr as _};
use syn::visit::Visit;
use testkit::Database;

/// Statements found in the code, each with its place.
#[derive(Default)]
struct Statements {
    file: PathBuf,
    found: Vec<(String, String)>,
    bare: Vec<String>,
    /// Inside `#[cfg(test)]`.
    testing: usize,
}

impl<'ast> Visit<'ast> for Statements {
    fn visit_item_mod(&mut self, m: &'ast syn::ItemMod) {
        let is_test = m.attrs.iter().any(|a| a.path().is_ident("cfg"));
        self.testing += usize::from(is_test);
        syn::visit::visit_item_mod(self, m);
        self.testing -= usize::from(is_test);
    }

    fn visit_macro(&mut self, m: &'ast syn::Macro) {
        if m.path.segments.last().is_some_and(|s| s.ident == "sql")
            && let Ok(text) = m.parse_body::<syn::LitStr>()
        {
            let line = text.span().start().line;
            self.found.push((format!("{}:{line}", self.file.display()), text.value()));
        } else if let Ok(args) =
            m.parse_body_with(syn::punctuated::Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated)
        {
            for a in &args {
                self.visit_expr(a);
            }
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if self.testing == 0
            && let syn::Expr::Path(f) = &*call.func
            && f.path
                .segments
                .last()
                .is_some_and(|s| matches!(s.ident.to_string().as_str(), "query" | "query_as" | "query_scalar"))
            && let Some(syn::Expr::Lit(l)) = call.args.first()
        {
            let line = match &l.lit {
                syn::Lit::Str(s) => s.span().start().line,
                _ => 0,
            };
            self.bare.push(format!("{}:{line}", self.file.display()));
        }
        syn::visit::visit_expr_call(self, call);
    }
}

fn statements() -> Statements {
    let mut all = Statements::default();
    for (path, text) in crate::sources() {
        let Ok(file) = syn::parse_file(&text) else { panic!("{} is not Rust", path.display()) };
        all.file = path.strip_prefix(crate::root()).unwrap().to_owned();
        all.visit_file(&file);
    }
    all
}

#[tokio::test]
async fn every_statement_prepares_against_the_migrated_database() {
    let all = statements();
    assert!(all.found.len() > 100, "only {} statements found: does the scan still see them?", all.found.len());
    assert!(all.bare.is_empty(), "statements outside sql!(): {:#?}", all.bare);
    let database = Database::slot(&novads_server::house::migrations()).await;
    let mut conn = PgConnection::connect(&database.url).await.unwrap();
    let mut wrong = Vec::new();
    for (place, text) in all.found {
        // Statements without parameters may be several in one (`set …; set …`): those are not prepared.
        if text.contains("; ") && !text.contains("$1") {
            continue;
        }
        if let Err(e) = conn.prepare(sqlx::AssertSqlSafe(text).into_sql_str()).await {
            wrong.push(format!("{place}: {e}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_business_clock_is_the_only_one_in_sql() {
    let leases = "kernel/jobs/src/";
    let asks = |text: &str| {
        let t = text.to_lowercase();
        ["now()", "current_date", "current_timestamp", "clock_timestamp()", "localtimestamp"]
            .iter()
            .any(|w| t.contains(w))
    };
    let wrong: Vec<_> =
        statements().found.into_iter().filter(|(p, t)| asks(t) && !p.starts_with(leases)).map(|(p, _)| p).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
