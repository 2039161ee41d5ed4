//! Sizes in bytes, as people write them.

/// Reads `4096`, `64M`, `64MB`, `1.5 G`, `64MiB`: K, M, G, T count by 1000, KiB and so on by 1024.
/// None for anything else, and for what does not fit.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    let end = (text.find(|c: char| !c.is_ascii_digit() && c != '.')).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = unit_bytes(unit.trim())?;
    if let Ok(whole) = number.parse::<u64>() {
        return whole.checked_mul(unit);
    }
    let bytes = number.parse::<f64>().ok()? * unit as f64;
    // Exact below 2^53, which is more than any document.
    (bytes < 9e15).then_some(bytes as u64)
}

fn unit_bytes(unit: &str) -> Option<u64> {
    let unit = unit.to_ascii_lowercase();
    let (power, base) = match unit.strip_suffix('b').unwrap_or(&unit) {
        "" => return Some(1),
        prefix => match prefix.strip_suffix('i') {
            Some(prefix) if unit.ends_with('b') => (prefix, 1024_u64),
            Some(_) => return None,
            None => (prefix, 1000),
        },
    };
    let exponent = match power {
        "k" => 1,
        "m" => 2,
        "g" => 3,
        "t" => 4,
        _ => return None,
    };
    Some(base.pow(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        for (text, expected) in [
            ("0", Some(0)),
            ("4096", Some(4096)),
            ("100B", Some(100)),
            ("64M", Some(64_000_000)),
            ("64MB", Some(64_000_000)),
            ("64 mb", Some(64_000_000)),
            ("64MiB", Some(64 << 20)),
            ("1.5G", Some(1_500_000_000)),
            ("1T", Some(1_000_000_000_000)),
            ("", None),
            ("M", None),
            ("-1", None),
            ("1.2.3M", None),
            ("64X", None),
            ("64Mi", None),
            ("iB", None),
            ("99999999999T", None),
            ("9.9e99", None),
        ] {
            assert_eq!(parse(text), expected, "{text:?}");
        }
    }
}
