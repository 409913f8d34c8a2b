use askama::Template;
use axum::extract::Path;
use types::PostId;
use ui::{FormState, Shell};
use web::{Ctx, Form, Problem, invalid, page, see_other};

use super::{refused, units};
use crate::{Post, PostChange, Unit, actions::EditPost, usecases};

#[derive(Template)]
#[template(path = "parties/post_form.html")]
pub(super) struct PostForm {
    pub shell: Shell,
    pub form: FormState,
    pub action: String,
    pub cancel: String,
    pub lead: String,
}

async fn editable(ctx: &Ctx, id: PostId) -> Result<(Post, Unit), Problem> {
    let mut read = ctx.op.read().await?;
    let post = read.seen::<Post, EditPost>(id).await?.0;
    let unit = read.see(post.unit_id).await?;
    Ok((post, unit))
}

fn form_page(ctx: Ctx, (post, unit): &(Post, Unit), form: FormState) -> PostForm {
    let (card, name) = (format!("/units/{}", unit.id), unit.name_in(ctx.tr.locale()).to_owned());
    let units = ctx.tr.t("parties-units");
    let lead = ctx.tr.t1("parties-post-new-lead", "name", name.as_str());
    let ctx = ctx.under(&[("/units", units), (&card, name)]);
    PostForm { action: format!("/posts/{}", post.id), cancel: card, lead, form, shell: ctx.shell }
}

pub(super) async fn show(ctx: Ctx, Path(id): Path<PostId>) -> web::Result {
    let there = editable(&ctx, id).await?;
    let post = &there.0;
    let mut form = ctx.form();
    form.set("version", post.version.to_string()).set("title", &post.title);
    form.set("profession_code", post.profession_code.clone().unwrap_or_default());
    form.set("places", ctx.tr.decimal(post.places, units::places(post.places)));
    form.set("last", post.valid_to.map(|d| ctx.tr.date(d)).unwrap_or_default());
    page(&form_page(ctx, &there, form))
}

pub(super) async fn edit(ctx: Ctx, Path(id): Path<PostId>, Form(mut form): Form) -> web::Result {
    let there = editable(&ctx, id).await?;
    let version = form.int("version", 1..=i64::from(i32::MAX)).and_then(|v| i32::try_from(v).ok());
    let title = form.required_text("title", 200);
    let profession_code = form.text("profession_code", 10);
    let places = units::read_places(form.value("places"));
    if places.is_none() {
        form.fail("places", "parties-refused-places");
    }
    let valid_to = form.date_opt("last");
    let (Some(version), Some(title), Some(places), true) = (version, title, places, form.is_ok()) else {
        return invalid(&form_page(ctx, &there, form));
    };
    let change = PostChange { title, profession_code, places, valid_to };
    match usecases::change_post(&ctx.op, id, version, &change).await {
        Ok(()) => Ok(see_other(&format!("/units/{}", there.1.id))),
        Err(e) => {
            refused(&mut form, e)?;
            invalid(&form_page(ctx, &there, form))
        }
    }
}
