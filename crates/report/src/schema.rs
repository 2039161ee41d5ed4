//! The JSON Schema of the report. It is generated from the types; a test compares it with the committed file.

use crate::{Report, SCHEMA_VERSION};
use serde_json::{Value, json};

/// Returns the JSON Schema (draft 2020-12) of [`Report`].
///
/// The schema allows unknown fields, because fields may be added without a new version.
#[must_use]
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(Report).to_value();
    if let Some(version) = schema.pointer_mut("/properties/schema_version") {
        *version = json!({
            "description": "Version of the report format.",
            "const": SCHEMA_VERSION,
        });
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{check_golden, empty, hostile, sample, timed};
    use crate::{Json, Renderer};

    #[test]
    fn committed_schema_matches_the_types() {
        let generated = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
        check_golden("report.schema.json", &generated);
    }

    #[test]
    fn json_output_is_valid_against_the_schema() {
        let validator = jsonschema::validator_for(&schema()).unwrap();
        for (report, excerpts) in [sample(), empty(), hostile(), timed()] {
            let mut out = Vec::new();
            Json.render(&report, &excerpts, &mut out).unwrap();
            let written: Value = serde_json::from_slice(&out).unwrap();
            let errors: Vec<String> = (validator.iter_errors(&written))
                .map(|e| e.to_string())
                .collect();
            assert!(errors.is_empty(), "{errors:?}");
        }
    }

    #[test]
    fn schema_rejects_other_versions_and_missing_fields_and_allows_new_fields() {
        let validator = jsonschema::validator_for(&schema()).unwrap();
        let mut report = serde_json::to_value(sample().0).unwrap();
        report["clusters"][0]["added_later"] = json!(1);
        assert!(validator.is_valid(&report));
        report["schema_version"] = json!(2);
        assert!(!validator.is_valid(&report));
        report["schema_version"] = json!(1);
        report["clusters"][0].as_object_mut().unwrap().remove("id");
        assert!(!validator.is_valid(&report));
    }
}
