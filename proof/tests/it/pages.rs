use i18n::Tr;
use novads_server::house;
use types::Locale;

#[test]
fn every_page_renders_its_sample_in_each_language() {
    let catalog = house::catalog().expect("the texts");
    let mut wrong = Vec::new();
    for locale in Locale::ALL {
        let tr = Tr::new(std::sync::Arc::clone(&catalog), locale);
        for module in house::modules() {
            for sample in (module.samples)(&tr) {
                match sample.html {
                    Err(e) => wrong.push(format!("{} {} in {}: {e}", module.name, sample.name, locale.tag())),
                    Ok(html) => {
                        if let Some(at) = html.find('⟦') {
                            let text: String = html[at..].chars().take(60).collect();
                            wrong.push(format!(
                                "{} {} in {}: no text for {text}",
                                module.name,
                                sample.name,
                                locale.tag()
                            ));
                        }
                        if html.contains(" style=\"") || html.contains("<script>") || html.contains(" onclick=") {
                            wrong.push(format!("{} {}: inline style or script", module.name, sample.name));
                        }
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_template_of_a_page_has_a_sample() {
    let catalog = house::catalog().expect("the texts");
    let tr = Tr::new(catalog, Locale::Lv);
    let mut without = Vec::new();
    for module in house::modules() {
        let names: Vec<&str> = (module.samples)(&tr).iter().map(|s| s.name).collect();
        for floor in ["office", "apps"] {
            let folder = crate::root().join(floor).join(module.name).join("templates");
            for file in walkdir::WalkDir::new(&folder).into_iter().filter_map(Result::ok) {
                let path = file.path();
                if path.extension().is_none_or(|e| e != "html") {
                    continue;
                }
                let text = std::fs::read_to_string(path).unwrap();
                if !text.contains("{% extends") {
                    continue;
                }
                let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                let own = [format!("{}/{name}", module.name), format!("{}-{name}", module.name), name];
                let is_named = |sample: &&str| own.iter().any(|n| sample.trim_end_matches(".html") == n);
                if !names.iter().any(is_named) {
                    without.push(own[0].clone());
                }
            }
        }
    }
    assert!(without.is_empty(), "{without:#?}");
}
