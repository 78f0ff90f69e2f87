//! `redress.toml`: the name of a book, its language, its zone and currency.

use serde::{Deserialize, Serialize};

pub use crate::bounds::ATTACHMENT_MEGABYTES;
use crate::calendar::Zone;
use crate::label;
use crate::locale::Lang;
use crate::locale::messages::LoadText;
use crate::place::{Placed, Problem, Problems, toml};

/// The version of the book's format that this program writes. It also reads older ones. Up to format 1, events did
/// not keep which deadline conditions held (`holds`). Up to format 2, they did not keep the values of fields between
/// two steps of one commit.
pub const FORMAT: u64 = 3;

/// The first format of a book whose events keep the values of fields between two steps of one commit.
pub const BETWEEN_FROM: u64 = 3;

/// Where a book gets its time from. The founding commit sets this for the whole life of the book.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clock {
    /// The clock of the machine: commands that write accept no other time.
    #[default]
    Real,
    /// The time of `--now` or `REDRESS_NOW`, else the clock of the machine: for demonstrations, practice and tests.
    Simulated,
}

impl Clock {
    /// All of them.
    pub const ALL: [Clock; 2] = [Clock::Real, Clock::Simulated];

    /// The name that `redress.toml` uses.
    pub const fn name(self) -> &'static str {
        match self {
            Clock::Real => "real",
            Clock::Simulated => "simulated",
        }
    }

    /// The clock with this name.
    pub fn named(name: &str) -> Option<Self> {
        Clock::ALL.into_iter().find(|clock| clock.name() == name)
    }
}

/// The content of `redress.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The name of the company or the book.
    pub name: String,
    /// The version of the book's format; 1 by default.
    pub format: u64,
    /// Where it gets its time from; the machine's clock by default.
    pub clock: Clock,
    /// The company that issues certificates.
    pub company: Company,
    /// The default language of reports and forms.
    pub lang: Lang,
    /// The zone whose offset new instants get.
    pub time_zone: Zone,
    /// The currency of amounts, as an ISO 4217 code.
    pub currency: String,
    /// The preset with which the book began.
    pub preset: String,
    /// The names of the parts added to the preset, each with its place.
    pub parts: Vec<Placed<String>>,
    /// Reading commands look for uncommitted hand edits if the book has at most this many files.
    pub look_for_edits_up_to: u32,
    /// The most bytes of a file beside a record.
    pub largest_attachment: u64,
}

/// `[company]`: the issuer of forms, letters and certificates. Missing lines stay blank on paper.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// Its full name, if that is not the book's name.
    pub name: String,
    /// Its tax number.
    pub tax_number: String,
    /// Its address.
    pub address: String,
    /// Its phone number.
    pub phone: String,
    /// Its bank.
    pub bank: String,
    /// Its account number.
    pub account: String,
}

impl Company {
    /// The keys of `[company]` with their values, in the order in which `init` writes them.
    pub fn lines(&self) -> [(&'static str, &str); 6] {
        [
            ("name", &self.name),
            ("tax-number", &self.tax_number),
            ("address", &self.address),
            ("phone", &self.phone),
            ("bank", &self.bank),
            ("account", &self.account),
        ]
    }
}

/// The default: examining this many files takes a few milliseconds, and a list of a larger book is not slowed down.
const LOOK_FOR_EDITS_UP_TO: u32 = 1_000;

impl Settings {
    /// The path of the file, at the top of the book.
    pub const FILE: &'static str = "redress.toml";

    /// Reads `redress.toml`.
    pub fn load(text: &str, problems: &Problems) -> Option<Self> {
        let section = toml::read(Self::FILE, text, problems)?;
        let format = section.count("format", problems);
        if let Some(format) = format.as_ref().filter(|format| !(1..=FORMAT).contains(&format.value)) {
            let message = label!(LoadText::BookFormat, format = format.value, known = FORMAT);
            problems.push(Problem::new(format.place.clone(), message).help(LoadText::UseVersion));
        }
        let name = section.required_text("name", problems);
        let clock = section.text("clock", problems);
        let lang = section.text("language", problems);
        let zone = section.text("time-zone", problems);
        let currency = section.text("currency", problems);
        let preset = section.text("preset", problems);
        let parts = section.texts("parts", problems);
        let look = section.count("look-for-edits-up-to", problems);
        let megabytes = section.count("attachment-megabytes", problems);
        let company = section.section("company", problems).map(|table| {
            let text = |key| table.text(key, problems).map(|text| text.value).unwrap_or_default();
            let (name, tax_number) = (text("name"), text("tax-number"));
            let (address, phone, bank, account) = (text("address"), text("phone"), text("bank"), text("account"));
            let company = Company { name, tax_number, address, phone, bank, account };
            table.finish(problems);
            company
        });
        section.finish(problems);
        let lang = lang.and_then(|text| {
            text.value
                .parse()
                .map_err(|error: crate::locale::UnknownLang| problems.say(&text.place, error.label()))
                .ok()
        });
        let clock = clock.and_then(|text| {
            let known = Clock::named(&text.value);
            if known.is_none() {
                let message = label!(LoadText::NoClock, name = text.value);
                problems.push(Problem::new(text.place.clone(), message).help(LoadText::WriteClock));
            }
            known
        });
        let time_zone = zone.and_then(|text| {
            let unknown = |_| {
                problems.push(
                    Problem::new(text.place.clone(), label!(LoadText::NoZone, name = text.value))
                        .help(LoadText::WriteZone),
                )
            };
            text.value.parse::<Zone>().map_err(unknown).ok()
        });
        let currency = currency.filter(|text| {
            let sound = text.value.len() == 3 && text.value.bytes().all(|b| b.is_ascii_uppercase());
            if !sound {
                problems.push(
                    Problem::new(text.place.clone(), label!(LoadText::NoCurrency, name = text.value))
                        .help(LoadText::WriteCurrency),
                );
            }
            sound
        });
        Some(Settings {
            name: name?.value,
            format: format.map_or(1, |format| format.value),
            clock: clock.unwrap_or_default(),
            company: company.unwrap_or_default(),
            lang: lang.unwrap_or_default(),
            time_zone: time_zone.unwrap_or_else(Zone::utc),
            currency: currency.map_or_else(|| "CNY".to_owned(), |text| text.value),
            preset: preset.map(|text| text.value).unwrap_or_default(),
            parts,
            look_for_edits_up_to: look
                .map_or(LOOK_FOR_EDITS_UP_TO, |count| u32::try_from(count.value).unwrap_or(u32::MAX)),
            largest_attachment: megabytes.map_or(ATTACHMENT_MEGABYTES, |count| count.value).saturating_mul(1_000_000),
        })
    }
}
