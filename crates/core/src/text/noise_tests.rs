//! Each noise that copies pick up on their way, and each language, told by an example.

use super::{UNSPACED, scan, spans};

fn ids(text: &str) -> Vec<u32> {
    let (mut ids, mut offsets) = (Vec::new(), Vec::new());
    scan(text, &mut ids, &mut offsets);
    ids
}

fn words(text: &str) -> Vec<&str> {
    let (mut ids, mut offsets) = (Vec::new(), Vec::new());
    scan(text, &mut ids, &mut offsets);
    spans(&offsets)
        .filter_map(|span| text.get(span.begin as usize..span.end as usize))
        .collect()
}

/// Both texts have the same words, and some.
#[track_caller]
fn check(left: &str, right: &str) {
    assert!(!ids(left).is_empty(), "{left:?} has no words");
    assert_eq!(ids(left), ids(right), "{left:?} {right:?}");
}

#[test]
fn changed_quotes_do_not_change_words() {
    check("the country’s “best” mayor", "the country's \"best\" mayor");
    check(
        "don‘t donʼt don′t don＇t don´t",
        "don't don't don't don't don't",
    );
}

#[test]
fn changed_dashes_part_words_alike() {
    check("peace talks – at last", "peace talks - at last");
    check("peace talks—at last", "peace talks -- at last");
    check("non‑stop", "non-stop");
}

#[test]
fn words_hyphenated_at_line_ends_are_whole() {
    check("an inter-\nnational deal", "an international deal");
    check("an inter- \r\n  national deal", "an international deal");
    check("an inter\u{ad}\nnational deal", "an international deal");
    check("die Be-\nhör-\nde prüft", "die Behörde prüft");
    check("die Gr&uuml;n-\n&auml;hnlichen", "die Grünähnlichen");
    assert_eq!(words("an inter-\nnational deal")[1], "inter-\nnational");
}

#[test]
fn a_hyphen_before_a_paragraph_or_a_capital_joins_nothing() {
    check("the north-\n\nsouth line", "the north south line");
    check("the North-\nSouth line", "the north south line");
    check("in 1990-\nmade", "in 1990 made");
    check("he left -\nthen came back", "he left then came back");
}

#[test]
fn hard_wrapped_lines_change_nothing() {
    check(
        "The mayor\r\nsaid on\n    Monday",
        "The mayor said on Monday",
    );
}

#[test]
fn invisible_characters_are_not_there() {
    check("Donau\u{ad}dampf\u{ad}schiff", "Donaudampfschiff");
    check(
        "zero\u{200b}width and\u{200d} jo\u{2060}iner",
        "zerowidth and joiner",
    );
    check("\u{feff}Berlin \u{200e}left\u{200f}", "Berlin left");
}

#[test]
fn ligatures_and_full_width_forms_are_their_letters() {
    check("the ﬁrst oﬃce ﬂoor", "the first office floor");
    check("ＡＢＣ １２，０００", "ABC 12,000");
}

#[test]
fn references_left_in_text_are_their_characters() {
    check("don&#8217;t", "don't");
    check("don&#x2019;t don&#146;t don&amp;#39;t", "don't don't don't");
    check("Gr&uuml;n", "Grün");
    check(
        "&quot;Gr&uuml;n&quot;,&nbsp;said&nbsp;he &amp; she",
        "\"Grün\", said he & she",
    );
    check("AT&T; it&s a &nonsense;", "AT T; it s a nonsense");
    assert_eq!(words("a (Gr&uuml;n) b")[1], "Gr&uuml;n");
}

#[test]
fn upper_case_headlines_are_the_same_words() {
    check("MAYOR RESIGNS OVER CAFÉ", "Mayor resigns over café");
    check("STRASSE STRAẞE", "Straße straße");
}

#[test]
fn decomposed_accents_are_composed() {
    check("cafe\u{301} Zu\u{308}rich", "café Zürich");
}

