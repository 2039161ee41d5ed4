use super::*;
use crate::Document;
use crate::read_bytes;
use crate::tests::check;
use std::borrow::Cow;

const PLAIN: &str = "Return-Path: <desk@wire.example>\r\n\
    From: \"Mara Quist\" <desk@wire.example>\r\n\
    Date: Mon, 2 Mar 2026 10:00:00 +0100\r\n\
    Subject: =?utf-8?Q?Basin_closed_in_Z=C3=BCrich?=\r\n\
    Content-Type: text/plain; charset=iso-8859-1\r\n\
    Content-Transfer-Encoding: quoted-printable\r\n\r\n\
    The caf=E9 at the northern =\r\nbasin is closed.\r\n";

const BOTH: &str = "From: news@paper.example\r\n\
    Date: Mon, 2 Mar 2026 10:00:00 +0100\r\n\
    Content-Type: multipart/alternative; boundary=b\r\n\r\n\
    --b\r\nContent-Type: text/plain\r\n\r\nSee our site.\r\n\
    --b\r\nContent-Type: text/html\r\n\r\n\
    <html><head><title>T</title></head><body><table><tr><td>The ferry</td><td>sails again</td></tr>\
    </table><p>from May, eight years after the line was closed.</p></body></html>\r\n--b--\r\n";

/// The documents and the codes of all faults of these bytes.
fn read(bytes: &[u8], format: &str) -> (Vec<Document<'static>>, Vec<String>) {
    let options = Options {
        format: crate::InputFormat::named(format),
        ..Options::default()
    };
    let (mut documents, mut codes) = (Vec::new(), Vec::new());
    read_bytes(bytes.to_vec(), &options, &mut |item| match item {
        Item::Document(document) => {
            let owned = |field: Option<Cow<'_, str>>| field.map(|f| Cow::Owned(f.into_owned()));
            documents.push(Document {
                title: owned(document.title),
                source: owned(document.source),
                date: owned(document.date),
                byline: owned(document.byline),
                text: Cow::Owned(document.text.into_owned()),
                location: document.location,
                ..Document::default()
            });
        }
        Item::Skipped(fault) | Item::Warning(fault) => codes.push(fault.code.to_string()),
        Item::Ignored => codes.push("ignored".to_owned()),
    })
    .unwrap();
    (documents, codes)
}

#[test]
fn reads_text_and_header_fields() {
    let (documents, codes) = read(PLAIN.as_bytes(), "eml");
    assert_eq!(codes, [""; 0]);
    let document = &documents[0];
    assert_eq!(
        document.text,
        "The caf\u{e9} at the northern basin is closed."
    );
    assert_eq!(
        document.title.as_deref(),
        Some("Basin closed in Z\u{fc}rich")
    );
    assert_eq!(document.source.as_deref(), Some("wire.example"));
    assert_eq!(document.byline.as_deref(), Some("Mara Quist"));
    assert_eq!(document.date.as_deref(), Some("2026-03-02T10:00:00+01:00"));
}

#[test]
fn reads_html_if_the_plain_text_is_a_stub() {
    let (documents, _) = read(BOTH.as_bytes(), "eml");
    let expected = "The ferry sails again\n\nfrom May, eight years after the line was closed.";
    assert_eq!(documents[0].text, expected);
    let plain = "The ferry to Holm sails again from May, for the first time in years.";
    let (documents, _) = read(BOTH.replace("See our site.", plain).as_bytes(), "eml");
    assert_eq!(documents[0].text, plain);
}

#[test]
fn divides_mailboxes() {
    let mailbox = format!(
        "From desk@wire.example Mon Mar  2 10:00:00 2026\r\n{PLAIN}>From the harbour.\r\n\r\n\
         From a@b.example Mon Mar  2 11:00:00 2026\r\n{BOTH}\r\n"
    );
    check(
        &[("a.mbox", mailbox.as_bytes()), ("b", mailbox.as_bytes())],
        &[
            "a.mbox:1=The caf\u{e9} at the northern basin is closed",
            "a.mbox:13=The ferry sails again\n\nfrom May, eight y",
            "b:1=The caf\u{e9} at the northern basin is closed",
            "b:13=The ferry sails again\n\nfrom May, eight y",
        ],
    );
    let (documents, _) = read(mailbox.as_bytes(), "mbox");
    assert!(
        documents[0].text.ends_with("\nFrom the harbour."),
        "{}",
        documents[0].text
    );
    let at = |document: &Document<'_>| document.location.offset as usize;
    assert!(mailbox[at(&documents[1])..].starts_with("From a@b"));
}

#[test]
fn divides_mailboxes_without_empty_lines_between_messages() {
    let mark = "From desk@wire.example Mon Mar  2 10:00:00 2026\n";
    let message = |text: &str| format!("From: a@b.example\nSubject: S\n\n{text}\n");
    let texts = |mailbox: &str| -> Vec<String> {
        let (documents, codes) = read(mailbox.as_bytes(), "mbox");
        assert_eq!(codes, [""; 0], "{mailbox}");
        (documents.into_iter())
            .map(|document| document.text.into_owned())
            .collect()
    };
    let [one, two] = [message("One."), message("Two.")];
    for mailbox in [
        format!("{mark}{one}{mark}{two}"),
        format!("\u{FEFF}{mark}{one}\n{mark}{two}"),
        format!("\n{mark}{one}\nFrom a@b.example\n{two}"),
        format!("{one}\n{mark}{two}"),
    ] {
        assert_eq!(texts(&mailbox), ["One.", "Two."], "{mailbox}");
    }
    let quay = message("One.\n\nFrom the quay it looks shut.\n\nTwo.");
    assert_eq!(
        texts(&format!("{mark}{quay}")),
        ["One.\n\nFrom the quay it looks shut.\n\nTwo."]
    );
}

