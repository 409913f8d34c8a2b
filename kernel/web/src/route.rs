use axum::{handler::Handler, http::Method, routing::MethodRouter};
use op::ActionDef;

use crate::App;

/// Who may come in. What they may do there is decided again on the locked row.
#[derive(Clone, Copy, Debug)]
pub enum Access {
    /// Anybody.
    Public,
    /// Anybody signed in.
    SignedIn,
    /// Whoever could do this to anything at all.
    Action(&'static ActionDef),
    /// A signed-in person who could, or an outside system whose token has this scope.
    Api(&'static ActionDef, &'static str),
}

/// What a route answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// HTML; problems are pages.
    Page,
    /// JSON; problems are RFC 9457.
    Api,
}

/// One route, as data: tests walk the list.
#[derive(Clone)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with `{parameters}`.
    pub path: &'static str,
    /// Who may come in.
    pub access: Access,
    /// The key of its name, in each language.
    pub label: &'static str,
    /// HTML or JSON.
    pub kind: Kind,
    /// The largest body taken, in bytes.
    pub max_body: usize,
    pub(crate) handler: MethodRouter<App>,
}

const FORM_BODY: usize = 512 * 1024;

impl Route {
    fn new(
        method: Method,
        path: &'static str,
        access: Access,
        label: &'static str,
        kind: Kind,
        handler: MethodRouter<App>,
    ) -> Self {
        Self { method, path, access, label, kind, max_body: FORM_BODY, handler }
    }

    /// Takes larger bodies (uploads, batches).
    #[must_use]
    pub const fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }
}

macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident $method:ident $kind:ident $route:ident),*) => {$(
        $(#[$doc])*
        pub fn $name<H, T>(path: &'static str, access: Access, label: &'static str, handler: H) -> Route
        where
            H: Handler<T, App>,
            T: 'static,
        {
            Route::new(Method::$method, path, access, label, Kind::$kind, axum::routing::$route(handler))
        }
    )*};
}

constructors! {
    /// A page.
    get GET Page get,
    /// A form's target.
    post POST Page post,
    /// A JSON resource.
    api_get GET Api get,
    /// A JSON command.
    api_post POST Api post,
    /// A JSON deletion.
    api_delete DELETE Api delete
}
