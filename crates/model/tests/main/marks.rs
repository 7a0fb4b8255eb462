//! What must not be shown, as a list that is looked through by eye: `tests/marks.txt`.

use model::{Kind, Sensitivity, Service, Shape, services};

const LIST: &str = include_str!("../marks.txt");

/// A line that appears here newly must be looked at: is it marked rightly? One that disappears must not be missed.
#[test]
fn the_marks_are_those_of_the_list() {
    let marks = services().all().flat_map(lines).collect::<Vec<_>>();
    let marks = marks.iter().map(String::as_str).collect::<Vec<_>>();
    let listed = LIST.lines().collect::<Vec<_>>();
    let only = |these: &[&'static str], those: &[&str]| {
        these.iter().copied().filter(|line| !those.contains(line)).collect::<Vec<_>>().join("\n")
    };
    let new = marks.iter().filter(|line| !listed.contains(line)).copied().collect::<Vec<_>>().join("\n");
    let lost = only(&listed, &marks);
    assert!(new.is_empty() && lost.is_empty(), "not in the list:\n{new}\nonly in the list:\n{lost}");
    assert!(marks == listed, "the list is out of order");
}

/// A line for each marked shape, or, where only some members of a shape are marked, for each of those.
fn lines(service: &'static Service) -> Vec<String> {
    let mut lines = Vec::new();
    for shape in service.shapes() {
        let line = |name: &str, shape: &Shape| match shape.sensitivity {
            Sensitivity::Public => None,
            Sensitivity::Unlogged => Some(format!("{} {name} unlogged", service.name)),
            Sensitivity::Secret => Some(format!("{} {name} secret", service.name)),
        };
        if is_derived(shape) {
            continue;
        }
        lines.extend(line(shape.name, shape));
        let Kind::Structure(structure) = &shape.kind else { continue };
        for member in &structure.members {
            let of_member = service.shape(member.shape);
            if is_derived(of_member) {
                lines.extend(line(&format!("{}.{}", shape.name, member.name), of_member));
            }
        }
    }
    lines
}

/// Whether a shape was made for members that say more than its namesake.
fn is_derived(shape: &Shape) -> bool {
    shape.name.contains(' ')
}
