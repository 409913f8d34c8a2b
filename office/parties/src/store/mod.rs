//! SQL, and only SQL. Writes take the proof that they may be done, and say in the audit trail what they did.

mod dates;
mod employment;
mod lists;
mod lookup;
mod organisations;
mod parameters;
mod people;
mod roles;
mod units;

pub use dates::{calendar, parameter, parameters, rule_and_calendar};
pub use employment::{
    change_pay, employed, employment_on, employments, end_employment, hire, main_employment, reopen_employment,
    roll_home_units, transfer, unhire, void_changes,
};
pub use lists::{PeopleQuery, PersonLine, UnitFigures, UnitPerson, colleagues, people, unit_figures, unit_people};
pub use lookup::{
    Found, Holders, RoleWanted, UnitByCode, all_holders, holders, institution_of, leaders_and_holders, manager_of,
    name, names, person_card, post_holders, shell_names, unit_names, units_by_code,
};
pub use organisations::{
    OrganisationLine, mandates, mandates_on, new_mandate, new_organisation, organisation, organisation_by_number,
    organisation_channels, organisations, person_by_code, revoke_mandate, update_organisation,
};
pub use parameters::{NewParameter, ParameterLine, new_parameter, parameter_lines, remove_parameter};
pub use people::{new_person, set_channel, update_person};
pub use roles::{
    cancel_substitution, grant, grants_in, grants_of, has_history, lock_substitutions, new_substitution, revoke,
    substitutions_between, substitutions_seen,
};
pub use units::{
    UnitChange, close_unit, lock_tree, move_unit, new_post, new_unit, occupied, post_holders_after, posts_of,
    rename_unit, unit, units, update_post,
};