#[test]
fn recognises_mail_by_content() {
    let is_mail = |text: &str| {
        let head = FileHead::new(text.as_bytes());
        (Eml.recognises(&head), Mbox.recognises(&head))
    };
    assert_eq!(is_mail(PLAIN), (true, false));
    assert_eq!(
        is_mail("From a@b Mon Mar  2 11:00:00 2026\nSubject: A\n"),
        (false, true)
    );
    assert_eq!(
        is_mail("From the harbour of Wenlock, a report of 2026\nThe bridge"),
        (false, false)
    );
    assert_eq!(is_mail("From: The Editor\n\nDear readers"), (false, false));
}

#[test]
fn reports_what_is_not_mail() {
    assert_eq!(read(b"The bridge is closed.", "eml").1, ["not-mail"]);
    assert_eq!(read(b"The bridge is closed.", "mbox").1, ["not-mail"]);
    assert_eq!(read(b"", "eml").1, ["empty"]);
    let picture = PLAIN.replace("text/plain", "image/png");
    assert_eq!(read(picture.as_bytes(), "eml").1, ["empty"]);
    let deep = BOTH.replace("<p>", &"<div>".repeat(600));
    assert_eq!(read(deep.as_bytes(), "eml").1, ["too-deep"]);
}

/// Each took memory, time or stack out of proportion to its size: a gigabyte, minutes, or the end of the program.
#[test]
fn messages_whose_structure_costs_too_much_are_refused() {
    const HEAD: &str = "From: desk@wire.example\nDate: Mon, 2 Mar 2026 10:00:00 +0100\n";
    let part = "--b\nContent-Type: multipart/mixed; boundary=missing\n\n";
    let container = "Content-Type: multipart/mixed; boundary=b\n\n";
    let nested = "Content-Type: message/rfc822\n\n";
    let spaced = "C o n t e n t-Type\t: MESSAGE/rfc822\n\n";
    for (what, body) in [
        ("fields", "X:\n".repeat(200_000)),
        ("parts", format!("{container}{}", "--b\n\n".repeat(200_000))),
        (
            "containers without an end",
            format!("{container}{}", part.repeat(1_000)),
        ),
        ("messages in messages", nested.repeat(50_000)),
        ("a field with spaces", spaced.repeat(50_000)),
        (
            "parameters",
            format!(
                "Content-Type: text/plain{}\n\nText.",
                "; a*1*=b".repeat(1_000)
            ),
        ),
        (
            "authors",
            format!("From: {}\n\nText.", "a,".repeat(100_000)),
        ),
        (
            "an encoded message",
            "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nWDoK".to_owned(),
        ),
        (
            "an encoded message, the other way round",
            "Content-Transfer-Encoding:\n QUOTED-PRINTABLE\nContent-Type: message/rfc822\n\nX:"
                .to_owned(),
        ),
        (
            "an encoded message whose encoding is encoded",
            "Content-Type: message/rfc822\nContent-Transfer-Encoding: =?utf-8?q?base6=34?=\n\nWDoK"
                .to_owned(),
        ),
    ] {
        let (documents, codes) = read(format!("{HEAD}{body}").as_bytes(), "eml");
        assert_eq!(
            (documents.len(), codes),
            (0, vec!["too-complex".to_owned()]),
            "{what}"
        );
        let (documents, _) = read(format!("{HEAD}{body}").as_bytes(), "mhtml");
        assert!(documents.is_empty(), "{what}");
    }
    // What mail has: a forwarded message with an encoded picture, and many parts.
    let picture = "--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\nAAAA\n";
    let forwarded = format!(
        "{HEAD}{container}--b\nContent-Type: text/plain\n\nSee below: it is closed.\n\
         --b\n{nested}{HEAD}Subject: Basin\nContent-Transfer-Encoding: base64\n\nAAAA\n{}--b--\n",
        picture.repeat(500)
    );
    let (documents, codes) = read(forwarded.as_bytes(), "eml");
    assert_eq!(codes, [""; 0]);
    assert_eq!(documents[0].text, "See below: it is closed.");
    // An encoded file whose name is that of a message.
    let named = format!(
        "{HEAD}{container}--b\nContent-Type: text/plain\n\nIt is closed.\n\
         --b\nContent-Type: text/html; name=\"message.html\"\nContent-Transfer-Encoding: base64\n\nAAAA\n--b--\n"
    );
    let (documents, codes) = read(named.as_bytes(), "eml");
    assert_eq!(codes, [""; 0]);
    assert_eq!(documents[0].text, "It is closed.");
}

/// The deepest structure that is read fits on the stack of a thread.
#[test]
fn messages_in_messages_fit_on_the_stack() {
    let head = "From: desk@wire.example\nDate: Mon, 2 Mar 2026 10:00:00 +0100\n";
    let nested = "Content-Type: message/rfc822\n\n".repeat(500);
    let thread = std::thread::Builder::new().stack_size(1 << 20);
    let read = move || read(format!("{head}{nested}Text: a\n\nText.").as_bytes(), "eml").1;
    let codes = thread.spawn(read).unwrap().join().unwrap();
    assert!(!codes.contains(&"too-complex".to_owned()), "{codes:?}");
}