#[test]
fn offsets_speak_of_the_original() {
    assert_eq!(
        words("“ＡＢＣ” said: ﬁne, don’t!"),
        ["ＡＢＣ", "said", "ﬁne", "don’t"]
    );
}

#[test]
fn english() {
    assert_eq!(
        words("The U.S. paid $1,234.50 at 9:30 (it's said)."),
        [
            "The", "U.S", "paid", "1,234.50", "at", "9", "30", "it's", "said"
        ]
    );
}

#[test]
fn german() {
    check("DIE ÖFFENTLICHE STRASSE", "Die öffentliche Straße");
    assert_eq!(words("Er sagte: „Nein“."), ["Er", "sagte", "Nein"]);
}

#[test]
fn portuguese() {
    check("A ELEIÇÃO DE SÃO PAULO", "a eleição de São Paulo");
}

#[test]
fn arabic_vowel_signs_and_tatweel_are_not_there() {
    check("كَتَبَ الوَلَدُ", "كتب الولد");
    check("الســـلام", "السلام");
    check("هذا الرحمٰن", "هذا الرحمن");
    check("\u{fefb}", "لا");
    assert_eq!(words("قال، ثم ذهب؟"), ["قال", "ثم", "ذهب"]);
}

#[test]
fn hebrew_points_and_quotes() {
    check("שָׁלוֹם עֲלֵיכֶם", "שלום עליכם");
    check("צה״ל", "צה\"ל");
    check("צה”ל ג׳ורג׳", "צה\"ל ג'ורג'");
    assert_eq!(words("צה״ל הודיע"), ["צה״ל", "הודיע"]);
}

#[test]
fn amharic_wordspace_and_full_stop_part_words() {
    check("አዲስ፡አበባ። ከተማ፤", "አዲስ አበባ ከተማ");
    assert_eq!(words("አዲስ፡አበባ።"), ["አዲስ", "አበባ"]);
}

#[test]
fn hindi_vowel_signs_stay_in_the_word() {
    assert_eq!(words("हिन्दी में समाचार।"), ["हिन्दी", "में", "समाचार"]);
    check("क\u{93c}लम", "\u{958}लम");
}

#[test]
fn chinese_goes_by_character() {
    assert_eq!(
        words("他说：2024年GDP增长"),
        ["他", "说", "2024", "年", "GDP", "增", "长"]
    );
    assert!(ids("他说").iter().all(|id| id & UNSPACED != 0));
    assert!(ids("2024 GDP").iter().all(|id| id & UNSPACED == 0));
}

#[test]
fn japanese_goes_by_character_in_any_width() {
    assert_eq!(
        words("東京のメーカー、12社。"),
        ["東", "京", "の", "メ", "ー", "カ", "ー", "12", "社"]
    );
    check("ｶﾞｲﾄﾞ ﾎﾟｰﾄ", "ガイド ポート");
    check("か\u{3099}", "が");
}

#[test]
fn thai_goes_by_letter_with_its_marks() {
    assert_eq!(words("น้ำ ที่๑๒"), ["น้", "ำ", "ที่", "๑๒"]);
    check("น\u{200b}ก", "นก");
}

#[test]
fn korean_goes_by_words() {
    assert_eq!(
        words("서울시는 오늘 발표했다."),
        ["서울시는", "오늘", "발표했다"]
    );
    check("\u{1112}\u{1161}\u{11ab}국", "한국");
}

#[test]
fn turkish_dotted_i_is_folded_by_the_default_rules() {
    check("İstanbul", "I\u{307}stanbul");
    assert_eq!(words("İSTANBUL ve Iğdır"), ["İSTANBUL", "ve", "Iğdır"]);
}

#[test]
fn no_word_comes_of_what_has_no_letter() {
    for text in [
        "",
        " ",
        "—",
        "…",
        "&nbsp;",
        "&amp;&quot;",
        "_",
        "👍",
        "\u{640}",
        "\u{64e}",
        "。",
    ] {
        assert!(ids(text).is_empty(), "{text:?}");
    }
}
