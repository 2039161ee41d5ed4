//! Recognises files that hold no text of their own: documents of word processors, books, pictures, sound.
//! They are reported, because what decoding makes of them looks like text.

use crate::error::ReadError;
use crate::file_head::FileHead;

/// What to do with a document that has text.
const EXTRACT: &str = "convert it to text first, for example with LibreOffice or pandoc";
const AS_TABLE: &str = "write it as Parquet, Arrow or CSV first";
const NO_TEXT: &str = "it has no text to read";

/// A kind of file that is not read.
#[derive(Debug)]
pub(crate) struct ForeignFile {
    /// Its name with an article.
    name: &'static str,
    /// What to do instead.
    advice: &'static str,
}

impl ForeignFile {
    /// The kind of the file that begins like this, or `None` if the file may be read.
    pub(crate) fn recognise(head: &FileHead<'_>) -> Option<&'static Self> {
        let magic = || {
            let is_match = |(at, magic, _): &&(usize, &[u8], ForeignFile)| {
                (head.bytes.get(*at..)).is_some_and(|bytes| bytes.starts_with(magic))
            };
            FILES.iter().find(is_match).map(|(_, _, file)| file)
        };
        let member = || {
            let name = first_member(head.bytes)?;
            let is_match = |(begin, _): &&(&[u8], ForeignFile)| name.starts_with(begin);
            PACKAGES.iter().find(is_match).map(|(_, file)| file)
        };
        magic().or_else(member)
    }

    /// The kind of a zip archive that has these members, or `None` if it may be read. The first member does not always
    /// tell.
    #[cfg(feature = "archives")]
    pub(crate) fn of_archive(has_member: impl Fn(&str) -> bool) -> Option<&'static Self> {
        let found = PARTS.iter().find(|(member, _)| has_member(member));
        found.map(|(_, file)| file)
    }

    /// The fault for such a file.
    pub(crate) fn error(&self) -> ReadError {
        ReadError::Foreign {
            name: self.name,
            advice: self.advice,
        }
    }
}

/// The signatures of files, with their offset. Each has at least four bytes, or one that no text has, so that no text begins
/// with one by chance.
static FILES: &[(usize, &[u8], ForeignFile)] = &[
    (
        0,
        b"%PDF-",
        file(
            "a PDF",
            "extract its text first, for example with pdftotext",
        ),
    ),
    (
        0,
        b"%!PS",
        file(
            "a PostScript file",
            "extract its text first, for example with ps2ascii",
        ),
    ),
    (0, b"{\\rtf", file("an RTF document", EXTRACT)),
    (
        0,
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        file("an Office document of before 2007", EXTRACT),
    ),
    (
        0,
        b"AT&TFORM",
        file(
            "a DjVu document",
            "extract its text first, for example with djvutxt",
        ),
    ),
    (60, b"BOOKMOBI", file("a Kindle book", EXTRACT)),
    (
        0,
        b"SQLite format 3\0",
        file("an SQLite database", "export the articles as CSV first"),
    ),
    (0, b"Obj\x01", file("an Avro file", AS_TABLE)),
    (
        0,
        b"FEA1\0\0\0\0",
        file("a Feather file of version 1", AS_TABLE),
    ),
    (0, b"\x89HDF\r\n", file("an HDF5 file", AS_TABLE)),
    (0, b"\x93NUMPY", file("a NumPy array", AS_TABLE)),
    (0, b"\x80\x04\x95", file("a Python pickle", AS_TABLE)),
    (0, b"\x80\x05\x95", file("a Python pickle", AS_TABLE)),
    (
        0,
        b"!BDN",
        file(
            "an Outlook mailbox",
            "export the messages as mbox or eml first",
        ),
    ),
    (0, b"\x89PNG", file("a PNG picture", NO_TEXT)),
    (0, b"\xFF\xD8\xFF\xE0", file("a JPEG picture", NO_TEXT)),
    (0, b"\xFF\xD8\xFF\xE1", file("a JPEG picture", NO_TEXT)),
    (0, b"\xFF\xD8\xFF\xDB", file("a JPEG picture", NO_TEXT)),
    (0, b"GIF87a", file("a GIF picture", NO_TEXT)),
    (0, b"GIF89a", file("a GIF picture", NO_TEXT)),
    (8, b"WEBP", file("a WebP picture", NO_TEXT)),
    (0, b"II*\0", file("a TIFF picture", NO_TEXT)),
    (0, b"MM\0*", file("a TIFF picture", NO_TEXT)),
    (4, b"ftyp", file("a video or a HEIF picture", NO_TEXT)),
    (
        0,
        b"\x1A\x45\xDF\xA3",
        file("a Matroska or WebM video", NO_TEXT),
    ),
    (0, b"OggS", file("an Ogg recording", NO_TEXT)),
    (0, b"ID3\x03", file("an MP3 recording", NO_TEXT)),
    (0, b"ID3\x04", file("an MP3 recording", NO_TEXT)),
    (8, b"WAVE", file("a WAV recording", NO_TEXT)),
];

