//! Records as compact bytes, from which a record is made in a fraction of the time that its YAML takes. The index
//! keeps records so, and an operation keeps those so that it has finished with.
//!
//! The bytes belong to one build of the program and to the shape of a kind: fields are numbered in declared order.
//! The id and the kind of a record are not among them.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Timelike};
use rust_decimal::Decimal;

use super::unknown::Within;
use super::{Event, FieldId, Fields, FileRef, Id, Overruled, Record, Unknown, Value};
use crate::calendar::Moment;

/// The kinds of values, each with its number.
mod tag {
    pub(super) const TEXT: u8 = 0;
    pub(super) const COUNT: u8 = 1;
    pub(super) const DECIMAL: u8 = 2;
    pub(super) const MONEY: u8 = 3;
    pub(super) const DATE: u8 = 4;
    pub(super) const TIME: u8 = 5;
    pub(super) const NO: u8 = 6;
    pub(super) const YES: u8 = 7;
    pub(super) const REF: u8 = 8;
    pub(super) const FILE: u8 = 9;
    pub(super) const LIST: u8 = 10;
    pub(super) const GROUP: u8 = 11;
}

/// Groups and lists lie in one another as deep as shapes do. Damaged bytes must not go deeper.
const DEEPEST: usize = 32;

impl Record {
    /// The record as compact bytes.
    pub fn pack(&self) -> Vec<u8> {
        pack(self)
    }

    /// The record of these bytes, with this id and of this kind. `None` if the bytes are damaged.
    pub fn unpack(bytes: &[u8], id: &Id, kind: &str) -> Option<Record> {
        unpack(bytes, id, kind)
    }
}

fn pack(record: &Record) -> Vec<u8> {
    let mut out = Packer { texts: String::with_capacity(1024), rest: Vec::with_capacity(256) };
    out.text(&record.state);
    out.text(record.rules.as_deref().unwrap_or_default());
    out.fields(&record.fields);
    out.many(&record.history, Packer::event);
    out.many(&record.overruled, |out, one| {
        out.number(one.after as u64);
        out.event(&one.event);
        out.many(&one.values, Packer::named);
    });
    let mut all = Packer { texts: String::new(), rest: Vec::with_capacity(out.texts.len() + out.rest.len() + 5) };
    all.number(out.texts.len() as u64);
    all.rest.extend_from_slice(out.texts.as_bytes());
    all.rest.extend_from_slice(&out.rest);
    all.rest
}

fn unpack(bytes: &[u8], id: &Id, kind: &str) -> Option<Record> {
    let mut read = Reader { texts: "", rest: bytes };
    let length = usize::try_from(read.number()?).ok()?;
    read.texts = std::str::from_utf8(read.take(length)?).ok()?;
    let state = read.text()?;
    let rules = Some(read.text()?).filter(|rules| !rules.is_empty());
    let fields = read.fields(0)?;
    let history = read.many(Reader::event)?;
    let overruled = read.many(|read| {
        let after = usize::try_from(read.number()?).ok()?;
        Some(Overruled { after, event: read.event()?, values: read.many(Reader::named)? })
    })?;
    (read.rest.is_empty() && read.texts.is_empty()).then(|| Record {
        id: id.clone(),
        kind: kind.to_owned(),
        state,
        rules,
        fields,
        history,
        overruled,
    })
}

/// Texts are kept one after another, so that they are checked at once. Their lengths are among the rest.
struct Packer {
    texts: String,
    rest: Vec<u8>,
}

