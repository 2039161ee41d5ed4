//! The names of fields that are looked for in records, prepared once for many records.
//!
//! Names are compared without regard to ASCII case, `_`, `-` and spaces, so `Published At` and
//! `publishedAt` are `published_at`. A name with a dot, such as `article.body`, is also a path: the field
//! `body` of the object in the field `article`.

use crate::options::{Fields, TEXT_NAMES};

/// A field of a document. The discriminant is the index of its slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DocumentField {
    Text,
    Id,
    Title,
    Source,
    Date,
    Url,
    Byline,
    Language,
}

/// The number of fields of a document.
pub(crate) const FIELD_COUNT: usize = 8;

/// The field names to look for in records, or inside a field of records.
#[derive(Debug, Default)]
pub(crate) struct FieldNames<'a> {
    /// Sorted by the first byte of the folded name.
    names: Vec<FieldName<'a>>,
    /// For each byte, the index of the first of `names` that begins with it or with a later one. Empty if there is no
    /// name.
    begins: Vec<usize>,
    /// The names of the text field, if they are not the default ones.
    given_text: &'a [String],
}

/// A name, with everything that a field of this name can fill.
#[derive(Debug)]
pub(crate) struct FieldName<'a> {
    spelling: &'a str,
    folded: Vec<u8>,
    /// The fields, with the rank of the name among the names for each.
    fields: Vec<(DocumentField, usize)>,
    /// The names inside this field, for paths.
    inside: FieldNames<'a>,
}

impl<'a> FieldNames<'a> {
    pub(crate) fn new(fields: &'a Fields) -> Self {
        let lists = [
            (DocumentField::Text, &fields.text),
            (DocumentField::Id, &fields.id),
            (DocumentField::Title, &fields.title),
            (DocumentField::Source, &fields.source),
            (DocumentField::Date, &fields.date),
            (DocumentField::Url, &fields.url),
            (DocumentField::Byline, &fields.byline),
            (DocumentField::Language, &fields.language),
        ];
        let mut names = Self::default();
        for (field, list) in lists {
            for (rank, name) in list.iter().enumerate() {
                names.insert(name, field, rank);
            }
        }
        names.sort();
        if fields.text != TEXT_NAMES {
            names.given_text = &fields.text;
        }
        names
    }

    /// The names of the text field, if they are not the default ones. Messages name them.
    pub(crate) fn given_text(&self) -> &'a [String] {
        self.given_text
    }

    fn insert(&mut self, name: &'a str, field: DocumentField, rank: usize) {
        let fields = &mut self.entry(name).fields;
        // The first of several spellings of a name has the best rank.
        if !fields.iter().any(|(own, _)| *own == field) {
            fields.push((field, rank));
        }
        if let Some((outer, inner)) = name.split_once('.') {
            self.entry(outer).inside.insert(inner, field, rank);
        }
    }

    fn entry(&mut self, spelling: &'a str) -> &mut FieldName<'a> {
        let folded = fold(spelling);
        let at = (self.names.iter()).position(|name| name.folded == folded);
        let at = at.unwrap_or_else(|| {
            self.names.push(FieldName {
                spelling,
                folded,
                fields: Vec::new(),
                inside: Self::default(),
            });
            self.names.len() - 1
        });
        &mut self.names[at]
    }

    fn sort(&mut self) {
        if self.is_empty() {
            return;
        }
        self.names.sort_by_key(FieldName::first_byte);
        self.begins = vec![0; usize::from(u8::MAX) + 2];
        for name in &self.names {
            self.begins[usize::from(name.first_byte()) + 1] += 1;
        }
        let mut begin = 0;
        for count in &mut self.begins {
            begin += *count;
            *count = begin;
        }
        for name in &mut self.names {
            name.inside.sort();
        }
    }

    /// True if no name is looked for.
    fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// What a field of this name can fill.
    pub(crate) fn find(&self, name: &str) -> Option<&FieldName<'a>> {
        let mut folded = name.bytes().filter(|byte| !is_ignored(*byte));
        let first = folded.next().or(name.bytes().next())?.to_ascii_lowercase();
        let begin = *self.begins.get(usize::from(first))?;
        let end = *self.begins.get(usize::from(first) + 1)?;
        let mut same_start = self.names.get(begin..end)?.iter();
        same_start.find(|own| own.spelling == name || own.is_named(name))
    }
}

