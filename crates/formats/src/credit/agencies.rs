//! The known news agencies, with their spellings in texts and their own sites.

use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// A news agency.
#[derive(Debug, PartialEq, Eq)]
pub struct Agency {
    /// Its name in reports.
    pub name: &'static str,
    /// Its spellings in datelines and credit lines, in any language. Letter case matters.
    pub spellings: &'static [&'static str],
    /// The hosts of its own sites, without `www.`.
    pub hosts: &'static [&'static str],
}

/// Keeps each agency on one line of the table.
const fn agency(
    name: &'static str,
    spellings: &'static [&'static str],
    hosts: &'static [&'static str],
) -> Agency {
    Agency {
        name,
        spellings,
        hosts,
    }
}

/// All known agencies.
#[rustfmt::skip]
pub static AGENCIES: &[Agency] = &[
    agency("AA", &["AA", "Anadolu", "Anadolu Agency", "Anadolu Ajansı"], &["aa.com.tr"]),
    agency("AAP", &["AAP", "Australian Associated Press"], &["aap.com.au"]),
    agency("AFP", &["AFP", "Agence France-Presse", "Agence France Presse", "АФП", "法新社", "ＡＦＰ"], &["afp.com"]),
    agency("AGI", &["AGI"], &["agi.it"]),
    agency("ANI", &["ANI", "Asian News International"], &["aninews.in"]),
    agency("ANP", &["ANP"], &["anp.nl"]),
    agency("ANSA", &["ANSA"], &["ansa.it"]),
    agency("AP", &["AP", "Associated Press", "The Associated Press", "美联社", "ＡＰ"], &["apnews.com", "ap.org"]),
    agency("APA", &["APA", "Austria Presse Agentur"], &["apa.at"]),
    agency("Adnkronos", &["Adnkronos"], &["adnkronos.com"]),
    agency("Agerpres", &["AGERPRES", "Agerpres"], &["agerpres.ro"]),
    agency("ATS", &["ATS", "ats", "Keystone-ATS", "Keystone-SDA", "SDA", "sda"], &["keystone-sda.ch", "keystone-ats.ch"]),
    agency("Belga", &["BELGA", "Belga"], &["belga.be", "belganewsagency.eu"]),
    agency("Bernama", &["BERNAMA", "Bernama"], &["bernama.com"]),
    agency("BTA", &["BTA", "БТА"], &["bta.bg"]),
    agency("Bloomberg", &["Bloomberg", "BLOOMBERG", "ブルームバーグ"], &["bloomberg.com"]),
    agency("BusinessWire", &["BUSINESS WIRE", "Business Wire"], &["businesswire.com"]),
    agency("CNA", &["CNA", "中央社"], &["cna.com.tw"]),
    agency("CNS", &["中新社", "中新网"], &["chinanews.com", "chinanews.com.cn"]),
    agency("CP", &["CP", "The Canadian Press", "Canadian Press", "La Presse Canadienne"], &["thecanadianpress.com"]),
    agency("CTK", &["ČTK", "CTK"], &["ctk.cz", "ceskenoviny.cz"]),
    agency("dpa", &["dpa", "DPA", "Deutsche Presse-Agentur", "Deutschen Presse-Agentur", "dpa-AFX", "dpa-afx"], &["dpa.com", "dpa.de", "dpa-international.com"]),
    agency("EFE", &["EFE", "Efe", "Agencia EFE"], &["efe.com", "agenciaefe.com"]),
    agency("epd", &["epd", "Evangelischer Pressedienst"], &["epd.de"]),
    agency("Europa Press", &["EUROPA PRESS", "Europa Press"], &["europapress.es"]),
    agency("GlobeNewswire", &["GLOBE NEWSWIRE", "GlobeNewswire"], &["globenewswire.com"]),
    agency("IANS", &["IANS"], &["ians.in"]),
    agency("Interfax", &["Interfax", "INTERFAX", "Интерфакс", "ИНТЕРФАКС"], &["interfax.ru", "interfax.com"]),
    agency("IRNA", &["IRNA"], &["irna.ir"]),
    agency("Jiji", &["Jiji Press", "Jiji", "JIJI", "時事", "時事通信"], &["jiji.com"]),
    agency("KCNA", &["KCNA"], &["kcna.kp"]),
    agency("KNA", &["KNA"], &["kna.de"]),
    agency("Kyodo", &["Kyodo", "KYODO", "Kyodo News", "共同", "共同通信", "共同社"], &["kyodonews.net", "kyodonews.jp", "nordot.app"]),
    agency("Lusa", &["Lusa", "LUSA"], &["lusa.pt"]),
    agency("MTI", &["MTI"], &["mti.hu"]),
    agency("NTB", &["NTB"], &["ntb.no"]),
    agency("PA", &["PA", "PA Media", "Press Association"], &["pamediagroup.com"]),
    agency("PAP", &["PAP"], &["pap.pl"]),
    agency("PR Newswire", &["PRNewswire", "PRNewswire-PRWeb", "PR Newswire"], &["prnewswire.com"]),
    agency("PTI", &["PTI", "Press Trust of India"], &["ptinews.com"]),
    agency("Reuters", &["Reuters", "REUTERS", "Thomson Reuters", "Reuters.com", "Reuters Health", "Reuters Life!", "Рейтер", "رويترز", "路透社", "路透", "ロイター", "로이터"], &["reuters.com", "reuters.de", "reuters.fr"]),
    agency("RIA", &["RIA Novosti", "RIA", "РИА Новости", "РИА"], &["ria.ru"]),
    agency("Ritzau", &["Ritzau", "ritzau"], &["ritzau.dk", "ritzau.com"]),
    agency("SID", &["SID", "sid", "Sport-Informations-Dienst"], &["sid.de"]),
    agency("Sputnik", &["Sputnik", "SPUTNIK"], &["sputniknews.com", "sputnikglobe.com"]),
    agency("STT", &["STT"], &["stt.fi"]),
    agency("TASS", &["TASS", "ITAR-TASS", "ТАСС", "ИТАР-ТАСС", "塔斯社"], &["tass.com", "tass.ru"]),
    agency("TT", &["TT"], &["tt.se"]),
    agency("Ukrinform", &["Ukrinform", "Укрінформ", "Укринформ"], &["ukrinform.net", "ukrinform.ua"]),
    agency("UNI", &["UNI"], &["uniindia.com"]),
    agency("UPI", &["UPI"], &["upi.com"]),
    agency("UrduPoint", &["UrduPoint", "Urdu Point", "Pakistan Point News"], &["urdupoint.com"]),
    agency("VNA", &["VNA", "TTXVN"], &["vnanet.vn"]),
    agency("Xinhua", &["Xinhua", "XINHUA", "新华社", "新華社", "新华网"], &["xinhuanet.com", "news.cn"]),
    agency("Yonhap", &["Yonhap", "YONHAP", "연합뉴스", "聯合ニュース"], &["yna.co.kr", "yonhapnews.co.kr"]),
];

