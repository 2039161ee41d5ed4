//! The JSON Schema of the report, generated from its types and committed beside them.

use crate::{Report, SCHEMA_VERSION};
use serde_json::{Value, json};

/// The JSON Schema (draft 2020-12) of [`Report`]. Objects are open: fields may be added without a new
/// version.
#[must_use]
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(Report).to_value();
    if let Some(version) = schema.pointer_mut("/properties/schema_version") {
        *version = json!({
            "description": "The version of the report's meaning.",
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
    fn the_committed_schema_is_the_one_of_the_types() {
        let generated = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
        check_golden("report.schema.json", &generated);
    }

    #[test]
    fn what_is_written_is_valid() {
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
    fn another_version_or_a_missing_field_is_not_valid_but_a_new_field_is() {
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
