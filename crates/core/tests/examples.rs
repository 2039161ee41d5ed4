//! Runs the examples and checks what they print.

#[path = "../examples/cluster_a_corpus.rs"]
mod cluster_a_corpus;
#[path = "../examples/compare_two_texts.rs"]
mod compare_two_texts;

#[test]
fn compare_two_texts_finds_the_copied_passage() {
    assert_eq!(
        compare_two_texts::run(),
        [
            "Relation of the agency story to the page: Near",
            "36 words are aligned, 24 of them in one verbatim run.",
            "Copied: The council voted on Tuesday to postpone the road plan until spring. Residents had asked for more \
             time to study its effect on the historic market square, where the weekly market has been held since 1874",
        ]
    );
}

#[test]
fn cluster_a_corpus_puts_a_page_into_the_cluster_of_each_of_its_stories() {
    assert_eq!(
        cluster_a_corpus::run(),
        [
            "agency/council, courier/council, herald/today",
            "agency/ferry, herald/ferry, herald/today",
            "agency/rain, herald/today",
        ]
    );
}
