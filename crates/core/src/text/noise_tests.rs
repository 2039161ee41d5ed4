//! One example for each kind of noise that copies pick up, and for each language.

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

/// Checks that both texts have the same words, and at least one.
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
fn all_dashes_separate_words() {
    check("peace talks – at last", "peace talks - at last");
    check("peace talks—at last", "peace talks -- at last");
    check("non‑stop", "non-stop");
}

#[test]
fn words_hyphenated_at_line_ends_are_joined() {
    check("an inter-\nnational deal", "an international deal");
    check("an inter- \r\n  national deal", "an international deal");
    check("an inter\u{ad}\nnational deal", "an international deal");
    check("die Be-\nhör-\nde prüft", "die Behörde prüft");
    check("die Gr&uuml;n-\n&auml;hnlichen", "die Grünähnlichen");
    assert_eq!(words("an inter-\nnational deal")[1], "inter-\nnational");
}

#[test]
fn a_hyphen_before_a_paragraph_or_a_capital_does_not_join_words() {
    check("the north-\n\nsouth line", "the north south line");
    check("the North-\nSouth line", "the north south line");
    check("in 1990-\nmade", "in 1990 made");
    check("he left -\nthen came back", "he left then came back");
}

#[test]
fn line_breaks_do_not_change_words() {
    check(
        "The mayor\r\nsaid on\n    Monday",
        "The mayor said on Monday",
    );
}

#[test]
fn invisible_characters_are_ignored() {
    check("Donau\u{ad}dampf\u{ad}schiff", "Donaudampfschiff");
    check(
        "zero\u{200b}width and\u{200d} jo\u{2060}iner",
        "zerowidth and joiner",
    );
    check("\u{feff}Berlin \u{200e}left\u{200f}", "Berlin left");
}

#[test]
fn ligatures_and_full_width_forms_equal_their_letters() {
    check("the ﬁrst oﬃce ﬂoor", "the first office floor");
    check("ＡＢＣ １２，０００", "ABC 12,000");
}

