use std::collections::BTreeSet;

use novads_server::house;

#[test]
fn the_matrix_of_permissions_is_the_printed_one() {
    let modules = house::modules();
    let actions: Vec<_> = modules.iter().flat_map(|m| m.actions.iter().copied()).collect();
    let names: BTreeSet<&str> = actions.iter().map(|a| a.name).collect();
    assert_eq!(names.len(), actions.len(), "two actions of one name");
    let head = "Who may do what. Printed from the code by a test; read the difference before you accept it.\n\n";
    crate::compare(&crate::root().join("docs/permissions.txt"), &format!("{head}{}", op::matrix(&actions)));
}

#[test]
fn every_action_of_a_route_is_declared() {
    let modules = house::modules();
    let declared: BTreeSet<&str> = modules.iter().flat_map(|m| m.actions.iter().map(|a| a.name)).collect();
    for module in &modules {
        for route in &module.routes {
            if let web::Access::Action(a) | web::Access::Api(a, _) = route.access {
                assert!(declared.contains(a.name), "{} {} asks for {}", route.method, route.path, a.name);
            }
        }
    }
}
