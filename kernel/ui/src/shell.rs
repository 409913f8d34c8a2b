use i18n::{Arg, Tr};
use types::Locale;

use crate::Html;

/// The addresses that the shell itself leads to; kernel/web serves them.
pub mod path {
    /// Home, and the person's tasks.
    pub const TASKS: &str = "/tasks";
    /// What can be started anew.
    pub const NEW: &str = "/new";
    /// `GET ?q=`.
    pub const SEARCH: &str = "/search";
    /// The person's own page.
    pub const ME: &str = "/me";
    /// The list of keys.
    pub const KEYBOARD: &str = "/keyboard";
    /// `POST locale, back`: the language.
    pub const LOCALE: &str = "/locale";
    /// `POST person, back`: whom one acts for; an empty `person` is oneself.
    pub const ACTING_FOR: &str = "/acting-for";
    /// `POST`.
    pub const SIGN_OUT: &str = "/sign-out";
    /// `GET`.
    pub const SIGN_IN: &str = "/sign-in";
}

/// One application in the left rail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NavItem {
    /// Where it leads.
    pub href: String,
    /// What it is called.
    pub label: String,
    /// An icon's name.
    pub icon: String,
    /// Is the page inside it?
    pub current: bool,
    /// The heading it stands under; empty for none.
    pub group: String,
    /// How much is new or waits there; 0 shows nothing.
    pub count: u64,
}

/// How grave a notice is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoticeKind {
    /// To know.
    #[default]
    Info,
    /// It was done.
    Success,
    /// To mind.
    Warning,
    /// It was not done.
    Error,
}

impl NoticeKind {
    /// The word in class names.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Info => "information",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The key of the word that a screen reader hears first.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Info => "ui-notice-information",
            Self::Success => "ui-notice-success",
            Self::Warning => "ui-notice-warning",
            Self::Error => "ui-notice-error",
        }
    }

    /// The icon's name.
    #[must_use]
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "circle-check",
            Self::Warning => "triangle-alert",
            Self::Error => "circle-x",
        }
    }
}

/// A message above the page: what was just done, what to mind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice {
    /// How grave.
    pub kind: NoticeKind,
    /// In the person's language.
    pub text: String,
}

impl Notice {
    /// A notice of that kind.
    #[must_use]
    pub fn new(kind: NoticeKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }
}

/// What stands around every page. A page struct carries one as `shell`.
#[derive(Clone, Debug)]
pub struct Shell {
    /// The language, texts and formatter.
    pub tr: Tr,
    /// The session's token against forged requests.
    pub csrf: String,
    /// The municipality's name.
    pub municipality: String,
    /// Where its coat of arms is served, if there is one.
    pub coat_of_arms: Option<String>,
    /// The person's name.
    pub user: String,
    /// The name of whom one acts for, if not for oneself.
    pub acting_for: Option<String>,
    /// Whom one may act for: id and name.
    pub may_act_for: Vec<(String, String)>,
    /// How many tasks wait.
    pub tasks: u64,
    /// The person's applications.
    pub nav: Vec<NavItem>,
    /// Has the person folded the rail to its icons?
    pub rail_folded: bool,
    /// From home to the page before this one: address and name.
    pub breadcrumbs: Vec<(String, String)>,
    /// Staff see the rail; residents see one column.
    pub staff: bool,
    /// The path and query of this page, to come back to.
    pub path: String,
    /// What is said above the page.
    pub notices: Vec<Notice>,
    /// Is anybody signed in?
    pub signed_in: bool,
    /// The program's version, for the footer.
    pub version: String,
    /// Shown in the footer, so that a person can name it when asking for help.
    pub request_id: String,
    /// A demonstration says so on every page.
    pub demo: bool,
}