#[test]
fn character_references_equal_their_characters() {
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
fn offsets_refer_to_the_original_text() {
    assert_eq!(
        words("“ＡＢＣ” said: ﬁne, don’t!"),
        ["ＡＢＣ", "said", "ﬁne", "don’t"]
    );
}

#[test]
fn english_abbreviations_amounts_and_times() {
    assert_eq!(
        words("The U.S. paid $1,234.50 at 9:30 (it's said)."),
        [
            "The", "U.S", "paid", "1,234.50", "at", "9:30", "it's", "said"
        ]
    );
}

#[test]
fn german_quotes_and_sharp_s() {
    check("DIE ÖFFENTLICHE STRASSE", "Die öffentliche Straße");
    assert_eq!(words("Er sagte: „Nein“."), ["Er", "sagte", "Nein"]);
}

#[test]
fn portuguese_accents_in_capitals() {
    check("A ELEIÇÃO DE SÃO PAULO", "a eleição de São Paulo");
}

#[test]
fn arabic_vowel_signs_and_tatweel_are_ignored() {
    check("كَتَبَ الوَلَدُ", "كتب الولد");
    check("الســـلام", "السلام");
    check("هذا الرحمٰن", "هذا الرحمن");
    check("\u{fefb}", "لا");
    assert_eq!(words("قال، ثم ذهب؟"), ["قال", "ثم", "ذهب"]);
}

#[test]
fn hebrew_points_are_ignored_and_quotes_are_unified() {
    check("שָׁלוֹם עֲלֵיכֶם", "שלום עליכם");
    check("צה״ל", "צה\"ל");
    check("צה”ל ג׳ורג׳", "צה\"ל ג'ורג'");
    assert_eq!(words("צה״ל הודיע"), ["צה״ל", "הודיע"]);
}

#[test]
fn amharic_wordspace_and_full_stop_separate_words() {
    check("አዲስ፡አበባ። ከተማ፤", "አዲስ አበባ ከተማ");
    assert_eq!(words("አዲስ፡አበባ።"), ["አዲስ", "አበባ"]);
}

#[test]
fn hindi_vowel_signs_stay_in_the_word() {
    assert_eq!(words("हिन्दी में समाचार।"), ["हिन्दी", "में", "समाचार"]);
    check("क\u{93c}लम", "\u{958}लम");
}

#[test]
fn each_chinese_character_is_a_word() {
    assert_eq!(
        words("他说：2024年GDP增长"),
        ["他", "说", "2024", "年", "GDP", "增", "长"]
    );
    assert!(ids("他说").iter().all(|id| id & UNSPACED != 0));
    assert!(ids("2024 GDP").iter().all(|id| id & UNSPACED == 0));
}

#[test]
fn each_japanese_character_is_a_word_in_any_width() {
    assert_eq!(
        words("東京のメーカー、12社。"),
        ["東", "京", "の", "メ", "ー", "カ", "ー", "12", "社"]
    );
    check("ｶﾞｲﾄﾞ ﾎﾟｰﾄ", "ガイド ポート");
    check("か\u{3099}", "が");
}

#[test]
fn each_thai_letter_with_its_marks_is_a_word() {
    assert_eq!(words("น้ำ ที่๑๒"), ["น้", "ำ", "ที่", "๑๒"]);
    check("น\u{200b}ก", "นก");
}

#[test]
fn each_korean_syllable_is_a_word_because_spacing_varies() {
    assert_eq!(
        words("서울시는 10명에 KBS로"),
        ["서", "울", "시", "는", "10", "명", "에", "KBS", "로"]
    );
    check("할 수 있는 것은", "할수 있는것은");
    check("\u{1112}\u{1161}\u{11ab}국", "한국");
    check("하\u{11ab}국\u{302e}", "한국");
    check("ﾡㄱ", "\u{1100}\u{1100}");
    assert_eq!(words("ㅋㅋㅋ"), ["ㅋ", "ㅋ", "ㅋ"]);
}

#[test]
fn turkish_capitals_equal_dotted_and_dotless_letters() {
    check("KAPALI İLE KAPALILAR", "kapalı ile kapalılar");
    check("İstanbul", "I\u{307}stanbul");
    assert_eq!(words("İSTANBUL ve Iğdır"), ["İSTANBUL", "ve", "Iğdır"]);
}

#[test]
fn persian_half_spaces_do_not_change_words() {
    check("می\u{200c}شود", "میشود");
    assert_eq!(words("می شود"), ["می", "شود"]);
}

#[test]
fn narrow_no_break_spaces_separate_words() {
    check(
        "«\u{202f}oui\u{202f}» dit\u{202f}: 5\u{202f}% en 2021\u{202f}100",
        "« oui » dit : 5 % en 2021 100",
    );
    assert_eq!(words("oui\u{202f}! 10\u{202f}km"), ["oui", "10", "km"]);
}

#[test]
fn units_are_words_of_their_own() {
    check("46,500t 10 km 5км 3.5m 4G", "46.500 t 10km 5 КМ 3,5 m 4 g");
    check("\u{201c}20\u{ad}km\u{201d}", "20 km");
    assert_eq!(
        words("2nd 1990s G20 5th_of"),
        ["2", "nd", "1990", "s", "G20", "5", "th_of"]
    );
}

#[test]
fn text_without_letters_and_digits_has_no_words() {
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

/// Reports and stored keys depend on the ids.
#[test]
fn ids_never_change() {
    assert_eq!(
        ids("The Straße internationalisation 2021 10,000 中 ｶﾞ"),
        [
            663_863_271,
            217_153_598,
            118_227_902,
            2_005_602_306,
            1_604_186_568,
            2_147_503_661,
            2_147_496_108
        ]
    );
}