/// Maps each spelling to its agency.
static SPELLINGS: LazyLock<FxHashMap<&str, &Agency>> = LazyLock::new(|| {
    let by_spelling = |agency: &'static Agency| agency.spellings.iter().map(move |s| (*s, agency));
    AGENCIES.iter().flat_map(by_spelling).collect()
});

/// The maximum size of a spelling in bytes. Longer words are not looked up.
const MAX_SPELLING_BYTES: usize = 32;

/// The agency with exactly this spelling.
#[must_use]
pub fn by_spelling(words: &str) -> Option<&'static Agency> {
    (words.len() <= MAX_SPELLING_BYTES)
        .then(|| SPELLINGS.get(words).copied())
        .flatten()
}

/// Maps each name and spelling, in lower case, and each host to its agency.
static SOURCES: LazyLock<FxHashMap<String, &Agency>> = LazyLock::new(|| {
    let mut sources = FxHashMap::default();
    for agency in AGENCIES {
        let spellings = agency.spellings.iter().chain([&agency.name]);
        for name in spellings.chain(agency.hosts) {
            sources.entry(name.to_ascii_lowercase()).or_insert(agency);
        }
    }
    sources
});

/// The agency that a source stands for. The source is a name in any letter case, or the host of one of
/// its sites.
#[must_use]
pub fn by_source(source: &str) -> Option<&'static Agency> {
    let source = source.trim().to_ascii_lowercase();
    let above = source.match_indices('.').map(|(dot, _)| dot + 1);
    let is_site = |agency: &&Agency, host: &str| agency.hosts.contains(&host);
    let listed = |begin| {
        source
            .get(begin..)
            .and_then(|host| SOURCES.get(host))
            .copied()
    };
    // First the whole source as a name or host, then each host that it is a subdomain of.
    listed(0).or_else(|| {
        let mut hosts = above.filter_map(|begin| Some((listed(begin)?, source.get(begin..)?)));
        hosts.find_map(|(agency, host)| is_site(&agency, host).then_some(agency))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn spellings_are_unique() {
        let mut seen = HashSet::new();
        for agency in AGENCIES {
            assert!(!agency.spellings.is_empty(), "{}", agency.name);
            for spelling in agency.spellings {
                assert!(spelling.len() <= MAX_SPELLING_BYTES, "{spelling}");
                assert!(seen.insert(*spelling), "{spelling} occurs twice");
                assert_eq!(by_spelling(spelling).map(|a| a.name), Some(agency.name));
            }
        }
    }

    #[test]
    fn finds_an_agency_by_name_or_host() {
        let name = |source| by_source(source).map(|agency| agency.name);
        assert_eq!(name("reuters"), Some("Reuters"));
        assert_eq!(name("uk.reuters.com"), Some("Reuters"));
        assert_eq!(name("DPA"), Some("dpa"));
        assert_eq!(name("notreuters.com"), None);
        assert_eq!(name("www.news.ap.org"), Some("AP"));
        assert_eq!(name("The.Reuters"), None);
        assert_eq!(name("Example Herald"), None);
    }
}