/// The beginnings of the first member of zip archives that are documents. The member `mimetype` is stored
/// without compression, so its content follows its name.
static PACKAGES: &[(&[u8], ForeignFile)] = &[
    (b"[Content_Types].xml", file("an Office document", EXTRACT)),
    (b"_rels/.rels", file("an Office document", EXTRACT)),
    (b"docProps/", file("an Office document", EXTRACT)),
    (b"word/document.xml", file("an Office document", EXTRACT)),
    (b"xl/workbook.xml", file("an Office document", EXTRACT)),
    (b"ppt/presentation.xml", file("an Office document", EXTRACT)),
    (
        b"mimetypeapplication/epub+zip",
        file("an EPUB book", EXTRACT),
    ),
    (
        b"mimetypeapplication/vnd.oasis.opendocument",
        file("an OpenDocument file", EXTRACT),
    ),
];

/// The members that only documents have.
#[cfg(feature = "archives")]
static PARTS: &[(&str, ForeignFile)] = &[
    ("[Content_Types].xml", file("an Office document", EXTRACT)),
    ("META-INF/container.xml", file("an EPUB book", EXTRACT)),
    (
        "META-INF/manifest.xml",
        file("an OpenDocument file", EXTRACT),
    ),
    (
        "Index/Document.iwa",
        file("a document of Pages, Numbers or Keynote", EXTRACT),
    ),
];

const fn file(name: &'static str, advice: &'static str) -> ForeignFile {
    ForeignFile { name, advice }
}

/// The name of the first member of a zip archive, with the bytes that follow.
fn first_member(head: &[u8]) -> Option<&[u8]> {
    const HEADER_BYTES: usize = 30;
    head.strip_prefix(b"PK\x03\x04")?;
    head.get(HEADER_BYTES..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(bytes: &[u8]) -> Option<&'static str> {
        ForeignFile::recognise(&FileHead::new(bytes)).map(|file| file.name)
    }

    #[test]
    fn recognises_documents_and_pictures() {
        let member = |name: &[u8]| [b"PK\x03\x04", &[0; 26][..], name].concat();
        for (bytes, expected) in [
            (b"%PDF-1.7\n%".to_vec(), "a PDF"),
            (b"{\\rtf1\\ansi".to_vec(), "an RTF document"),
            (
                b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0".to_vec(),
                "an Office document of before 2007",
            ),
            (b"FEA1\0\0\0\0\x10".to_vec(), "a Feather file of version 1"),
            (b"\x89HDF\r\n\x1A\n".to_vec(), "an HDF5 file"),
            (b"\x93NUMPY\x01\0".to_vec(), "a NumPy array"),
            (b"\x80\x04\x95\x10\0".to_vec(), "a Python pickle"),
            (b"\x80\x05\x95\x10\0".to_vec(), "a Python pickle"),
            (b"!BDN\x01".to_vec(), "an Outlook mailbox"),
            (b"Obj\x01\x04".to_vec(), "an Avro file"),
            (b"RIFF\0\0\0\0WEBPVP8 ".to_vec(), "a WebP picture"),
            (b"\0\0\0\x18ftypheic".to_vec(), "a video or a HEIF picture"),
            ([&[b'a'; 60][..], b"BOOKMOBI"].concat(), "a Kindle book"),
            (member(b"[Content_Types].xml"), "an Office document"),
            (member(b"mimetypeapplication/epub+zip"), "an EPUB book"),
        ] {
            assert_eq!(name(&bytes), Some(expected));
        }
    }

    #[test]
    fn leaves_text_and_archives_alone() {
        let archive = [b"PK\x03\x04", &[0; 26][..], b"words/a.txt"].concat();
        for bytes in [
            &b"PDF files"[..],
            b"BM is a town",
            b"MM. and II. are numerals",
            b"FEA1 is a slug",
            b"GIF",
            b"PK\x03\x04",
            b"",
            &archive,
        ] {
            assert_eq!(name(bytes), None);
        }
    }
}
