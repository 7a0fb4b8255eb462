//! Instance profiles.

use crate::{Iam, error, house, text};
use serde_json::{Value, json};

fn named(name: &str) -> Value {
    json!({ "InstanceProfileName": name })
}

fn both(profile: &str, role: &str) -> Value {
    json!({ "InstanceProfileName": profile, "RoleName": role })
}

#[test]
fn a_profile_shows_the_role_that_it_holds_and_holds_one_at_most() {
    let house = house();
    let made = house.ok("CreateInstanceProfile", &json!({ "InstanceProfileName": "web", "Path": "/fleet/" }));
    assert_eq!(made["InstanceProfile"]["Arn"], "arn:aws:iam::111122223333:instance-profile/fleet/web");
    assert!(text(&made["InstanceProfile"]["InstanceProfileId"]).starts_with("AIPA"));
    assert_eq!(made["InstanceProfile"]["Roles"], "");
    house.role("app");
    house.role("other");
    house.ok("AddRoleToInstanceProfile", &both("web", "app"));
    let held = house.ok("GetInstanceProfile", &named("web"))["InstanceProfile"]["Roles"].clone();
    assert_eq!((&held[0]["RoleName"], held.as_array().unwrap().len()), (&json!("app"), 1));
    for role in ["app", "other"] {
        assert_eq!(
            house.refused("AddRoleToInstanceProfile", &both("web", role)),
            error(409, "LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
        );
    }
}

#[test]
fn only_the_role_that_is_in_can_be_taken_out() {
    let house = house();
    house.ok("CreateInstanceProfile", &named("web"));
    house.role("app");
    house.role("other");
    house.ok("AddRoleToInstanceProfile", &both("web", "app"));
    assert_eq!(house.refused("RemoveRoleFromInstanceProfile", &both("web", "other")).1, "NoSuchEntity");
    assert_eq!(
        house.refused("DeleteInstanceProfile", &named("web")),
        error(409, "DeleteConflict", "Cannot delete entity, must remove roles from instance profile first.")
    );
    house.ok("RemoveRoleFromInstanceProfile", &both("web", "app"));
    assert_eq!(house.refused("RemoveRoleFromInstanceProfile", &both("web", "app")).1, "NoSuchEntity");
    house.ok("DeleteInstanceProfile", &named("web"));
    assert_eq!(
        house.refused("GetInstanceProfile", &named("web")),
        error(404, "NoSuchEntity", "Instance Profile web cannot be found.")
    );
    house.ok("DeleteRole", &json!({ "RoleName": "app" }));
}

#[test]
fn a_role_knows_the_profiles_that_it_is_in() {
    let house = house();
    house.role("app");
    for name in ["b", "A", "c"] {
        house.ok("CreateInstanceProfile", &named(name));
        house.ok("AddRoleToInstanceProfile", &both(name, "app"));
    }
    let first = house.ok("ListInstanceProfilesForRole", &json!({ "RoleName": "app", "MaxItems": 2 }));
    assert_eq!(first["IsTruncated"], "true");
    let rest = json!({ "RoleName": "app", "Marker": first["Marker"] });
    let rest = house.ok("ListInstanceProfilesForRole", &rest);
    let mut names: Vec<_> = [&first, &rest]
        .iter()
        .flat_map(|page| page["InstanceProfiles"].as_array().unwrap())
        .map(|profile| text(&profile["InstanceProfileName"]))
        .collect();
    names.sort();
    assert_eq!(names, ["A", "b", "c"]);
}

#[test]
fn names_are_taken_without_regard_to_case() {
    let house = house();
    house.ok("CreateInstanceProfile", &named("web"));
    assert_eq!(
        house.refused("CreateInstanceProfile", &named("WEB")),
        error(409, "EntityAlreadyExists", "Instance Profile WEB already exists.")
    );
}
