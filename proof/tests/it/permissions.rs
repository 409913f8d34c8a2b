use std::collections::BTreeSet;

use novads_server::house;

#[test]
fn the_matrix_of_permissions_is_the_printed_one() {
    let modules = house::modules();
    let actions: Vec<_> = modules.iter().flat_map(|m| m.actions.iter().copied()).collect();
    let names: BTreeSet<&str> = actions.iter().map(|a| a.name).collect();
    assert_eq!(names.len(), actions.len(), "two actions of one name");
    for action in &actions {
        assert!(action.doc.trim().ends_with('.'), "{} does not say what it means", action.name);
        for rule in action.rules {
            let is_known = rule.role == "*" || parties::role::ALL.contains(&rule.role);
            assert!(is_known, "{} names {}, which is no role", action.name, rule.role);
        }
    }
    crate::compare(&crate::root().join("docs/permissions.txt"), &format!("{HEAD}{}", op::matrix(&actions)));
}

const HEAD: &str = "\
Who may do what (piekļuves tiesību matrica). Printed from the code by a test (proof/tests/it/permissions.rs), so it is
what the program does; read the difference before you accept it.

An action is allowed where any one of its lines holds. A role is held in a unit (struktūrvienība) and covers all below it.
Restricted documents ask for more: see documents.document.view.

  employee    works in the unit (darbinieks): follows from the employment
  manager     leads a unit (struktūrvienības vadītājs)
  hr          keeps the personnel records (personāla speciālists)
  clerk       keeps the registers (lietvedis)
  head        leads an institution and signs for it (iestādes vadītājs)
  admin       administers the municipality's installation (administrators)
  accountant  keeps the accounts (grāmatvedis)
  auditor     sees, and changes nothing (auditors)

";

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
