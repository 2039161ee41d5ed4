//! A list of faults whose size is bounded, however many faults there are.

use crate::fault::{Fault, FaultCode};
use std::collections::BTreeMap;

/// A list has so many faults of each kind, at most.
const MAX_LISTED_FAULTS: usize = 10_000;
/// The paths and reasons of the listed faults of one kind have so many bytes, at most.
const MAX_LISTED_BYTES: usize = 2 << 20;

/// Collects faults in any order. Keeps the first ones of each kind by path and line, and counts the others, so a file of which
/// each line is broken costs a few megabytes.
///
/// The result does not depend on the order in which faults are added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FaultList {
    kinds: BTreeMap<FaultCode, Kind>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Kind {
    /// The first faults, and others that were added since the last call of [`Kind::shorten`].
    first: Vec<Fault>,
    bytes: usize,
    /// How many faults were counted and dropped.
    dropped: u64,
    /// The first of those that were dropped. Nothing after it is listed, in whatever order faults are added.
    first_dropped: Option<Fault>,
}

impl FaultList {
    /// Adds a fault.
    pub fn push(&mut self, fault: Fault) {
        self.kinds.entry(fault.code).or_default().push(fault);
    }

    /// Adds all faults of another list.
    pub fn append(&mut self, other: Self) {
        for (code, other) in other.kinds {
            let kind = self.kinds.entry(code).or_default();
            kind.extend(other.first);
            kind.count_dropped(other.dropped, other.first_dropped);
        }
    }

    /// True if no fault was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// The faults, sorted by path, then by line. If there are too many of a kind, the last entry of the kind stands for
    /// those that are not listed: its [`Fault::count`] says how many.
    #[must_use]
    pub fn into_sorted(self) -> Vec<Fault> {
        let mut faults: Vec<Fault> = (self.kinds.into_values())
            .flat_map(Kind::into_faults)
            .collect();
        faults.sort();
        faults
    }
}

impl Extend<Fault> for FaultList {
    fn extend<I: IntoIterator<Item = Fault>>(&mut self, faults: I) {
        faults.into_iter().for_each(|fault| self.push(fault));
    }
}

impl FromIterator<Fault> for FaultList {
    fn from_iter<I: IntoIterator<Item = Fault>>(faults: I) -> Self {
        let mut list = Self::default();
        list.extend(faults);
        list
    }
}

impl Kind {
    fn push(&mut self, fault: Fault) {
        self.bytes += bytes(&fault);
        self.first.push(fault);
        // Twice the limits, so that sorting takes constant time for each fault on average.
        if self.first.len() >= 2 * MAX_LISTED_FAULTS || self.bytes >= 2 * MAX_LISTED_BYTES {
            self.shorten();
        }
    }

    fn extend(&mut self, faults: impl IntoIterator<Item = Fault>) {
        faults.into_iter().for_each(|fault| self.push(fault));
    }

    /// Keeps the first faults up to the limits, and at least one.
    fn shorten(&mut self) {
        self.first.sort();
        let mut kept = 0;
        let mut kept_bytes = 0;
        for fault in &self.first {
            if self
                .first_dropped
                .as_ref()
                .is_some_and(|dropped| fault > dropped)
            {
                break;
            }
            let with_this = kept_bytes + bytes(fault);
            if kept > 0 && (kept == MAX_LISTED_FAULTS || with_this > MAX_LISTED_BYTES) {
                break;
            }
            kept += 1;
            kept_bytes = with_this;
        }
        let dropped = self.first.split_off(kept);
        self.bytes = kept_bytes;
        let count = dropped.iter().map(|fault| fault.count).sum();
        self.count_dropped(count, dropped.into_iter().next());
    }

    fn count_dropped(&mut self, count: u64, first: Option<Fault>) {
        self.dropped += count;
        self.first_dropped = match (self.first_dropped.take(), first) {
            (Some(known), Some(new)) => Some(known.min(new)),
            (known, new) => known.or(new),
        };
    }

    fn into_faults(mut self) -> Vec<Fault> {
        self.shorten();
        let rest = self.first_dropped.map(|first| Fault {
            count: self.dropped,
            reason: format!(
                "from here on, {} more of this kind are counted but not listed",
                self.dropped
            ),
            ..first
        });
        self.first.extend(rest);
        self.first
    }
}

