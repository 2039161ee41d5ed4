//! Datelines and credit lines as agencies write them, in several languages.

use super::*;

/// Checks the agency, the place, the day, and the remaining text.
fn check(text: &str, agency: &str, place: &str, day: &str, story: &str) {
    let found = Credit::of(text);
    let day_found = found.day.map(Day::iso_8601).unwrap_or_default();
    assert_eq!(found.agency.as_deref().unwrap_or(""), agency, "{text}");
    assert_eq!(found.place.as_deref().unwrap_or(""), place, "{text}");
    assert_eq!(day_found, day, "{text}");
    let left: String = found.story(text).map(|part| text[part].to_owned()).concat();
    assert_eq!(left.trim(), story, "{text}");
}

#[test]
fn recognises_datelines_of_many_agencies() {
    for (dateline, agency, place, day) in [
        (
            "MOSCOW, Feb 26 (Reuters) - ",
            "Reuters",
            "MOSCOW",
            "--02-26",
        ),
        ("(Reuters) - ", "Reuters", "", ""),
        ("NEW YORK  (Reuters) - ", "Reuters", "NEW YORK", ""),
        (
            "ST. LOUIS, Oct. 3, 2019 (AP) — ",
            "AP",
            "ST. LOUIS",
            "2019-10-03",
        ),
        ("DOVER, Del. (AP) — ", "AP", "DOVER, Del.", ""),
        ("Berlin (dpa/lno) - ", "dpa", "Berlin", ""),
        ("Berlin/Kiew (dpa) – ", "dpa", "Berlin/Kiew", ""),
        ("PARIS, 12 mars (AFP) - ", "AFP", "PARIS", "--03-12"),
        ("Madrid, 3 mar (EFE).- ", "EFE", "Madrid", "--03-03"),
        ("(ANSA) - ROMA, 26 FEB - ", "ANSA", "ROMA", "--02-26"),
        (
            "BEIJING, Feb. 26 (Xinhua) -- ",
            "Xinhua",
            "BEIJING",
            "--02-26",
        ),
        (
            "Moscow, (UrduPoint / Pakistan Point News - 26th Feb, 2021 ) :",
            "UrduPoint",
            "Moscow",
            "2021-02-26",
        ),
        ("New Delhi, Feb 26 (PTI) ", "PTI", "New Delhi", "--02-26"),
        (
            "New Delhi [India], February 26 (ANI): ",
            "ANI",
            "New Delhi [India]",
            "--02-26",
        ),
        ("SEOUL, Feb. 26 (Yonhap) -- ", "Yonhap", "SEOUL", "--02-26"),
        ("MOSCOW, February 26. /TASS/. ", "TASS", "MOSCOW", "--02-26"),
        ("МОСКВА, 26 февраля. /ТАСС/. ", "TASS", "МОСКВА", "--02-26"),
        ("МОСКВА, 26 фев — РИА Новости. ", "RIA", "МОСКВА", "--02-26"),
        (
            "LONDON, Feb. 26, 2021 /PRNewswire/ -- ",
            "PR Newswire",
            "LONDON",
            "2021-02-26",
        ),
        ("【東京＝共同】", "Kyodo", "東京", ""),
        ("［東京 26日 ロイター］ - ", "Reuters", "東京", ""),
        ("新华社北京2月26日电　", "Xinhua", "北京", "--02-26"),
        ("NEW YORK, Nov 19 - ", "", "NEW YORK", "--11-19"),
        (
            "SKARVIK, Aug 20 (Northlight) - ",
            "Northlight",
            "SKARVIK",
            "--08-20",
        ),
    ] {
        let text = format!("{dateline}Inspectors closed the basin.");
        let left = match dateline.strip_suffix(". ") {
            Some(rest) if rest.ends_with("/TASS/") || rest.ends_with("/ТАСС/") => {
                ". Inspectors closed the basin."
            }
            _ => "Inspectors closed the basin.",
        };
        check(&text, agency, place, day, left);
    }
}

