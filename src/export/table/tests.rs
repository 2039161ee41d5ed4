use super::*;
use std::io::Cursor;

/// Records with values of all types, with missing fields, and with nested ones.
const RECORDS: &str = r#"{"id":"a","text":"One, \"two\"\n","n":1,"share":1,"ok":true,"article":{"body":"B","by":{"name":"Mara"},"ids":[1,null,2.5]},"tags":["x",2],"mixed":"s","empty":{},"large":18446744073709551615,"names":["x","y"]}
{"text":"=1+1","id":"b","share":0.5,"article":{"by":null},"mixed":{"k":1},"nothing":null,"names":[]}

{"id":"c","n":-3,"article":{"ids":[]},"late":"é","names":["z"]}
"#;

fn table(format: CorpusFormat) -> Vec<u8> {
    let mut out = vec![];
    write_table(Cursor::new(RECORDS), format, &mut out).unwrap();
    out
}

#[test]
fn csv_has_a_column_for_each_field_and_each_nested_field() {
    let table = String::from_utf8(table(CorpusFormat::Csv)).unwrap();
    let expected = "\
id,text,n,share,ok,article.body,article.by.name,article.ids,tags,mixed,empty,large,names,nothing,late
a,\"One, \"\"two\"\"\n\",1,1,true,B,Mara,\"[1,null,2.5]\",\"[\"\"x\"\",2]\",s,{},18446744073709551615,\"[\"\"x\"\",\"\"y\"\"]\",,
b,=1+1,,0.5,,,,,,\"{\"\"k\"\":1}\",,,[],,
c,,-3,,,,,[],,,,,\"[\"\"z\"\"]\",,é
";
    assert_eq!(table, expected);
}

#[test]
fn json_lines_are_copied() {
    assert_eq!(table(CorpusFormat::Jsonl), RECORDS.as_bytes());
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_has_types_and_groups() {
    use ::parquet::file::reader::{FileReader, SerializedFileReader};
    let mut written = tempfile::tempfile().unwrap();
    written.write_all(&table(CorpusFormat::Parquet)).unwrap();
    let file = SerializedFileReader::new(written).unwrap();
    let rows: Vec<String> = file
        .get_row_iter(None)
        .unwrap()
        .map(|row| row.unwrap().to_string())
        .collect();
    assert_eq!(
        rows,
        [
            "{id: \"a\", text: \"One, \"two\"\n\", n: 1, share: 1.0, ok: true, article: {body: \"B\", by: {name: \"Mara\"}, ids: [1.0, null, 2.5]}, tags: \"[\"x\",2]\", mixed: \"s\", empty: \"{}\", large: \"18446744073709551615\", names: [\"x\", \"y\"], nothing: null, late: null}",
            "{id: \"b\", text: \"=1+1\", n: null, share: 0.5, ok: null, article: {body: null, by: null, ids: null}, tags: null, mixed: \"{\"k\":1}\", empty: null, large: null, names: [], nothing: null, late: null}",
            "{id: \"c\", text: null, n: -3, share: null, ok: null, article: {body: null, by: null, ids: []}, tags: null, mixed: null, empty: null, large: null, names: [\"z\"], nothing: null, late: \"é\"}",
        ]
    );
}

#[test]
fn too_many_columns_and_lines_without_an_object_are_refused() {
    let fields: Vec<String> = (0..=MAX_COLUMNS).map(|n| format!("\"f{n}\":1")).collect();
    let wide = format!("{{{}}}\n", fields.join(","));
    for (corpus, message) in [(wide.as_str(), "more than 10000"), ("[1]\n", "an object")] {
        let refused = write_table(Cursor::new(corpus), CorpusFormat::Csv, vec![]).unwrap_err();
        assert!(refused.to_string().contains(message), "{refused}");
    }
}

#[test]
fn a_name_tells_the_format_and_other_names_are_refused() {
    let of = |name: &str| CorpusFormat::of_file(Path::new(name));
    assert_eq!(of("clean"), Some(CorpusFormat::Jsonl));
    assert_eq!(of("clean.NDJSON"), Some(CorpusFormat::Jsonl));
    assert_eq!(of("a.b/clean.csv"), Some(CorpusFormat::Csv));
    for name in ["clean.xlsx", "clean.jsonl.gz", "clean.txt", "clean.json"] {
        assert_eq!(of(name), None, "{name}");
    }
}
