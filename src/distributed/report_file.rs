//! Writes the JSON report from items that come one after the other. Nothing but the item at hand is in memory.

use crate::results::summary;
use crate::settings::Rules;
use dedupe_report::{JsonItems, ReportView, Summary};
use std::io::{self, Write};

/// The lists of a report, in order.
const LISTS: [&str; 5] = ["clusters", "matches", "boilerplate", "skipped", "warnings"];
/// In place of a list: members of the last cluster.
const MEMBERS: &str = "members";
/// The end of a cluster without members, which come last in it.
const NO_MEMBERS: &str = "]}";

/// A JSON report that is being written.
#[derive(Debug)]
pub struct ReportFile<W: Write> {
    items: JsonItems<W>,
    /// The number of the list that has begun.
    list: Option<usize>,
    /// Members of the cluster that has begun.
    members: Option<usize>,
}

impl<W: Write> ReportFile<W> {
    /// Begins a report with these rules and counts.
    ///
    /// # Errors
    ///
    /// `out` cannot be written to.
    pub fn begin(out: W, rules: &Rules, summary: Summary) -> io::Result<Self> {
        let report = summary::without_items(rules, summary);
        Ok(Self {
            items: JsonItems::begin(out, report.header())?,
            list: None,
            members: None,
        })
    }

    /// Adds the JSON of an item of a list. Lists come in the order of the report; those without items are left out. After
    /// a cluster without members, its members come as items of `members`.
    ///
    /// # Errors
    ///
    /// The output cannot be written to, there is no such list, or it has ended.
    pub fn add(&mut self, list: &str, json: &str) -> io::Result<()> {
        if list == MEMBERS {
            return self.add_member(json);
        }
        let place = LISTS.iter().position(|name| *name == list);
        self.go_to(place.ok_or_else(|| io::Error::other(format!("no list {list}")))?)?;
        let begin = json.strip_suffix(NO_MEMBERS).filter(|_| list == LISTS[0]);
        self.members = begin.map(|_| 0);
        self.items.item(begin.unwrap_or(json))
    }

    fn add_member(&mut self, json: &str) -> io::Result<()> {
        let Some(members) = &mut self.members else {
            return Err(io::Error::other("a member before its cluster"));
        };
        *members += 1;
        if *members > 1 {
            self.items.more(",")?;
        }
        self.items.more(json)
    }

    /// Ends the cluster and the lists before this one.
    fn go_to(&mut self, list: usize) -> io::Result<()> {
        if self.list.is_some_and(|at| at > list) {
            return Err(io::Error::other("an item after the end of its list"));
        }
        if self.members.take().is_some() {
            self.items.more(NO_MEMBERS)?;
        }
        while self.list.is_none_or(|at| at < list) {
            if self.list.is_some() {
                self.items.end_list()?;
            }
            let next = self.list.map_or(0, |at| at + 1);
            self.list = Some(next);
            self.items.begin_list(LISTS.get(next).unwrap_or(&""))?;
        }
        Ok(())
    }

    /// Ends the report, and returns the output.
    ///
    /// # Errors
    ///
    /// The output cannot be written to.
    pub fn end(mut self) -> io::Result<W> {
        self.go_to(LISTS.len() - 1)?;
        self.items.end_list()?;
        self.items.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun() -> ReportFile<Vec<u8>> {
        ReportFile::begin(vec![], &Rules::default(), Summary::default()).unwrap()
    }

    fn read(file: ReportFile<Vec<u8>>) -> serde_json::Value {
        serde_json::from_slice(&file.end().unwrap()).unwrap()
    }

    #[test]
    fn a_report_without_items_has_all_lists() {
        let report = read(begun());
        for list in LISTS {
            assert_eq!(report[list], serde_json::json!([]), "{list}");
        }
        assert_eq!(report["summary"]["clusters"], 0);
    }

    #[test]
    fn members_follow_their_cluster() {
        let mut file = begun();
        file.add("clusters", r#"{"id":"a","members":[]}"#).unwrap();
        file.add(MEMBERS, "1").unwrap();
        file.add(MEMBERS, "2").unwrap();
        file.add("clusters", r#"{"id":"b","members":[]}"#).unwrap();
        file.add(MEMBERS, "3").unwrap();
        file.add("matches", r#"{"spans":[{}]}"#).unwrap();
        file.add("warnings", "4").unwrap();
        file.add("warnings", "5").unwrap();
        let report = read(file);
        let expected = serde_json::json!([
            {"id": "a", "members": [1, 2]},
            {"id": "b", "members": [3]},
        ]);
        assert_eq!(report["clusters"], expected);
        assert_eq!(report["matches"], serde_json::json!([{"spans": [{}]}]));
        assert_eq!(report["skipped"], serde_json::json!([]));
        assert_eq!(report["warnings"], serde_json::json!([4, 5]));
    }

    #[test]
    fn items_out_of_order_are_errors() {
        let mut file = begun();
        let error = |result: io::Result<()>| result.unwrap_err().to_string();
        assert_eq!(error(file.add(MEMBERS, "1")), "a member before its cluster");
        assert_eq!(error(file.add("stories", "1")), "no list stories");
        file.add("matches", "1").unwrap();
        assert_eq!(error(file.add(MEMBERS, "1")), "a member before its cluster");
        assert_eq!(
            error(file.add("clusters", "1")),
            "an item after the end of its list"
        );
    }
}
