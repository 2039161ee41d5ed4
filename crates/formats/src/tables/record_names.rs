//! The names of the columns of a table as the fields of an object, which cannot have two fields of one name: most programs
//! read only one of them.

#[cfg(feature = "tables")]
pub(super) use numbered::RecordNames;

#[cfg(any(feature = "arrow", feature = "parquet"))]
use crate::error::ReadError;
#[cfg(any(feature = "arrow", feature = "parquet"))]
use std::collections::HashSet;

/// Makes sure that no two columns have one name.
///
/// # Errors
///
/// Names the first name that is there twice.
#[cfg(any(feature = "arrow", feature = "parquet"))]
pub(super) fn expect_distinct<'n>(names: impl Iterator<Item = &'n str>) -> Result<(), ReadError> {
    let mut seen = HashSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(ReadError::RepeatedColumn(name.to_owned()));
        }
    }
    Ok(())
}

#[cfg(feature = "tables")]
mod numbered {
    use std::borrow::Cow;
    use std::collections::{HashMap, HashSet};

    /// The names of columns, each once: the second column of a name `tag` is `tag (2)`.
    #[derive(Debug)]
    pub(in super::super) struct RecordNames {
        names: Vec<String>,
        /// The columns of each name that several have, in ascending order.
        repeated: Vec<Vec<usize>>,
    }

    impl RecordNames {
        pub(in super::super) fn new(names: &[String]) -> Self {
            let mut columns: HashMap<&str, Vec<usize>> = HashMap::new();
            for (column, name) in names.iter().enumerate() {
                columns.entry(name).or_default().push(column);
            }
            let mut repeated: Vec<Vec<usize>> = columns
                .into_values()
                .filter(|of_name| of_name.len() > 1)
                .collect();
            repeated.sort_unstable();
            Self {
                names: distinct(names),
                repeated,
            }
        }

        /// The names of the cells of a row. Of the columns of one name, the first with a value in this row has the plain
        /// name, because it is the one that is read.
        pub(in super::super) fn of_row(
            &self,
            has_value: impl Fn(usize) -> bool,
        ) -> Cow<'_, [String]> {
            let mut names = Cow::Borrowed(&self.names[..]);
            for columns in &self.repeated {
                let with_value = columns.iter().copied().find(|column| has_value(*column));
                if let (Some(&first), Some(read)) = (columns.first(), with_value)
                    && read != first
                {
                    names.to_mut().swap(first, read);
                }
            }
            names
        }
    }

    fn distinct(names: &[String]) -> Vec<String> {
        let mut taken: HashSet<String> = names.iter().cloned().collect();
        let mut seen: HashMap<&str, u32> = HashMap::new();
        let distinct = names.iter().map(|name| {
            let times = seen.entry(name).or_insert(0);
            *times += 1;
            if *times == 1 {
                return name.clone();
            }
            loop {
                let other = format!("{name} ({times})");
                if taken.insert(other.clone()) {
                    return other;
                }
                *times += 1;
            }
        });
        distinct.collect()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn owned<const N: usize>(names: [&str; N]) -> [String; N] {
            names.map(str::to_owned)
        }

        #[test]
        fn repeated_names_are_numbered_and_never_those_of_other_columns() {
            assert_eq!(
                distinct(&owned(["tag", "text", "tag", "tag (2)", "tag", "", ""])),
                ["tag", "text", "tag (3)", "tag (2)", "tag (4)", "", " (2)"]
            );
        }

        #[test]
        fn the_first_column_with_a_value_has_the_plain_name() {
            let names = RecordNames::new(&owned(["text", "id", "text", "text"]));
            let named =
                |filled: &[usize]| names.of_row(|column| filled.contains(&column)).join(" ");
            assert_eq!(named(&[0, 2]), "text id text (2) text (3)");
            assert_eq!(named(&[2, 3]), "text (2) id text text (3)");
            assert_eq!(named(&[3]), "text (3) id text (2) text");
            assert_eq!(named(&[]), "text id text (2) text (3)");
        }
    }
}
