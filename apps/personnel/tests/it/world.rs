use manifest::App;
use op::Extensions;
use parties::life::{Demo, Plan};
use testkit::House;

/// A house with a small municipality in it.
pub struct World {
    pub house: House,
    pub demo: Demo,
}

pub fn apps() -> Vec<App> {
    let plain = |module: web::Module| App {
        module,
        services: vec![],
        outcomes: vec![],
        kinds: &[],
        reports: vec![],
        task_kinds: &[],
        set_up: None,
        extend: None,
    };
    vec![
        plain(parties::module()),
        plain(documents::module()),
        plain(workflow::module()),
        plain(reports::module()),
        novads_personnel::app(),
    ]
}

pub async fn world() -> World {
    let mut extensions = Extensions::default();
    let (modules, set_ups) = manifest::assemble(apps(), &mut extensions);
    let house = House::open(modules, |e| {
        *e = extensions;
        e.insert(workflow::shell_source());
    })
    .await;
    let plan = Plan { institutions: 4, employees: 60, seed: 1 };
    let demo = parties::life::build(&house.op(), &plan).await.expect("a municipality");
    for set_up in set_ups {
        set_up(house.op()).await.expect("its registers and accounts");
    }
    World { house, demo }
}
