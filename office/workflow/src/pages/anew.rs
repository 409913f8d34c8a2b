//! What can be asked for, by need, in plain words.

use askama::Template;
use axum_extra::extract::Query;
use serde::Deserialize;
use ui::Shell;
use web::{Ctx, Result};

use crate::service::{Service, Services};

#[derive(Template)]
#[template(path = "workflow/new.html")]
pub(crate) struct NewPage {
    pub shell: Shell,
    pub q: String,
    pub groups: Vec<(String, Vec<Need>)>,
}

pub(crate) struct Need {
    pub href: String,
    pub need: String,
    pub title: String,
    pub ground: String,
    pub icon: String,
}

#[derive(Default, Deserialize)]
pub(crate) struct Search {
    q: Option<String>,
}

pub(crate) async fn show(ctx: Ctx, Query(search): Query<Search>) -> Result {
    let (op, tr) = (&ctx.op, &ctx.tr);
    let q = super::typed(search.q.as_deref().unwrap_or_default());
    let folded = latvian::search::fold(&q);
    let wanted: Vec<&str> = folded.split_whitespace().collect();
    let all: &[Service] = op.kernel().extension::<Services>().map_or(&[], |s| s.0.as_slice());
    let mut groups: Vec<(String, Vec<Need>)> = Vec::new();
    for service in all.iter().filter(|s| op.could(s.action)) {
        let need = Need {
            href: service.href.to_owned(),
            need: tr.t(service.need),
            title: tr.t(service.title),
            ground: service.ground.to_owned(),
            icon: service.icon.to_owned(),
        };
        let words = latvian::search::fold(&format!("{} {} {}", need.need, need.title, need.ground));
        if !wanted.iter().all(|w| words.contains(w)) {
            continue;
        }
        let group = tr.t(service.group);
        match groups.iter_mut().find(|(g, _)| *g == group) {
            Some((_, needs)) => needs.push(need),
            None => groups.push((group, vec![need])),
        }
    }
    web::page(&NewPage { q, groups, shell: ctx.shell })
}

impl NewPage {
    pub(crate) fn sample(shell: Shell) -> Self {
        let tr = shell.tr.clone();
        let need = Need {
            href: "/test".to_owned(),
            need: tr.t("workflow-sample-need"),
            title: tr.t("workflow-sample-title"),
            ground: tr.t("workflow-sample-ground"),
            icon: "palmtree".to_owned(),
        };
        Self { q: String::new(), groups: vec![(tr.t("workflow-sample-group"), vec![need])], shell }
    }
}
