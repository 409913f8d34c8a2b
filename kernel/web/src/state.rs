use std::sync::Arc;

use axum::{Router, extract::DefaultBodyLimit, http::Method, middleware, routing::get};
use i18n::Catalog;
use jobs::JobDef;
use op::Kernel;

use crate::{Module, NavEntry, Route, guard, pages};

/// What a server is made of.
pub struct AppConfig {
    /// The kernel.
    pub kernel: Arc<Kernel>,
    /// All texts.
    pub catalog: Arc<Catalog>,
    /// All modules, in the order of the left rail.
    pub modules: Vec<Module>,
    /// How people reach us, e.g. `https://novads.example.lv`: cookies and the Origin check follow from it.
    pub public_url: String,
    /// Signs CSRF tokens; the same for all processes of an installation.
    pub token_key: [u8; 32],
}

/// Shared by all handlers.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    kernel: Arc<Kernel>,
    catalog: Arc<Catalog>,
    modules: Vec<Module>,
    routes: Vec<Route>,
    public_url: String,
    token_key: [u8; 32],
}

impl App {
    /// Puts the pieces together.
    #[must_use]
    pub fn new(config: AppConfig) -> Self {
        let own = pages::routes().into_iter();
        let routes = own.chain(config.modules.iter().flat_map(|m| m.routes.iter().cloned())).collect();
        Self(Arc::new(Inner {
            kernel: config.kernel,
            catalog: config.catalog,
            modules: config.modules,
            routes,
            public_url: config.public_url.trim_end_matches('/').to_owned(),
            token_key: config.token_key,
        }))
    }

    /// The kernel.
    #[must_use]
    pub fn kernel(&self) -> &Arc<Kernel> {
        &self.0.kernel
    }

    /// All texts.
    #[must_use]
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.0.catalog
    }

    /// All routes, as data.
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        &self.0.routes
    }

    /// All modules.
    #[must_use]
    pub fn modules(&self) -> &[Module] {
        &self.0.modules
    }

    /// All kinds of job.
    #[must_use]
    pub fn jobs(&self) -> Vec<JobDef> {
        self.0.modules.iter().flat_map(|m| m.jobs.iter().copied()).collect()
    }

    pub(crate) fn nav(&self) -> impl Iterator<Item = &NavEntry> {
        self.0.modules.iter().flat_map(|m| m.nav.iter())
    }

    /// How people reach us.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.0.public_url
    }

    /// A demonstration says so on every page.
    pub(crate) fn is_demo(&self) -> bool {
        self.0.kernel.extension::<pages::DemoHints>().is_some()
    }

    pub(crate) fn https(&self) -> bool {
        self.0.public_url.starts_with("https://")
    }

    pub(crate) fn token_key(&self) -> &[u8; 32] {
        &self.0.token_key
    }
}

/// The router over all routes, each behind the guard.
pub fn router(app: &App) -> Router {
    let mut router: Router<App> = Router::new();
    for route in app.routes() {
        let guarded = guard::Guarded { app: app.clone(), route: route.clone() };
        let handler = route
            .handler
            .clone()
            .layer(DefaultBodyLimit::disable())
            .layer(middleware::from_fn_with_state(guarded, guard::guard));
        router = router.route(route.path, handler);
    }
    router
        .route("/assets/{hash}/{*file}", get(pages::asset))
        .fallback(pages::fallback)
        .layer(middleware::from_fn_with_state(app.clone(), guard::outer))
        .with_state(app.clone())
}

/// Methods that change something.
pub(crate) fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}