impl Shell {
    /// An empty shell in that language; set the fields that are known.
    #[must_use]
    pub fn new(tr: Tr) -> Self {
        Self {
            tr,
            csrf: String::new(),
            municipality: String::new(),
            coat_of_arms: None,
            user: String::new(),
            acting_for: None,
            may_act_for: Vec::new(),
            tasks: 0,
            nav: Vec::new(),
            rail_folded: false,
            breadcrumbs: Vec::new(),
            staff: false,
            path: "/".to_owned(),
            notices: Vec::new(),
            signed_in: false,
            version: String::new(),
            request_id: String::new(),
            demo: false,
        }
    }

    /// A clerk's shell with invented content, for samples and tests.
    #[must_use]
    pub fn sample(tr: Tr) -> Self {
        let item = |href: &str, label: &str, icon: &str, group: &str, current| NavItem {
            href: href.to_owned(),
            label: label.to_owned(),
            icon: icon.to_owned(),
            current,
            group: group.to_owned(),
            count: if href == "/leave" { 3 } else { 0 },
        };
        let (office, people) = (tr.t("ui-sample-office"), tr.t("ui-sample-people"));
        Self {
            csrf: "sample".to_owned(),
            municipality: tr.t("ui-sample-municipality"),
            user: "Anna Bērziņa".to_owned(),
            acting_for: Some("Jānis Kalniņš".to_owned()),
            may_act_for: vec![("1".to_owned(), "Jānis Kalniņš".to_owned()), ("2".to_owned(), "Līga Ozola".to_owned())],
            tasks: 12,
            nav: vec![
                item("/tasks", &tr.t("ui-tasks"), "list-checks", "", true),
                item("/documents", &tr.t("ui-sample-documents"), "files", &office, false),
                item("/registers", &tr.t("ui-sample-registers"), "book-open", &office, false),
                item("/leave", &tr.t("ui-sample-leave"), "calendar-days", &people, false),
                item("/people", &tr.t("ui-sample-employees"), "users", &people, false),
            ],
            breadcrumbs: vec![
                ("/".to_owned(), tr.t("ui-home")),
                ("/documents".to_owned(), tr.t("ui-sample-documents")),
            ],
            staff: true,
            path: "/design".to_owned(),
            notices: vec![Notice::new(NoticeKind::Success, tr.t("ui-sample-notice"))],
            signed_in: true,
            version: "0.1.0".to_owned(),
            ..Self::new(tr)
        }
    }

    /// The text `key`: `{{ shell.t("key") }}`.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.tr.t(key)
    }

    /// The text with one argument: `{{ shell.t1("key", "n", 3) }}`.
    #[must_use]
    pub fn t1(&self, key: &str, name: &str, value: impl Into<Arg>) -> String {
        self.tr.t1(key, name, value)
    }

    /// The language of the page.
    #[must_use]
    pub const fn lang(&self) -> &'static str {
        self.tr.lang()
    }

    /// An icon as inline SVG.
    #[must_use]
    pub fn icon(&self, name: &str) -> Html {
        crate::icon(name)
    }

    /// The applications under their headings, in the order given; several modules may share a heading.
    #[must_use]
    pub fn nav_groups(&self) -> Vec<(&str, Vec<&NavItem>)> {
        let mut groups: Vec<(&str, Vec<&NavItem>)> = Vec::new();
        for item in &self.nav {
            match groups.iter_mut().find(|(group, _)| *group == item.group) {
                Some((_, items)) => items.push(item),
                None => groups.push((&item.group, vec![item])),
            }
        }
        groups
    }

    /// The other languages: tag and name in itself.
    #[must_use]
    pub fn other_locales(&self) -> Vec<(&'static str, &'static str)> {
        let all = [(Locale::Lv, "Latviešu"), (Locale::En, "English")];
        all.into_iter().filter(|(l, _)| *l != self.tr.locale()).map(|(l, name)| (l.tag(), name)).collect()
    }

    /// First letters of the name, for the small round mark.
    #[must_use]
    pub fn initials(&self) -> String {
        self.user.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect()
    }

    /// Is this address the page's own, or above it?
    #[must_use]
    pub fn is_at(&self, href: &str) -> bool {
        let here = self.path.split('?').next().unwrap_or("");
        here == href || (href.len() > 1 && here.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
    }
}