#[test]
fn finds_a_dateline_after_a_headline() {
    check(
        "Harbour shut after cracks\n\nAnn Lee 3 minutes ago\n\nOSLO, May 4 (AFP) - Inspectors closed the basin.",
        "AFP",
        "OSLO",
        "--05-04",
        "Harbour shut after cracks\n\nAnn Lee 3 minutes ago\n\nInspectors closed the basin.",
    );
    check(
        "Startseite Hafen Das Becken bleibt vorerst geschlossen, sagte die Behörde am Montag in Oslo Hamburg (dpa) - Prüfer fanden Risse.",
        "dpa",
        "Hamburg",
        "",
        "Startseite Hafen Das Becken bleibt vorerst geschlossen, sagte die Behörde am Montag in Oslo Prüfer fanden Risse.",
    );
}

#[test]
fn removes_dateline_and_credit_lines() {
    check(
        "OSLO (AP) — The basin is shut.\n\nBased on materials from TASS",
        "AP",
        "OSLO",
        "",
        "The basin is shut.",
    );
}

#[test]
fn searches_only_the_first_640_bytes_for_a_dateline() {
    let dateline = "OSLO, May 4 (AFP) - ";
    for (bytes, agency) in [(600, Some("AFP")), (640, None)] {
        let text = format!("{}\n{dateline}It sank.", "x".repeat(bytes));
        assert_eq!(Credit::of(&text).agency.as_deref(), agency, "{bytes}");
    }
    let brackets = |bytes: usize| format!("OSLO (AFP, {}) - It sank.", "x".repeat(bytes));
    assert!(Credit::of(&brackets(75)).agency.is_some());
    assert!(Credit::of(&brackets(76)).agency.is_none());
}

#[test]
fn limits_the_place_to_5_words_and_72_bytes() {
    let check = |line: &str, expected: &str| {
        let credit = Credit::of(&format!("{line} (AFP) - It sank."));
        assert_eq!(credit.place.as_deref(), Some(expected), "{line}");
    };
    check("Aa Bb Cc Dd Ee", "Aa Bb Cc Dd Ee");
    check("Aa Bb Cc Dd Ee Ff", "Ff");
    // The space before the bracket counts.
    let words = |bytes: usize| format!("A{} Bb", "a".repeat(bytes - 5));
    check(&words(72), &words(72));
    check(&words(73), "Bb");
}

#[test]
fn finds_no_dateline_in_prose() {
    for text in [
        "The agency (AP) said that the basin was shut.",
        "A survey by the church press service (epd) clearly showed it.",
        "Shares of Basin Inc. (BSN.N) - the second largest - fell.",
        "Harbour Board - May 4 meeting, minutes and notes - all present.",
        "He paid on Feb 26 (Friday) - too late.",
        "Either/or. The 2021/22 season (see below) - began.",
        "",
        "(",
        "((((((((((/////[[[[",
    ] {
        check(text, "", "", "", text);
    }
}

#[test]
fn keeps_a_text_that_is_only_a_credit() {
    check("(dpa)", "dpa", "", "", "(dpa)");
    check("Source: AP", "AP", "", "", "Source: AP");
}

#[test]
fn cuts_long_lines_between_characters() {
    for unit in ["海", "é", "я", "😀", "a"] {
        let text = unit.repeat(3_000);
        assert_eq!(Credit::of(&text).story(&text), [0..0, 0..text.len()]);
    }
}

#[test]
fn the_preamble_has_the_byline_and_the_dateline() {
    let check = |text: &str, expected: &str| {
        assert_eq!(text[super::preamble(text)].trim(), expected, "{text}");
    };
    let dateline = "OSLO, May 4 (AFP) -";
    check(&format!("Mill burns\n{dateline} It burnt."), dateline);
    check("Mill burns\nBy Jane Doe\nIt burnt.", "By Jane Doe");
    let both = format!("By Jane Doe\n\n{dateline}");
    check(&format!("Mill burns\n{both} It burnt."), &both);
    let apart = format!("Mill burns\nBy Jane Doe\nFirst.\n{dateline} It burnt.");
    check(&apart, dateline);
    check("Mill burns\nIt burnt.", "");
}