/// What a fault takes in memory and in a report, roughly.
fn bytes(fault: &Fault) -> usize {
    fault.path.len() + fault.reason.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(line: usize, code: FaultCode) -> Fault {
        Fault {
            path: "feed.jsonl".to_owned(),
            line: Some(line as u64),
            code,
            reason: format!("line {line} is broken"),
            count: 1,
        }
    }

    #[test]
    fn few_faults_are_all_listed_in_order() {
        let codes = [FaultCode::NotJson, FaultCode::Empty];
        let list: FaultList = (0..100).rev().map(|n| fault(n, codes[n % 2])).collect();
        let listed = list.into_sorted();
        let expected: Vec<Fault> = (0..100).map(|n| fault(n, codes[n % 2])).collect();
        assert_eq!(listed, expected);
    }

    /// A file of 8 million broken lines took 1.6 GB for its faults, for any memory budget.
    #[test]
    fn the_first_of_each_kind_are_listed_and_all_are_counted() {
        const ALL: usize = 5 * MAX_LISTED_FAULTS + 7;
        let in_order: FaultList = (0..ALL).map(|n| fault(n, FaultCode::NotJson)).collect();
        let kept = in_order.kinds[&FaultCode::NotJson].first.len();
        assert!(kept < 2 * MAX_LISTED_FAULTS, "{kept}");
        // The same faults in another order, in parts that are joined.
        let mut in_parts = FaultList::default();
        for part in (0..7).rev() {
            let lines = (0..ALL).rev().filter(|n| n % 7 == part);
            in_parts.append(lines.map(|n| fault(n, FaultCode::NotJson)).collect());
        }
        in_parts.push(fault(ALL, FaultCode::Empty));
        let listed = in_order.into_sorted();
        let (empty, others): (Vec<Fault>, Vec<Fault>) =
            (in_parts.into_sorted().into_iter()).partition(|fault| fault.code == FaultCode::Empty);
        assert_eq!(others, listed);
        assert_eq!(empty, [fault(ALL, FaultCode::Empty)]);

        assert_eq!(listed.len(), MAX_LISTED_FAULTS + 1);
        assert_eq!(listed.iter().map(|f| f.count).sum::<u64>(), ALL as u64);
        let last = listed.last().unwrap();
        assert_eq!(last.line, Some(MAX_LISTED_FAULTS as u64));
        assert!(last.reason.contains("40007 more of this kind"), "{last:?}");
    }

    /// A short fault took the place of a long one before it, if it came later.
    #[test]
    fn the_order_of_long_and_short_faults_makes_no_difference() {
        let sized = |n: usize| Fault {
            reason: "x".repeat([MAX_LISTED_BYTES / 7, 10, MAX_LISTED_BYTES / 3][n % 3]),
            ..fault(n, FaultCode::Corrupt)
        };
        let whole = (0..60).map(sized).collect::<FaultList>().into_sorted();
        for step in [7, 11, 13, 59] {
            let mut list = FaultList::default();
            for part in 0..60 {
                list.append(std::iter::once(sized(part * step % 60)).collect());
            }
            assert_eq!(list.into_sorted(), whole, "{step}");
        }
    }

    #[test]
    fn long_paths_count_by_their_bytes() {
        let long = |n: usize| Fault {
            path: format!("{n:03}{}", "x".repeat(MAX_LISTED_BYTES / 10)),
            ..fault(n, FaultCode::Corrupt)
        };
        let listed = (0..100).map(long).collect::<FaultList>().into_sorted();
        assert_eq!(listed.len(), 10);
        assert_eq!(listed.iter().map(|fault| fault.count).sum::<u64>(), 100);
        let huge = |n: usize| Fault {
            path: format!("{n}{}", "x".repeat(2 * MAX_LISTED_BYTES)),
            ..fault(n, FaultCode::Corrupt)
        };
        let listed = (0..3).map(huge).collect::<FaultList>().into_sorted();
        assert_eq!(
            listed.len(),
            2,
            "one is listed, and one stands for the others"
        );
    }
}
