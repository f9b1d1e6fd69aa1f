//! "Did you mean …?"

/// The known name nearest to `found`, or `None` where none is close.
///
/// Close is: the same but for case, or one slip (a letter too many, too few, wrong, or two
/// swapped) for each three letters, three slips at most. Of equally near names the first is taken.
pub fn nearest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let found = Letters::of(found);
    if found.count > LONGEST {
        return None;
    }
    let allowed = (found.count / 3).min(3);
    let mut best: Option<(usize, &str)> = None;
    for name in known {
        // A name that is nearer than the best so far is at most this far away.
        let within = match best {
            Some((0, _)) => break,
            Some((distance, _)) => distance - 1,
            None => allowed,
        };
        // Bytes bound letters from both sides: names of quite another length are passed over unread.
        if name.len() > 4 * (found.count + within) || 4 * name.len() < found.count.saturating_sub(within) {
            continue;
        }
        let letters = Letters::of(name);
        if letters.cannot_be_within(&found, within) {
            continue;
        }
        let distance = strsim::osa_distance(&found.folded, &letters.folded);
        if distance <= within {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

/// Names with more letters are sentences, and comparing two costs the product of their lengths.
const LONGEST: usize = 200;

/// A name in lower case, and what tells cheaply that two are far apart.
struct Letters {
    folded: String,
    count: usize,
    /// A bit for each letter that occurs, by its code modulo 64.
    mask: u64,
}

impl Letters {
    fn of(name: &str) -> Letters {
        let folded = name.to_lowercase();
        let (mut count, mut mask) = (0, 0);
        for c in folded.chars() {
            count += 1;
            mask |= 1 << (c as u32 % 64);
        }
        Letters { folded, count, mask }
    }

    /// One slip changes the length by one at most, and brings in and takes out one letter at most.
    fn cannot_be_within(&self, other: &Letters, slips: usize) -> bool {
        self.count.abs_diff(other.count) > slips
            || (self.mask & !other.mask).count_ones() as usize > slips
            || (other.mask & !self.mask).count_ones() as usize > slips
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(found: &str, known: &[&str], expected: Option<&str>) {
        assert_eq!(nearest(found, known.iter().copied()), expected, "{found}");
    }

    #[test]
    fn a_slip_is_understood() {
        check("titel", &["summary", "title", "slug"], Some("title"));
        check("tag", &["tags", "title"], Some("tags"));
        check("ture", &["true", "false"], Some("true"));
        check("Ada Lovelase", &["Ada Lovelace", "Charles Babbage"], Some("Ada Lovelace"));
        check("corections", &["corrections"], Some("corrections"));
        check("Gonzales", &["González"], Some("González"));
    }

    #[test]
    fn case_is_no_difference() {
        check("TITLE", &["titles", "title"], Some("title"));
        check("c", &["C"], Some("C"));
        check("ÉMOTION", &["émotion"], Some("émotion"));
    }

    #[test]
    fn what_is_far_is_not_suggested() {
        check("x", &["y", "z", "xy"], None);
        check("topics", &["timeline", "title"], None);
        check("fentanyl", &["opium", "bitcoin"], None);
        check("", &["a", "title"], None);
        check("anything", &[], None);
        check(&"x".repeat(5000), &[&"x".repeat(5001)], None);
    }

    #[test]
    fn of_equally_near_names_the_first_is_taken() {
        check("cats", &["cuts", "cots"], Some("cuts"));
        check("cats", &["cots", "cuts"], Some("cots"));
        check("roles", &["rules", "role"], Some("rules"));
    }

    proptest! {
        #[test]
        fn passing_over_names_changes_no_answer(found in "[a-cÀé]{0,9}", known in prop::collection::vec("[A-Caéà]{0,9}", 0..8)) {
            let folded = found.to_lowercase();
            let allowed = (folded.chars().count() / 3).min(3);
            let slow = known
                .iter()
                .map(|name| (strsim::osa_distance(&folded, &name.to_lowercase()), name.as_str()))
                .filter(|(distance, _)| *distance <= allowed)
                .min_by_key(|(distance, _)| *distance)
                .map(|(_, name)| name);
            prop_assert_eq!(nearest(&found, known.iter().map(String::as_str)), slow);
        }
    }
}