impl Packer {
    fn number(&mut self, mut number: u64) {
        while number > 0x7f {
            self.rest.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        self.rest.push(number.to_le_bytes()[0]);
    }

    /// A number that may be negative. Small ones of both signs take few bytes.
    fn signed(&mut self, number: i64) {
        self.number((number << 1).cast_unsigned() ^ (number >> 63).cast_unsigned());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.texts.push_str(text);
    }

    fn id(&mut self, id: &Id) {
        self.text(id.as_str());
    }

    /// Several of something, with their count before them.
    fn many<T>(&mut self, all: &[T], one: impl Fn(&mut Self, &T)) {
        self.number(all.len() as u64);
        all.iter().for_each(|part| one(self, part));
    }

    fn moment(&mut self, at: &Moment) {
        self.signed(at.timestamp());
        self.number(u64::from(at.nanosecond()));
        self.signed(i64::from(at.offset().local_minus_utc()));
    }

    fn fields(&mut self, fields: &Fields) {
        let unknown = fields.unknown();
        self.number((fields.iter().count() as u64) << 1 | u64::from(!unknown.is_empty()));
        for (field, value) in fields.iter() {
            self.number(u64::from(field.0));
            self.value(value);
        }
        if !unknown.is_empty() {
            self.many(unknown, Self::unknown);
        }
    }

    fn unknown(&mut self, unknown: &Unknown) {
        self.number(u64::from(unknown.behind));
        self.text(&unknown.key);
        self.text(&unknown.text);
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Text(text) => self.tagged(tag::TEXT).text(text),
            Value::Count(count) => self.tagged(tag::COUNT).number(*count),
            Value::Decimal(decimal) => self.tagged(tag::DECIMAL).rest.extend_from_slice(&decimal.serialize()),
            Value::Money(amount) => self.tagged(tag::MONEY).rest.extend_from_slice(&amount.serialize()),
            Value::Date(date) => self.tagged(tag::DATE).signed(i64::from(date.num_days_from_ce())),
            Value::Time(at) => self.tagged(tag::TIME).moment(at),
            Value::Bool(yes) => self.rest.push(if *yes { tag::YES } else { tag::NO }),
            Value::Ref(id) => self.tagged(tag::REF).id(id),
            Value::File(file) => {
                let out = self.tagged(tag::FILE);
                out.text(&file.name);
                out.text(&file.digest);
            }
            Value::List(values) => self.tagged(tag::LIST).many(values, Self::value),
            Value::Group(fields) => self.tagged(tag::GROUP).fields(fields),
        }
    }

    /// A value with the name of its field.
    fn named(&mut self, (field, value): &(String, Value)) {
        self.text(field);
        self.value(value);
    }

    fn lines(&mut self, (field, lines): &(String, usize)) {
        self.text(field);
        self.number(*lines as u64);
    }

    fn held(&mut self, (condition, held): &(String, bool)) {
        self.text(condition);
        self.rest.push(u8::from(*held));
    }

    fn strange(&mut self, (within, unknown): &(Within, Unknown)) {
        self.rest.push(*within as u8);
        self.unknown(unknown);
    }

    fn tagged(&mut self, tag: u8) -> &mut Self {
        self.rest.push(tag);
        self
    }
}