impl<'a> FieldName<'a> {
    fn first_byte(&self) -> u8 {
        self.folded.first().copied().unwrap_or(0)
    }

    fn is_named(&self, name: &str) -> bool {
        let folded = name.bytes().filter(|byte| !is_ignored(*byte));
        folded
            .map(|byte| byte.to_ascii_lowercase())
            .eq(self.folded.iter().copied())
    }

    /// The fields that a field spelled `name` can fill, with the rank of the name for each. A name that is
    /// spelled differently ranks directly behind the same name in the given spelling.
    pub(crate) fn fields(
        &self,
        name: &str,
    ) -> impl Iterator<Item = (DocumentField, usize)> + use<'_, 'a> {
        let other_spelling = usize::from(name != self.spelling);
        let ranked = self.fields.iter();
        ranked.map(move |&(field, rank)| (field, 2 * rank + other_spelling))
    }

    /// The names to look for inside this field, or `None` if no path leads there.
    pub(crate) fn inside(&self) -> Option<&FieldNames<'a>> {
        (!self.inside.is_empty()).then_some(&self.inside)
    }

    /// True if the field can be the text.
    #[cfg(any(feature = "arrow", feature = "parquet", feature = "tables"))]
    pub(crate) fn is_text(&self) -> bool {
        let mut fields = self.fields.iter();
        fields.any(|(field, _)| *field == DocumentField::Text)
    }
}

/// The form in which names are compared. A name of ignored characters alone stays as it is.
pub(crate) fn fold(name: &str) -> Vec<u8> {
    let kept = name.bytes().filter(|byte| !is_ignored(*byte));
    let mut folded = Vec::with_capacity(name.len());
    folded.extend(kept.map(|byte| byte.to_ascii_lowercase()));
    if folded.is_empty() {
        name.as_bytes().to_vec()
    } else {
        folded
    }
}

fn is_ignored(byte: u8) -> bool {
    matches!(byte, b'_' | b'-' | b' ')
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn text_names(names: &[&str]) -> Fields {
        Fields {
            text: names.iter().map(|&name| name.to_owned()).collect(),
            ..Fields::default()
        }
    }

    fn check(fields: &Fields, name: &str, expected: Option<(DocumentField, usize)>) {
        let names = FieldNames::new(fields);
        let found = names.find(name);
        let found = found.and_then(|found| found.fields(name).next());
        assert_eq!(found, expected, "{name}");
    }

    #[test]
    fn compares_names_without_case_and_separators() {
        let fields = text_names(&["pub_date", "BodyText", "überschrift", "__"]);
        check(&fields, "pub_date", Some((DocumentField::Text, 0)));
        for name in ["pubDate", "PUB-DATE", "Pub Date", "_pubdate"] {
            check(&fields, name, Some((DocumentField::Text, 1)));
        }
        check(&fields, "body_text", Some((DocumentField::Text, 3)));
        check(&fields, "überschrift", Some((DocumentField::Text, 4)));
        check(&fields, "__", Some((DocumentField::Text, 6)));
        for name in ["pub_dates", "pub", "", "_", "p", "\u{FFFD}"] {
            check(&fields, name, None);
        }
    }

    #[test]
    fn two_spellings_of_one_name_are_one_name() {
        let fields = text_names(&["Body", "body"]);
        check(&fields, "Body", Some((DocumentField::Text, 0)));
        check(&fields, "body", Some((DocumentField::Text, 1)));
    }

    #[test]
    fn a_dotted_name_is_a_path_and_a_name() {
        let fields = text_names(&["article.body.text", "article"]);
        check(&fields, "article.body.text", Some((DocumentField::Text, 0)));
        check(&fields, "article", Some((DocumentField::Text, 2)));
        let names = FieldNames::new(&fields);
        let article = names.find("Article").unwrap().inside().unwrap();
        assert!(article.find("body.text").is_some() && article.find("text").is_none());
        let body = article.find("body").unwrap();
        assert_eq!(body.fields("body").count(), 0);
        assert!(body.inside().unwrap().find("text").is_some());
        assert!(names.find("url").unwrap().inside().is_none());
    }
}