/// What is not read yet.
struct Reader<'b> {
    texts: &'b str,
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    fn str(&mut self) -> Option<&'b str> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.texts.split_at_checked(length)?;
        self.texts = rest;
        Some(text)
    }

    fn text(&mut self) -> Option<String> {
        self.str().map(str::to_owned)
    }

    fn id(&mut self) -> Option<Id> {
        self.str()?.parse().ok()
    }

    fn moment(&mut self) -> Option<Moment> {
        let (seconds, nanoseconds) = (self.signed()?, u32::try_from(self.number()?).ok()?);
        let offset = FixedOffset::east_opt(i32::try_from(self.signed()?).ok()?)?;
        Some(DateTime::from_timestamp(seconds, nanoseconds)?.with_timezone(&offset))
    }

    /// Several of something, with their count before them.
    fn many<T>(&mut self, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        // each takes at least a byte
        let count = usize::try_from(self.number()?).ok().filter(|count| *count <= self.rest.len())?;
        let mut all = Vec::with_capacity(count);
        for _ in 0..count {
            all.push(one(self)?);
        }
        Some(all)
    }

    fn fields(&mut self, depth: usize) -> Option<Fields> {
        let counted = self.number()?;
        let count = usize::try_from(counted >> 1).ok().filter(|count| *count <= self.rest.len())?;
        let mut fields = Fields::with_capacity(count);
        for _ in 0..count {
            let field = FieldId(u16::try_from(self.number()?).ok()?);
            fields.set(field, self.value(depth)?);
        }
        if counted & 1 > 0 {
            fields.keep(self.many(Self::unknown)?);
        }
        Some(fields)
    }

    fn unknown(&mut self) -> Option<Unknown> {
        Some(Unknown { behind: u16::try_from(self.number()?).ok()?, key: self.text()?, text: self.text()? })
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        let decimal = |read: &mut Self| Some(Decimal::deserialize(read.take(16)?.try_into().ok()?));
        Some(match self.byte()? {
            tag::TEXT => Value::Text(self.text()?),
            tag::COUNT => Value::Count(self.number()?),
            tag::DECIMAL => Value::Decimal(decimal(self)?),
            tag::MONEY => Value::Money(decimal(self)?),
            tag::DATE => Value::Date(NaiveDate::from_num_days_from_ce_opt(i32::try_from(self.signed()?).ok()?)?),
            tag::TIME => Value::Time(self.moment()?),
            tag::NO => Value::Bool(false),
            tag::YES => Value::Bool(true),
            tag::REF => Value::Ref(self.id()?),
            tag::FILE => Value::File(FileRef { name: self.text()?, digest: self.text()? }),
            tag::LIST => Value::List(self.many(|read| read.value(depth + 1))?),
            tag::GROUP => Value::Group(self.fields(depth + 1)?),
            _ => return None,
        })
    }

    fn named(&mut self) -> Option<(String, Value)> {
        Some((self.text()?, self.value(0)?))
    }

    fn lines(&mut self) -> Option<(String, usize)> {
        Some((self.text()?, usize::try_from(self.number()?).ok()?))
    }

    fn held(&mut self) -> Option<(String, bool)> {
        Some((self.text()?, self.byte()? > 0))
    }

    fn strange(&mut self) -> Option<(Within, Unknown)> {
        Some((*Within::ALL.get(usize::from(self.byte()?))?, self.unknown()?))
    }
}

/// Packs and reads events. First come bits that say which parts the event has, then what every event has, then the
/// parts, each as the method after its name writes and reads it.
macro_rules! event {
    ($($one:ident: $as_one:ident),*; $($many:ident: $as_many:ident),*) => {
        impl Packer {
            fn event(&mut self, event: &Event) {
                let Event { at, by, step, running, $($one,)* $($many),* } = event;
                let parts = [*running, $($one.is_some(),)* $(!$many.is_empty()),*];
                self.number(parts.iter().rev().fold(0, |bits, part| bits << 1 | u64::from(*part)));
                self.moment(at);
                self.id(by);
                self.text(step);
                $($one.iter().for_each(|part| self.$as_one(part));)*
                $(
                    if !$many.is_empty() {
                        self.many($many, |out, part| out.$as_many(part));
                    }
                )*
            }
        }

        impl Reader<'_> {
            fn event(&mut self) -> Option<Event> {
                let mut bits = self.number()?;
                let mut event = Event::new(self.moment()?, self.id()?, self.text()?);
                let mut next = || {
                    let part = bits & 1 > 0;
                    bits >>= 1;
                    part
                };
                event.running = next();
                $(
                    if next() {
                        event.$one = Some(self.$as_one()?);
                    }
                )*
                $(
                    if next() {
                        event.$many = self.many(Self::$as_many)?.into();
                    }
                )*
                Some(event)
            }
        }
    };
}

event!(
    noted: moment, for_: id, entered: id, to: text, via: text, key: text, note: text;
    set: text, was: named, had: lines, holds: held, unknown: strange
);
